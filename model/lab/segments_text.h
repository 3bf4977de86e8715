#pragma once

#include "model/lab/snapshot.h"

#include <nlohmann/json.hpp>

#include <string>

namespace gregor::lab {

/// A partition's replicas as the files of their logs, oldest segment first. Lines end with a
/// newline.
std::string segments_text(const Snapshot::Partition& partition);
/// The same of one replica; sizes in bytes, timestamps in milliseconds of the broker's clock.
nlohmann::json segments_json(const Snapshot::Replica& replica);

}  // namespace gregor::lab
