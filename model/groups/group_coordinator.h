#pragma once

#include "engine/random.h"
#include "model/config.h"
#include "model/groups/classic_group.h"
#include "model/groups/coordinator_outbox.h"
#include "model/groups/offset_store.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace gregor {

/// The coordinator of the groups whose partition of __consumer_offsets this broker leads: routes
/// requests to groups, keeps their timers, and turns what must survive into records. What it
/// answers for a write is released when the write is committed. Sources: classes
/// GroupCoordinatorService, GroupMetadataManager, OffsetMetadataManager.
class GroupCoordinator {
public:
    /// The one timer of its own in the broker.
    static constexpr TimerKey timer = 20;

    GroupCoordinator() = default;
    GroupCoordinator(BrokerId broker, const BrokerConfig& config, std::uint64_t seed);

    /// JoinGroup, SyncGroup, Heartbeat, LeaveGroup, OffsetCommit, OffsetFetch.
    void on_request(Time now, const Envelope& from, Message&& message, Effects& effects);
    void on_timer(Time now, Effects& effects);
    /// What is to be appended to __consumer_offsets, in this order.
    std::vector<CoordinatorAppend> take_appends();
    /// The high watermark has passed the record with this ticket; or an error, and it is not there.
    void on_append_committed(Time now, std::uint64_t ticket, Error error, Effects& effects);
    /// Requests that were answered since the last call.
    std::vector<ParkedRequest> take_answered();

    /// The broker leads the partition now, but has not read it yet.
    void on_loading(std::int32_t partition);
    /// The broker leads the partition, with this content.
    void on_elected(Time now, std::int32_t partition, const std::vector<RecordBatch>& content,
                    Effects& effects);
    void on_resigned(Time now, std::int32_t partition, Effects& effects);
    /// The process ends: nothing of this is on disk.
    void on_end();

    const std::map<std::string, ClassicGroup>& groups() const { return groups_; }
    const OffsetStore& offsets() const { return offsets_; }
    bool leads(std::int32_t partition) const { return led_.contains(partition); }

private:
    struct Commit {
        ParkedRequest from;
        std::vector<CoordinatorRecord> records;
    };
    std::int32_t partition_of(const std::string& group) const;
    Error availability(const std::string& group) const;
    ClassicGroup* find(const std::string& group);
    ClassicGroup& make(const std::string& group);

    void join(const CoordinatorStep& step, const ParkedRequest& from,
              const JoinGroupRequest& request);
    void sync(const CoordinatorStep& step, const ParkedRequest& from,
              const SyncGroupRequest& request);
    void heartbeat(const CoordinatorStep& step, const ParkedRequest& from,
                   const HeartbeatRequest& request);
    void leave(const CoordinatorStep& step, const ParkedRequest& from,
               const LeaveGroupRequest& request);
    void commit(const CoordinatorStep& step, const ParkedRequest& from,
                const OffsetCommitRequest& request);
    void fetch(const CoordinatorStep& step, const ParkedRequest& from,
               const OffsetFetchRequest& request) const;
    void finish_commit(const CoordinatorStep& step, const Commit& commit, Error error);
    void replay(Time now, const CoordinatorRecord& record);
    void drop(std::int32_t partition);
    void arm(const CoordinatorStep& step);

    BrokerId broker_{no_broker};
    BrokerConfig config_;
    Random random_;
    std::map<std::string, ClassicGroup> groups_;
    OffsetStore offsets_;
    std::set<std::int32_t> led_;
    std::set<std::int32_t> loading_;
    std::map<std::uint64_t, Commit> commits_;  // by ticket
    CoordinatorOutbox outbox_;
    Time armed_at_ = never;
};

}  // namespace gregor
