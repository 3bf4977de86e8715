#include "engine/fixed_resources.h"
#include "engine/recorded_resources.h"
#include "model/lab/cluster.h"
#include "model/lab/opened_recording.h"
#include "model/lab/run_leg.h"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

/// The library: every leg at every point of every scenario does what its file says, and does it
/// again, whichever way it is run.
namespace gregor::lab {

namespace {

namespace fs = std::filesystem;

fs::path source_folder()
{
    const char* folder = std::getenv("GREGOR_SOURCE_DIR");
    REQUIRE(folder != nullptr);
    return folder;
}

std::vector<std::string> library()
{
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(source_folder() / "scenarios")) {
        const bool schema = entry.path().parent_path().filename() == "scenarios";
        if (entry.path().extension() == ".json" && !schema) files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    REQUIRE(files.size() >= 10);
    return files;
}

std::unique_ptr<Resources> fixed(std::span<const LinkSpec> links)
{
    return std::make_unique<FixedResources>(links);
}

/// One leg at one point of the sweep, with the first seed.
struct Case {
    std::string leg;
    SweepPoint point;
    std::shared_ptr<const Scenario> scenario;

    std::unique_ptr<Simulation> start(std::unique_ptr<Resources> resources = {}) const
    {
        if (!resources) resources = fixed(build_topology(*scenario).links());
        return std::make_unique<Simulation>(scenario, 1, std::move(resources));
    }
};

void for_each_case(const std::string& file_name, const std::function<void(const Case&)>& visit)
{
    const ScenarioFile file = ScenarioFile::read(file_name);
    for (const std::string& leg : file.leg_names()) {
        for (const SweepPoint& point : file.sweep_points()) {
            visit({leg, point, std::make_shared<const Scenario>(file.resolve(leg, point))});
        }
    }
}

/// A child process of gregor, since SimGrid allows one run in a process. Returns its exit code.
int gregor(const std::string& arguments)
{
    const char* binary = std::getenv("GREGOR_BINARY");
    REQUIRE(binary != nullptr);
    const std::string command = std::string(binary) + " " + arguments + " >/dev/null 2>&1";
    return std::system(command.c_str());
}

}  // namespace

TEST_CASE("scenarios: every one does what it expects", "[scenarios]")
{
    for (const std::string& name : library()) {
        INFO(name);
        const ScenarioResult result =
            run_scenario(ScenarioFile::read(name), LegOptions{.resources = fixed});
        CHECK(result.reasons == std::vector<std::string>{});
        for (const LegResult& leg : result.legs) {
            INFO("leg " << leg.name);
            CHECK(leg.reasons == std::vector<std::string>{});
            CHECK(leg.as_expected);
        }
        CHECK(result.as_expected());
    }
}

TEST_CASE("scenarios: other seeds show the same", "[scenarios]")
{
    const char* all = std::getenv("GREGOR_TEST_ALL");
    const std::uint64_t last = all != nullptr && *all != 0 ? 20 : 3;
    for (const std::string& name : library()) {
        const ScenarioFile file = ScenarioFile::read(name);
        for_each_case(name, [&](const Case& one) {
            for (std::uint64_t seed = 2; seed <= last; ++seed) {
                INFO(name << ", leg " << one.leg << ", seed " << seed);
                const LegResult result =
                    run_leg(one.scenario, seed, LegOptions{.resources = fixed});
                CHECK(result.reasons == std::vector<std::string>{});
                CHECK(result.as_expected);
            }
        });
    }
}

TEST_CASE("scenarios: run twice, and in slices, the hash is the same", "[scenarios]")
{
    for (const std::string& name : library()) {
        for_each_case(name, [&](const Case& one) {
            INFO(name << ", leg " << one.leg);
            const auto first = one.start();
            first->run();
            const auto second = one.start();
            second->run();
            CHECK(first->hash() == second->hash());
            CHECK(first->event_number() == second->event_number());

            const auto sliced = one.start();
            // Short, or some thousands of a long run.
            const Duration slice =
                std::max(milliseconds(137), Duration{sliced->end().nanoseconds / 4'001}) +
                nanoseconds(1);
            for (Time at; at < sliced->end(); at = at + slice) sliced->run_until(at);
            sliced->run();
            CHECK(sliced->hash() == first->hash());
        });
    }
}

TEST_CASE("scenarios: a recording is re-executed to the same hash", "[scenarios]")
{
    for (const std::string& name : library()) {
        const ScenarioFile file = ScenarioFile::read(name);
        for_each_case(name, [&](const Case& one) {
            INFO(name << ", leg " << one.leg);
            const Topology topology = build_topology(*one.scenario);
            const auto run = one.start(
                std::make_unique<RecordingResources>(fixed(topology.links()), topology.links()));
            RecordingWriter writer;
            run->add(writer);
            run->run();
            RunIdentity identity;
            identity.scenario = one.scenario->id;
            identity.leg = one.leg;
            identity.point = one.point;
            identity.resources = "fixed";
            const std::string bytes = writer.encode(identity, file.text(), *run);
            const OpenedRecording opened = OpenedRecording::from_bytes(bytes, "recording");
            CHECK_FALSE(opened.difference().has_value());
            CHECK(opened.final_hash() == run->hash());
            CHECK(opened.event_count() == run->event_number());
        });
    }
}

TEST_CASE("scenarios: what SimGrid gave is re-executed without it", "[scenarios]")
{
    const fs::path folder =
        fs::temp_directory_path() / ("gregor-scenarios-" + std::to_string(getpid()));
    fs::create_directories(folder);
    for (const std::string& name : library()) {
        INFO(name);
        const ScenarioFile file = ScenarioFile::read(name);
        const std::string recording = (folder / "run.gregor").string();
        // As expected on SimGrid too; every leg and point leaves its recording.
        CHECK(gregor("run '" + name + "' --resources simgrid -o '" + recording + "'") == 0);
        std::size_t verified = 0;
        for (const auto& entry : fs::directory_iterator(folder)) {
            INFO(entry.path());
            const OpenedRecording opened = OpenedRecording::open(entry.path().string());
            CHECK(opened.identity().resources == "simgrid");
            CHECK_FALSE(opened.difference().has_value());
            ++verified;
        }
        CHECK(verified == file.leg_names().size() * file.sweep_points().size());
        for (const auto& entry : fs::directory_iterator(folder)) fs::remove(entry.path());
    }
    fs::remove_all(folder);
}

TEST_CASE("scenarios: what a leg shows is the work of its faults", "[scenarios]")
{
    for (const std::string& name : library()) {
        INFO(name);
        for (const VacuityFinding& finding :
             check_vacuity(ScenarioFile::read(name), LegOptions{.resources = fixed})) {
            FAIL_CHECK(finding.leg << ", " << finding.assertion << ": " << finding.what);
        }
    }
}

}  // namespace gregor::lab
