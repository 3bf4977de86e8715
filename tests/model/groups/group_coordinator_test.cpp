#include "model/groups/group_coordinator.h"

#include "model/java_hash.h"

#include <catch2/catch.hpp>

using namespace gregor;

namespace {

/// A coordinator of every group, whose writes are committed when the test says so.
class Desk {
public:
    explicit Desk(const BrokerConfig& config = {}) : coordinator(BrokerId{1}, config, 1)
    {
        for (std::int32_t p = 0; p < 50; ++p) coordinator.on_elected(now, p, {}, effects);
        take();
    }

    /// Sends a request; what is answered to this or earlier ones is in `answers`, by correlation.
    std::uint32_t send(MessageBody body)
    {
        coordinator.on_request(now, {NodeId{5}, channel::coordinator, true},
                               Message{++correlation, std::move(body)}, effects);
        take();
        return correlation;
    }
    void run_until(Time until)
    {
        while (timer <= until) {
            now = timer;
            timer = never;
            coordinator.on_timer(now, effects);
            take();
        }
        now = until;
    }
    void commit_all(Error error = Error::none)
    {
        for (const CoordinatorAppend& each : coordinator.take_appends()) {
            if (error == Error::none) log.push_back(each.batch);
            coordinator.on_append_committed(now, each.ticket, error, effects);
        }
        take();
    }
    template <class T>
    const T& answer(std::uint32_t id) const
    {
        return std::get<T>(answers.at(id));
    }
    bool answered(std::uint32_t id) const { return answers.contains(id); }

    /// Both steps of a new member's JoinGroup; the id, and the correlation of the second one.
    std::pair<std::string, std::uint32_t> join(const std::string& client,
                                               Duration rebalance_timeout = seconds(300))
    {
        JoinGroupRequest request{.group = "g", .client_id = client};
        request.session_timeout = seconds(10);
        request.rebalance_timeout = rebalance_timeout;
        request.protocols = {"range"};
        request.topics = {"t"};
        const auto& refusal = answer<JoinGroupResponse>(send(request));
        REQUIRE(refusal.error == Error::member_id_required);
        request.member_id = refusal.member_id;
        return {request.member_id, send(request)};
    }
    /// One member in a Stable group of generation 1.
    std::string stable_member()
    {
        const auto [member, joined] = join("c");
        run_until(now + seconds(3));
        REQUIRE(answer<JoinGroupResponse>(joined).generation == 1);
        const std::uint32_t synced =
            send(SyncGroupRequest{"g", 1, member, {{member, {{TopicId{0}, 0}}}}});
        CHECK(!answered(synced));
        commit_all();
        CHECK(answer<SyncGroupResponse>(synced).partitions.size() == 1);
        return member;
    }
    const ClassicGroup& group() const { return coordinator.groups().at("g"); }

    Time now;
    Time timer = never;
    Effects effects;
    GroupCoordinator coordinator;
    std::uint32_t correlation = 0;
    std::map<std::uint32_t, MessageBody> answers;
    std::vector<RecordBatch> log;

private:
    void take()
    {
        for (const auto& action : effects.actions()) {
            if (const auto* sent = std::get_if<Effects::Send>(&action)) {
                answers[sent->message.correlation] = sent->message.body;
            } else if (const auto* set = std::get_if<SetTimer>(&action)) {
                timer = set->at;
            }
        }
        effects.begin(now, false, false);
    }
};

}  // namespace

