#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gregor {

/// States of a group of the classic protocol.
enum class GroupState : std::uint8_t {
    empty,
    preparing_rebalance,
    completing_rebalance,
    stable,
    dead
};
/// Kafka's name: "Empty", "PreparingRebalance", ...
std::string_view name_of(GroupState state);

struct GroupMove {
    GroupState from, to;
    std::string_view because;
};
inline constexpr std::array legal_group_moves{
    GroupMove{GroupState::empty, GroupState::preparing_rebalance, "a member joins"},
    GroupMove{GroupState::preparing_rebalance, GroupState::empty, "nobody is left"},
    GroupMove{GroupState::preparing_rebalance, GroupState::completing_rebalance, "all have joined"},
    GroupMove{GroupState::completing_rebalance, GroupState::stable, "the assignment is committed"},
    GroupMove{GroupState::completing_rebalance, GroupState::preparing_rebalance,
              "membership changes"},
    GroupMove{GroupState::stable, GroupState::preparing_rebalance, "membership changes"},
    GroupMove{GroupState::empty, GroupState::dead, "deleted or moved away"},
    GroupMove{GroupState::preparing_rebalance, GroupState::dead, "deleted or moved away"},
    GroupMove{GroupState::completing_rebalance, GroupState::dead, "deleted or moved away"},
    GroupMove{GroupState::stable, GroupState::dead, "deleted or moved away"},
    GroupMove{GroupState::dead, GroupState::dead, "deleted or moved away"},
};
constexpr bool is_legal_move(GroupState from, GroupState to)
{
    for (const GroupMove& move : legal_group_moves) {
        if (move.from == from && move.to == to) return true;
    }
    return false;
}

}  // namespace gregor
