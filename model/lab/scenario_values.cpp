#include "model/lab/scenario_reader.h"
#include "model/lab/scenario_shapes.h"
#include "model/lab/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gregor::lab {

void Loading::refuse(std::string path, const Json& found, std::string allowed, std::string nearest)
{
    diagnostics.add({std::move(path), excerpt(found), std::move(allowed), std::move(nearest)});
}

void Loading::use(std::string path, Argument kind, std::string name)
{
    uses.push_back({std::move(path), {kind, std::move(name), 0}});
}

namespace {

/// The shape has limited the number, so that the product fits into 64 bits.
std::int64_t scaled(const Json& json, std::int64_t unit)
{
    if (json.is_number_integer()) return json.get<std::int64_t>() * unit;
    if (const auto exact = parse_decimal(json.dump(), Duration{unit})) return exact->nanoseconds;
    return std::llround(json.get<double>() * static_cast<double>(unit));
}

std::string config_text(const Json& json)
{
    if (json.is_string()) return json.get<std::string>();
    if (!json.is_array()) return json.dump();
    std::string list;
    for (const Json& each : json) {
        if (!list.empty()) list += ',';
        list += each.is_string() ? each.get<std::string>() : each.dump();
    }
    return list;
}

std::string nearest_config(std::string_view name, std::initializer_list<ConfigScope> scopes)
{
    std::vector<std::string_view> known;
    for (const ConfigScope scope : scopes) {
        for (const ConfigDefinition* each : configs_of(scope)) known.push_back(each->name);
    }
    return nearest_word(name, known);
}

std::string scope_names(std::initializer_list<ConfigScope> scopes)
{
    std::string names;
    for (const ConfigScope scope : scopes) {
        if (!names.empty()) names += " or ";
        names += to_string(scope);
    }
    return names;
}

bool kind_fits(Kind found, Kind wanted)
{
    if (wanted == Kind::any || found == Kind::any || found == wanted) return true;
    return wanted == Kind::number && found == Kind::duration;
}

std::optional<std::int32_t> broker_number(std::string_view text)
{
    std::int32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return id;
}

}  // namespace

