#pragma once

#include "model/lab/conformance/areas.h"

#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// Commands of Kafka's own tools; the records they find are in `records.json` beside the file.
std::vector<VectorOutcome> conform_kafka_tools(std::string_view text, const std::string& file);

}  // namespace gregor::lab
