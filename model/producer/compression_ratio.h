#pragma once

#include <algorithm>

namespace gregor {

/// What a producer takes for the ratio of a topic after a batch with this one: better news count a
/// little, worse ones at once. Source: class CompressionRatioEstimator.
inline float next_compression_ratio(float estimate, float observed)  // as Kafka rounds
{
    constexpr float improving_step = 0.005F;     // as Kafka rounds
    constexpr float deteriorating_step = 0.05F;  // as Kafka rounds
    if (observed > estimate) return std::max(estimate + deteriorating_step, observed);
    return observed < estimate ? std::max(estimate - improving_step, observed) : estimate;
}

}  // namespace gregor