TEST_CASE("groups: the first rebalance waits for more members", "[groups]")
{
    struct Case {
        Duration delay, rebalance_timeout;
        std::vector<std::int64_t> later_ms;
        std::int64_t completes_ms;
    };
    // Published cases of GroupMetadataManager.tryCompleteInitialRebalanceElseSchedule.
    const Case each = GENERATE(values<Case>({
        {seconds(3), seconds(300), {}, 3'000},
        {seconds(3), seconds(300), {1'000, 2'500}, 6'000},
        {seconds(3), seconds(300), {1'000, 4'000}, 9'000},
        {seconds(3), seconds(10), {1'000, 4'000, 7'000, 9'500}, 10'000},
        {seconds(0), seconds(300), {}, 0},
        {seconds(3), seconds(5), {100, 3'500}, 5'000},
    }));
    BrokerConfig config;
    config.group_initial_rebalance_delay_ms = each.delay;
    Desk desk(config);
    const std::uint32_t first = desk.join("first", each.rebalance_timeout).second;
    for (const std::int64_t at : each.later_ms) {
        desk.run_until(Time{} + milliseconds(at));
        desk.join("c" + std::to_string(at), each.rebalance_timeout);
    }
    if (each.completes_ms > 0) {
        desk.run_until(Time{} + milliseconds(each.completes_ms) - nanoseconds(1));
        CHECK(!desk.answered(first));
    }
    desk.run_until(Time{} + milliseconds(each.completes_ms));
    CHECK(desk.answered(first));
}

TEST_CASE("groups: an assignment counts when it is committed", "[groups]")
{
    Desk desk;
    const std::string member = desk.stable_member();
    CHECK(desk.group().state() == GroupState::stable);
    CHECK(desk.group().leader() == member);
    REQUIRE(desk.log.size() == 1);
    CHECK(desk.log[0].data->coordinator[0].members.size() == 1);
}

TEST_CASE("groups: a commit is visible when its record is committed", "[groups]")
{
    Desk desk;
    const std::string member = desk.stable_member();
    const TopicPartition partition{TopicId{0}, 0};
    const std::uint32_t commit =
        desk.send(OffsetCommitRequest{"g", 1, member, {{partition, Offset{42}, LeaderEpoch{3}}}});
    CHECK(!desk.answered(commit));
    const auto before = desk.send(OffsetFetchRequest{"g", {partition}});
    CHECK(desk.answer<OffsetFetchResponse>(before).partitions[0].offset == no_offset);
    desk.commit_all();
    CHECK(desk.answer<OffsetCommitResponse>(commit).partitions[0].error == Error::none);
    const auto after = desk.send(OffsetFetchRequest{"g", {partition}});
    CHECK(desk.answer<OffsetFetchResponse>(after).partitions[0].offset == Offset{42});
    CHECK(desk.answer<OffsetFetchResponse>(after).partitions[0].leader_epoch == LeaderEpoch{3});
}

TEST_CASE("groups: a commit that is not written is answered so", "[groups]")
{
    Desk desk;
    const std::string member = desk.stable_member();
    const TopicPartition partition{TopicId{0}, 0};
    const std::uint32_t commit =
        desk.send(OffsetCommitRequest{"g", 1, member, {{partition, Offset{42}, LeaderEpoch{3}}}});
    desk.commit_all(Error::not_enough_replicas);
    CHECK(desk.answer<OffsetCommitResponse>(commit).partitions[0].error ==
          Error::coordinator_not_available);
}

TEST_CASE("groups: answers in each state are those of the table", "[groups]")
{
    Desk desk;
    const std::string member = desk.stable_member();
    const auto heartbeat = [&](std::int32_t generation, const std::string& id) {
        return desk.answer<HeartbeatResponse>(desk.send(HeartbeatRequest{"g", generation, id}))
            .error;
    };
    CHECK(heartbeat(1, member) == Error::none);
    CHECK(heartbeat(0, member) == Error::illegal_generation);
    CHECK(heartbeat(1, "x") == Error::unknown_member_id);
    const auto [other, joined] = desk.join("d");
    CHECK(desk.group().state() == GroupState::preparing_rebalance);
    CHECK(heartbeat(1, member) == Error::rebalance_in_progress);
    const auto sync = desk.send(SyncGroupRequest{"g", 1, member, {}});
    CHECK(desk.answer<SyncGroupResponse>(sync).error == Error::rebalance_in_progress);
    // The old generation is still current: commits are allowed.
    desk.send(OffsetCommitRequest{"g", 1, member, {{{TopicId{0}, 0}, Offset{1}, {}}}});
    CHECK(desk.coordinator.take_appends().size() == 1);
    JoinGroupRequest again{.group = "g", .member_id = member, .client_id = "c"};
    again.session_timeout = seconds(10);
    again.rebalance_timeout = seconds(300);
    again.protocols = {"range"};
    again.topics = {"t"};
    const auto rejoined = desk.send(again);
    CHECK(desk.answer<JoinGroupResponse>(rejoined).generation == 2);
    CHECK(desk.answer<JoinGroupResponse>(rejoined).members.size() == 2);
    CHECK(desk.answer<JoinGroupResponse>(joined).members.empty());
    CHECK(desk.group().state() == GroupState::completing_rebalance);
    CHECK(heartbeat(2, member) == Error::none);
    const auto commit =
        desk.send(OffsetCommitRequest{"g", 2, member, {{{TopicId{0}, 0}, Offset{1}, {}}}});
    CHECK(desk.answer<OffsetCommitResponse>(commit).partitions[0].error ==
          Error::rebalance_in_progress);
}

TEST_CASE("groups: the last member's end leaves an Empty group of the next generation", "[groups]")
{
    Desk desk;
    const std::string member = desk.stable_member();
    const bool leaves = GENERATE(true, false);
    if (leaves) {
        desk.send(LeaveGroupRequest{"g", {{member, ""}}});
    } else {
        desk.run_until(desk.now + seconds(10));
    }
    CHECK(desk.group().state() == GroupState::empty);
    CHECK(desk.group().generation() == 2);
    CHECK(desk.group().members().empty());
    CHECK(desk.coordinator.take_appends().size() == 1);
}

TEST_CASE("groups: a new coordinator goes on with the Stable group", "[groups]")
{
    Desk desk;
    const std::string member = desk.stable_member();
    desk.send(OffsetCommitRequest{"g", 1, member, {{{TopicId{0}, 0}, Offset{9}, {}}}});
    desk.commit_all();
    const std::int32_t partition = coordinator_partition_for("g", 50);
    GroupCoordinator next(BrokerId{2}, {}, 1);
    Effects effects;
    next.on_elected(desk.now, partition, desk.log, effects);
    const ClassicGroup& group = next.groups().at("g");
    CHECK(group.state() == GroupState::stable);
    CHECK(group.generation() == 1);
    CHECK(group.members().at(member).assignment.size() == 1);
    CHECK(next.offsets().get("g", {TopicId{0}, 0}).offset == Offset{9});
}

TEST_CASE("groups: who no longer coordinates says so to everybody who waits", "[groups]")
{
    Desk desk;
    const std::uint32_t joined = desk.join("c").second;
    desk.coordinator.on_resigned(desk.now, coordinator_partition_for("g", 50), desk.effects);
    const auto later = desk.send(HeartbeatRequest{"g", 1, "c"});
    CHECK(desk.answer<JoinGroupResponse>(joined).error == Error::not_coordinator);
    CHECK(desk.answer<HeartbeatResponse>(later).error == Error::not_coordinator);
}

TEST_CASE("groups: members that send no SyncGroup are removed", "[groups]")
{
    Desk desk;
    desk.join("c", seconds(20));
    desk.run_until(Time{} + seconds(3));
    CHECK(desk.group().state() == GroupState::completing_rebalance);
    for (int i = 0; i < 4; ++i) {  // heartbeats keep the session, not the membership
        desk.run_until(desk.now + seconds(5));
        if (desk.group().members().empty()) break;
        desk.send(HeartbeatRequest{"g", 1, desk.group().members().begin()->first});
    }
    desk.run_until(Time{} + seconds(23));
    CHECK(desk.group().state() == GroupState::empty);
}

TEST_CASE("groups: SyncGroup of another protocol type or protocol is refused", "[groups]")
{
    Desk desk;
    const std::string member = desk.stable_member();
    SyncGroupRequest sync{.group = "g", .generation = 1, .member_id = member};
    const auto refused = [&] { return desk.answer<SyncGroupResponse>(desk.send(sync)).error; };
    CHECK(refused() == Error::none);
    sync.protocol_type = "connect";
    CHECK(refused() == Error::inconsistent_group_protocol);
    sync.protocol_type = "";
    CHECK(refused() == Error::none);
    sync.protocol = "roundrobin";
    CHECK(refused() == Error::inconsistent_group_protocol);
}

TEST_CASE("groups: the next coordinator knows what members subscribe to", "[groups]")
{
    Desk desk;
    desk.stable_member();
    GroupCoordinator next(BrokerId{2}, {}, 1);
    Effects effects;
    next.on_elected(desk.now, coordinator_partition_for("g", 50), desk.log, effects);
    CHECK(next.groups().at("g").subscribes_to("t"));
    CHECK_FALSE(next.groups().at("g").subscribes_to("u"));
}

TEST_CASE("groups: offsets of a deleted topic go, also those on their way", "[groups]")
{
    Desk desk;
    const std::string member = desk.stable_member();
    desk.coordinator.on_topics(desk.now, {{"t", {TopicId{0}, 2}}, {"u", {TopicId{1}, 1}}},
                               desk.effects);
    const TopicPartition first{TopicId{0}, 0}, second{TopicId{0}, 1}, other{TopicId{1}, 0};
    const auto commit = [&](TopicPartition partition) {
        return desk.send(OffsetCommitRequest{"g", 1, member, {{partition, Offset{5}, {}}}});
    };
    commit(first);
    commit(other);
    desk.commit_all();
    const std::uint32_t late = commit(second);
    desk.coordinator.on_topics(desk.now, {{"u", {TopicId{1}, 1}}}, desk.effects);
    desk.commit_all();
    CHECK(desk.answer<OffsetCommitResponse>(late).partitions[0].error == Error::none);
    GroupCoordinator next(BrokerId{2}, {}, 1);
    Effects effects;
    next.on_elected(desk.now, coordinator_partition_for("g", 50), desk.log, effects);
    for (const GroupCoordinator* each : {&desk.coordinator, &next}) {
        CHECK(each->offsets().get("g", first).offset == no_offset);
        CHECK(each->offsets().get("g", second).offset == no_offset);
        CHECK(each->offsets().get("g", other).offset == Offset{5});
    }
}

TEST_CASE("groups: a group whose first commit is on its way is not expired", "[groups]")
{
    Desk desk;
    const auto commit =
        desk.send(OffsetCommitRequest{"g", -1, "", {{{TopicId{0}, 0}, Offset{5}, {}}}});
    desk.coordinator.expire_offsets(desk.now, desk.effects);
    desk.commit_all();
    CHECK(desk.answer<OffsetCommitResponse>(commit).partitions[0].error == Error::none);
    CHECK(desk.coordinator.groups().contains("g"));
    CHECK(desk.coordinator.offsets().get("g", {TopicId{0}, 0}).offset == Offset{5});
}

TEST_CASE("groups: what is on its way to a deleted group does not bring it back", "[groups]")
{
    Desk desk;
    desk.send(OffsetCommitRequest{"g", -1, "", {{{TopicId{0}, 0}, Offset{5}, {}}}});
    CHECK(desk.coordinator.delete_group(desk.now, "g", desk.effects) == Error::none);
    desk.commit_all();
    CHECK(desk.coordinator.offsets().get("g", {TopicId{0}, 0}).offset == no_offset);
    GroupCoordinator next(BrokerId{2}, {}, 1);
    Effects effects;
    next.on_elected(desk.now, coordinator_partition_for("g", 50), desk.log, effects);
    CHECK(next.groups().empty());
}
