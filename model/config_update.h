#pragma once

#include <cstdint>
#include <string_view>

namespace gregor {

/// Whether a broker that runs can be given another value: never, each broker its own, or also all
/// of them at once ("Dynamic Update Mode" of Kafka's documentation; class DynamicBrokerConfig).
enum class ConfigUpdate : std::uint8_t { read_only, per_broker, cluster_wide };

/// Of a setting of brokers that `find_config` knows.
ConfigUpdate update_of(std::string_view broker_setting);

}  // namespace gregor
