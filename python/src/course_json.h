#pragma once

#include "model/lab/course.h"

#include <nlohmann/json.hpp>

namespace gregor::python {

/// Story, marks and faults of a run; times in nanoseconds under names that end in _ns.
nlohmann::json to_json(const lab::Course& course);

}  // namespace gregor::python
