#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

/// The order in which Kafka's Java walks its hash tables. Source: java.util.HashMap (spread,
/// resize).

/// TopicPartition.hashCode().
std::int32_t java_hash(std::string_view topic, std::int32_t partition);

/// How many buckets a HashMap has in the end: it doubles when it holds more than three quarters of
/// them. `first` is what it began with: 16 when nothing was said.
std::size_t buckets_of_growing(std::size_t entries, std::size_t first = 16);
/// Of `new HashMap(n)` after n entries.
std::size_t buckets_of_sized(std::size_t entries);
/// Of a copy of a map of n entries.
std::size_t buckets_of_copy(std::size_t entries);

/// The bucket of a hash among so many, a power of two.
inline std::size_t bucket_of_hash(std::int32_t hash, std::size_t buckets)
{
    const auto h = static_cast<std::uint32_t>(hash);
    return (h ^ (h >> 16)) & (buckets - 1);
}

/// In which order a HashMap with so many buckets gives back what was put in as `items`: bucket by
/// bucket, within one as they came. Chains that became trees (eight in one bucket of a table of
/// 64) are not told apart.
template <class Item, class Hash>
std::vector<Item> hash_order(const std::vector<Item>& items, std::size_t buckets, Hash hash)
{
    std::vector<std::vector<Item>> table(buckets);
    for (const Item& item : items) {
        table[bucket_of_hash(hash(item), buckets)].push_back(item);
    }
    std::vector<Item> ordered;
    for (auto& bucket : table) ordered.insert(ordered.end(), bucket.begin(), bucket.end());
    return ordered;
}

/// The same for the names themselves, in a map that grew from 16.
std::vector<std::string> hash_order_of_names(const std::vector<std::string>& names);

/// Where Kafka takes "any" entry of a hash table, it takes the first of its buckets. Strings in one
/// bucket stand in the order in which they came, which is not known here: they are ordered by
/// their bytes. Tables never shrink in Java; this one has the size for what is in it now.
class JavaHashOrder {
public:
    /// \param entries  how many the map holds
    explicit JavaHashOrder(std::size_t entries);

    bool operator()(std::string_view left, std::string_view right) const;
    /// The first key of a map from strings; an empty text when it is empty.
    template <class Map>
    static std::string_view first_key(const Map& map)
    {
        const JavaHashOrder before(map.size());
        std::string_view first;
        for (const auto& [key, value] : map) {
            if (first.empty() || before(key, first)) first = key;
        }
        return first;
    }

private:
    std::size_t buckets_;
};

}  // namespace gregor
