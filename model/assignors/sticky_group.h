#pragma once

#include "model/assignors/assignment.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace gregor {

/// A group as the sticky assignors see it, with the claims of its members settled. Members are
/// numbered by id, topics by name, and the partitions of all topics one after the other: comparing
/// numbers is comparing names. Source: class AbstractStickyAssignor.
class StickyGroup {
public:
    struct Topic {
        const GroupSubscription::Topic* topic{};
        std::size_t first{};                   // the number of its partition 0
        std::vector<std::size_t> subscribers;  // ascending
    };
    struct Claim {
        std::size_t member{};
        std::int32_t generation{};
    };

    /// \param cooperative  claims come from the subscription, and so do their generations
    StickyGroup(const GroupSubscription& subscription, bool cooperative);

    std::size_t member_count() const { return members_.size(); }
    std::size_t partition_count() const { return topic_of_.size(); }
    const GroupSubscription::Member& member(std::size_t number) const { return *members_[number]; }
    /// The subscribed ones that exist.
    const std::vector<Topic>& topics() const { return topics_; }
    std::size_t topic_of(std::size_t partition) const { return topic_of_[partition]; }
    std::int32_t index_of(std::size_t partition) const;
    TopicPartition name_of(std::size_t partition) const;
    bool subscribed(std::size_t member, std::size_t topic) const;
    bool same_topics() const { return same_topics_; }

    /// What a member claimed, whether or not it got through with it.
    const std::vector<std::size_t>& claimed(std::size_t member) const { return claimed_[member]; }
    /// What a member owns after conflicts: of two claims the later generation counts, of two in the
    /// same generation neither.
    const std::vector<std::size_t>& owned(std::size_t member) const { return owned_[member]; }
    bool doubly_claimed(std::size_t partition) const { return doubly_claimed_[partition]; }
    /// The latest claim that is older than the latest generation of the group.
    const std::optional<Claim>& older_claim(std::size_t partition) const
    {
        return older_claims_[partition];
    }

    /// Whether racks decide anything: members and replicas share one, and not every partition has a
    /// replica in all of them.
    bool uses_racks() const { return uses_racks_; }
    bool has_rack(std::size_t member) const { return uses_racks_ && !member_rack(member).empty(); }
    /// The member has a rack, and no replica of the partition is in it.
    bool rack_mismatch(std::size_t member, std::size_t partition) const;
    /// The member has a rack, and a replica of the partition is in it.
    bool shares_rack(std::size_t member, std::size_t partition) const;
    /// How many members could read the partition from their rack.
    std::size_t members_in_racks(std::size_t partition) const;

private:
    void number_members(const GroupSubscription& subscription);
    void number_topics(const GroupSubscription& subscription);
    void compare_subscriptions();
    void read_claims();
    void settle_claims(bool cooperative);
    void find_older_claims();
    void decide_on_racks();
    const std::string& member_rack(std::size_t number) const { return members_[number]->rack; }
    const std::vector<std::string>& racks_of(std::size_t partition) const;

    std::vector<const GroupSubscription::Member*> members_;
    std::vector<Topic> topics_;
    std::vector<std::size_t> topic_of_;          // by partition
    std::vector<std::vector<bool>> subscribed_;  // by member and topic
    std::vector<std::vector<std::size_t>> claimed_;
    std::vector<std::vector<std::size_t>> owned_;
    std::vector<bool> doubly_claimed_;
    std::vector<std::optional<Claim>> older_claims_;
    bool same_topics_ = true;
    bool uses_racks_ = false;
};

/// By member number, the numbers of its partitions; and which of them another member has to give
/// up first.
struct StickyAssignment {
    std::vector<std::vector<std::size_t>> partitions;
    std::vector<bool> transferring;  // by partition
};

/// For members that all subscribed to the same topics: sizes differ by at most one.
StickyAssignment assign_sticky_same(const StickyGroup& group);

/// For members with different subscriptions: as balanced as moves of single partitions get it.
StickyAssignment assign_sticky_different(const StickyGroup& group);

}  // namespace gregor
