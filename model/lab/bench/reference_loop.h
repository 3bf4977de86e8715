#pragma once

#include <cstdint>

namespace gregor::lab {

/// CPU seconds of this process so far.
double cpu_seconds();

/// The unit of all ratios: a plain std::priority_queue of (time, id) with 10,000 pending events;
/// `events` times the earliest is taken and put back U[0, 2) later. Returns events per CPU second.
double reference_hold_rate(std::uint64_t events);

}  // namespace gregor::lab
