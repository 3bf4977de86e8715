#pragma once

#include "model/types.h"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace gregor {

/// Where a transactional id stands. Numbers are those of the log records; prepare_epoch_fence is
/// never written. Source: class TransactionState.
enum class TransactionState : std::uint8_t {
    empty,
    ongoing,
    prepare_commit,
    prepare_abort,
    complete_commit,
    complete_abort,
    dead,
    prepare_epoch_fence,
};

/// The outcome is decided, and its markers are being written.
constexpr bool is_preparing(TransactionState state)
{
    return state == TransactionState::prepare_commit || state == TransactionState::prepare_abort;
}
constexpr bool is_complete(TransactionState state)
{
    return state == TransactionState::complete_commit || state == TransactionState::complete_abort;
}
/// There is no transaction: the id may expire.
constexpr bool is_idle(TransactionState state)
{
    return state == TransactionState::empty || is_complete(state);
}

/// What `transaction.version` allows; that of a request is the one its version stands for.
/// 0 and 1: as before KIP-890. 2: every end raises the producer's epoch.
enum class TransactionVersion : std::uint8_t { tv_0, tv_1, tv_2 };

struct TransactionMove {
    TransactionState from, to;
    std::string_view because;
    TransactionVersion since = TransactionVersion::tv_0;
};
inline constexpr std::array legal_transaction_moves{
    TransactionMove{TransactionState::empty, TransactionState::empty, "initialised again"},
    TransactionMove{TransactionState::complete_commit, TransactionState::empty, "initialised"},
    TransactionMove{TransactionState::complete_abort, TransactionState::empty, "initialised"},
    TransactionMove{TransactionState::ongoing, TransactionState::ongoing, "another partition"},
    TransactionMove{TransactionState::empty, TransactionState::ongoing, "first partition"},
    TransactionMove{TransactionState::complete_commit, TransactionState::ongoing,
                    "first partition"},
    TransactionMove{TransactionState::complete_abort, TransactionState::ongoing, "first partition"},
    TransactionMove{TransactionState::ongoing, TransactionState::prepare_commit, "commit"},
    TransactionMove{TransactionState::ongoing, TransactionState::prepare_abort, "abort"},
    TransactionMove{TransactionState::prepare_epoch_fence, TransactionState::prepare_abort,
                    "the fence is written"},
    TransactionMove{TransactionState::empty, TransactionState::prepare_abort,
                    "abort of nothing raises the epoch (KIP-890)", TransactionVersion::tv_2},
    TransactionMove{TransactionState::complete_commit, TransactionState::prepare_abort,
                    "abort of nothing raises the epoch (KIP-890)", TransactionVersion::tv_2},
    TransactionMove{TransactionState::complete_abort, TransactionState::prepare_abort,
                    "abort of nothing raises the epoch (KIP-890)", TransactionVersion::tv_2},
    TransactionMove{TransactionState::prepare_commit, TransactionState::complete_commit,
                    "all markers are written"},
    TransactionMove{TransactionState::prepare_abort, TransactionState::complete_abort,
                    "all markers are written"},
    TransactionMove{TransactionState::empty, TransactionState::dead, "expired"},
    TransactionMove{TransactionState::complete_commit, TransactionState::dead, "expired"},
    TransactionMove{TransactionState::complete_abort, TransactionState::dead, "expired"},
    TransactionMove{TransactionState::ongoing, TransactionState::prepare_epoch_fence,
                    "fenced by a timeout or another producer"},
};
/// Without a version: in the newest one.
bool is_legal_move(TransactionState from, TransactionState to,
                   TransactionVersion version = TransactionVersion::tv_2);
/// Kafka's name: "PrepareCommit".
std::string_view name_of(TransactionState state);

/// What the coordinator knows of a transactional id. Source: class TransactionMetadata.
struct TransactionMetadata {
    /// The last epoch that is handed out; the one above is for fencing.
    static constexpr std::int16_t last_usable_epoch = 32'766;

    std::string id;
    ProducerId producer_id{no_producer_id};
    ProducerId previous_producer_id{no_producer_id};
    ProducerId next_producer_id{no_producer_id};  ///< in use once the transaction is complete
    ProducerEpoch epoch{no_producer_epoch};
    ProducerEpoch last_epoch{
        no_producer_epoch};  ///< the one before, which a retry may carry; -1: none
    std::int64_t timeout_ms{};
    TransactionState state = TransactionState::empty;
    TransactionVersion version = TransactionVersion::tv_0;  ///< of the requests of this transaction
    std::set<TopicPartition> partitions;                    ///< that have or await its markers
    std::int64_t start_ms = -1;                             ///< of the first partition; -1: none
    std::int64_t last_update_ms = -1;

    bool epoch_exhausted() const { return epoch.value >= last_usable_epoch; }
    bool bumps_epoch() const { return version >= TransactionVersion::tv_2; }
    bool operator==(const TransactionMetadata&) const = default;
};

}  // namespace gregor
