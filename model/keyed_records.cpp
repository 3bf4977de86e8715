#include "model/keyed_records.h"

#include "engine/check.h"
#include "model/record.h"

namespace gregor {

namespace {

std::uint64_t zigzag(std::int64_t number)
{
    return static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
}

std::int64_t back_from_zigzag(std::uint64_t number)
{
    return static_cast<std::int64_t>(number >> 1) ^ -static_cast<std::int64_t>(number & 1);
}

}  // namespace

std::int32_t KeyedRecords::Item::key_size() const
{
    std::int32_t size = 2;
    for (std::int64_t rest = key; rest >= 10; rest /= 10) ++size;
    return size;
}

void KeyedRecords::put(std::int64_t number)
{
    std::uint64_t rest = zigzag(number);
    for (; rest >= 0x80; rest >>= 7) packed_.push_back(static_cast<char>(rest | 0x80));
    packed_.push_back(static_cast<char>(rest));
}

std::int64_t KeyedRecords::Cursor::number()
{
    std::uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(left_.front());
        left_.remove_prefix(1);
        number |= std::uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80) return back_from_zigzag(number);
    }
}

void KeyedRecords::push(const Item& item)
{
    GREGOR_CHECK(item.offset_delta >= next_delta_ && item.key >= 0);
    const std::int64_t gap = item.offset_delta - next_delta_;
    put(item.null_value ? -gap - 1 : gap);
    put(item.key);
    put(item.timestamp_ms - last_timestamp_ms_);
    next_delta_ = item.offset_delta + 1;
    last_timestamp_ms_ = item.timestamp_ms;
    ++count_;
}

KeyedRecords::Item KeyedRecords::Cursor::next()
{
    Item item;
    const std::int64_t gap = number();
    item.null_value = gap < 0;
    item.offset_delta = static_cast<std::int32_t>(next_delta_ + (gap < 0 ? -gap - 1 : gap));
    item.key = number();
    timestamp_ms_ += number();
    item.timestamp_ms = timestamp_ms_;
    next_delta_ = item.offset_delta + 1;
    return item;
}

std::int32_t KeyedRecords::size_of(const Item& item, std::int64_t base_timestamp_ms) const
{
    return record_size(item.offset_delta, item.timestamp_ms - base_timestamp_ms, item.key_size(),
                       item.null_value ? -1 : value_size_);
}

KeyedRecords KeyedRecords::part(std::int32_t first, std::int32_t last) const
{
    KeyedRecords taken(value_size_);
    std::int32_t number = 0;
    for (Cursor at = begin(); !at.at_end(); ++number) {
        Item item = at.next();
        if (number < first || number >= last) continue;
        item.offset_delta = number - first;
        taken.push(item);
    }
    taken.shrink();
    return taken;
}

}  // namespace gregor
