#include "model/controller/quorum.h"

#include "engine/check.h"

#include <algorithm>

namespace gregor {

namespace {
/// How late a voter's poll loop may notice its timer. Chosen so that a vote splits about as often
/// as recorded (2 of 6 kills of a leader of three).
constexpr Duration timer_lateness = milliseconds(3);
}  // namespace

std::string_view name_of(QuorumRole role)
{
    switch (role) {
        case QuorumRole::unattached: return "Unattached";
        case QuorumRole::prospective: return "Prospective";
        case QuorumRole::candidate: return "Candidate";
        case QuorumRole::leader: return "Leader";
        case QuorumRole::follower: return "Follower";
        case QuorumRole::resigned: return "Resigned";
    }
    return "";
}

Quorum::Quorum(Setup setup, Random random)
    : setup_(std::move(setup)), random_(random), log_(setup_.log)
{
    durable_end_ = log_.end_offset();
    setup_.log.clear();
    for (std::int32_t i = 0; i < setup_.layout.controllers; ++i) {
        const BrokerId id{101 + i};
        if (id != setup_.self) voters_[id] = Voter{};
    }
}

bool Quorum::handles(const Message& message)
{
    return std::holds_alternative<VoteRequest>(message.body) ||
           std::holds_alternative<VoteResponse>(message.body) ||
           std::holds_alternative<BeginQuorumEpochRequest>(message.body) ||
           std::holds_alternative<BeginQuorumEpochResponse>(message.body) ||
           std::holds_alternative<EndQuorumEpochRequest>(message.body) ||
           std::holds_alternative<EndQuorumEpochResponse>(message.body) ||
           std::holds_alternative<QuorumFetchRequest>(message.body) ||
           std::holds_alternative<QuorumFetchResponse>(message.body);
}

// --- begin and end of the process
// -----------------------------------------------------------------

void Quorum::on_start(Time now, StartReason reason, Effects& effects)
{
    if (reason == StartReason::first && log_.end_offset() > Offset{0}) {
        effects.write(file, log_.bytes(), written);
        lead_formed_quorum(now, effects);
        return;
    }
    if (reason == StartReason::after_power_loss) {
        if (effects.disk_is_empty()) forget();
        effects.truncate(file, log_.bytes());
    }
    resume(now, effects);
}

/// Every voter has the whole log of the setup, and it is committed.
void Quorum::lead_formed_quorum(Time now, Effects& effects)
{
    epoch_ = log_.last_epoch();
    leader_ = BrokerId{101};
    high_watermark_ = fetched_high_watermark_ = log_.end_offset();
    if (leader_ == setup_.self) {
        voted_for_ = leader_;
        role_ = QuorumRole::leader;
        for (auto& [id, voter] : voters_) voter.end = log_.end_offset();
        report(because::started, effects);
        check_quorum(now, effects);
        send_begin_epoch(now, effects);
        return;
    }
    role_ = QuorumRole::follower;
    fetched_from_leader_ = true;
    report(because::started, effects);
    restart_fetch_timeout(now, effects);
    maybe_fetch(now, effects);
}

/// From what the disk kept: the role follows from the last epoch's leader and vote.
void Quorum::resume(Time now, Effects& effects)
{
    if (leader_ == setup_.self) {
        role_ = QuorumRole::resigned;
        leader_ = no_broker;
        report(because::started, effects);
        restart_election_timer(now, effects);
    } else if (leader_ != no_broker) {
        role_ = QuorumRole::follower;
        report(because::started, effects);
        restart_fetch_timeout(now, effects);
        maybe_fetch(now, effects);
    } else {
        role_ = QuorumRole::unattached;
        report(because::started, effects);
        restart_election_timer(now, effects);
        if (voters_.empty()) stand(now, because::election_timeout, effects);
    }
}

/// A new disk, formatted for this voter: it remembers neither log nor votes.
void Quorum::forget()
{
    log_ = MetadataLog{};
    durable_end_ = Offset{0};
    epoch_ = QuorumEpoch{0};
    voted_for_ = leader_ = no_broker;
}

void Quorum::on_end(StartReason reason)
{
    if (reason == StartReason::after_power_loss) log_.truncate_to(durable_end_);
    role_ = QuorumRole::unattached;
    role_deadline_ = never;
    high_watermark_ = fetched_high_watermark_ = Offset{0};
    for (auto& [id, voter] : voters_) voter = Voter{};
    retries_ = 0;
    backing_off_ = fetched_from_leader_ = fetch_backoff_ = false;
    fetch_in_flight_ = 0;
    flushes_.clear();
    accumulated_.clear();
    parked_.clear();
}

// --- moves
// ------------------------------------------------------------------------------------------

void Quorum::report(std::string_view because, Effects& effects) const
{
    effects.trace(event::QuorumRoleChanged{name_of(role_), epoch_, leader_, because});
}

void Quorum::move_to(QuorumRole to, std::string_view because, Effects& effects)
{
    const bool legal =
        std::any_of(quorum_moves.begin(), quorum_moves.end(), [&](const QuorumMove& move) {
            return move.from == role_ && move.to == to && move.because == because;
        });
    GREGOR_CHECK(legal);
    const bool led = role_ == QuorumRole::leader;
    role_ = to;
    fetch_in_flight_ = 0;
    backing_off_ = false;
    effects.cancel_timer(fetch_timeout_timer);
    if (led) stop_leading(effects);
    report(because, effects);
}

void Quorum::stop_leading(Effects& effects)
{
    for (const Parked& fetch : parked_) refuse_fetch(fetch, Error::not_leader_or_follower, effects);
    parked_.clear();
    accumulated_.clear();
    for (const Timer key : {check_quorum_timer, begin_epoch_timer, linger_timer, parked_timer}) {
        effects.cancel_timer(key);
    }
}

void Quorum::become_unattached(Time now, QuorumEpoch epoch, std::string_view because,
                               Effects& effects)
{
    // A voter that was waiting for its election timeout goes on waiting for it.
    const bool keep_timer = role_ != QuorumRole::follower && role_ != QuorumRole::leader &&
                            because == because::higher_epoch && role_deadline_ > now;
    if (epoch > epoch_) voted_for_ = no_broker;
    epoch_ = epoch;
    leader_ = no_broker;
    move_to(QuorumRole::unattached, because, effects);
    if (!keep_timer) restart_election_timer(now, effects);
}

void Quorum::become_follower(Time now, BrokerId leader, QuorumEpoch epoch, std::string_view because,
                             Effects& effects)
{
    if (epoch > epoch_) voted_for_ = no_broker;
    epoch_ = epoch;
    leader_ = leader;
    fetched_from_leader_ = false;
    retries_ = 0;
    move_to(QuorumRole::follower, because, effects);
    restart_fetch_timeout(now, effects);
    fetch_backoff_ = false;
    effects.cancel_timer(fetch_retry_timer);
    maybe_fetch(now, effects);
}

void Quorum::become_leader(Time now, Effects& effects)
{
    leader_ = setup_.self;
    retries_ = 0;
    epoch_start_ = log_.end_offset();
    for (auto& [id, voter] : voters_) voter = Voter{};
    move_to(QuorumRole::leader, because::votes, effects);
    set_role_timer(never, effects);
    check_quorum(now, effects);
    send_begin_epoch(now, effects);
    append_to_log({make_batch(now, {LeaderChangeRecord{setup_.self}})}, effects);
}

/// Gives up the epoch without another one; those who have fetched most shall be the first to stand.
void Quorum::resign(Time now, std::string_view because, Effects& effects)
{
    std::vector<BrokerId> successors;
    for (const auto& [id, voter] : voters_) successors.push_back(id);
    std::stable_sort(successors.begin(), successors.end(),
                     [&](BrokerId a, BrokerId b) { return voters_.at(a).end > voters_.at(b).end; });
    leader_ = no_broker;
    move_to(QuorumRole::resigned, because, effects);
    for (auto& [id, voter] : voters_) {
        voter.answered = false;
        send_to(id, EndQuorumEpochRequest{setup_.self, epoch_, successors}, effects);
    }
    restart_election_timer(now, effects);
}

bool Quorum::resign_for_shutdown(Time now, Effects& effects)
{
    if (role_ != QuorumRole::leader) return false;
    resign(now, because::shutdown, effects);
    return true;
}

bool Quorum::may_exit() const
{
    if (role_ == QuorumRole::leader) return false;
    if (role_ != QuorumRole::resigned) return true;
    return std::all_of(voters_.begin(), voters_.end(),
                       [](const auto& entry) { return entry.second.answered; });
}

std::map<BrokerId, Offset> Quorum::voter_ends() const
{
    std::map<BrokerId, Offset> ends;
    for (const auto& [id, voter] : voters_) ends[id] = voter.end;
    return ends;
}

/// Takes over a leader or an epoch that another node told; false when it is no news.
bool Quorum::learn(Time now, BrokerId leader, QuorumEpoch epoch, Effects& effects)
{
    if (epoch < epoch_) return false;
    const bool news = epoch > epoch_ || (leader_ == no_broker && role_ != QuorumRole::resigned);
    if (leader != no_broker && leader != setup_.self && news) {
        become_follower(now, leader, epoch, because::found_leader, effects);
        return true;
    }
    if (epoch == epoch_) return false;
    become_unattached(now, epoch, because::higher_epoch, effects);
    return true;
}

// --- timers
// -----------------------------------------------------------------------------------------

void Quorum::set_role_timer(Time at, Effects& effects)
{
    role_deadline_ = at;
    if (at == never) {
        effects.cancel_timer(role_timer);
    } else {
        effects.set_timer(role_timer, at);
    }
}

/// Without the lateness two survivors of a leader, both last answered by it at one instant, would
/// always time out together and always split the vote.
void Quorum::restart_fetch_timeout(Time now, Effects& effects)
{
    const Duration lateness = random_.between(Duration{}, timer_lateness);
    set_role_timer(now + setup_.config.controller_quorum_fetch_timeout_ms + lateness, effects);
}

void Quorum::restart_election_timer(Time now, Effects& effects)
{
    const Duration timeout = setup_.config.controller_quorum_election_timeout_ms;
    set_role_timer(now + random_.between(timeout, timeout * 2), effects);
}

void Quorum::on_timer(Time now, TimerKey key, Effects& effects)
{
    switch (key) {
        case role_timer: return on_role_timer(now, effects);
        case check_quorum_timer: return resign(now, because::majority_silent, effects);
        case begin_epoch_timer: return send_begin_epoch(now, effects);
        case linger_timer: return append_to_log(std::move(accumulated_), effects);
        case fetch_retry_timer: fetch_backoff_ = false; return maybe_fetch(now, effects);
        case fetch_timeout_timer: return retry_fetch(now, effects);
        case parked_timer: return expire_parked(now, effects);
        case vote_retry_timer: return ask_for_votes(effects);
        default: GREGOR_CHECK(false);
    }
}

void Quorum::on_role_timer(Time now, Effects& effects)
{
    role_deadline_ = never;
    switch (role_) {
        case QuorumRole::unattached: return stand(now, because::election_timeout, effects);
        case QuorumRole::follower: return stand(now, because::fetch_timeout, effects);
        case QuorumRole::prospective:
        case QuorumRole::candidate: return on_candidate_timer(now, effects);
        case QuorumRole::resigned:
            if (!setup_.profile.pre_vote) return stand(now, because::election_timeout, effects);
            return become_unattached(now, QuorumEpoch{epoch_.value + 1}, because::election_timeout,
                                     effects);
        case QuorumRole::leader: break;
    }
}

/// A leader that no majority fetches from must not believe in itself for ever (KIP-853's check
/// quorum): 1.5 fetch timeouts from each moment a majority had fetched.
void Quorum::check_quorum(Time now, Effects& effects)
{
    for (auto& [id, voter] : voters_) voter.fetched = false;
    if (!setup_.profile.check_quorum || voters_.empty()) return;
    const Duration timeout = setup_.config.controller_quorum_fetch_timeout_ms;
    effects.set_timer(check_quorum_timer, now + timeout * 3 / 2);
}

void Quorum::send_begin_epoch(Time now, Effects& effects)
{
    for (const auto& [id, voter] : voters_) {
        send_to(id, BeginQuorumEpochRequest{setup_.self, epoch_}, effects);
    }
    if (voters_.empty()) return;
    const Duration period = setup_.config.controller_quorum_fetch_timeout_ms / 2;
    effects.set_timer(begin_epoch_timer, now + period);
}

// --- messages
// ---------------------------------------------------------------------------------------

void Quorum::on_message(Time now, const Envelope& envelope, const Message& message,
                        Effects& effects)
{
    const std::uint32_t id = message.correlation;
    if (const auto* vote = std::get_if<VoteRequest>(&message.body)) {
        on_vote(now, envelope, id, *vote, effects);
    } else if (const auto* answer = std::get_if<VoteResponse>(&message.body)) {
        on_vote_answer(now, setup_.layout.id_of(envelope.from), *answer, effects);
    } else if (const auto* begin = std::get_if<BeginQuorumEpochRequest>(&message.body)) {
        on_begin_epoch(now, envelope, id, *begin, effects);
    } else if (const auto* begun = std::get_if<BeginQuorumEpochResponse>(&message.body)) {
        learn(now, begun->leader, begun->epoch, effects);
    } else if (const auto* end = std::get_if<EndQuorumEpochRequest>(&message.body)) {
        on_end_epoch(now, envelope, id, *end, effects);
    } else if (const auto* ended = std::get_if<EndQuorumEpochResponse>(&message.body)) {
        voters_.at(setup_.layout.id_of(envelope.from)).answered |= role_ == QuorumRole::resigned;
        learn(now, ended->leader, ended->epoch, effects);
    } else if (const auto* fetch = std::get_if<QuorumFetchRequest>(&message.body)) {
        on_fetch(now, envelope, id, *fetch, effects);
    } else if (const auto* fetched = std::get_if<QuorumFetchResponse>(&message.body)) {
        if (id == fetch_in_flight_) on_fetch_answer(now, *fetched, effects);
    }
}

void Quorum::on_connection(Time now, const Envelope& peer, ConnectionChange change,
                           Effects& effects)
{
    if (change != ConnectionChange::reset) return;
    if (peer.accepted) {
        std::erase_if(parked_, [&](const Parked& fetch) {
            return fetch.envelope.from == peer.from && fetch.envelope.channel == peer.channel;
        });
        return;
    }
    const auto found = voters_.find(setup_.layout.id_of(peer.from));
    if (found == voters_.end()) return;
    const bool electing = role_ == QuorumRole::prospective || role_ == QuorumRole::candidate;
    if (role_ == QuorumRole::resigned) {
        found->second.answered = true;
    } else if (electing && !found->second.answered) {
        found->second.ask_again = true;
        effects.set_timer(vote_retry_timer, now + setup_.config.controller_quorum_retry_backoff_ms);
    } else if (fetch_in_flight_ != 0 && found->first == leader_) {
        retry_fetch(now, effects);
    }
}

}  // namespace gregor
