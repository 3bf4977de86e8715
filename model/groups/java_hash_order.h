#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace gregor {

/// Where Kafka takes "any" entry of a java.util.HashMap, it takes the first of its buckets. Strings
/// in one bucket stand in the order in which they came, which is not known here: they are ordered
/// by their bytes. Tables never shrink in Java; this one has the size for what is in it now.
/// Source: class HashMap (spread, resize).
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
    std::uint32_t bucket(std::string_view key) const;

    std::uint32_t buckets_ = 16;
};

}  // namespace gregor
