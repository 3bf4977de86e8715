#include "model/consumer/heartbeat_membership.h"

#include "tests/model/client/client_cluster.h"

#include <catch2/catch.hpp>

#include <map>
#include <utility>

using namespace gregor;
using test::ClientCluster;

namespace {

/// Consumers of a KIP-848 group that reads topic "t" of four partitions.
class Group {
public:
    explicit Group(std::size_t members) : cluster(1, 4, members + 1)
    {
        ProducerSettings settings;
        settings.id = ClientId{0};
        settings.name = "P";
        settings.layout = cluster.layout();
        settings.load = Load{.rate = {100}, .value_size = 100, .topic = "t"};
        settings.load->from = Time{} + seconds(1);
        cluster.add(Producer(std::move(settings)));
    }
    void start(NodeId member)
    {
        if (!std::exchange(begun_, true)) {
            cluster.kernel.start(NodeId{0});
            cluster.kernel.start(NodeId{1});
        }
        cluster.kernel.start(member);
    }
    NodeId add(std::int16_t id, const std::string& instance = "")
    {
        ConsumerSettings settings;
        settings.id = ClientId{id};
        settings.name = "C" + std::to_string(id);
        settings.layout = cluster.layout();
        settings.topics = {"t"};
        settings.config.group_id = "g";
        settings.config.group_protocol = GroupProtocol::consumer;
        settings.config.group_instance_id = instance;
        settings.config.auto_offset_reset = AutoOffsetReset::earliest;
        settings.config.max_poll_interval_ms = seconds(20);
        return cluster.add(Consumer(std::move(settings)));
    }
    void run_until(Duration at) { cluster.kernel.run_until(Time{} + at); }
    const Consumer& member(NodeId node) { return cluster.kernel.process(node).as<Consumer>(); }
    std::size_t count(NodeId node) { return member(node).partitions().size(); }
    ReconcilingState state(NodeId node) { return member(node).heartbeat_membership().state(); }

    ClientCluster cluster;

private:
    bool begun_ = false;
};

}  // namespace

TEST_CASE("KIP-848 members: the first one has everything at once, at epoch 2", "[consumer]")
{
    Group group(1);
    const NodeId first = group.add(1);
    group.start(first);
    group.run_until(seconds(1));
    CHECK(group.state(first) == ReconcilingState::stable);
    CHECK(group.member(first).generation() == 2);
    CHECK(group.count(first) == 4);
    group.run_until(seconds(20));
    CHECK(group.member(first).records_delivered() > 1'800);
    CHECK(!group.cluster.events<event::OffsetCommitted>().empty());
}

TEST_CASE(
    "KIP-848 members: who joins has its partitions with its own next heartbeat, and nothing is "
    "read twice",
    "[consumer]")
{
    Group group(2);
    const NodeId first = group.add(1), second = group.add(2);
    group.start(first);
    group.run_until(seconds(8));
    group.start(second);
    group.run_until(milliseconds(12'900));
    CHECK(group.count(second) == 0);
    CHECK(group.count(first) == 2);  // given up with its heartbeat, 10 s after its join
    group.run_until(milliseconds(13'300));
    CHECK(group.count(second) == 2);
    CHECK(group.member(second).generation() == 3);
    const auto revoked = group.cluster.events<event::PartitionsRevoked>();
    REQUIRE(revoked.size() == 1);
    CHECK(revoked[0].partitions.size() == 2);
    CHECK_FALSE(revoked[0].lost);
    // Every reconciliation ends with an assignment, also one that adds nothing.
    CHECK(group.cluster.events<event::PartitionsAssigned>().size() == 4);
    group.run_until(seconds(30));
    std::map<std::int32_t, std::int64_t> next;
    for (const auto& each : group.cluster.events<event::RecordsDelivered>()) {
        CHECK(each.base_offset == Offset{next[each.partition.partition]});
        next[each.partition.partition] += each.record_count;
    }
}

TEST_CASE("KIP-848 members: close() leaves, and a crash is noticed by the session", "[consumer]")
{
    Group group(2);
    const NodeId first = group.add(1), second = group.add(2);
    group.start(first);
    group.start(second);
    group.run_until(seconds(20));
    REQUIRE(group.count(first) == 2);
    const bool closes = GENERATE(true, false);
    if (closes) {
        group.cluster.kernel.control(second, control::Stop{}, 0);
        group.run_until(seconds(26));
    } else {
        group.cluster.kernel.crash(second);
        group.run_until(seconds(59));
        CHECK(group.count(first) == 2);
        group.run_until(seconds(71));
    }
    CHECK(group.count(first) == 4);
}

TEST_CASE(
    "KIP-848 members: one that does not call poll() leaves with its next heartbeat, and comes "
    "back with nothing",
    "[consumer]")
{
    Group group(2);
    const NodeId first = group.add(1), second = group.add(2);
    group.start(first);
    group.start(second);
    group.run_until(seconds(20));
    group.cluster.kernel.control(second, control::Pause{}, 0);
    group.run_until(seconds(39));
    CHECK(group.state(second) == ReconcilingState::stable);
    group.run_until(seconds(46));
    CHECK(group.state(second) == ReconcilingState::stale);
    group.run_until(seconds(52));
    CHECK(group.count(first) == 4);
    group.cluster.kernel.control(second, control::Start{}, 0);
    group.run_until(seconds(53));
    const auto revoked = group.cluster.events<event::PartitionsRevoked>();
    REQUIRE(!revoked.empty());
    CHECK(revoked.back().client == ClientId{2});
    CHECK(revoked.back().lost);
    group.run_until(seconds(66));
    CHECK(group.count(second) == 2);
    CHECK(group.state(second) == ReconcilingState::stable);
}

TEST_CASE("KIP-848 members: a second consumer of an instance dies (UNRELEASED_INSTANCE_ID)",
          "[consumer]")
{
    Group group(2);
    const NodeId first = group.add(1, "one"), second = group.add(2, "one");
    group.start(first);
    group.run_until(seconds(2));
    group.start(second);
    group.run_until(seconds(4));
    CHECK(group.state(second) == ReconcilingState::fatal);
    CHECK(group.member(second).thread() == Consumer::Thread::failed);
    const auto failed = group.cluster.events<event::PollFailed>();
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].exception == "UnreleasedInstanceIdException");
    CHECK(group.count(first) == 4);
}

TEST_CASE("KIP-848 members: a static one that comes back has its partitions at once", "[consumer]")
{
    Group group(2);
    const NodeId first = group.add(1, "one"), second = group.add(2, "two");
    group.start(first);
    group.start(second);
    group.run_until(seconds(20));
    const std::string before = group.member(first).member_id();
    const auto owned = group.count(first);
    group.cluster.kernel.control(first, control::Stop{}, 0);
    group.run_until(seconds(22));
    group.start(first);
    group.run_until(seconds(23));
    CHECK(group.member(first).member_id() != before);
    CHECK(group.count(first) == owned);
    CHECK(group.count(second) == 2);
}
