#include "model/controller/leader_election.h"

#include <algorithm>

namespace gregor {

namespace {

BrokerList without(const BrokerList& list, const BrokerList& gone)
{
    BrokerList left;
    for (const BrokerId each : list) {
        if (!contains(gone, each)) left.push_back(each);
    }
    return left;
}

bool contains_all(const BrokerList& list, const BrokerList& wanted)
{
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](BrokerId each) { return contains(list, each); });
}

/// Union as a set: ascending, each once.
BrokerList united(const BrokerList& a, const BrokerList& b)
{
    BrokerList both = a;
    both.insert(both.end(), b.begin(), b.end());
    std::sort(both.begin(), both.end());
    both.erase(std::unique(both.begin(), both.end()), both.end());
    return both;
}

/// The steps of PartitionChangeBuilder.build, in their order.
class PartitionChange {
public:
    PartitionChange(const PartitionRecord& before, const PartitionTarget& target,
                    const ElectionRules& rules, const BrokerList& acceptable)
        : before_(before),
          rules_(rules),
          acceptable_(acceptable),
          isr_(target.isr.value_or(before.isr)),
          replicas_(target.replicas.value_or(before.replicas)),
          removing_(target.removing_replicas.value_or(before.removing_replicas)),
          adding_(target.adding_replicas.value_or(before.adding_replicas)),
          recovery_(target.recovery.value_or(before.recovery)),
          eligible_(before.eligible_leader_replicas),
          last_known_(before.last_known_leader)
    {
        record_.partition = before.partition;
    }

    std::optional<PartitionChangeRecord> build(const BrokerList& unclean_shutdown)
    {
        complete();
        if (rules_.eligible_leader_replicas) update_eligible(unclean_shutdown);
        elect();
        if (!record_.leader && !contains_all(replicas_, before_.replicas)) {
            record_.leader = before_.leader;
        }
        write_eligible();
        write_isr();
        if (rules_.eligible_leader_replicas && rules_.use_last_known_leader) {
            write_last_known_leader();
        }
        return write_rest();
    }

private:
    struct Elected {
        BrokerId leader{no_broker};
        bool unclean = false;
    };

    void complete()
    {
        if (adding_.empty() && removing_.empty()) return;
        auto done = complete_reassignment({replicas_, adding_, removing_}, isr_);
        if (!done) return;
        replicas_ = std::move(done->replicas);
        isr_ = std::move(done->isr);
        adding_.clear();
        removing_.clear();
    }

    void update_eligible(const BrokerList& unclean_shutdown)
    {
        if (static_cast<std::int64_t>(isr_.size()) >= rules_.min_isr) {
            eligible_.clear();
            last_known_.clear();
            return;
        }
        const BrokerList candidates = united(before_.eligible_leader_replicas, before_.isr);
        eligible_ = without(without(candidates, isr_), unclean_shutdown);
        last_known_ =
            without(without(united(candidates, before_.last_known_leader), isr_), eligible_);
    }

    bool valid(BrokerId id) const
    {
        return contains(acceptable_, id) &&
               (contains(isr_, id) || (isr_.empty() && contains(eligible_, id)));
    }

    Elected choose() const
    {
        if (rules_.election == Election::preferred && !replicas_.empty() && valid(replicas_[0])) {
            return {replicas_[0], false};
        }
        if (valid(before_.leader)) return {before_.leader, false};
        for (const BrokerId each : replicas_) {
            if (valid(each)) return {each, false};
        }
        if (can_elect_last_known()) return {before_.last_known_leader[0], true};
        if (rules_.election == Election::unclean) {
            for (const BrokerId each : replicas_) {
                if (contains(acceptable_, each)) return {each, true};
            }
        }
        return {};
    }

    bool can_elect_last_known() const
    {
        return rules_.eligible_leader_replicas && rules_.use_last_known_leader && isr_.empty() &&
               eligible_.empty() && before_.last_known_leader.size() == 1 &&
               contains(acceptable_, before_.last_known_leader[0]);
    }

    void elect()
    {
        const Elected elected = choose();
        if (elected.leader == before_.leader) return;
        if (contains(eligible_, elected.leader)) {
            isr_ = {elected.leader};
            eligible_ = without(eligible_, isr_);
        }
        record_.leader = elected.leader;
        if (!elected.unclean) return;
        record_.isr = BrokerList{elected.leader};
        if (before_.recovery != LeaderRecoveryState::recovering) {
            record_.recovery = LeaderRecoveryState::recovering;
        }
    }

