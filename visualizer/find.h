#pragma once

#include "model/lab/course.h"
#include "model/lab/snapshot.h"
#include "visualizer/view_state.h"

#include <optional>
#include <string>
#include <string_view>

namespace gregor::visualizer {

/// Where a name leads: to a thing, to an instant, or to both.
struct Found {
    Subject subject;
    std::optional<Time> at;
    std::optional<std::uint64_t> event;
};

/// "broker 1", "b1", "P1", "group billing", "orders-0", "o0", "o0@58": a thing of this instant.
/// Nothing when there is no such thing.
std::optional<Subject> subject_named(const lab::Snapshot& snapshot, std::string_view name);

/// A thing, an offset, an instant ("20.5s"), an event ("#1234"), a message on its way by its API,
/// or words of the story: the next line that has them, from this instant on, then from the
/// beginning. Case does not matter.
std::optional<Found> find(const lab::Snapshot& snapshot, const lab::Course& course,
                          std::string_view text);

}  // namespace gregor::visualizer
