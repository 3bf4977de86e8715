#pragma once

#include "model/lab/history.h"
#include "model/lab/names.h"
#include "model/lab/scenario.h"
#include "model/message.h"

#include <optional>

namespace gregor::lab {

/// What is needed beside a message to know the fields that a match may ask for.
struct MatchContext {
    const History& history;
    const Names& names;
    const Scenario& scenario;
    NodeId from, to;
};

/// Whether the message is about the partition (if one is given) and has all the fields of `match`.
/// Fields of a partition's entry must be equal in one and the same entry. `record` is the number
/// of a record of the client that sent it; `transactional_id` is that of the producer's settings.
/// An incremental fetch names only what it changes: it is not about the partitions it leaves out.
bool has_fields(const Message& message, const action::Match& match,
                std::optional<TopicPartition> partition, const MatchContext& context);

}  // namespace gregor::lab
