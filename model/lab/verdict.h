#pragma once

#include "model/lab/simulation.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gregor::lab {

/// One assertion of a leg, beside what the leg expects of it.
struct AssertionResult {
    AssertionOutcome outcome;
    std::optional<bool> expected;  ///< to hold, to be violated; empty: not said

    bool holds() const { return outcome.verdict == AssertionOutcome::Verdict::holds; }
    bool as_expected() const;
};

/// One value that a bound over the sweep speaks of, from one run.
struct SweepValue {
    Value x;  ///< of the parameter
    Value y;  ///< the expression; for an assertion whether it was violated
};

/// One run of one leg, judged.
struct LegResult {
    std::string name;
    std::uint64_t seed{};
    std::vector<std::pair<std::string, nlohmann::json>> point;  ///< of the sweep
    std::uint64_t hash{};
    std::uint64_t events{};
    double sim_seconds{};
    double wall_seconds{};
    bool as_expected = false;
    bool interrupted = false;
    std::vector<std::string> reasons;  ///< why it is not as expected, one sentence each
    std::vector<AssertionResult> asserts;
    std::map<std::string, Value> measures;
    std::vector<std::string> unreached;
    std::int64_t checked = 0;  ///< invariants of Kafka, times looked at
    std::vector<Violation> violated;
    std::vector<std::pair<std::string, FiredStep>> fired;  ///< with the name or place of the step
    std::vector<SweepValue> sweep_values;  ///< one for each of the leg's bounds over the sweep

    /// "as expected", "unreached" or "not as expected".
    std::string verdict() const;
};

/// Judges a run that is at its end and finished, by the expectation of its leg:
/// * every step fired, every action could do what it says;
/// * assertions that are to hold hold, those that are to be violated are violated: a vacuous one is
///   neither, and a leg that judged nothing is not as expected;
/// * witnesses are equal to what is written, measures are within their bounds;
/// * no invariant of Kafka was broken, unless the leg expects DUR, MATCH or HWMONO to be violated:
///   then those are that very violation.
LegResult judge_leg(const Simulation& simulation);

/// The bounds over the sweep of one leg, from the values of all its runs in the order of the
/// sweep. One sentence for each that is not met.
std::vector<std::string> judge_sweep(const Expectation& expect,
                                     const std::vector<std::vector<SweepValue>>& runs);

/// As in the command-line contract; with "sweep_values" when the leg has bounds over the sweep.
nlohmann::json to_json(const LegResult& result);
/// The values of a run in another process, from that JSON.
std::vector<SweepValue> sweep_values_of(const nlohmann::json& leg);

}  // namespace gregor::lab
