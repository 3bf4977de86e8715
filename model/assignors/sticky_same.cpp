#include "engine/check.h"
#include "model/assignors/sticky_group.h"

#include <algorithm>
#include <deque>

namespace gregor {

namespace {

/// With N partitions and M members, every member gets N / M of them, and N % M members one more.
class SameTopics {
public:
    explicit SameTopics(const StickyGroup& group)
        : group_(group),
          least_(group.partition_count() / group.member_count()),
          extras_(group.partition_count() % group.member_count()),
          revoked_from_(group.partition_count(), nobody)
    {
        result_.partitions.resize(group.member_count());
        result_.transferring.resize(group.partition_count());
    }

    StickyAssignment assign()
    {
        std::vector<bool> kept(group_.partition_count());
        for (std::size_t member = 0; member < group_.member_count(); ++member) {
            keep_owned(member);
            for (const std::size_t partition : result_.partitions[member]) kept[partition] = true;
        }
        std::vector<std::size_t> left;
        for (std::size_t partition = 0; partition < kept.size(); ++partition) {
            if (!kept[partition]) left.push_back(partition);
        }
        if (group_.uses_racks()) left = assign_matching_racks(std::move(left));
        assign_in_turns(left);
        return std::move(result_);
    }

private:
    static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

    std::size_t most() const { return least_ + (extras_ > 0 ? 1 : 0); }
    bool extras_left() const { return with_extra_ < extras_; }

    /// One member more has got the extra partition.
    void count_extra()
    {
        ++with_extra_;
        if (!extras_left()) at_least_.clear();
    }

    void keep_owned(std::size_t member)
    {
        std::vector<std::size_t> owned;
        for (const std::size_t partition : group_.owned(member)) {
            if (group_.rack_mismatch(member, partition)) {
                revoked_from_[partition] = member;
            } else if (!group_.doubly_claimed(partition)) {
                owned.push_back(partition);
            }
        }
        std::sort(owned.begin(), owned.end(), [&](std::size_t a, std::size_t b) {
            const std::int32_t first = group_.index_of(a);
            const std::int32_t second = group_.index_of(b);
            return first == second ? a < b : first < second;
        });
        std::size_t keep = least_;
        if (owned.size() < least_) {
            keep = owned.size();
            under_.push_back(member);
        } else if (owned.size() >= most() && extras_left()) {
            keep = most();
            count_extra();
        } else if (extras_left()) {
            at_least_.push_back(member);
        }
        for (std::size_t i = 0; i < owned.size(); ++i) {
            if (i < keep) {
                result_.partitions[member].push_back(owned[i]);
            } else {
                revoked_from_[owned[i]] = member;
            }
        }
    }

    /// Of the listed members, from position `from` on and around, the first in a rack of the
    /// partition.
    template <class Members>
    std::size_t find_in_rack(const Members& members, std::size_t partition, std::size_t from) const
    {
        for (std::size_t i = 0; i < members.size(); ++i) {
            const std::size_t position = (from + i) % members.size();
            if (group_.shares_rack(members[position], partition)) return position;
        }
        return nobody;
    }

    /// One pass, partitions with few takers first; those without any are left.
    std::vector<std::size_t> assign_matching_racks(std::vector<std::size_t> partitions)
    {
        std::vector<std::size_t> takers(group_.partition_count());
        for (const std::size_t each : partitions) takers[each] = group_.members_in_racks(each);
        std::stable_sort(partitions.begin(), partitions.end(),
                         [&](std::size_t a, std::size_t b) { return takers[a] < takers[b]; });
        std::vector<std::size_t> left;
        std::size_t turn = 0;
        for (const std::size_t partition : partitions) {
            if (!give_to_under(partition, turn) && !give_to_at_least(partition)) {
                left.push_back(partition);
            }
        }
        return left;
    }

    bool give_to_under(std::size_t partition, std::size_t& turn)
    {
        std::size_t position = find_in_rack(under_, partition, turn);
        if (position == nobody) return false;
        const std::size_t member = under_[position];
        give(member, partition);
        if (result_.partitions[member].size() < least_) {
            ++position;
        } else {
            under_.erase(under_.begin() + static_cast<std::ptrdiff_t>(position));
            if (extras_left()) at_least_.push_back(member);
        }
        turn = under_.empty() ? 0 : position % under_.size();
        return true;
    }

    bool give_to_at_least(std::size_t partition)
    {
        const std::size_t position = find_in_rack(at_least_, partition, 0);
        if (position == nobody) return false;
        const std::size_t member = at_least_[position];
        at_least_.erase(at_least_.begin() + static_cast<std::ptrdiff_t>(position));
        give(member, partition);
        count_extra();
        return true;
    }

    /// Round by round to those under the quota, then one each to those who have just reached it.
    void assign_in_turns(const std::vector<std::size_t>& partitions)
    {
        std::size_t turn = 0;
        for (const std::size_t partition : partitions) {
            if (under_.empty()) {
                GREGOR_CHECK(!at_least_.empty());
                give(at_least_.front(), partition);
                at_least_.pop_front();
                continue;
            }
            if (turn >= under_.size()) turn = 0;
            const std::size_t member = under_[turn];
            give(member, partition);
            if (result_.partitions[member].size() < least_) {
                ++turn;
                continue;
            }
            under_.erase(under_.begin() + static_cast<std::ptrdiff_t>(turn));
            at_least_.push_back(member);
        }
        GREGOR_CHECK(under_.empty());
    }

    void give(std::size_t member, std::size_t partition)
    {
        result_.partitions[member].push_back(partition);
        const std::size_t before = revoked_from_[partition];
        const bool from_another = before != nobody && before != member;
        result_.transferring[partition] = from_another || group_.doubly_claimed(partition);
    }

    const StickyGroup& group_;
    std::size_t least_;
    std::size_t extras_;
    std::size_t with_extra_ = 0;
    std::vector<std::size_t> under_;    // members with less than `least_`
    std::deque<std::size_t> at_least_;  // members with `least_` that may still get one more
    std::vector<std::size_t> revoked_from_;
    StickyAssignment result_;
};

}  // namespace

StickyAssignment assign_sticky_same(const StickyGroup& group)
{
    return SameTopics(group).assign();
}

}  // namespace gregor
