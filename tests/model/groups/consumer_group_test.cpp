#include "model/java_hash.h"
#include "model/lab/conformance/coordinator_desk.h"

#include <catch2/catch.hpp>

using namespace gregor;

namespace {

constexpr TopicId topic{3};

/// A KIP-848 group "g" that reads a topic of four partitions.
class Members {
public:
    explicit Members(const BrokerConfig& config = {}) : desk(config, 1)
    {
        desk.tell_topics({{"t", {topic, 4}}});
    }
    ConsumerGroupHeartbeatResponse beat(ConsumerGroupHeartbeatRequest request)
    {
        request.group = "g";
        desk.send(std::move(request));
        const auto answers = desk.take_answers();
        REQUIRE(answers.size() == 1);
        return std::get<ConsumerGroupHeartbeatResponse>(answers[0].second);
    }
    ConsumerGroupHeartbeatResponse join(const std::string& member, const std::string& instance = "")
    {
        ConsumerGroupHeartbeatRequest request{.member_id = member};
        request.instance_id = instance;
        request.rebalance_timeout = seconds(60);
        request.topics = {"t"};
        request.owned.emplace();
        return beat(std::move(request));
    }
    ConsumerGroupHeartbeatResponse beat(const std::string& member, std::int32_t epoch,
                                        const std::vector<std::int32_t>& owned)
    {
        ConsumerGroupHeartbeatRequest request{.member_id = member};
        request.member_epoch = epoch;
        request.owned.emplace();
        for (const std::int32_t each : owned) request.owned->push_back({topic, each});
        return beat(std::move(request));
    }
    void wait(Duration duration) { desk.run_until(desk.now + duration); }
    const ConsumerGroup& group() const { return desk.coordinator.consumer_groups().at("g"); }

    lab::CoordinatorDesk desk;
};

std::size_t count(const ConsumerGroupHeartbeatResponse& response)
{
    return response.assignment ? response.assignment->size() : 0;
}

}  // namespace

TEST_CASE(
    "consumer groups: a partition goes to its new owner when the old one is without it "
    "(KIP-848)",
    "[groups]")
{
    Members members;
    const auto first = members.join("a");
    CHECK(first.member_epoch == 2);
    CHECK(count(first) == 4);
    CHECK(first.heartbeat_interval == seconds(5));
    members.wait(seconds(2));
    const auto second = members.join("b");
    CHECK(second.member_epoch == 3);
    CHECK(count(second) == 0);
    CHECK(members.group().state() == ConsumerGroupState::reconciling);

    const auto told = members.beat("a", 2, {0, 1, 2, 3});
    CHECK(told.member_epoch == 2);
    REQUIRE(count(told) == 2);
    CHECK(count(members.beat("b", 3, {})) == 0);  // not yet given up
    std::vector<std::int32_t> kept;
    for (const TopicPartition each : *told.assignment) kept.push_back(each.partition);
    CHECK(members.beat("a", 2, kept).member_epoch == 3);
    CHECK(count(members.beat("b", 3, {})) == 2);
    CHECK(members.group().state() == ConsumerGroupState::stable);
}

TEST_CASE("consumer groups: the target is computed once in the assignment interval", "[groups]")
{
    Members members;
    members.join("a");
    members.join("b");
    CHECK(members.group().epoch() == 3);
    CHECK(members.group().assignment_epoch() == 2);
    CHECK(members.group().state() == ConsumerGroupState::assigning);
    members.wait(seconds(1));
    members.beat("a", 2, {0, 1, 2, 3});
    CHECK(members.group().assignment_epoch() == 3);
}

TEST_CASE("consumer groups: epochs that are not the member's are refused", "[groups]")
{
    Members members;
    CHECK(members.beat("a", 1, {}).error == Error::group_id_not_found);
    members.join("a");
    CHECK(members.beat("a", 3, {}).error == Error::fenced_member_epoch);
    CHECK(members.beat("a", 1, {}).error == Error::fenced_member_epoch);
    CHECK(members.beat("x", 2, {}).error == Error::unknown_member_id);
    ConsumerGroupHeartbeatRequest incomplete{.member_id = "b"};
    CHECK(members.beat(incomplete).error == Error::invalid_request);
    ConsumerGroupHeartbeatRequest odd{.member_id = "a"};
    odd.member_epoch = 2;
    odd.assignor = "sticky";
    CHECK(members.beat(odd).error == Error::unsupported_assignor);
}

TEST_CASE("consumer groups: a session that ends takes the member out", "[groups]")
{
    Members members;
    members.join("a");
    members.wait(seconds(44));
    CHECK(members.group().members().size() == 1);
    members.wait(seconds(2));
    CHECK(members.group().members().empty());
    CHECK(members.group().state() == ConsumerGroupState::empty);
    CHECK(members.group().epoch() == 3);
}

