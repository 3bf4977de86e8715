#pragma once

#include "engine/time.h"

#include <cstdint>

namespace gregor {

/// A node's wall clock over kernel time: an offset and a drift. Timers do not use it (they run on
/// kernel time, as a monotonic clock does); only timestamps and what is derived from them do.
class Clock {
public:
    Time read(Time now) const
    {
        const Duration since = now - set_at_;
        return base_ + since + drift_over(since);
    }
    /// Sets the clock to kernel time plus `offset`.
    void set_offset(Time now, Duration offset)
    {
        base_ = now + offset;
        set_at_ = now;
    }
    /// Moves the clock by `by`, which may be negative.
    void jump(Time now, Duration by)
    {
        base_ = read(now) + by;
        set_at_ = now;
    }
    /// Parts per billion the clock runs fast (positive) or slow, in -10^8 .. 10^8.
    void set_drift(Time now, std::int64_t parts_per_billion)
    {
        base_ = read(now);
        set_at_ = now;
        drift_parts_per_billion_ = parts_per_billion;
    }

private:
    Duration drift_over(Duration since) const
    {
        return {since.nanoseconds / 1'000'000'000 * drift_parts_per_billion_ +
                since.nanoseconds % 1'000'000'000 * drift_parts_per_billion_ / 1'000'000'000};
    }

    Time base_;
    Time set_at_;
    std::int64_t drift_parts_per_billion_ = 0;
};

}  // namespace gregor
