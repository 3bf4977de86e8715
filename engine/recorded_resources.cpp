#include "engine/recorded_resources.h"

#include "engine/check.h"

#include <algorithm>

namespace gregor {

namespace {

std::int64_t bottleneck(const std::vector<std::int64_t>& rates, std::span<const LinkId> route)
{
    std::int64_t rate = rates[route.front()];
    for (const LinkId link : route) rate = std::min(rate, rates[link]);
    return rate;
}

std::vector<std::int64_t> rates_of(std::span<const LinkSpec> links)
{
    std::vector<std::int64_t> rates;
    rates.reserve(links.size());
    for (const LinkSpec& link : links) rates.push_back(link.bytes_per_second);
    return rates;
}

void put_varint(std::string& out, std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
}

std::uint64_t take_varint(std::string_view bytes, std::size_t& position)
{
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (position == bytes.size()) {
            throw DurationLogError(position, "found the end, expected a number");
        }
        const auto byte = static_cast<unsigned char>(bytes[position++]);
        if (shift == 63 && byte > 1) break;
        value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
        if (byte < 0x80) return value;
    }
    throw DurationLogError(position - 1, "found a number of more than 64 bits");
}

/// Zero stands for `not_ended`, which leaves the other 2^64 - 2 values that are not zero.
std::uint64_t zigzag(std::int64_t value)
{
    if (value == DurationLog::not_ended) return 0;
    const auto bits = static_cast<std::uint64_t>(value);
    return value < 0 ? ~(bits << 1) : bits << 1;
}

std::int64_t from_zigzag(std::uint64_t code)
{
    if (code == 0) return DurationLog::not_ended;
    const std::uint64_t half = code >> 1;
    return static_cast<std::int64_t>((code & 1U) != 0 ? ~half : half);
}

}  // namespace

std::int64_t DurationLog::at(std::uint64_t number, std::size_t& hint) const
{
    GREGOR_CHECK(number < size_);
    const bool usable =
        hint <= entries_.size() && (hint == 0 || entries_[hint - 1].number < number);
    if (!usable || (hint < entries_.size() && entries_[hint].number < number)) {
        const auto found = std::lower_bound(
            entries_.begin(), entries_.end(), number,
            [](const Entry& entry, std::uint64_t wanted) { return entry.number < wanted; });
        hint = static_cast<std::size_t>(found - entries_.begin());
    }
    if (hint == entries_.size() || entries_[hint].number != number) return 0;
    return entries_[hint++].value;
}

std::string DurationLog::encode() const
{
    std::string out;
    put_varint(out, size_ << 1 | (reserves_ ? 1U : 0U));
    std::uint64_t next = 0;
    for (const Entry& entry : entries_) {
        put_varint(out, entry.number - next);
        put_varint(out, zigzag(entry.value));
        next = entry.number + 1;
    }
    if (next < size_) put_varint(out, size_ - next);
    return out;
}

DurationLog DurationLog::decode(std::string_view bytes)
{
    std::size_t position = 0;
    const std::uint64_t head = take_varint(bytes, position);
    DurationLog log((head & 1U) != 0);
    log.size_ = head >> 1;
    std::uint64_t next = 0;
    while (next < log.size_) {
        const std::size_t run_at = position;
        const std::uint64_t zeros = take_varint(bytes, position);
        if (zeros > log.size_ - next) {
            throw DurationLogError(run_at, "found a run of zeros that does not fit the size");
        }
        next += zeros;
        if (next == log.size_) break;
        const std::uint64_t code = take_varint(bytes, position);
        const std::int64_t value = from_zigzag(code);
        if (value == not_ended && (code != 0 || log.reserves_)) {
            throw DurationLogError(position - 1, "found a value that is never written");
        }
        log.entries_.push_back(Entry{next++, value});
    }
    if (position != bytes.size()) {
        throw DurationLogError(position, "found more bytes after the last duration");
    }
    return log;
}

DurationLogError::DurationLogError(std::size_t at, const std::string& what)
    : std::runtime_error("durations: " + what + " at byte " + std::to_string(at)), offset(at)
{
}

DurationMissing::DurationMissing(std::uint64_t missing, std::uint64_t recorded)
    : std::runtime_error("transmission " + std::to_string(missing) +
                         " is not in the recording, which has " + std::to_string(recorded)),
      number(missing)
{
}

