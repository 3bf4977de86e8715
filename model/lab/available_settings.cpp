#include "model/config_update.h"
#include "model/lab/available.h"
#include "model/lab/shape.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace gregor::lab {

namespace {

using namespace std::string_view_literals;

void look_at_steps(const Scenario& scenario, std::vector<Diagnostic>& found)
{
    for (const Step& step : scenario.script) {
        for (const Action& action : step.actions) {
            const auto* set = std::get_if<action::Set>(&action);
            if (set == nullptr || set->scope != action::Set::Scope::broker) continue;
            // Of the others Kafka says "Cannot update these configs dynamically".
            if (find_config(ConfigScope::broker, set->key) == nullptr ||
                update_of(set->key) != ConfigUpdate::read_only) {
                continue;
            }
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
