#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/tools.h"
#include "model/lab/kafka_tools/topics_describe.h"
#include "model/topic_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// kafka-get-offsets.sh (org.apache.kafka.tools.GetOffsetShell).
namespace gregor::lab::kafka_tools {

namespace {

enum class Ask : std::uint8_t { latest, earliest, max_timestamp, tiered, at_time };

struct Time {
    Ask ask = Ask::latest;
    std::int64_t timestamp_ms = 0;
};

struct NamedTime {
    std::string_view name;
    std::int64_t number;
    Ask ask;
};
constexpr std::array named_times{
    NamedTime{"latest", -1, Ask::latest},
    NamedTime{"earliest", -2, Ask::earliest},
    NamedTime{"max-timestamp", -3, Ask::max_timestamp},
    NamedTime{"earliest-local", -4, Ask::earliest},
    NamedTime{"latest-tiered", -5, Ask::tiered},
    NamedTime{"earliest-pending-upload", -6, Ask::tiered},
};

/// What the tool ends with, after `Error occurred: `.
JavaException terse(std::string message)
{
    return {"org.apache.kafka.tools.TerseException", std::move(message), {}};
}

Time parse_time(const std::string& text)
{
    for (const NamedTime& each : named_times) {
        if (text == each.name || text == std::to_string(each.number)) return {each.ask, 0};
    }
    std::int64_t number = 0;
    try {
        number = java_long(text);
    } catch (const JavaException&) {
        throw terse(
            fmt::format("Malformed time argument {}. Please use -1 or latest / -2 or "
                        "earliest / -3 or max-timestamp / -4 or earliest-local / -5 or "
                        "latest-tiered / -6 or earliest-pending-upload, or a specified "
                        "long format timestamp",
                        text));
    }
    if (number < 0) {
        throw NotModelled{
            "the order in which an admin client reports an unknown special time is not modelled"};
    }
    return {Ask::at_time, number};
}

/// `topicRegex:P`, `:0-3` (upper bound exclusive), `:5-`, `:-3`.
struct Rule {
    std::string topics = ".*";
    std::int64_t from = 0, to = INT64_MAX;
    bool accepts(const PartitionName& each) const
    {
        return each.partition >= from && each.partition < to &&
               matches_topic_list(each.topic, topics);
    }
};

Rule parse_rule(const std::string& text)
{
    const auto invalid = [&] {
        return JavaException{
            "java.lang.RuntimeException", terse("Invalid rule specification: " + text).text(), {}};
    };
    Rule rule;
    const std::size_t colon = text.find(':');
    if (colon != 0 && !text.empty()) rule.topics = text.substr(0, colon);
    if (colon == std::string::npos) return rule;
    const std::string range = text.substr(colon + 1);
    const bool digits = range.find_first_not_of("0123456789-") == std::string::npos;
    if (!digits || std::ranges::count(range, '-') > 1 || range == "-") throw invalid();
    const std::size_t dash = range.find('-');
    if (range.empty()) return rule;
    if (dash == std::string::npos) {
        rule.from = java_long(range);
        rule.to = rule.from + 1;
        return rule;
    }
    if (dash > 0) rule.from = java_long(range.substr(0, dash));
    if (dash + 1 < range.size()) rule.to = java_long(range.substr(dash + 1));
    return rule;
}

/// Which partitions the options choose.
class Filter {
public:
    explicit Filter(const Options& options) : internal_(!options.has("exclude-internal-topics"))
    {
        if (const auto list = options.value("topic-partitions")) {
            if (options.has("topic") || options.has("partitions")) {
                throw terse("--topic-partitions cannot be used with --topic or --partitions");
            }
            for (const std::string& each : split(*list, ',')) rules_.push_back(parse_rule(each));
            return;
        }
        Rule rule;
        if (const auto topic = options.value("topic")) rule.topics = *topic;
        const std::string numbers = options.value_or("partitions", "");
        if (numbers.empty()) rules_.push_back(rule);
        for (const std::string& each : split(numbers, ',')) {
            try {
                rule.from = java_int(each);
            } catch (const JavaException&) {
                throw terse(
                    "--partitions expects a comma separated list of numeric partition "
                    "ids, but received: " +
                    numbers);
            }
            rule.to = rule.from + 1;
            rules_.push_back(rule);
        }
    }
    bool accepts(const PartitionName& each) const
    {
        if (!internal_ && is_internal_topic(each.topic)) return false;
        return std::ranges::any_of(rules_, [&](const Rule& rule) { return rule.accepts(each); });
    }

private:
    std::vector<Rule> rules_;
    bool internal_ = true;
};

std::optional<std::int64_t> offset_at(const ClusterState::Partition& partition,
                                      const PartitionName& name, const Time& time)
{
    if (time.ask == Ask::latest) return partition.end;
    if (time.ask == Ask::earliest) return partition.start;
    if (time.ask == Ask::tiered || partition.start == partition.end) return std::nullopt;
    if (partition.log == nullptr) {
        throw NotModelled{"the state does not say at which times the records of " + name.text() +
                          " were written"};
    }
    return time.ask == Ask::max_timestamp ? partition.log->offset_of_max_timestamp()
                                          : partition.log->first_at_or_after(time.timestamp_ms);
}

ToolResult list_offsets(const Options& options, const ClusterState& state)
{
    const Filter filter(options);
    const Time time = parse_time(options.value_or("time", "latest"));
    std::vector<PartitionName> chosen;
    for (const PartitionName& each : state.partitions()) {
        if (filter.accepts(each)) chosen.push_back(each);
    }
    if (chosen.empty())
        throw terse("Could not match any topic-partitions with the specified filters");
    std::ranges::sort(chosen, {}, &PartitionName::text);
    ToolResult result;
    for (const PartitionName& each : chosen) {
        const ClusterState::Partition& partition = *state.partition(each);
        if (!partition.leader) {
            result.err += fmt::format(
                "Skip getting offsets for topic-partition {} due to error: {}\n", each.text(),
                api_error("Timeout",
                          fmt::format("Call(callName=listOffsets(api=METADATA), deadlineMs={0}, "
                                      "tries={1}, nextAllowedTryMs={2}) timed out at {0} after {1} "
                                      "attempt(s)",
                                      state.now_ms + 60'000, 62, state.now_ms + 60'001))
                    .text());
        } else if (const auto offset = offset_at(partition, each, time)) {
            result.out += fmt::format("{}:{}:{}\n", each.topic, each.partition, *offset);
        }
    }
    return result;
}

}  // namespace

ToolResult run_get_offsets(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("get-offsets");
    try {
        if (invocation.arguments.empty()) return print_help(usage);
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        return list_offsets(options, state);
    } catch (const JavaException& failed) {
        ToolResult result{.err = "Error occurred: " + failed.message + "\n", .exit_code = 1};
        const bool known = failed.type.ends_with("TerseException");
        if (!known) result.err += failed.with_trace() + "\n";
        return result;
    }
}

}  // namespace gregor::lab::kafka_tools
