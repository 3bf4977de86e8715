#include "model/lab/kafka_tools/option_table.h"

#include "model/lab/kafka_tools/java_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::lab::kafka_tools {

namespace {

JavaException option_error(std::string_view name, std::string message)
{
    return {fmt::format("joptsimple.{}Exception", name), std::move(message), {}};
}

std::string joined(const std::vector<std::string>& names)
{
    return fmt::format("[{}]", fmt::join(names, ", "));
}

bool fits(std::string_view type, std::string_view value)
{
    if (type.starts_with("[")) {  // one of an enum
        const std::string list = "," + std::string(type.substr(1, type.find(']') - 1)) + ",";
        return list.find("," + to_upper(value) + ",") != std::string::npos;
    }
    if (type == "Integer") return parse_java_int(value).has_value();
    return type != "Long" || parse_java_long(value).has_value();
}

}  // namespace

OptionTable::OptionTable(const Usage& usage)
{
    const std::size_t column = usage.table.find("Description");
    std::string cell;
    std::size_t line_number = 0;
    for (std::size_t at = 0; at < usage.table.size(); ++line_number) {
        const std::size_t end = usage.table.find('\n', at);
        const std::string_view line =
            usage.table.substr(at, end - at).substr(0, std::min(column, end - at));
        at = end + 1;
        if (line_number < 2) continue;  // the headings
        const std::string left = trim(line);
        if (left.empty()) continue;
        if (line.starts_with("-") || line.starts_with("* -")) {
            add(cell);
            cell = left;
        } else {
            cell += (cell.ends_with("-") ? "" : " ") + left;
        }
    }
    add(cell);
}

void OptionTable::add(std::string_view cell)
{
    if (cell.empty()) return;
    Option option;
    if (cell.starts_with("* ")) {
        option.required = true;
        cell.remove_prefix(2);
    }
    const std::size_t argument = cell.find_first_of("<[");
    const std::string before = trim(cell.substr(0, argument));
    if (argument != std::string_view::npos) {
        option.argument = cell[argument] == '<' ? Argument::required : Argument::optional;
        std::string_view type = cell.substr(argument + 1);
        const std::size_t from = type.starts_with("[") ? type.find(']') : 0;
        option.type = type.substr(0, type.find_first_of(":>]", from + (from > 0 ? 1 : 0)));
    }
    std::vector<std::string> all;
    for (const std::string& each : split(before, ',')) {
        const std::string name = trim(each);
        all.push_back(name.substr(name.find_first_not_of('-')));
    }
    option.name = all.back();
    for (const std::string& name : all) alias_[name] = option.name;
    options_.push_back(std::move(option));
}

const OptionTable::Option* OptionTable::find(std::string_view name) const
{
    const auto alias = alias_.find(name);
    if (alias == alias_.end()) return nullptr;
    const auto found = std::ranges::find(options_, alias->second, &Option::name);
    return &*found;
}

std::vector<std::string> Options::values(std::string_view name) const
{
    const auto found = given_.find(name);
    return found == given_.end() ? std::vector<std::string>() : found->second;
}

std::optional<std::string> Options::value(std::string_view name) const
{
    const std::vector<std::string> all = values(name);
    if (all.empty()) return std::nullopt;
    if (all.size() > 1) {
        throw option_error("MultipleArgumentsForOption",
                           fmt::format("Found multiple arguments for option {}, but you asked for "
                                       "only one",
                                       name));
    }
    return all.front();
}

std::string Options::value_or(std::string_view name, std::string_view otherwise) const
{
    return value(name).value_or(std::string(otherwise));
}

std::optional<std::int64_t> Options::integer(std::string_view name) const
{
    const auto text = value(name);
    if (!text) return std::nullopt;
    const auto number = parse_java_long(*text);
    if (!number) {
        throw option_error("OptionArgumentConversion",
                           fmt::format("Cannot parse argument '{}' of option {}", *text, name));
    }
    return number;
}

namespace {

/// One option and its argument; `at` is moved behind what it took.
void take(const OptionTable& table, std::span<const std::string> arguments, std::size_t& at,
          Options& options)
{
    const std::string& text = arguments[at++];
    std::string_view name = text;
    name.remove_prefix(text.starts_with("--") ? 2 : 1);
    std::optional<std::string> value;
    if (const std::size_t equals = name.find('='); equals != std::string_view::npos) {
        value = std::string(name.substr(equals + 1));
        name = name.substr(0, equals);
    }
    const OptionTable::Option* option = table.find(name);
    if (option == nullptr) {
        throw option_error("UnrecognizedOption",
                           fmt::format("{} is not a recognized option", name));
    }
    options.give(option->name);
    if (option->argument == OptionTable::Argument::none) return;
    if (!value && at < arguments.size() &&
        (option->argument == OptionTable::Argument::required || !arguments[at].starts_with("-"))) {
        value = arguments[at++];
    }
    if (!value) {
        if (option->argument == OptionTable::Argument::optional) return;
        throw option_error("OptionMissingRequiredArgument",
                           fmt::format("Option {} requires an argument", option->name));
    }
    options.give(option->name, *value);
}

}  // namespace

Options parse_options(const OptionTable& table, std::span<const std::string> arguments)
{
    Options options;
    for (std::size_t at = 0; at < arguments.size();) {
        if (arguments[at] == "--") break;
        if (arguments[at].size() < 2 || !arguments[at].starts_with("-")) {
            ++at;  // left over: no tool of Kafka looks at those
            continue;
        }
        take(table, arguments, at, options);
    }
    std::vector<std::string> missing;
    for (const auto& each : table.options()) {
        if (each.required && !options.has(each.name)) missing.push_back(each.name);
    }
    if (!missing.empty() && !options.has("help") && !options.has("version")) {
        throw option_error("MissingRequiredOptions",
                           fmt::format("Missing required option(s) {}", joined(missing)));
    }
    for (const auto& each : table.options()) {
        for (const std::string& value : options.values(each.name)) {
            if (fits(each.type, value)) continue;
            throw option_error(
                "OptionArgumentConversion",
                fmt::format("Cannot parse argument '{}' of option {}", value, each.name));
        }
    }
    return options;
}

void require_options(const Options& options, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        if (!options.has(name)) {
            throw WrongUse{fmt::format("Missing required argument \"[{}]\"", name)};
        }
    }
}

void forbid_with(const Options& options, std::string_view used,
                 std::initializer_list<std::string_view> others)
{
    if (!options.has(used)) return;
    for (const std::string_view other : others) {
        if (options.has(other)) {
            throw WrongUse{
                fmt::format("Option \"[{}]\" can't be used with option \"[{}]\"", used, other)};
        }
    }
}

ToolResult print_help(const Usage& usage)
{
    return {.err = std::string(usage.description) + "\n" + usage_table(usage), .exit_code = 1};
}

ToolResult print_wrong_use(const Usage& usage, const std::string& message)
{
    return {.err = message + "\n" + usage_table(usage), .exit_code = 1};
}

std::optional<ToolResult> help_or_version(const Usage& usage,
                                          std::span<const std::string> arguments,
                                          const Options& options)
{
    if (arguments.empty() || options.has("help")) return print_help(usage);
    if (options.has("version")) return ToolResult{.out = std::string(kafka_version) + "\n"};
    return std::nullopt;
}

}  // namespace gregor::lab::kafka_tools
