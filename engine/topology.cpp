#include "engine/topology.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>
#include <boost/graph/edmonds_karp_max_flow.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/property_map/function_property_map.hpp>
#include <boost/range/iterator_range.hpp>

#include <algorithm>
#include <compare>
#include <functional>
#include <limits>
#include <utility>

namespace gregor {

namespace {

struct LinkOfEdge {
    LinkId link = 0;
};
using Platform = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS,
                                       boost::no_property, LinkOfEdge>;
using Vertex = boost::graph_traits<Platform>::vertex_descriptor;

/// What a route costs. The number of links is the second criterion, and keeps links without
/// latency from making circles.
struct Cost {
    std::int64_t nanoseconds = 0;
    std::uint32_t links = 0;
    constexpr auto operator<=>(const Cost&) const = default;
};
constexpr LinkId no_link = std::numeric_limits<LinkId>::max();
constexpr Cost unreachable{std::numeric_limits<std::int64_t>::max(), 0};

Cost operator+(const Cost& a, const Cost& b)
{
    return {a.nanoseconds + b.nanoseconds, a.links + b.links};
}

/// Hosts as vertices, an edge for each ordered pair that may talk.
using HostGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

// Max-flow wants each link as a pair of opposite edges with capacities in properties.
using FlowTraits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
struct FlowVertex {
    FlowTraits::edge_descriptor predecessor;
    boost::default_color_type color = boost::white_color;
};
struct FlowEdge {
    int capacity = 0;
    int residual = 0;
    FlowTraits::edge_descriptor reverse;
    LinkId link = 0;
};
using FlowGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, FlowVertex, FlowEdge>;

FlowGraph flow_graph_of(const Platform& platform)
{
    FlowGraph flow(boost::num_vertices(platform));
    for (const auto edge : boost::make_iterator_range(boost::edges(platform))) {
        const auto from = boost::source(edge, platform);
        const auto to = boost::target(edge, platform);
        const auto there = boost::add_edge(from, to, flow).first;
        const auto back = boost::add_edge(to, from, flow).first;
        flow[there].capacity = 1;
        flow[there].link = platform[edge].link;
        flow[there].reverse = back;
        flow[back].reverse = there;
    }
    return flow;
}

NodeId node(std::size_t number)
{
    return NodeId{static_cast<std::int32_t>(number)};
}

}  // namespace

struct Topology::Graph {
    Platform platform;
    std::vector<Vertex> hosts;
    std::vector<Vertex> sources;  // of each link

