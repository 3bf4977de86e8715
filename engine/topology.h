#pragma once

#include "engine/check.h"
#include "engine/process.h"
#include "engine/resources.h"
#include "engine/time.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace gregor {

/// A host or a switch of the platform.
using PlaceId = Id<struct PlaceTag, std::uint32_t>;

/// The platform: hosts and switches joined by directed links, the routes over it, and which
/// ordered pairs of hosts are cut from each other at present. Node n of the simulation is the n-th
/// host. A value: copies share the graph and the routes, and have rates and cuts of their own.
class Topology {
public:
    Topology();
    ~Topology();
    Topology(const Topology&);
    Topology& operator=(const Topology&);
    Topology(Topology&&) noexcept;
    Topology& operator=(Topology&&) noexcept;

    /// Every host on one switch, by an up and a down link: 2n and 2n + 1 for host n. Finished.
    static Topology star(std::size_t hosts, const LinkSpec& up, const LinkSpec& down);

    PlaceId add_host();
    PlaceId add_switch();
    /// Links are numbered 0, 1, 2, ... in the order they are added.
    LinkId add_link(PlaceId from, PlaceId to, const LinkSpec& spec);
    /// Computes the routes: least latency, then fewest links, then the lowest link numbers from
    /// the end of the route on. To be called after the last add_ and before everything below.
    void finish();

    std::size_t host_count() const { return host_count_; }
    std::size_t link_count() const { return links_.size(); }
    const LinkSpec& link(LinkId link) const { return links_[link]; }
    std::span<const LinkSpec> links() const { return links_; }
    void set_rate(LinkId link, std::int64_t bytes_per_second);

    /// Empty within one host, and where no way exists.
    std::span<const LinkId> route(NodeId from, NodeId to) const
    {
        GREGOR_CHECK(routes_ != nullptr);
        const std::size_t pair = index(from, to);
        const std::uint32_t begin = routes_->begins[pair];
        return {routes_->links.data() + begin, routes_->begins[pair + 1] - begin};
    }
    bool has_route(NodeId from, NodeId to) const { return from == to || !route(from, to).empty(); }
    /// The sum over the route.
    Duration latency(NodeId from, NodeId to) const
    {
        Duration sum;
        for (const LinkId link : route(from, to)) sum = sum + links_[link].latency;
        return sum;
    }
    /// The lowest rate on the route; without limit within one host.
    std::int64_t bottleneck(NodeId from, NodeId to) const
    {
        std::int64_t rate = INT64_MAX;
        for (const LinkId link : route(from, to)) {
            const std::int64_t own = links_[link].bytes_per_second;
            rate = own < rate ? own : rate;
        }
        return rate;
    }

    void cut(NodeId from, NodeId to);
    void heal(NodeId from, NodeId to);
    bool is_cut(NodeId from, NodeId to) const { return !cuts_.empty() && cuts_[index(from, to)]; }
    std::size_t cut_count() const { return cut_count_; }

    /// The hosts that `from` reaches under the present cuts, directly or through other hosts, in
    /// order, itself included.
    std::vector<NodeId> reachable(NodeId from) const;
    /// Groups of hosts that all reach each other under the present cuts: each in order, and the
    /// groups in the order of their first hosts.
    std::vector<std::vector<NodeId>> components() const;
    /// A smallest set of links whose loss leaves no way from `from` to `to` (max-flow min-cut), of
    /// several the one nearest to `from`. In order. Empty when there is no way, and for from == to.
    std::vector<LinkId> cut_set(NodeId from, NodeId to) const;

private:
    struct Graph;
    struct Routes {
        std::vector<std::uint32_t> begins;  // of each ordered pair, in links; and the end
        std::vector<LinkId> links;
    };

    std::size_t index(NodeId from, NodeId to) const
    {
        return static_cast<std::size_t>(from.value) * host_count_ +
               static_cast<std::size_t>(to.value);
    }
    Graph& own_graph();
    bool passes(NodeId from, NodeId to) const
    {
        return from != to && has_route(from, to) && !is_cut(from, to);
    }

    std::shared_ptr<Graph> graph_;  // changed by own_graph only
    std::shared_ptr<const Routes> routes_;
    std::vector<LinkSpec> links_;
    std::vector<bool> cuts_;  // by ordered pair; empty as long as nothing was ever cut
    std::size_t host_count_ = 0;
    std::size_t cut_count_ = 0;
};

}  // namespace gregor
