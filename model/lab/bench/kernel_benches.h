#pragma once

#include <cstdint>

namespace gregor::lab {

/// What a bench of the bare kernel did and how fast.
struct KernelBench {
    std::uint64_t events{};
    double events_per_second{};  ///< of CPU time
    double mean_latency_ms{};    ///< replicated append only
    std::uint64_t answered{};    ///< replicated append only
    std::uint64_t hash{};
};

/// Hold model through the process contract: one process with 10,000 timers, each set again U[0, 2)
/// s after it fired; full trace hash; fixed resources.
KernelBench run_hold(std::uint64_t events);

/// The benchmark "replicated append": a leader with a disk and two followers behind links of their
/// own, as processes and messages, for `seconds` simulated seconds of 1,000 batches of 100,000 B.
KernelBench run_replicated_append(int seconds);

}  // namespace gregor::lab
