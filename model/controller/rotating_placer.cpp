#include "model/controller/rotating_placer.h"

#include <algorithm>
#include <set>

namespace gregor {

namespace {

/// One broker of each rack in turn, racks by name, the brokers of each ascending.
std::vector<PlaceableBroker> alternate_racks(std::span<const PlaceableBroker> brokers)
{
    std::map<std::string, std::vector<PlaceableBroker>> racks;
    for (const PlaceableBroker& each : brokers) racks[each.rack].push_back(each);
    for (auto& rack : racks) std::ranges::sort(rack.second, {}, &PlaceableBroker::id);
    std::vector<PlaceableBroker> list;
    for (std::size_t turn = 0; list.size() < brokers.size(); ++turn) {
        for (const auto& rack : racks) {
            if (turn < rack.second.size()) list.push_back(rack.second[turn]);
        }
    }
    return list;
}

/// Brokers behind the leader's place, at a distance, in a circle that leaves the leader out.
class Followers {
public:
    Followers(std::size_t brokers, std::size_t leader, std::size_t distance)
        : brokers_(brokers), leader_(leader), distance_(distance)
    {
    }
    /// The place in the list of the `n`-th candidate.
    std::size_t at(std::size_t n) const
    {
        return (leader_ + 1 + (distance_ + n) % (brokers_ - 1)) % brokers_;
    }

private:
    std::size_t brokers_, leader_, distance_;
};

/// The followers of one partition so that every rack has one before any has two.
void add_over_racks(std::span<const PlaceableBroker> list, const Followers& followers,
                    std::size_t racks, std::size_t wanted, BrokerList& replicas,
                    const PlaceableBroker& leader)
{
    std::set<std::string> used_racks{leader.rack};
    std::set<BrokerId> used{leader.id};
    for (std::size_t n = 0; replicas.size() < wanted; ++n) {
        const PlaceableBroker& candidate = list[followers.at(n)];
        const bool rack_fits = !used_racks.contains(candidate.rack) || used_racks.size() == racks;
        const bool fits = !used.contains(candidate.id) || used.size() == list.size();
        if (!rack_fits || !fits) continue;
        replicas.push_back(candidate.id);
        used_racks.insert(candidate.rack);
        used.insert(candidate.id);
    }
}

}  // namespace

Result<std::map<std::int32_t, BrokerList>> place_replicas_in_rotation(
    std::span<const PlaceableBroker> brokers, const Placement& wanted, Rotation rotation)
{
    const std::size_t count = brokers.size();
    if (wanted.partitions <= 0) return Error::invalid_partitions;
    if (wanted.replication_factor <= 0 ||
        static_cast<std::size_t>(wanted.replication_factor) > count) {
        return Error::invalid_replication_factor;
    }
    const auto with_rack =
        std::ranges::count_if(brokers, [](const auto& each) { return !each.rack.empty(); });
    if (with_rack != 0 && static_cast<std::size_t>(with_rack) != count) {
        return Error::invalid_request;
    }
    std::vector<PlaceableBroker> list(brokers.begin(), brokers.end());
    std::set<std::string> racks;
    if (with_rack != 0) {
        list = alternate_racks(brokers);
        for (const PlaceableBroker& each : list) racks.insert(each.rack);
    }
    const auto replication_factor = static_cast<std::size_t>(wanted.replication_factor);
    std::map<std::int32_t, BrokerList> placed;
    const std::int32_t first = std::max(rotation.first_partition, 0);
    auto shift = static_cast<std::size_t>(rotation.shift);
    for (std::int32_t id = first; id < first + wanted.partitions; ++id) {
        const auto number = static_cast<std::size_t>(id);
        if (number > 0 && number % count == 0) ++shift;
        const std::size_t leader = (number + static_cast<std::size_t>(rotation.start)) % count;
        BrokerList& replicas = placed[id];
        replicas.push_back(list[leader].id);
        if (racks.empty()) {
            const Followers followers(count, leader, shift);
            for (std::size_t n = 0; n + 1 < replication_factor; ++n) {
                replicas.push_back(list[followers.at(n)].id);
            }
        } else {
            const Followers followers(count, leader, shift * racks.size());
            add_over_racks(list, followers, racks.size(), replication_factor, replicas,
                           list[leader]);
        }
    }
    return placed;
}

}  // namespace gregor
