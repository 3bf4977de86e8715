#pragma once

#include "model/config.h"
#include "model/log/log_settings.h"

namespace gregor {

/// The settings of a log of a topic with these values of its own, in plain form, on a broker: what
/// the topic says, else what was set for all brokers of the running cluster, else what the broker
/// was started with, else Kafka's default. The values may be none of a log's: those are passed
/// over.
/// Source: classes LogConfig (fromProps), KafkaConfig (extractLogConfigMap).
LogSettings log_settings(const BrokerConfig& broker, const ConfigMap& cluster_wide,
                         const ConfigMap& topic);

}  // namespace gregor
