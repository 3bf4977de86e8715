#pragma once

#include "engine/resources.h"

#include <memory>
#include <span>

namespace gregor::lab {

/// Resources `fixed`, for runs in the caller's own process.
std::unique_ptr<Resources> fixed_resources(std::span<const LinkSpec> links);
/// The same, of which a recording can be made.
std::unique_ptr<Resources> recording_fixed_resources(std::span<const LinkSpec> links);

}  // namespace gregor::lab
