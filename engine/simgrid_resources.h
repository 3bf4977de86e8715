#pragma once

#include "engine/resources.h"

#include <memory>
#include <span>

namespace gregor {

/// Resources by SimGrid: transmissions share links max-min fairly, as long TCP streams do.
/// At most one in the life of a process (SimGrid has one engine, which cannot be made anew);
/// a second call throws CheckFailed. Installs no signal handler, reads no command line, prints
/// nothing. `clone` gives null.
std::unique_ptr<Resources> make_simgrid_resources(std::span<const LinkSpec> links);

}  // namespace gregor
