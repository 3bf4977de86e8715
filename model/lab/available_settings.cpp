#include "model/lab/available.h"
#include "model/lab/shape.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace gregor::lab {

namespace {

using namespace std::string_view_literals;

/// Kafka changes these in a broker that runs; of the others it says "Cannot update these configs
/// dynamically" (DynamicBrokerConfig.AllDynamicConfigs; of listeners and security nothing here).
bool is_dynamic(std::string_view key)
{
    constexpr std::array prefixes{"log.cleaner."sv,         "log.index."sv,     "log.message."sv,
                                  "log.local.retention."sv, "max.connection"sv, "remote.log."sv};
    if (key == "log.cleaner.enable") return false;
    constexpr std::array keys{"background.threads"sv,
                              "compression.gzip.level"sv,
                              "compression.lz4.level"sv,
                              "compression.type"sv,
                              "compression.zstd.level"sv,
                              "log.cleanup.policy"sv,
                              "log.flush.interval.messages"sv,
                              "log.flush.interval.ms"sv,
                              "log.preallocate"sv,
                              "log.retention.bytes"sv,
                              "log.retention.ms"sv,
                              "log.roll.jitter.ms"sv,
                              "log.roll.ms"sv,
                              "log.segment.bytes"sv,
                              "log.segment.delete.delay.ms"sv,
                              "message.max.bytes"sv,
                              "metric.reporters"sv,
                              "min.insync.replicas"sv,
                              "num.io.threads"sv,
                              "num.network.threads"sv,
                              "num.recovery.threads.per.data.dir"sv,
                              "num.replica.fetchers"sv,
                              "producer.id.expiration.ms"sv,
                              "transaction.partition.verification.enable"sv,
                              "unclean.leader.election.enable"sv};
    return std::ranges::find(keys, key) != keys.end() ||
           std::ranges::any_of(prefixes, [key](auto each) { return key.starts_with(each); });
}

void look_at_steps(const Scenario& scenario, std::vector<Diagnostic>& found)
{
    for (const Step& step : scenario.script) {
        for (const Action& action : step.actions) {
            const auto* set = std::get_if<action::Set>(&action);
            if (set == nullptr || set->scope != action::Set::Scope::broker) continue;
            if (is_dynamic(set->key) || find_config(ConfigScope::broker, set->key) == nullptr)
                continue;
            found.push_back({step.path + "/do/set",
                             set->key + ", which Kafka cannot change in a broker that runs",
                             "a setting with a dynamic update mode, or config of the broker", ""});
        }
    }
}

/// Whether a list such as "range, cooperative-sticky" names one of Kafka's own, in short or by
/// class.
bool knows_an_assignor(const std::string& list)
{
    constexpr std::array known{"range"sv, "roundrobin"sv, "sticky"sv, "cooperative-sticky"sv};
    const ConfigMap asked{{"partition.assignment.strategy", list}};
    return std::ranges::any_of(
        ConsumerConfig::from(asked).partition_assignment_strategy,
        [&](const std::string& each) { return std::ranges::find(known, each) != known.end(); });
}

void look_at_consumer(const Client& client, const std::string& path, std::vector<Diagnostic>& found)
{
    const auto value = [&](const char* key) {
        const auto at = client.config.find(key);
        return at == client.config.end() ? std::string() : at->second;
    };
    const auto refuse = [&](const char* key, std::string_view instead) {
        found.push_back({child_path(path, key), value(key),
                         "nothing: not in this version (" + std::string(instead) + ")", ""});
    };
    const std::string assignors = value("partition.assignment.strategy");
    if (!assignors.empty() && !knows_an_assignor(assignors)) {
        refuse("partition.assignment.strategy",
               "the assignors are range, roundrobin, sticky and cooperative-sticky");
    }
}

}  // namespace

void find_unavailable_settings(const Scenario& scenario, std::vector<Diagnostic>& found)
{
    look_at_steps(scenario, found);
    for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
        if (scenario.clients[i].kind != Client::Kind::consumer) continue;
        look_at_consumer(scenario.clients[i], child_path("/clients", i) + "/config", found);
    }
}

}  // namespace gregor::lab
