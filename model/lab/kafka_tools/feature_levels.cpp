#include "model/lab/kafka_tools/feature_levels.h"

#include <algorithm>
#include <array>

namespace gregor::lab::kafka_tools {

namespace {

constexpr std::array features{
    KnownFeature{"metadata.version", 30},
    KnownFeature{"kraft.version", 1},
    KnownFeature{"transaction.version", 2},
    KnownFeature{"group.version", 1},
    KnownFeature{"eligible.leader.replicas.version", 1},
    KnownFeature{"share.version", 1},
    KnownFeature{"streams.version", 1},
};

constexpr std::array releases{
    MetadataRelease{"3.3-IV3", 7, "000000"},  MetadataRelease{"3.4-IV0", 8, "000000"},
    MetadataRelease{"3.5-IV0", 9, "000000"},  MetadataRelease{"3.5-IV1", 10, "000000"},
    MetadataRelease{"3.5-IV2", 11, "000000"}, MetadataRelease{"3.6-IV0", 12, "000000"},
    MetadataRelease{"3.6-IV1", 13, "000000"}, MetadataRelease{"3.6-IV2", 14, "000000"},
    MetadataRelease{"3.7-IV0", 15, "000000"}, MetadataRelease{"3.7-IV1", 16, "000000"},
    MetadataRelease{"3.7-IV2", 17, "000000"}, MetadataRelease{"3.7-IV3", 18, "000000"},
    MetadataRelease{"3.7-IV4", 19, "000000"}, MetadataRelease{"3.8-IV0", 20, "000000"},
    MetadataRelease{"3.9-IV0", 21, "100000"}, MetadataRelease{"4.0-IV0", 22, "101000"},
    MetadataRelease{"4.0-IV1", 23, "101000"}, MetadataRelease{"4.0-IV2", 24, "121000"},
    MetadataRelease{"4.0-IV3", 25, "121000"}, MetadataRelease{"4.1-IV0", 26, "121100"},
    MetadataRelease{"4.1-IV1", 27, "121100"}, MetadataRelease{"4.2-IV0", 28, "121110"},
    MetadataRelease{"4.2-IV1", 29, "121111"}, MetadataRelease{"4.3-IV0", 30, "121111"},
    MetadataRelease{"4.4-IV0", 31, "121111"},  // not in production
};

}  // namespace

std::span<const KnownFeature> known_features()
{
    return features;
}

const MetadataRelease* release_named(std::string_view text)
{
    const MetadataRelease* found = nullptr;
    for (const MetadataRelease& each : releases) {
        const std::string_view release = each.name.substr(0, each.name.find('-'));
        if (text == each.name || text == release) found = &each;
    }
    return found;
}

const MetadataRelease* release_of_level(int level)
{
    const auto found = std::ranges::find(releases, level, &MetadataRelease::level);
    return found == releases.end() ? nullptr : &*found;
}

const MetadataRelease& latest_release()
{
    return *release_of_level(features.front().highest);
}

std::string release_names()
{
    std::string names;
    for (const MetadataRelease& each : releases) {
        names += (names.empty() ? "" : ", ") + std::string(each.name);
    }
    return names;
}

std::map<std::string, int> levels_in(const MetadataRelease& release)
{
    std::map<std::string, int> levels{{std::string(features.front().name), release.level}};
    for (std::size_t i = 1; i < features.size(); ++i) {
        levels[std::string(features.at(i).name)] = release.levels[i - 1] - '0';
    }
    return levels;
}

int needed_metadata_level(std::string_view feature, int level)
{
    return feature == "eligible.leader.replicas.version" && level == 1 ? 23 : 0;
}

}  // namespace gregor::lab::kafka_tools
