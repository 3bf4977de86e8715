// The application's half of the producer: which records are sent when, and what send() waits for.
#include "engine/check.h"
#include "model/producer/producer.h"

#include <algorithm>

namespace gregor {

void Producer::load_progress()
{
    if (!settings_.load) return;
    next_due_ = arrivals_.at(next_record_);
}

/// Appends every record that is due at or before `until` and that send() takes without blocking.
void Producer::append_due(const Sender::Step& step, Time until)
{
    const bool waited =
        blocked_ != Blocked::no && step.now >= blocked_since_ + settings_.config.max_block_ms;
    if (waited && blocked_ != Blocked::transaction) {
        const bool memory = blocked_ == Blocked::memory;
        fail_blocked(step, memory ? std::optional(blocked_queue_) : std::nullopt);
        unblock(step.now);
    }
    while (append_calls(step) && append_load(step, until) && !calls_.empty()) {
        // The load of a transactional producer begins and ends transactions by calls.
    }
    accumulator_.set_exhausted(blocked_ == Blocked::memory);
}

/// The script's calls come first; false while one of them blocks.
bool Producer::append_calls(const Sender::Step& step)
{
    while (!calls_.empty()) {
        Call& call = calls_.front();
        if (call.kind != Call::Kind::send) {
            if (!transact(step, call)) return false;
        } else if (!append_call(step, call)) {
            return false;
        }
    }
    return true;
}

/// Some records of a call of send(), which leaves the queue with the last of them.
bool Producer::append_call(const Sender::Step& step, Call& call)
{
    const auto target = target_of(call.send);
    if (!target) {
        block(step, Blocked::metadata);
        return false;
    }
    RecordRun run{.at = std::max(call.called, resume_at_), .count = call.remaining};
    run.wall_offset = step.effects.wall_clock() - step.now;
    run.value_size = call.send.tombstone ? -1 : settings_.value_size;
    run.own_timestamp_ms = call.send.timestamp_ms;
    run.first_sequence = next_sequence_;
    if (call.send.has_key) {
        run.key = &call.send.key;
        run.key_size = static_cast<std::int32_t>(call.send.key.size());
    }
    if (const Record* content = call.send.content.get()) {
        run.content = content;
        if (!content->value_by_size) {
            run.value_size = static_cast<std::int32_t>(content->value.size());
        }
        run.headers_size = static_cast<std::int32_t>(headers_size(content->headers));
    }
    if (refuse_send(step, *target, run)) {
        // The application of a load has given up its other calls already.
        if (!calls_.empty() && calls_.front().kind == Call::Kind::send) calls_.pop_front();
        return true;
    }
    std::int64_t appended = 0;
    if (!hand_over(step, *target, run, appended)) return false;
    call.remaining -= appended;
    if (call.remaining == 0) calls_.pop_front();
    return true;
}

bool Producer::append_load(const Sender::Step& step, Time until)
{
    if (!settings_.load || paused_ || closing_) return true;
    if (!prepare_load(step, false)) return true;
    if (arrivals_.unlimited()) {
        if (step.now >= settings_.load->to) next_due_ = never;
        resume_at_ = std::max(resume_at_, step.now);
        until = step.now;
    }
    while (next_due_ <= until) {
        if (!prepare_load(step, true)) return true;
        const auto target = target_of_load();
        if (!target) {
            block(step, Blocked::metadata);
            return false;
        }
        RecordRun run = next_run(step, until);
        Target chosen = *target;
        if (keys_.enabled()) {
            run.key_number = keys_.key(next_record_);
            const std::string key = KeyedRecords::key_text(run.key_number);
            run.key_size = static_cast<std::int32_t>(key.size());
            const auto partitions = metadata_.topics()[chosen.topic].partitions.size();
            if (chosen.partition < 0 && !settings_.config.partitioner_ignore_keys) {
                chosen.partition = partition_for_key(key, static_cast<std::int32_t>(partitions));
            }
        }
        if (refuse_send(step, chosen, run)) return true;
        std::int64_t appended = 0;
        if (!hand_over(step, chosen, run, appended)) return false;
        next_record_ += appended;
        load_transaction_.records += appended;
        load_progress();
        if (arrivals_.unlimited() && step.now >= settings_.load->to) next_due_ = never;
    }
    return true;
}

/// The records of the load that come next at equal conditions: those that waited for the thread,
/// all at once; or the ones due from now on, each at its time.
RecordRun Producer::next_run(const Sender::Step& step, Time until) const
{
    RecordRun run;
    run.first = next_record_;
    run.first_sequence = next_sequence_;
    run.wall_offset = step.effects.wall_clock() - step.now;
    run.value_size = settings_.load->value_size;
    if (blocked_ != Blocked::no || keys_.enabled()) {
        run.at = std::max(next_due_, resume_at_);
        return run;  // one record: the one that send() waits with, or one with its own key
    }
    if (next_due_ <= resume_at_) {
        run.at = resume_at_;
        run.count = arrivals_.due(std::min(resume_at_, until)) - next_record_;
    } else {
        run.at = next_due_;
        run.arrivals = &arrivals_;
        run.count = arrivals_.due(until) - next_record_;
    }
    // More never go to one batch, whatever the sizes.
    run.count = std::clamp<std::int64_t>(run.count, 1, 1 << 24);
    if (sender_.transactional()) run.count = std::min(run.count, left_in_transaction());
    return run;
}

/// One call of the accumulator; false when the thread now waits for memory.
bool Producer::hand_over(const Sender::Step& step, const Target& target, const RecordRun& run,
                         std::int64_t& appended)
{
    const std::int64_t bound =
        RecordAccumulator::upper_bound(run.key_size, run.value_size, run.headers_size);
    const ProducerConfig& config = settings_.config;
    if (bound > config.max_request_size || bound > config.buffer_memory) {
        refuse_too_large(step, target, run, appended);
        return true;
    }
    const Time open_at = blocked_ != Blocked::no ? step.now : Time{};
    const auto result = accumulator_.append(target.topic, target.partition, run, open_at);
    if (result.outcome == RecordAccumulator::Outcome::out_of_memory) {
        blocked_queue_ = result.queue;
        block(step, Blocked::memory);
        return false;
    }
    appended = result.count;
    next_sequence_ += appended;
    if (sender_.transactional()) {
        sender_.transactions().client().send(accumulator_.queues()[result.queue].partition);
    }
    if (blocked_ != Blocked::no) unblock(step.now);
    return true;
}

/// RecordTooLargeException: these records never reach the accumulator.
void Producer::refuse_too_large(const Sender::Step& step, const Target& target,
                                const RecordRun& run, std::int64_t& refused)
{
    // An unlimited load would fail for ever at this instant: it ends with the first record.
    if (arrivals_.unlimited() && settings_.load && calls_.empty()) settings_.load->to = step.now;
    refused = arrivals_.unlimited() ? 1 : run.count;
    const TopicPartition partition{metadata_.topics()[target.topic].id, target.partition};
    step.effects.trace(event::RecordsSent{settings_.id, partition, next_sequence_, next_sequence_,
                                          refused, run.at, run.spacing()});
    step.effects.trace(event::RecordsFailed{settings_.id, partition, next_sequence_, refused,
                                            Error::message_too_large, false});
    next_sequence_ += refused;
}

std::optional<Producer::Target> Producer::target_of(const control::Send& send) const
{
    const std::vector<KnownTopic>& topics = metadata_.topics();
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (topics[i].id != send.partition.topic || topics[i].id == no_topic) continue;
        const auto partitions = static_cast<std::int32_t>(topics[i].partitions.size());
        Target target{i, send.partition.partition};
        if (target.partition < 0 && send.has_key) {
            target.partition = partition_for_key(send.key, partitions);
        }
        if (target.partition >= partitions) return std::nullopt;
        return target;
    }
    return std::nullopt;
}