    std::vector<Cost> costs_from(std::span<const LinkSpec> links, Vertex source) const;
    /// The last link of the route to each vertex, given the costs from its source.
    std::vector<LinkId> last_links(std::span<const LinkSpec> links,
                                   const std::vector<Cost>& costs) const;
};

Topology::Topology() = default;
Topology::~Topology() = default;
Topology::Topology(const Topology&) = default;
Topology& Topology::operator=(const Topology&) = default;
Topology::Topology(Topology&&) noexcept = default;
Topology& Topology::operator=(Topology&&) noexcept = default;

Topology Topology::star(std::size_t hosts, const LinkSpec& up, const LinkSpec& down)
{
    Topology topology;
    const PlaceId centre = topology.add_switch();
    auto routes = std::make_shared<Routes>();
    routes->begins.reserve(hosts * hosts + 1);
    routes->begins.push_back(0);
    for (std::size_t n = 0; n < hosts; ++n) {
        const PlaceId host = topology.add_host();
        topology.add_link(host, centre, up);
        topology.add_link(centre, host, down);
    }
    // What finish() would find, without the search.
    for (std::size_t from = 0; from < hosts; ++from) {
        for (std::size_t to = 0; to < hosts; ++to) {
            if (from != to) {
                routes->links.push_back(static_cast<LinkId>(2 * from));
                routes->links.push_back(static_cast<LinkId>(2 * to + 1));
            }
            routes->begins.push_back(static_cast<std::uint32_t>(routes->links.size()));
        }
    }
    topology.routes_ = std::move(routes);
    return topology;
}

/// The graph, to be changed: not shared with any copy, and no route is valid any more.
Topology::Graph& Topology::own_graph()
{
    if (graph_ == nullptr) {
        graph_ = std::make_shared<Graph>();
    } else if (graph_.use_count() > 1) {
        graph_ = std::make_shared<Graph>(*graph_);
    }
    routes_ = nullptr;
    return *graph_;
}

PlaceId Topology::add_host()
{
    GREGOR_CHECK(cuts_.empty());
    Graph& graph = own_graph();
    graph.hosts.push_back(boost::add_vertex(graph.platform));
    ++host_count_;
    return PlaceId{static_cast<std::uint32_t>(graph.hosts.back())};
}

PlaceId Topology::add_switch()
{
    return PlaceId{static_cast<std::uint32_t>(boost::add_vertex(own_graph().platform))};
}

LinkId Topology::add_link(PlaceId from, PlaceId to, const LinkSpec& spec)
{
    Graph& graph = own_graph();
    GREGOR_CHECK(std::max(from.value, to.value) < boost::num_vertices(graph.platform));
    GREGOR_CHECK(spec.bytes_per_second >= 1 && spec.latency >= Duration{});
    const auto link = static_cast<LinkId>(links_.size());
    boost::add_edge(from.value, to.value, LinkOfEdge{link}, graph.platform);
    graph.sources.push_back(from.value);
    links_.push_back(spec);
    return link;
}

void Topology::set_rate(LinkId link, std::int64_t bytes_per_second)
{
    GREGOR_CHECK(bytes_per_second >= 1);
    links_[link].bytes_per_second = bytes_per_second;
}

void Topology::finish()
{
    auto routes = std::make_shared<Routes>();
    routes->begins.reserve(host_count_ * host_count_ + 1);
    routes->begins.push_back(0);
    Graph& graph = own_graph();
    for (const Vertex from : graph.hosts) {
        const std::vector<Cost> costs = graph.costs_from(links_, from);
        const std::vector<LinkId> last = graph.last_links(links_, costs);
        for (const Vertex to : graph.hosts) {
            const auto begin = static_cast<std::ptrdiff_t>(routes->links.size());
            for (Vertex at = to; at != from && last[at] != no_link; at = graph.sources[last[at]]) {
                routes->links.push_back(last[at]);
            }
            std::reverse(routes->links.begin() + begin, routes->links.end());
            routes->begins.push_back(static_cast<std::uint32_t>(routes->links.size()));
        }
    }
    routes_ = std::move(routes);
}

std::vector<Cost> Topology::Graph::costs_from(std::span<const LinkSpec> links, Vertex source) const
{
    std::vector<Cost> costs(boost::num_vertices(platform));
    const auto weight = [&](const Platform::edge_descriptor& edge) {
        return Cost{links[platform[edge].link].latency.nanoseconds, 1};
    };
    const auto vertices = boost::get(boost::vertex_index, platform);
    boost::dijkstra_shortest_paths_no_color_map(
        platform, source,
        boost::weight_map(boost::make_function_property_map<Platform::edge_descriptor>(weight))
            .distance_map(boost::make_iterator_property_map(costs.begin(), vertices))
            .distance_compare(std::less<>())
            .distance_combine(std::plus<>())
            .distance_inf(unreachable)
            .distance_zero(Cost{}));
    return costs;
}

std::vector<LinkId> Topology::Graph::last_links(std::span<const LinkSpec> links,
                                                const std::vector<Cost>& costs) const
{
    std::vector<LinkId> last(costs.size(), no_link);
    for (Vertex to = 0; to < last.size(); ++to) {
        for (const auto edge : boost::make_iterator_range(boost::in_edges(to, platform))) {
            const LinkId link = platform[edge].link;
            const Cost& before = costs[boost::source(edge, platform)];
            if (link > last[to] || before == unreachable) continue;
            if (before + Cost{links[link].latency.nanoseconds, 1} == costs[to]) last[to] = link;
        }
    }
    return last;
}

void Topology::cut(NodeId from, NodeId to)
{
    if (from == to) return;
    if (cuts_.empty()) cuts_.resize(host_count_ * host_count_);
    if (!cuts_[index(from, to)]) ++cut_count_;
    cuts_[index(from, to)] = true;
}

void Topology::heal(NodeId from, NodeId to)
{
    if (!is_cut(from, to)) return;
    --cut_count_;
    cuts_[index(from, to)] = false;
}

namespace {

template <class Passes>
HostGraph host_graph(std::size_t hosts, const Passes& passes)
{
    HostGraph graph(hosts);
    for (std::size_t from = 0; from < hosts; ++from) {
        for (std::size_t to = 0; to < hosts; ++to) {
            if (passes(node(from), node(to))) boost::add_edge(from, to, graph);
        }
    }
    return graph;
}

}  // namespace

std::vector<NodeId> Topology::reachable(NodeId from) const
{
    const HostGraph graph =
        host_graph(host_count_, [&](NodeId a, NodeId b) { return passes(a, b); });
    std::vector<boost::default_color_type> colors(host_count_);
    boost::breadth_first_search(graph, static_cast<std::size_t>(from.value),
                                boost::color_map(boost::make_iterator_property_map(
                                    colors.begin(), boost::get(boost::vertex_index, graph))));
    std::vector<NodeId> hosts;
    for (std::size_t host = 0; host < host_count_; ++host) {
        if (colors[host] != boost::white_color) hosts.push_back(node(host));
    }
    return hosts;
}

std::vector<std::vector<NodeId>> Topology::components() const
{
    const HostGraph graph =
        host_graph(host_count_, [&](NodeId a, NodeId b) { return passes(a, b); });
    std::vector<std::size_t> component(host_count_);
    const std::size_t count = boost::strong_components(
        graph, boost::make_iterator_property_map(component.begin(),
                                                 boost::get(boost::vertex_index, graph)));
    std::vector<std::vector<NodeId>> groups;
    std::vector<std::size_t> group_of(count, count);
    for (std::size_t host = 0; host < host_count_; ++host) {
        std::size_t& group = group_of[component[host]];
        if (group == count) {
            group = groups.size();
            groups.emplace_back();
        }
        groups[group].push_back(node(host));
    }
    return groups;
}

std::vector<LinkId> Topology::cut_set(NodeId from, NodeId to) const
{
    if (from == to) return {};
    FlowGraph flow = flow_graph_of(graph_->platform);
    const Vertex source = graph_->hosts[static_cast<std::size_t>(from.value)];
    const Vertex sink = graph_->hosts[static_cast<std::size_t>(to.value)];
    boost::edmonds_karp_max_flow(flow, source, sink,
                                 boost::capacity_map(boost::get(&FlowEdge::capacity, flow))
                                     .residual_capacity_map(boost::get(&FlowEdge::residual, flow))
                                     .reverse_edge_map(boost::get(&FlowEdge::reverse, flow))
                                     .color_map(boost::get(&FlowVertex::color, flow))
                                     .predecessor_map(boost::get(&FlowVertex::predecessor, flow)));
    // What the source still reaches over unused links is its side of the cut.
    std::vector<bool> near(boost::num_vertices(flow));
    std::vector<Vertex> side{source};
    near[source] = true;
    for (std::size_t i = 0; i < side.size(); ++i) {
        for (const auto edge : boost::make_iterator_range(boost::out_edges(side[i], flow))) {
            const Vertex next = boost::target(edge, flow);
            if (flow[edge].residual == 0 || near[next]) continue;
            near[next] = true;
            side.push_back(next);
        }
    }
    std::vector<LinkId> cut;
    for (const Vertex inside : side) {
        for (const auto edge : boost::make_iterator_range(boost::out_edges(inside, flow))) {
            const bool leaves = !near[boost::target(edge, flow)];
            if (flow[edge].capacity == 1 && leaves) cut.push_back(flow[edge].link);
        }
    }
    std::sort(cut.begin(), cut.end());
    return cut;
}

}  // namespace gregor
