#include "model/java_hash.h"
#include "model/lab/conformance/coordinator_desk.h"

#include <catch2/catch.hpp>

#include <map>

using namespace gregor;

namespace {

/// A group "g" of static members, each asking as its instance.
class StaticGroup {
public:
    explicit StaticGroup(BrokerConfig config = {}) : desk(with_no_delay(std::move(config)), 7) {}

    std::uint32_t join(const std::string& instance, const std::string& member_id = "",
                       std::vector<std::string> protocols = {"range"})
    {
        JoinGroupRequest request{.group = "g", .member_id = member_id, .client_id = "c"};
        request.instance_id = instance;
        request.session_timeout = seconds(10);
        request.rebalance_timeout = seconds(60);
        request.protocols = std::move(protocols);
        request.topics = {"t"};
        return send(std::move(request));
    }
    Error heartbeat(const std::string& instance, const std::string& member_id)
    {
        return answer<HeartbeatResponse>(
                   send(HeartbeatRequest{"g", group().generation(), member_id, instance}))
            .error;
    }
    /// One member, leader of a Stable group; its id.
    std::string stable()
    {
        const std::string id = answer<JoinGroupResponse>(join("one")).member_id;
        SyncGroupRequest sync{.group = "g", .generation = 1, .member_id = id};
        sync.instance_id = "one";
        sync.assignments.push_back({id, {{TopicId{0}, 0}}});
        send(std::move(sync));
        REQUIRE(group().state() == GroupState::stable);
        return id;
    }
    std::uint32_t send(MessageBody body)
    {
        const std::uint32_t number = desk.send(std::move(body));
        for (auto& [asked, answer] : desk.take_answers()) answers[asked] = std::move(answer);
        return number;
    }
    template <class T>
    const T& answer(std::uint32_t number) const
    {
        return std::get<T>(answers.at(number));
    }
    const ClassicGroup& group() const { return desk.coordinator.groups().at("g"); }

    lab::CoordinatorDesk desk;
    std::map<std::uint32_t, MessageBody> answers;

private:
    static BrokerConfig with_no_delay(BrokerConfig config)
    {
        config.group_initial_rebalance_delay_ms = milliseconds(0);
        return config;
    }
};

}  // namespace

TEST_CASE("static members: a restart takes the old place over without a rebalance (KIP-345)",
          "[groups]")
{
    StaticGroup staged;
    const std::string before = staged.stable();
    const auto& back = staged.answer<JoinGroupResponse>(staged.join("one"));
    CHECK(back.error == Error::none);
    CHECK(back.member_id != before);
    CHECK(back.generation == 1);
    CHECK(back.leader == back.member_id);
    CHECK(back.skip_assignment);
    CHECK(staged.group().state() == GroupState::stable);
    SyncGroupRequest sync{.group = "g", .generation = 1, .member_id = back.member_id};
    sync.instance_id = "one";
    const auto& synced = staged.answer<SyncGroupResponse>(staged.send(std::move(sync)));
    CHECK(synced.partitions == std::vector{TopicPartition{TopicId{0}, 0}});
    CHECK(staged.heartbeat("one", before) == Error::fenced_instance_id);
    CHECK(staged.heartbeat("one", back.member_id) == Error::none);
    CHECK(staged.heartbeat("two", before) == Error::unknown_member_id);
}

TEST_CASE("static members: the old one has its place again when its successor is not written",
          "[groups]")
{
    StaticGroup staged;
    const std::string before = staged.stable();
    staged.desk.writes_wait = true;
    const std::uint32_t joined = staged.join("one", "", {"range", "roundrobin"});
    CHECK(staged.group().member_of("one") != before);
    staged.desk.apply([](GroupCoordinator& coordinator, Time now, Effects& effects) {
        for (const CoordinatorAppend& each : coordinator.take_appends()) {
            coordinator.on_append_committed(now, each.ticket, Error::not_enough_replicas, effects);
        }
        return 0;
    });
    staged.send(HeartbeatRequest{"g", 1, before, "one"});
    const auto& refused = staged.answer<JoinGroupResponse>(joined);
    CHECK(refused.error == Error::coordinator_not_available);
    CHECK(refused.member_id.empty());
    CHECK(staged.group().member_of("one") == before);
    CHECK(staged.group().leader() == before);
    const GroupMember& member = staged.group().members().at(before);
    CHECK(member.protocols == std::vector<std::string>{"range"});
    CHECK(member.assignment.size() == 1);
    CHECK(staged.heartbeat("one", before) == Error::none);
}

