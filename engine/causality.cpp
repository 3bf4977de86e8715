#include "engine/causality.h"

#include "engine/check.h"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/range/iterator_range.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace gregor {

namespace {

/// Vertices are positions among the events in order of number; edges go from cause to effect.
using Effects = boost::compressed_sparse_row_graph<boost::bidirectionalS, boost::no_property,
                                                   boost::no_property, boost::no_property,
                                                   std::uint32_t, std::uint32_t>;
using Vertex = std::uint32_t;

/// What a search from `from` meets, itself included, in order.
template <class Graph>
std::vector<Vertex> search(const Graph& graph, Vertex from)
{
    std::vector<boost::default_color_type> colors(boost::num_vertices(graph));
    boost::queue<Vertex> waiting;
    boost::breadth_first_visit(
        graph, from, waiting, boost::default_bfs_visitor(),
        boost::make_iterator_property_map(colors.begin(), boost::get(boost::vertex_index, graph)));
    std::vector<Vertex> met;
    for (Vertex v = 0; v < colors.size(); ++v) {
        if (colors[v] != boost::white_color) met.push_back(v);
    }
    return met;
}

}  // namespace

struct CausalGraph::Graph {
    std::vector<std::uint64_t> numbers;  // in order, each once
    std::vector<Time> times;
    Effects effects;

    std::optional<Vertex> find(std::uint64_t number) const
    {
        const auto found = std::lower_bound(numbers.begin(), numbers.end(), number);
        if (found == numbers.end() || *found != number) return std::nullopt;
        return static_cast<Vertex>(found - numbers.begin());
    }
    Vertex vertex(std::uint64_t number) const
    {
        const std::optional<Vertex> found = find(number);
        GREGOR_CHECK(found.has_value());
        return *found;
    }
    std::vector<Vertex> causes(Vertex of) const
    {
        std::vector<Vertex> causes;
        for (const auto edge : boost::make_iterator_range(boost::in_edges(of, effects))) {
            causes.push_back(boost::source(edge, effects));
        }
        std::sort(causes.begin(), causes.end());
        return causes;
    }
    std::vector<Vertex> history(Vertex of) const
    {
        return search(boost::make_reverse_graph(effects), of);
    }
    std::vector<std::uint64_t> numbers_without(const std::vector<Vertex>& vertices,
                                               Vertex excluded) const
    {
        std::vector<std::uint64_t> chosen;
        for (const Vertex each : vertices) {
            if (each != excluded) chosen.push_back(numbers[each]);
        }
        return chosen;
    }
};

CausalGraph::CausalGraph(std::span<const CausedEvent> events) : graph_(std::make_unique<Graph>())
{
    std::vector<CausedEvent> sorted(events.begin(), events.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const CausedEvent& a, const CausedEvent& b) {
        return a.number < b.number;
    });
    for (const CausedEvent& event : sorted) {
        if (!graph_->numbers.empty() && graph_->numbers.back() == event.number) continue;
        graph_->numbers.push_back(event.number);
        graph_->times.push_back(event.at);
    }
    std::vector<std::pair<Vertex, Vertex>> edges;
    for (const CausedEvent& event : sorted) {
        GREGOR_CHECK(event.cause == 0 || event.cause < event.number);
        const std::optional<Vertex> cause = graph_->find(event.cause);
        if (event.cause != 0 && cause) edges.emplace_back(*cause, graph_->vertex(event.number));
    }
    graph_->effects = Effects(boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(),
                              static_cast<Vertex>(graph_->numbers.size()));
}

CausalGraph::~CausalGraph() = default;
CausalGraph::CausalGraph(CausalGraph&&) noexcept = default;
CausalGraph& CausalGraph::operator=(CausalGraph&&) noexcept = default;

bool CausalGraph::contains(std::uint64_t event) const
{
    return graph_->find(event).has_value();
}

std::size_t CausalGraph::size() const
{
    return graph_->numbers.size();
}

std::vector<std::uint64_t> CausalGraph::causes(std::uint64_t event) const
{
    const Vertex of = graph_->vertex(event);
    return graph_->numbers_without(graph_->causes(of), of);
}

std::vector<std::uint64_t> CausalGraph::ancestors(std::uint64_t event) const
{
    const Vertex of = graph_->vertex(event);
    return graph_->numbers_without(graph_->history(of), of);
}

std::vector<std::uint64_t> CausalGraph::descendants(std::uint64_t event) const
{
    const Vertex of = graph_->vertex(event);
    return graph_->numbers_without(search(graph_->effects, of), of);
}

std::vector<CausalGraph::Hop> CausalGraph::longest_path(std::uint64_t event) const
{
    struct Longest {
        Time origin;
        std::uint32_t hops = 0;
        std::optional<std::size_t> before{};  // position in the history
    };
    // Causes come before effects, so one pass in order sees every cause first.
    const std::vector<Vertex> history = graph_->history(graph_->vertex(event));
    std::vector<Longest> longest;
    for (const Vertex at : history) {
        Longest best{graph_->times[at]};
        for (const Vertex cause : graph_->causes(at)) {
            const auto position = static_cast<std::size_t>(
                std::lower_bound(history.begin(), history.end(), cause) - history.begin());
            const Longest& via = longest[position];
            const bool better = !best.before || via.origin < best.origin ||
                                (via.origin == best.origin && via.hops + 1 > best.hops);
            if (better) best = Longest{via.origin, via.hops + 1, position};
        }
        longest.push_back(best);
    }
    std::vector<Hop> path;
    std::optional<std::size_t> position = history.size() - 1;  // the event itself is the last
    while (position) {
        const Vertex at = history[*position];
        const std::optional<std::size_t> before = longest[*position].before;
        const Time caused_at = before ? graph_->times[history[*before]] : graph_->times[at];
        path.push_back(Hop{graph_->numbers[at], graph_->times[at], graph_->times[at] - caused_at});
        position = before;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

std::optional<std::uint64_t> CausalGraph::first_common_ancestor(std::uint64_t a,
                                                                std::uint64_t b) const
{
    const std::vector<Vertex> of_a = graph_->history(graph_->vertex(a));
    const std::vector<Vertex> of_b = graph_->history(graph_->vertex(b));
    std::vector<Vertex> common;
    std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
                          std::back_inserter(common));
    if (common.empty()) return std::nullopt;
    return graph_->numbers[common.back()];
}

}  // namespace gregor
