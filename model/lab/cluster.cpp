#include "model/lab/cluster.h"

#include "engine/check.h"
#include "model/lab/levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gregor::lab {

namespace {

/// Bytes per second of a network card when the scenario names none: 10 Gbit/s.
constexpr std::int64_t default_nic = 1'250'000'000;

bool is_consumer(const Client& client)
{
    return client.kind == Client::Kind::consumer || client.kind == Client::Kind::processor;
}

bool any_group(const Names& names)
{
    return std::ranges::any_of(names.groups, [](const std::string& each) { return !each.empty(); });
}

bool any_transactions(const Scenario& scenario)
{
    return std::ranges::any_of(scenario.clients, [](const Client& each) {
        return each.config.contains("transactional.id");
    });
}

Names names_of(const Scenario& scenario)
{
    Names names;
    names.layout.brokers = static_cast<std::int32_t>(scenario.cluster.brokers.size());
    names.layout.controllers = scenario.cluster.controllers;
    names.layout.combined = scenario.cluster.combined;
    for (const Topic& topic : scenario.topics) names.topics.push_back(topic.name);
    for (const Client& client : scenario.clients) {
        names.clients.push_back(client.name);
        const auto group = client.config.find("group.id");
        names.groups.push_back(group == client.config.end() ? "" : group->second);
    }
    if (any_group(names)) names.topics.emplace_back(offsets_topic);
    if (any_transactions(scenario)) names.topics.emplace_back(transactions_topic);
    for (const Step& step : scenario.script) {
        for (const Action& action : step.actions) {
            const auto* admin = std::get_if<action::Admin>(&action);
            const bool creates =
                admin != nullptr && admin->operation == action::Admin::Operation::create_topic;
            if (creates && names.topic_named(admin->topic) == no_topic) {
                names.topics.push_back(admin->topic);
            }
        }
    }
    return names;
}

/// Settings of class TransactionLog.
CreateTopicsRequest::Topic transaction_log(const Scenario& scenario, const BrokerConfig& config)
{
    CreateTopicsRequest::Topic topic;
    topic.name = transactions_topic;
    topic.partitions = static_cast<std::int32_t>(config.transaction_state_log_num_partitions);
    const auto brokers = static_cast<std::int64_t>(scenario.cluster.brokers.size());
    topic.replication_factor = static_cast<std::int16_t>(
        std::min(config.transaction_state_log_replication_factor, brokers));
    topic.configs = {{"cleanup.policy", "compact"},
                     {"min.insync.replicas", std::to_string(config.transaction_state_log_min_isr)},
                     {"segment.bytes", std::to_string(config.transaction_state_log_segment_bytes)},
                     {"unclean.leader.election.enable", "false"}};
    return topic;
}

gregor::Controller::FormedCluster formed_cluster(const Scenario& scenario, const Names& names,
                                                 const BrokerConfig& config)
{
    gregor::Controller::FormedCluster formed;
    std::vector<CreateTopicsRequest::Topic>& topics = formed.topics;
    for (const lab::Broker& broker : scenario.cluster.brokers) {
        formed.brokers.push_back({BrokerId{broker.id}, broker.rack});
    }
    for (const Topic& topic : scenario.topics) {
        CreateTopicsRequest::Topic asked;
        asked.name = topic.name;
        asked.partitions = topic.partitions;
        asked.replication_factor = static_cast<std::int16_t>(topic.replication_factor);
        if (!topic.replicas.empty()) asked.partitions = asked.replication_factor = -1;
        asked.assignments = broker_lists(topic.replicas);
        asked.configs.assign(topic.config.begin(), topic.config.end());
        topics.push_back(std::move(asked));
    }
    if (any_group(names)) {
        CreateTopicsRequest::Topic offsets;
        offsets.name = offsets_topic;
        offsets.partitions = static_cast<std::int32_t>(config.offsets_topic_num_partitions);
        const auto brokers = static_cast<std::int64_t>(scenario.cluster.brokers.size());
        offsets.replication_factor =
            static_cast<std::int16_t>(std::min(config.offsets_topic_replication_factor, brokers));
        offsets.configs = {{"cleanup.policy", "compact"}};
        topics.push_back(std::move(offsets));
    }
    if (any_transactions(scenario)) topics.push_back(transaction_log(scenario, config));
    return formed;
}

gregor::Load load_of(const Scenario& scenario, const Client& client)
{
    const lab::Load& asked = *client.load;
    gregor::Load load;
    load.value_size = static_cast<std::int32_t>(asked.size);
    if (asked.rate) load.rate = *asked.rate;
    if (asked.bytes_per_second) {
        // Exact: so many bytes per second are so many records of this size per `size` seconds.
        load.rate = Rate{*asked.bytes_per_second, seconds(1) * asked.size};
    }
    load.records = asked.records;
    load.partition = asked.partition;
    load.topic = client.topics.empty() ? scenario.topics.front().name : client.topics.front();
    load.from = asked.from;
    load.to = asked.to.value_or(scenario.horizon);
    if (asked.keys) {
        load.keys = asked.keys->shape == Distribution::Shape::zipf ? KeyDistribution::zipf
                                                                   : KeyDistribution::uniform;
        load.key_count = std::max<std::int64_t>(asked.keys->high, 1);
    }
    return load;
}

std::vector<std::string> topics_for(const Scenario& scenario, const Client& client)
{
    if (!client.topics.empty()) return client.topics;
    std::vector<std::string> all;
    for (const Topic& topic : scenario.topics) all.push_back(topic.name);
    return all;
}

gregor::Work work_of(const Client& client)
{
    gregor::Work work;
    if (!client.work) return work;
    const lab::Work& asked = *client.work;
    work.service = Duration{asked.service.low};
    work.exponential = asked.service.shape == Distribution::Shape::exponential;
    if (asked.service.shape == Distribution::Shape::uniform) {
        work.service_most = Duration{asked.service.high};
    }
    work.mode = asked.mode == lab::Work::Mode::pool ? WorkMode::pool : WorkMode::loop;
    work.workers = asked.workers;
    work.on_poison = asked.on_poison;
    switch (asked.commit) {
        case lab::Work::Commit::before: work.commit = CommitMode::before; break;
        case lab::Work::Commit::after: work.commit = CommitMode::after; break;
        case lab::Work::Commit::lowest_done: work.commit = CommitMode::lowest_done; break;
        case lab::Work::Commit::automatic: work.commit = CommitMode::automatic; break;
    }
    return work;
}

KafkaNode client_node(const Scenario& scenario, const Names& names, std::size_t index,
                      std::uint64_t seed)
{
    const Client& client = scenario.clients[index];
    const ClientId id{static_cast<std::int16_t>(index)};
    if (is_consumer(client)) {
        ConsumerSettings settings;
        settings.id = id;
        settings.name = client.name;
        settings.layout = names.layout;
        settings.config = ConsumerConfig::from(client.config);
        settings.topics = topics_for(scenario, client);
        settings.work = work_of(client);
        for (std::size_t other = 0; other < scenario.clients.size(); ++other) {
            const std::string& format = scenario.clients[other].writes;
            const bool reads = format.empty() || client.reads.empty() ||
                               std::ranges::find(client.reads, format) != client.reads.end();
            if (!reads) settings.foreign.push_back(ClientId{static_cast<std::int16_t>(other)});
        }
        settings.outside = !client.application.empty();
        settings.scripted = settings.outside || !client.program.empty();
        settings.seed = seed;
        return KafkaNode(gregor::Consumer(std::move(settings)));
    }
    ProducerSettings settings;
    settings.id = id;
    settings.name = client.name;
    settings.layout = names.layout;
    settings.config = ProducerConfig::from(client.config);
    if (client.load) {
        settings.load = load_of(scenario, client);
        settings.content = client.load->content;
        if (client.load->transaction_records) {
            settings.transaction_records = *client.load->transaction_records;
            settings.transaction_interval = unlimited_duration;
        }
        if (client.load->transaction_interval) {
            settings.transaction_interval = *client.load->transaction_interval;
        }
    }
    settings.transaction_version = profile_of(scenario, BrokerId{1}).transaction_version;
    settings.topics = topics_for(scenario, client);
    settings.seed = seed;
    return KafkaNode(gregor::Producer(std::move(settings)));
}

DiskSpec disk_of(const DiskSettings& settings)
{
    DiskSpec spec;
    spec.rate = settings.bytes_per_second;
    spec.latency = settings.latency.value_or(Duration{});
    spec.capacity = settings.capacity;
    if (settings.writeback) spec.writeback = *settings.writeback;
    return spec;
}

gregor::Controller::Setup first_controller(const Scenario& scenario, const Names& names,
                                           std::uint64_t seed)
{
    gregor::Controller::Setup controller;
    controller.id = BrokerId{101};
    controller.layout = names.layout;
    controller.config = BrokerConfig::from(scenario.cluster.defaults);
    controller.profile = profile_of(scenario, controller.id);
    controller.seed = seed;
    return controller;
}

}  // namespace

