#pragma once

#include "engine/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace gregor {

/// One event and what caused it. An event with several causes comes once for each, with the same
/// time. Cause 0: none (the start, a line of the script).
struct CausedEvent {
    std::uint64_t number{};
    std::uint64_t cause{};
    Time at;
};

/// Which event led to which. Built once from a trace or a part of one; a cause that lies outside
/// the part counts as none. Every answer is in the order of event numbers.
class CausalGraph {
public:
    struct Hop {
        std::uint64_t event{};
        Time at;
        Duration after_cause;  ///< zero for the origin
    };

    /// Precondition: every cause is lower than its event.
    explicit CausalGraph(std::span<const CausedEvent> events);
    ~CausalGraph();
    CausalGraph(CausalGraph&&) noexcept;
    CausalGraph& operator=(CausalGraph&&) noexcept;

    bool contains(std::uint64_t event) const;
    std::size_t size() const;

    // Precondition of all: contains(event). None counts the event itself.
    std::vector<std::uint64_t> causes(std::uint64_t event) const;
    std::vector<std::uint64_t> ancestors(std::uint64_t event) const;
    std::vector<std::uint64_t> descendants(std::uint64_t event) const;

    /// The chain of causes that took the longest: from its origin to the event, both included.
    /// Of equally long ones the one with the most hops, then with the lower numbers.
    std::vector<Hop> longest_path(std::uint64_t event) const;

    /// The latest event that both go back to; one of the two itself when it led to the other.
    std::optional<std::uint64_t> first_common_ancestor(std::uint64_t a, std::uint64_t b) const;

private:
    struct Graph;
    std::unique_ptr<Graph> graph_;
};

}  // namespace gregor
