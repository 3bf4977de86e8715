#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace gregor {

/// A length of simulated time in integer nanoseconds (may be negative in differences).
struct Duration {
    std::int64_t nanoseconds{};
    constexpr auto operator<=>(const Duration&) const = default;
};

/// An instant of simulated time: nanoseconds since the start of the run, which is Time{0}.
struct Time {
    std::int64_t nanoseconds{};
    constexpr auto operator<=>(const Time&) const = default;
};

/// Later than every instant a run can reach (292 years).
inline constexpr Time never{std::numeric_limits<std::int64_t>::max()};

constexpr Duration nanoseconds(std::int64_t n)
{
    return {n};
}
constexpr Duration microseconds(std::int64_t n)
{
    return {n * 1'000};
}
constexpr Duration milliseconds(std::int64_t n)
{
    return {n * 1'000'000};
}
constexpr Duration seconds(std::int64_t n)
{
    return {n * 1'000'000'000};
}

constexpr Duration operator+(Duration a, Duration b)
{
    return {a.nanoseconds + b.nanoseconds};
}
constexpr Duration operator-(Duration a, Duration b)
{
    return {a.nanoseconds - b.nanoseconds};
}
constexpr Duration operator*(Duration a, std::int64_t n)
{
    return {a.nanoseconds * n};
}
constexpr Duration operator/(Duration a, std::int64_t n)
{
    return {a.nanoseconds / n};
}
constexpr Duration operator-(Time a, Time b)
{
    return {a.nanoseconds - b.nanoseconds};
}

/// Saturates at `never`, so that "now + a setting that means for ever" stays for ever.
constexpr Time operator+(Time t, Duration d)
{
    if (d.nanoseconds > 0 && t.nanoseconds > never.nanoseconds - d.nanoseconds) return never;
    return {t.nanoseconds + d.nanoseconds};
}
constexpr Time operator-(Time t, Duration d)
{
    return {t.nanoseconds - d.nanoseconds};
}

/// Whole milliseconds, rounded down: Kafka's clock.
constexpr std::int64_t to_milliseconds(Time t)
{
    return t.nanoseconds / 1'000'000;
}
constexpr std::int64_t to_milliseconds(Duration d)
{
    return d.nanoseconds / 1'000'000;
}

}  // namespace gregor
