#include "model/assignors/uniform.h"

namespace gregor {

namespace {

class SameTopics {
public:
    explicit SameTopics(const ServerGroup& group) : group_(group)
    {
        std::size_t partitions = 0;
        for (std::size_t topic = 0; topic < group.topics().size(); ++topic) {
            if (!wanted(topic)) continue;
            partitions += static_cast<std::size_t>(group.partitions(topic));
            add_unowned(topic);
        }
        least_ = partitions / group.member_count();
        extras_ = partitions % group.member_count();
    }

    GroupAssignment assign()
    {
        for (std::size_t member = 0; member < group_.member_count(); ++member) keep_owned(member);
        std::size_t next = 0;
        for (const Unfilled& each : unfilled_) {
            auto& list = result_[group_.member_id(each.member)];
            for (std::size_t i = 0; i < each.missing; ++i) list.push_back(unassigned_.at(next++));
        }
        return std::move(result_);
    }

private:
    struct Unfilled {
        std::size_t member{};
        std::size_t missing{};
    };

    bool wanted(std::size_t topic) const { return !group_.topics()[topic].subscribers.empty(); }

    void add_unowned(std::size_t topic)
    {
        std::set<std::int32_t> owned;
        for (std::size_t member = 0; member < group_.member_count(); ++member) {
            const auto& mine = group_.owned(member, topic);
            owned.insert(mine.begin(), mine.end());
        }
        for (std::int32_t partition = 0; partition < group_.partitions(topic); ++partition) {
            if (!owned.contains(partition)) unassigned_.push_back(group_.name_of(topic, partition));
        }
    }

    /// A member keeps what it has up to its quota. It may have one of the extra partitions when it
    /// can fill it by itself, or when those after it are too few to take all the extras.
    void keep_owned(std::size_t member)
    {
        bool extra = extras_ > 0;
        std::size_t quota = least_ + (extra ? 1 : 0);
        auto& list = result_[group_.member_id(member)];
        for (std::size_t topic = 0; topic < group_.topics().size(); ++topic) {
            if (!wanted(topic)) continue;
            for (const std::int32_t partition : group_.owned(member, topic)) {
                const TopicPartition name = group_.name_of(topic, partition);
                if (quota == 0) {
                    unassigned_.push_back(name);
                    continue;
                }
                list.push_back(name);
                --quota;
            }
        }
        if (quota > 0 && extra && group_.member_count() - member > extras_) {
            --quota;
            extra = false;
        }
        if (quota > 0) unfilled_.push_back({member, quota});
        if (extra) --extras_;
    }

    const ServerGroup& group_;
    std::size_t least_ = 0;
    std::size_t extras_ = 0;  // members that may still have one more
    std::vector<TopicPartition> unassigned_;
    std::vector<Unfilled> unfilled_;
    GroupAssignment result_;
};

}  // namespace

GroupAssignment assign_uniform_same(const ServerGroup& group)
{
    return SameTopics(group).assign();
}

GroupAssignment assign_uniform(const GroupSubscription& subscription)
{
    if (subscription.members.empty()) return {};
    const ServerGroup group(subscription);
    return group.same_topics() ? assign_uniform_same(group) : assign_uniform_different(group);
}

}  // namespace gregor
