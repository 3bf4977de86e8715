#pragma once

#include "model/effects.h"

#include <cstdint>
#include <limits>

/// What a broker goes on with when its disk is through with something.
namespace gregor {

/// A step that goes on when a throttled disk has taken the bytes.
struct PendingWrite {
    static constexpr std::uint32_t no_fetcher = std::numeric_limits<std::uint32_t>::max();
    Tag tag;
    Envelope from;
    Message message;
    std::uint32_t fetcher = no_fetcher;  ///< a follower's answer; else a produce request
};

/// Who goes on when a flush is over that flush.messages asked for (UnifiedLog.append flushes in the
/// thread that appends).
struct PendingFlush {
    static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();
    Tag tag;  ///< of the last flush
    std::uint32_t produce = nobody;
    std::uint32_t fetcher = nobody;
};

/// An answer that waits for records from the disk.
struct PendingAnswer {
    Tag tag;  ///< of the last read
    Envelope to;
    Message message;
};

}  // namespace gregor
