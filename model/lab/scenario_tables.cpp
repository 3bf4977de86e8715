#include "model/lab/scenario_shapes.h"
#include "model/units.h"

#include <algorithm>
#include <array>

namespace gregor::lab {
namespace {

const std::vector<std::string_view> on_off{"true", "false"};

std::vector<LevelDefinition::Since> on_since(const KafkaVersion& version)
{
    return {{{0, 8}, "false"}, {version, "true"}};
}

const std::vector<LevelDefinition>& level_table()
{
    static const std::vector<LevelDefinition> table{
        {"truncation",
         {"hw", "kip101", "kip279", "fetch"},
         "fetch",
         "How a follower finds where its log parts from the leader's: by its own high watermark "
         "(before 0.11), by leader epoch (KIP-101, KIP-279), or told in the fetch response.",
         {{{0, 8}, "hw"}, {{0, 11}, "kip101"}, {{2}, "kip279"}, {{2, 7}, "fetch"}}},
        {"fetch-epoch-fencing", on_off, "true",
         "Whether a fetch with an old leader epoch is refused (KIP-320).", on_since({2, 1})},
        {"isr-join-rule",
         {"hw", "epoch-start"},
         "epoch-start",
         "What a follower must have reached to join the ISR: the high watermark, or also the start "
         "of the leader's epoch.",
         {{{0, 8}, "hw"}, {{2, 1}, "epoch-start"}}},
        {"control-plane", {"zk", "kraft"}, "kraft", "Who elects leaders and keeps metadata."},
        {"broker-epoch-check", on_off, "true",
         "Whether a restarted broker can join an ISR with its old registration (KIP-903).",
         on_since({3, 5})},
        {"strict-min-isr", on_off, "true",
         "Whether the high watermark stands still below min.insync.replicas (KIP-966).",
         on_since({3, 7})},
        {"elr", on_off, "true",
         "Whether the controller remembers replicas that left a too small ISR (KIP-966).",
         on_since({4, 1})},
        {"check-quorum", on_off, "true",
         "Whether a quorum leader resigns when a majority stops fetching.", on_since({3, 7})},
        {"pre-vote", on_off, "true",
         "Whether a controller asks for votes without raising the epoch first (KIP-996).",
         on_since({4})},
        {"uncleanable-partitions", on_off, "true",
         "Whether the cleaner leaves a log alone that it cannot clean, or its thread ends "
         "(KIP-346).",
         on_since({2, 1})},
        {"txn-version",
         {"0", "1", "2"},
         "2",
         "Version of the transaction protocol; 2 raises the epoch each time (KIP-890).",
         {{{0, 8}, "0"}, {{4}, "2"}}},
        {"txn-verify", on_off, "true",
         "Whether a partition leader asks the coordinator before it takes a transactional batch.",
         on_since({3, 6})},
        {"offset-commit-fencing", on_off, "true",
         "Whether transactional offset commits of an old group member are refused (KIP-447).",
         on_since({2, 5})},
        {"group-protocol",
         {"eager", "cooperative", "kip848"},
         "eager",
         "How members give up partitions: all at once, only those that move, or as the "
         "coordinator tells."},
        {"partitioner",
         {"hash", "sticky", "uniform-sticky"},
         "uniform-sticky",
         "How records without a key are spread (KIP-480, KIP-794)."},
    };
    return table;
}

const std::vector<InvariantDefinition>& invariant_table()
{
    static const std::vector<InvariantDefinition> table{
        {"DUR", {}, {"client", "topic"}, "Every acknowledged record can be read in the end."},
        {"MATCH", {}, {"tp", "topic"}, "Replicas agree on every record below the high watermark."},
        {"HWMONO", {}, {"tp", "topic"}, "What was below the high watermark once stays there."},
        {"NODUP", {}, {"client", "consumer", "topic"}, "No record is in the log twice."},
        {"ORDER", {}, {"client", "tp"}, "Records of a producer stand in the order of sending."},
        {"TRUTH", {}, {"client"}, "No record reported as failed is in the log."},
        {"ATOMIC",
         {},
         {"client", "consumer"},
         "Of each transaction, readers of committed records see all or nothing."},
        {"LSO", {"tp", "max"}, {}, "The last stable offset never stands still longer than max."},
        {"NOSKIP", {}, {"consumer", "group"}, "No committed offset passes an unprocessed record."},
        {"EO", {}, {"client", "consumer", "group"}, "Every record takes effect exactly once."},
        {"OWNER", {}, {"group"}, "No partition has two owners of one generation."},
        {"PROGRESS",
         {},
         {"client", "consumer", "group", "max"},
         "After the faults end, work goes on."},
        {"AVAIL", {"max"}, {"client", "tp"}, "No partition is without a leader longer than max."},
        {"LAT", {"client", "percentile", "max"}, {}, "A percentile of latency stays below max."},
        {"LASTVAL",
         {"topic"},
         {"consumer"},
         "The last value of each key survives compaction, for who reads from the start or, with a "
         "consumer, for that reader."},
        {"SPACE", {"max"}, {"broker", "tp", "topic"}, "Bytes on disk stay below max."},
        {"ONECTRL", {}, {}, "No two controllers act in one epoch."},
        {"BALANCE",
         {},
         {"topic", "group", "max"},
         "Leaders or assignments differ by no more than max."},
        {"STABLE",
         {},
         {"group", "tp", "max"},
         "Generation or leader epoch changes no more than max times."},
    };
    return table;
}

constexpr std::array<std::string_view, 94> apis{"AddOffsetsToTxn",
                                                "AddPartitionsToTxn",
                                                "AddRaftVoter",
                                                "AllocateProducerIds",
                                                "AlterClientQuotas",
                                                "AlterConfigs",
                                                "AlterPartition",
                                                "AlterPartitionReassignments",
                                                "AlterReplicaLogDirs",
                                                "AlterShareGroupOffsets",
                                                "AlterUserScramCredentials",
                                                "ApiVersions",
                                                "AssignReplicasToDirs",
                                                "BeginQuorumEpoch",
                                                "BrokerHeartbeat",
                                                "BrokerRegistration",
                                                "ConsumerGroupDescribe",
                                                "ConsumerGroupHeartbeat",
                                                "ControlledShutdown",
                                                "ControllerRegistration",
                                                "CreateAcls",
                                                "CreateDelegationToken",
                                                "CreatePartitions",
                                                "CreateTopics",
                                                "DeleteAcls",
                                                "DeleteGroups",
                                                "DeleteRecords",
                                                "DeleteShareGroupOffsets",
                                                "DeleteShareGroupState",
                                                "DeleteTopics",
                                                "DescribeAcls",
                                                "DescribeClientQuotas",
                                                "DescribeCluster",
                                                "DescribeConfigs",
                                                "DescribeDelegationToken",
                                                "DescribeGroups",
                                                "DescribeLogDirs",
                                                "DescribeProducers",
                                                "DescribeQuorum",
                                                "DescribeShareGroupOffsets",
                                                "DescribeTopicPartitions",
                                                "DescribeTransactions",
                                                "DescribeUserScramCredentials",
                                                "ElectLeaders",
                                                "EndQuorumEpoch",
                                                "EndTxn",
                                                "Envelope",
                                                "ExpireDelegationToken",
                                                "Fetch",
                                                "FetchSnapshot",
                                                "FindCoordinator",
                                                "GetTelemetrySubscriptions",
                                                "Heartbeat",
                                                "IncrementalAlterConfigs",
                                                "InitProducerId",
                                                "InitializeShareGroupState",
                                                "JoinGroup",
                                                "LeaderAndIsr",
                                                "LeaveGroup",
                                                "ListConfigResources",
                                                "ListGroups",
                                                "ListOffsets",
                                                "ListPartitionReassignments",
                                                "ListTransactions",
                                                "Metadata",
                                                "OffsetCommit",
                                                "OffsetDelete",
                                                "OffsetFetch",
                                                "OffsetForLeaderEpoch",
                                                "Produce",
                                                "PushTelemetry",
                                                "QuorumFetch",
                                                "ReadShareGroupState",
                                                "ReadShareGroupStateSummary",
                                                "RemoveRaftVoter",
                                                "RenewDelegationToken",
                                                "SaslAuthenticate",
                                                "SaslHandshake",
                                                "ShareAcknowledge",
                                                "ShareFetch",
                                                "ShareGroupDescribe",
                                                "ShareGroupHeartbeat",
                                                "StopReplica",
                                                "StreamsGroupDescribe",
                                                "StreamsGroupHeartbeat",
                                                "SyncGroup",
                                                "TxnOffsetCommit",
                                                "UnregisterBroker",
                                                "UpdateFeatures",
                                                "UpdateMetadata",
                                                "UpdateRaftVoter",
                                                "Vote",
                                                "WriteShareGroupState",
                                                "WriteTxnMarkers"};

constexpr std::array<std::string_view, 26> fields{"acks",
                                                  "base_offset",
                                                  "base_sequence",
                                                  "broker_epoch",
                                                  "client_id",
                                                  "controller_epoch",
                                                  "current_leader_epoch",
                                                  "epoch",
                                                  "error",
                                                  "fetch_offset",
                                                  "fetch_offset_epoch",
                                                  "generation_id",
                                                  "group_id",
                                                  "high_watermark",
                                                  "incarnation",
                                                  "last_stable_offset",
                                                  "leader_epoch",
                                                  "leader_id",
                                                  "log_start_offset",
                                                  "member_id",
                                                  "producer_epoch",
                                                  "producer_id",
                                                  "record",
                                                  "record_count",
                                                  "replica_id",
                                                  "transactional_id"};

const std::vector<AdminDefinition>& admin_table()
{
    static const std::vector<AdminDefinition> table{
        {"elect", {"tp"}, {"unclean"}},
        {"create-topic", {"topic", "partitions"}, {"rf", "replicas", "config"}},
        {"delete-topic", {"topic"}, {}},
        {"add-partitions", {"topic", "partitions"}, {"replicas"}},
        {"reassign", {"tp"}, {"replicas"}},
        {"abort-txn", {"transactional-id", "tp"}, {}},
        {"delete-records", {"tp"}, {"offset"}},
    };
    return table;
}

template <class Table>
auto* find_named(const Table& table, std::string_view name)
{
    const auto has_name = [&](const auto& each) { return each.name == name; };
    const auto at = std::ranges::find_if(table, has_name);
    return at == table.end() ? nullptr : &*at;
}

}  // namespace

std::optional<KafkaVersion> parse_kafka_version(std::string_view text)
{
    KafkaVersion version;
    std::string_view left = text;
    while (true) {
        const std::size_t dot = std::min(left.find('.'), left.size());
        const auto number = parse_integer(left.substr(0, dot));
        if (!number || *number < 0 || *number > 99) return std::nullopt;
        version.push_back(static_cast<std::int32_t>(*number));
        if (dot == left.size()) break;
        left.remove_prefix(dot + 1);
    }
    while (!version.empty() && version.back() == 0) version.pop_back();
    const KafkaVersion oldest{0, 8}, behind_newest{4, 4};
    if (version.size() > 4 || version < oldest || version >= behind_newest) return std::nullopt;
    return version;
}

std::string_view LevelDefinition::value_in(const KafkaVersion& version) const
{
    std::string_view value = preset;
    for (const Since& each : history) {
        if (each.version <= version) value = each.value;
    }
    return value;
}

std::span<const LevelDefinition> levels()
{
    return level_table();
}
const LevelDefinition* find_level(std::string_view name)
{
    return find_named(level_table(), name);
}

std::string plain_level_value(const LevelDefinition& level, const nlohmann::json& value)
{
    std::string text;
    if (value.is_boolean()) text = value.get<bool>() ? "true" : "false";
    if (value.is_number_integer()) text = value.dump();
    if (value.is_string()) text = value.get<std::string>();
    const bool is_switch = level.values == on_off;
    if (is_switch && text == "on") text = "true";
    if (is_switch && text == "off") text = "false";
    return std::ranges::find(level.values, text) == level.values.end() ? "" : text;
}

std::span<const InvariantDefinition> invariants()
{
    return invariant_table();
}
const InvariantDefinition* find_invariant(std::string_view name)
{
    return find_named(invariant_table(), name);
}

std::span<const std::string_view> api_names()
{
    return apis;
}
std::span<const std::string_view> match_fields()
{
    return fields;
}
std::span<const AdminDefinition> admin_operations()
{
    return admin_table();
}

}  // namespace gregor::lab
