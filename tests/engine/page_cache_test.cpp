#include "engine/page_cache.h"

#include <catch2/catch.hpp>

using namespace gregor;

namespace {
constexpr std::int64_t mebibyte = PageCache::extent_bytes;
}

TEST_CASE("page cache: without a limit nothing is ever read from the disk", "[engine]")
{
    PageCache cache;
    CHECK(cache.read(7, 1'000'000'000, mebibyte).bytes == 0);
}

TEST_CASE("page cache: what was written lately is in memory, what is long ago is not", "[engine]")
{
    PageCache cache(4 * mebibyte);
    for (std::int64_t i = 0; i < 10; ++i) cache.write(1, i * mebibyte, mebibyte);
    CHECK(cache.cached_bytes() == 4 * mebibyte);
    CHECK(cache.read(1, 6 * mebibyte, 4 * mebibyte).bytes == 0);
    const PageCache::Missed old = cache.read(1, 0, 2 * mebibyte);
    CHECK(old.bytes == 2 * mebibyte);
    CHECK(old.seeks == 1);
}

TEST_CASE("page cache: who reads old data drives out what others need", "[engine]")
{
    PageCache cache(4 * mebibyte);
    for (std::int64_t i = 0; i < 10; ++i) cache.write(1, i * mebibyte, mebibyte);
    cache.read(1, 0, 3 * mebibyte);
    CHECK(cache.read(1, 9 * mebibyte, mebibyte).bytes == 0);
    CHECK(cache.read(1, 7 * mebibyte, 2 * mebibyte).bytes == 2 * mebibyte);
}

TEST_CASE("page cache: gaps cost a seek each, a small read one extent", "[engine]")
{
    PageCache cache(100 * mebibyte);
    cache.write(2, 2 * mebibyte, 100);
    const PageCache::Missed missed = cache.read(2, mebibyte, 3 * mebibyte);
    CHECK(missed.bytes == 2 * mebibyte);
    CHECK(missed.seeks == 2);
    CHECK(cache.read(3, 5, 10).bytes == mebibyte);
    CHECK(cache.read(3, 5, 10).bytes == 0);
}

TEST_CASE("page cache: power loss empties it, and a copy has a future of its own", "[engine]")
{
    PageCache cache(2 * mebibyte);
    cache.write(1, 0, mebibyte);
    PageCache copy = cache;
    cache.clear();
    CHECK(cache.read(1, 0, 1).bytes == mebibyte);
    CHECK(copy.read(1, 0, 1).bytes == 0);
}
