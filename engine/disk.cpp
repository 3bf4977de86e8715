#include "engine/disk.h"

#include "engine/check.h"
#include "engine/resources.h"

#include <algorithm>

namespace gregor {

namespace {
/// Writes closer together than this share one mark of the page cache.
constexpr Duration mark_width = milliseconds(100);
}  // namespace

Disk::File& Disk::file(FileId id)
{
    if (id >= files_.size()) files_.resize(id + 1);
    return files_[id];
}

Time Disk::occupy(Time now, std::int64_t bytes)
{
    const Time start = std::max(now, busy_until_);
    const Duration transfer =
        spec_.rate && bytes > 0 ? transmission_time(bytes, *spec_.rate) : Duration{};
    busy_until_ = start + transfer;
    return busy_until_ + spec_.latency;
}

std::optional<Time> Disk::write(Time now, FileId id, std::int64_t bytes)
{
    GREGOR_CHECK(bytes >= 0);
    File& target = file(id);
    target.size += bytes;
    used_ += bytes;
    if (!target.dirty.empty() && now - target.dirty.back().first < mark_width) {
        target.dirty.back().last = now;
        target.dirty.back().end = target.size;
    } else {
        write_back(now, target);
        target.dirty.push_back(Mark{now, now, target.size});
    }
    if (!throttled()) return std::nullopt;
    return occupy(now, bytes);
}

void Disk::write_back(Time now, File& target) const
{
    while (!target.dirty.empty() && target.dirty.front().last + spec_.writeback <= now) {
        target.durable = std::max(target.durable, target.dirty.front().end);
        target.dirty.pop_front();
    }
    if (target.held_back) target.durable = std::min(target.durable, *target.held_back);
}

Time Disk::flush(Time now, FileId id)
{
    File& target = file(id);
    target.durable = target.size;
    target.held_back.reset();
    target.dirty.clear();
    return occupy(now, 0);  // a device with a rate has taken each write when it was made
}

void Disk::flush_all()
{
    for (File& each : files_) {
        each.durable = each.size;
        each.held_back.reset();
        each.dirty.clear();
    }
}

void Disk::truncate(Time now, FileId id, std::int64_t bytes)
{
    File& target = file(id);
    write_back(now, target);
    used_ -= target.size - std::max(bytes, target.released);
    target.size = bytes;
    target.released = std::min(target.released, bytes);
    target.durable = std::min(target.durable, bytes);
    while (!target.dirty.empty() && target.dirty.back().end > bytes) target.dirty.pop_back();
}

void Disk::release(FileId id, std::int64_t bytes)
{
    File& target = file(id);
    target.released += bytes;
    GREGOR_CHECK(target.released <= target.size);
    used_ -= bytes;
}

void Disk::hold_back(FileId id, std::int64_t offset)
{
    File& target = file(id);
    target.held_back = offset;
    target.durable = std::min(target.durable, offset);
}

const std::vector<std::int64_t>& Disk::lose_power(Time now)
{
    survivors_.clear();
    for (File& each : files_) {
        write_back(now, each);
        used_ -= each.size - std::max(each.durable, each.released);
        each.size = each.durable;
        each.released = std::min(each.released, each.durable);
        each.dirty.clear();
        survivors_.push_back(each.durable);
    }
    busy_until_ = now;
    return survivors_;
}

void Disk::replace()
{
    files_.clear();
    survivors_.clear();
    used_ = 0;
}

}  // namespace gregor
