#include "model/error.h"
#include "model/lab/scenario_reader.h"
#include "model/lab/scenario_shapes.h"
#include "model/lab/shape.h"

#include <algorithm>
#include <array>
#include <map>

namespace gregor::lab {
namespace {

action::Link read_link(const Json& json, const std::string& path, Loading& loading)
{
    action::Link link;
    link.from = read_nodes(json["from"], child_path(path, "from"), loading);
    link.to = read_nodes(json["to"], child_path(path, "to"), loading);
    const Json& effect = json["effect"];
    if (effect.is_string()) {
        link.effect = effect == "cut" ? action::Link::Effect::cut : action::Link::Effect::heal;
        return link;
    }
    link.effect = action::Link::Effect::change;
    const auto real = [](const Json& each) { return each.get<double>(); };
    read_optional(effect, "latency", link.latency, read_duration);
    read_optional(effect, "jitter", link.jitter, read_duration);
    read_optional(effect, "loss", link.loss, real);
    read_optional(effect, "duplicate", link.duplicate, real);
    read_optional(effect, "reorder", link.reorder, real);
    read_optional(effect, "rate", link.bytes_per_second, read_byte_rate);
    return link;
}

std::string read_partition(const Json& object, const char* key, const std::string& path,
                           Loading& loading)
{
    std::string partition = read_text(object, key);
    if (!partition.empty()) loading.use(child_path(path, key), Argument::partition, partition);
    return partition;
}

action::Match read_match(const Json& json, const std::string& path, Loading& loading)
{
    action::Match match;
    match.api = read_text(json, "api");
    const std::string direction = read_text(json, "dir");
    if (direction == "request") match.direction = action::Match::Direction::request;
    if (direction == "response") match.direction = action::Match::Direction::response;
    if (json.contains("from")) {
        match.from = read_nodes(json["from"], child_path(path, "from"), loading);
    }
    if (json.contains("to")) match.to = read_nodes(json["to"], child_path(path, "to"), loading);
    match.partition = read_partition(json, "tp", path, loading);
    if (json.contains("field")) {
        for (const auto& [name, value] : json["field"].items()) {
            Value wanted = value.is_string() ? Value(value.get<std::string>()) : from_json(value);
            match.fields.emplace_back(name, std::move(wanted));
        }
    }
    if (json.contains("nth")) match.nth = json["nth"].get<std::int64_t>();
    return match;
}

void read_message_act(const Json& json, const std::string& path, action::Message& message,
                      Loading& loading)
{
    using Act = action::Message::Act;
    if (json.is_string()) {
        message.act = json == "drop" ? Act::drop : Act::duplicate;
    } else if (json.contains("hold")) {
        message.act = Act::hold;
        message.hold = read_text(json, "hold");
        read_number(json, "detach", message.detach);
    } else if (json.contains("delay")) {
        message.act = Act::delay;
        message.delay = read_duration(json["delay"]);
    } else {
        message.act = Act::error;
        message.error = read_text(json, "error");
        if (message.error != name_of(error_named(message.error))) {
            loading.refuse(child_path(path, "error"), json["error"],
                           "Kafka's name of an error, such as NOT_LEADER_OR_FOLLOWER");
        }
    }
}

action::Message read_message(const Json& json, const std::string& path, Loading& loading)
{
    action::Message message;
    message.match = read_match(json["match"], child_path(path, "match"), loading);
    read_message_act(json["act"], child_path(path, "act"), message, loading);
    if (json.contains("times")) message.times = json["times"].get<std::int64_t>();
    return message;
}

action::Node read_process(const Json& json, const std::string& path, Loading& loading)
{
    using Act = action::Node::Act;
    action::Node node;
    node.node = read_node(json["id"], child_path(path, "id"), loading);
    const Json& act = json["act"];
    if (act.is_object()) {
        node.act = Act::freeze;
        node.subsystem = read_text(act, "freeze");
    } else {
        static const std::map<std::string, Act> acts{
            {"crash", Act::crash},     {"power-off", Act::power_off},
            {"restart", Act::restart}, {"pause", Act::pause},
            {"resume", Act::resume},   {"stop", Act::stop},
            {"thaw", Act::thaw},       {"replace-disk", Act::replace_disk}};
        node.act = acts.at(act.get<std::string>());
    }
    if (json.contains("starts-in")) {
        node.starts_in = read_duration(json["starts-in"]);
        if (node.act != Act::restart) {
            loading.refuse(child_path(path, "starts-in"), act, "starts-in only with restart");
        }
    }
    return node;
}

action::Disk read_disk(const Json& json, const std::string& path, Loading& loading)
{
    action::Disk disk;
    disk.node = read_node(json["id"], child_path(path, "id"), loading);
    read_optional(json, "rate", disk.bytes_per_second, read_byte_rate);
    read_optional(json, "latency", disk.latency, read_duration);
    read_optional(json, "capacity", disk.capacity, read_bytes);
    if (json.contains("unflushed")) {
        const std::string inner = child_path(path, "unflushed");
        disk.unflushed_partition = read_partition(json["unflushed"], "tp", inner, loading);
        disk.unflushed_from = json["unflushed"]["from"].get<std::int64_t>();
    }
    if (json.contains("poison")) {
        const std::string inner = child_path(path, "poison");
        disk.poison_partition = read_partition(json["poison"], "tp", inner, loading);
        disk.poison_offset = json["poison"]["offset"].get<std::int64_t>();
    }
    disk.failed_directory = read_text(json, "fail");
    if (json.contains("flip")) {
        const std::string inner = child_path(path, "flip");
        disk.flip_partition = read_partition(json["flip"], "tp", inner, loading);
        disk.flip_offset = json["flip"]["offset"].get<std::int64_t>();
    }
    return disk;
}

action::Clock read_clock(const Json& json, const std::string& path, Loading& loading)
{
    action::Clock clock;
    clock.node = read_node(json["id"], child_path(path, "id"), loading);
    read_optional(json, "offset", clock.offset, read_duration);
    read_optional(json, "jump", clock.jump, read_duration);
    if (!clock.offset && !clock.jump) loading.refuse(path, json, "offset or jump");
    return clock;
}

action::Set read_set(const Json& json, const std::string& path, const Scenario& scenario,
                     Loading& loading)
{
    action::Set set;
    const std::string scope = read_text(json, "scope");
    const std::size_t slash = std::min(scope.find('/'), scope.size());
    const std::string kind = scope.substr(0, slash);
    set.name = slash < scope.size() ? scope.substr(slash + 1) : "";
    set.key = read_text(json, "key");
    std::vector<ConfigScope> scopes;
    const std::string scope_path = child_path(path, "scope");
    if (kind == "broker") {
        loading.use(scope_path, Argument::broker, set.name);
        scopes = {ConfigScope::broker};
    } else if (kind == "topic") {
        set.scope = action::Set::Scope::topic;
        loading.use(scope_path, Argument::topic, set.name);
        scopes = {ConfigScope::topic};
    } else if (kind == "client") {
        set.scope = action::Set::Scope::client;
        loading.use(scope_path, Argument::client, set.name);
        const auto at = std::ranges::find(scenario.clients, set.name, &Client::name);
        if (at != scenario.clients.end()) scopes = scopes_of(at->kind);
    } else {
        loading.refuse(scope_path, json["scope"], "broker/ID, topic/NAME or client/NAME");
    }
    if (scopes.empty()) return set;
    const Json config{{set.key, json["value"]}};
    const std::string value_path = child_path(path, "key");
    ConfigMap read = scopes.size() == 1
                         ? read_config(config, value_path, {scopes[0]}, loading)
                         : read_config(config, value_path, {scopes[0], scopes[1]}, loading);
    if (!read.empty()) set.value = read.begin()->second;
    return set;
}

action::Level read_level_action(const Json& json, const std::string& path, Loading& loading)
{
    action::Level level;
    level.nodes = read_nodes(json["nodes"], child_path(path, "nodes"), loading);
    level.key = read_text(json, "key");
    const char* place = find_level(level.key) == nullptr ? "key" : "value";
    level.value = read_level(level.key, json["value"], child_path(path, place), loading);
    return level;
}

/// Each operation takes its own arguments and no others.
void check_admin_arguments(const Json& json, const std::string& path, Loading& loading)
{
    const std::string operation = read_text(json, "op");
    for (const AdminDefinition& each : admin_operations()) {
        if (each.name != operation) continue;
        for (const std::string_view needed : each.required) {
            if (!json.contains(needed)) {
                loading.diagnostics.add({child_path(path, needed), "nothing",
                                         "a value (required by " + operation + ")", ""});
            }
        }
        for (const auto& [key, value] : json.items()) {
            if (key == "op" || std::ranges::find(each.required, key) != each.required.end() ||
                std::ranges::find(each.optional, key) != each.optional.end()) {
                continue;
            }
            loading.refuse(child_path(path, key), value, "nothing, with op " + operation);
        }
    }
}

action::Admin read_admin(const Json& json, const std::string& path, Loading& loading)
{
    using Operation = action::Admin::Operation;
    static const std::map<std::string, Operation> operations{
        {"elect", Operation::elect},
        {"create-topic", Operation::create_topic},
        {"delete-topic", Operation::delete_topic},
        {"add-partitions", Operation::add_partitions},
        {"reassign", Operation::reassign},
        {"abort-txn", Operation::abort_transaction},
        {"delete-records", Operation::delete_records}};
    check_admin_arguments(json, path, loading);
    action::Admin admin;
    admin.operation = operations.at(read_text(json, "op"));
    admin.partition = read_partition(json, "tp", path, loading);
    admin.topic = read_text(json, "topic");
    admin.transactional_id = read_text(json, "transactional-id");
    read_number(json, "unclean", admin.unclean);
    read_number(json, "partitions", admin.partitions);
    read_number(json, "rf", admin.replication_factor);
    if (json.contains("offset")) admin.offset = json["offset"].get<std::int64_t>();
    if (!admin.topic.empty() && admin.operation != Operation::create_topic) {
        loading.use(child_path(path, "topic"), Argument::topic, admin.topic);
    }
    if (json.contains("replicas")) {
        const Json& replicas = json["replicas"];
        if (replicas.front().is_array()) {
            admin.replicas = replicas.get<decltype(admin.replicas)>();
        } else {
            admin.replicas = {replicas.get<std::vector<std::int32_t>>()};
        }
        for (const auto& list : admin.replicas) {
            for (const std::int32_t id : list) {
                loading.use(child_path(path, "replicas"), Argument::broker, std::to_string(id));
            }
        }
    }
    if (json.contains("config")) {
        admin.config =
            read_config(json["config"], child_path(path, "config"), {ConfigScope::topic}, loading);
    }
    return admin;
}

action::Client read_client_action(const Json& json, const std::string& path, Loading& loading)
{
    using Act = action::Client::Act;
    static const std::map<std::string, Act> acts{{"start", Act::start},   {"stop", Act::stop},
                                                 {"crash", Act::crash},   {"pause", Act::pause},
                                                 {"resume", Act::resume}, {"call", Act::call}};
    action::Client client;
    client.name = read_text(json, "name");
    client.act = acts.at(read_text(json, "act"));
    loading.use(child_path(path, "name"), Argument::client, client.name);
    if (json.contains("call")) {
        client.call = read_call(json["call"], child_path(path, "call"), loading);
    }
    if (client.call.has_value() != (client.act == Act::call)) {
        loading.refuse(child_path(path, "call"), json["act"], "call with act call, and only there");
    }
    return client;
}

Action read_action(const Json& json, const std::string& path, const Scenario& scenario,
                   Loading& loading)
{
    const std::string& kind = json.begin().key();
    const Json& value = json.begin().value();
    const std::string inner = child_path(path, kind);
    if (kind == "link") return read_link(value, inner, loading);
    if (kind == "msg") return read_message(value, inner, loading);
    if (kind == "release") {
        loading.use(inner, Argument::held, value.get<std::string>());
        return action::Release{value.get<std::string>()};
    }
    if (kind == "node") return read_process(value, inner, loading);
    if (kind == "disk") return read_disk(value, inner, loading);
    if (kind == "clock") return read_clock(value, inner, loading);
    if (kind == "set") return read_set(value, inner, scenario, loading);
    if (kind == "level") return read_level_action(value, inner, loading);
    if (kind == "admin") return read_admin(value, inner, loading);
    if (kind == "client") return read_client_action(value, inner, loading);
    return action::Mark{value.get<std::string>()};
}

}  // namespace

Call read_call(const Json& json, const std::string& path, Loading& loading)
{
    using CallKind = Call::Kind;
    static const std::map<std::string, CallKind> kinds{
        {"send", CallKind::send},     {"begin", CallKind::begin},
        {"end", CallKind::end},       {"poll", CallKind::poll},
        {"commit", CallKind::commit}, {"init-txn", CallKind::init_transactions},
        {"wait", CallKind::wait}};
    const std::string& name = json.begin().key();
    const Json& value = json.begin().value();
    const std::string inner = child_path(path, name);
    Call call;
    call.kind = kinds.at(name);
    switch (call.kind) {
        case CallKind::send: {
            call.partition = read_text(value, "tp");
            read_number(value, "n", call.count);
            if (value.contains("key")) call.key = read_text(value, "key");
            if (value.contains("tombstone")) call.tombstone = value["tombstone"].get<bool>();
            if (value.contains("timestamp")) {
                call.timestamp_ms = value["timestamp"].get<std::int64_t>();
            }
            if (value.contains("headers")) {
                for (const auto& [key, text] : value["headers"].items()) {
                    call.headers.emplace_back(key, text.get<std::string>());
                }
            }
            // A topic may look like a partition ("a-1"); the check knows the topics.
            loading.use(child_path(inner, "tp"), Argument::value, call.partition);
            break;
        }
        case CallKind::end: call.commit_transaction = value == "commit"; break;
        case CallKind::poll:
            if (value.contains("max")) call.max = value["max"].get<std::int64_t>();
            break;
        case CallKind::wait:
            if (value.is_number() ||
                (value.is_string() && parse_duration(value.get_ref<const std::string&>()))) {
                call.time = read_duration(value);
            } else {
                call.condition = read_expression(value, inner, Kind::boolean, loading);
            }
            break;
        default: break;
    }
    return call;
}

Trigger read_trigger(const Json& json, const std::string& path, Loading& loading)
{
    Trigger trigger;
    read_optional(json, "at", trigger.at, read_time);
    trigger.after = read_text(json, "after");
    trigger.when = read_expression_at(json, "when", path, Kind::boolean, loading);
    if (json.contains("within")) trigger.within = read_duration(json["within"]);
    if (json.contains("delay")) trigger.delay = read_duration(json["delay"]);
    const bool at = json.contains("at");
    const bool when = json.contains("when");
    const bool after = json.contains("after");
    if (static_cast<int>(at) + static_cast<int>(when || after) != 1) {
        loading.diagnostics.add({path, at ? "at beside another trigger" : "no trigger",
                                 "one of at, after, when (with within)", ""});
    }
    if (when && !json.contains("within")) {
        loading.diagnostics.add(
            {child_path(path, "within"), "nothing", "a time: every when needs a deadline", ""});
    }
    if (json.contains("within") && !when) {
        loading.refuse(child_path(path, "within"), json["within"], "within only beside when");
    }
    if (json.contains("delay") && at) {
        loading.refuse(child_path(path, "delay"), json["delay"], "delay only beside after or when");
    }
    return trigger;
}

void read_script(const Json& json, Scenario& scenario, Loading& loading)
{
    for (std::size_t i = 0; i < json.size(); ++i) {
        const Json& each = json[i];
        Step step;
        step.path = child_path("/script", i);
        step.name = read_text(each, "name");
        step.trigger = read_trigger(each, step.path, loading);
        read_optional(each, "for", step.lasts, read_duration);
        const Json& actions = each["do"];
        const std::string path = child_path(step.path, "do");
        if (actions.is_object()) {
            step.actions.push_back(read_action(actions, path, scenario, loading));
        }
        for (std::size_t k = 0; actions.is_array() && k < actions.size(); ++k) {
            step.actions.push_back(read_action(actions[k], child_path(path, k), scenario, loading));
        }
        scenario.script.push_back(std::move(step));
    }
}

}  // namespace gregor::lab
