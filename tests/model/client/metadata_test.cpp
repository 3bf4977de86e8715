#include "model/client/metadata.h"

#include <catch2/catch.hpp>

namespace gregor {
namespace {

ClientMetadata metadata_of_t()
{
    return ClientMetadata({.backoff = ExponentialBackoff(milliseconds(100), milliseconds(1'000)),
                           .max_age = seconds(300),
                           .random = Random(1)},
                          {"t"});
}

/// The back-off has a jitter of 20 %.
void check_wait(Duration waited, std::int64_t ms)
{
    CHECK(waited >= milliseconds(ms * 8 / 10));
    CHECK(waited <= milliseconds(ms * 12 / 10));
}

MetadataResponse answer(BrokerId leader, LeaderEpoch epoch)
{
    MetadataResponse response;
    response.brokers = {BrokerId{1}};
    MetadataResponse::Topic& topic = response.topics.emplace_back();
    topic.name = "t";
    topic.id = TopicId{0};
    topic.partitions.push_back({.partition = 0, .leader = leader, .leader_epoch = epoch});
    return response;
}

}  // namespace

TEST_CASE("metadata: while a partition has no leader it is asked for again, ever more slowly",
          "[client]")
{
    ClientMetadata metadata = metadata_of_t();
    Time now = Time{} + seconds(1);
    metadata.begin_update(now);
    metadata.update(now, answer(BrokerId{1}, LeaderEpoch{0}));
    CHECK(metadata.next_update() == now + seconds(300));

    now = now + seconds(10);
    metadata.begin_update(now);
    CHECK(metadata.update(now, answer(no_broker, LeaderEpoch{1})));  // news: the first back-off
    check_wait(metadata.next_update() - now, 100);
    for (const int wait : {100, 200, 400, 800, 1'000, 1'000}) {
        now = metadata.next_update();
        metadata.begin_update(now);
        CHECK_FALSE(metadata.update(now, answer(no_broker, LeaderEpoch{1})));
        check_wait(metadata.next_update() - now, wait);
    }
    now = metadata.next_update();
    metadata.begin_update(now);
    CHECK(metadata.update(now, answer(BrokerId{2}, LeaderEpoch{2})));
    CHECK(metadata.next_update() == now + seconds(300));
}

}  // namespace gregor
