#include "model/lab/scenario_reader.h"
#include "model/lab/shape.h"

#include <algorithm>

/// Settings that Kafka refuses together, wherever a scenario may write them. Each value by itself
/// was judged when it was read.
namespace gregor::lab {

namespace {

using Conflicts = std::vector<ConfigConflict>;

void add(const Conflicts& conflicts, const std::string& path, Loading& loading)
{
    for (const ConfigConflict& each : conflicts) {
        loading.diagnostics.add(
            {child_path(path, each.name), each.error.found, each.error.text(), ""});
    }
}

/// All at the place of the one setting that brings them.
Conflicts at(const std::string& name, Conflicts conflicts)
{
    for (ConfigConflict& each : conflicts) each.name = name;
    return conflicts;
}

/// What a change brings: conflicts that were there before it are told elsewhere.
Conflicts new_ones(Conflicts after, const Conflicts& before)
{
    std::erase_if(after, [&](const ConfigConflict& each) {
        return std::ranges::any_of(before, [&](const ConfigConflict& known) {
            return known.name == each.name && known.error.found == each.error.found;
        });
    });
    return after;
}

ConfigMap with(ConfigMap config, const std::string& key, const std::string& value)
{
    config[key] = value;
    return config;
}

/// A setting is only a conflict for the role that has it.
Conflicts conflicts_of(ConfigScope scope, const ConfigMap& config)
{
    ConfigMap own;
    for (const auto& [name, value] : config) {
        if (find_config(scope, name) != nullptr) own[name] = value;
    }
    return find_config_conflicts(scope, own);
}

void check_cluster(const Cluster& cluster, Loading& loading)
{
    const Conflicts of_all = find_config_conflicts(ConfigScope::broker, cluster.defaults);
    add(of_all, "/cluster/defaults", loading);
    for (std::size_t i = 0; i < cluster.brokers.size(); ++i) {
        const Broker& broker = cluster.brokers[i];
        if (broker.config.empty()) continue;
        add(new_ones(find_config_conflicts(ConfigScope::broker, cluster.config_of(broker)), of_all),
            child_path("/cluster/brokers", i) + "/config", loading);
    }
}

void check_set(const action::Set& set, const std::string& path, const Scenario& scenario,
               Loading& loading)
{
    const auto judge = [&](ConfigScope scope, const ConfigMap& config) {
        add(at(set.key, new_ones(conflicts_of(scope, with(config, set.key, set.value)),
                                 conflicts_of(scope, config))),
            path, loading);
    };
    const ConfigMap& defaults = scenario.cluster.defaults;
    for (const Broker& each : scenario.cluster.brokers) {
        if (set.scope != action::Set::Scope::broker || std::to_string(each.id) != set.name)
            continue;
        judge(ConfigScope::broker, scenario.cluster.config_of(each));
    }
    for (const Topic& each : scenario.topics) {
        if (set.scope != action::Set::Scope::topic || each.name != set.name) continue;
        add(at(set.key,
               new_ones(find_topic_conflicts(with(each.config, set.key, set.value), defaults),
                        find_topic_conflicts(each.config, defaults))),
            path, loading);
    }
    for (const Client& each : scenario.clients) {
        if (set.scope != action::Set::Scope::client || each.name != set.name) continue;
        for (const ConfigScope scope : scopes_of(each.kind)) {
            if (find_config(scope, set.key) != nullptr) judge(scope, each.config);
        }
    }
}

}  // namespace

void check_settings(const Scenario& scenario, Loading& loading)
{
    const ConfigMap& defaults = scenario.cluster.defaults;
    check_cluster(scenario.cluster, loading);
    for (const Topic& topic : scenario.topics) {
        if (topic.copy > 0) continue;
        add(find_topic_conflicts(topic.config, defaults), topic.path + "/config", loading);
    }
    for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
        for (const ConfigScope scope : scopes_of(scenario.clients[i].kind)) {
            add(conflicts_of(scope, scenario.clients[i].config),
                child_path("/clients", i) + "/config", loading);
        }
    }
    for (const Step& step : scenario.script) {
        const std::string path = child_path(step.path, "do");
        for (const Action& each : step.actions) {
            if (const auto* set = std::get_if<action::Set>(&each)) {
                check_set(*set, child_path(path, "set"), scenario, loading);
            } else if (const auto* admin = std::get_if<action::Admin>(&each)) {
                add(find_topic_conflicts(admin->config, defaults),
                    child_path(path, "admin") + "/config", loading);
            }
        }
    }
}

}  // namespace gregor::lab
