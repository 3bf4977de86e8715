#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gregor::lab::kafka_tools {

/// The features of a cluster that Kafka 4.3.1 knows, and what each release makes of them (enums
/// MetadataVersion and Feature).
struct KnownFeature {
    std::string_view name;
    int highest = 0;  ///< in production
};
/// metadata.version first, then in Kafka's own order.
std::span<const KnownFeature> known_features();

struct MetadataRelease {
    std::string_view name;  ///< "4.0-IV3"
    int level = 0;
    std::string_view
        levels;  ///< of the other features, a digit each in the order of known_features
};
/// Of `4.0` the last one of that release; null when there is none.
const MetadataRelease* release_named(std::string_view text);
const MetadataRelease* release_of_level(int level);
const MetadataRelease& latest_release();
/// "3.3-IV3, 3.4-IV0, ...".
std::string release_names();
/// All features at their levels in a release.
std::map<std::string, int> levels_in(const MetadataRelease& release);

/// The metadata.version that a level of a feature needs; 0: none.
int needed_metadata_level(std::string_view feature, int level);

}  // namespace gregor::lab::kafka_tools
