#pragma once

#include "model/config.h"
#include "model/effects.h"
#include "model/replication/replica.h"

#include <cstdint>
#include <vector>

namespace gregor {

/// What the background work on a broker's logs is given for one step.
struct LogStep {
    Time now;
    const BrokerConfig& config;
    std::vector<Replica>& replicas;
    Tag& next_tag;  ///< of the process's disk requests; the last one given
    Effects& effects;

    /// The broker's clock, which retention and compaction go by.
    std::int64_t now_ms() const { return to_milliseconds(effects.wall_clock()); }
};

}  // namespace gregor
