#include "model/lab/available.h"

#include "model/lab/scenario_shapes.h"
#include "model/lab/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace gregor::lab {

namespace {

constexpr std::array<std::string_view, 1> later_invariants{"EO"};

/// What nodes of this version send each other; a rule for another API would never match.
constexpr std::array<std::string_view, 27> sent_apis{"AddOffsetsToTxn",
                                                     "AddPartitionsToTxn",
                                                     "AllocateProducerIds",
                                                     "AlterPartition",
                                                     "BeginQuorumEpoch",
                                                     "BrokerHeartbeat",
                                                     "BrokerRegistration",
                                                     "ConsumerGroupHeartbeat",
                                                     "EndQuorumEpoch",
                                                     "EndTxn",
                                                     "Fetch",
                                                     "FindCoordinator",
                                                     "Heartbeat",
                                                     "InitProducerId",
                                                     "JoinGroup",
                                                     "LeaveGroup",
                                                     "ListOffsets",
                                                     "Metadata",
                                                     "OffsetCommit",
                                                     "OffsetFetch",
                                                     "OffsetForLeaderEpoch",
                                                     "Produce",
                                                     "QuorumFetch",
                                                     "SyncGroup",
                                                     "TxnOffsetCommit",
                                                     "Vote",
                                                     "WriteTxnMarkers"};

constexpr std::array<std::string_view, 9> levels_of_brokers{
    "truncation",     "fetch-epoch-fencing", "isr-join-rule",
    "strict-min-isr", "broker-epoch-check",  "uncleanable-partitions",
    "txn-version",    "txn-verify",          "offset-commit-fencing"};
constexpr std::array<std::string_view, 3> levels_of_controllers{"elr", "check-quorum", "pre-vote"};

template <class Words>
bool contains(const Words& words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

class Finder {
public:
    Finder(const Scenario& scenario, std::vector<Diagnostic>& found)
        : scenario_(scenario), found_(found)
    {
    }

    void refuse(const std::string& path, std::string what, std::string_view why)
    {
        found_.push_back(
            {path, std::move(what), fmt::format("nothing: not in this version ({})", why), ""});
    }
    void look_at(const std::string& path, const Call& call, Client::Kind kind)
    {
        const bool reads = kind == Client::Kind::consumer;
        switch (call.kind) {
            case Call::Kind::begin:
            case Call::Kind::end:
            case Call::Kind::init_transactions:
                if (reads) refuse(path, "a call of a transaction", "consumers have none");
                return;
            case Call::Kind::poll:
                return refuse(path, "the call poll", "consumers poll by themselves");
            case Call::Kind::commit:
                if (!reads) refuse(path, "the call commit", "only consumers commit");
                return;
            case Call::Kind::send:
                if (reads) refuse(path, "the call send", "consumers send nothing");
                return;
            case Call::Kind::wait: return;
        }
    }

    void operator()(const action::Link& link)
    {
        if (link.bytes_per_second) refuse(path, "a rate of a link", "links keep their rate");
    }
    void operator()(const action::Level&)
    {
        refuse(path, "a level in a run", "levels hold from the start");
    }
    void operator()(const action::Set& set)
    {
        if (set.scope != action::Set::Scope::client) return;
        refuse(path, "a setting of " + set.name + " that changes in a run",
               "only settings of brokers, controllers and topics change");
    }
    void operator()(const action::Client& client)
    {
        if (!client.call) return;
        const auto whose = std::ranges::find(scenario_.clients, client.name, &Client::name);
        if (whose != scenario_.clients.end()) look_at(path, *client.call, whose->kind);
    }
    void operator()(const action::Node& node)
    {
        if (node.act != action::Node::Act::freeze) return;
        const bool controller = node.node.kind == NodeSet::Kind::controllers ||
                                (node.node.kind == NodeSet::Kind::id && node.node.id > 100);
        if (node.subsystem != "fetchers" && node.subsystem != "cleaner") {
            refuse(path, "freeze " + node.subsystem, "fetchers and cleaner can be frozen");
        } else if (controller) {
            refuse(path, "freeze of a controller", "fetchers of brokers can be frozen");
        }
    }
    void operator()(const action::Message& message)
    {
        if (contains(sent_apis, message.match.api)) return;
        std::string sent;
        for (const std::string_view each : sent_apis) {
            sent += (sent.empty() ? "" : ", ") + std::string(each);
        }
        found_.push_back(
            {path, "a rule for " + message.match.api + ", which nobody sends in this version", sent,
             nearest_word(message.match.api, {sent_apis.begin(), sent_apis.end()})});
    }
    template <class Other>
    void operator()(const Other&)
    {
    }

    std::string path;

private:
    const Scenario& scenario_;
    std::vector<Diagnostic>& found_;
};

void look_at_cluster(const Scenario& scenario, Finder& finder)
{
    if (!scenario.platform.is_null()) {
        finder.refuse("/platform", "a platform", "the cluster's own links join all nodes");
    }
}

/// Who of the nodes takes a level over: those that read it, or nobody.
bool follows(const NodeSet& nodes, std::string_view level, bool combined)
{
    const bool of_brokers = contains(levels_of_brokers, level);
    switch (nodes.kind) {
        case NodeSet::Kind::brokers: return of_brokers;
        case NodeSet::Kind::controllers: return !of_brokers;
        case NodeSet::Kind::id: return combined || of_brokers == (nodes.id <= 100);
        default: return false;
    }
}

void look_at_levels(const Scenario& scenario, Finder& finder)
{
    for (const LevelSetting& setting : scenario.levels) {
        const LevelDefinition* definition = find_level(setting.level);
        if (definition == nullptr || setting.level == "control-plane") continue;
        const std::string path = child_path("/levels", setting.level);
        const bool of_brokers = contains(levels_of_brokers, setting.level);
        if (!of_brokers && !contains(levels_of_controllers, setting.level)) {
            if (setting.value == definition->preset || setting.value.empty()) continue;
            finder.refuse(path, setting.value, fmt::format("it is {}", definition->preset));
            continue;
        }
        for (const NodeSet& nodes : setting.nodes) {
            if (follows(nodes, setting.level, scenario.cluster.combined)) continue;
            finder.refuse(path, "nodes that do not follow this level",
                          of_brokers ? "brokers and their ids do" : "controllers and their ids do");
        }
    }
}

void look_at_clients(const Scenario& scenario, Finder& finder)
{
    for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
        const Client& client = scenario.clients[i];
        const std::string path = child_path("/clients", i);
        if (client.kind == Client::Kind::processor) {
            finder.refuse(path + "/kind", "processor", "it comes later");
        }
        if (client.kind == Client::Kind::admin) {
            finder.refuse(path + "/kind", "admin", "steps of the script act as administrator");
        }
        if (client.load && client.load->timestamps) {
            finder.refuse(path + "/load/timestamps", "timestamps",
                          "records carry the clock's time");
        }
        for (const Call& call : client.program) {
            finder.look_at(path + "/program", call, client.kind);
        }
    }
}

}  // namespace

std::vector<Diagnostic> find_unavailable(const Scenario& scenario)
{
    std::vector<Diagnostic> found;
    Finder finder(scenario, found);
    look_at_cluster(scenario, finder);
    look_at_clients(scenario, finder);
    find_unavailable_settings(scenario, found);
    look_at_levels(scenario, finder);
    for (const Step& step : scenario.script) {
        finder.path = step.path + "/do";
        for (const Action& action : step.actions) std::visit(finder, action);
    }
    for (std::size_t i = 0; i < scenario.asserts.size(); ++i) {
        const std::string& name = scenario.asserts[i].invariant;
        if (!contains(later_invariants, name)) continue;
        finder.refuse(child_path("/asserts", i) + "/inv", name, "it needs processors");
    }
    return found;
}

}  // namespace gregor::lab
