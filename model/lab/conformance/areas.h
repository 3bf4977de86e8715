#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// One recorded case of real Kafka, held against the model.
struct VectorOutcome {
    std::string id;
    bool passed = false;
    bool covered = true;  ///< false: the model does not claim to do this
    std::string expected, got;
};

/// One function per file of vectors; the text is JSON, one case a line.
std::vector<VectorOutcome> conform_leader_election(std::string_view jsonl);
std::vector<VectorOutcome> conform_replica_placement(std::string_view jsonl);
/// Client side. The files of `clients/` are one JSON document with `cases`; those of
/// `golden/placement/` have one case a line. Both forms are accepted.
std::vector<VectorOutcome> conform_assignors(std::string_view text);
/// Those of the group coordinator.
std::vector<VectorOutcome> conform_server_assignors(std::string_view text);
std::vector<VectorOutcome> conform_murmur2(std::string_view text);
std::vector<VectorOutcome> conform_partitioner(std::string_view text);
std::vector<VectorOutcome> conform_coordinator_partition(std::string_view text);
std::vector<VectorOutcome> conform_backoff(std::string_view text);
std::vector<VectorOutcome> conform_record_size(std::string_view text);
/// Bytes of numbers, records and batches; sequence numbers; the estimate of the compression ratio.
std::vector<VectorOutcome> conform_encodings(std::string_view text);
std::vector<VectorOutcome> conform_group_state(std::string_view text);
/// Groups of either protocol, by requests and answers.
std::vector<VectorOutcome> conform_classic_protocol(std::string_view text);
std::vector<VectorOutcome> conform_group_rebalances(std::string_view text);
std::vector<VectorOutcome> conform_consumer_protocol(std::string_view text);
std::vector<VectorOutcome> conform_group_timeline(std::string_view text);
std::vector<VectorOutcome> conform_reconciliation(std::string_view text);
/// Failures of real clusters, repeated.
std::vector<VectorOutcome> conform_failover_timelines(std::string_view jsonl);
std::vector<VectorOutcome> conform_reregistration(std::string_view jsonl);
std::vector<VectorOutcome> conform_reassignment(std::string_view jsonl);
std::vector<VectorOutcome> conform_controller(std::string_view text);
std::vector<VectorOutcome> conform_defaults(std::string_view text);
std::vector<VectorOutcome> conform_configs(std::string_view text);
/// One partition's storage.
std::vector<VectorOutcome> conform_append_roll(std::string_view text);
std::vector<VectorOutcome> conform_cleanable(std::string_view text);
std::vector<VectorOutcome> conform_compaction(std::string_view text);
std::vector<VectorOutcome> conform_high_watermark(std::string_view text);
std::vector<VectorOutcome> conform_log_reads(std::string_view text);
std::vector<VectorOutcome> conform_producer_state(std::string_view text);
std::vector<VectorOutcome> conform_recovery(std::string_view text);
std::vector<VectorOutcome> conform_retention(std::string_view text);
std::vector<VectorOutcome> conform_retention_and_roll(std::string_view text);
std::vector<VectorOutcome> conform_written_compaction(std::string_view text);
std::vector<VectorOutcome> conform_written_producer_state(std::string_view text);
std::vector<VectorOutcome> conform_batch_bytes(std::string_view text);
std::vector<VectorOutcome> conform_leader_epochs(std::string_view text);

}  // namespace gregor::lab
