#pragma once

#include "model/events.h"
#include "model/lab/world.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gregor::lab {

/// One broken invariant: the first time it was seen for a partition.
struct Violation {
    std::string name;
    std::uint64_t event{};
    Time at;
    std::string what;
};

/// Properties of a correct Kafka, checked after each event on what the event changed. The names are
/// those of the literature:
/// * OneLeaderPerEpoch (S5): at most one broker ever leads a partition in one leader epoch;
/// * HighWatermarkWithinIsr (S8): a leader's high watermark is at most the log end of every member
///   of its ISR, unless the controller has a newer leader or replicas already;
/// * HighWatermarkMonotonic (S9a): within one leader epoch it never falls;
/// * CommittedRecordsSurvive (S1): a new leader has everything that was ever below a high
/// watermark,
///   and nobody drops such a record;
/// * LogMatching (S4): what a follower appends is what the leader has there;
/// * EpochsGrow (S6): leader epochs rise by 0 or 1, partition epochs by 1, at each change; what
///   another controller tells again has not changed (S14);
/// * LeaderInIsr (S7): a leader is in the ISR, which names nobody twice;
/// * IsrMembersComplete (S2): whenever the ISR changes, each member that runs has everything that
/// was
///   ever below a high watermark, and so has a follower that a leader wants to let in.
/// `full_check` looks at everything at once.
class Invariants {
public:
    void check(std::uint64_t number, Time at, NodeId node, const Event& event,
               const KafkaKernel& kernel);
    void full_check(const KafkaKernel& kernel);

    std::int64_t checked() const { return checked_; }
    std::int64_t full_checks() const { return full_checks_; }
    const std::vector<Violation>& violated() const { return violated_; }
    void set_layout(const ClusterLayout& layout) { layout_ = layout; }

private:
    struct Partition {
        std::map<LeaderEpoch, BrokerId> leaders;
        LeaderEpoch leader_epoch{no_leader_epoch};
        PartitionEpoch partition_epoch{-1};
        LeaderEpoch watermark_epoch{no_leader_epoch};
        Offset watermark;       // of the leader in watermark_epoch
        Offset true_watermark;  // the highest that any leader ever had
    };
    struct Context {
        std::uint64_t number;
        Time at;
        BrokerId broker;
        const KafkaKernel& kernel;
    };

    void on(const Context& context, const event::BecameLeader& event);
    void on(const Context& context, const event::BatchAppended& event);
    void on(const Context& context, const event::RecordsReplicated& event);
    void on(const Context& context, const event::LogTruncated& event);
    void on(const Context& context, const event::HighWatermarkAdvanced& event);
    void on(const Context& context, const event::PartitionChanged& event);
    void on(const Context& context, const event::IsrExpandRequested& event);
    template <class Other>
    void on(const Context&, const Other&)
    {
    }
    bool has_no_role(const KafkaKernel& kernel, BrokerId broker, const Replica* replica) const;
    void require_complete(const Context& context, TopicPartition partition, BrokerId member);
    void require(bool holds, const Context& context, std::string_view name,
                 TopicPartition partition, std::string_view what);
    Partition& of(TopicPartition partition);
    const Replica* replica(const KafkaKernel& kernel, BrokerId broker, TopicPartition p) const;

    ClusterLayout layout_;
    std::vector<std::vector<Partition>> partitions_;  // topic, partition
    std::vector<Violation> violated_;
    std::int64_t checked_ = 0;
    std::int64_t full_checks_ = 0;
};

}  // namespace gregor::lab
