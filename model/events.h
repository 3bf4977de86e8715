#pragma once

#include "model/broker_events.h"
#include "model/client_events.h"
#include "model/control_events.h"

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace gregor {

/// What the protocol reports to the trace: one struct a kind, named in the past tense. The type's
/// `kind` is its name in files and on the command line; `names` are those of its fields. Texts,
/// JSON and hashes are all made from `fields()`.
using Event = std::variant<
    event::BatchAppended, event::RecordsReplicated, event::LogTruncated,
    event::HighWatermarkAdvanced, event::BecameLeader, event::BecameFollower,
    event::IsrShrinkRequested, event::IsrExpandRequested, event::ReplicaFetchFailed,
    event::ProduceRefused, event::QuorumRoleChanged, event::ControllerActivated,
    event::ControllerResigned, event::BrokerRegistered, event::RegistrationRefused,
    event::BrokerSessionExpired, event::BrokerFenced, event::BrokerUnfenced,
    event::BrokerInControlledShutdown, event::PartitionChanged, event::TopicCreated,
    event::MetadataApplied, event::AlterPartitionRefused, event::RecordsSent,
    event::RecordsAcknowledged, event::RecordsFailed, event::SendRetried, event::MetadataRefreshed,
    event::ConnectionLost, event::RecordsDelivered, event::RecordsProcessed, event::OffsetReset,
    event::GroupStateChanged, event::MemberRemoved, event::PartitionsAssigned,
    event::PartitionsRevoked, event::OffsetCommitted, event::CoordinatorLoaded,
    event::ProcessExited, event::RevocationBegan, event::CommitReturned, event::SegmentRolled,
    event::SegmentsDeleted, event::LogCleaned, event::CleaningFailed, event::LogRecovered,
    event::LogDirFailed, event::TopicDeleted, event::PartitionsCreated, event::AdminRequestAnswered,
    event::RecordsDeleted, event::ReplicaRemoved, event::PollFailed, event::TransactionBegan,
    event::TransactionEnded, event::TransactionCallFailed, event::TransactionStateChanged,
    event::TransactionsLoaded, event::TransactionMarkerWritten>;

std::string_view kind_of(const Event& event);
/// Every kind, in the order of the variant.
std::vector<std::string_view> event_kinds();
/// 64 bits made of all fields.
std::uint64_t digest(const Event& event);

}  // namespace gregor