std::vector<BrokerList> broker_lists(const std::vector<std::vector<std::int32_t>>& replicas)
{
    std::vector<BrokerList> lists;
    for (const auto& each : replicas) {
        BrokerList& list = lists.emplace_back();
        for (const std::int32_t id : each) list.push_back(BrokerId{id});
    }
    return lists;
}

std::uint32_t per_million(double probability)
{
    return static_cast<std::uint32_t>(std::lround(probability * 1e6));
}

std::vector<Diagnostic> find_refused_topics(const Scenario& scenario)
{
    const Names names = names_of(scenario);
    const gregor::Controller::Setup controller = first_controller(scenario, names, 0);
    std::vector<gregor::Controller::RefusedTopic> refused;
    gregor::Controller::bootstrap(controller, formed_cluster(scenario, names, controller.config),
                                  &refused);
    std::vector<Diagnostic> found;
    for (const auto& [index, error] : refused) {
        // Those behind the last are Kafka's own, which a topic of that name keeps out.
        const std::string_view name = names.topics[index];
        const auto first = std::ranges::find(scenario.topics, name, &Topic::name);
        found.push_back({first == scenario.topics.end() ? "/topics" : first->path,
                         fmt::format("topic {}, refused with {}", name, name_of(error)),
                         "a topic that Kafka creates", ""});
    }
    return found;
}

