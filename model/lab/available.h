#pragma once

#include "model/lab/diagnostic.h"
#include "model/lab/scenario.h"

#include <string>
#include <vector>

namespace gregor::lab {

/// What the language can say and this version of the model cannot play yet: to be refused before a
/// run, so that nothing passes because it was not looked at.
std::vector<Diagnostic> find_unavailable(const Scenario& scenario);
/// The part of it that is about values and changes of settings.
void find_unavailable_settings(const Scenario& scenario, std::vector<Diagnostic>& found);

/// What is accepted because real clusters have it, and changes nothing of a run: one line each,
/// "/topics/0/config: retention.ms has no effect in this version".
std::vector<std::string> find_without_effect(const Scenario& scenario);

}  // namespace gregor::lab
