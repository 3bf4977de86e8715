#include "model/lab/available.h"
#include "model/lab/cluster.h"
#include "model/lab/scenario_reader.h"
#include "model/lab/scenario_shapes.h"
#include "model/lab/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace gregor::lab {
namespace {

/// Names with the place of each, to find the second use of one.
class UniqueNames {
public:
    UniqueNames(std::string what, Loading& loading) : what_(std::move(what)), loading_(loading) {}

    void add(const std::string& name, const std::string& path)
    {
        const auto [at, is_new] = places_.emplace(name, path);
        if (!is_new) {
            loading_.diagnostics.add({path, excerpt(Json(name)) + ", also at " + at->second,
                                      "a name of its own for each " + what_, ""});
        }
    }

private:
    std::string what_;
    Loading& loading_;
    std::map<std::string, std::string> places_;
};

std::string count_text(std::int64_t count, const char* one)
{
    return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

// --- cluster and topics
// ---------------------------------------------------------------------------

void check_cluster(const Cluster& cluster, Loading& loading)
{
    const auto brokers = static_cast<std::int32_t>(cluster.brokers.size());
    if (cluster.combined && cluster.controllers > brokers) {
        loading.diagnostics.add({"/cluster/controllers",
                                 count_text(cluster.controllers, "combined controller"),
                                 fmt::format("1 to {}, as many as brokers", brokers), ""});
    }
}

void check_replica_list(const std::vector<std::int32_t>& replicas, const std::string& path,
                        std::int32_t brokers, Loading& loading)
{
    std::set<std::int32_t> seen;
    for (std::size_t i = 0; i < replicas.size(); ++i) {
        const std::string place = child_path(path, i);
        if (replicas[i] < 1 || replicas[i] > brokers) {
            loading.diagnostics.add({place, fmt::format("broker {}", replicas[i]),
                                     fmt::format("brokers 1 to {}", brokers), ""});
        }
        if (!seen.insert(replicas[i]).second) {
            loading.diagnostics.add(
                {place, fmt::format("broker {} twice", replicas[i]), "each broker once", ""});
        }
    }
}

void check_topic(const Topic& topic, const std::string& path, const Cluster& cluster,
                 Loading& loading)
{
    const auto brokers = static_cast<std::int32_t>(cluster.brokers.size());
    if (!topic.replicas.empty()) {
        if (topic.replication_factor > 0) {
            loading.diagnostics.add(
                {child_path(path, "rf"), "rf beside replicas", "one of the two", ""});
        }
        if (topic.replicas.size() != static_cast<std::size_t>(topic.partitions)) {
            loading.diagnostics.add(
                {child_path(path, "replicas"), fmt::format("{} lists", topic.replicas.size()),
                 fmt::format("{}, one of each partition", topic.partitions), ""});
        }
        for (std::size_t i = 0; i < topic.replicas.size(); ++i) {
            check_replica_list(topic.replicas[i], child_path(child_path(path, "replicas"), i),
                               brokers, loading);
        }
        return;
    }
    constexpr std::int32_t most = 10'000;  // of partitions, as the shape says where they are given
    if (topic.partitions > most) {
        loading.diagnostics.add({child_path(path, "partitions"),
                                 fmt::format("{} partitions (num.partitions)", topic.partitions),
                                 fmt::format("1 to {}", most), ""});
    }
    const std::int32_t factor = topic.replication_factor;
    if (factor > brokers) {
        loading.diagnostics.add({child_path(path, "rf"), fmt::format("{} replicas", factor),
                                 fmt::format("1 to {}, the number of brokers", brokers), ""});
    }
}

void check_topics(const Scenario& scenario, Loading& loading)
{
    UniqueNames names("topic", loading);
    std::int64_t partitions = 0;
    for (const Topic& topic : scenario.topics) {
        names.add(topic.name, child_path(topic.path, "name"));
        partitions += topic.partitions;
        if (topic.copy == 0) check_topic(topic, topic.path, scenario.cluster, loading);
    }
    constexpr std::int64_t most = 100'000;
    if (partitions > most) {
        loading.diagnostics.add({"/topics", fmt::format("{} partitions in all", partitions),
                                 fmt::format("at most {}", most), ""});
    }
}

// --- clients
// --------------------------------------------------------------------------------------

/// Loads write to their first topic.
void check_load(const Client& client, const std::string& path, const Scenario& scenario,
                Loading& loading)
{
    if (scenario.topics.empty()) {
        loading.diagnostics.add(
            {path, excerpt(Json(client.name)) + " without a topic", "a topic in topics", ""});
        return;
    }
    if (!client.load || !client.load->partition) return;
    const std::string& name =
        client.topics.empty() ? scenario.topics.front().name : client.topics.front();
    const auto topic = std::ranges::find(scenario.topics, name, &Topic::name);
    if (topic == scenario.topics.end() || *client.load->partition < topic->partitions) return;
    loading.diagnostics.add({path + "/load/partition",
                             fmt::format("partition {} of {}", *client.load->partition, name),
                             fmt::format("0 to {}", topic->partitions - 1), ""});
}

void check_clients(const Scenario& scenario, Loading& loading)
{
    UniqueNames names("client", loading);
    for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
        const Client& client = scenario.clients[i];
        const std::string path = child_path("/clients", i);
        names.add(client.name, child_path(path, "name"));
        for (const char* reserved : {"brokers", "controllers", "clients"}) {
            if (client.name == reserved) {
                loading.refuse(child_path(path, "name"), client.name,
                               "a name that is not a class of nodes");
            }
        }
        check_load(client, path, scenario, loading);
    }
    constexpr std::size_t most = 10'000;
    if (scenario.clients.size() > most) {
        loading.diagnostics.add({"/clients", fmt::format("{} clients", scenario.clients.size()),
                                 fmt::format("at most {}", most), ""});
    }
}

// --- names
// ----------------------------------------------------------------------------------------

/// Everything that an expression or action may name.
class Names {
public:
    explicit Names(const Scenario& scenario) : scenario_(scenario)
    {
        for (const Topic& each : scenario.topics) partitions_[each.name] = each.partitions;
        for (const Client& each : scenario.clients) {
            clients_.insert(each.name);
            const auto group = each.config.find("group.id");
            if (group != each.config.end()) groups_.insert(group->second);
        }
        for (const Step& step : scenario.script) {
            if (!step.name.empty()) fired_.insert(step.name);
            for (const Action& each : step.actions) add(each);
        }
    }

