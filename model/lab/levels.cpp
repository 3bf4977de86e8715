#include "model/lab/levels.h"

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
    } else if (level == "pre-vote") {
        profile.pre_vote = is_on(value);
    }
}

bool covers(const LevelSetting& setting, BrokerId broker)
{
    if (setting.nodes.empty()) return true;
    return std::any_of(setting.nodes.begin(), setting.nodes.end(), [&](const NodeSet& nodes) {
        return (nodes.kind == NodeSet::Kind::brokers && broker != no_broker) ||
               (nodes.kind == NodeSet::Kind::id && nodes.id == broker.value);
    });
}

}  // namespace

ProtocolProfile profile_of(const Scenario& scenario, BrokerId broker)
{
    ProtocolProfile profile;
    for (const LevelSetting& setting : scenario.levels) {
        if (covers(setting, broker)) apply(profile, setting.level, setting.value);
    }
    return profile;
}

}  // namespace gregor::lab
