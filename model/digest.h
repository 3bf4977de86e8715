#pragma once

#include "engine/hash.h"
#include "engine/time.h"
#include "model/error.h"
#include "model/types.h"

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace gregor {

/// Folds a value of the model into a hash, field by field: integers as they are, lists with their
/// length, texts by their characters.
template <class Int>
requires std::integral<Int> || std::is_enum_v<Int>
constexpr std::uint64_t fold(std::uint64_t hash, Int value)
{
    return mix(hash, static_cast<std::uint64_t>(value));
}
constexpr std::uint64_t fold(std::uint64_t hash, Time time)
{
    return mix(hash, static_cast<std::uint64_t>(time.nanoseconds));
}
constexpr std::uint64_t fold(std::uint64_t hash, Duration duration)
{
    return mix(hash, static_cast<std::uint64_t>(duration.nanoseconds));
}
template <class Tag, class Int>
constexpr std::uint64_t fold(std::uint64_t hash, Id<Tag, Int> id)
{
    return mix(hash, static_cast<std::uint64_t>(id.value));
}
constexpr std::uint64_t fold(std::uint64_t hash, TopicPartition partition)
{
    return mix(hash, static_cast<std::uint64_t>(static_cast<std::uint32_t>(partition.topic.value))
                             << 32 |
                         static_cast<std::uint32_t>(partition.partition));
}
inline std::uint64_t fold(std::uint64_t hash, std::string_view text)
{
    return hash_of(text, hash);
}
inline std::uint64_t fold(std::uint64_t hash, const std::string& text)
{
    return hash_of(text, hash);
}
template <class List>
requires requires(const List& list)
{
    list.begin();
    list.size();
    typename List::value_type;
} &&(!std::convertible_to<List, std::string_view>)std::uint64_t
    fold(std::uint64_t hash, const List& list)
{
    hash = mix(hash, list.size());
    for (const auto& each : list) hash = fold(hash, each);
    return hash;
}
/// Several values, one after the other.
template <class... Values>
std::uint64_t fold_all(std::uint64_t hash, const Values&... values)
{
    ((hash = fold(hash, values)), ...);
    return hash;
}

}  // namespace gregor