    /// Nothing when the name is known, else what would have been.
    std::optional<Diagnostic> check(const Loading::Use& use) const
    {
        const Reference& reference = use.reference;
        switch (reference.kind) {
            case Argument::broker: return check_broker(use);
            case Argument::partition: return check_partition(use);
            case Argument::topic: return check_in(use, topic_names(), "a topic of the scenario");
            case Argument::client: return check_in(use, clients_, "a client of the scenario");
            case Argument::group: return check_in(use, groups_, "the group.id of a client");
            case Argument::held: return check_in(use, held_, "the name of a hold in the script");
            case Argument::fired: return check_in(use, fired_, "a mark or the name of a step");
            case Argument::value:
                if (partitions_.contains(reference.name)) return std::nullopt;
                return check_partition(use);
            default: return std::nullopt;
        }
    }

private:
    void add(const Action& action)
    {
        if (const auto* mark = std::get_if<action::Mark>(&action)) fired_.insert(mark->name);
        if (const auto* message = std::get_if<action::Message>(&action)) {
            if (!message->hold.empty()) held_.insert(message->hold);
        }
        const auto* admin = std::get_if<action::Admin>(&action);
        if (admin == nullptr || admin->topic.empty() || admin->partitions == 0) return;
        std::int32_t& known = partitions_[admin->topic];
        known = std::max(known, admin->partitions);
    }

    std::set<std::string> topic_names() const
    {
        std::set<std::string> names;
        for (const auto& [name, partitions] : partitions_) names.insert(name);
        return names;
    }

    static std::optional<Diagnostic> check_in(const Loading::Use& use,
                                              const std::set<std::string>& known,
                                              std::string allowed)
    {
        const std::string& name = use.reference.name;
        if (known.contains(name)) return std::nullopt;
        const std::vector<std::string_view> words(known.begin(), known.end());
        return Diagnostic{use.path, "unknown " + excerpt(Json(name)), std::move(allowed),
                          nearest_word(name, words)};
    }

