#include "model/assignors/sticky_group.h"

#include <algorithm>
#include <set>

namespace gregor {

namespace {

bool holds(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

StickyGroup::StickyGroup(const GroupSubscription& subscription, bool cooperative)
{
    number_members(subscription);
    number_topics(subscription);
    compare_subscriptions();
    read_claims();
    settle_claims(cooperative);
    find_older_claims();
    decide_on_racks();
}

void StickyGroup::number_members(const GroupSubscription& subscription)
{
    for (const auto& member : subscription.members) members_.push_back(&member);
    std::sort(members_.begin(), members_.end(),
              [](const auto* a, const auto* b) { return a->id < b->id; });
}

void StickyGroup::number_topics(const GroupSubscription& subscription)
{
    std::vector<const GroupSubscription::Topic*> topics;
    for (const auto& topic : subscription.topics) topics.push_back(&topic);
    std::sort(topics.begin(), topics.end(),
              [](const auto* a, const auto* b) { return a->name < b->name; });
    std::vector<std::set<std::string_view>> wanted;
    for (const auto* member : members_) {
        wanted.emplace_back(member->topics.begin(), member->topics.end());
    }
    for (const auto* topic : topics) {
        Topic numbered{.topic = topic, .first = topic_of_.size(), .subscribers = {}};
        for (std::size_t member = 0; member < members_.size(); ++member) {
            if (wanted[member].contains(topic->name)) numbered.subscribers.push_back(member);
        }
        if (numbered.subscribers.empty()) continue;
        topic_of_.insert(topic_of_.end(), static_cast<std::size_t>(topic->partitions),
                         topics_.size());
        topics_.push_back(std::move(numbered));
    }
    subscribed_.assign(members_.size(), std::vector<bool>(topics_.size()));
    for (std::size_t topic = 0; topic < topics_.size(); ++topic) {
        for (const std::size_t member : topics_[topic].subscribers) {
            subscribed_[member][topic] = true;
        }
    }
}

/// Topics that do not exist count too. A member without topics differs from those before it, but
/// the first with topics does not differ from it: so it is in Kafka.
void StickyGroup::compare_subscriptions()
{
    std::set<std::string_view> topics;
    for (const auto* member : members_) {
        if (topics.empty()) {
            topics.insert(member->topics.begin(), member->topics.end());
            continue;
        }
        const bool same =
            member->topics.size() == topics.size() &&
            std::all_of(member->topics.begin(), member->topics.end(),
                        [&](const std::string& name) { return topics.contains(name); });
        if (!same) same_topics_ = false;
    }
}

void StickyGroup::read_claims()
{
    std::map<TopicId, std::size_t> topic_numbers;
    for (std::size_t topic = 0; topic < topics_.size(); ++topic) {
        topic_numbers.emplace(topics_[topic].topic->id, topic);
    }
    for (const auto* member : members_) {
        std::vector<std::size_t>& claims = claimed_.emplace_back();
        std::vector<bool> seen(topic_of_.size());
        for (const TopicPartition each : member->owned) {
            const auto at = topic_numbers.find(each.topic);
            if (at == topic_numbers.end()) continue;
            const Topic& topic = topics_[at->second];
            if (each.partition < 0 || each.partition >= topic.topic->partitions) continue;
            const std::size_t number = topic.first + static_cast<std::size_t>(each.partition);
            if (!seen[number]) claims.push_back(number);
            seen[number] = true;
        }
    }
    older_claims_.resize(topic_of_.size());
    doubly_claimed_.resize(topic_of_.size());
}

/// The generation of a claim is compared with the generation field of the holder's subscription,
/// which for `sticky` is another number than that of the holder's claim: so it is in Kafka.
void StickyGroup::settle_claims(bool cooperative)
{
    owned_.resize(members_.size());
    std::vector<std::optional<std::size_t>> holders(topic_of_.size());
    const auto take_away = [&](std::size_t member, std::size_t partition) {
        auto& owned = owned_[member];
        owned.erase(std::remove(owned.begin(), owned.end(), partition), owned.end());
    };
    for (std::size_t member = 0; member < members_.size(); ++member) {
        for (const std::size_t partition : claimed_[member]) {
            std::optional<std::size_t>& holder = holders[partition];
            if (!holder) {
                owned_[member].push_back(partition);
                holder = member;
                continue;
            }
            const auto& other = *members_[*holder];
            const std::int32_t held =
                cooperative ? other.generation : other.subscription_generation;
            const std::int32_t claimed = members_[member]->generation;
            if (claimed < held) continue;
            take_away(*holder, partition);
            if (claimed > held) {
                owned_[member].push_back(partition);
            } else {
                doubly_claimed_[partition] = true;
            }
            holder = member;
        }
    }
}

void StickyGroup::find_older_claims()
{
    std::int32_t latest = -1;
    for (const auto* member : members_) latest = std::max(latest, member->generation);
    for (std::size_t member = 0; member < members_.size(); ++member) {
        const std::int32_t generation = members_[member]->generation;
        if (generation >= latest) continue;
        for (const std::size_t partition : claimed_[member]) {
            std::optional<Claim>& known = older_claims_[partition];
            if (!known || generation > known->generation) known = Claim{member, generation};
        }
    }
}

void StickyGroup::decide_on_racks()
{
    std::set<std::string> all;
    for (std::size_t partition = 0; partition < topic_of_.size(); ++partition) {
        const auto& racks = racks_of(partition);
        all.insert(racks.begin(), racks.end());
    }
    const bool match = std::any_of(members_.begin(), members_.end(), [&](const auto* member) {
        return !member->rack.empty() && all.contains(member->rack);
    });
    if (!match) return;
    for (std::size_t partition = 0; partition < topic_of_.size(); ++partition) {
        const auto& racks = racks_of(partition);
        if (std::set<std::string>(racks.begin(), racks.end()) != all) uses_racks_ = true;
    }
}

const std::vector<std::string>& StickyGroup::racks_of(std::size_t partition) const
{
    static const std::vector<std::string> none;
    const auto& racks = topics_[topic_of_[partition]].topic->racks;
    const auto index = static_cast<std::size_t>(index_of(partition));
    return index < racks.size() ? racks[index] : none;
}

std::int32_t StickyGroup::index_of(std::size_t partition) const
{
    return static_cast<std::int32_t>(partition - topics_[topic_of_[partition]].first);
}

TopicPartition StickyGroup::name_of(std::size_t partition) const
{
    return {topics_[topic_of_[partition]].topic->id, index_of(partition)};
}

bool StickyGroup::subscribed(std::size_t member, std::size_t topic) const
{
    return subscribed_[member][topic];
}

bool StickyGroup::rack_mismatch(std::size_t member, std::size_t partition) const
{
    return has_rack(member) && !holds(racks_of(partition), member_rack(member));
}

bool StickyGroup::shares_rack(std::size_t member, std::size_t partition) const
{
    return has_rack(member) && holds(racks_of(partition), member_rack(member));
}

std::size_t StickyGroup::members_in_racks(std::size_t partition) const
{
    std::size_t count = 0;
    for (std::size_t member = 0; member < members_.size(); ++member) {
        if (shares_rack(member, partition)) ++count;
    }
    return count;
}

}  // namespace gregor
