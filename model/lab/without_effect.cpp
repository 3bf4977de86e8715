#include "model/lab/available.h"
#include "model/lab/scenario_reader.h"
#include "model/lab/shape.h"

#include <algorithm>
#include <array>

namespace gregor::lab {

namespace {

using namespace std::string_view_literals;

/// Settings that controllers read, of which each knows what the cluster's defaults say.
bool read_by_controllers(std::string_view key)
{
    constexpr std::array keys{"auto.leader.rebalance.enable"sv,
                              "broker.session.timeout.ms"sv,
                              "default.replication.factor"sv,
                              "metadata.max.idle.interval.ms"sv,
                              "leader.imbalance.check.interval.seconds"sv,
                              "num.partitions"sv,
                              "unclean.leader.election.enable"sv};
    constexpr std::array of_observers{"controller.quorum.fetch.timeout.ms"sv,
                                      "controller.quorum.retry.backoff.ms"sv};
    if (key.starts_with("controller.quorum.")) {
        return std::ranges::find(of_observers, key) == of_observers.end();
    }
    return std::ranges::find(keys, key) != keys.end();
}

class Warnings {
public:
    void add(const std::string& path, const std::string& what)
    {
        std::string line = path + ": " + what;
        if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
    }

    void look_at(const ConfigMap& config, const std::string& path,
                 const std::vector<ConfigScope>& scopes)
    {
        for (const auto& [key, value] : config) {
            if (!has_effect(key, scopes)) add(path, key + " has no effect in this version");
        }
    }

    static bool has_effect(const std::string& key, const std::vector<ConfigScope>& scopes)
    {
        return std::ranges::any_of(scopes, [&](ConfigScope scope) {
            const ConfigDefinition* known = find_config(scope, key);
            if (known == nullptr || !known->modelled) return false;
            return scope != ConfigScope::consumer || key != "socket.connection.setup.timeout.ms";
        });
    }

    std::vector<std::string> lines;
};

void look_at_step(const Step& step, Warnings& warnings)
{
    for (const Action& action : step.actions) {
        const auto* set = std::get_if<action::Set>(&action);
        if (set == nullptr || set->scope != action::Set::Scope::broker) continue;
        const bool controller = set->name.size() > 2;
        const std::string path = step.path + "/do/set";
        if (!Warnings::has_effect(set->key, {ConfigScope::broker})) {
            warnings.add(path, set->key + " has no effect in this version");
        } else if (read_by_controllers(set->key) != controller) {
            warnings.add(path, set->key + " has no effect here: " +
                                   (controller ? "brokers read it" : "controllers read it"));
        }
    }
}

}  // namespace

std::vector<std::string> find_without_effect(const Scenario& scenario)
{
    Warnings warnings;
    warnings.look_at(scenario.cluster.defaults, "/cluster/defaults", {ConfigScope::broker});
    for (std::size_t i = 0; i < scenario.cluster.brokers.size(); ++i) {
        const ConfigMap& own = scenario.cluster.brokers[i].config;
        const std::string path = child_path("/cluster/brokers", i) + "/config";
        warnings.look_at(own, path, {ConfigScope::broker});
        for (const auto& [key, value] : own) {
            if (!read_by_controllers(key)) continue;
            warnings.add(path, key +
                                   " has no effect on one broker: controllers read what "
                                   "cluster.defaults says");
        }
    }
    for (const Topic& topic : scenario.topics) {
        if (topic.copy > 0) continue;
        warnings.look_at(topic.config, topic.path + "/config", {ConfigScope::topic});
    }
    for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
        const Client& client = scenario.clients[i];
        const std::string path = child_path("/clients", i);
        const ConfigScope scope =
            client.kind == Client::Kind::consumer ? ConfigScope::consumer : ConfigScope::producer;
        warnings.look_at(client.config, path + "/config", {scope});
        if (client.load && client.load->fluid) {
            warnings.add(path + "/load",
                         "fluid has no effect in this version: records are sent one by one");
        }
    }
    for (const Step& step : scenario.script) look_at_step(step, warnings);
    return warnings.lines;
}

}  // namespace gregor::lab
