#include "model/java_hash_order.h"
#include "model/lab/kafka_tools/consumer_groups.h"
#include "model/lab/kafka_tools/java_text.h"

#include <fmt/format.h>

#include <algorithm>

/// --reset-offsets (ConsumerGroupCommand and OffsetsUtils).
namespace gregor::lab::kafka_tools {

namespace {

using Group = ClusterState::Group;
using Plan = std::map<PartitionName, std::int64_t>;

/// Finds the new offsets of one group.
class Reset {
public:
    Reset(const Invocation& invocation, const Options& options, const ClusterState& state,
          ToolResult& result)
        : invocation_(invocation), options_(options), state_(state), result_(result)
    {
    }

    /// In the order in which they are printed.
    std::vector<NewOffset> of(const std::string& name)
    {
        const auto found = state_.groups.find(name);
        group_ = found == state_.groups.end() ? nullptr : &found->second;
        const std::vector<PartitionName> partitions = in_hash_order(chosen_partitions(name));
        std::vector<NewOffset> rows;
        for (const PartitionName& each : partitions) {
            rows.push_back({name, each, new_offset(name, each)});
        }
        return rows;
    }

private:
    std::vector<PartitionName> chosen_partitions(const std::string& name)
    {
        std::vector<PartitionName> chosen;
        if (options_.has("from-file")) {
            for (const auto& [partition, offset] : plan_of(name)) chosen.push_back(partition);
        } else if (options_.has("all-topics")) {
            if (group_ == nullptr) return {};
            // As the coordinator answers them, which is by topic, the last first, where it
            // matters (two names in one bucket).
            for (const auto& [partition, commit] : group_->committed) {
                if (!state_.lists_every_topic && !state_.topics.contains(partition.topic)) {
                    throw NotModelled{"the state does not list topic " + partition.topic};
                }
                chosen.push_back(partition);
            }
            std::stable_sort(chosen.begin(), chosen.end(),
                             [](const auto& a, const auto& b) { return a.topic > b.topic; });
        } else if (options_.has("topic")) {
            chosen = partitions_of_topics(options_.values("topic"), state_);
        } else {
            throw WrongUse{"One of the reset scopes should be defined: --all-topics, --topic."};
        }
        check_scenario();
        check_partitions(chosen);
        return chosen;
    }

    void check_scenario() const
    {
        for (const std::string_view each :
             {"to-offset", "to-earliest", "to-latest", "shift-by", "to-datetime", "by-duration",
              "to-current", "from-file"}) {
            if (options_.has(each)) return;
        }
        throw WrongUse{
            "Option '[reset-offsets]' requires one of the following scenarios: "
            "[[to-offset], [to-datetime], [by-duration], [to-earliest], [to-latest], "
            "[shift-by], [to-current], [from-file]]"};
    }

    void check_partitions(const std::vector<PartitionName>& partitions) const
    {
        std::vector<std::string> unknown, without_leader;
        for (const PartitionName& each : in_hash_order(partitions)) {
            const ClusterState::Partition* partition = state_.partition(each);
            if (partition == nullptr) {
                unknown.push_back(each.text());
            } else if (!partition->leader) {
                without_leader.push_back(each.text());
            }
        }
        if (!unknown.empty()) {
            throw api_error(
                "UnknownTopicOrPartition",
                fmt::format("The partitions \"{}\" do not exist", fmt::join(unknown, ",")));
        }
        if (!without_leader.empty()) {
            throw api_error("LeaderNotAvailable",
                            fmt::format("The partitions \"{}\" have no leader",
                                        fmt::join(without_leader, ",")));
        }
    }

    std::int64_t new_offset(const std::string& name, const PartitionName& each)
    {
        const ClusterState::Partition& partition = *state_.partition(each);
        const std::int64_t start = partition.start.value_or(0), end = partition.end.value_or(0);
        if (options_.has("to-offset")) return clamped(each, *options_.integer("to-offset"));
        if (options_.has("to-earliest")) return start;
        if (options_.has("to-latest")) return end;
        if (options_.has("shift-by")) {
            const auto committed = commit_of(each);
            if (!committed) {
                throw illegal_argument(
                    fmt::format("Cannot shift offset for partition {} since "
                                "there is no current committed offset",
                                each.text()));
            }
            return clamped(each, *committed + *options_.integer("shift-by"));
        }
        if (options_.has("to-current")) return commit_of(each).value_or(end);
        if (options_.has("from-file")) return clamped(each, plans_.at(name).at(each));
        return at_time(each, partition, end);
    }

    std::optional<std::int64_t> commit_of(const PartitionName& partition) const
    {
        if (group_ == nullptr) return std::nullopt;
        const auto found = group_->committed.find(partition);
        if (found == group_->committed.end()) return std::nullopt;
        return found->second.offset;
    }

    std::int64_t clamped(const PartitionName& name, std::int64_t wanted)
    {
        const ClusterState::Partition& partition = *state_.partition(name);
        const std::int64_t start = partition.start.value_or(0), end = partition.end.value_or(0);
        if (wanted >= start && wanted <= end) return wanted;
        const std::int64_t nearest = wanted > end ? end : start;
        result_.err += log_line(
            state_, "WARN",
            fmt::format("New offset ({}) is {} offset for topic partition {}. Value will be set to "
                        "{}",
                        wanted, wanted > end ? "higher than latest" : "lower than earliest",
                        name.text(), nearest),
            "org.apache.kafka.tools.OffsetsUtils");
        return nearest;
    }

