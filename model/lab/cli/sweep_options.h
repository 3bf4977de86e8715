#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gregor::lab {

/// What was asked of `gregor sweep`.
struct SweepOptions {
    std::string scenario, seeds, leg, json, resources = "fixed";
    std::vector<std::string> over, set;
    std::size_t jobs = 0;
    bool faults = false;    ///< scenarios are drawn from the seeds
    std::string folder;     ///< for the scenarios that show a violation; empty: here
    std::size_t keep = 10;  ///< of them, those of the smallest seeds
};

struct SeedRange {
    std::uint64_t first = 1, last = 1;
};

/// "1..100", or one number. Throws BadInput.
SeedRange parse_seeds(const std::string& text);

/// `gregor sweep --faults`; gives the exit code.
int sweep_faults(const SweepOptions& options);

}  // namespace gregor::lab
