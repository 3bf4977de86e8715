#include "model/lab/levels.h"

#include "model/lab/scenario_shapes.h"

#include <algorithm>
#include <string_view>

namespace gregor::lab {

namespace {

bool is_on(std::string_view value)
{
    return value == "true" || value == "on";
}

void apply(ProtocolProfile& profile, std::string_view level, std::string_view value)
{
    if (level == "truncation") {
        profile.truncation = value == "hw"       ? TruncationProtocol::high_watermark
                             : value == "kip101" ? TruncationProtocol::kip101
                             : value == "kip279" ? TruncationProtocol::kip279
                                                 : TruncationProtocol::fetch;
    } else if (level == "isr-join-rule") {
        profile.isr_join_rule =
            value == "hw" ? IsrJoinRule::high_watermark : IsrJoinRule::epoch_start;
    } else if (level == "fetch-epoch-fencing") {
        profile.fetch_epoch_fencing = is_on(value);
    } else if (level == "broker-epoch-check") {
        profile.broker_epoch_check = is_on(value);
    } else if (level == "strict-min-isr") {
        profile.strict_min_isr = is_on(value);
    } else if (level == "elr") {
        profile.eligible_leader_replicas = is_on(value);
    } else if (level == "check-quorum") {
        profile.check_quorum = is_on(value);
    } else if (level == "uncleanable-partitions") {
        profile.uncleanable_partitions = is_on(value);
    } else if (level == "pre-vote") {
        profile.pre_vote = is_on(value);
    } else if (level == "txn-version") {
        profile.transaction_version = static_cast<std::int8_t>(value == "2" ? 2 : value == "1");
    } else if (level == "txn-verify") {
        profile.transaction_verification = is_on(value);
    } else if (level == "offset-commit-fencing") {
        profile.offset_commit_fencing = is_on(value);
    }
}

/// A combined node is named by its broker's id.
bool covers(const LevelSetting& setting, BrokerId id, bool combined)
{
    if (setting.nodes.empty()) return true;
    const bool is_controller = id.value > 100;
    return std::any_of(setting.nodes.begin(), setting.nodes.end(), [&](const NodeSet& nodes) {
        switch (nodes.kind) {
            case NodeSet::Kind::brokers: return !is_controller;
            case NodeSet::Kind::controllers: return is_controller;
            case NodeSet::Kind::id:
                return nodes.id == id.value ||
                       (combined && is_controller && nodes.id == id.value - 100);
            default: return false;
        }
    });
}

}  // namespace

ProtocolProfile profile_of(const Scenario& scenario, BrokerId id)
{
    ProtocolProfile profile;
    const auto version = parse_kafka_version(scenario.kafka);
    for (const LevelDefinition& level : levels()) {
        if (version) apply(profile, level.name, level.value_in(*version));
    }
    for (const LevelSetting& setting : scenario.levels) {
        if (covers(setting, id, scenario.cluster.combined))
            apply(profile, setting.level, setting.value);
    }
    return profile;
}

}  // namespace gregor::lab
