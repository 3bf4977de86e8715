#include "model/lab/kafka_tools/consumer_groups.h"
#include "model/lab/kafka_tools/java_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gregor::lab::kafka_tools {

namespace {

using Group = ClusterState::Group;
using Member = ClusterState::Member;

/// What is said of a group in this state: to standard output of one that is not there, to standard
/// error of others. Gives whether a table follows.
bool announce(const std::string& name, const Group& group, std::size_t rows, ToolResult& result)
{
    if (group.state == "Dead") {
        result.out += error_line(fmt::format("Consumer group '{}' does not exist.", name));
        return false;
    }
    if (group.state == "Empty") {
        result.err += fmt::format("\nConsumer group '{}' has no active members.\n", name);
    } else if (group.state != "Stable") {
        result.err += fmt::format("\nWarning: Consumer group '{}' is rebalancing.\n", name);
    }
    return rows > 0;
}

struct OffsetRow {
    PartitionName partition;
    const Member* member = nullptr;  ///< null: nobody's
};

std::vector<OffsetRow> offset_rows(const Group& group)
{
    std::vector<const Member*> members;
    for (const Member& each : group.members) {
        if (!each.assigned.empty()) members.push_back(&each);
    }
    std::stable_sort(members.begin(), members.end(), [](const Member* a, const Member* b) {
        return a->assigned.size() > b->assigned.size();
    });
    std::vector<OffsetRow> rows;
    std::set<PartitionName> assigned;
    for (const Member* member : members) {
        std::vector<PartitionName> partitions = member->assigned;
        std::ranges::sort(partitions);
        for (const PartitionName& each : partitions) {
            rows.push_back({each, member});
            assigned.insert(each);
        }
    }
    for (const auto& [partition, commit] : group.committed) {
        if (!assigned.contains(partition)) rows.push_back({partition, nullptr});
    }
    return rows;
}

std::size_t widest(std::size_t least, const std::vector<std::string>& texts)
{
    for (const std::string& text : texts) least = std::max(least, text.size());
    return least;
}

std::string leader_epoch_of(const ClusterState::Commit* commit)
{
    if (commit == nullptr) return "-";
    if (!commit->leader_epoch_known) {
        throw NotModelled{"the state does not say with which leader epoch an offset was committed"};
    }
    return commit->leader_epoch ? std::to_string(*commit->leader_epoch) : "-";
}

/// The cells of one row, without widths: group, topic, partition, epoch, current, end, lag,
/// consumer, host, client.
std::vector<std::string> offset_cells(const std::string& name, const Group& group,
                                      const OffsetRow& row, const ClusterState& state, bool verbose)
{
    const auto found = group.committed.find(row.partition);
    const ClusterState::Commit* commit = found == group.committed.end() ? nullptr : &found->second;
    const ClusterState::Partition* partition = state.partition(row.partition);
    std::string end = "-", lag = "-";
    if (partition != nullptr && partition->end && partition->leader) {
        end = std::to_string(*partition->end);
        if (commit != nullptr) lag = std::to_string(*partition->end - commit->offset);
    }
    const Member* member = row.member;
    return {name,
            row.partition.topic,
            std::to_string(row.partition.partition),
            verbose ? leader_epoch_of(commit) : "",
            commit == nullptr ? "-" : std::to_string(commit->offset),
            end,
            lag,
            member == nullptr ? "-" : member->id,
            member == nullptr ? "-" : member->host,
            member == nullptr ? "-" : member->client};
}

std::string offset_table(const std::vector<std::vector<std::string>>& rows, bool verbose)
{
    const std::vector<std::string> header{
        "GROUP",          "TOPIC", "PARTITION",   "LEADER-EPOCH", "CURRENT-OFFSET",
        "LOG-END-OFFSET", "LAG",   "CONSUMER-ID", "HOST",         "CLIENT-ID"};
    std::vector<std::size_t> width{15, 15, 10, 15, 15, 15, 15, 15, 15, 0};
    for (const auto& cells : rows) {
        for (const std::size_t column : {0, 1, 7, 8}) {
            width[column] = std::max(width[column], cells[column].size());
        }
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        std::vector<Cell> shown;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i != 3 || verbose) shown.push_back({cells[i], width[i]});
        }
        return "\n" + row(shown);
    };
    std::string text = line(header);
    for (const auto& cells : rows) text += line(cells);
    return text + "\n";
}

/// "t12:0,1;t1:0": partitions by number, the topics' texts sorted.
std::string assignment_text(std::vector<PartitionName> partitions)
{
    if (partitions.empty()) return "-";
    std::ranges::sort(partitions);
    std::vector<std::string> topics;
    for (std::size_t i = 0; i < partitions.size(); ++i) {
        if (i == 0 || partitions[i].topic != partitions[i - 1].topic) {
            topics.push_back(partitions[i].topic + ":");
        } else {
            topics.back() += ",";
        }
        topics.back() += std::to_string(partitions[i].partition);
    }
    std::ranges::sort(topics);
    return fmt::format("{}", fmt::join(topics, ";"));
}