TEST_CASE("static members: a restart with another protocol is a rebalance", "[groups]")
{
    StaticGroup staged;
    const std::string one = staged.stable();
    staged.join("two");
    CHECK(staged.group().state() == GroupState::preparing_rebalance);
    staged.join("one", one, {"range", "roundrobin"});
    CHECK(staged.group().generation() == 2);
    CHECK(staged.group().members().size() == 2);
}

TEST_CASE(
    "static members: they stay until the session is over, and go at once when an "
    "administrator removes the instance",
    "[groups]")
{
    StaticGroup staged;
    staged.stable();
    const bool removed = GENERATE(true, false);
    if (removed) {
        const auto& left = staged.answer<LeaveGroupResponse>(
            staged.send(LeaveGroupRequest{"g", {{"", "one"}, {"", "two"}}}));
        CHECK(left.members == std::vector{Error::none, Error::unknown_member_id});
    } else {
        staged.desk.run_until(staged.desk.now + seconds(9));
        CHECK(staged.group().members().size() == 1);
        staged.desk.run_until(staged.desk.now + seconds(2));
    }
    CHECK(staged.group().state() == GroupState::empty);
    CHECK(staged.group().generation() == 2);
}

TEST_CASE("static members: the next coordinator knows the instances", "[groups]")
{
    StaticGroup staged;
    const std::string id = staged.stable();
    GroupCoordinator next(BrokerId{2}, {}, 1);
    Effects effects;
    next.on_elected(staged.desk.now, coordinator_partition_for("g", 50), staged.desk.log, effects);
    CHECK(next.groups().at("g").member_of("one") == id);
}

TEST_CASE("groups: group.max.size keeps the next one out (KIP-389)", "[groups]")
{
    BrokerConfig config;
    config.group_max_size = 1;
    StaticGroup staged(config);
    staged.stable();
    CHECK(staged.answer<JoinGroupResponse>(staged.join("two")).error ==
          Error::group_max_size_reached);
    CHECK(staged.group().state() == GroupState::stable);
}

TEST_CASE("groups: only a group without members is deleted, with its offsets", "[groups]")
{
    StaticGroup staged;
    const std::string id = staged.stable();
    OffsetCommitRequest commit{.group = "g", .generation = 1, .member_id = id, .partitions = {}};
    commit.partitions.push_back({{TopicId{0}, 0}, Offset{5}});
    staged.send(std::move(commit));
    const auto remove = [&] {
        return staged.desk.apply([](GroupCoordinator& coordinator, Time now, Effects& effects) {
            return coordinator.delete_group(now, "g", effects);
        });
    };
    CHECK(remove() == Error::non_empty_group);
    staged.send(LeaveGroupRequest{"g", {{id, "one"}}});
    CHECK(remove() == Error::none);
    CHECK(remove() == Error::group_id_not_found);
    CHECK(staged.desk.coordinator.offsets().get("g", {TopicId{0}, 0}).offset == no_offset);
}

TEST_CASE(
    "groups: offsets of an Empty group go after offsets.retention.minutes, and the group "
    "with them (KIP-211)",
    "[groups]")
{
    StaticGroup staged;
    const std::string id = staged.stable();
    OffsetCommitRequest commit{.group = "g", .generation = 1, .member_id = id, .partitions = {}};
    commit.partitions.push_back({{TopicId{0}, 0}, Offset{5}});
    staged.send(std::move(commit));
    staged.send(LeaveGroupRequest{"g", {{id, "one"}}});
    constexpr std::int64_t day = 86'400;
    staged.desk.run_until(staged.desk.now + seconds(7 * day - 60));
    CHECK(staged.desk.coordinator.offsets().get("g", {TopicId{0}, 0}).offset == Offset{5});
    staged.desk.run_until(staged.desk.now + seconds(1'200));
    CHECK(staged.desk.coordinator.groups().empty());
    CHECK(staged.desk.coordinator.offsets().get("g", {TopicId{0}, 0}).offset == no_offset);
}
