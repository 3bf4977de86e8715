#pragma once

#include "engine/time.h"
#include "model/lab/swarm_draw.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// The parts of a drawn scenario, and what one has to know of another.
namespace gregor::lab::swarm {

struct DrawnTopic {
    std::string name;
    std::vector<std::vector<std::int32_t>> replicas;
    std::int32_t min_insync = 1;
};
struct DrawnProducer {
    std::string name;
    std::string acks;
    bool idempotent = false;
    std::int32_t in_flight = 5;
};

/// What was drawn up to now.
struct Plan {
    std::int32_t brokers = 1, controllers = 1;
    bool combined = false;
    Duration lag_limit;       ///< replica.lag.time.max.ms
    Duration broker_session;  ///< broker.session.timeout.ms
    bool power_losses = false;
    Duration horizon;
    std::vector<DrawnTopic> topics;
    std::vector<DrawnProducer> producers;
    std::vector<std::string> consumers;

    /// "t-0", "t-1", "u-0", ...
    std::vector<std::string> partitions() const;
};

nlohmann::json draw_cluster(Draw draw, Plan& plan);
nlohmann::json draw_topics(Draw draw, Plan& plan);
nlohmann::json draw_clients(Draw draw, Plan& plan);
nlohmann::json draw_faults(Draw draw, const Plan& plan);

}  // namespace gregor::lab::swarm
