#pragma once

#include "engine/process.h"
#include "engine/time.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace gregor {

struct DiskSpec {
    /// Bytes per second at which the device takes writes and gives reads. Without it the page
    /// cache absorbs every write at once; with it each write waits for the device, as under
    /// Linux once the dirty limit is reached.
    std::optional<std::int64_t> rate;
    Duration latency;                      ///< added to each operation of a throttled disk
    std::optional<std::int64_t> capacity;  ///< bytes; none = unlimited
    Duration writeback = seconds(30);      ///< age at which dirty pages are written back
};

/// One node's disk: a queue for the device, the page cache, and how much of each file is durable.
/// Files grow at their end, are cut there, and give back bytes at their beginning, which is all
/// that a log needs.
class Disk {
public:
    Disk() = default;
    explicit Disk(const DiskSpec& spec) : spec_(spec) {}

    const DiskSpec& spec() const { return spec_; }
    void configure(const DiskSpec& spec) { spec_ = spec; }
    bool throttled() const { return spec_.rate.has_value() || spec_.latency.nanoseconds > 0; }
    bool full() const { return spec_.capacity && used_ >= *spec_.capacity; }
    std::int64_t used() const { return used_; }

    /// Returns when the writer may go on; nothing when the page cache absorbed it at once.
    std::optional<Time> write(Time now, FileId file, std::int64_t bytes);
    Time read(Time now, std::int64_t bytes) { return occupy(now, bytes); }
    /// Returns when all that was written to the file before is durable.
    Time flush(Time now, FileId file);
    /// A process that ends in an orderly way leaves nothing unwritten, as if in no time.
    void flush_all();
    void truncate(Time now, FileId file, std::int64_t bytes);
    /// The first bytes of a file are given back. Its size goes on counting them.
    void release(FileId file, std::int64_t bytes);
    /// What write-back has not reached from `offset` bytes on is held back: a power loss drops it.
    void hold_back(FileId file, std::int64_t offset);

    /// Power is lost: the bytes of each file that survive. They are what the files hold now.
    const std::vector<std::int64_t>& lose_power(Time now);
    /// What the last power loss left of each file.
    const std::vector<std::int64_t>& survivors() const { return survivors_; }
    /// An empty disk is put in place of this one.
    void replace();

private:
    struct Mark {
        Time first, last;    // of the writes gathered here
        std::int64_t end{};  // size of the file after them
    };
    struct File {
        std::int64_t size = 0;
        std::int64_t durable = 0;
        std::int64_t released = 0;
        std::optional<std::int64_t> held_back;
        std::deque<Mark> dirty;
    };
    File& file(FileId id);
    Time occupy(Time now, std::int64_t bytes);
    void write_back(Time now, File& file) const;

    DiskSpec spec_;
    std::vector<File> files_;
    std::vector<std::int64_t> survivors_;
    std::int64_t used_ = 0;
    Time busy_until_;
};

}  // namespace gregor
