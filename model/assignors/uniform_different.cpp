#include "model/assignors/uniform.h"

#include <algorithm>
#include <optional>

namespace gregor {

namespace {

/// A subscriber of the topic at hand, with the number of all its partitions.
struct Load {
    std::size_t size{};
    std::size_t member{};
    auto operator<=>(const Load&) const = default;
};

/// Those with the least, level by level: each gets one, then all that are now on that level get
/// one.
class LowRun {
public:
    explicit LowRun(const std::vector<Load>& sorted) : sorted_(sorted), level_(sorted[0].size)
    {
        extend();
    }

    /// \return  a position in the sorted list
    std::size_t next()
    {
        if (next_ == end_) {
            ++level_;
            extend();
            next_ = 0;
        }
        return next_++;
    }

private:
    void extend()
    {
        while (end_ < sorted_.size() && sorted_[end_].size == level_) ++end_;
    }

    const std::vector<Load>& sorted_;
    std::size_t level_;
    std::size_t next_ = 0;
    std::size_t end_ = 0;
};

/// Those with the most, level by level from above.
class HighRun {
public:
    explicit HighRun(std::vector<Load> sorted)
        : sorted_(std::move(sorted)),
          start_(sorted_.size()),
          end_(sorted_.size()),
          level_(sorted_.back().size + 1),
          left_(0)
    {
    }

    /// The next to give a partition; nothing when nobody is left.
    std::optional<std::size_t> next()
    {
        if (left_ == 0) widen();
        if (left_ == 0) return std::nullopt;
        --left_;
        return sorted_[start_ + left_].member;
    }

    /// The one that was asked last has none: it is not asked again.
    void drop_last()
    {
        std::swap(sorted_[start_ + left_], sorted_[end_ - 1]);
        --end_;
    }

private:
    void widen()
    {
        if (end_ <= start_ && start_ > 0) {
            level_ = sorted_[start_ - 1].size;
        } else if (level_ > 0) {
            --level_;
        }
        while (start_ > 0 && sorted_[start_ - 1].size == level_) --start_;
        left_ = end_ - start_;
    }

    std::vector<Load> sorted_;
    std::size_t start_;
    std::size_t end_;
    std::size_t level_;
    std::size_t left_;  // of the window, those not asked on this level
};

class DifferentTopics {
public:
    explicit DifferentTopics(const ServerGroup& group)
        : group_(group), sizes_(group.member_count()), owners_(group.topics().size())
    {
    }

    GroupAssignment assign()
    {
        keep_owned();
        order_topics();
        for (const std::size_t topic : ordered_) assign_unassigned(topic);
        balance();
        return result();
    }

private:
    static constexpr std::size_t nobody = static_cast<std::size_t>(-1);
    static constexpr int rounds = 16;

    void keep_owned()
    {
        for (std::size_t topic = 0; topic < group_.topics().size(); ++topic) {
            owners_[topic].assign(static_cast<std::size_t>(group_.partitions(topic)), nobody);
            for (const std::size_t member : group_.topics()[topic].subscribers) {
                for (const std::int32_t partition : group_.owned(member, topic)) {
                    std::size_t& owner = owners_[topic][static_cast<std::size_t>(partition)];
                    if (owner != nobody) --sizes_[owner];
                    owner = member;
                    ++sizes_[member];
                }
            }
        }
    }

    void order_topics()
    {
        for (std::size_t topic = 0; topic < group_.topics().size(); ++topic) {
            if (!group_.topics()[topic].subscribers.empty()) ordered_.push_back(topic);
        }
        std::stable_sort(ordered_.begin(), ordered_.end(), [&](std::size_t a, std::size_t b) {
            const auto first = static_cast<std::int64_t>(group_.topics()[a].subscribers.size());
            const auto second = static_cast<std::int64_t>(group_.topics()[b].subscribers.size());
            const std::int64_t first_share = group_.partitions(a) * second;
            const std::int64_t second_share = group_.partitions(b) * first;
            return first_share == second_share ? first < second : first_share > second_share;
        });
    }

    std::vector<Load> sorted_subscribers(std::size_t topic) const
    {
        std::vector<Load> loads;
        for (const std::size_t member : group_.topics()[topic].subscribers) {
            loads.push_back({sizes_[member], member});
        }
        std::sort(loads.begin(), loads.end());
        return loads;
    }

    void assign_unassigned(std::size_t topic)
    {
        const std::vector<Load> sorted = sorted_subscribers(topic);
        LowRun low(sorted);
        for (std::size_t& owner : owners_[topic]) {
            if (owner != nobody) continue;
            owner = sorted[low.next()].member;
            ++sizes_[owner];
        }
    }

    /// Topic after topic, until one round finds nothing to move.
    void balance()
    {
        std::size_t last = nobody;
        for (int round = 0; round < rounds; ++round) {
            for (const std::size_t topic : ordered_) {
                if (group_.topics()[topic].subscribers.size() < 2) continue;
                if (topic == last) return;
                if (balance_topic(topic) || last == nobody) last = topic;
            }
        }
    }

    bool balance_topic(std::size_t topic)
    {
        const std::vector<Load> sorted = sorted_subscribers(topic);
        if (sorted.back().size - sorted.front().size <= 1) return false;
        std::vector<std::vector<std::size_t>> owned(group_.member_count());
        for (std::size_t partition = 0; partition < owners_[topic].size(); ++partition) {
            owned[owners_[topic][partition]].push_back(partition);
        }
        LowRun low(sorted);
        HighRun high(sorted);
        bool moved = false;
        while (const auto giver = high.next()) {
            if (owned[*giver].empty()) {
                high.drop_last();
                continue;
            }
            const std::size_t partition = owned[*giver].back();
            owned[*giver].pop_back();
            const std::size_t receiver = sorted[low.next()].member;
            if (sizes_[*giver] <= sizes_[receiver] + 1) break;
            owners_[topic][partition] = receiver;
            --sizes_[*giver];
            ++sizes_[receiver];
            moved = true;
        }
        return moved;
    }

    GroupAssignment result() const
    {
        GroupAssignment assignment;
        for (std::size_t member = 0; member < group_.member_count(); ++member) {
            assignment[group_.member_id(member)];
        }
        for (const std::size_t topic : ordered_) {
            for (std::size_t partition = 0; partition < owners_[topic].size(); ++partition) {
                assignment[group_.member_id(owners_[topic][partition])].push_back(
                    group_.name_of(topic, static_cast<std::int32_t>(partition)));
            }
        }
        return assignment;
    }

    const ServerGroup& group_;
    std::vector<std::size_t> sizes_;                // by member, all topics
    std::vector<std::vector<std::size_t>> owners_;  // by topic and partition
    std::vector<std::size_t> ordered_;              // topics with subscribers
};

}  // namespace

GroupAssignment assign_uniform_different(const ServerGroup& group)
{
    return DifferentTopics(group).assign();
}

}  // namespace gregor
