#include "engine/page_cache.h"

#include <algorithm>

namespace gregor {

PageCache::PageCache(std::int64_t bytes) : limit_(std::max<std::int64_t>(1, bytes / extent_bytes))
{
}

PageCache::Missed PageCache::touch(FileId file, std::int64_t from, std::int64_t bytes)
{
    Missed missed;
    if (!is_limited() || bytes <= 0) return missed;
    if (file >= last_use_.size()) last_use_.resize(file + 1);
    const auto first = static_cast<std::size_t>(std::max<std::int64_t>(from, 0) / extent_bytes);
    const auto last =
        static_cast<std::size_t>((std::max<std::int64_t>(from, 0) + bytes - 1) / extent_bytes);
    std::vector<std::uint64_t>& own = last_use_[file];
    if (last >= own.size()) own.resize(last + 1, 0);
    bool reading = false;
    for (std::size_t extent = first; extent <= last; ++extent) {
        if (own[extent] == 0) {
            missed.bytes += extent_bytes;
            missed.seeks += reading ? 0 : 1;
            reading = true;
            ++cached_;
        } else {
            reading = false;
        }
        if (own[extent] == uses_ && uses_ > 0) continue;  // the very last one used
        own[extent] = ++uses_;
        order_.push_back(Use{uses_, file, extent});
    }
    evict();
    if (order_.size() > 4 * static_cast<std::size_t>(limit_) + 64) forget_outdated();
    return missed;
}

bool PageCache::is_outdated(const Use& use) const
{
    return last_use_[use.file][use.extent] != use.number;
}

void PageCache::forget_outdated()
{
    std::erase_if(order_, [this](const Use& use) { return is_outdated(use); });
}

void PageCache::evict()
{
    while (cached_ > limit_) {
        const Use oldest = order_.front();
        order_.pop_front();
        if (is_outdated(oldest)) continue;
        last_use_[oldest.file][oldest.extent] = 0;
        --cached_;
    }
}

void PageCache::clear()
{
    last_use_.clear();
    order_.clear();
    cached_ = 0;
}

}  // namespace gregor
