#pragma once

#include "engine/resources.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gregor {

/// How long the transmissions of a run took, by number: for each the nanoseconds it took longer
/// than it would have alone. Mostly zero, so only the others are kept. Plain data.
class DurationLog {
public:
    /// Instead of a difference: the transmission was given up, or under way when the run ended.
    static constexpr std::int64_t not_ended = INT64_MIN;

    /// `reserves`: what the recorded Resources said of itself (Resources::reserves).
    explicit DurationLog(bool reserves = false) : reserves_(reserves) {}

    bool reserves() const { return reserves_; }
    void append(std::int64_t longer_by_nanoseconds)
    {
        if (longer_by_nanoseconds != 0) entries_.push_back(Entry{size_, longer_by_nanoseconds});
        ++size_;
    }
    std::uint64_t size() const { return size_; }
    /// Precondition: number < size(). `hint` makes asking in order O(1); any value is right.
    std::int64_t at(std::uint64_t number, std::size_t& hint) const;

    /// Varints: twice the size, plus one if `reserves`; then by turns a run of zeros and one other
    /// value (zigzag; 0: not ended).
    std::string encode() const;
    /// Throws DurationLogError. Needs at most 16 times the memory of `bytes`.
    static DurationLog decode(std::string_view bytes);

    bool operator==(const DurationLog&) const = default;

private:
    struct Entry {
        std::uint64_t number;
        std::int64_t value;
        bool operator==(const Entry&) const = default;
    };
    std::vector<Entry> entries_;  // by number; everything else is zero
    std::uint64_t size_ = 0;
    bool reserves_;
};

/// The bytes are not what DurationLog::encode writes.
class DurationLogError : public std::runtime_error {
public:
    DurationLogError(std::size_t at, const std::string& what);
    std::size_t offset;
};

/// The re-executed run starts a transmission that the recorded one did not: they have parted.
class DurationMissing : public std::runtime_error {
public:
    DurationMissing(std::uint64_t missing, std::uint64_t recorded);
    std::uint64_t number;
};

/// Resources by the durations that an earlier run got. Integers only; a clone shares the log.
class RecordedResources final : public Resources {
public:
    RecordedResources(std::span<const LinkSpec> links, std::shared_ptr<const DurationLog> log);

    /// Nothing for a transmission that did not end. Throws DurationMissing.
    std::optional<Time> start(std::uint64_t number, Time now, std::span<const LinkId> route,
                              std::int64_t bytes) override;
    void cancel(std::uint64_t, Time) override {}
    void set_rate(LinkId link, std::int64_t bytes_per_second, Time now) override;
    bool reserves() const override { return log_->reserves(); }
    std::unique_ptr<Resources> clone() const override;

private:
    std::shared_ptr<const DurationLog> log_;
    std::vector<std::int64_t> rates_;
    std::size_t hint_ = 0;
};

/// Another Resources, with a log of what it says. The numbers must come in order: 0, 1, 2, ...
class RecordingResources final : public Resources {
public:
    RecordingResources(std::unique_ptr<Resources> inner, std::span<const LinkSpec> links);

    /// What was logged up to now; transmissions under way appear as not ended.
    DurationLog log() const;

    std::optional<Time> start(std::uint64_t number, Time now, std::span<const LinkId> route,
                              std::int64_t bytes) override;
    void cancel(std::uint64_t number, Time now) override;
    void set_rate(LinkId link, std::int64_t bytes_per_second, Time now) override;
    bool drives() const override { return inner_->drives(); }
    bool reserves() const override { return inner_->reserves(); }
    void drive(Driven& kernel, Time until) override;
    /// With a log of its own from here on; null when the inner one cannot be copied.
    std::unique_ptr<Resources> clone() const override;

private:
    class Listener;
    struct Slot {
        Time alone_until;  // the end, had it been alone
        std::int64_t longer_by = DurationLog::not_ended;
        bool closed = false;
    };

    Slot& slot(std::uint64_t number);
    void close(std::uint64_t number, std::int64_t longer_by);
    void ended(std::uint64_t number, Time at);

    std::unique_ptr<Resources> inner_;
    std::vector<std::int64_t> rates_;
    DurationLog log_;          // up to the first one under way
    std::deque<Slot> recent_;  // from that one on
};

}  // namespace gregor
