#include "engine/check.h"
#include "model/assignors/partition_moves.h"
#include "model/assignors/sticky_group.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

namespace gregor {

namespace {

class DifferentTopics {
public:
    explicit DifferentTopics(const StickyGroup& group)
        : group_(group),
          partitions_(group.member_count()),
          owners_(group.partition_count(), nobody),
          owners_of_topic_(group.topics().size())
    {
    }

    StickyAssignment assign()
    {
        order_partitions();
        keep_owned();
        for (std::size_t member = 0; member < group_.member_count(); ++member) {
            by_size_.emplace(partitions_[member].size(), member);
        }
        const bool initial = by_size_.empty() || by_size_.rbegin()->first == 0;
        std::vector<std::size_t> fresh;
        for (const std::size_t partition : ordered_) {
            if (owners_[partition] == nobody) fresh.push_back(partition);
        }
        assign_fresh(fresh);
        leave_out_fixed(fresh);
        balance(fresh, initial);
        return {partitions_, transferring()};
    }

private:
    static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

    /// Topics with few subscribers first.
    void order_partitions()
    {
        std::vector<const StickyGroup::Topic*> topics;
        for (const auto& topic : group_.topics()) topics.push_back(&topic);
        std::stable_sort(topics.begin(), topics.end(), [](const auto* a, const auto* b) {
            return a->subscribers.size() < b->subscribers.size();
        });
        for (const auto* topic : topics) {
            for (std::int32_t index = 0; index < topic->topic->partitions; ++index) {
                ordered_.push_back(topic->first + static_cast<std::size_t>(index));
            }
        }
    }

    void keep_owned()
    {
        for (std::size_t member = 0; member < group_.member_count(); ++member) {
            for (const std::size_t partition : group_.owned(member)) {
                const bool wanted = group_.subscribed(member, group_.topic_of(partition));
                if (!wanted || group_.rack_mismatch(member, partition)) {
                    revocation_required_ = true;
                } else {
                    add(member, partition);
                }
            }
        }
    }

    void add(std::size_t member, std::size_t partition)
    {
        partitions_[member].push_back(partition);
        owners_[partition] = member;
        ++owners_of_topic_[group_.topic_of(partition)][member];
    }

    void remove(std::size_t member, std::size_t partition)
    {
        auto& list = partitions_[member];
        list.erase(std::find(list.begin(), list.end(), partition));
        auto& owners = owners_of_topic_[group_.topic_of(partition)];
        if (--owners[member] == 0) owners.erase(member);
    }

    /// Of the subscribed members in question, the one with the fewest partitions.
    std::size_t least_loaded(std::size_t partition, bool match_racks) const
    {
        for (const auto& [size, member] : by_size_) {
            if (!group_.subscribed(member, group_.topic_of(partition))) continue;
            if (!match_racks || !group_.rack_mismatch(member, partition)) return member;
        }
        return nobody;
    }

    void assign_fresh(const std::vector<std::size_t>& fresh)
    {
        for (const bool match_racks : {true, false}) {
            if (match_racks && !group_.uses_racks()) continue;
            for (const std::size_t partition : fresh) {
                if (owners_[partition] != nobody) continue;
                const std::size_t member = least_loaded(partition, match_racks);
                if (member == nobody) continue;
                by_size_.erase({partitions_[member].size(), member});
                add(member, partition);
                by_size_.emplace(partitions_[member].size(), member);
            }
        }
    }

    bool shared(std::size_t topic) const { return group_.topics()[topic].subscribers.size() >= 2; }

    /// Has all it can have, and nothing of a shared topic.
    bool fixed(std::size_t member) const
    {
        std::size_t possible = 0;
        for (std::size_t topic = 0; topic < group_.topics().size(); ++topic) {
            if (!group_.subscribed(member, topic)) continue;
            possible += static_cast<std::size_t>(group_.topics()[topic].topic->partitions);
            if (shared(topic) && owners_of_topic_[topic].contains(member)) return false;
        }
        return partitions_[member].size() >= possible;
    }

    void leave_out_fixed(std::vector<std::size_t>& fresh)
    {
        const auto not_shared = [&](std::size_t each) { return !shared(group_.topic_of(each)); };
        const auto drop = [&](std::vector<std::size_t>& list) {
            list.erase(std::remove_if(list.begin(), list.end(), not_shared), list.end());
        };
        drop(ordered_);
        drop(fresh);
        participates_.resize(group_.member_count());
        for (std::size_t member = 0; member < group_.member_count(); ++member) {
            participates_[member] = !fixed(member);
            if (!participates_[member]) by_size_.erase({partitions_[member].size(), member});
        }
    }