RecordedResources::RecordedResources(std::span<const LinkSpec> links,
                                     std::shared_ptr<const DurationLog> log)
    : log_(std::move(log)), rates_(rates_of(links))
{
    GREGOR_CHECK(log_ != nullptr);
}

std::optional<Time> RecordedResources::start(std::uint64_t number, Time now,
                                             std::span<const LinkId> route, std::int64_t bytes)
{
    if (number >= log_->size()) throw DurationMissing(number, log_->size());
    const std::int64_t longer_by = log_->at(number, hint_);
    if (longer_by == DurationLog::not_ended) return std::nullopt;
    const Time alone =
        route.empty() ? now : now + transmission_time(bytes, bottleneck(rates_, route));
    std::int64_t end = 0;
    if (__builtin_add_overflow(alone.nanoseconds, longer_by, &end)) return never;
    return std::max(Time{end}, now);
}

void RecordedResources::set_rate(LinkId link, std::int64_t bytes_per_second, Time)
{
    rates_[link] = bytes_per_second;
}

std::unique_ptr<Resources> RecordedResources::clone() const
{
    return std::make_unique<RecordedResources>(*this);
}

/// Stands between the inner Resources and the kernel to hear of the ends.
class RecordingResources::Listener final : public Driven {
public:
    Listener(RecordingResources& recorder, Driven& kernel) : recorder_(recorder), kernel_(kernel) {}

    Time next_event() override { return kernel_.next_event(); }
    void step() override { kernel_.step(); }
    bool stopping() const override { return kernel_.stopping(); }
    void completed(std::uint64_t number, Time at) override
    {
        recorder_.ended(number, at);
        kernel_.completed(number, at);
    }

private:
    RecordingResources& recorder_;
    Driven& kernel_;
};

RecordingResources::RecordingResources(std::unique_ptr<Resources> inner,
                                       std::span<const LinkSpec> links)
    : inner_(std::move(inner)), rates_(rates_of(links))
{
    GREGOR_CHECK(inner_ != nullptr);
    log_ = DurationLog(inner_->reserves());
}

std::optional<Time> RecordingResources::start(std::uint64_t number, Time now,
                                              std::span<const LinkId> route, std::int64_t bytes)
{
    GREGOR_CHECK(number == log_.size() + recent_.size());
    const Time alone =
        route.empty() ? now : now + transmission_time(bytes, bottleneck(rates_, route));
    recent_.push_back(Slot{alone});
    const std::optional<Time> end = inner_->start(number, now, route, bytes);
    if (end) ended(number, *end);
    return end;
}

void RecordingResources::set_rate(LinkId link, std::int64_t bytes_per_second, Time now)
{
    rates_[link] = bytes_per_second;
    inner_->set_rate(link, bytes_per_second, now);
}

void RecordingResources::drive(Driven& kernel, Time until)
{
    Listener listener(*this, kernel);
    inner_->drive(listener, until);
}

void RecordingResources::cancel(std::uint64_t number, Time now)
{
    inner_->cancel(number, now);
    if (number >= log_.size()) close(number, DurationLog::not_ended);
}

void RecordingResources::ended(std::uint64_t number, Time at)
{
    GREGOR_CHECK(number >= log_.size());
    close(number, (at - slot(number).alone_until).nanoseconds);
}

RecordingResources::Slot& RecordingResources::slot(std::uint64_t number)
{
    GREGOR_CHECK(number - log_.size() < recent_.size());
    return recent_[static_cast<std::size_t>(number - log_.size())];
}

/// The first answer stands: what was given up after its end was promised keeps that end.
void RecordingResources::close(std::uint64_t number, std::int64_t longer_by)
{
    Slot& closing = slot(number);
    if (!closing.closed) closing.longer_by = longer_by;
    closing.closed = true;
    while (!recent_.empty() && recent_.front().closed) {
        log_.append(recent_.front().longer_by);
        recent_.pop_front();
    }
}

DurationLog RecordingResources::log() const
{
    DurationLog all = log_;
    for (const Slot& slot : recent_) all.append(slot.longer_by);
    return all;
}

std::unique_ptr<Resources> RecordingResources::clone() const
{
    std::unique_ptr<Resources> inner = inner_->clone();
    if (inner == nullptr) return nullptr;
    auto copy = std::make_unique<RecordingResources>(std::move(inner), std::span<const LinkSpec>{});
    copy->rates_ = rates_;
    copy->log_ = log_;
    copy->recent_ = recent_;
    return copy;
}

}  // namespace gregor
