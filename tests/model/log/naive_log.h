#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

/// A log as a list of lists of records, with every rule written in the plainest way and nothing
/// shared with the model: the oracle of the random histories.
namespace gregor::naive {

struct Record {
    std::int64_t offset{}, timestamp{};
    int key{};
    bool tombstone = false;
};

struct Batch {
    std::int64_t first{}, last{}, bytes{}, max_timestamp{};
    std::optional<std::int64_t> horizon;
    std::vector<Record> records;
};

struct Segment {
    std::int64_t base{};
    std::int64_t file_time{};
    std::vector<Batch> batches;

    std::int64_t bytes() const
    {
        std::int64_t sum = 0;
        for (const Batch& each : batches) sum += each.bytes;
        return sum;
    }
    std::int64_t newest() const
    {
        std::int64_t newest = -1;
        for (const Batch& each : batches) newest = std::max(newest, each.max_timestamp);
        return newest < 0 ? file_time : newest;
    }
};

struct Rules {
    std::int64_t segment_bytes{}, segment_ms{}, retention_bytes{}, retention_ms{},
        delete_retention_ms{};
};

class Log {
public:
    explicit Log(const Rules& rules, std::int64_t now) : rules_(rules)
    {
        segments_.push_back({0, now, {}});
    }

    std::int64_t start() const { return start_; }
    std::int64_t end() const { return end_; }
    std::int64_t high_watermark() const { return high_watermark_; }
    const std::vector<Segment>& segments() const { return segments_; }

    void append(Batch batch, std::int64_t now)
    {
        const Segment& active = segments_.back();
        const bool old =
            !active.batches.empty() &&
            batch.max_timestamp - active.batches.front().max_timestamp > rules_.segment_ms;
        if (active.bytes() + batch.bytes > rules_.segment_bytes || old) roll(now);
        segments_.back().batches.push_back(batch);
        segments_.back().file_time = now;
        end_ = batch.last + 1;
    }
    void roll(std::int64_t now)
    {
        if (segments_.back().base == end_) segments_.pop_back();
        segments_.push_back({end_, now, {}});
    }
    void set_high_watermark(std::int64_t to) { high_watermark_ = std::clamp(to, start_, end_); }
    bool move_start(std::int64_t to)
    {
        if (to > high_watermark_) return false;
        start_ = std::max(start_, to);
        return true;
    }
    void retain(std::int64_t now)
    {
        delete_while(
            [&](std::size_t i) {
                return i + 1 < segments_.size() && segments_[i + 1].base <= start_;
            },
            now);
        std::int64_t all = 0;
        for (const Segment& each : segments_) all += each.bytes();
        delete_while(
            [&](std::size_t i) {
                std::int64_t gone = 0;
                for (std::size_t k = 0; k <= i; ++k) gone += segments_[k].bytes();
                return all - gone >= rules_.retention_bytes;
            },
            now);
        delete_while(
            [&](std::size_t i) { return now - segments_[i].newest() > rules_.retention_ms; }, now);
    }
    void truncate(std::int64_t to, std::int64_t now)
    {
        if (to >= end_) return;
        if (to < segments_.front().base) {
            segments_ = {{to, now, {}}};
            start_ = to;
        }
        while (segments_.back().base > to) segments_.pop_back();
        auto& batches = segments_.back().batches;
        const auto cut = std::find_if(batches.begin(), batches.end(),
                                      [to](const Batch& each) { return each.last >= to; });
        if (cut != batches.end()) segments_.back().file_time = now;
        batches.erase(cut, batches.end());
        end_ = to;
        start_ = std::min(start_, to);
        if (high_watermark_ > end_) high_watermark_ = end_;
    }
    /// Cleans [dirty, active segment) with a map of that many keys; the next dirty offset.
    std::int64_t clean(std::int64_t dirty, std::size_t keys, std::int64_t now);
    std::vector<Record> records_from(std::int64_t offset) const
    {
        std::vector<Record> found;
        for (const Segment& segment : segments_) {
            for (const Batch& batch : segment.batches) {
                if (batch.last < offset) continue;
                found.insert(found.end(), batch.records.begin(), batch.records.end());
            }
        }
        return found;
    }
    std::optional<std::int64_t> find_time(std::int64_t timestamp) const
    {
        for (const Segment& segment : segments_) {
            if (segment.newest() < timestamp) continue;
            for (const Batch& batch : segment.batches) {
                if (batch.max_timestamp < timestamp) continue;
                for (const Record& each : batch.records) {
                    if (each.timestamp >= timestamp && each.offset >= start_) return each.offset;
                }
            }
            return std::nullopt;
        }
        return std::nullopt;
    }

private:
    template <class Expired>
    void delete_while(Expired&& expired, std::int64_t now)
    {
        std::size_t count = 0;
        while (count < segments_.size()) {
            const bool last = count + 1 == segments_.size();
            const std::int64_t upper = last ? end_ : segments_[count + 1].base;
            if (high_watermark_ < upper || (last && segments_[count].batches.empty())) break;
            if (!expired(count)) break;
            ++count;
        }
        if (count == segments_.size()) segments_.push_back({end_, now, {}});
        if (count > 0) start_ = std::max(start_, segments_[count].base);
        segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    Rules rules_;
    std::vector<Segment> segments_;
    std::int64_t start_ = 0, end_ = 0, high_watermark_ = 0;
};

/// What of a batch outlives a pass; its size is not the oracle's business.
inline void keep_survivors(Batch& batch, const std::map<int, std::int64_t>& last_of,
                           std::int64_t reached, std::int64_t now, std::int64_t keep_deletes_ms)
{
    std::erase_if(batch.records, [&](const Record& each) {
        if (each.offset > reached) return false;
        const auto last = last_of.find(each.key);
        if (last != last_of.end() && last->second > each.offset) return true;
        return each.tombstone && batch.horizon && *batch.horizon <= now;
    });
    const bool deletes = std::any_of(batch.records.begin(), batch.records.end(),
                                     [](const Record& each) { return each.tombstone; });
    if (deletes && !batch.horizon) batch.horizon = now + keep_deletes_ms;
}

inline std::int64_t Log::clean(std::int64_t dirty, std::size_t keys, std::int64_t now)
{
    const std::int64_t upper = segments_.back().base;
    std::map<int, std::int64_t> last_of;
    std::int64_t reached = dirty - 1;
    bool full = false;
    for (std::size_t i = 0; i + 1 < segments_.size() && !full && dirty < upper; ++i) {
        if (segments_[i + 1].base <= dirty) continue;
        for (const Batch& batch : segments_[i].batches) {
            for (const Record& each : batch.records) {
                if (each.offset < dirty || full) continue;
                full = last_of.size() >= keys;
                if (!full) last_of[each.key] = reached = each.offset;
            }
            if (full) break;
            if (batch.last >= dirty) reached = batch.last;
        }
        if (!full) reached = segments_[i + 1].base - 1;
    }
    for (std::size_t i = 0; i + 1 < segments_.size(); ++i) {
        if (segments_[i].base > reached) break;
        for (Batch& batch : segments_[i].batches) {
            keep_survivors(batch, last_of, reached, now, rules_.delete_retention_ms);
        }
        std::erase_if(segments_[i].batches, [upper](const Batch& batch) {
            return batch.records.empty() && batch.last + 1 != upper;
        });
    }
    return reached + 1;
}

}  // namespace gregor::naive
