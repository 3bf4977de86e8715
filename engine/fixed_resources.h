#pragma once

#include "engine/resources.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace gregor {

/// Resources by closed form: every link has one queue in the order of starts (FIFO), where SimGrid
/// shares a link fairly among what crosses it. A transmission starts when every link of its route
/// is free, goes at the rate of the slowest one, and keeps all of them until it ends.
///
/// * Where nothing contends the ends are those of SimGrid, to the nanosecond.
/// * Where one link is the bottleneck of all, both never let it idle, so a busy period ends at the
///   same instant. Within it, transmission k ends here at most as much later as there was left to
///   send at its start, and at most as much earlier as was started after it.
/// * Where several links are contended there is no such bound: a transmission that waits for one
///   link holds none, but one that goes keeps its fast links for as long as its slow one needs.
///
/// Ends are promised at the start. So a new rate counts for later starts only, and giving up a
/// transmission frees its links only where nothing was queued behind it.
class FixedResources final : public Resources {
public:
    explicit FixedResources(std::span<const LinkSpec> links);

    std::optional<Time> start(std::uint64_t number, Time now, std::span<const LinkId> route,
                              std::int64_t bytes) override;
    void cancel(std::uint64_t number, Time now) override;
    void set_rate(LinkId link, std::int64_t bytes_per_second, Time now) override;
    bool reserves() const override { return true; }
    std::unique_ptr<Resources> clone() const override;

private:
    static constexpr std::uint64_t no_number = ~std::uint64_t{0};
    struct Link {
        std::int64_t bytes_per_second;
        Time free;                              // when everything started so far has passed
        Time free_before;                       // the same without the last one
        std::uint64_t last_number = no_number;  // the transmission started last
    };
    std::vector<Link> links_;
};

}  // namespace gregor