    void balance(const std::vector<std::size_t>& fresh, bool initial)
    {
        const auto before = partitions_;
        const auto score_before = score();
        if (!revocation_required_) reassign(fresh);
        const bool moved = reassign(ordered_);
        if (!initial && moved && score() >= score_before) partitions_ = before;
    }

    /// The sum over all pairs of members of the difference of their sizes.
    std::int64_t score() const
    {
        std::int64_t sum = 0;
        std::int64_t rank = 0;
        const auto count = static_cast<std::int64_t>(by_size_.size());
        for (const auto& [size, member] : by_size_) {
            sum += static_cast<std::int64_t>(size) * (2 * rank - count + 1);
            ++rank;
        }
        return sum;
    }

    /// Nobody could take over a partition from somebody who would still have as many.
    bool is_balanced() const
    {
        if (by_size_.begin()->first + 1 >= by_size_.rbegin()->first) return true;
        for (std::size_t topic = 0; topic < group_.topics().size(); ++topic) {
            std::size_t least = nobody;
            for (const std::size_t member : group_.topics()[topic].subscribers) {
                if (participates_[member]) least = std::min(least, partitions_[member].size());
            }
            std::size_t most = 0;
            for (const auto& [member, count] : owners_of_topic_[topic]) {
                most = std::max(most, partitions_[member].size());
            }
            if (least != nobody && least + 1 < most) return false;
        }
        return true;
    }

    bool reassign(const std::vector<std::size_t>& partitions)
    {
        if (partitions.empty()) return false;
        bool moved = false;
        bool balanced = is_balanced();
        for (bool again = true; again;) {
            again = false;
            for (const std::size_t partition : partitions) {
                if (balanced) break;
                const std::size_t receiver = find_receiver(partition);
                if (receiver == nobody) continue;
                move(partition, receiver);
                balanced = is_balanced();
                moved = again = true;
            }
        }
        return moved;
    }

    std::size_t find_receiver(std::size_t partition) const
    {
        const std::size_t owner = owners_[partition];
        GREGOR_CHECK(owner != nobody);
        const std::size_t size = partitions_[owner].size();
        const auto has_less = [&](std::size_t member) {
            return participates_[member] && partitions_[member].size() + 1 < size;
        };
        const auto& older = group_.older_claim(partition);
        if (older && has_less(older->member)) return older->member;
        // A receiver in the rack matters only for whether to move, not for whom to: so it is in
        // Kafka. As every such receiver also counts without its rack, one question is enough.
        const auto& subscribers = group_.topics()[group_.topic_of(partition)].subscribers;
        const bool found = std::any_of(subscribers.begin(), subscribers.end(), has_less);
        return found ? least_loaded(partition, false) : nobody;
    }

    void move(std::size_t wanted, std::size_t to)
    {
        const std::size_t topic = group_.topic_of(wanted);
        const std::size_t partition = moves_.better_move(topic, wanted, owners_[wanted], to);
        const std::size_t from = owners_[partition];
        by_size_.erase({partitions_[from].size(), from});
        by_size_.erase({partitions_[to].size(), to});
        moves_.record(topic, partition, from, to);
        remove(from, partition);
        add(to, partition);
        by_size_.emplace(partitions_[from].size(), from);
        by_size_.emplace(partitions_[to].size(), to);
    }

    /// Handed to one member while another one claimed it.
    std::vector<bool> transferring() const
    {
        std::vector<bool> added(group_.partition_count());
        std::vector<bool> revoked(group_.partition_count());
        for (std::size_t member = 0; member < group_.member_count(); ++member) {
            std::vector<bool> assigned(group_.partition_count());
            for (const std::size_t partition : partitions_[member]) assigned[partition] = true;
            std::vector<bool> claimed(group_.partition_count());
            for (const std::size_t partition : group_.claimed(member)) {
                claimed[partition] = true;
                if (!assigned[partition]) revoked[partition] = true;
            }
            for (const std::size_t partition : partitions_[member]) {
                if (!claimed[partition]) added[partition] = true;
            }
        }
        for (std::size_t each = 0; each < added.size(); ++each) {
            added[each] = added[each] && revoked[each];
        }
        return added;
    }

    const StickyGroup& group_;
    std::vector<std::vector<std::size_t>> partitions_;                 // by member
    std::vector<std::size_t> owners_;                                  // by partition
    std::vector<std::map<std::size_t, std::size_t>> owners_of_topic_;  // with how many each
    std::vector<std::size_t> ordered_;                                 // partitions
    std::set<std::pair<std::size_t, std::size_t>> by_size_;
    std::vector<bool> participates_;
    PartitionMoves moves_;
    bool revocation_required_ = false;
};

}  // namespace

StickyAssignment assign_sticky_different(const StickyGroup& group)
{
    return DifferentTopics(group).assign();
}

}  // namespace gregor