TEST_CASE("consumer groups: who does not give up in time is taken out", "[groups]")
{
    BrokerConfig config;
    config.group_consumer_session_timeout_ms = seconds(600);
    Members members(config);
    members.join("a");
    members.wait(seconds(2));
    members.join("b");
    members.beat("a", 2, {0, 1, 2, 3});
    members.wait(seconds(59));
    CHECK(members.group().members().contains("a"));
    members.wait(seconds(2));
    CHECK_FALSE(members.group().members().contains("a"));
}

TEST_CASE(
    "consumer groups: the instance of a static member is released by its leave, and its "
    "session goes on",
    "[groups]")
{
    Members members;
    members.join("a", "one");
    CHECK(members.join("b", "one").error == Error::unreleased_instance_id);
    members.wait(seconds(20));
    ConsumerGroupHeartbeatRequest away{.member_id = "a"};
    away.instance_id = "one";
    away.member_epoch = ConsumerGroup::leave_static_epoch;
    CHECK(members.beat(away).member_epoch == ConsumerGroup::leave_static_epoch);
    CHECK(members.group().state() == ConsumerGroupState::reconciling);
    SECTION("who comes back has what it had, and the group epoch stays")
    {
        const auto back = members.join("b", "one");
        CHECK(back.member_epoch == 2);
        CHECK(count(back) == 4);
        CHECK(members.group().epoch() == 2);
    }
    SECTION("it ends as if the member were there")
    {
        members.wait(seconds(24));
        CHECK(members.group().members().size() == 1);
        members.wait(seconds(2));
        CHECK(members.group().members().empty());
    }
}

TEST_CASE("consumer groups: an older epoch may commit what the member had then (KIP-1251)",
          "[groups]")
{
    Members members;
    members.join("a");
    members.wait(seconds(2));
    members.join("b");
    const auto told = members.beat("a", 2, {0, 1, 2, 3});
    REQUIRE(count(told) == 2);
    const TopicPartition kept = told.assignment->front();
    std::vector<std::int32_t> owned;
    for (const TopicPartition each : *told.assignment) owned.push_back(each.partition);
    members.beat("a", 2, owned);
    const ConsumerGroup& group = members.group();
    CHECK(group.may_commit("a", 3, {topic, 0}) == Error::none);
    CHECK(group.may_commit("a", 2, kept) == Error::none);
    CHECK(group.may_commit("a", 4, kept) == Error::stale_member_epoch);
    CHECK(group.may_commit("b", 2, kept) == Error::stale_member_epoch);
    CHECK(group.may_commit("x", 3, kept) == Error::unknown_member_id);
    CHECK(group.may_commit("", -1, kept) == Error::unknown_member_id);
    CHECK(group.may_fetch_offsets("a", 2) == Error::stale_member_epoch);
}

TEST_CASE("consumer groups: the next coordinator goes on with the group", "[groups]")
{
    Members members;
    members.join("a");
    members.wait(seconds(2));
    members.join("b");
    members.beat("a", 2, {0, 1, 2, 3});
    ConsumerGroupHeartbeatRequest changed{.member_id = "a"};
    changed.member_epoch = 2;
    changed.assignor = "range";
    changed.rack = "r1";
    changed.client_id = "c1";
    changed.rebalance_timeout = seconds(7);
    members.beat(changed);
    GroupCoordinator next(BrokerId{2}, {}, 1);
    Effects effects;
    next.on_elected(members.desk.now, coordinator_partition_for("g", 50), members.desk.log,
                    effects);
    const ConsumerGroup& before = members.group();
    const ConsumerGroup& after = next.consumer_groups().at("g");
    CHECK(after.epoch() == before.epoch());
    CHECK(after.assignment_epoch() == before.assignment_epoch());
    CHECK(after.state() == before.state());
    for (const auto& [id, member] : before.members()) {
        CHECK(after.members().at(id).current == member.current);
        CHECK(after.members().at(id).target == member.target);
    }
    const ConsumerGroupMember& known = after.members().at("a");
    CHECK(known.assignor == "range");
    CHECK(known.rack == "r1");
    CHECK(known.client_id == "c1");
    CHECK(known.rebalance_timeout == seconds(7));
    CHECK(known.topics == before.members().at("a").topics);
}

TEST_CASE("consumer groups: a subscription that changes later is written", "[groups]")
{
    Members members;
    members.join("a");
    ConsumerGroupHeartbeatRequest other{.member_id = "a"};
    other.member_epoch = 2;
    other.topics = {"u"};
    members.beat(other);
    GroupCoordinator next(BrokerId{2}, {}, 1);
    Effects effects;
    next.on_elected(members.desk.now, coordinator_partition_for("g", 50), members.desk.log,
                    effects);
    CHECK_FALSE(next.consumer_groups().at("g").subscribes_to("t"));
    CHECK(next.consumer_groups().at("g").subscribes_to("u"));
}