Duration read_duration(const Json& json)
{
    if (json.is_string()) {
        return parse_duration(json.get_ref<const std::string&>()).value_or(Duration{});
    }
    return Duration{scaled(json, 1'000'000'000)};
}

Time read_time(const Json& json)
{
    return Time{read_duration(json).nanoseconds};
}

std::int64_t read_bytes(const Json& json)
{
    if (json.is_string()) return parse_bytes(json.get_ref<const std::string&>()).value_or(0);
    return scaled(json, 1);
}

std::int64_t read_byte_rate(const Json& json)
{
    if (json.is_string()) {
        return parse_bytes_per_second(json.get_ref<const std::string&>()).value_or(0);
    }
    return scaled(json, 1);
}

std::string read_text(const Json& object, const char* key)
{
    const auto at = object.find(key);
    return at == object.end() ? std::string() : at->get<std::string>();
}

std::optional<Expression> read_expression(const Json& json, const std::string& path, Kind wanted,
                                          Loading& loading)
{
    const std::string text = json.is_string() ? json.get<std::string>() : json.dump();
    std::vector<ExpressionError> errors;
    auto expression = Expression::parse(text, loading.parameters, errors);
    for (const ExpressionError& each : errors) {
        loading.diagnostics.add({path,
                                 fmt::format("{} at character {}", each.found, each.offset + 1),
                                 each.allowed, each.nearest});
    }
    if (!expression) return std::nullopt;
    if (!kind_fits(expression->kind(), wanted)) {
        loading.refuse(path, json,
                       fmt::format("a {}, but this is a {}", to_string(wanted),
                                   to_string(expression->kind())));
        return std::nullopt;
    }
    for (const Reference& each : expression->references()) loading.uses.push_back({path, each});
    return expression;
}

std::optional<Expression> read_expression_at(const Json& object, const char* key,
                                             const std::string& path, Kind wanted, Loading& loading)
{
    const auto at = object.find(key);
    if (at == object.end()) return std::nullopt;
    return read_expression(*at, child_path(path, key), wanted, loading);
}

ConfigMap read_config(const Json& json, const std::string& path,
                      std::initializer_list<ConfigScope> scopes, Loading& loading)
{
    ConfigMap config;
    for (const auto& [name, value] : json.items()) {
        const ConfigDefinition* definition = nullptr;
        for (const ConfigScope scope : scopes) {
            if (definition == nullptr) definition = find_config(scope, name);
        }
        if (definition == nullptr) {
            loading.refuse(child_path(path, name), Json("unknown setting " + name),
                           "a setting of Kafka 4.3.1 for a " + scope_names(scopes),
                           nearest_config(name, scopes));
            continue;
        }
        const auto parsed = parse_config_value(*definition, config_text(value));
        if (const auto* plain = std::get_if<std::string>(&parsed)) {
            config[name] = *plain;
        } else {
            loading.refuse(child_path(path, name), value, std::get<ConfigError>(parsed).text());
        }
    }
    return config;
}

NodeSet read_node(const Json& json, const std::string& path, Loading& loading)
{
    NodeSet node;
    if (json.is_number()) {
        node.kind = NodeSet::Kind::id;
        node.id = json.get<std::int32_t>();
        loading.use(path, Argument::broker, std::to_string(node.id));
        return node;
    }
    node.kind = NodeSet::Kind::expression;
    node.expression = read_expression(json, path, Kind::number, loading);
    return node;
}

namespace {

std::optional<NodeSet> node_class(std::string_view text)
{
    using NodeKind = NodeSet::Kind;
    NodeSet node;
    constexpr std::string_view at = "clients@";
    if (text == "brokers") {
        node.kind = NodeKind::brokers;
    } else if (text == "controllers") {
        node.kind = NodeKind::controllers;
    } else if (text == "clients") {
        node.kind = NodeKind::clients;
    } else if (text.starts_with(at)) {
        std::string_view number = text.substr(at.size());
        if (number.starts_with('b')) number.remove_prefix(1);
        const auto id = broker_number(number);
        if (!id) return std::nullopt;
        node.kind = NodeKind::clients_at;
        node.id = *id;
    } else {
        return std::nullopt;
    }
    return node;
}

NodeSet read_one_of_nodes(const Json& json, const std::string& path, Loading& loading)
{
    if (!json.is_string()) return read_node(json, path, loading);
    const auto& text = json.get_ref<const std::string&>();
    if (auto node = node_class(text)) {
        if (node->kind == NodeSet::Kind::clients_at) {
            loading.use(path, Argument::broker, std::to_string(node->id));
        }
        return *node;
    }
    NodeSet node;
    const auto id = broker_number(text.starts_with('b') ? std::string_view(text).substr(1) : text);
    if (id) return read_node(*id, path, loading);
    if (text.find('(') != std::string::npos) return read_node(json, path, loading);
    node.kind = NodeSet::Kind::client;
    node.name = text;
    std::vector<std::string_view> known(loading.client_names.begin(), loading.client_names.end());
    if (std::ranges::find(known, text) == known.end()) {
        known.insert(known.end(), {"brokers", "controllers", "clients"});
        loading.refuse(path, json,
                       "a node id, brokers, controllers, clients, clients@ID, a client of the "
                       "scenario or an expression",
                       nearest_word(text, known));
    }
    return node;
}

}  // namespace

std::vector<NodeSet> read_nodes(const Json& json, const std::string& path, Loading& loading)
{
    std::vector<NodeSet> nodes;
    if (!json.is_array()) {
        nodes.push_back(read_one_of_nodes(json, path, loading));
        return nodes;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
        nodes.push_back(read_one_of_nodes(json[i], child_path(path, i), loading));
    }
    return nodes;
}

std::string read_level(const std::string& level, const Json& value, const std::string& path,
                       Loading& loading)
{
    const LevelDefinition* definition = find_level(level);
    if (definition == nullptr) {
        std::vector<std::string_view> known;
        std::string names;
        for (const LevelDefinition& each : levels()) {
            known.push_back(each.name);
            names += (names.empty() ? "" : ", ") + std::string(each.name);
        }
        loading.refuse(path, level, names, nearest_word(level, known));
        return "";
    }
    std::string plain = plain_level_value(*definition, value);
    if (plain.empty()) {
        std::string words;
        for (const std::string_view each : definition->values) {
            words += (words.empty() ? "" : ", ") + std::string(each);
        }
        loading.refuse(path, value, words,
                       value.is_string()
                           ? nearest_word(value.get_ref<const std::string&>(), definition->values)
                           : "");
    }
    if (level == "control-plane" && plain == "zk") {
        loading.refuse(path, value, "kraft (the ZooKeeper control plane is not available yet)");
    }
    return plain;
}

}  // namespace gregor::lab