    std::optional<Diagnostic> check_broker(const Loading::Use& use) const
    {
        const std::string& name = use.reference.name;
        const auto id = parse_integer(name).value_or(-1);
        const auto brokers = static_cast<std::int64_t>(scenario_.cluster.brokers.size());
        const std::int64_t controllers =
            scenario_.cluster.combined ? 0 : scenario_.cluster.controllers;
        constexpr std::int64_t before_controllers = 100;
        if (id >= 1 && id <= brokers) return std::nullopt;
        const std::int64_t controller = id - before_controllers;
        if (controller >= 1 && controller <= controllers) return std::nullopt;
        std::string allowed = fmt::format("brokers 1 to {}", brokers);
        if (controllers > 0) {
            allowed += fmt::format(", controllers 101 to {}", before_controllers + controllers);
        }
        return Diagnostic{use.path, "node " + excerpt(Json(name)), std::move(allowed), ""};
    }

    std::optional<Diagnostic> check_partition(const Loading::Use& use) const
    {
        const std::string& name = use.reference.name;
        const std::size_t dash = name.rfind('-');
        const std::string topic = name.substr(0, dash);
        const auto number =
            dash == std::string::npos ? std::nullopt : parse_integer(name.substr(dash + 1));
        const auto known = partitions_.find(topic);
        if (known == partitions_.end() || !number) {
            std::vector<std::string> all;
            for (const auto& [each, count] : partitions_) all.push_back(each + "-0");
            const std::vector<std::string_view> words(all.begin(), all.end());
            return Diagnostic{use.path, "unknown partition " + excerpt(Json(name)),
                              "a partition of a topic of the scenario", nearest_word(name, words)};
        }
        if (*number < known->second) return std::nullopt;
        return Diagnostic{use.path, "unknown partition " + excerpt(Json(name)),
                          fmt::format("{0}-0 to {0}-{1}", topic, known->second - 1), ""};
    }

    const Scenario& scenario_;
    std::map<std::string, std::int32_t> partitions_;
    std::set<std::string> clients_, groups_, held_, fired_;
};

void check_uses(const Scenario& scenario, Loading& loading)
{
    const Names names(scenario);
    for (const Loading::Use& use : loading.uses) {
        if (loading.diagnostics.full()) return;
        if (auto diagnostic = names.check(use)) loading.diagnostics.add(*std::move(diagnostic));
    }
}

void check_asserts(const Scenario& scenario, Loading& loading)
{
    UniqueNames names("assertion", loading);
    for (std::size_t i = 0; i < scenario.asserts.size(); ++i) {
        names.add(scenario.asserts[i].id, child_path(child_path("/asserts", i), "id"));
    }
    const auto& over_sweep = scenario.expect.over_sweep;
    std::vector<std::string_view> known;
    for (const auto& [name, value] : loading.parameters) known.push_back(name);
    for (const SweepBound& each : over_sweep) {
        if (loading.parameters.contains(each.over)) continue;
        loading.diagnostics.add({"/legs", "over-sweep over " + excerpt(Json(each.over)),
                                 "a parameter that the sweep varies",
                                 nearest_word(each.over, known)});
    }
}

void check_times(const Scenario& scenario, Loading& loading)
{
    const Duration longest = seconds(86'400LL * 36'500);
    if (scenario.horizon - Time{} > longest) {
        loading.diagnostics.add(
            {"/horizon", to_text(scenario.horizon - Time{}), "at most 36500d", ""});
    }
    if (scenario.settle > longest) {
        loading.diagnostics.add({"/settle", to_text(scenario.settle), "at most 36500d", ""});
    }
    if (!parse_kafka_version(scenario.kafka)) {
        loading.refuse("/kafka", scenario.kafka, "a version from \"0.8\" to \"4.3\"");
    }
}

}  // namespace

void check_scenario(const Scenario& scenario, Loading& loading)
{
    check_times(scenario, loading);
    check_cluster(scenario.cluster, loading);
    check_topics(scenario, loading);
    check_clients(scenario, loading);
    check_settings(scenario, loading);
    check_asserts(scenario, loading);
    check_script(scenario, loading);
    check_uses(scenario, loading);
    for (Diagnostic& each : find_unavailable(scenario)) loading.diagnostics.add(std::move(each));
    if (!loading.diagnostics.empty()) return;
    for (Diagnostic& each : find_refused_topics(scenario)) {
        loading.diagnostics.add(std::move(each));
    }
}

}  // namespace gregor::lab
