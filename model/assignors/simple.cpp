#include "model/assignors/simple.h"

#include "model/assignors/server_group.h"

#include <cmath>

namespace gregor {

namespace {

struct Item {
    std::size_t topic{};
    std::int32_t partition{};
};

/// Some partitions, and the members among which they are spread.
class Spread {
public:
    Spread(const ServerGroup& group, std::vector<Item> items, std::vector<std::size_t> members)
        : group_(group),
          items_(std::move(items)),
          members_(std::move(members)),
          owners_(items_.size()),
          counts_(group.member_count()),
          quotas_(group.member_count())
    {
    }

    void assign(GroupAssignment& result)
    {
        if (items_.empty() || members_.empty()) return;
        sharing_ = (members_.size() + items_.size() - 1) / items_.size();
        set_quotas();
        take_over_owned();
        drop_above_quota();
        drop_above_sharing();
        fill();
        for (std::size_t i = 0; i < items_.size(); ++i) {
            for (const std::size_t member : owners_[i]) {
                result[group_.member_id(member)].push_back(
                    group_.name_of(items_[i].topic, items_[i].partition));
            }
        }
    }

private:
    /// About the same for all, together `sharing_` for each item. The rounding is that of Kafka,
    /// which counts in doubles; so the quotas may add up to one more or less.
    void set_quotas()
    {
        const double all = static_cast<double>(sharing_ * items_.size());  // as Kafka rounds
        const double each = all / static_cast<double>(members_.size());    // as Kafka rounds
        for (std::size_t k = 0; k < members_.size(); ++k) {
            const double begin = std::ceil(each * static_cast<double>(k));    // as Kafka rounds
            const double end = std::ceil(each * static_cast<double>(k + 1));  // as Kafka rounds
            quotas_[members_[k]] = static_cast<std::size_t>(end - begin);
        }
    }

    void take_over_owned()
    {
        for (std::size_t member = 0; member < group_.member_count(); ++member) {
            for (std::size_t i = 0; i < items_.size(); ++i) {
                const auto& owned = group_.owned(member, items_[i].topic);
                if (owned.contains(items_[i].partition)) give(member, i);
            }
        }
    }

    void give(std::size_t member, std::size_t item)
    {
        owners_[item].insert(member);
        ++counts_[member];
    }

    void drop_above_quota()
    {
        for (std::size_t i = 0; i < items_.size(); ++i) {
            for (auto at = owners_[i].begin(); at != owners_[i].end();) {
                const bool above = counts_[*at] > quotas_[*at];
                if (above) --counts_[*at];
                at = above ? owners_[i].erase(at) : std::next(at);
            }
        }
    }

    void drop_above_sharing()
    {
        for (auto& owners : owners_) {
            while (owners.size() > sharing_) {
                --counts_[*owners.begin()];
                owners.erase(owners.begin());
            }
        }
    }

    /// Members below their quota in a ring, items one after the other. Once a whole round of the
    /// ring has given nothing, nothing is given any more: so it is in Kafka.
    void fill()
    {
        std::vector<std::size_t> unfilled;
        for (const std::size_t member : members_) {
            if (counts_[member] < quotas_[member]) unfilled.push_back(member);
        }
        std::size_t turn = 0;
        bool given = false;  // in this round
        for (std::size_t i = 0; i < items_.size(); ++i) {
            while (owners_[i].size() < sharing_) {
                if (unfilled.empty()) return;
                if (turn == unfilled.size()) {
                    if (!given) break;
                    turn = 0;
                    given = false;
                }
                const std::size_t member = unfilled[turn];
                if (owners_[i].contains(member)) {
                    ++turn;
                    continue;
                }
                give(member, i);
                given = true;
                if (counts_[member] < quotas_[member]) {
                    ++turn;
                } else {
                    unfilled.erase(unfilled.begin() + static_cast<std::ptrdiff_t>(turn));
                }
            }
        }
    }

    const ServerGroup& group_;
    std::vector<Item> items_;
    std::vector<std::size_t> members_;           // subscribed
    std::vector<std::set<std::size_t>> owners_;  // by item
    std::vector<std::size_t> counts_;            // by member
    std::vector<std::size_t> quotas_;            // by member; 0 for those not subscribed
    std::size_t sharing_ = 0;
};

std::vector<Item> partitions_of(const ServerGroup& group, std::size_t topic)
{
    std::vector<Item> items;
    for (std::int32_t partition = 0; partition < group.partitions(topic); ++partition) {
        items.push_back({topic, partition});
    }
    return items;
}

void assign_same(const ServerGroup& group, GroupAssignment& result)
{
    std::vector<Item> items;
    std::vector<std::size_t> members;
    for (std::size_t topic = 0; topic < group.topics().size(); ++topic) {
        if (group.topics()[topic].subscribers.empty()) continue;
        members = group.topics()[topic].subscribers;
        const std::vector<Item> more = partitions_of(group, topic);
        items.insert(items.end(), more.begin(), more.end());
    }
    Spread(group, std::move(items), std::move(members)).assign(result);
}

/// Topic by topic. What nobody subscribes to any more is not looked at, and stays where it is.
void assign_different(const ServerGroup& group, GroupAssignment& result)
{
    for (std::size_t topic = 0; topic < group.topics().size(); ++topic) {
        const auto& subscribers = group.topics()[topic].subscribers;
        if (!subscribers.empty()) {
            Spread(group, partitions_of(group, topic), subscribers).assign(result);
            continue;
        }
        for (std::size_t member = 0; member < group.member_count(); ++member) {
            for (const std::int32_t partition : group.owned(member, topic)) {
                result[group.member_id(member)].push_back(group.name_of(topic, partition));
            }
        }
    }
}

}  // namespace

GroupAssignment assign_simple(const GroupSubscription& subscription)
{
    GroupAssignment result;
    for (const auto& member : subscription.members) result[member.id];
    const ServerGroup group(subscription);
    if (group.same_topics()) {
        assign_same(group, result);
    } else {
        assign_different(group, result);
    }
    return result;
}

}  // namespace gregor
