#pragma once

#include "model/types.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gregor {

/// The last offset of each key in the dirty part of a log, as far as there is room. Kafka keeps 24
/// bytes for each: a hash of the key, which it takes for the key, and the offset.
/// Source: class SkimpyOffsetMap.
class OffsetMap {
public:
    static constexpr std::int64_t bytes_per_slot = 24;

    explicit OffsetMap(std::int64_t capacity) : capacity_(capacity) {}
    /// Keys that fit when `buffer_bytes` are shared by that many threads.
    static std::int64_t capacity_of(std::int64_t buffer_bytes, std::int64_t threads,
                                    std::int64_t load_factor_millionths)
    {
        return buffer_bytes / threads / bytes_per_slot * load_factor_millionths / 1'000'000;
    }

    bool full() const { return static_cast<std::int64_t>(last_.size()) >= capacity_; }
    void put(std::string_view key, Offset offset)
    {
        const auto at = last_.find(key);
        if (at == last_.end()) {
            last_.emplace(key, offset);
        } else {
            at->second = offset;
        }
        latest_ = offset;
    }
    /// -1 for a key that was not put.
    Offset find(std::string_view key) const
    {
        const auto at = last_.find(key);
        return at == last_.end() ? no_offset : at->second;
    }
    /// How far the map reaches: records above it are not in it.
    Offset latest_offset() const { return latest_; }
    void set_latest_offset(Offset offset) { latest_ = offset; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const
        {
            return std::hash<std::string_view>{}(key);
        }
    };

    std::unordered_map<std::string, Offset, Hash, std::equal_to<>> last_;  // lookup only
    std::int64_t capacity_;
    Offset latest_{no_offset};
};

}  // namespace gregor
