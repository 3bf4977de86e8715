#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

/// TopicPartition.hashCode().
std::int32_t java_hash(std::string_view topic, std::int32_t partition);

/// How many buckets a HashMap has in the end: it doubles when it holds more than three quarters of
/// them. `first` is what it began with: 16 when nothing was said.
std::size_t buckets_of_growing(std::size_t entries, std::size_t first = 16);
/// Of `new HashMap(n)` after n entries.
std::size_t buckets_of_sized(std::size_t entries);
/// Of a copy of a map of n entries.
std::size_t buckets_of_copy(std::size_t entries);

/// In which order a HashMap with so many buckets gives back what was put in as `items`: bucket by
/// bucket, within one as they came. Chains that became trees (eight in one bucket of a table of
/// 64) are not told apart.
template <class Item, class Hash>
std::vector<Item> hash_order(const std::vector<Item>& items, std::size_t buckets, Hash hash)
{
    std::vector<std::vector<Item>> table(buckets);
    for (const Item& item : items) {
        const auto h = static_cast<std::uint32_t>(std::int32_t{hash(item)});
        table[(h ^ (h >> 16)) & (buckets - 1)].push_back(item);
    }
    std::vector<Item> ordered;
    for (auto& bucket : table) ordered.insert(ordered.end(), bucket.begin(), bucket.end());
    return ordered;
}

/// The same for the names themselves, in a map that grew from 16.
std::vector<std::string> hash_order_of_names(const std::vector<std::string>& names);

}  // namespace gregor::lab::kafka_tools
