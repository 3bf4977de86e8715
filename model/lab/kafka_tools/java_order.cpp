#include "model/lab/kafka_tools/java_order.h"

#include <string>

namespace gregor::lab::kafka_tools {

namespace {

std::uint32_t add(std::uint32_t hash, std::uint32_t unit)
{
    return 31 * hash + unit;
}

std::uint32_t hash_of(std::string_view text)
{
    std::uint32_t hash = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
        std::uint32_t point = length == 1 ? byte : byte & (0x7fU >> length);
        for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
            point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
        }
        i += length;
        if (point < 0x10000) {
            hash = add(hash, point);
        } else {  // a surrogate pair
            hash = add(hash, 0xd800 + ((point - 0x10000) >> 10));
            hash = add(hash, 0xdc00 + ((point - 0x10000) & 0x3ffU));
        }
    }
    return hash;
}

}  // namespace

std::int32_t java_hash(std::string_view text)
{
    return static_cast<std::int32_t>(hash_of(text));
}

std::int32_t java_hash(std::string_view topic, std::int32_t partition)
{
    return static_cast<std::int32_t>(31 * (31 + static_cast<std::uint32_t>(partition)) +
                                     hash_of(topic));
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
                      [](const std::string& name) { return java_hash(name); });
}

}  // namespace gregor::lab::kafka_tools
