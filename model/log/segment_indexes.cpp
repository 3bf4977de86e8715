#include "model/log/segment_indexes.h"

namespace gregor {

bool OffsetIndex::append(Entry entry, std::int64_t max_bytes)
{
    if (is_full(max_bytes)) return false;
    if (!entries_.empty() && entry.offset.value <= entries_.back().first) return false;
    entries_.push({entry.offset.value, entry.position});
    return true;
}

OffsetIndex::Entry OffsetIndex::at(std::int64_t index) const
{
    const SteppedPairs::Pair pair = entries_.at(index);
    return {Offset{pair.first}, pair.second};
}

OffsetIndex::Entry OffsetIndex::lookup(Offset offset, Offset segment_base) const
{
    const std::int64_t below =
        entries_.count_leading([&](auto entry) { return entry.first <= offset.value; });
    return below == 0 ? Entry{segment_base, 0} : at(below - 1);
}

std::optional<OffsetIndex::Entry> OffsetIndex::upper_bound_of_position(std::int64_t position) const
{
    std::int64_t slot = entries_.count_leading([&](auto entry) { return entry.second < position; });
    if (slot == 0 && size() > 0 && at(0).position == position) slot = 1;
    if (slot >= size()) return std::nullopt;
    return at(slot);
}

void OffsetIndex::truncate_to(Offset offset)
{
    entries_.keep(entries_.count_leading([&](auto entry) { return entry.first < offset.value; }));
}

bool TimeIndex::maybe_append(Entry entry, std::int64_t max_bytes)
{
    if (is_full(max_bytes)) return false;
    close_with(entry);
    return true;
}

void TimeIndex::close_with(Entry entry)
{
    const std::int64_t last = entries_.empty() ? -1 : entries_.back().first;
    if (entry.timestamp_ms > last) entries_.push({entry.timestamp_ms, entry.offset.value});
}

TimeIndex::Entry TimeIndex::at(std::int64_t index) const
{
    const SteppedPairs::Pair pair = entries_.at(index);
    return {pair.first, Offset{pair.second}};
}

TimeIndex::Entry TimeIndex::lookup(std::int64_t timestamp_ms, Offset segment_base) const
{
    const std::int64_t below =
        entries_.count_leading([&](auto entry) { return entry.first <= timestamp_ms; });
    return below == 0 ? Entry{-1, segment_base} : at(below - 1);
}

TimeIndex::Entry TimeIndex::last(Offset segment_base) const
{
    return entries_.empty() ? Entry{-1, segment_base} : at(size() - 1);
}

void TimeIndex::truncate_to(Offset offset)
{
    entries_.keep(entries_.count_leading([&](auto entry) { return entry.second < offset.value; }));
}

void TransactionIndex::truncate_to(Offset offset)
{
    while (!entries_.empty() && entries_.back().last_offset >= offset) entries_.pop_back();
}

bool TransactionIndex::collect(Offset from, Offset upper,
                               std::vector<AbortedTransaction>& found) const
{
    for (const AbortedTransaction& each : entries_) {
        if (each.last_offset >= from && each.first_offset < upper) found.push_back(each);
        if (each.last_stable_offset >= upper) return true;
    }
    return false;
}

}  // namespace gregor
