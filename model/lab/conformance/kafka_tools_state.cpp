#include "model/lab/conformance/kafka_tools.h"
#include "model/lab/kafka_tools/feature_levels.h"

#include <algorithm>
#include <map>

namespace gregor::lab::kafka_cases {

namespace {

using kafka_tools::ClusterState;
using kafka_tools::LoggedRecord;
using kafka_tools::PartitionName;

/// What a scene's driver wrote to one partition.
struct Written {
    std::vector<LoggedRecord> records;
    std::int64_t end = 0;                      ///< markers of transactions take offsets too
    std::map<std::string, std::int64_t> open;  ///< transactions, with their first offsets

    std::int64_t last_stable() const
    {
        std::int64_t stable = end;
        for (const auto& [id, first] : open) stable = std::min(stable, first);
        return stable;
    }
};

class ProducedRecords final : public kafka_tools::PartitionLog {
public:
    ProducedRecords(Written written, std::int64_t start)
        : written_(std::move(written)), start_(start)
    {
    }
    std::optional<LoggedRecord> next(std::int64_t from, bool committed) const override
    {
        for (const LoggedRecord& each : written_.records) {
            if (each.offset < std::max(from, start_) || (committed && each.aborted)) continue;
            if (each.offset >= end(committed)) break;
            return each;
        }
        return std::nullopt;
    }
    std::int64_t end(bool committed) const override
    {
        return committed ? written_.last_stable() : written_.end;
    }
    std::optional<std::int64_t> first_at_or_after(std::int64_t timestamp_ms) const override
    {
        for (const LoggedRecord& each : written_.records) {
            if (each.offset >= start_ && each.timestamp_ms >= timestamp_ms) return each.offset;
        }
        return std::nullopt;
    }
    std::optional<std::int64_t> offset_of_max_timestamp() const override
    {
        const LoggedRecord* largest = nullptr;
        for (const LoggedRecord& each : written_.records) {
            if (each.offset < start_) continue;
            if (largest == nullptr || each.timestamp_ms > largest->timestamp_ms) largest = &each;
        }
        if (largest == nullptr) return std::nullopt;
        return largest->offset;
    }

private:
    Written written_;
    std::int64_t start_ = 0;
};

std::optional<std::string> text_or_null(const json& value)
{
    if (value.is_null()) return std::nullopt;
    if (value.is_string()) return value.get<std::string>();
    std::string text;  // the same again and again
    for (int i = 0; i < value.at("n").get<int>(); ++i)
        text += value.at("repeat").get<std::string>();
    return text;
}

LoggedRecord record_of(const json& value)
{
    LoggedRecord record{.timestamp_ms = value.value("ts", std::int64_t{0})};
    if (value.contains("k")) record.key = text_or_null(value.at("k"));
    if (value.contains("v")) record.value = text_or_null(value.at("v"));
    if (!value.contains("h") || value.at("h").is_null()) return record;
    for (const json& header : value.at("h")) {
        record.headers.emplace_back(header.at(0).get<std::string>(), text_or_null(header.at(1)));
    }
    return record;
}

void append_batch(const json& entry, Written& written)
{
    const std::string transaction = entry.value("txn", "");
    if (!transaction.empty()) written.open.try_emplace(transaction, written.end);
    std::vector<LoggedRecord> batch;
    for (const json& each : entry.at("batch")) batch.push_back(record_of(each));
    for (int time = 0; time < entry.value("times", 1); ++time) {
        for (LoggedRecord& each : batch) {
            each.offset = written.end++;
            each.transaction = transaction;
            written.records.push_back(each);
        }
    }
}

/// The marker, in partitions that the transaction wrote to: whether there is one.
bool end_transaction(const json& entry, Written& written)
{
    const std::string transaction = entry.at("txn");
    const auto open = written.open.find(transaction);
    if (open == written.open.end()) return false;
    for (LoggedRecord& each : written.records) {
        if (each.transaction == transaction && each.offset >= open->second) {
            each.aborted = entry.at("end") == "ABORT";
        }
    }
    ++written.end;
    written.open.erase(open);
    return true;
}

/// Null unless every record up to the high watermark is known: commands produce too, and a marker
/// may come later than what is written after the end of its transaction.
std::shared_ptr<const kafka_tools::PartitionLog> log_of(const json& entries, int partition,
                                                        std::int64_t case_number,
                                                        std::int64_t start, std::int64_t end)
{
    Written written;
    bool ended = false;
    for (const json& entry : entries) {
        if (entry.value("before_case", 0) > case_number) continue;
        if (entry.contains("end")) {
            ended = end_transaction(entry, written) || ended;
        } else if (entry.contains("partition") && entry.at("partition") == partition) {
            if (ended) return nullptr;
            append_batch(entry, written);
        }
    }
    if (written.end != end) return nullptr;
    return std::make_shared<ProducedRecords>(std::move(written), start);
}

ClusterState::Partition partition_of(const json& value, const json& entries,
                                     std::int64_t case_number)
{
    ClusterState::Partition partition;
    if (!value.at("leader").is_null()) partition.leader = value.at("leader").get<std::int32_t>();
    const auto read = [&](const char* name, std::vector<std::int32_t>& ids) {
        if (value.contains(name)) ids = value.at(name).get<std::vector<std::int32_t>>();
    };
    read("replicas", partition.replicas);
    read("isr", partition.isr);
    read("elr", partition.elr);
    read("lastKnownElr", partition.last_known_elr);
    read("adding", partition.adding);
    read("removing", partition.removing);
    const auto offset = [&](const char* name) -> std::optional<std::int64_t> {
        if (!value.contains(name) || value.at(name).is_null()) return std::nullopt;
        return value.at(name).get<std::int64_t>();
    };
    partition.start = offset("start");
    partition.end = offset("hw");
    if (partition.start && partition.end) {
        partition.log =
            log_of(entries, value.at("p"), case_number, *partition.start, *partition.end);
    }
    return partition;
}

ClusterState::Topic topic_of(const json& value, const json& entries, std::int64_t case_number)
{
    ClusterState::Topic topic{.id = value.value("id", "")};
    if (value.contains("configs")) {
        topic.configs = value.at("configs").get<std::map<std::string, std::string>>();
    }
    for (const json& each : value.at("partitions")) {
        topic.partitions.push_back(partition_of(each, entries, case_number));
    }
    return topic;
}

std::vector<PartitionName> partitions_in(const json& value, const char* name)
{
    std::vector<PartitionName> partitions;
    if (!value.contains(name)) return partitions;
    for (const json& each : value.at(name)) {
        partitions.push_back(kafka_tools::partition_named(each.get<std::string>()));
    }
    return partitions;
}

ClusterState::Member member_of(const json& value)
{
    ClusterState::Member member{
        .id = value.at("id"), .client = value.value("client", ""), .host = value.value("host", "")};
    if (value.contains("instance")) member.instance = value.at("instance").get<std::string>();
    member.assigned = partitions_in(value, "assigned");
    member.target = partitions_in(value, "target");
    member.epoch = value.value("memberEpoch", 0);
    member.upgraded = value.value("upgraded", true);
    return member;
}

ClusterState::Group group_of(const json& value)
{
    ClusterState::Group group{.type = value.value("type", "Classic"),
                              .protocol = value.value("protocol", ""),
                              .state = value.value("state", "Empty"),
                              .coordinator = value.value("coordinator", 0),
                              .assignor = value.value("assignor", ""),
                              .epoch = value.value("groupEpoch", 0),
                              .target_epoch = value.value("targetAssignmentEpoch", 0)};
    if (value.contains("members")) {
        for (const json& each : value.at("members")) group.members.push_back(member_of(each));
    }
    if (value.contains("committed")) {
        for (const auto& [partition, offset] : value.at("committed").items()) {
            ClusterState::Commit commit{.offset = offset.get<std::int64_t>()};
            // Who commits as an admin client gives no epoch, and such a group has no protocol.
            commit.leader_epoch_known = group.protocol.empty();
            group.committed[kafka_tools::partition_named(partition)] = commit;
        }
    }
    return group;
}

}  // namespace

ClusterState state_of_case(const json& state, const json& records, std::int64_t case_number)
{
    ClusterState cluster;
    const auto add_brokers = [&](const char* name, bool alive) {
        if (!state.contains(name)) return;
        for (const int id : state.at(name)) {
            cluster.brokers.push_back({.id = id,
                                       .port = port_of(id),
                                       .alive = alive,
                                       .log_dirs = {{"/logs/" + std::to_string(id)}}});
        }
    };
    add_brokers("brokers", true);
    add_brokers("dead", false);
    std::ranges::sort(cluster.brokers, {}, &ClusterState::Broker::id);
    if (state.contains("topics")) {
        for (const auto& [name, topic] : state.at("topics").items()) {
            const json entries = records.contains(name) ? records.at(name) : json::array();
            cluster.topics[name] = topic_of(topic, entries, case_number);
        }
    }
    if (state.contains("reassigning")) {
        for (const auto& [name, change] : state.at("reassigning").items()) {
            const PartitionName which = kafka_tools::partition_named(name);
            auto& partition = cluster.topics.at(which.topic)
                                  .partitions.at(static_cast<std::size_t>(which.partition));
            partition.adding = change.at("adding").get<std::vector<std::int32_t>>();
            partition.removing = change.at("removing").get<std::vector<std::int32_t>>();
        }
    }
    if (state.contains("groups")) {
        for (const auto& [name, group] : state.at("groups").items()) {
            cluster.groups[name] = group_of(group);
        }
    }
    // Clusters with eligible leader replicas set it when they are formatted.
    cluster.configs["brokers <default>"]["min.insync.replicas"] = "1";
    cluster.lists_every_topic = false;
    cluster.no_transactions = !state.contains("tx_log");
    cluster.features = kafka_tools::levels_in(kafka_tools::latest_release());
    cluster.features["kraft.version"] = 0;  // static voters
    if (state.contains("acl_commands_before")) cluster.acls.emplace();
    cluster.log_time = Placeholders::log_time;
    return cluster;
}

}  // namespace gregor::lab::kafka_cases
