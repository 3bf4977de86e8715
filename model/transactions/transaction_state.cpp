#include "model/transactions/transaction_state.h"

#include <algorithm>

namespace gregor {

bool is_legal_move(TransactionState from, TransactionState to, TransactionVersion version)
{
    return std::ranges::any_of(legal_transaction_moves, [&](const TransactionMove& move) {
        return move.from == from && move.to == to && move.since <= version;
    });
}

std::string_view name_of(TransactionState state)
{
    constexpr std::array<std::string_view, 8> names{
        "Empty",          "Ongoing",       "PrepareCommit", "PrepareAbort",
        "CompleteCommit", "CompleteAbort", "Dead",          "PrepareEpochFence"};
    return names[static_cast<std::size_t>(state)];
}

}  // namespace gregor
