#include "engine/random.h"
#include "model/record_view.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace gregor;

namespace {

bool same(const KeyedRecords::Item& a, const KeyedRecords::Item& b)
{
    return a.offset_delta == b.offset_delta && a.key == b.key && a.timestamp_ms == b.timestamp_ms &&
           a.null_value == b.null_value;
}

std::vector<KeyedRecords::Item> items_of(const KeyedRecords& records)
{
    std::vector<KeyedRecords::Item> items;
    for (auto at = records.begin(); !at.at_end();) items.push_back(at.next());
    return items;
}

}  // namespace

TEST_CASE("keyed records: what was put in comes out", "[model]")
{
    Random random = Random(1).split("keyed");
    for (int round = 0; round < 200; ++round) {
        KeyedRecords records(10);
        std::vector<KeyedRecords::Item> expected;
        std::int32_t delta = -1;
        for (std::uint64_t left = random.below(50); left > 0; --left) {
            const int digits = static_cast<int>(random.below(40));
            delta += 1 + static_cast<std::int32_t>(random.below(3) == 0 ? random.below(500) : 0);
            expected.push_back({delta, static_cast<std::int64_t>(random.below(1ULL << digits)),
                                static_cast<std::int64_t>(random.below(1ULL << digits)) - 1,
                                random.below(4) == 0});
            records.push(expected.back());
        }
        const auto found = items_of(records);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) CHECK(same(found[i], expected[i]));
        CHECK(records.count() == static_cast<std::int32_t>(expected.size()));
    }
}

TEST_CASE("keyed records: a part begins at offset 0 without gaps", "[model]")
{
    KeyedRecords records(10);
    for (std::int32_t i = 0; i < 5; ++i) records.push({i, 100 + i, 1'000 + i});
    const auto part = items_of(records.part(1, 4));
    REQUIRE(part.size() == 3);
    CHECK(same(part[0], {0, 101, 1'001}));
    CHECK(same(part[2], {2, 103, 1'003}));
}

TEST_CASE("keyed records: they are as large as the explicit ones", "[model]")
{
    for (const std::int64_t key : {0, 9, 10, 99, 1'000, 123'456'789}) {
        for (const bool null_value : {false, true}) {
            const KeyedRecords records(70);
            Record record;
            record.key = KeyedRecords::key_text(key);
            record.null_value = null_value;
            if (!null_value) record.value.assign(70, 'v');
            record.offset_delta = 64;
            record.timestamp_ms = 9'000;
            CHECK(records.size_of({64, key, 9'000, null_value}, 500) == record_size(record, 500));
        }
    }
}
