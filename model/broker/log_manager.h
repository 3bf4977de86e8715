#pragma once

#include "model/broker/log_step.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace gregor {

/// What a broker does with its logs in the background: retention, flushes by time, checkpoint
/// files, the late deletion of files, and the scan at a start after an end that was not in order.
/// Source: classes LogManager, LogLoader.
class LogManager {
public:
    static constexpr TimerKey retention_timer = 21;
    static constexpr TimerKey checkpoint_timer = 22;
    static constexpr TimerKey flush_timer = 23;
    static constexpr TimerKey deletion_timer = 24;
    static constexpr TimerKey expiration_timer = 26;

    /// The process starts: each log becomes what its files give. What has to be read for that
    /// takes time, see `is_reading`. The directories of those returned go offline.
    struct Unreadable {
        std::size_t directory{};  ///< of log.dirs
        LogError error;
    };
    std::vector<Unreadable> start(const LogStep& step, StartReason reason);
    /// Whether a scan has not been through all logs yet.
    bool is_reading() const { return !unread_.empty() || !reading_.empty(); }
    /// Lets num.recovery.threads.per.data.dir threads read, if they do not yet.
    void read_on(const LogStep& step);
    void on_timer(const LogStep& step, TimerKey key);
    /// True when the request was one of these.
    bool on_disk(const LogStep& step, Tag tag);
    /// The process ends; in order: the logs are closed and the checkpoint files written.
    void on_end(std::vector<Replica>& replicas, StartReason reason);

    /// A new segment was begun for a batch that is not yet handed to the disk: what stands before
    /// it is flushed.
    static void rolled(const LogStep& step, Replica& replica, const RollReasons& reasons);
    /// Everything in the log becomes durable.
    static void flush(const LogStep& step, Replica& replica, Tag tag = 0);
    /// The log of a replica lost segments: reports it, and gives their space back later.
    void delete_segments(const LogStep& step, std::uint32_t slot);
    /// Files with so many bytes are deleted after file.delete.delay.ms.
    void release_later(const LogStep& step, std::uint32_t slot, std::int64_t bytes);

    /// The directory of the log was emptied.
    void forget_deletions(std::uint32_t slot)
    {
        std::erase_if(deletions_, [slot](const Deletion& each) { return each.slot == slot; });
    }

private:
    struct Deletion {
        Time due;
        std::uint32_t slot{};
        std::int64_t bytes{};
    };

    static void rolled(const LogStep& step, Replica& replica, std::string_view reason);
    LogError reopen(const LogStep& step, Replica& replica, StartReason reason);
    void carry_out_deletions(const LogStep& step);

    std::vector<Deletion> deletions_;   // by the time they are due
    std::vector<std::int64_t> unread_;  // bytes of each log that waits for a thread
    std::vector<Tag> reading_;
};

}  // namespace gregor
