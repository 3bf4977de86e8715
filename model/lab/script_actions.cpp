#include "model/lab/action_digest.h"
#include "model/lab/cluster.h"
#include "model/lab/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gregor::lab {

// --- where ---------------------------------------------------------------------------------------

std::vector<NodeId> Script::resolve(const Context& context, const NodeSet& set) const
{
    const ClusterLayout& layout = context.names.layout;
    std::vector<NodeId> nodes;
    const auto add_host = [&](BrokerId id) {
        const NodeId node = layout.node_of(id);
        const bool exists =
            id.value > 100 ? layout.is_controller(node) : id.value > 0 && layout.is_broker(node);
        if (!exists) return;
        nodes.push_back(node);
        if (!layout.combined) return;
        const bool is_broker = id.value <= 100;
        const NodeId other = layout.node_of(BrokerId{id.value + (is_broker ? 100 : -100)});
        if (is_broker ? layout.is_controller(other) : layout.is_broker(other)) {
            nodes.push_back(other);
        }
    };
    switch (set.kind) {
        case NodeSet::Kind::id: add_host(BrokerId{set.id}); break;
        case NodeSet::Kind::brokers:
            for (std::int32_t id = 1; id <= layout.brokers; ++id) add_host(BrokerId{id});
            break;
        case NodeSet::Kind::controllers:
            for (std::int32_t i = 0; i < layout.controllers; ++i) add_host(BrokerId{101 + i});
            break;
        case NodeSet::Kind::clients:
        case NodeSet::Kind::clients_at:
        case NodeSet::Kind::client:
            for (std::size_t i = 0; i < scenario_->clients.size(); ++i) {
                const Client& client = scenario_->clients[i];
                const bool chosen =
                    set.kind == NodeSet::Kind::clients ||
                    (set.kind == NodeSet::Kind::client ? client.name == set.name
                                                       : client.near == std::optional(set.id));
                if (chosen) nodes.push_back(layout.node_of(ClientId{static_cast<std::int16_t>(i)}));
            }
            break;
        case NodeSet::Kind::expression: {
            const auto id = as_real(set.expression->evaluate(view(context)));
            if (id) add_host(BrokerId{static_cast<std::int32_t>(std::lround(*id))});
            break;
        }
    }
    return nodes;
}

