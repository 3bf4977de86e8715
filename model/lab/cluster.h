#pragma once

#include "model/lab/diagnostic.h"
#include "model/lab/names.h"
#include "model/lab/scenario.h"
#include "model/lab/world.h"

#include <cstdint>
#include <vector>

namespace gregor::lab {

/// The nodes of a scenario placed on an engine, formed as at the end of a cluster's start: the
/// metadata quorum has its leader (controller 101, epoch 1), every broker is registered and
/// unfenced, the topics exist, and `__consumer_offsets` too when a client has a group.id.
struct BuiltCluster {
    KafkaKernel kernel;
    Names names;
    std::vector<LinkSpec> links;  ///< of the platform, for the resources
};
BuiltCluster build_cluster(const Scenario& scenario, std::uint64_t seed);

/// The topics of a scenario that Kafka would not create.
std::vector<Diagnostic> find_refused_topics(const Scenario& scenario);

/// The replicas of each partition, by ids of brokers.
std::vector<BrokerList> broker_lists(const std::vector<std::vector<std::int32_t>>& replicas);
/// A probability as the network takes it.
std::uint32_t per_million(double probability);

/// The platform of a scenario: every node on one switch. Half of the latency between two nodes
/// lies on each node's link.
Topology build_topology(const Scenario& scenario);

}  // namespace gregor::lab
