#include "model/broker/log_cleaner.h"

#include <algorithm>
#include <utility>

namespace gregor {

void LogCleaner::start(const LogStep& step, bool isolates)
{
    isolates_ = isolates;
    budget_from_ = step.now;
    const std::int64_t count = step.config.log_cleaner_enable ? step.config.log_cleaner_threads : 0;
    threads_.assign(static_cast<std::size_t>(count), Thread{});
    for (Thread& each : threads_) each.wakes = step.now + step.config.log_cleaner_backoff_ms;
    arm(step);
}

void LogCleaner::on_end()
{
    threads_.clear();
    checkpoints_.forget_uncleanable();
}

void LogCleaner::truncated(const Replica& replica)
{
    checkpoints_.truncated(replica.partition, replica.log.active_segment().base());
}

void LogCleaner::set_frozen(const LogStep& step, bool frozen)
{
    frozen_ = frozen;
    arm(step);
}

bool LogCleaner::is_worked_on(std::uint32_t slot) const
{
    return std::ranges::any_of(threads_, [slot](const Thread& each) {
        const bool works =
            each.state != Thread::State::waiting && each.state != Thread::State::dead;
        return works && each.slot == slot;
    });
}

void LogCleaner::arm(const LogStep& step) const
{
    Time first = never;
    for (const Thread& each : threads_) {
        const bool sleeps =
            each.state == Thread::State::waiting || each.state == Thread::State::resting;
        if (sleeps) first = std::min(first, each.wakes);
    }
    if (first != never && !frozen_) step.effects.set_timer(timer, std::max(first, step.now));
}

void LogCleaner::on_timer(const LogStep& step, LogManager& manager)
{
    if (frozen_) return;
    for (Thread& each : threads_) {
        if (each.wakes > step.now) continue;
        if (each.state == Thread::State::waiting) look_for_work(step, manager, each);
        if (each.state == Thread::State::resting) clean(step, manager, each);
    }
    arm(step);
}

void LogCleaner::look_for_work(const LogStep& step, LogManager& manager, Thread& thread)
{
    std::vector<std::pair<TopicPartition, const UnifiedLog*>> logs;
    std::vector<std::uint32_t> slots;
    for (std::uint32_t slot = 0; slot < step.replicas.size(); ++slot) {
        const Replica& replica = step.replicas[slot];
        if (!replica.log.settings().cleanup_compact || !replica.is_usable()) continue;
        if (is_worked_on(slot)) continue;
        logs.emplace_back(replica.partition, &replica.log);
        slots.push_back(slot);
    }
    const auto found = checkpoints_.dirtiest(logs, step.now_ms());
    if (found) {
        const auto at = std::ranges::find(logs, found->partition,
                                          &std::pair<TopicPartition, const UnifiedLog*>::first);
        thread.slot = slots[static_cast<std::size_t>(at - logs.begin())];
        thread.state = Thread::State::reading;
        thread.first_dirty = found->cleanable.first_dirty;
        thread.end = found->cleanable.first_uncleanable_segment;
        transfer(step, thread, found->cleanable.clean_bytes + 2 * found->cleanable.cleanable_bytes);
    } else {
        thread.wakes = step.now + step.config.log_cleaner_backoff_ms;
    }
    // "compact,delete", and what lies below the log start (LogCleaner.CleanerThread).
    for (const std::uint32_t slot : slots) {
        if (!is_worked_on(slot) && !checkpoints_.is_uncleanable(step.replicas[slot].partition)) {
            manager.delete_segments(step, slot);
        }
    }
}

bool LogCleaner::on_disk(const LogStep& step, LogManager& manager, Tag tag)
{
    const auto at = std::ranges::find_if(threads_, [tag](const Thread& each) {
        return each.tag == tag &&
               (each.state == Thread::State::reading || each.state == Thread::State::writing);
    });
    if (at == threads_.end()) return false;
    if (at->state == Thread::State::writing) {
        pass_is_over(step, *at);
    } else if (at->paid > step.now || frozen_) {
        at->state = Thread::State::resting;
        at->wakes = at->paid;
    } else {
        clean(step, manager, *at);
    }
    arm(step);
    return true;
}

bool LogCleaner::is_poisoned(const Replica& replica, Offset end) const
{
    const auto at = poisoned_.find(replica.partition);
    return at != poisoned_.end() && at->second >= replica.log.log_start_offset() &&
           at->second < end;
}

void LogCleaner::clean(const LogStep& step, LogManager& manager, Thread& thread)
{
    Replica& replica = step.replicas[thread.slot];
    UnifiedLog& log = replica.log;
    if (!replica.is_usable()) return pass_is_over(step, thread);  // its directory failed meanwhile
    // The log may have been cut since the thread began to read.
    const CleanableLog now = checkpoints_.examine(replica.partition, log, step.now_ms());
    if (now.first_dirty != thread.first_dirty || now.cleanable_bytes == 0) {
        return pass_is_over(step, thread);
    }
    const std::int64_t before = log.size_in_bytes();
    const std::int64_t capacity = OffsetMap::capacity_of(
        step.config.log_cleaner_dedupe_buffer_size, static_cast<std::int64_t>(threads_.size()),
        step.config.log_cleaner_io_buffer_load_factor);
    Cleaner::Result result;
    const Offset end = std::min(thread.end, now.first_uncleanable_segment);
    if (is_poisoned(replica, end)) {
        result.error = log_errors::corrupt;
    } else {
        result = Cleaner::clean(log, now.first_dirty, end, capacity, step.now_ms());
    }
    if (!result.error.none()) {
        step.effects.trace(event::CleaningFailed{replica.partition, result.error.error});
        if (!isolates_) {
            thread.state = Thread::State::dead;
            return;
        }
        checkpoints_.mark_uncleanable(replica.partition);
        return pass_is_over(step, thread);
    }
    checkpoints_.set(replica.partition, result.end);
    step.effects.trace(event::LogCleaned{
        replica.partition, now.first_dirty, result.end, result.bytes_mapped + result.bytes_read,
        result.bytes_written, result.records_read, result.records_written});
    // New files take the place of old ones, which stay a while under another name.
    step.effects.release(replica.file, -result.bytes_written);
    manager.release_later(step, thread.slot, before - log.size_in_bytes() + result.bytes_written);
    thread.state = Thread::State::writing;
    transfer(step, thread, result.bytes_written);
}

/// All threads share log.cleaner.io.max.bytes.per.second, reading and writing together (class
/// Throttler, which sleeps every 300 ms of a pass; here one thread sleeps once for each direction).
void LogCleaner::transfer(const LogStep& step, Thread& thread, std::int64_t bytes)
{
    thread.tag = ++step.next_tag;
    step.effects.transfer(bytes, thread.tag);
    const std::int64_t most =
        std::max<std::int64_t>(step.config.log_cleaner_io_max_bytes_per_second, 1);
    const Uint128 needed = static_cast<Uint128>(bytes) * 1'000'000'000 / static_cast<Uint128>(most);
    constexpr Uint128 for_ever = 1'000'000'000'000'000'000;  // 31 years
    const Duration least = nanoseconds(static_cast<std::int64_t>(std::min(needed, for_ever)));
    thread.paid = budget_from_ = std::max(budget_from_, step.now) + least;
}

void LogCleaner::pass_is_over(const LogStep& step, Thread& thread)
{
    thread.state = Thread::State::waiting;
    thread.wakes = std::max(step.now, thread.paid);
}

}  // namespace gregor
