#pragma once

#include "model/lab/snapshot.h"
#include "visualizer/draw/shapes.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gregor::visualizer {

/// How much of a broker fits into its card.
enum class CardSize : std::uint8_t {
    full,     ///< 176 x 112: chips and bars
    compact,  ///< 104 x 52: name, state, what it leads
    cell,     ///< 40 x 26 or 28 x 18: its number, marked by its state
};

struct Place {
    std::string name;  ///< of the node
    Box box;
    CardSize size = CardSize::full;
};

/// Where everything of a cluster stands within a box. Depends on the box and on who is there, not
/// on what they do, so nothing moves while a run plays.
struct ClusterPlan {
    struct Hull {
        std::string group;
        Box box;
    };
    std::vector<Place> producers, brokers, controllers, consumers;
    std::vector<Hull> hulls;
    std::size_t hidden_producers = 0, hidden_consumers = 0;

    static ClusterPlan of(const lab::Snapshot& snapshot, const Box& box);
    const Place* find(const std::string& name) const;
};

/// The way of messages between two cards. Leaves and arrives vertically, or sideways between cards
/// of one row.
Bezier edge_between(const Place& from, const Place& to);

}  // namespace gregor::visualizer
