#pragma once

#include "engine/process.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace gregor {

/// Which parts of a node's files are in memory: the least recently used go first. Counted in
/// extents of one mebibyte, so what is touched is rounded out to them. A value.
class PageCache {
public:
    static constexpr std::int64_t extent_bytes = 1 << 20;

    /// Without limit: everything stays in memory.
    PageCache() = default;
    /// At least one extent.
    explicit PageCache(std::int64_t bytes);

    bool is_limited() const { return limit_ > 0; }
    /// What is written is in memory.
    void write(FileId file, std::int64_t from, std::int64_t bytes) { touch(file, from, bytes); }
    /// What is read is in memory from then on.
    struct Missed {
        std::int64_t bytes = 0;  ///< that come from the disk
        std::int64_t seeks = 0;  ///< places from which they are read
    };
    Missed read(FileId file, std::int64_t from, std::int64_t bytes)
    {
        return touch(file, from, bytes);
    }
    /// Power is lost.
    void clear();
    std::int64_t cached_bytes() const { return cached_ * extent_bytes; }

private:
    struct Use {
        std::uint64_t number{};
        FileId file{};
        std::size_t extent{};
    };
    Missed touch(FileId file, std::int64_t from, std::int64_t bytes);
    void evict();
    bool is_outdated(const Use& use) const;
    void forget_outdated();

    std::int64_t limit_ = 0;  // extents
    std::int64_t cached_ = 0;
    std::uint64_t uses_ = 0;
    std::vector<std::vector<std::uint64_t>> last_use_;  // by file and extent; 0: not in memory
    std::deque<Use> order_;                             // oldest first; some were used again later
};

}  // namespace gregor
