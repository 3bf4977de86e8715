#pragma once

#include "engine/time.h"

#include <optional>
#include <string_view>

namespace gregor {

/// What ISO 8601 writes as PnDTnHnMn.nS, signs before the whole and before each number; nothing for
/// another text or what does not fit. Source: java.time.Duration.parse.
std::optional<Duration> parse_iso_duration(std::string_view text);

}  // namespace gregor
