#include "model/assignors/range.h"

#include <algorithm>
#include <set>

namespace gregor {

namespace {

using Topic = GroupSubscription::Topic;

/// One topic while it is being handed out.
struct TopicState {
    const Topic* topic{};
    std::vector<std::size_t> members;  // subscribed, in member order
    std::vector<bool> assigned;        // by partition
    std::vector<std::int32_t> counts;  // by position in members
    std::int32_t quota{};
    std::int32_t extras{};  // members that may still have one more than the quota
    bool needs_racks = false;
};

class Range {
public:
    explicit Range(const GroupSubscription& subscription) : subscription_(subscription)
    {
        for (const auto& member : subscription.members) result_[member.id];
        const std::vector<std::size_t> order = member_order(subscription);
        for (const Topic& topic : subscription.topics) add_topic(topic, order);
    }

    GroupAssignment assign()
    {
        const bool racks = std::any_of(states_.begin(), states_.end(),
                                       [](const TopicState& each) { return each.needs_racks; });
        if (racks) assign_matching_racks();
        for (TopicState& state : states_) assign_ranges(state, false);
        if (racks) {
            for (auto& [member, partitions] : result_) sort_by_name(partitions);
        }
        return std::move(result_);
    }

private:
    void add_topic(const Topic& topic, const std::vector<std::size_t>& order)
    {
        TopicState state{.topic = &topic};
        for (const std::size_t index : order) {
            const auto& names = subscription_.members[index].topics;
            if (std::find(names.begin(), names.end(), topic.name) != names.end()) {
                state.members.push_back(index);
            }
        }
        if (state.members.empty() || topic.partitions == 0) return;
        const auto count = static_cast<std::int32_t>(state.members.size());
        state.assigned.resize(static_cast<std::size_t>(topic.partitions));
        state.counts.resize(state.members.size());
        state.quota = topic.partitions / count;
        state.extras = topic.partitions % count;
        state.needs_racks = needs_racks(state);
        states_.push_back(std::move(state));
    }

    /// Not when nobody could match, nor when every partition is in every rack.
    bool needs_racks(const TopicState& state) const
    {
        std::set<std::string> member_racks;
        for (const std::size_t index : state.members) {
            const std::string& rack = subscription_.members[index].rack;
            if (!rack.empty()) member_racks.insert(rack);
        }
        std::set<std::string> all;
        for (const auto& racks : state.topic->racks) all.insert(racks.begin(), racks.end());
        const bool match = std::any_of(member_racks.begin(), member_racks.end(),
                                       [&](const auto& rack) { return all.contains(rack); });
        if (!match) return false;
        return std::any_of(state.topic->racks.begin(), state.topic->racks.end(),
                           [&](const auto& racks) {
                               return std::set<std::string>(racks.begin(), racks.end()) != all;
                           });
    }

    bool racks_match(const TopicState& state, std::size_t position, std::size_t partition) const
    {
        const std::string& rack = subscription_.members[state.members[position]].rack;
        if (rack.empty()) return true;
        if (partition >= state.topic->racks.size()) return false;
        const auto& racks = state.topic->racks[partition];
        return std::find(racks.begin(), racks.end(), rack) != racks.end();
    }

    static std::int32_t assignable(const TopicState& state, std::size_t position)
    {
        const std::int32_t most = state.quota + (state.extras > 0 ? 1 : 0);
        return std::max(most - state.counts[position], 0);
    }

    void give(TopicState& state, std::size_t position, const std::vector<std::size_t>& partitions)
    {
        auto& list = result_[subscription_.members[state.members[position]].id];
        for (const std::size_t partition : partitions) {
            state.assigned[partition] = true;
            list.push_back({state.topic->id, static_cast<std::int32_t>(partition)});
        }
        state.counts[position] += static_cast<std::int32_t>(partitions.size());
        if (state.counts[position] > state.quota) --state.extras;
    }

    void assign_ranges(TopicState& state, bool match)
    {
        for (std::size_t position = 0; position < state.members.size(); ++position) {
            const auto limit = static_cast<std::size_t>(assignable(state, position));
            std::vector<std::size_t> taken;
            for (std::size_t p = 0; p < state.assigned.size() && taken.size() < limit; ++p) {
                if (state.assigned[p]) continue;
                if (!match || racks_match(state, position, p)) taken.push_back(p);
            }
            if (!taken.empty()) give(state, position, taken);
        }
    }

    /// Topics with the same members and the same number of partitions are handed out together.
    void assign_matching_racks()
    {
        std::vector<bool> done(states_.size());
        for (std::size_t i = 0; i < states_.size(); ++i) {
            if (done[i]) continue;
            std::vector<TopicState*> together;
            for (std::size_t k = i; k < states_.size(); ++k) {
                const bool same = states_[k].members == states_[i].members &&
                                  states_[k].assigned.size() == states_[i].assigned.size();
                if (!same) continue;
                done[k] = true;
                together.push_back(&states_[k]);
            }
            if (together.size() > 1) {
                assign_co_partitioned(together);
            } else if (states_[i].needs_racks) {
                assign_ranges(states_[i], true);
            }
        }
    }

    void assign_co_partitioned(const std::vector<TopicState*>& states)
    {
        const std::size_t partitions = states.front()->assigned.size();
        const std::size_t members = states.front()->members.size();
        std::vector<bool> left(members, true);
        for (std::size_t p = 0; p < partitions; ++p) {
            for (std::size_t position = 0; position < members; ++position) {
                if (!left[position]) continue;
                const bool fits = std::all_of(states.begin(), states.end(), [&](TopicState* each) {
                    return racks_match(*each, position, p) && assignable(*each, position) > 0;
                });
                if (!fits) continue;
                for (TopicState* each : states) give(*each, position, {p});
                left[position] = std::any_of(states.begin(), states.end(), [&](TopicState* each) {
                    return assignable(*each, position) > 0;
                });
                break;
            }
        }
    }

    void sort_by_name(std::vector<TopicPartition>& partitions) const
    {
        const auto name = [&](TopicId id) {
            return std::find_if(subscription_.topics.begin(), subscription_.topics.end(),
                                [&](const Topic& topic) { return topic.id == id; })
                ->name;
        };
        std::sort(partitions.begin(), partitions.end(), [&](TopicPartition a, TopicPartition b) {
            return a.topic == b.topic ? a.partition < b.partition : name(a.topic) < name(b.topic);
        });
    }

    const GroupSubscription& subscription_;
    std::vector<TopicState> states_;
    GroupAssignment result_;
};

}  // namespace

GroupAssignment assign_range(const GroupSubscription& subscription)
{
    return Range(subscription).assign();
}

}  // namespace gregor
