#include "model/lab/swarm.h"

#include "model/lab/swarm_parts.h"

namespace gregor::lab {

namespace {

using Json = nlohmann::json;
using swarm::Plan;

/// "online(1) and online(2) ...": who was told to stop may stay down.
std::string all_online(const Plan& plan)
{
    std::string text;
    for (std::int32_t b = 1; b <= plan.brokers; ++b) {
        text += fmt::format("{}online({})", b == 1 ? "" : " and ", b);
    }
    return text;
}

/// What nobody serves cannot be judged.
std::string all_served(const std::vector<std::string>& partitions)
{
    std::string text;
    for (const std::string& each : partitions) {
        text += fmt::format("{}leader('{}') != -1", text.empty() ? "" : " and ", each);
    }
    return text;
}

/// What Kafka promises of this scenario, whatever happens in it (fault budget: see swarm.h).
Json promises(const Plan& plan, const Json& script)
{
    Json asserts = Json::array();
    const std::string served = all_served(plan.partitions());
    const auto add = [&](std::string id, const char* name, const char* whose,
                         const std::string& who) {
        asserts.push_back({{"id", std::move(id)}, {"inv", name}, {whose, who}, {"given", served}});
    };
    for (const swarm::DrawnProducer& each : plan.producers) {
        if (each.acks == "all") add("dur-" + each.name, "DUR", "client", each.name);
        // Without sequences a retry may overtake what was sent after it.
        const bool one_by_one = each.in_flight == 1;
        if (each.idempotent || one_by_one) add("order-" + each.name, "ORDER", "client", each.name);
        // With more in flight a new leader knows only the last batch of a producer: an older one is
        // refused, and sent again in a new epoch.
        if (each.idempotent && one_by_one) add("once-" + each.name, "NODUP", "client", each.name);
    }
    asserts.push_back({{"id", "match"}, {"inv", "MATCH"}});
    asserts.push_back({{"id", "committed"}, {"inv", "HWMONO"}});
    asserts.push_back({{"id", "one-controller"}, {"inv", "ONECTRL"}});
    if (!plan.consumers.empty()) {
        add("no-skip", "NOSKIP", "group", "g");
        asserts.push_back({{"id", "owner"}, {"inv", "OWNER"}, {"group", "g"}});
    }
    // A reassignment that ends below min.insync.replicas can leave a replica that it removed in the
    // ELR, and the partition without a leader for good (so recorded from 4.3.1).
    const bool reassigned = script.dump().find("\"reassign\"") != std::string::npos;
    for (const std::string& each : plan.partitions()) {
        if (reassigned) break;
        asserts.push_back({{"id", "served-" + each},
                           {"at_end", fmt::format("leader('{}') != -1", each)},
                           {"given", all_online(plan)}});
    }
    return asserts;
}

}  // namespace

Json draw_scenario(std::uint64_t seed)
{
    const Random random = Random(seed).split("swarm");
    const auto draw = [&](const char* part) { return Draw(random.split(part)); };
    Plan plan;
    Json scenario = {{"gregor", 1},
                     {"id", fmt::format("swarm-{}", seed)},
                     {"doc", fmt::format("Drawn from seed {} by gregor sweep --faults.", seed)},
                     {"resources", "fixed"},
                     {"seeds", {{"from", seed}, {"count", 1}}}};
    scenario["cluster"] = draw_cluster(draw("cluster"), plan);
    scenario["topics"] = draw_topics(draw("topics"), plan);
    scenario["clients"] = draw_clients(draw("clients"), plan);
    scenario["script"] = draw_faults(draw("faults"), plan);
    scenario["horizon"] = Draw::text(plan.horizon);
    scenario["settle"] = "30s";
    scenario["asserts"] = promises(plan, scenario["script"]);
    Json holds = Json::array();
    for (const Json& each : scenario["asserts"]) holds.push_back(each["id"]);
    scenario["levels"] = Json::object();
    scenario["legs"] = Json::array({{{"name", "swarm"}, {"expect", {{"holds", holds}}}}});
    return scenario;
}

}  // namespace gregor::lab
