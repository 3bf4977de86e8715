#include "engine/resource_trial.h"

#include "engine/fixed_resources.h"

#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace gregor {
namespace {

std::vector<TrialTransmission> on_fixed(const TrialSettings& settings)
{
    FixedResources resources(trial_links());
    return run_resource_trial(resources, settings);
}

/// SimGrid allows one run in a process, so a child does it and prints what it got.
std::vector<TrialTransmission> on_simgrid(const TrialSettings& settings)
{
    const char* binary = std::getenv("GREGOR_BINARY");
    REQUIRE(binary != nullptr);
    const std::string command =
        std::string(binary) + " internal resource-trial --resources simgrid --seed " +
        std::to_string(settings.seed) + "" + (settings.contend ? " --contend" : "");
    INFO(command);
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    char buffer[4096];
    for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
        text.append(buffer, size);
    }
    REQUIRE(pclose(pipe) == 0);
    return read_trial(text);
}

}  // namespace

TEST_CASE("resources: fixed and simgrid agree to the nanosecond where nothing contends", "[engine]")
{
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const TrialSettings settings{.seed = seed};
        const auto fixed = on_fixed(settings);
        REQUIRE(fixed.size() == settings.transmissions);
        INFO("seed " << seed);
        CHECK(trial_difference(fixed, on_simgrid(settings), Duration{}) == "");
    }
}

TEST_CASE("resources: fixed is bounded by simgrid where one link contends", "[engine]")
{
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const TrialSettings settings{.seed = seed, .contend = true};
        const auto fixed = on_fixed(settings);
        const auto simgrid = on_simgrid(settings);
        INFO("seed " << seed);
        CHECK(trial_breach(fixed, simgrid, nanoseconds(1)) == "");
        CHECK(trial_difference(fixed, simgrid, milliseconds(1)) != "");  // the links do contend
    }
}

TEST_CASE("resource trial: alone means alone", "[engine]")
{
    int given_up = 0;
    for (const TrialTransmission& each : on_fixed({.seed = 3})) {
        if (each.end == never) ++given_up;
        if (each.end != never) REQUIRE(each.end - each.start == each.alone);
    }
    CHECK(given_up > 50);
}

TEST_CASE("resource trial: text is read back", "[engine]")
{
    const auto transmissions = on_fixed({.seed = 4, .transmissions = 100});
    CHECK(read_trial(trial_text(transmissions)) == transmissions);
    CHECK(read_trial("").empty());
    CHECK_THROWS_AS(read_trial("12 x 3\n"), std::invalid_argument);
    CHECK_THROWS_AS(read_trial("12 3\n"), std::invalid_argument);
}

TEST_CASE("resource trial: a difference and a breach are seen", "[engine]")
{
    const auto queued = on_fixed({.seed = 2, .contend = true, .transmissions = 50});
    auto other = queued;
    CHECK(trial_breach(queued, queued, Duration{}) == "");
    other[20].end = other[20].end + nanoseconds(2);
    CHECK(trial_difference(queued, other, nanoseconds(2)) == "");
    CHECK(trial_difference(queued, other, nanoseconds(1)) != "");
    other[20].end = other[20].end + seconds(1'000);
    CHECK(trial_breach(queued, other, nanoseconds(1)) != "");
    other[20].end = other[20].start;
    CHECK(trial_breach(queued, other, nanoseconds(1)) != "");
    other.pop_back();
    CHECK(trial_breach(queued, other, nanoseconds(1)) != "");
}

}  // namespace gregor
