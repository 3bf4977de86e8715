#include "model/java_hash_order.h"

#include "model/java_hash.h"

namespace gregor {

std::int32_t java_hash(std::string_view topic, std::int32_t partition)
{
    return static_cast<std::int32_t>(31 * (31 + static_cast<std::uint32_t>(partition)) +
                                     static_cast<std::uint32_t>(java_string_hash(topic)));
}

std::size_t buckets_of_growing(std::size_t entries, std::size_t first)
{
    std::size_t buckets = first;
    while (entries > buckets * 3 / 4) buckets *= 2;
    return buckets;
}

std::size_t buckets_of_sized(std::size_t entries)
{
    std::size_t buckets = 1;
    while (buckets < entries) buckets *= 2;
    return buckets_of_growing(entries, buckets);
}

std::size_t buckets_of_copy(std::size_t entries)
{
    std::size_t buckets = 1;
    while (buckets < entries * 4 / 3 + 1) buckets *= 2;
    return buckets;
}

std::vector<std::string> hash_order_of_names(const std::vector<std::string>& names)
{
    return hash_order(names, buckets_of_growing(names.size()),
                      [](const std::string& name) { return java_string_hash(name); });
}

JavaHashOrder::JavaHashOrder(std::size_t entries) : buckets_(buckets_of_growing(entries)) {}

bool JavaHashOrder::operator()(std::string_view left, std::string_view right) const
{
    const std::size_t one = bucket_of_hash(java_string_hash(left), buckets_);
    const std::size_t other = bucket_of_hash(java_string_hash(right), buckets_);
    return one != other ? one < other : left < right;
}

}  // namespace gregor
