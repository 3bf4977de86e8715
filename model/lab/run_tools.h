#pragma once

#include "model/lab/kafka_tools/tools.h"
#include "model/lab/simulation.h"

#include <string>
#include <vector>

namespace gregor::lab {

/// A run as it stands, for Kafka's own tools: what an admin client would be told that reaches
/// every running broker at once. Brokers stand on this machine, broker N at port 9091 + N; clocks
/// begin in 1970, as those of a run do. What a run does not have (topic ids, member addresses) is
/// made from its own numbers, the same at every instant.
kafka_tools::ClusterState cluster_state_of(const Simulation& simulation);

/// `kafka-topics.sh --describe --topic orders` as a tool and its arguments; the bootstrap server
/// is added where the tool needs one and none was given. Files that arguments name are read.
/// Throws BadInput when the first word is not a tool of Kafka that is known.
kafka_tools::Invocation tool_invocation(const std::vector<std::string>& words);

}  // namespace gregor::lab
