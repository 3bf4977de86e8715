#include "model/transactions/transaction_coordinator.h"

#include "engine/check.h"
#include "model/java_hash.h"

#include <utility>

namespace gregor {

using enum TransactionState;

TransactionOutbox TransactionCoordinator::take_outbox()
{
    return std::exchange(outbox_, {});
}

const TransactionMetadata* TransactionCoordinator::find(const std::string& id) const
{
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second.metadata;
}

std::int32_t TransactionCoordinator::partition_of(const std::string& id) const
{
    return coordinator_partition_for(id, settings_.partitions);
}

Error TransactionCoordinator::availability(const std::string& id) const
{
    if (id.empty()) return Error::invalid_request;
    const std::int32_t partition = partition_of(id);
    if (loading_.contains(partition)) return Error::coordinator_load_in_progress;
    return led_.contains(partition) ? Error::none : Error::not_coordinator;
}

TransactionCoordinator::Entry* TransactionCoordinator::entry_of(std::uint64_t request,
                                                                const std::string& id)
{
    const Error unavailable = availability(id);
    const auto known = entries_.find(id);
    if (unavailable != Error::none) {
        answer(request, unavailable);
    } else if (known == entries_.end()) {
        answer(request, Error::invalid_producer_id_mapping);
    } else {
        return &known->second;
    }
    return nullptr;
}

void TransactionCoordinator::answer(std::uint64_t request, Error error, ProducerIdAndEpoch producer)
{
    outbox_.answers.push_back({request, error, producer});
}

/// \param value  nothing: a tombstone
void TransactionCoordinator::append(std::optional<TransactionMetadata> value, const Write& about)
{
    outbox_.writes.push_back({partition_of(about.id), about.id, std::move(value), next_ticket_});
    writes_.emplace(next_ticket_, about);
    ++next_ticket_;
}

void TransactionCoordinator::write(Entry& entry, const TransactionMetadata& next,
                                   const Write& about)
{
    GREGOR_CHECK(!entry.pending);
    entry.pending = next;
    append(next, about);
}

void TransactionCoordinator::init(std::int64_t now_ms, std::uint64_t request, const Init& asked)
{
    Error error = asked.id.empty() ? Error::invalid_request : Error::none;
    const bool half_expected =
        (asked.expected.id == no_producer_id) != (asked.expected.epoch == no_producer_epoch);
    if (half_expected) error = Error::invalid_request;
    const bool timeout_allowed =
        asked.timeout_ms > 0 && asked.timeout_ms <= settings_.max_timeout_ms;
    if (error == Error::none && !timeout_allowed) error = Error::invalid_transaction_timeout;
    if (error == Error::none) error = availability(asked.id);
    const auto known = entries_.find(asked.id);
    const bool is_new = known == entries_.end();
    if (error == Error::none && is_new && needs_producer_id()) {
        error = Error::coordinator_load_in_progress;
    }
    if (error == Error::none && !is_new && (known->second.pending || known->second.expiring)) {
        error = Error::concurrent_transactions;
    }
    if (error != Error::none) {
        answer(request, error);
        return;
    }
    Entry& entry = entries_[asked.id];
    if (is_new) {
        entry.metadata.id = asked.id;
        entry.metadata.producer_id = std::exchange(fresh_, no_producer_id);
        entry.metadata.timeout_ms = asked.timeout_ms;
    }
    InitProducerIdQuestion question{
        .timeout_ms = asked.timeout_ms, .expected = {}, .fresh = fresh_, .now_ms = now_ms};
    if (asked.expected.id != no_producer_id) question.expected = asked.expected;
    const TransactionDecision decision = decide_init(entry.metadata, question);
    if (decision.took_producer_id) fresh_ = no_producer_id;
    const Write about{asked.id, request};
    if (!decision.next) {
        answer(request, decision.error);
    } else if (decision.next->state == prepare_epoch_fence) {
        fence(now_ms, entry, *decision.next, {asked.id, request, true});
    } else {
        write(entry, *decision.next, about);
    }
}

/// The fence itself is not written: the abort is, with the raised epoch. One that could not be
/// written has raised the epoch already.
void TransactionCoordinator::fence(std::int64_t now_ms, Entry& entry, TransactionMetadata fenced,
                                   const Write& about)
{
    if (entry.fence_failed) {
        fenced.epoch = entry.metadata.epoch;
        fenced.last_epoch = entry.metadata.last_epoch;
    }
    write(entry, abort_after_fence(fenced, now_ms), about);
}

void TransactionCoordinator::add_partitions(std::int64_t now_ms, std::uint64_t request,
                                            const Add& asked)
{
    Entry* found = entry_of(request, asked.id);
    if (found == nullptr) return;
    Entry& entry = *found;
    const TransactionDecision decision =
        decide_add(entry.metadata, asked.producer, asked.partitions, asked.version, now_ms);
    const bool stranger = decision.error == Error::invalid_producer_id_mapping ||
                          decision.error == Error::producer_fenced;
    if (!stranger && (entry.pending || entry.expiring)) {
        answer(request, Error::concurrent_transactions);
    } else if (decision.next) {
        write(entry, *decision.next, {asked.id, request});
    } else {
        answer(request, decision.error);
    }
}

void TransactionCoordinator::end(std::int64_t now_ms, std::uint64_t request, const End& asked)
{
    Entry* found = entry_of(request, asked.id);
    if (found == nullptr) return;
    Entry& entry = *found;
    const TransactionDecision decision = decide_end(entry.metadata, {.producer = asked.producer,
                                                                     .commit = asked.commit,
                                                                     .version = asked.version,
                                                                     .fresh = fresh_,
                                                                     .now_ms = now_ms});
    const bool stranger = decision.error == Error::invalid_producer_id_mapping ||
                          decision.error == Error::producer_fenced;
    const bool looks_at_pending = asked.version >= TransactionVersion::tv_2 || !stranger;
    if ((entry.pending || entry.expiring) && looks_at_pending) {
        answer(request, Error::concurrent_transactions);
        return;
    }
    if (decision.took_producer_id) fresh_ = no_producer_id;
    if (decision.next) {
        write(entry, *decision.next, {asked.id, request});
        return;
    }
    const bool tells = decision.error == Error::none && asked.version >= TransactionVersion::tv_2;
    const ProducerIdAndEpoch stored{entry.metadata.producer_id, entry.metadata.epoch};
    answer(request, decision.error, tells ? stored : ProducerIdAndEpoch{});
}

Error TransactionCoordinator::verify(const std::string& id, ProducerIdAndEpoch producer,
                                     TopicPartition partition) const
{
    if (const Error unavailable = availability(id); unavailable != Error::none) return unavailable;
    const TransactionMetadata* known = find(id);
    return known == nullptr ? Error::invalid_producer_id_mapping
                            : decide_verify(*known, producer, partition);
}

void TransactionCoordinator::on_written(std::int64_t now_ms, std::uint64_t ticket, Error error)
{
    const auto at = writes_.find(ticket);
    if (at == writes_.end()) return;  // of a partition that it no longer leads
    const Write about = std::move(at->second);
    writes_.erase(at);
    const auto known = entries_.find(about.id);
    GREGOR_CHECK(known != entries_.end());
    Entry& entry = known->second;
    if (entry.expiring) {
        if (error == Error::none) {
            entries_.erase(known);
        } else {
            entry.expiring = false;
        }
        return;
    }
    GREGOR_CHECK(entry.pending);
    const TransactionMetadata written = *std::exchange(entry.pending, std::nullopt);
    if (error != Error::none) {
        write_failed(entry, written, about, error);
        return;
    }
    entry.metadata = written;
    entry.fence_failed = false;
    if (about.request) {
        const bool tells =
            written.state == empty || (is_preparing(written.state) && written.bumps_epoch());
        ProducerIdAndEpoch told{written.producer_id, written.epoch};
        if (written.next_producer_id != no_producer_id) {
            told = {written.next_producer_id, ProducerEpoch{0}};
        }
        const Error result =
            about.answers_concurrent ? Error::concurrent_transactions : Error::none;
        answer(*about.request, result,
               tells && result == Error::none ? told : ProducerIdAndEpoch{});
    }
    if (is_preparing(written.state)) send_markers(now_ms, entry);
}

void TransactionCoordinator::write_failed(Entry& entry, const TransactionMetadata& intended,
                                          const Write& about, Error error)
{
    if (about.request) answer(*about.request, coordinator_answer_for(error));
    if (is_complete(intended.state)) {  // the outcome is decided: it is written until it is in
        write(entry, intended, about);
        return;
    }
    const bool fences =
        intended.state == prepare_abort && (about.answers_concurrent || !about.request);
    if (!fences || entry.fence_failed) return;
    entry.metadata.last_epoch = entry.metadata.epoch;
    entry.metadata.epoch = intended.epoch;
    entry.fence_failed = true;
}

void TransactionCoordinator::send_markers(std::int64_t now_ms, Entry& entry)
{
    const TransactionMetadata& metadata = entry.metadata;
    for (const TopicPartition partition : metadata.partitions) {
        outbox_.markers.push_back({.id = metadata.id,
                                   .partition = partition,
                                   .producer = {metadata.producer_id, metadata.epoch},
                                   .commit = metadata.state == prepare_commit,
                                   .coordinator_epoch = led_.at(partition_of(metadata.id)),
                                   .version = metadata.version});
    }
    maybe_complete(now_ms, entry);
}

void TransactionCoordinator::maybe_complete(std::int64_t now_ms, Entry& entry)
{
    if (!entry.metadata.partitions.empty() || entry.pending) return;
    write(entry, completed(entry.metadata, now_ms), {entry.metadata.id, {}});
}

void TransactionCoordinator::on_marker(std::int64_t now_ms, const std::string& id,
                                       TopicPartition partition, Error error)
{
    const auto known = entries_.find(id);
    if (known == entries_.end() || !is_preparing(known->second.metadata.state)) return;
    // Somebody newer decides: the transaction stays as it is until this partition is loaded again.
    if (error != Error::none) return;
    if (known->second.metadata.partitions.erase(partition) == 0) return;
    maybe_complete(now_ms, known->second);
}

void TransactionCoordinator::abort_timed_out(std::int64_t now_ms)
{
    for (auto& [id, entry] : entries_) {
        const TransactionMetadata& metadata = entry.metadata;
        const bool late = metadata.state == ongoing &&
                          metadata.start_ms + metadata.timeout_ms < now_ms && !entry.pending;
        if (!late) continue;
        const TransactionDecision decision =
            decide_init(metadata, {.timeout_ms = metadata.timeout_ms, .now_ms = now_ms});
        GREGOR_CHECK(decision.next && decision.next->state == prepare_epoch_fence);
        fence(now_ms, entry, *decision.next, {id, {}});
    }
}

void TransactionCoordinator::remove_expired(std::int64_t now_ms)
{
    for (auto& [id, entry] : entries_) {
        const bool old = entry.metadata.last_update_ms + settings_.expiration_ms <= now_ms;
        if (!old || !is_idle(entry.metadata.state) || entry.pending || entry.expiring) continue;
        entry.expiring = true;
        append({}, {id, {}});
    }
}

void TransactionCoordinator::on_loading(std::int32_t partition)
{
    on_resigned(partition);
    loading_.insert(partition);
}

void TransactionCoordinator::on_elected(std::int64_t now_ms, std::int32_t partition,
                                        std::int32_t coordinator_epoch,
                                        const std::vector<TransactionMetadata>& content)
{
    loading_.erase(partition);
    led_[partition] = coordinator_epoch;
    for (const TransactionMetadata& each : content) {
        Entry& entry = entries_[each.id];
        entry = {};
        entry.metadata = each;
        if (is_preparing(each.state)) send_markers(now_ms, entry);
    }
}

void TransactionCoordinator::on_resigned(std::int32_t partition)
{
    loading_.erase(partition);
    led_.erase(partition);
    std::erase_if(writes_, [&](const auto& each) {
        const Write& write = each.second;
        if (partition_of(write.id) != partition) return false;
        if (write.request) answer(*write.request, Error::not_coordinator);
        return true;
    });
    std::erase_if(entries_,
                  [&](const auto& each) { return partition_of(each.first) == partition; });
}

}  // namespace gregor