std::optional<Producer::Target> Producer::target_of_load() const
{
    const std::vector<KnownTopic>& topics = metadata_.topics();
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (topics[i].id == no_topic || topics[i].name != settings_.load->topic) continue;
        const auto partitions = static_cast<std::int32_t>(topics[i].partitions.size());
        const Target target{i, settings_.load->partition.value_or(-1)};
        if (partitions == 0 || target.partition >= partitions) return std::nullopt;
        return target;
    }
    return std::nullopt;
}

void Producer::block(const Sender::Step& step, Blocked reason)
{
    if (blocked_ == Blocked::no) {
        // The call began when its record was due, which may be before this step.
        const Time due = calls_.empty() ? next_due_ : calls_.front().called;
        blocked_since_ = std::min(step.now, std::max(due, resume_at_));
    }
    blocked_ = reason;
    if (reason == Blocked::metadata) metadata_.request_update();
}

void Producer::unblock(Time now)
{
    blocked_ = Blocked::no;
    resume_at_ = now;
}

/// max.block.ms is over: send() fails its record, and the thread goes on with the next one.
void Producer::fail_blocked(const Sender::Step& step, std::optional<std::size_t> queue)
{
    TopicPartition partition{no_topic, -1};
    std::int64_t number = next_sequence_;
    if (queue) {
        PartitionQueue& target = accumulator_.queues()[*queue];
        partition = target.partition;
        number = target.next_number++;
    }
    step.effects.trace(event::RecordsSent{settings_.id, partition, number, next_sequence_, 1,
                                          blocked_since_, Duration{}});
    step.effects.trace(
        event::RecordsFailed{settings_.id, partition, number, 1, Error::request_timed_out, false});
    ++next_sequence_;
    if (!calls_.empty()) {
        if (--calls_.front().remaining == 0) calls_.pop_front();
    } else {
        ++next_record_;
        load_progress();
    }
}

