#include "model/load.h"

#include "engine/hash.h"

#include <algorithm>
#include <limits>

namespace gregor {

namespace {

constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();

/// floor((a * b + c) / d) for non-negative numbers, `endless` when that is too large. Nearly always
/// 64 bits are enough, and much faster to divide.
std::int64_t muldiv(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d)
{
    std::int64_t small = 0;
    if (!__builtin_mul_overflow(a, b, &small) && !__builtin_add_overflow(small, c, &small)) {
        return small / d;
    }
    const auto wide = [](std::int64_t value) { return static_cast<Uint128>(value); };
    const Uint128 result = (wide(a) * wide(b) + wide(c)) / wide(d);
    return result > wide(endless) ? endless : static_cast<std::int64_t>(result);
}

}  // namespace

Arrivals::Arrivals(const Load& load)
    : rate_(load.rate), from_(load.from), to_(load.to), total_(load.records.value_or(endless))
{
}

std::int64_t Arrivals::due_of_rate(Time time) const
{
    if (time < from_) return 0;
    // floor(i * per / count) <= d  <=>  i < (d + 1) * count / per
    const std::int64_t per = rate_.per.nanoseconds;
    return muldiv((time - from_).nanoseconds + 1, rate_.count, per - 1, per);
}

Time Arrivals::at(std::int64_t i) const
{
    if (i >= total_) return never;
    if (rate_.unlimited()) return from_;
    const Time due = from_ + nanoseconds(muldiv(i, rate_.per.nanoseconds, 0, rate_.count));
    return due < to_ ? due : never;
}

std::int64_t Arrivals::due(Time time) const
{
    if (rate_.unlimited()) return time >= from_ && time < to_ ? total_ : 0;
    return std::min(total_, due_of_rate(std::min(time, to_ - nanoseconds(1))));
}

Duration Arrivals::spacing() const
{
    return rate_.unlimited() ? Duration{} : rate_.per / rate_.count;
}

}  // namespace gregor
