#pragma once

#include "engine/resources.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

/// A random workload of transmissions, to hold one implementation of Resources against another.
/// The same seed gives the same workload whatever the implementation.
struct TrialSettings {
    std::uint64_t seed = 1;
    /// False: pairs of hosts that share no link, each with one transmission at a time, some given
    /// up half way, some followed by a new rate of a link. True: transmissions from everywhere
    /// into one host, whose link is the bottleneck of all.
    bool contend = false;
    std::uint32_t transmissions = 2'000;
};

struct TrialTransmission {
    Time start;
    Duration alone;    ///< what it would take on idle links
    Time end = never;  ///< never: it was given up
    bool operator==(const TrialTransmission&) const = default;
};

/// The platform of a trial: the up links of six hosts, then their down links, no two of the same
/// rate; the one into host 0 is the slowest by far.
std::vector<LinkSpec> trial_links();

/// Runs the workload on `resources`, which were made for `trial_links()` and are new.
std::vector<TrialTransmission> run_resource_trial(Resources& resources,
                                                  const TrialSettings& settings);

/// One line each: start, alone and end in nanoseconds; `-` when there is no end.
std::string trial_text(std::span<const TrialTransmission> transmissions);
/// Reads that again; throws std::invalid_argument.
std::vector<TrialTransmission> read_trial(std::string_view text);

/// Empty, or a sentence on the first transmission whose two ends differ by more than `tolerance`.
std::string trial_difference(std::span<const TrialTransmission> a,
                             std::span<const TrialTransmission> b, Duration tolerance);

/// What holds between two implementations that never let a contended bottleneck idle (`queued`:
/// FIFO, `shared`: max-min fair): busy periods end together, and transmission k, with B_k left to
/// send at its start and A_k started after it in its busy period, satisfies
///     queued end - B_k <= shared end <= queued end + A_k.
/// Proof: queued end = start + B_k + alone, shared end >= start + alone, and no end lies behind
/// that of the busy period, which is queued end + A_k. Empty, or a sentence on the first breach.
std::string trial_breach(std::span<const TrialTransmission> queued,
                         std::span<const TrialTransmission> shared, Duration tolerance);

}  // namespace gregor