    void write_eligible()
    {
        if (record_.isr || !rules_.eligible_leader_replicas) {
            eligible_.clear();
            last_known_.clear();
        }
        if (eligible_ != before_.eligible_leader_replicas) {
            record_.eligible_leader_replicas = eligible_;
        }
        if (!rules_.use_last_known_leader && last_known_ != before_.last_known_leader) {
            record_.last_known_leader = last_known_;
        }
    }

    void write_isr()
    {
        if (!record_.isr && isr_ != before_.isr &&
            (!isr_.empty() || rules_.eligible_leader_replicas)) {
            record_.isr = isr_;
        }
        if (rules_.bump_leader_epoch_on_shrink && !record_.leader && record_.isr &&
            !contains_all(*record_.isr, before_.isr)) {
            record_.leader = before_.leader;
        }
    }

    void write_last_known_leader()
    {
        if (!record_.leader) return;
        if (*record_.leader == no_broker && before_.last_known_leader.empty()) {
            record_.last_known_leader = BrokerList{before_.leader};
        } else if (*record_.leader != no_broker && !before_.last_known_leader.empty()) {
            record_.last_known_leader = BrokerList{};
        }
    }

    std::optional<PartitionChangeRecord> write_rest()
    {
        if (replicas_ != before_.replicas) record_.replicas = replicas_;
        if (removing_ != before_.removing_replicas) record_.removing_replicas = removing_;
        if (adding_ != before_.adding_replicas) record_.adding_replicas = adding_;
        if (recovery_ != before_.recovery) record_.recovery = recovery_;
        const bool anything = record_.leader || record_.isr || record_.replicas ||
                              record_.removing_replicas || record_.adding_replicas ||
                              record_.eligible_leader_replicas || record_.last_known_leader ||
                              record_.recovery;
        if (!anything) return std::nullopt;
        return record_;
    }

    const PartitionRecord& before_;
    const ElectionRules& rules_;
    const BrokerList& acceptable_;
    BrokerList isr_, replicas_, removing_, adding_;
    LeaderRecoveryState recovery_;
    BrokerList eligible_, last_known_;
    PartitionChangeRecord record_;
};

}  // namespace

std::optional<PartitionChangeRecord> build_partition_change(const PartitionRecord& before,
                                                            const PartitionTarget& target,
                                                            const ElectionRules& rules,
                                                            const BrokerList& acceptable)
{
    return PartitionChange(before, target, rules, acceptable)
        .build(target.unclean_shutdown_replicas);
}

Reassignment begin_reassignment(const BrokerList& current, const BrokerList& target)
{
    Reassignment begun{target, without(target, current), without(current, target)};
    std::sort(begun.adding.begin(), begun.adding.end());
    std::sort(begun.removing.begin(), begun.removing.end());
    begun.replicas.insert(begun.replicas.end(), begun.removing.begin(), begun.removing.end());
    return begun;
}

std::optional<CompletedReassignment> complete_reassignment(const Reassignment& present,
                                                           const BrokerList& isr)
{
    if (present.adding.empty() && present.removing.empty()) return std::nullopt;
    std::optional<CompletedReassignment> done{std::in_place};
    done->replicas = without(present.replicas, present.removing);
    done->isr = without(isr, present.removing);
    if (done->isr.empty() || done->replicas.empty()) return std::nullopt;
    if (!contains_all(done->isr, present.adding)) return std::nullopt;
    // A falling replication factor must not leave replicas behind that lack data.
    if (present.adding.size() < present.removing.size() &&
        !contains_all(done->isr, done->replicas)) {
        return std::nullopt;
    }
    return done;
}

CancelledReassignment cancel_reassignment(const Reassignment& present, const BrokerList& isr)
{
    CancelledReassignment cancelled{without(present.replicas, present.adding),
                                    without(isr, present.adding), false};
    if (cancelled.isr.empty() && !cancelled.replicas.empty()) {
        cancelled.isr = {cancelled.replicas[0]};
        cancelled.unclean = true;
    }
    return cancelled;
}

}  // namespace gregor