/// The table of one group's members.
class MemberTable {
public:
    MemberTable(const std::string& name, const Group& group, bool verbose) : verbose_(verbose)
    {
        consumer_ = group.type == "Consumer";
        bool old = false, upgraded = false;
        for (const Member& each : group.members) {
            (each.upgraded ? upgraded : old) = true;
            with_instances_ = with_instances_ || each.instance.has_value();
            rows_.push_back(
                {name, each.id, each.instance.value_or(""), each.host, each.client,
                 std::to_string(each.assigned.size()), consumer_ ? std::to_string(each.epoch) : "-",
                 assignment_text(each.assigned),
                 consumer_ ? std::to_string(group.target_epoch) : "-",
                 consumer_ ? assignment_text(each.target) : "-", each.upgraded ? "true" : "false"});
        }
        mixed_ = consumer_ && old && upgraded;
        for (const auto& cells : rows_) {
            for (std::size_t i = 0; i < width_.size(); ++i) {
                const bool fixed = i == 5 || i == 6 || i == 8;
                if (!fixed) width_[i] = std::max(width_[i], cells[i].size());
            }
        }
    }

    std::string text() const
    {
        std::string all =
            "\n" + line({"GROUP", "CONSUMER-ID", "GROUP-INSTANCE-ID", "HOST", "CLIENT-ID",
                         "#PARTITIONS", "CURRENT-EPOCH", "CURRENT-ASSIGNMENT", "TARGET-EPOCH",
                         "TARGET-ASSIGNMENT", "UPGRADED"});
        for (const auto& cells : rows_) all += line(cells);
        return all;
    }

private:
    std::string line(const std::vector<std::string>& cells) const
    {
        std::string text;
        for (std::size_t i = 0; i < 6; ++i) {
            if (i != 2 || with_instances_) text += padded(cells[i], width_[i]) + " ";
        }
        if (!verbose_) return text + "\n";
        std::vector<Cell> more;
        for (std::size_t i = 6; i < 10; ++i) more.push_back({cells[i], width_[i]});
        if (mixed_) more.push_back({cells[10], 0});
        return text + row(more) + "\n";
    }

    bool verbose_ = false, consumer_ = false, with_instances_ = false, mixed_ = false;
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::size_t> width_{15, 15, 17, 15, 15, 15, 15, 20, 15, 20};
};

std::string state_table(const std::string& name, const Group& group, const ClusterState& state,
                        bool verbose)
{
    const ClusterState::Broker* broker = state.broker(group.coordinator);
    const std::string coordinator =
        broker == nullptr ? fmt::format(":  ({})", group.coordinator)
                          : fmt::format("{}:{}  ({})", broker->host, broker->port, broker->id);
    const bool consumer = group.type == "Consumer";
    const std::vector<std::string> epochs{consumer ? std::to_string(group.epoch) : "-",
                                          consumer ? std::to_string(group.target_epoch) : "-"};
    const auto line = [&](const std::vector<std::string>& cells) {
        std::vector<Cell> shown{{cells[0], widest(15, {name})},
                                {cells[1], widest(25, {coordinator})},
                                {cells[2], 20},
                                {cells[3], 20}};
        if (verbose) {
            shown.push_back({cells[4], 15});
            shown.push_back({cells[5], 25});
        }
        shown.push_back({cells[6], 0});
        return "\n" + row(shown);
    };
    return line({"GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "GROUP-EPOCH",
                 "TARGET-ASSIGNMENT-EPOCH", "#MEMBERS"}) +
           line({name, coordinator, group.assignor.empty() ? "-" : group.assignor, group.state,
                 epochs[0], epochs[1], std::to_string(group.members.size())}) +
           "\n";
}

}  // namespace

ToolResult describe_group_offsets(const Options& options, const ClusterState& state,
                                  const std::vector<std::string>& groups)
{
    const bool verbose = options.has("verbose");
    ToolResult result;
    for (const std::string& name : groups) {
        const Group& group = state.groups.at(name);
        std::vector<std::vector<std::string>> rows;
        for (const OffsetRow& each : offset_rows(group)) {
            rows.push_back(offset_cells(name, group, each, state, verbose));
        }
        if (announce(name, group, rows.size(), result)) result.out += offset_table(rows, verbose);
    }
    return result;
}

ToolResult describe_group_members(const Options& options, const ClusterState& state,
                                  const std::vector<std::string>& groups)
{
    ToolResult result;
    for (const std::string& name : groups) {
        const Group& group = state.groups.at(name);
        if (announce(name, group, 1, result)) {
            result.out += MemberTable(name, group, options.has("verbose")).text();
        }
    }
    return result;
}

ToolResult describe_group_states(const Options& options, const ClusterState& state,
                                 const std::vector<std::string>& groups)
{
    ToolResult result;
    for (const std::string& name : groups) {
        const Group& group = state.groups.at(name);
        if (announce(name, group, 1, result)) {
            result.out += state_table(name, group, state, options.has("verbose"));
        }
    }
    return result;
}

}  // namespace gregor::lab::kafka_tools