    std::int64_t at_time(const PartitionName& name, const ClusterState::Partition& partition,
                         std::int64_t end)
    {
        if (partition.log == nullptr && end > partition.start.value_or(0)) {
            throw NotModelled{"the state does not say at which times the records of " +
                              name.text() + " were written"};
        }
        const auto found =
            partition.log == nullptr ? std::nullopt : partition.log->first_at_or_after(time());
        if (found) return *found;
        result_.out += fmt::format(
            "\nWarn: Partition {} from topic {} is empty. Falling back to "
            "latest known offset.\n",
            name.partition, name.topic);
        return end;
    }

    std::int64_t time() const
    {
        if (const auto duration = options_.value("by-duration")) {
            return state_.now_ms - java_duration(*duration);
        }
        try {
            return java_date_time(*options_.value("to-datetime"));
        } catch (const JavaException& wrong) {
            throw JavaException{"java.lang.RuntimeException", wrong.text(), {}};
        }
    }

    const Plan& plan_of(const std::string& name)
    {
        const std::string file = *options_.value("from-file");
        const auto content = invocation_.files.find(file);
        if (content == invocation_.files.end()) {
            throw JavaException{"java.lang.RuntimeException",
                                "java.io.IOException: Unable to read file " + file,
                                {}};
        }
        const std::vector<std::string> lines = split(content->second, '\n');
        for (const std::string& line : lines) read(line, lines.front());
        if (!plans_.contains(name)) {
            result_.out += error_line(fmt::format("No reset plan for group {} found", name));
        }
        return plans_[name];
    }

    /// A line "topic,partition,offset" or with the group before it. Which it is, Kafka finds out
    /// at every line by trying the first: of a failure it prints the trace.
    void read(const std::string& line, const std::string& first_line)
    {
        const std::vector<std::string> first = split(first_line, ','), cells = split(line, ',');
        const bool without_group = first.size() == 3;
        const std::size_t at = without_group ? 0 : 1;
        const auto partition =
            cells.size() == at + 3 ? parse_java_int(cells[at + 1]) : std::nullopt;
        const auto offset = cells.size() == at + 3 ? parse_java_long(cells[at + 2]) : std::nullopt;
        if (first.size() < 2 || !partition || !offset) {
            throw NotModelled{"what Jackson says of the line \"" + line + "\" is not modelled"};
        }
        if (!without_group) {
            result_.err += fmt::format(
                "com.fasterxml.jackson.databind.exc.InvalidFormatException: Cannot deserialize "
                "value of type `int` from String \"{}\": not a valid `int` value\n at [Source: "
                "(StringReader); line: 1, column: {}] (through reference chain: "
                "org.apache.kafka.tools.consumer.group.CsvUtils$CsvRecordNoGroup[\"partition\"])\n"
                "{}",
                first[1], first.front().size() + 2, stack_trace);
        }
        const std::string group = without_group ? options_.values("group").front() : cells[0];
        plans_[group][{cells[at], *partition}] = *offset;
    }

    const Invocation& invocation_;
    const Options& options_;
    const ClusterState& state_;
    ToolResult& result_;
    const Group* group_ = nullptr;
    std::map<std::string, Plan> plans_;
};

std::string csv(const std::vector<NewOffset>& rows, bool with_group)
{
    std::string text;
    for (const NewOffset& each : rows) {
        text +=
            (with_group ? each.group + "," : "") +
            fmt::format("{},{},{}\n", each.partition.topic, each.partition.partition, each.offset);
    }
    return text + "\n";
}

}  // namespace

ToolResult reset_group_offsets(const Invocation& invocation, const Options& options,
                               ClusterState& state)
{
    ToolResult result;
    std::vector<NewOffset> rows;
    Reset reset(invocation, options, state, result);
    std::vector<std::string> names;
    for (const std::string& name : chosen_groups(options, state)) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    for (const std::string& name : hash_order_of_names(names)) {
        const auto found = state.groups.find(name);
        if (found != state.groups.end() && found->second.state != "Empty" &&
            found->second.state != "Dead") {
            result.out += error_line(fmt::format(
                "Assignments can only be reset if the group '{}' is inactive, but the current "
                "state is {}.",
                name, found->second.state));
            continue;
        }
        const auto offsets = reset.of(name);
        rows.insert(rows.end(), offsets.begin(), offsets.end());
    }
    result.out += options.has("export") ? csv(rows, options.values("group").size() != 1)
                                        : table_of_new_offsets(rows);
    if (options.has("execute")) {
        result.changes = !rows.empty();
        for (const NewOffset& each : rows) {
            Group& group = state.groups[each.group];
            if (group.type.empty()) group = {.type = "Classic", .state = "Empty"};
            group.committed[each.partition] = {each.offset, std::nullopt, true};
        }
    }
    return result;
}

}  // namespace gregor::lab::kafka_tools