Time Producer::next_wake(const Sender::Step& step)
{
    Time wake = sender_.next_ready();
    if (call_has_returned()) return step.now;
    if (blocked_ != Blocked::no) {
        return std::min(wake, blocked_since_ + settings_.config.max_block_ms);
    }
    if (!settings_.load || paused_ || closing_) return wake;
    if (load_transaction_.open) wake = std::min(wake, load_transaction_ends());
    return std::min(wake, next_load_wake(step));
}

/// When the next records of the load make a difference: a batch is full, or a new one has lingered.
Time Producer::next_load_wake(const Sender::Step& step) const
{
    const Time due = next_due_ == never ? never : std::max(next_due_, resume_at_);
    if (due == never || arrivals_.unlimited()) return due;
    const auto target = target_of_load();
    const std::int64_t batch_bytes = settings_.config.batch_size;
    if (!target || accumulator_.free_memory() < batch_bytes * 2) return due;
    std::int32_t partition = target->partition;
    if (partition < 0) {
        if (keys_.enabled() || accumulator_.switch_pending(target->topic)) {
            return next_wake_anywhere(step, *target, due);
        }
        partition = accumulator_.sticky_partition(target->topic);
    }
    const PartitionQueue& queue =
        accumulator_.queues()[accumulator_.queue_of(target->topic, partition)];
    const bool has_open = !queue.batches.empty() && !queue.batches.back().full();
    if (queue.batches.size() > 1 || (!queue.batches.empty() && !has_open)) {
        return std::max(due, memory_lasts_until());
    }
    const Time opened = has_open ? queue.batches.back().created : due;
    Time lingered = opened + settings_.config.linger_ms;
    // It may leave, but nobody takes it now: the next that can happen here is that it fills.
    if (lingered <= step.now && due > step.now) lingered = step.now + seconds(1);
    if (lingered <= due) return lingered;
    const RecordRun coming = coming_until(step, due, lingered);
    if (coming.count <= 0) return lingered;
    return std::min(lingered, accumulator_.fills_at(target->topic, partition, coming));
}

/// Not after the moment at which the load has used up buffer.memory, but for two batches.
Time Producer::memory_lasts_until() const
{
    constexpr std::int32_t longest_key = 20;
    const std::int64_t record =
        RecordAccumulator::upper_bound(longest_key, settings_.load->value_size);
    const std::int64_t batch = std::max(settings_.config.batch_size, record);
    const std::int64_t batches = accumulator_.free_memory() / batch - 2;
    if (batches <= 0) return Time{};
    return arrivals_.at(next_record_ + batches * (batch / record));
}

/// The same where it is not known to which partitions the next records go: not after the moment at
/// which the first batch would be full if all of them went to it.
Time Producer::next_wake_anywhere(const Sender::Step& step, const Target& target, Time due) const
{
    constexpr std::int32_t longest_key = 20;
    Time wake = due + settings_.config.linger_ms;
    if (due <= step.now || wake <= due) return due;
    RecordRun coming = coming_until(step, due, wake);
    if (keys_.enabled()) coming.key_size = longest_key;
    if (coming.count <= 0) return wake;
    const std::size_t partitions = metadata_.topics()[target.topic].partitions.size();
    for (std::size_t i = 0; i < partitions; ++i) {
        wake = std::min(wake,
                        accumulator_.fills_at(target.topic, static_cast<std::int32_t>(i), coming));
    }
    return wake;
}

/// The records of the load that come up to `until`, as one run.
RecordRun Producer::coming_until(const Sender::Step& step, Time due, Time until) const
{
    RecordRun coming{.at = due, .first = next_record_};
    coming.arrivals = next_due_ < resume_at_ ? nullptr : &arrivals_;
    coming.count = arrivals_.due(until) - next_record_;
    coming.wall_offset = step.effects.wall_clock() - step.now;
    coming.value_size = settings_.load->value_size;
    return coming;
}

}  // namespace gregor
