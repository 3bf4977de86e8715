// Where a consumer begins to read, and whether that place still exists: committed offsets, the
// reset policy, validation after a change of leader. Source: class OffsetFetcher.
#include "model/consumer/consumer.h"

#include <algorithm>

namespace gregor {

void Consumer::update_positions(const ConsumerStep& step)
{
    bool unset = false;
    bool reset = false;
    positions_wanted_ = false;
    for (ConsumedPartition& each : fetcher_.partitions()) {
        if (each.state == PositionState::ready) continue;
        positions_wanted_ = true;
        unset = unset || each.state == PositionState::unset;
        reset = reset || each.state == PositionState::needs_reset;
        if (each.state == PositionState::needs_validation) validate(step, each);
    }
    if (unset) fetch_committed(step);
    if (reset) list_offsets(step);
}

void Consumer::fetch_committed(const ConsumerStep& step)
{
    if (!grouped()) {
        for (ConsumedPartition& each : fetcher_.partitions()) {
            if (each.state == PositionState::unset) each.state = PositionState::needs_reset;
        }
        list_offsets(step);
        return;
    }
    if (fetching_committed_ || step.now < committed_not_before_) return;
    if (!coordinator_.ready(step)) return;
    OffsetFetchRequest request;
    request.group = settings_.config.group_id;
    for (const ConsumedPartition& each : fetcher_.partitions()) {
        if (each.state == PositionState::unset) request.partitions.push_back(each.partition);
    }
    if (reconciles()) {
        request.member_id = member_id();
        request.member_epoch = generation();
    }
    fetching_committed_ = true;
    coordinator_.send(step, offset_fetch_cookie, std::move(request));
}

void Consumer::on_offsets_fetched(const ConsumerStep& step, const OffsetFetchResponse& response)
{
    fetching_committed_ = false;
    if (response.error != Error::none) {
        committed_not_before_ = step.now + settings_.config.retry_backoff_ms;
        on_group_error(step, response.error);
        return;
    }
    for (const OffsetFetchResponse::Partition& answer : response.partitions) {
        ConsumedPartition* partition = fetcher_.find(answer.partition);
        if (partition == nullptr || partition->state != PositionState::unset) continue;
        if (answer.error != Error::none) {  // a transaction decides about it (KIP-447)
            committed_not_before_ = step.now + settings_.config.retry_backoff_ms;
            continue;
        }
        if (answer.offset == no_offset) {
            partition->state = PositionState::needs_reset;
            continue;
        }
        partition->position = answer.offset;
        partition->position_epoch = answer.leader_epoch;
        partition->state = answer.leader_epoch == no_leader_epoch ? PositionState::ready
                                                                  : PositionState::needs_validation;
    }
}

void Consumer::list_offsets(const ConsumerStep& step)
{
    const ConsumerConfig& config = settings_.config;
    const auto by_policy = std::ranges::find_if(fetcher_.partitions(), [](const auto& each) {
        return each.state == PositionState::needs_reset && !each.reset_to;
    });
    if (by_policy != fetcher_.partitions().end() &&
        config.auto_offset_reset == AutoOffsetReset::none) {
        // One that had a position is out of range, one that never had has nothing committed.
        const bool had_one = by_policy->position != no_offset;
        return fail(step, by_policy->partition, by_policy->position,
                    had_one ? "OffsetOutOfRangeException" : "NoOffsetForPartitionException");
    }
    std::int64_t timestamp = ListOffsetsRequest::latest;
    if (config.auto_offset_reset == AutoOffsetReset::earliest) {
        timestamp = ListOffsetsRequest::earliest;
    } else if (config.auto_offset_reset == AutoOffsetReset::by_duration) {
        const Time oldest = step.effects.wall_clock() - config.auto_offset_reset_by_duration;
        timestamp = to_milliseconds(oldest);
    }
    // One request to each leader, for all its partitions.
    for (std::int32_t i = 1; i <= settings_.layout.brokers; ++i) {
        const BrokerId broker{i};
        MessageBody body = ListOffsetsRequest{};
        auto& request = std::get<ListOffsetsRequest>(body);
        request.isolation = config.isolation_level;
        for (const ConsumedPartition& each : fetcher_.partitions()) {
            const bool due = each.state == PositionState::needs_reset && each.leader == broker &&
                             each.not_before <= step.now;
            if (!due) continue;
            request.partitions.push_back(
                {each.partition, each.leader_epoch, each.reset_to.value_or(timestamp)});
        }
        if (request.partitions.empty()) continue;
        if (!connections_.prepare(step.now, {broker}, step.effects)) continue;
        for (const auto& asked : request.partitions) {
            ConsumedPartition& partition = *fetcher_.find(asked.partition);
            partition.state = PositionState::resetting;
            partition.not_before = step.now + config.request_timeout_ms;
        }
        connections_.send(step.now, {broker}, list_offsets_cookie, std::move(body), step.effects);
    }
}

void Consumer::on_offsets_listed(const ConsumerStep& step, const ListOffsetsResponse& response)
{
    for (const ListOffsetsResponse::Partition& answer : response.partitions) {
        ConsumedPartition* partition = fetcher_.find(answer.partition);
        if (partition == nullptr || partition->state != PositionState::resetting) continue;
        if (answer.error != Error::none) {
            metadata_.request_update();  // whatever it was (OffsetFetcher, partitionsToRetry)
            partition->state = PositionState::needs_reset;
            partition->not_before = step.now + settings_.config.retry_backoff_ms;
        } else if (answer.offset == no_offset) {
            // by_duration and no record that young: the position stays undetermined, and is asked
            // for again when the request's time is over (setNextAllowedRetry).
            partition->state = PositionState::needs_reset;
        } else {
            partition->not_before = Time{};
            move_position(step, *partition, answer.offset);
            partition->position_epoch = answer.leader_epoch;
        }
    }
}

void Consumer::validate(const ConsumerStep& step, ConsumedPartition& partition)
{
    if (partition.leader == no_broker || partition.not_before > step.now) return;
    const Connections::Peer peer{partition.leader};
    if (!connections_.prepare(step.now, peer, step.effects)) return;
    OffsetsForLeaderEpochRequest request;
    request.partition = partition.partition;
    request.current_leader_epoch = partition.leader_epoch;
    request.epoch = partition.position_epoch;
    partition.state = PositionState::validating;
    connections_.send(step.now, peer, validation_cookie, request, step.effects);
}

void Consumer::on_validated(const ConsumerStep& step, const OffsetsForLeaderEpochResponse& response)
{
    ConsumedPartition* partition = fetcher_.find(response.partition);
    if (partition == nullptr || partition->state != PositionState::validating) return;
    if (response.error != Error::none) {
        metadata_.request_update();
        partition->state = PositionState::needs_validation;
        partition->not_before = step.now + settings_.config.retry_backoff_ms;
        return;
    }
    if (response.end.end_offset == no_offset) {
        partition->state = PositionState::needs_reset;  // the epoch is not known any more
    } else if (response.end.end_offset < partition->position &&
               settings_.config.auto_offset_reset == AutoOffsetReset::none) {
        fail(step, partition->partition, partition->position, "LogTruncationException");
    } else if (response.end.end_offset < partition->position) {
        // Truncated below what was read: go on at the first offset that is different.
        move_position(step, *partition, response.end.end_offset);
        partition->position_epoch = response.end.epoch;
    } else {
        partition->state = PositionState::ready;
    }
}

void Consumer::move_position(const ConsumerStep& step, ConsumedPartition& partition, Offset to)
{
    step.effects.trace(
        event::OffsetReset{settings_.id, partition.partition, partition.position, to});
    partition.position = to;
    partition.reset_to.reset();
    partition.state = PositionState::ready;
}

/// Requests about positions that failed with their connection are asked again.
void Consumer::retry_positions(const ConsumerStep& step, BrokerId broker, PositionState from,
                               PositionState to)
{
    for (ConsumedPartition& each : fetcher_.partitions()) {
        if (each.state != from || each.leader != broker) continue;
        each.state = to;
        each.not_before = step.now + settings_.config.retry_backoff_ms;
    }
}

}  // namespace gregor
