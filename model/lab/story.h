#pragma once

#include "model/lab/availability.h"
#include "model/lab/simulation.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace gregor::lab {

/// One sentence of what happened.
struct StoryLine {
    Time at;
    std::uint64_t event{};  ///< its number; 0: it belongs to the line above
    std::string where;      ///< node, client or group
    std::string text;
};

/// Collects what a reader wants to know of a run and leaves out what happens all the time: faults,
/// sessions, fencing, elections, changes of ISRs, retries, rebalances, gaps in service. Each with
/// its cause. Attach it before the run begins.
class StoryTeller final : public RunListener {
public:
    explicit StoryTeller(const Simulation& simulation);

    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash) override;

    /// Everything so far, in order of time.
    std::vector<StoryLine> lines() const;
    const Availability& availability() const { return availability_; }
    /// What the script did to nodes, step by step.
    const std::vector<StepOf>& faults() const { return faults_; }

private:
    /// A partition as the metadata had it before.
    struct Known {
        BrokerId leader{no_broker};
        LeaderEpoch leader_epoch{no_leader_epoch};
        BrokerList isr;
    };
    /// Many equal things in a row, told once.
    struct Repeated {
        StoryLine line;  // of the first; text without the count
        Time last;
        std::int64_t count = 0, records = 0;
        std::set<std::string> names;
    };
    /// A follower that fetches what it missed.
    struct CatchingUp {
        Offset from{no_offset}, to{no_offset};
        Time since;
        bool truncated = false;
    };
    struct Change {
        TopicPartition partition;
        Known before, after;
    };
    using Where = const StepOf&;

    // Steps of the kernel.
    void on_start(Where step);
    void on_disconnected(Where step);

    // Events, each with its own number: story_events.cpp.
    template <class Other>
    void on(Where, const Other&)
    {
    }
    void on(Where step, const event::BrokerSessionExpired& event);
    void on(Where step, const event::BrokerFenced& event);
    void on(Where step, const event::BrokerUnfenced& event);
    void on(Where step, const event::BrokerRegistered& event);
    void on(Where step, const event::BrokerInControlledShutdown& event);
    void on(Where step, const event::RegistrationRefused& event);
    void on(Where step, const event::PartitionChanged& event);
    void on(Where step, const event::IsrShrinkRequested& event);
    void on(Where step, const event::IsrExpandRequested& event);
    void on(Where step, const event::AlterPartitionRefused& event);
    void on(Where step, const event::BecameLeader& event);
    void on(Where step, const event::BecameFollower& event);
    void on(Where step, const event::LogTruncated& event);
    void on(Where step, const event::RecordsReplicated& event);
    void on(Where step, const event::SegmentsDeleted& event);
    void on(Where step, const event::LogRecovered& event);
    void on(Where step, const event::CleaningFailed& event);
    void on(Where step, const event::LogDirFailed& event);
    void on(Where step, const event::AdminRequestAnswered& event);
    void on(Where step, const event::QuorumRoleChanged& event);
    void on(Where step, const event::ControllerActivated& event);
    void on(Where step, const event::ProcessExited& event);
    void on(Where step, const event::ProduceRefused& event);
    void on(Where step, const event::ReplicaFetchFailed& event);
    void on(Where step, const event::SendRetried& event);
    void on(Where step, const event::RecordsFailed& event);
    void on(Where step, const event::RecordsAcknowledged& event);
    void on(Where step, const event::MetadataRefreshed& event);
    void on(Where step, const event::OffsetReset& event);
    void on(Where step, const event::GroupStateChanged& event);
    void on(Where step, const event::MemberRemoved& event);
    void on(Where step, const event::PartitionsAssigned& event);

    // Writing.
    void tell(Where step, std::string text);
    void tell(Where step, std::string where, std::string text);
    /// Counts with the earlier ones of `key` when the last of them is near enough.
    Repeated& repeat(Where step, const std::string& key, std::string where, std::string text);
    void close(const Repeated& repeated);
    void tell_changes(Where step);
    std::string reason_of(const Change& change) const;
    std::string because(const std::map<BrokerId, std::uint64_t>& of, BrokerId broker,
                        std::string_view what) const;
    bool internal(TopicPartition partition) const;
    void add_faults(std::vector<StoryLine>& lines) const;

    const Simulation& simulation_;
    const Names& names_;
    Availability availability_;
    std::vector<StoryLine> lines_;
    std::map<std::string, Repeated> repeated_;
    std::vector<StepOf> faults_;
    std::vector<Change> changes_;   // of the present step
    std::uint64_t number_ = 0;      // of the present event
    std::uint64_t changed_at_ = 0;  // number of the first of changes_
    std::map<TopicPartition, Known> partitions_;
    std::map<BrokerId, std::uint64_t> expired_, fenced_, unfenced_, shutting_down_;
    std::map<TopicPartition, std::uint64_t> isr_requests_;
    std::map<std::pair<BrokerId, TopicPartition>, CatchingUp> catching_up_;
    std::map<NodeId, std::uint64_t> restarts_;
    std::set<ClientId> knows_metadata_;
    bool has_metadata_ = false;
};

}  // namespace gregor::lab
