#include "model/lab/conformance/kafka_tools.h"

#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/kafka_tools_area.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/tools.h"
#include "model/lab/whole_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <stdexcept>

/// golden/cli: commands of Kafka's own tools against recorded states.
namespace gregor::lab {

namespace kafka_cases {

namespace {

/// Mid-April 2024: later than every record, as when the cases were recorded.
constexpr std::int64_t some_day_ms = 1'713'200'000'000;

/// "[b, a]" as "[a, b]", and "[b], [a]" as "[a], [b]".
std::string sorted_list(const std::string& list)
{
    const bool one = list.find("], [") == std::string::npos;
    const std::string_view between = one ? ", " : "], [";
    std::vector<std::string> names;
    for (std::size_t at = 1; at < list.size();) {
        const std::size_t end = std::min(list.find(between, at), list.size() - 1);
        names.push_back(list.substr(at, end - at));
        at = end + between.size();
    }
    std::ranges::sort(names);
    return fmt::format("[{}]", fmt::join(names, between));
}

std::string with_sorted_lists(const std::string& row)
{
    static const std::regex lists(R"(\[[^\[\]]*\](?:, \[[^\[\]]*\])*)");
    std::string sorted;
    std::smatch found;
    auto at = row.cbegin();
    for (; std::regex_search(at, row.cend(), found, lists); at = found[0].second) {
        sorted.append(at, found[0].first);
        sorted += sorted_list(found[0]);
    }
    return sorted.append(at, row.cend());
}

std::vector<std::string> rows_of(const std::string& text)
{
    std::vector<std::string> rows{""};
    for (const char c : text) {
        if (c == '\n') {
            rows.emplace_back();
        } else {
            rows.back() += c;
        }
    }
    return rows;
}

/// What has no order whatever a case says: groups in one bucket ("('b', 'a')"), and operations of
/// ACLs, which kafka-acls lists in rows of their own.
std::string without_chance(const std::string& text)
{
    static const std::regex groups(R"(\('[^()]*'\))");
    std::string settled;
    std::smatch found;
    auto at = text.cbegin();
    for (; std::regex_search(at, text.cend(), found, groups); at = found[0].second) {
        settled.append(at, found[0].first);
        const std::string list = found[0];
        auto names = kafka_tools::split(list.substr(1, list.size() - 2), ',');
        for (std::string& each : names) each = kafka_tools::trim(each);
        std::ranges::sort(names);
        settled += fmt::format("({})", fmt::join(names, ", "));
    }
    settled.append(at, text.cend());
    std::vector<std::string> rows = rows_of(settled);
    const auto is_operation = [](const std::string& row) {
        const std::size_t first = row.find_first_not_of(' ');
        return first != std::string::npos && first > 1 && row[first] == '\t';
    };
    for (auto row = rows.begin(); row != rows.end();) {
        const auto end = std::find_if_not(row, rows.end(), is_operation);
        std::sort(row, end);
        row = end == rows.end() ? end : end + 1;
    }
    return fmt::format("{}", fmt::join(rows, "\n"));
}

/// Rows as a set, without blanks at their ends (the first of a list has one more). `lists`: names
/// in brackets too.
std::vector<std::string> sorted_rows(const std::string& text, bool lists)
{
    std::vector<std::string> rows = rows_of(text);
    for (std::string& row : rows) row = kafka_tools::trim(row);
    if (lists) std::ranges::transform(rows, rows.begin(), with_sorted_lists);
    std::ranges::sort(rows);
    return rows;
}

/// Digits become one mark and blanks one blank: what is left are labels and their order.
std::string shape_of(const std::string& text)
{
    std::string shape;
    for (const char c : text) {
        const char last = shape.empty() ? '\0' : shape.back();
        if ((c >= '0' && c <= '9') || c == Placeholders::anything) {
            if (last != '#') shape += '#';
        } else if (c != ' ' || last != ' ') {
            shape += c;
        }
    }
    return shape;
}

bool may_stand_for(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == ' ';
}

/// Whether `got` is `expected`, where a mark stands for any number or time.
bool matches(std::string_view expected, std::string_view got)
{
    while (!expected.empty() && expected.front() != Placeholders::anything) {
        if (got.empty() || expected.front() != got.front()) return false;
        expected.remove_prefix(1);
        got.remove_prefix(1);
    }
    if (expected.empty()) return got.empty();
    expected.remove_prefix(1);
    for (std::size_t taken = 1; taken <= got.size() && may_stand_for(got[taken - 1]); ++taken) {
        if (matches(expected, got.substr(taken))) return true;
    }
    return false;
}

json records_beside(const std::string& file)
{
    const auto path = std::filesystem::path(file).replace_filename("records.json");
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return json::object();
    return json::parse(read_whole_file(path.string(), std::size_t{16} << 20));
}

std::string lowest_alive(const json& state)
{
    int lowest = 1;
    if (state.contains("brokers") && !state.at("brokers").empty()) {
        lowest = *std::ranges::min_element(state.at("brokers"));
    }
    return fmt::format("localhost:{}", port_of(lowest));
}

kafka_tools::Invocation invocation_of(const json& vector, Placeholders& placeholders)
{
    kafka_tools::Invocation invocation{.tool = vector.at("tool"),
                                       .input = placeholders.filled(vector.value("stdin", ""))};
    invocation.input_is_terminal = vector.at("id").get<std::string>().starts_with("acl-tty/");
    for (const json& each : vector.at("argv")) {
        invocation.arguments.push_back(placeholders.filled(each.get<std::string>()));
    }
    if (vector.contains("files")) {
        for (const auto& [name, content] : vector.at("files").items()) {
            invocation.files[placeholders.filled("${DIR}/" + name)] =
                placeholders.filled(content.get<std::string>());
        }
    }
    return invocation;
}

/// Recordings whose state is not the one that the command met, each with the reason.
std::string why_excused(const json& vector)
{
    const json groups = vector.at("state").value("groups", json::object());
    const json topics = vector.at("state").value("topics", json::object());
    const std::string out = vector.at("stdout"), err = vector.at("stderr");
    const json& arguments = vector.at("argv");
    const auto given = [&](std::string_view option) {
        return std::ranges::find(arguments, option) != arguments.end();
    };
    if (given("--describe") && given("--all-groups")) {
        for (const auto& [name, group] : groups.items()) {
            const bool shown = out.find(name) != out.npos || err.find(name) != err.npos;
            if (!shown && group.value("type", "") != "Share") {
                return "its state lists group " + name + ", which its answer to all does not show";
            }
        }
    }
    const bool settings = vector.at("state").contains("config_commands_before");
    if (vector.at("tool") == "client-metrics" && !settings && out.starts_with("Client metrics")) {
        return "its state does not list the client metrics that its answer shows";
    }
    // A state lists "only topics that matter"; one that the answer shows did matter.
    static const std::regex topic("Topic: ([^\t]+)\t");
    for (std::sregex_iterator at(out.begin(), out.end(), topic), end; at != end; ++at) {
        const std::string name = (*at)[1];
        if (!topics.contains(name)) {
            return "its state does not list topic " + name + ", which its answer shows";
        }
    }
    return "";
}

std::string shown(int code, const std::string& out, const std::string& err)
{
    return fmt::format("exit code {}\n--- stdout\n{}--- stderr\n{}", code, out, err);
}

/// Which tool a command of `config_commands_before` is for: all that keep settings share the list.
std::string tool_of_command(const std::vector<std::string>& words, const std::string& tool)
{
    const auto given = [&](std::string_view option) {
        return std::ranges::any_of(
            words, [&](const std::string& each) { return each.starts_with(option); });
    };
    if (given("--entity-")) return "configs";
    if (!words.empty() && !words.front().starts_with("-")) return "features";
    return given("--name") || given("--generate-name") ? "client-metrics" : tool;
}

/// Commands that had succeeded before are part of the state.
void run_before(const json& state, const char* name, const std::string& tool,
                kafka_tools::ClusterState& cluster)
{
    if (!state.contains(name)) return;
    for (const json& each : state.at(name)) {
        const auto words = each.is_string() ? kafka_tools::split(each.get<std::string>(), ' ')
                                            : each.get<std::vector<std::string>>();
        kafka_tools::Invocation invocation{.tool = tool_of_command(words, tool)};
        invocation.arguments = {"--bootstrap-server", lowest_alive(state)};
        invocation.arguments.insert(invocation.arguments.end(), words.begin(), words.end());
        const auto result = kafka_tools::run_tool(invocation, cluster);
        // Of kafka-acls commands that failed are listed too.
        if (result.exit_code != 0 && tool != "acls") {
            throw std::runtime_error(fmt::format("a command before it fails here: {}: {}{}",
                                                 fmt::join(invocation.arguments, " "), result.out,
                                                 result.err));
        }
    }
}

/// What the command leaves behind, where the case says it.
void judge_after(const json& vector, const json& state, const json& after,
                 kafka_tools::ClusterState cluster, VectorOutcome& outcome)
{
    const StateAfter expected = state_after(vector, state, after, std::move(cluster));
    outcome.passed = outcome.passed && expected.recorded == expected.got;
    outcome.expected += "--- after\n" + expected.recorded.dump();
    outcome.got += "--- after\n" + expected.got.dump();
}

VectorOutcome judge(const json& vector, const json& records)
{
    VectorOutcome outcome{.id = vector.at("id")};
    Placeholders placeholders(lowest_alive(vector.at("state")));
    const std::string out = placeholders.filled(vector.at("stdout").get<std::string>());
    const std::string err = placeholders.filled(vector.at("stderr").get<std::string>());
    const int code = vector.at("rc");
    try {
        if (outcome.got = why_excused(vector); !outcome.got.empty()) {
            outcome.covered = false;
            return outcome;
        }
        const json state = placeholders.filled_json(vector.at("state"));
        auto cluster = state_of_case(state, records, vector.value("n", 0));
        cluster.now_ms = some_day_ms;
        run_before(state, "config_commands_before", "configs", cluster);
        run_before(state, "acl_commands_before", "acls", cluster);
        const auto result = kafka_tools::run_tool(invocation_of(vector, placeholders), cluster);
        outcome.passed = code == result.exit_code && same_text(out, result.out, vector) &&
                         same_text(err, result.err, vector);
        outcome.expected = shown(code, out, err);
        outcome.got = shown(result.exit_code, result.out, result.err);
        if (vector.contains("after")) {
            judge_after(vector, state, placeholders.filled_json(vector.at("after")), cluster,
                        outcome);
        }
    } catch (const kafka_tools::NotModelled& why) {
        outcome.covered = false;
        outcome.got = why.sentence;
    } catch (const std::exception& why) {
        outcome.expected = shown(code, out, err);
        outcome.got = why.what();
    }
    return outcome;
}

}  // namespace

bool same_text(const std::string& expected, const std::string& got, const json& vector)
{
    if (matches(expected, got) || without_chance(expected) == without_chance(got)) return true;
    const std::string how = vector.value("compare", "");
    if (how == "shape") return shape_of(expected) == shape_of(got);
    if (how.empty() && !vector.contains("order")) return false;
    // Of an error in the arguments, the names of options inside brackets have no order either.
    const bool lists = vector.at("rc") != 0;
    return sorted_rows(expected, lists) == sorted_rows(got, lists);
}

}  // namespace kafka_cases

std::vector<VectorOutcome> conform_kafka_tools(std::string_view text, const std::string& file)
{
    const nlohmann::json records = kafka_cases::records_beside(file);
    std::vector<VectorOutcome> outcomes;
    for (const nlohmann::json& vector : cases_of(text)) {
        const std::string id = vector.at("id");
        const std::string scene = id.substr(0, id.find('/'));
        outcomes.push_back(kafka_cases::judge(
            vector, records.contains(scene) ? records.at(scene) : nlohmann::json::object()));
    }
    return outcomes;
}

}  // namespace gregor::lab
