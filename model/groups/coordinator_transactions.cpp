// Offsets that transactions commit: they count when the marker of the transaction says so (KIP-98),
// and only a current member of the group may send them (KIP-447).
#include "model/groups/group_coordinator.h"

#include <utility>

namespace gregor {

void GroupCoordinator::on_transactional_commit(Time now, const Envelope& from,
                                               const Message& message, const Verified& verified,
                                               Effects& effects)
{
    const CoordinatorStep step{now, effects, outbox_};
    const auto& request = std::get<TxnOffsetCommitRequest>(message.body);
    Error error = verified.error;
    if (error == Error::none) error = may_commit_in_transaction(request);
    TransactionalCommit commit{
        {from, message.correlation}, request.group, request.producer.id, {}, {}};
    for (const auto& each : request.partitions) {
        Error own = error;
        if (own == Error::none && each.metadata_length > config_.offset_metadata_max_bytes) {
            own = Error::offset_metadata_too_large;
        }
        commit.response.partitions.push_back({each.partition, own});
        if (own != Error::none) continue;
        CoordinatorRecord record;
        record.group = request.group;
        record.partition = each.partition;
        record.offset = each.offset;
        record.leader_epoch = each.leader_epoch;
        record.commit_timestamp_ms = to_milliseconds(step.effects.wall_clock());
        commit.records.push_back(std::move(record));
    }
    if (commit.records.empty()) {
        step.answer(commit.from, std::move(commit.response));
        return;
    }
    if (find_consumer_group(request.group) == nullptr) make(request.group);
    const std::uint64_t ticket = step.append(partition_of(request.group), commit.records);
    CoordinatorAppend& asked = outbox_.appends.back();
    asked.batch.transactional = true;
    asked.batch.producer_id = request.producer.id;
    asked.batch.producer_epoch = request.producer.epoch;
    asked.verification_guard = verified.guard;
    asked.transaction_version = request.transaction_version;
    transactional_commits_.emplace(ticket, std::move(commit));
    arm(step);
}

/// A request without member and generation comes from a client before KIP-447: nobody looks
/// whether its sender still owns what it commits (ClassicGroup.validateOffsetCommit).
Error GroupCoordinator::may_commit_in_transaction(const TxnOffsetCommitRequest& request)
{
    const Error unavailable = availability(request.group);
    if (unavailable != Error::none) return unavailable;
    const bool anonymous =
        request.generation < 0 && request.member_id.empty() && request.instance_id.empty();
    if (anonymous) return Error::none;
    if (const ConsumerGroup* group = find_consumer_group(request.group)) {
        for (const auto& each : request.partitions) {
            const Error error =
                group->may_commit(request.member_id, request.generation, each.partition);
            // "The client only knows the errors of the classic protocol."
            if (error == Error::stale_member_epoch) return Error::illegal_generation;
            if (error != Error::none) return error;
        }
        return Error::none;
    }
    const ClassicGroup* group = find(request.group);
    if (group == nullptr) {
        return request.generation >= 0 ? Error::illegal_generation : Error::none;
    }
    return group->may_commit_in_transaction(request.member_id, request.instance_id,
                                            request.generation);
}

void GroupCoordinator::finish_transactional_commit(const CoordinatorStep& step,
                                                   const TransactionalCommit& commit, Error error,
                                                   Offset at)
{
    TransactionalOffsets& open = transactional_offsets_[partition_of(commit.group)];
    for (const CoordinatorRecord& record : commit.records) {
        if (error != Error::none) break;
        open.put(commit.producer, {record.group, record.partition, record.offset, at});
        ++at.value;
    }
    TxnOffsetCommitResponse response = commit.response;
    for (auto& each : response.partitions) {
        if (each.error == Error::none) each.error = error;
    }
    step.answer(commit.from, std::move(response));
}

void GroupCoordinator::on_marker(Time now, std::int32_t partition, ProducerId producer, bool commit,
                                 Effects& effects)
{
    if (!led_.contains(partition)) return;
    const std::int64_t now_ms = to_milliseconds(effects.wall_clock());
    for (const auto& each : transactional_offsets_[partition].complete(producer, commit)) {
        CoordinatorRecord record;
        record.group = each.group;
        record.partition = each.partition;
        record.offset = each.offset;
        record.commit_timestamp_ms = now_ms;
        offsets_.put(record);
        effects.trace(event::OffsetCommitted{each.group, each.partition, each.offset});
    }
    arm({now, effects, outbox_});
}

/// A batch of the log whose records wait for a marker, or the marker.
void GroupCoordinator::replay_transactional(std::int32_t partition, const RecordBatch& batch)
{
    TransactionalOffsets& open = transactional_offsets_[partition];
    if (!batch.control) {
        for (const CoordinatorRecord& record : batch.data->coordinator) {
            if (find_consumer_group(record.group) == nullptr) make(record.group);
            open.put(batch.producer_id, {record.group, record.partition, record.offset,
                                         batch.base_offset + record.offset_delta});
        }
        return;
    }
    if (!batch.data->marker) return;
    for (const auto& each : open.complete(batch.producer_id, batch.data->marker->commit)) {
        CoordinatorRecord record;
        record.group = each.group;
        record.partition = each.partition;
        record.offset = each.offset;
        record.commit_timestamp_ms = batch.max_timestamp_ms;
        offsets_.put(record);
    }
}

}  // namespace gregor
