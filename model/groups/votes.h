#pragma once

#include "model/java_hash_order.h"

#include <algorithm>
#include <map>
#include <string>

namespace gregor {

/// What has the most votes; among several, the one that Kafka's hash table has first.
/// Precondition: somebody has voted.
inline const std::string& most_voted(const std::map<std::string, int>& votes)
{
    const JavaHashOrder before(votes.size());
    return std::min_element(votes.begin(), votes.end(),
                            [&](const auto& a, const auto& b) {
                                return a.second != b.second ? a.second > b.second
                                                            : before(a.first, b.first);
                            })
        ->first;
}

}  // namespace gregor
