#pragma once

#include "model/lab/cli/commands.h"

namespace gregor::lab {

/// Kafka's own command against the cluster at one instant of a recording.
void add_at(CLI::App& app, Command& command);

}  // namespace gregor::lab
