#include "model/controller/replica_placer.h"

#include "engine/check.h"

#include <algorithm>
#include <map>
#include <utility>

namespace gregor {

namespace {

template <class T>
void shuffle(std::vector<T>& items, const RandomBelow& below)
{
    for (std::size_t bound = items.size(); bound >= 2; --bound) {
        const auto drawn = static_cast<std::size_t>(below(static_cast<std::int32_t>(bound)));
        std::swap(items[bound - 1], items[drawn]);
    }
}

/// Brokers of one rack and one state, given out in a circle; each epoch starts one further on.
class BrokerCircle {
public:
    void add(BrokerId broker) { brokers_.push_back(broker); }
    std::size_t size() const { return brokers_.size(); }

    void initialize(const RandomBelow& below)
    {
        std::sort(brokers_.begin(), brokers_.end());
        if (!brokers_.empty()) {
            offset_ = static_cast<std::size_t>(below(static_cast<std::int32_t>(brokers_.size())));
        }
    }
    void shuffle_brokers(const RandomBelow& below) { shuffle(brokers_, below); }

    /// The next broker of this epoch; no_broker when all were given.
    BrokerId next(std::int32_t epoch)
    {
        if (brokers_.empty()) return no_broker;
        if (epoch_ != epoch) {
            epoch_ = epoch;
            given_ = 0;
            offset_ = (offset_ + 1) % brokers_.size();
        }
        if (given_ >= brokers_.size()) return no_broker;
        return brokers_[(offset_ + given_++) % brokers_.size()];
    }

private:
    std::vector<BrokerId> brokers_;
    std::int32_t epoch_ = 0;  // of the last use
    std::size_t given_ = 0;   // in that epoch
    std::size_t offset_ = 0;
};

struct Rack {
    BrokerCircle fenced, unfenced;

    BrokerId next(std::int32_t epoch)
    {
        const BrokerId live = unfenced.next(epoch);
        return live != no_broker ? live : fenced.next(epoch);
    }
};

class RackCircle {
public:
    RackCircle(std::span<const PlaceableBroker> brokers, std::vector<std::string> draw_order,
               const RandomBelow& below)
        : draw_order_(std::move(draw_order)), below_(below)
    {
        for (const PlaceableBroker& broker : brokers) {
            Rack& rack = racks_[broker.rack];
            (broker.fenced ? rack.fenced : rack.unfenced).add(broker.id);
            ++(broker.fenced ? fenced_ : unfenced_);
        }
        for (const auto& [name, rack] : racks_) names_.push_back(name);
        if (draw_order_.empty()) draw_order_ = names_;
        for (const std::string& name : draw_order_) {
            racks_.at(name).fenced.initialize(below_);
            racks_.at(name).unfenced.initialize(below_);
        }
        if (!names_.empty()) offset_ = below_(static_cast<std::int32_t>(names_.size()));
    }

    std::int32_t unfenced() const { return unfenced_; }
    std::int32_t total() const { return fenced_ + unfenced_; }

    BrokerList place(std::int32_t replication_factor)
    {
        if (unfenced_ > 1 && epoch_ == unfenced_) reshuffle();
        if (offset_ == static_cast<std::int32_t>(names_.size())) offset_ = 0;
        BrokerList replicas;
        std::size_t rack = static_cast<std::size_t>(offset_);
        std::size_t leader_rack = 0;
        bool skip_leader_rack = true;
        for (;; advance(rack)) {
            const BrokerId leader = rack_at(rack).unfenced.next(epoch_);
            if (leader == no_broker) continue;
            replicas.push_back(leader);
            leader_rack = rack;
            break;
        }
        rack = static_cast<std::size_t>(offset_);
        while (static_cast<std::int32_t>(replicas.size()) < replication_factor) {
            if (skip_leader_rack && rack == leader_rack) {
                skip_leader_rack = false;
            } else if (const BrokerId next = rack_at(rack).next(epoch_); next != no_broker) {
                replicas.push_back(next);
            }
            advance(rack);
        }
        ++epoch_;
        ++offset_;
        return replicas;
    }

private:
    Rack& rack_at(std::size_t index) { return racks_.at(names_[index]); }
    void advance(std::size_t& rack) const { rack = (rack + 1) % names_.size(); }

    void reshuffle()
    {
        epoch_ = 0;
        shuffle(names_, below_);
        for (const std::string& name : draw_order_) {
            racks_.at(name).fenced.shuffle_brokers(below_);
            racks_.at(name).unfenced.shuffle_brokers(below_);
        }
    }

    std::map<std::string, Rack> racks_;
    std::vector<std::string> names_;  // the circle; at first by name
    std::vector<std::string> draw_order_;
    const RandomBelow& below_;
    std::int32_t fenced_ = 0, unfenced_ = 0;
    std::int32_t epoch_ = 0;
    std::int32_t offset_ = 0;
};

}  // namespace

Result<std::vector<BrokerList>> place_replicas(std::span<const PlaceableBroker> brokers,
                                               const Placement& wanted, const RandomBelow& below)
{
    RackCircle racks(brokers, wanted.rack_draw_order, below);
    if (wanted.replication_factor <= 0 || wanted.replication_factor > racks.total() ||
        racks.unfenced() == 0) {
        return Error::invalid_replication_factor;
    }
    std::vector<BrokerList> placed;
    placed.reserve(static_cast<std::size_t>(std::max(wanted.partitions, 0)));
    for (std::int32_t i = 0; i < wanted.partitions; ++i) {
        placed.push_back(racks.place(wanted.replication_factor));
    }
    return placed;
}

}  // namespace gregor
