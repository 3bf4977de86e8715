// Elections of the metadata quorum: who stands, who grants, who wins (KIP-595, KIP-996).
#include "engine/check.h"
#include "model/controller/quorum.h"

#include <algorithm>

namespace gregor {

namespace {
constexpr Duration backoff_base = milliseconds(100);
constexpr std::int32_t max_doublings = 20;
}  // namespace

// --- standing
// ---------------------------------------------------------------------------------------

void Quorum::stand(Time now, std::string_view because, Effects& effects)
{
    if (setup_.profile.pre_vote) {
        become_prospective(now, because, effects);
    } else {
        become_candidate(now, because, effects);
    }
}

/// Nothing is stored and the epoch stays: a voter that was only cut off disturbs nobody.
void Quorum::become_prospective(Time now, std::string_view because, Effects& effects)
{
    move_to(QuorumRole::prospective, because, effects);
    restart_election_timer(now, effects);
    for (auto& [id, voter] : voters_) {
        voter.answered = voter.granted = false;
        voter.ask_again = true;
    }
    ask_for_votes(effects);
    count_votes(now, effects);
}

void Quorum::become_candidate(Time now, std::string_view because, Effects& effects)
{
    ++epoch_.value;
    voted_for_ = setup_.self;
    leader_ = no_broker;
    move_to(QuorumRole::candidate, because, effects);
    restart_election_timer(now, effects);
    for (auto& [id, voter] : voters_) {
        voter.answered = voter.granted = false;
        voter.ask_again = true;
    }
    ask_for_votes(effects);
    count_votes(now, effects);
}

void Quorum::ask_for_votes(Effects& effects)
{
    if (role_ != QuorumRole::prospective && role_ != QuorumRole::candidate) return;
    for (auto& [id, voter] : voters_) {
        if (!voter.ask_again || voter.answered) continue;
        voter.ask_again = false;
        ask_for_vote(id, effects);
    }
}

void Quorum::ask_for_vote(BrokerId voter, Effects& effects)
{
    send_to(voter,
            VoteRequest{.candidate = setup_.self,
                        .epoch = epoch_,
                        .last_epoch = log_.last_epoch(),
                        .last_offset = log_.end_offset(),
                        .pre_vote = role_ == QuorumRole::prospective},
            effects);
}

void Quorum::on_vote_answer(Time now, BrokerId from, const VoteResponse& response, Effects& effects)
{
    if (learn(now, response.leader, response.epoch, effects)) return;
    const bool expected = (role_ == QuorumRole::prospective && response.pre_vote) ||
                          (role_ == QuorumRole::candidate && !response.pre_vote);
    if (!expected || response.epoch != epoch_) return;
    Voter& voter = voters_.at(from);
    if (voter.answered) return;
    voter.answered = true;
    voter.granted = response.granted;
    count_votes(now, effects);
}

void Quorum::count_votes(Time now, Effects& effects)
{
    std::size_t granted = 1, refused = 0;  // its own
    for (const auto& [id, voter] : voters_) {
        if (voter.granted) ++granted;
        if (voter.answered && !voter.granted) ++refused;
    }
    if (granted > half()) {
        if (role_ == QuorumRole::prospective)
            return become_candidate(now, because::pre_votes, effects);
        return become_leader(now, effects);
    }
    const std::size_t possible = voters_.size() + 1 - refused;
    if (possible <= half()) lose_election(now, effects);
}

void Quorum::lose_election(Time now, Effects& effects)
{
    if (role_ == QuorumRole::prospective) {
        if (leader_ != no_broker) {
            return become_follower(now, leader_, epoch_, because::pre_vote_failed, effects);
        }
        return become_unattached(now, epoch_, because::pre_vote_failed, effects);
    }
    if (setup_.profile.pre_vote || backing_off_) return;  // waits for the rest of its timer
    backing_off_ = true;
    const std::int32_t doublings = std::min(++retries_, max_doublings);
    const auto factor = static_cast<std::int64_t>(random_.below(std::uint64_t{1} << doublings));
    const Duration backoff =
        std::min(backoff_base * factor, setup_.config.controller_quorum_election_backoff_max_ms);
    set_role_timer(now + backoff, effects);
}

void Quorum::on_candidate_timer(Time now, Effects& effects)
{
    if (role_ == QuorumRole::prospective) {
        lose_election(now, effects);
        if (role_ == QuorumRole::unattached) stand(now, because::election_timeout, effects);
    } else if (setup_.profile.pre_vote || backing_off_) {
        stand(now, because::election_timeout, effects);
    } else {
        lose_election(now, effects);
    }
}

// --- granting
// ---------------------------------------------------------------------------------------

void Quorum::on_vote(Time now, const Envelope& from, std::uint32_t correlation,
                     const VoteRequest& request, Effects& effects)
{
    VoteResponse response{.pre_vote = request.pre_vote};
    if (request.epoch < epoch_) {
        response.error = Error::fenced_leader_epoch;
    } else {
        if (request.epoch > epoch_) {
            become_unattached(now, request.epoch, because::higher_epoch, effects);
        }
        response.granted = grants(request);
        if (response.granted && !request.pre_vote && voted_for_ != request.candidate) {
            voted_for_ = request.candidate;
            if (!setup_.profile.pre_vote) restart_election_timer(now, effects);
        }
    }
    response.leader = leader_;
    response.epoch = epoch_;
    reply(effects, from, Message{correlation, response});
}

bool Quorum::grants(const VoteRequest& request) const
{
    const bool log_is_as_good =
        request.last_epoch > log_.last_epoch() ||
        (request.last_epoch == log_.last_epoch() && request.last_offset >= log_.end_offset());
    switch (role_) {
        case QuorumRole::unattached:
        case QuorumRole::prospective:
            if (request.pre_vote) return log_is_as_good;
            if (voted_for_ != no_broker) return voted_for_ == request.candidate;
            return leader_ == no_broker && log_is_as_good;
        case QuorumRole::follower:
            return request.pre_vote && !fetched_from_leader_ && log_is_as_good;
        case QuorumRole::candidate:
        case QuorumRole::resigned: return request.pre_vote && log_is_as_good;
        case QuorumRole::leader: return false;
    }
    return false;
}

// --- epochs that begin and end
// ------------------------------------------------------------------------

void Quorum::on_begin_epoch(Time now, const Envelope& from, std::uint32_t correlation,
                            const BeginQuorumEpochRequest& request, Effects& effects)
{
    BeginQuorumEpochResponse response;
    if (request.epoch < epoch_) {
        response.error = Error::fenced_leader_epoch;
    } else {
        learn(now, request.leader, request.epoch, effects);
    }
    response.epoch = epoch_;
    response.leader = leader_;
    reply(effects, from, Message{correlation, response});
}

/// The leader resigned: its first successor stands at once, the others give it a chance.
void Quorum::on_end_epoch(Time now, const Envelope& from, std::uint32_t correlation,
                          const EndQuorumEpochRequest& request, Effects& effects)
{
    EndQuorumEpochResponse response;
    if (request.epoch < epoch_) {
        response.error = Error::fenced_leader_epoch;
    } else {
        learn(now, request.leader, request.epoch, effects);
        const auto& successors = request.preferred_successors;
        const auto found = std::find(successors.begin(), successors.end(), setup_.self);
        const auto rank = found - successors.begin();
        const auto count = static_cast<std::int64_t>(successors.size());
        const Duration longest = setup_.config.controller_quorum_election_backoff_max_ms;
        Duration wait = longest;
        if (found != successors.end()) {
            const std::int64_t unit = longest.nanoseconds >> (count - 1);
            wait = rank == 0 ? Duration{} : std::min(longest, nanoseconds(unit << (rank - 1)));
        }
        if (role_ == QuorumRole::follower) set_role_timer(now + wait, effects);
    }
    response.epoch = epoch_;
    response.leader = leader_;
    reply(effects, from, Message{correlation, response});
}

}  // namespace gregor
