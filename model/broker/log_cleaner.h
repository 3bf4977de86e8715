#pragma once

#include "model/broker/log_manager.h"
#include "model/broker/log_step.h"
#include "model/compaction/cleaner_checkpoints.h"

#include <cstdint>
#include <map>
#include <vector>

namespace gregor {

/// The cleaner threads of a broker: each takes the dirtiest log, cleans it, and looks for the next;
/// with nothing to do it waits log.cleaner.backoff.ms.
/// Source: classes LogCleaner, LogCleanerManager.
class LogCleaner {
public:
    static constexpr TimerKey timer = 25;

    /// The process runs. `isolates`: a partition that cannot be cleaned is left alone and the
    /// thread goes on (KIP-346); without it the thread ends.
    void start(const LogStep& step, bool isolates);
    void on_timer(const LogStep& step, LogManager& manager);
    /// True when the request was one of these.
    bool on_disk(const LogStep& step, LogManager& manager, Tag tag);
    void on_end();
    /// A log was cut at its end.
    void truncated(const Replica& replica);
    /// A pass that reaches this record fails, as it does on one that cannot be decoded.
    void poison(TopicPartition partition, Offset offset) { poisoned_[partition] = offset; }
    void set_frozen(const LogStep& step, bool frozen);

private:
    struct Thread {
        /// resting: it has read, and its share of the bytes per second is used up.
        enum class State : std::uint8_t { waiting, reading, resting, writing, dead };
        State state = State::waiting;
        Time wakes;               ///< of one that waits or rests
        std::uint32_t slot{};     ///< of the log it works on
        Tag tag{};                ///< of what it asked of the disk
        Offset first_dirty, end;  ///< what it reads: behind `end` later passes clean
        Time paid;                ///< when the budget allows what it has asked of the disk
    };

    void look_for_work(const LogStep& step, LogManager& manager, Thread& thread);
    bool is_poisoned(const Replica& replica, Offset end) const;
    void clean(const LogStep& step, LogManager& manager, Thread& thread);
    void pass_is_over(const LogStep& step, Thread& thread);
    void transfer(const LogStep& step, Thread& thread, std::int64_t bytes);
    bool is_worked_on(std::uint32_t slot) const;
    void arm(const LogStep& step) const;

    // Outlive the process, as the files do.
    CleanerCheckpoints checkpoints_;
    std::map<TopicPartition, Offset> poisoned_;

    std::vector<Thread> threads_;
    Time budget_from_;  // the bytes per second up to here are used
    bool isolates_ = true;
    bool frozen_ = false;
};

}  // namespace gregor
