#include "engine/recording.h"

#include "engine/random.h"
#include "engine/recorded_resources.h"

#include <catch2/catch.hpp>

namespace gregor {
namespace {

HashChain chain_of(std::uint64_t seed, std::uint64_t size)
{
    Random random(seed);
    HashChain chain;
    for (std::uint64_t i = 0; i < size; ++i) chain.append(random.next());
    return chain;
}

/// Small, with sections that pack and sections that do not.
Recording sample()
{
    Recording recording;
    recording.header = R"({"scenario": "leader-crash", "seed": 7})";
    for (int i = 0; i < 40; ++i) recording.inputs += "a line that comes again and again\n";
    DurationLog durations;
    for (const std::int64_t value : {0, 0, 17, 0, -3}) durations.append(value);
    recording.durations = durations.encode();
    recording.chain = chain_of(1, 1'030);
    recording.event_count = 1'030;
    recording.final_hash = 0x0123456789abcdefULL;
    return recording;
}

std::string complaint(std::string_view bytes)
{
    try {
        decode(bytes);
    } catch (const RecordingError& error) {
        REQUIRE(error.offset <= bytes.size());
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("recording: what was written is read", "[engine]")
{
    const Recording recording = sample();
    CHECK(decode(encode(recording)) == recording);
    CHECK(decode(encode(Recording{})) == Recording{});
    CHECK(encode(recording).size() < 2'000);
    CHECK(encode(recording) == encode(recording));
}

TEST_CASE("recording: large and highly regular sections survive", "[engine]")
{
    Recording recording;
    recording.inputs = std::string(20'000'000, 'x');
    recording.external = chain_of(3, 100'000).encode();
    const std::string bytes = encode(recording);
    CHECK(bytes.size() < 150'000);
    CHECK(decode(bytes) == recording);
}

TEST_CASE("recording: truncated at every byte it is refused", "[engine]")
{
    const std::string bytes = encode(sample());
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        REQUIRE_THROWS_AS(decode(std::string_view(bytes).substr(0, length)), RecordingError);
    }
    CHECK_THROWS_AS(decode(bytes + "x"), RecordingError);
}

TEST_CASE("recording: with any bit flipped it is refused", "[engine]")
{
    std::string bytes = encode(sample());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            const char before = bytes[at];
            bytes[at] = static_cast<char>(before ^ (1 << bit));
            REQUIRE_THROWS_AS(decode(bytes), RecordingError);
            bytes[at] = before;
        }
    }
    CHECK_NOTHROW(decode(bytes));
}

TEST_CASE("recording: errors say what was found, where, and what is allowed", "[engine]")
{
    std::string bytes = encode(sample());
    CHECK(complaint("") == "recording: found an empty file at byte 0, expected a Gregor recording");
    CHECK(complaint("{\"gregor\": 1}") ==
          "recording: found a file of another kind at byte 0, expected a Gregor recording");
    CHECK(complaint("GREG") == "recording: found the end of the file at byte 4, expected 48 bytes");
    CHECK(complaint(std::string_view(bytes).substr(0, 1'000)).find("a file of 1000 bytes") !=
          std::string::npos);
    bytes[8] = 2;
    CHECK(complaint(bytes) == "recording: found format version 2 at byte 8, expected version 1");
}

TEST_CASE("hash chain: matches what was appended and nothing else", "[engine]")
{
    const HashChain chain = chain_of(4, 3'000);
    Random random(4);
    for (std::uint64_t number = 1; number <= 3'000; ++number) {
        const std::uint64_t hash = random.next();
        REQUIRE(chain.matches(number, hash));
        REQUIRE_FALSE(chain.matches(number, hash ^ 1));
        // Only every 1,024th is kept in full.
        REQUIRE(chain.matches(number, hash ^ 0x8000'0000'0000'0000ULL) == (number % 1'024 != 0));
    }
    CHECK_FALSE(chain.matches(0, 0));
    CHECK_FALSE(chain.matches(3'001, 0));
}

TEST_CASE("hash chain: the first difference of two", "[engine]")
{
    const HashChain chain = chain_of(5, 2'500);
    CHECK(HashChain::first_difference(chain, chain) == 0);
    CHECK(HashChain::first_difference(chain, chain_of(5, 2'400)) == 2'401);
    CHECK(HashChain::first_difference(chain_of(5, 2'400), chain) == 2'401);
    CHECK(HashChain::first_difference(HashChain(), HashChain()) == 0);
    CHECK(HashChain::first_difference(HashChain(), chain) == 1);
    for (const std::uint64_t different : {1, 1'024, 1'025, 2'500}) {
        HashChain other;
        Random random(5);
        for (std::uint64_t number = 1; number <= 2'500; ++number) {
            other.append(random.next() + (number == different ? 1 : 0));
        }
        CHECK(HashChain::first_difference(chain, other) == different);
    }
}

TEST_CASE("hash chain: a difference in the high bits is seen at the next link", "[engine]")
{
    HashChain a;
    HashChain b;
    for (std::uint64_t i = 0; i < 2'000; ++i) {
        a.append(i);
        b.append(i | 1ULL << 40);
    }
    CHECK(HashChain::first_difference(a, b) == 1'024);
}

TEST_CASE("hash chain: encoded, decoded, and refused when it does not add up", "[engine]")
{
    for (const std::uint64_t size : {0, 1, 1'023, 1'024, 5'000}) {
        const HashChain chain = chain_of(6, size);
        REQUIRE(HashChain::decode(chain.encode()) == chain);
    }
    std::string bytes = chain_of(6, 2'000).encode();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        REQUIRE_THROWS_AS(HashChain::decode(std::string_view(bytes).substr(0, length)),
                          RecordingError);
    }
    bytes[8 + 1'023] = static_cast<char>(bytes[8 + 1'023] ^ 1);  // contradicts its link
    CHECK_THROWS_AS(HashChain::decode(bytes), RecordingError);
    CHECK_THROWS_AS(HashChain::decode(std::string(16, '\xff')), RecordingError);
}

}  // namespace gregor
