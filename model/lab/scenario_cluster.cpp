#include "model/lab/scenario_reader.h"
#include "model/lab/shape.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gregor::lab {
namespace {

DiskSettings read_disk(const Json& json, DiskSettings disk)
{
    read_optional(json, "rate", disk.bytes_per_second, read_byte_rate);
    read_optional(json, "latency", disk.latency, read_duration);
    read_optional(json, "capacity", disk.capacity, read_bytes);
    read_optional(json, "writeback", disk.writeback, read_duration);
    read_optional(json, "cache", disk.cache, read_bytes);
    return disk;
}

LinkSettings read_link(const Json& json)
{
    LinkSettings link;
    if (json.contains("latency")) link.latency = read_duration(json["latency"]);
    if (json.contains("jitter")) link.jitter = read_duration(json["jitter"]);
    read_number(json, "loss", link.loss);
    read_number(json, "duplicate", link.duplicate);
    read_number(json, "reorder", link.reorder);
    read_optional(json, "rate", link.bytes_per_second, read_byte_rate);
    return link;
}

Broker read_broker(const Json& json, const std::string& path, Broker broker, Loading& loading)
{
    if (json.contains("id") && json["id"] != broker.id) {
        loading.refuse(child_path(path, "id"), json["id"],
                       std::to_string(broker.id) + " (brokers are numbered from 1 in order)");
    }
    if (json.contains("rack")) broker.rack = read_text(json, "rack");
    if (json.contains("config")) {
        broker.config =
            read_config(json["config"], child_path(path, "config"), {ConfigScope::broker}, loading);
    }
    if (json.contains("disk")) broker.disk = read_disk(json["disk"], broker.disk);
    read_optional(json, "nic", broker.nic, read_byte_rate);
    read_number(json, "cores", broker.cores);
    return broker;
}

void read_brokers(const Json& json, Broker preset, Cluster& cluster, Loading& loading)
{
    const Json& brokers = json["brokers"];
    constexpr std::size_t most = 1'000;
    if (brokers.is_array() && brokers.size() > most) {
        loading.refuse("/cluster/brokers", std::to_string(brokers.size()) + " brokers",
                       "1 to 1000 brokers");
        return;
    }
    const auto count =
        brokers.is_array() ? brokers.size() : static_cast<std::size_t>(brokers.get<std::int64_t>());
    for (std::size_t i = 0; i < count; ++i) {
        preset.id = static_cast<std::int32_t>(i + 1);
        cluster.brokers.push_back(
            brokers.is_array()
                ? read_broker(brokers[i], child_path("/cluster/brokers", i), preset, loading)
                : preset);
    }
}

Distribution read_keys(const Json& json)
{
    Distribution keys{.shape = Distribution::Shape::uniform};
    if (!json.is_object()) {
        keys.high = json.get<std::int64_t>();
        return keys;
    }
    if (json.contains("zipf")) keys.shape = Distribution::Shape::zipf;
    keys.high = json.begin().value().get<std::int64_t>();
    return keys;
}

Distribution read_times(const Json& json, const std::string& path, Loading& loading)
{
    Distribution times;
    if (!json.is_object()) {
        times.low = read_duration(json).nanoseconds;
        return times;
    }
    const std::string& kind = json.begin().key();
    const Json& value = json.begin().value();
    if (kind != "uniform") {
        if (kind == "exponential") times.shape = Distribution::Shape::exponential;
        times.low = read_duration(value).nanoseconds;
        return times;
    }
    times.shape = Distribution::Shape::uniform;
    times.low = read_duration(value[0]).nanoseconds;
    times.high = read_duration(value[1]).nanoseconds;
    if (value.size() > 2 || times.low > times.high) {
        loading.refuse(child_path(path, kind), value, "the smallest and the largest");
    }
    return times;
}

/// A fraction of a record per second keeps three digits.
Rate rate_of_number(const Json& json)
{
    if (json.is_number_integer()) return {json.get<std::int64_t>(), seconds(1)};
    constexpr double largest = 1e15;
    const double in_thousand_seconds = std::min(json.get<double>() * 1'000, largest);
    return {std::llround(in_thousand_seconds), seconds(1'000)};
}

void read_rate(const Json& json, const std::string& path, Load& load, Loading& loading)
{
    if (json == "unlimited") {
        load.rate = Rate{};
        return;
    }
    if (json.is_number()) {
        load.rate = rate_of_number(json);
    } else {
        load.rate = parse_rate(json.get_ref<const std::string&>());
        if (!load.rate) load.bytes_per_second = read_byte_rate(json);
    }
    const bool nothing = load.rate ? load.rate->count <= 0 : *load.bytes_per_second <= 0;
    if (nothing) loading.refuse(path, json, "a rate above 0, or \"unlimited\"");
}

Load read_load(const Json& json, const std::string& path, Loading& loading)
{
    Load load;
    read_rate(json["rate"], child_path(path, "rate"), load, loading);
    if (json.contains("size")) load.size = read_bytes(json["size"]);
    constexpr std::int64_t largest_record = 1 << 30;
    if (load.size < 1 || load.size > largest_record) {
        loading.refuse(child_path(path, "size"), json["size"], "a size from 1 byte to 1 GiB");
    }
    if (json.contains("content")) {
        payload_content_named(json["content"].get<std::string>(), load.content);
    }
    if (json.contains("records")) load.records = json["records"].get<std::int64_t>();
    if (json.contains("partition")) load.partition = json["partition"].get<std::int32_t>();
    if (json.contains("transaction")) {
        const Json& transaction = json["transaction"];
        if (transaction.is_number_integer()) {
            load.transaction_records = transaction.get<std::int64_t>();
        } else {
            load.transaction_interval = read_duration(transaction);
        }
    }
    if (json.contains("keys")) load.keys = read_keys(json["keys"]);
    if (json.contains("timestamps")) {
        load.timestamps = read_times(json["timestamps"], child_path(path, "timestamps"), loading);
    }
    if (json.contains("from")) load.from = read_time(json["from"]);
    read_optional(json, "to", load.to, read_time);
    read_number(json, "fluid", load.fluid);
    if (load.to && *load.to < load.from) {
        loading.refuse(child_path(path, "to"), json["to"], "a time not before from");
    }
    return load;
}

Work read_work(const Json& json, const std::string& path, Loading& loading)
{
    Work work;
    work.service = read_times(json["service"], child_path(path, "service"), loading);
    if (read_text(json, "mode") == "pool") work.mode = Work::Mode::pool;
    read_number(json, "workers", work.workers);
    constexpr std::array<std::pair<std::string_view, Work::Commit>, 4> words{{
        {"before", Work::Commit::before},
        {"after", Work::Commit::after},
        {"auto", Work::Commit::automatic},
        {"lowest-done", Work::Commit::lowest_done},
    }};
    for (const auto& [word, commit] : words) {
        if (read_text(json, "commit") == word) work.commit = commit;
    }
    constexpr std::array<std::pair<std::string_view, PoisonMode>, 3> poison{{
        {"fail", PoisonMode::fail},
        {"retry", PoisonMode::retry},
        {"skip", PoisonMode::skip},
    }};
    for (const auto& [word, mode] : poison) {
        if (read_text(json, "on-poison") == word) work.on_poison = mode;
    }
    if (json.contains("workers") && work.mode == Work::Mode::loop) {
        loading.refuse(child_path(path, "workers"), json["workers"], "only with mode pool");
    }
    return work;
}

Client::Kind client_kind(const std::string& word)
{
    constexpr std::array<std::pair<std::string_view, Client::Kind>, 5> words{{
        {"producer", Client::Kind::producer},
        {"consumer", Client::Kind::consumer},
        {"processor", Client::Kind::processor},
        {"admin", Client::Kind::admin},
        {"script", Client::Kind::script},
    }};
    for (const auto& [each, kind] : words) {
        if (each == word) return kind;
    }
    return Client::Kind::script;
}

ConfigMap read_client_config(const Json& json, const std::string& path, Client::Kind kind,
                             Loading& loading)
{
    switch (kind) {
        case Client::Kind::producer:
            return read_config(json, path, {ConfigScope::producer}, loading);
        case Client::Kind::consumer:
            return read_config(json, path, {ConfigScope::consumer}, loading);
        case Client::Kind::admin: return read_config(json, path, {ConfigScope::admin}, loading);
        case Client::Kind::processor:
        case Client::Kind::script: break;
    }
    return read_config(json, path, {ConfigScope::producer, ConfigScope::consumer}, loading);
}

/// A part that only some kinds of client have.
void refuse_part(const Json& json, const std::string& path, const char* part, const char* allowed,
                 Loading& loading)
{
    if (json.contains(part)) loading.refuse(child_path(path, part), json["kind"], allowed);
}

void check_parts(const Json& json, const std::string& path, Client::Kind kind, Loading& loading)
{
    using ClientKind = Client::Kind;
    if (kind != ClientKind::producer) {
        refuse_part(json, path, "load", "load only for kind producer", loading);
    }
    if (kind != ClientKind::consumer && kind != ClientKind::processor) {
        refuse_part(json, path, "work", "work only for kind consumer or processor", loading);
    }
    if (kind != ClientKind::script) {
        refuse_part(json, path, "program", "program only for kind script", loading);
    }
    if (kind != ClientKind::producer && kind != ClientKind::consumer) {
        refuse_part(json, path, "application", "application only for kind producer or consumer",
                    loading);
    }
    if (!json.contains("application")) return;
    for (const char* part : {"load", "work"}) {
        if (json.contains(part)) {
            loading.refuse(child_path(path, part), json[part],
                           std::string("no ") + part + " beside an application");
        }
    }
}

Client read_client(const Json& json, const std::string& path, Loading& loading)
{
    Client client;
    client.name = read_text(json, "name");
    client.kind = client_kind(read_text(json, "kind"));
    check_parts(json, path, client.kind, loading);
    if (json.contains("topics")) {
        client.topics = json["topics"].get<std::vector<std::string>>();
        for (std::size_t i = 0; i < client.topics.size(); ++i) {
            loading.use(child_path(child_path(path, "topics"), i), Argument::topic,
                        client.topics[i]);
        }
    }
    if (json.contains("near")) {
        client.near = json["near"].get<std::int32_t>();
        loading.use(child_path(path, "near"), Argument::broker, std::to_string(*client.near));
    }
    if (json.contains("config")) {
        client.config =
            read_client_config(json["config"], child_path(path, "config"), client.kind, loading);
    }
    if (json.contains("load")) {
        client.load = read_load(json["load"], child_path(path, "load"), loading);
    }
    const bool transacts =
        client.load && (client.load->transaction_records || client.load->transaction_interval);
    if (transacts && !client.config.contains("transactional.id")) {
        loading.refuse(child_path(path, "load/transaction"), json["load"]["transaction"],
                       "only of a producer with a transactional.id");
    }
    if (json.contains("work")) {
        client.work = read_work(json["work"], child_path(path, "work"), loading);
    }
    client.application = read_text(json, "application");
    client.writes = read_text(json, "writes");
    if (json.contains("reads")) client.reads = json["reads"].get<std::vector<std::string>>();
    for (const char* key : {"writes", "reads"}) {
        const bool reader = client.kind == Client::Kind::consumer;
        if (!json.contains(key) || reader == (std::string_view(key) == "reads")) continue;
        loading.refuse(child_path(path, key), json[key],
                       reader ? "only of a client that sends" : "only of a consumer");
    }
    if (!json.contains("program")) return client;
    const std::string program = child_path(path, "program");
    for (std::size_t i = 0; i < json["program"].size(); ++i) {
        client.program.push_back(read_call(json["program"][i], child_path(program, i), loading));
    }
    return client;
}

}  // namespace

std::vector<ConfigScope> scopes_of(Client::Kind kind)
{
    switch (kind) {
        case Client::Kind::producer: return {ConfigScope::producer};
        case Client::Kind::consumer: return {ConfigScope::consumer};
        case Client::Kind::admin: return {ConfigScope::admin};
        default: return {ConfigScope::producer, ConfigScope::consumer};
    }
}

void read_cluster(const Json& json, Scenario& scenario, Loading& loading)
{
    Cluster& cluster = scenario.cluster;
    read_number(json, "controllers", cluster.controllers);
    read_number(json, "combined", cluster.combined);
    if (read_text(json, "control_plane") == "zk") {
        loading.refuse("/cluster/control_plane", json["control_plane"],
                       "kraft (the ZooKeeper control plane is not available yet)");
    }
    if (json.contains("defaults")) {
        cluster.defaults =
            read_config(json["defaults"], "/cluster/defaults", {ConfigScope::broker}, loading);
    }
    if (json.contains("link")) cluster.link = read_link(json["link"]);
    Broker preset;
    read_optional(json, "nic", preset.nic, read_byte_rate);
    if (json.contains("disk")) cluster.disk = read_disk(json["disk"], {});
    preset.disk = cluster.disk;
    read_brokers(json, preset, cluster, loading);
}

void read_topics(const Json& json, Scenario& scenario, Loading& loading)
{
    const BrokerConfig defaults = BrokerConfig::from(scenario.cluster.defaults);
    for (std::size_t i = 0; i < json.size(); ++i) {
        const Json& each = json[i];
        const std::string path = child_path("/topics", i);
        Topic topic;
        topic.name = read_text(each, "name");
        if (each.contains("replicas")) {
            topic.replicas = each["replicas"].get<decltype(topic.replicas)>();
            topic.partitions = static_cast<std::int32_t>(topic.replicas.size());
        } else {
            topic.partitions = static_cast<std::int32_t>(defaults.num_partitions);
            topic.replication_factor =
                static_cast<std::int32_t>(defaults.default_replication_factor);
        }
        read_number(each, "partitions", topic.partitions);
        read_number(each, "rf", topic.replication_factor);
        if (each.contains("config")) {
            topic.config = read_config(each["config"], child_path(path, "config"),
                                       {ConfigScope::topic}, loading);
        }
        topic.path = path;
        if (!each.contains("count")) {
            scenario.topics.push_back(std::move(topic));
            continue;
        }
        std::int32_t count = 1;
        read_number(each, "count", count);
        for (std::int32_t copy = 0; copy < count; ++copy) {
            Topic one = topic;
            one.name += std::to_string(copy + 1);
            one.copy = copy;
            scenario.topics.push_back(std::move(one));
        }
    }
}

void read_clients(const Json& json, Scenario& scenario, Loading& loading)
{
    for (const Json& each : json) loading.client_names.push_back(read_text(each, "name"));
    for (std::size_t i = 0; i < json.size(); ++i) {
        scenario.clients.push_back(read_client(json[i], child_path("/clients", i), loading));
    }
}

void read_levels(const Json& json, Scenario& scenario, Loading& loading)
{
    for (const auto& [level, value] : json.items()) {
        const std::string path = child_path("/levels", level);
        if (!value.is_object()) {
            std::string plain = read_level(level, value, path, loading);
            scenario.levels.push_back({.level = level, .value = std::move(plain), .nodes = {}});
            continue;
        }
        for (const auto& [nodes, inner] : value.items()) {
            const std::string inner_path = child_path(path, nodes);
            Json list = Json::array();
            for (std::size_t at = 0; at <= nodes.size();) {
                const std::size_t comma = std::min(nodes.find(',', at), nodes.size());
                list.push_back(nodes.substr(at, comma - at));
                at = comma + 1;
            }
            scenario.levels.push_back({.level = level,
                                       .value = read_level(level, inner, inner_path, loading),
                                       .nodes = read_nodes(list, inner_path, loading)});
        }
    }
}

}  // namespace gregor::lab
