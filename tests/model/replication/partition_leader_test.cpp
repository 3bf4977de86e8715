#include "model/replication/partition_leader.h"

#include <catch2/catch.hpp>

using namespace gregor;

namespace {

constexpr BrokerId one{1}, two{2}, three{3};

PartitionLeader::Registration registration(BrokerList isr, int epoch = 0, int partition_epoch = 0)
{
    return {{one, two, three},
            std::move(isr),
            LeaderEpoch{epoch},
            PartitionEpoch{partition_epoch},
            LeaderRecoveryState::recovered};
}

PartitionLeader::Settings settings(std::int64_t min_insync = 2)
{
    return {seconds(30), min_insync, ProtocolProfile{}};
}

Time at(std::int64_t s)
{
    return Time{} + seconds(s);
}

}  // namespace

TEST_CASE("replication: the high watermark waits for the slowest replica in the ISR",
          "[replication]")
{
    PartitionLeader leader(one, registration({one, two, three}), Offset{0}, at(0));
    leader.on_fetch(*leader.follower(two), Offset{8}, Offset{10}, at(1));
    CHECK(leader.next_high_watermark(Offset{0}, Offset{10}, at(1), settings()) == Offset{0});
    leader.on_fetch(*leader.follower(three), Offset{6}, Offset{10}, at(2));
    CHECK(leader.next_high_watermark(Offset{0}, Offset{10}, at(2), settings()) == Offset{6});
}

TEST_CASE("replication: below min.insync.replicas it stands still, KIP-966", "[replication]")
{
    PartitionLeader leader(one, registration({one}), Offset{5}, at(0));
    PartitionLeader::Settings loose = settings();
    loose.profile.strict_min_isr = false;
    leader.follower(two)->eligible = leader.follower(three)->eligible = false;
    CHECK(leader.next_high_watermark(Offset{5}, Offset{9}, at(1), settings()) == Offset{5});
    CHECK(leader.next_high_watermark(Offset{5}, Offset{9}, at(1), loose) == Offset{9});
}

TEST_CASE("replication: a replica outside the ISR that keeps up holds the high watermark back",
          "[replication]")
{
    PartitionLeader leader(one, registration({one, two}), Offset{0}, at(0));
    leader.on_fetch(*leader.follower(two), Offset{10}, Offset{10}, at(1));
    leader.on_fetch(*leader.follower(three), Offset{10}, Offset{10}, at(1));
    leader.on_fetch(*leader.follower(two), Offset{12}, Offset{12}, at(2));
    CHECK(leader.next_high_watermark(Offset{10}, Offset{12}, at(2), settings()) == Offset{10});
    leader.follower(three)->eligible = false;  // fenced: nobody waits for it
    CHECK(leader.next_high_watermark(Offset{10}, Offset{12}, at(2), settings()) == Offset{12});
}

TEST_CASE("replication: caught up is judged by the leader's end at the fetch before",
          "[replication]")
{
    PartitionLeader leader(one, registration({one, two, three}), Offset{0}, at(0));
    PartitionLeader::Follower& slow = *leader.follower(two);
    leader.on_fetch(*leader.follower(three), Offset{1000}, Offset{1000}, at(100));
    leader.on_fetch(slow, Offset{10}, Offset{100}, at(10));
    leader.on_fetch(slow, Offset{100}, Offset{500}, at(20));
    CHECK(slow.last_caught_up == at(10));
    CHECK(leader.out_of_sync(Offset{1000}, at(40), seconds(30)).empty());
    CHECK(leader.out_of_sync(Offset{1000}, at(41), seconds(30)) == BrokerList{two});
}

TEST_CASE("replication: a follower joins at the high watermark and the epoch's start",
          "[replication]")
{
    PartitionLeader leader(one, registration({one, two}, 4), Offset{50}, at(0));
    PartitionLeader::Follower& joining = *leader.follower(three);
    joining.end_offset = Offset{45};
    CHECK_FALSE(leader.may_join(joining, Offset{40}, ProtocolProfile{}));
    ProtocolProfile before_2_1;
    before_2_1.isr_join_rule = IsrJoinRule::high_watermark;
    CHECK(leader.may_join(joining, Offset{40}, before_2_1));
    joining.end_offset = Offset{50};
    CHECK(leader.may_join(joining, Offset{40}, ProtocolProfile{}));
    joining.eligible = false;
    CHECK_FALSE(leader.may_join(joining, Offset{40}, ProtocolProfile{}));
}

TEST_CASE("replication: the maximal ISR counts while a change is in flight", "[replication]")
{
    PartitionLeader leader(one, registration({one, two}), Offset{0}, at(0));
    leader.begin_change({one, two, three});
    CHECK(leader.maximal_isr().size() == 3);
    CHECK(leader.out_of_sync(Offset{10}, at(100), seconds(30)).empty());
    leader.revert_change();
    CHECK(leader.maximal_isr().size() == 2);
    leader.begin_change({one});
    CHECK(leader.maximal_isr().size() == 2);  // a shrink waits for the controller
}