Topology build_topology(const Scenario& scenario)
{
    const Names names = names_of(scenario);
    const auto hosts =
        static_cast<std::size_t>(names.layout.first_client().value) + scenario.clients.size();
    Topology topology;
    const PlaceId at = topology.add_switch();
    const Duration half = scenario.cluster.link.latency / 2;
    const Duration other_half = scenario.cluster.link.latency - half;
    std::int64_t client_nic = default_nic;
    if (!scenario.cluster.brokers.empty()) {
        client_nic = scenario.cluster.brokers.front().nic.value_or(default_nic);
    }
    for (std::size_t host = 0; host < hosts; ++host) {
        std::int64_t rate = client_nic;
        if (host < scenario.cluster.brokers.size()) {
            rate = scenario.cluster.brokers[host].nic.value_or(default_nic);
        }
        if (scenario.cluster.link.bytes_per_second) {
            rate = std::min(rate, *scenario.cluster.link.bytes_per_second);
        }
        const PlaceId place = topology.add_host();
        topology.add_link(place, at, {rate, half});
        topology.add_link(at, place, {rate, other_half});
    }
    topology.finish();
    return topology;
}

BuiltCluster build_cluster(const Scenario& scenario, std::uint64_t seed)
{
    Names names = names_of(scenario);
    Topology topology = build_topology(scenario);
    NetworkSettings network;
    network.jitter = scenario.cluster.link.jitter;
    network.loss = per_million(scenario.cluster.link.loss);
    network.duplicate = per_million(scenario.cluster.link.duplicate);
    network.reorder = per_million(scenario.cluster.link.reorder);
    std::vector<LinkSpec> links(topology.links().begin(), topology.links().end());
    BuiltCluster built{KafkaKernel(std::move(topology), seed, network), names, std::move(links)};

    gregor::Controller::Setup controller = first_controller(scenario, names, seed);
    std::vector<gregor::Controller::RefusedTopic> refused;
    controller.bootstrap = gregor::Controller::bootstrap(
        controller, formed_cluster(scenario, names, controller.config), &refused);
    GREGOR_CHECK(refused.empty());  // see find_refused_topics

    for (const lab::Broker& broker : scenario.cluster.brokers) {
        gregor::Broker::Setup setup;
        setup.id = BrokerId{broker.id};
        setup.layout = names.layout;
        setup.config = BrokerConfig::from(scenario.cluster.config_of(broker));
        setup.profile = profile_of(scenario, setup.id);
        setup.rack = broker.rack;
        setup.seed = seed;
        setup.bootstrap = controller.bootstrap;
        if (broker.disk.cache) setup.page_cache = PageCache(*broker.disk.cache);
        const NodeId node =
            built.kernel.add(KafkaNode(gregor::Broker(setup)), broker.cores > 0 ? broker.cores : 1);
        built.kernel.disk(node).configure(disk_of(broker.disk));
    }
    for (std::int32_t c = 0; c < names.layout.controllers; ++c) {
        controller.id = BrokerId{101 + c};
        controller.profile = profile_of(scenario, controller.id);
        const NodeId node = built.kernel.add(KafkaNode(gregor::Controller(controller)));
        built.kernel.disk(node).configure(disk_of(scenario.cluster.disk));
    }
    for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
        built.kernel.add(client_node(scenario, names, i, mix(seed, i)));
    }
    return built;
}

}  // namespace gregor::lab
