#include "model/lab/own_resources.h"

#include "engine/fixed_resources.h"
#include "engine/recorded_resources.h"

namespace gregor::lab {

std::unique_ptr<Resources> fixed_resources(std::span<const LinkSpec> links)
{
    return std::make_unique<FixedResources>(links);
}

std::unique_ptr<Resources> recording_fixed_resources(std::span<const LinkSpec> links)
{
    return std::make_unique<RecordingResources>(fixed_resources(links), links);
}

}  // namespace gregor::lab
