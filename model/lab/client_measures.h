#pragma once

#include "model/lab/history.h"
#include "model/lab/value.h"

#include <optional>

/// Figures about one client, made from its history.
namespace gregor::lab {

/// Records created at or after `from` and before `to`.
struct Window {
    Time from{};
    Time to = never;
};

/// From send() to the acknowledgement of each record of a producer; a record that has no answer
/// yet counts up to `now`, one that failed does not count. Of a consumer: from send() to delivery.
LatencySample latencies(const History& history, ClientId client, const Window& window, Time now);
/// The same as a list in ascending order. Above a million records, that many of them, evenly
/// spaced by rank, with the smallest and the largest: percentiles stay exact to a millionth.
ValueList latency_list(const History& history, ClientId client, const Window& window, Time now);
/// The longest time without an acknowledgement while records were waiting for one.
Duration longest_stall(const History& history, ClientId client, const Window& window, Time now);
/// Acknowledged records per second, counted when they were acknowledged; nothing in no time.
std::optional<double> acknowledged_rate(const History& history, ClientId client,
                                        const Window& window, Time now);
/// Sent, and neither acknowledged nor given up.
IntervalSet waiting_records(const History::Client& client);

}  // namespace gregor::lab
