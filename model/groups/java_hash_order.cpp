#include "model/groups/java_hash_order.h"

#include "model/java_hash.h"

namespace gregor {

JavaHashOrder::JavaHashOrder(std::size_t entries)
{
    while (entries > std::size_t{buckets_} / 4 * 3) buckets_ *= 2;
}

std::uint32_t JavaHashOrder::bucket(std::string_view key) const
{
    const auto hash = static_cast<std::uint32_t>(java_string_hash(key));
    return (hash ^ hash >> 16) & (buckets_ - 1);
}

bool JavaHashOrder::operator()(std::string_view left, std::string_view right) const
{
    const std::uint32_t one = bucket(left), other = bucket(right);
    return one != other ? one < other : left < right;
}

}  // namespace gregor