std::vector<NodeId> Script::resolve(const Context& context, const std::vector<NodeSet>& sets) const
{
    std::vector<NodeId> all;
    for (const NodeSet& set : sets) {
        const std::vector<NodeId> nodes = resolve(context, set);
        all.insert(all.end(), nodes.begin(), nodes.end());
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

bool Script::same_host(const Context& context, NodeId a, NodeId b) const
{
    const ClusterLayout& layout = context.names.layout;
    if (a == b) return true;
    if (!layout.combined || a >= layout.first_client() || b >= layout.first_client()) return false;
    return layout.id_of(a).value % 100 == layout.id_of(b).value % 100;
}

// --- what ----------------------------------------------------------------------------------------

void Script::act(Doing& doing, const Action& action)
{
    doing.digest = digest_of(action);
    doing.event = 0;
    std::visit([&](const auto& each) { carry_out(doing, each); }, action);
}

/// The action as a numbered event, from which all that it changes follows.
std::uint64_t Script::note(Doing& doing, NodeId node)
{
    doing.event = doing.context.kernel.note_fault(node, doing.cause, doing.digest);
    if (doing.first_event == 0) doing.first_event = doing.event;
    return doing.event;
}

void Script::complain(const Doing& doing, std::string what)
{
    problems_.push_back(fmt::format("{}: {}", scenario_->script[doing.step].path, what));
}

void Script::carry_out(Doing& doing, const action::Message& message)
{
    note(doing, no_node);
    MessageRules::Target target;
    target.from = resolve(doing.context, message.match.from);
    target.to = resolve(doing.context, message.match.to);
    if ((target.from.empty() && !message.match.from.empty()) ||
        (target.to.empty() && !message.match.to.empty())) {
        return complain(doing, "no node to match");
    }
    if (!message.match.partition.empty()) {
        target.partition = doing.context.names.partition_named(message.match.partition);
    }
    Undo undo{.kind = Undo::Kind::rule};
    undo.rule = rules_.add(message, std::move(target));
    doing.undos->push_back(std::move(undo));
}

void Script::carry_out(Doing& doing, const action::Release& release)
{
    note(doing, no_node);
    const auto parcels = rules_.take(release.name, doing.context.kernel.network());
    if (parcels.empty()) complain(doing, "no message is held as '" + release.name + "'");
    for (const std::uint32_t parcel : parcels) doing.context.kernel.release(parcel);
}

void Script::carry_out(Doing& doing, const action::Mark& mark)
{
    name_fired(doing.context, mark.name, note(doing, no_node));
}

/// What a setting was before the step, as far as the scenario or Kafka's defaults say.
std::string Script::config_before(const action::Set& set) const
{
    const ConfigMap* own = nullptr;
    std::vector<ConfigScope> scopes;
    if (set.scope == action::Set::Scope::topic) {
        scopes = {ConfigScope::topic};
        for (const Topic& each : scenario_->topics) {
            if (each.name == set.name) own = &each.config;
        }
    } else if (set.scope == action::Set::Scope::broker) {
        scopes = {ConfigScope::broker};
        for (const Broker& each : scenario_->cluster.brokers) {
            if (std::to_string(each.id) == set.name) own = &each.config;
        }
    } else {
        scopes = {ConfigScope::producer, ConfigScope::consumer};
        for (const Client& each : scenario_->clients) {
            if (each.name == set.name) own = &each.config;
        }
    }
    if (own != nullptr && own->contains(set.key)) return own->at(set.key);
    const ConfigMap& defaults = scenario_->cluster.defaults;
    const bool of_broker = set.scope == action::Set::Scope::broker;
    if (of_broker && defaults.contains(set.key)) return defaults.at(set.key);
    for (const ConfigScope scope : scopes) {
        const ConfigDefinition* known = find_config(scope, set.key);
        if (known != nullptr) return std::string(known->default_value);
    }
    return {};
}

void Script::carry_out(Doing& doing, const action::Set& set)
{
    const Names& names = doing.context.names;
    NodeId node = no_node;
    if (set.scope == action::Set::Scope::broker) {
        node = names.layout.node_of(BrokerId{static_cast<std::int32_t>(std::stol(set.name))});
    } else if (set.scope == action::Set::Scope::client) {
        node = names.layout.node_of(names.client_named(set.name));
    } else {
        const BrokerId active = view(doing.context).active_controller();
        if (active != no_broker) node = names.layout.node_of(active);
    }
    const std::uint64_t event = note(doing, node);
    if (node == no_node) return complain(doing, "there is no active controller");
    const TopicId topic =
        set.scope == action::Set::Scope::topic ? names.topic_named(set.name) : no_topic;
    Undo undo{.kind = Undo::Kind::config, .node = node};
    undo.key = set.key;
    undo.value = config_before(set);
    undo.topic = topic;
    doing.undos->push_back(std::move(undo));
    doing.context.kernel.control(node, control::SetConfig{set.key, set.value, topic}, event);
}

void Script::carry_out(Doing& doing, const action::Level&)
{
    note(doing, no_node);
    complain(doing, "protocol levels cannot change in a run yet");
}

void Script::carry_out(Doing& doing, const action::Admin& admin)
{
    const BrokerId active = view(doing.context).active_controller();
    const NodeId node = active == no_broker ? no_node : doing.context.names.layout.node_of(active);
    const std::uint64_t event = note(doing, node);
    if (node == no_node) return complain(doing, "there is no active controller");
    const Names& names = doing.context.names;
    const auto named = names.partition_named(admin.partition);
    const TopicPartition partition = named.value_or(TopicPartition{no_topic, -1});
    if (!admin.partition.empty() && !named) return complain(doing, "no such partition");
    const auto ask = [&](Control&& control) {
        doing.context.kernel.control(node, std::move(control), event);
    };
    using Operation = action::Admin::Operation;
    switch (admin.operation) {
        case Operation::elect: return ask(control::ElectLeader{partition, admin.unclean});
        case Operation::create_topic: return create_topic(doing, admin, node, event);
        case Operation::delete_topic:
            deleted_topics_.insert(admin.topic);
            return ask(control::DeleteTopic{names.topic_named(admin.topic)});
        case Operation::add_partitions:
            return ask(control::AddPartitions{names.topic_named(admin.topic), admin.partitions,
                                              broker_lists(admin.replicas)});
        case Operation::reassign: {
            const auto lists = broker_lists(admin.replicas);
            return ask(control::Reassign{partition, lists.empty() ? BrokerList{} : lists[0]});
        }
        case Operation::delete_records:
        case Operation::abort_transaction: return ask_leader(doing, admin, partition, event);
    }
}

void Script::create_topic(Doing& doing, const action::Admin& admin, NodeId node,
                          std::uint64_t event)
{
    if (deleted_topics_.contains(admin.topic)) {
        return complain(doing,
                        "a topic of this name was deleted in this run: to create it again "
                        "is not modelled");
    }
    control::CreateTopic asked;
    asked.topic.name = admin.topic;
    asked.topic.id = doing.context.names.topic_named(admin.topic);
    asked.topic.assignments = broker_lists(admin.replicas);
    if (admin.replicas.empty()) {
        asked.topic.partitions = admin.partitions;
        if (admin.replication_factor > 0) {
            asked.topic.replication_factor = static_cast<std::int16_t>(admin.replication_factor);
        }
    }
    asked.topic.configs.assign(admin.config.begin(), admin.config.end());
    doing.context.kernel.control(node, std::move(asked), event);
}

namespace {

/// The producer id that a coordinator has for a transactional id; -1 when none has it.
ProducerId producer_of(const Script::Context& context, const std::string& transactional_id)
{
    for (std::int32_t id = 1; id <= context.names.layout.brokers; ++id) {
        const NodeId node = context.names.layout.node_of(BrokerId{id});
        const gregor::Broker* broker = context.kernel.process(node).broker();
        if (broker == nullptr || !context.kernel.running(node)) continue;
        const TransactionMetadata* known =
            broker->transactions().coordinator().find(transactional_id);
        if (known != nullptr) return known->producer_id;
    }
    return no_producer_id;
}

}  // namespace

/// What does not go to the controller: DeleteRecords, and `kafka-transactions abort` (KIP-664).
void Script::ask_leader(Doing& doing, const action::Admin& admin, TopicPartition partition,
                        std::uint64_t event)
{
    const MetadataImage* image = view(doing.context).image();
    const PartitionRecord* known = image == nullptr ? nullptr : image->partition(partition);
    if (known == nullptr || known->leader == no_broker) {
        return complain(doing, "the partition has no leader");
    }
    const NodeId leader = doing.context.names.layout.node_of(known->leader);
    if (admin.operation == action::Admin::Operation::delete_records) {
        const Offset before = admin.offset ? Offset{*admin.offset} : no_offset;
        doing.context.kernel.control(leader, control::DeleteRecords{partition, before}, event);
        return;
    }
    const ProducerId producer = producer_of(doing.context, admin.transactional_id);
    if (producer == no_producer_id) {
        return complain(doing, "no coordinator knows this transactional id");
    }
    doing.context.kernel.control(leader, control::AbortTransaction{partition, producer}, event);
}

void Script::carry_out(Doing& doing, const action::Client& client)
{
    using Act = action::Client::Act;
    KafkaKernel& kernel = doing.context.kernel;
    const NodeId node =
        doing.context.names.layout.node_of(doing.context.names.client_named(client.name));
    const std::uint64_t event = note(doing, node);
    Undo undo{.kind = Undo::Kind::start_client, .node = node};
    switch (client.act) {
        case Act::start:
        case Act::resume: {
            const auto waiting = std::ranges::find(not_started_, node);
            if (waiting != not_started_.end()) {
                not_started_.erase(waiting);
                kernel.resume(node);
            } else if (!kernel.running(node)) {
                kernel.restart(node, Duration{});
            } else {
                kernel.control(node, control::Start{}, event);
            }
            return;
        }
        case Act::stop: kernel.control(node, control::Stop{}, event); break;
        case Act::crash: kernel.crash(node); break;
        case Act::pause: kernel.control(node, control::Pause{}, event); break;
        case Act::call: issue(doing.context, node, *client.call, event); return;
    }
    doing.undos->push_back(std::move(undo));
}

}  // namespace gregor::lab
