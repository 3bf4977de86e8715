#include "engine/random.h"

#include <catch2/catch.hpp>

#include <array>
#include <vector>

namespace gregor {

TEST_CASE("random: the first values of a stream are pinned", "[engine]")
{
    // SplitMix64 from seed 0, as published with the generator.
    Random zero(0);
    CHECK(zero.next() == 0xe220a8397b1dcdafULL);
    CHECK(zero.next() == 0x6e789e6aa1b965f4ULL);
    CHECK(zero.next() == 0x06c45d188009454fULL);

    // Our own derivations: recordings of old runs depend on them.
    CHECK(Random(1).split("network").state() == 0xe4d4b66c88e5ccc9ULL);
    CHECK(Random(1).split("client", 3).state() == 0x6c96033d73e7c97fULL);
    Random random(42);
    CHECK(random.below(1'000'000) == 741'564);
    CHECK(random.between(milliseconds(10), milliseconds(20)) == nanoseconds(11'599'103));
    CHECK(random.exponential(milliseconds(10)) == nanoseconds(12'779'741));
    CHECK(random.exponential(milliseconds(10)) == nanoseconds(10'665'593));
}

TEST_CASE("random: streams of different purposes differ, equal ones agree", "[engine]")
{
    const Random root(9);
    CHECK(root.split("a").next() != root.split("b").next());
    CHECK(root.split("a", 1).next() != root.split("a", 2).next());
    CHECK(root.split("a").next() != Random(10).split("a").next());
    CHECK(root.split("a", 1).next() == root.split("a", 1).next());
}

TEST_CASE("random: a copy has the same future", "[engine]")
{
    Random random(5);
    random.next();
    Random copy = random;
    for (int i = 0; i < 100; ++i) REQUIRE(copy.next() == random.next());
}

TEST_CASE("random: below is within its bound and even", "[engine]")
{
    Random random(11);
    CHECK(random.below(0) == 0);
    CHECK(random.below(1) == 0);
    std::array<int, 7> counts{};
    constexpr int draws = 700'000;
    for (int i = 0; i < draws; ++i) ++counts.at(random.below(7));
    for (const int count : counts) {
        CHECK(count > 98'800);  // 100,000 expected, standard deviation 293
        CHECK(count < 101'200);
    }
}

TEST_CASE("random: between includes the low end and not the high one", "[engine]")
{
    Random random(12);
    bool low = false;
    for (int i = 0; i < 1'000; ++i) {
        const Duration drawn = random.between(nanoseconds(-3), nanoseconds(3));
        REQUIRE(drawn >= nanoseconds(-3));
        REQUIRE(drawn < nanoseconds(3));
        low = low || drawn == nanoseconds(-3);
    }
    CHECK(low);
    CHECK(random.between(nanoseconds(5), nanoseconds(5)) == nanoseconds(5));
    CHECK(random.between(nanoseconds(5), nanoseconds(4)) == nanoseconds(5));
}

TEST_CASE("random: chance is never at 0, always at a million", "[engine]")
{
    Random random(13);
    int hits = 0;
    for (int i = 0; i < 100'000; ++i) {
        REQUIRE_FALSE(random.chance(0));
        REQUIRE(random.chance(1'000'000));
        if (random.chance(250'000)) ++hits;
    }
    CHECK(hits > 24'400);  // 25,000 expected, standard deviation 137
    CHECK(hits < 25'600);
}

TEST_CASE("random: exponential has its mean and its shape", "[engine]")
{
    Random random(14);
    const Duration mean = milliseconds(1);
    constexpr std::int64_t draws = 1'000'000;
    std::int64_t sum = 0;
    int above_mean = 0;
    int above_five_means = 0;
    for (std::int64_t i = 0; i < draws; ++i) {
        const Duration drawn = random.exponential(mean);
        REQUIRE(drawn >= Duration{});
        REQUIRE(drawn < mean * 45);  // -ln of the smallest u, 2^-64
        sum += drawn.nanoseconds;
        if (drawn > mean) ++above_mean;
        if (drawn > mean * 5) ++above_five_means;
    }
    CHECK(sum / draws > 996'000);  // standard deviation of the average: 1,000
    CHECK(sum / draws < 1'004'000);
    CHECK(above_mean > 366'000);  // 1/e of all: 367,879 +- 482
    CHECK(above_mean < 369'800);
    CHECK(above_five_means > 6'400);  // e^-5: 6,738 +- 82
    CHECK(above_five_means < 7'070);
    CHECK(random.exponential(Duration{}) == Duration{});
}

}  // namespace gregor
