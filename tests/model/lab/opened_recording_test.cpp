#include "model/lab/opened_recording.h"

#include "engine/recorded_resources.h"
#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

namespace gregor::lab {
namespace {

/// What `gregor run -o` would write of the small scenario.
std::string small_recording()
{
    const std::string text = small_scenario().dump();
    const auto scenario = resolved(small_scenario());
    const Topology topology = build_topology(*scenario);
    Simulation simulation(
        scenario, 1,
        std::make_unique<RecordingResources>(
            std::make_unique<FixedResources>(topology.links()),
            std::vector<LinkSpec>(topology.links().begin(), topology.links().end())));
    RecordingWriter writer;
    simulation.add(writer);
    simulation.run_until(Time{} + milliseconds(1'500));
    const RunIdentity identity{
        .file = "small.json", .scenario = "small", .leg = "only", .seed = 1, .resources = "fixed"};
    return writer.encode(identity, text, simulation);
}

/// "refused", or what came of a recording that was taken.
std::string opening(const std::string& bytes)
{
    try {
        const OpenedRecording opened = OpenedRecording::from_bytes(bytes, "x");
        return opened.difference() ? "differs" : "same";
    } catch (const BadInput& bad) {
        return bad.diagnostics().size() == 1 ? "refused" : "refused in many lines";
    }
}

}  // namespace

TEST_CASE("opened recording: cut at any byte it is refused", "[lab]")
{
    const std::string whole = small_recording();
    REQUIRE(opening(whole) == "same");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        REQUIRE(opening(whole.substr(0, length)) == "refused");
    }
    CHECK(opening(whole + "x") == "refused");
}

TEST_CASE("opened recording: with any bit turned it is refused", "[lab]")
{
    const std::string whole = small_recording();
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        CAPTURE(bit);
        std::string damaged = whole;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE(opening(damaged) == "refused");
    }
}

TEST_CASE("opened recording: of another version of the model it is refused", "[lab]")
{
    Recording recording = decode(small_recording());
    RecordingHeader header = RecordingHeader::decode(recording.header, "x");
    ++header.model;
    recording.header = header.encode();
    CHECK(opening(encode(recording)) == "refused");
}

TEST_CASE("opened recording: another hash is a difference, not bad input", "[lab]")
{
    Recording recording = decode(small_recording());
    recording.final_hash ^= 1;
    CHECK(opening(encode(recording)) == "differs");
}

}  // namespace gregor::lab
