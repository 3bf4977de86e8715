#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gregor {

/// Records of which only the key, the timestamp and the sizes matter, packed into about four bytes
/// each: what a load with keys sends. A key is the number of a word, "k17" for 17; values are of
/// one size.
class KeyedRecords {
public:
    struct Item {
        std::int32_t offset_delta{};
        std::int64_t key{};
        std::int64_t timestamp_ms{};
        bool null_value = false;

        std::int32_t key_size() const;
    };
    /// Goes through the records in order.
    class Cursor {
    public:
        bool at_end() const { return left_.empty(); }
        /// Precondition: not at the end.
        Item next();

    private:
        friend class KeyedRecords;
        explicit Cursor(std::string_view packed) : left_(packed) {}
        std::int64_t number();

        std::string_view left_;
        std::int64_t next_delta_ = 0;
        std::int64_t timestamp_ms_ = 0;
    };

    /// "k17" for 17.
    static std::string key_text(std::int64_t key) { return "k" + std::to_string(key); }

    KeyedRecords() = default;
    /// Precondition: `value_size` is not negative.
    explicit KeyedRecords(std::int32_t value_size) : value_size_(value_size) {}

    /// Offset deltas must rise.
    void push(const Item& item);
    Cursor begin() const { return Cursor(packed_); }
    bool empty() const { return packed_.empty(); }
    std::int32_t count() const { return count_; }
    std::int32_t value_size() const { return value_size_; }
    /// Bytes of one of them in a batch whose timestamps are relative to `base_timestamp_ms`.
    std::int32_t size_of(const Item& item, std::int64_t base_timestamp_ms) const;
    /// Those numbered from `first` to before `last` (from 0), with deltas that begin at 0 and leave
    /// no gap.
    KeyedRecords part(std::int32_t first, std::int32_t last) const;
    /// Gives back room that was kept for more.
    void shrink() { packed_.shrink_to_fit(); }

private:
    void put(std::int64_t number);

    std::string packed_;  // of each: gap before it and null value, key, timestamp since the last
    std::int64_t last_timestamp_ms_ = 0;
    std::int32_t next_delta_ = 0;
    std::int32_t count_ = 0;
    std::int32_t value_size_ = 0;
};

}  // namespace gregor
