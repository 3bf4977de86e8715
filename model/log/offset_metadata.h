#pragma once

#include "model/types.h"

#include <cstdint>

namespace gregor {

/// An offset, with or without the place where it stands. Source: class LogOffsetMetadata.
struct OffsetMetadata {
    Offset offset;
    Offset segment_base{no_offset};
    std::int64_t position = -1;  ///< bytes from the beginning of the segment; -1: not known

    bool offset_only() const { return segment_base == no_offset; }
    bool on_older_segment_than(const OffsetMetadata& other) const
    {
        return !offset_only() && !other.offset_only() && segment_base < other.segment_base;
    }
    bool operator==(const OffsetMetadata&) const = default;
};

}  // namespace gregor
