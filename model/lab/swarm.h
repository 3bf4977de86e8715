#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>

namespace gregor::lab {

/// A scenario drawn from a seed: a cluster of 1 to 7 brokers and 1 to 5 controllers, topics,
/// clients and a schedule of faults, with everything that holds in every run of a correct Kafka
/// asserted. A pure function: the same seed gives the same document, with one leg, whose run has
/// the same seed.
///
/// What is drawn keeps to what Kafka promises, so that a violation is a defect of the protocol:
/// unclean elections are off, disks keep what was flushed, and a power loss, which takes what was
/// not, strikes fewer brokers than min.insync.replicas (of all that end without a clean stop).
/// Half of the faults wait for something to happen (an election, a smaller ISR, an answer), and
/// strike then or a little later: what breaks a protocol stands near its changes, which a time
/// drawn blindly hardly ever hits.
nlohmann::json draw_scenario(std::uint64_t seed);

}  // namespace gregor::lab
