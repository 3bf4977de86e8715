#pragma once

#include "model/lab/scenario_file.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// What a bench measured.
struct BenchFigure {
    double value{};
    std::string reference;  ///< what `ratio` is to; empty: nothing
    std::optional<double> ratio;
    std::string note;  ///< why the value does not count, or how it came about
};

/// What benches need of the command that runs them. Everything that needs a process of its own
/// (SimGrid, peak memory) is done by it.
struct BenchTools {
    struct ScenarioRun {
        std::string scenario;  ///< below scenarios/, without suffix
        std::string resources;
        std::vector<Override> overrides;
    };
    struct Speed {
        double simulated_seconds{}, wall_seconds{};
        nlohmann::json measures;
    };
    bool quick = false;
    /// Runs it in a child process.
    std::function<Speed(const ScenarioRun&)> run;
    /// Runs seeds 1 to `seeds` on all cores; gives the runs a minute.
    std::function<double(const ScenarioRun&, std::uint64_t seeds)> sweep;
    /// Bytes of a recording of the run.
    std::function<std::string(const ScenarioRun&)> record;
    /// Peak resident memory in MiB of a process that does nothing but open the recording.
    std::function<double(const std::string& recording)> peak_memory;
};

struct Bench {
    std::string_view name;
    std::string_view unit;
    bool higher_is_better = true;
    double wanted{};  ///< the figure to reach, of `ratio` where there is a reference loop
    std::string_view what;
    BenchFigure (*run)(const BenchTools&);
};
std::span<const Bench> benches();

/// CPU model, cores, compiler.
nlohmann::json machine_facts();

}  // namespace gregor::lab
