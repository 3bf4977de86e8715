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

/// golden/cli: commands of Kafka's own tools against recorded states.
namespace gregor::lab {

namespace kafka_cases {

namespace {

/// Mid-April 2024: later than every record, as when the cases were recorded.
constexpr std::int64_t some_day_ms = 1'713'200'000'000;

std::vector<std::string> sorted_parts(const std::string& text, std::string_view separators)
{
    std::vector<std::string> parts{""};
    for (const char c : text) {
        if (separators.find(c) == std::string_view::npos) {
            parts.back() += c;
        } else if (!parts.back().empty()) {
            parts.emplace_back();
        }
    }
    std::ranges::sort(parts);
    return parts;
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

/// Recordings that no rule can give, each with the reason.
std::string why_excused(const json& vector)
{
    const std::string id = vector.at("id");
    if (id == "groups/describe-all-state") {
        return "its state still lists the group ccompl, which was gone when the command ran";
    }
    if (id == "reassign/throttled-topic-config") {
        return "its state lists throttles of the topic that its own answer denies";
    }
    // A state lists "only topics that matter"; one that the answer shows did matter.
    static const std::regex topic("Topic: ([^\t]+)\t");
    const std::string out = vector.at("stdout");
    for (std::sregex_iterator at(out.begin(), out.end(), topic), end; at != end; ++at) {
        const std::string name = (*at)[1];
        if (!vector.at("state").at("topics").contains(name)) {
            return "its state does not list topic " + name + ", which its answer shows";
        }
    }
    return "";
}

std::string shown(int code, const std::string& out, const std::string& err)
{
    return fmt::format("exit code {}\n--- stdout\n{}--- stderr\n{}", code, out, err);
}

/// Commands of the same tool that had succeeded before are part of the state.
void run_before(const json& state, const char* name, const std::string& tool,
                Placeholders& placeholders, kafka_tools::ClusterState& cluster)
{
    if (!state.contains(name)) return;
    for (const json& each : state.at(name)) {
        kafka_tools::Invocation invocation{.tool = tool};
        invocation.arguments = {"--bootstrap-server", placeholders.filled("${BOOTSTRAP}")};
        if (each.is_string()) {
            const auto words = kafka_tools::split(each.get<std::string>(), ' ');
            invocation.arguments.insert(invocation.arguments.end(), words.begin(), words.end());
        } else {
            for (const json& word : each) {
                invocation.arguments.push_back(placeholders.filled(word.get<std::string>()));
            }
        }
        kafka_tools::run_tool(invocation, cluster);
    }
}

VectorOutcome judge(const json& vector, const json& records)
{
    VectorOutcome outcome{.id = vector.at("id")};
    Placeholders placeholders(lowest_alive(vector.at("state")));
    const std::string out = placeholders.filled(vector.at("stdout").get<std::string>());
    const std::string err = placeholders.filled(vector.at("stderr").get<std::string>());
    const int code = vector.at("rc");
    if (outcome.got = why_excused(vector); !outcome.got.empty()) {
        outcome.covered = false;
        return outcome;
    }
    try {
        auto cluster = state_of_case(placeholders.filled_json(vector.at("state")), records,
                                     vector.value("n", 0));
        cluster.now_ms = some_day_ms;
        run_before(vector.at("state"), "config_commands_before", "configs", placeholders, cluster);
        run_before(vector.at("state"), "acl_commands_before", "acls", placeholders, cluster);
        const auto result = kafka_tools::run_tool(invocation_of(vector, placeholders), cluster);
        outcome.passed = code == result.exit_code && same_text(out, result.out, vector) &&
                         same_text(err, result.err, vector);
        outcome.expected = shown(code, out, err);
        outcome.got = shown(result.exit_code, result.out, result.err);
    } catch (const kafka_tools::NotModelled& why) {
        outcome.covered = false;
        outcome.got = why.sentence;
    }
    return outcome;
}

}  // namespace

bool same_text(const std::string& expected, const std::string& got, const json& vector)
{
    if (matches(expected, got)) return true;
    const std::string how = vector.value("compare", ""), order = vector.value("order", "");
    if (how == "shape") return shape_of(expected) == shape_of(got);
    if (order.find("option names") != std::string::npos) {
        return sorted_parts(expected, "[], \n") == sorted_parts(got, "[], \n");
    }
    // Group ids in one bucket: as the brokers answered.
    const auto& arguments = vector.at("argv");
    const bool deletion = vector.at("tool") == "consumer-groups" &&
                          std::ranges::find(arguments, "--delete") != arguments.end();
    if (deletion) return sorted_parts(expected, "(), \n") == sorted_parts(got, "(), \n");
    // So do topics that kafka-configs describes all at once.
    const bool topics = vector.at("tool") == "configs" && order.find("capacity") != order.npos;
    const bool rows = topics || how == "unordered-lines" ||
                      order.find("differs from run") != order.npos ||
                      order.find("not determined") != order.npos;
    return rows && sorted_parts(expected, "\n") == sorted_parts(got, "\n");
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
