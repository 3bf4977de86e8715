#pragma once

#include "visualizer/panels/inspector_facts.h"

namespace gregor::visualizer {

/// Statistics of a stretch of the run: its faults, what happened how often, mean and maximum of
/// every metric that was measured.
Sheet range_sheet(const lab::Course& course, const TimeRange& range);

}  // namespace gregor::visualizer
