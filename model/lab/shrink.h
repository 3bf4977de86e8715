#pragma once

#include <nlohmann/json.hpp>

#include <functional>

namespace gregor::lab {

/// Takes steps of the script and clients out of a scenario, one after another, as long as
/// `still_shows` says of what is left that it shows the same; what cannot be missed stays. The last
/// go first, and a step that only waited for one that went is tried without waiting.
nlohmann::json shrink(nlohmann::json scenario,
                      const std::function<bool(const nlohmann::json&)>& still_shows);

}  // namespace gregor::lab
