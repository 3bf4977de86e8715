#include "engine/fixed_resources.h"

#include "engine/check.h"

#include <algorithm>

namespace gregor {

FixedResources::FixedResources(std::span<const LinkSpec> links)
{
    links_.reserve(links.size());
    for (const LinkSpec& link : links) {
        GREGOR_CHECK(link.bytes_per_second >= 1);
        links_.push_back(Link{link.bytes_per_second, Time{}, Time{}});
    }
}

std::optional<Time> FixedResources::start(std::uint64_t number, Time now,
                                          std::span<const LinkId> route, std::int64_t bytes)
{
    if (route.empty()) return now;  // within one host
    Time begin = now;
    std::int64_t rate = links_[route.front()].bytes_per_second;
    for (const LinkId id : route) {
        begin = std::max(begin, links_[id].free);
        rate = std::min(rate, links_[id].bytes_per_second);
    }
    const Time end = begin + transmission_time(bytes, rate);
    for (const LinkId id : route) {
        Link& link = links_[id];
        link.free_before = link.free;
        link.free = end;
        link.last_number = number;
    }
    return end;
}

void FixedResources::cancel(std::uint64_t number, Time now)
{
    for (Link& link : links_) {
        if (link.last_number != number) continue;
        link.free = std::min(link.free, std::max(now, link.free_before));
        link.last_number = no_number;
    }
}

void FixedResources::set_rate(LinkId link, std::int64_t bytes_per_second, Time)
{
    GREGOR_CHECK(bytes_per_second >= 1);
    links_[link].bytes_per_second = bytes_per_second;
}

std::unique_ptr<Resources> FixedResources::clone() const
{
    return std::make_unique<FixedResources>(*this);
}

}  // namespace gregor
