#include "model/replication/replica_fetcher.h"

#include <algorithm>
#include <limits>

namespace gregor {

namespace {

auto place_of(std::vector<ReplicaFetcher::Followed>& followed, TopicPartition partition)
{
    return std::lower_bound(followed.begin(), followed.end(), partition,
                            [](const ReplicaFetcher::Followed& f, TopicPartition wanted) {
                                return f.partition < wanted;
                            });
}

}  // namespace

ReplicaFetcher::Followed* ReplicaFetcher::find(TopicPartition partition)
{
    const auto at = place_of(followed_, partition);
    return at == followed_.end() || at->partition != partition ? nullptr : &*at;
}

void ReplicaFetcher::add(TopicPartition partition, std::uint32_t slot, LeaderEpoch epoch,
                         Followed::State state)
{
    remove(partition);
    Followed added;
    added.partition = partition;
    added.slot = slot;
    added.leader_epoch = epoch;
    added.state = state;
    added.queued = true;
    followed_.insert(place_of(followed_, partition), added);
    changed_.push_back(partition);
}

void ReplicaFetcher::remove(TopicPartition partition)
{
    const auto at = place_of(followed_, partition);
    if (at == followed_.end() || at->partition != partition) return;
    leave_session(*at);
    if (at->queued) std::erase(changed_, partition);
    followed_.erase(at);
}

void ReplicaFetcher::leave_session(Followed& followed)
{
    if (followed.in_session) forgotten_.push_back(followed.partition);
    followed.in_session = false;
}

void ReplicaFetcher::ask_again(Followed& followed)
{
    if (followed.queued) return;
    followed.queued = true;
    changed_.push_back(followed.partition);
}

void ReplicaFetcher::delay(Followed& followed, Time now, const Settings& settings)
{
    followed.delayed_until = now + settings.backoff;
    earliest_retry_ = std::min(earliest_retry_, followed.delayed_until);
    leave_session(followed);
    ask_again(followed);
}

void ReplicaFetcher::connection_lost(Time now, const Settings& settings)
{
    outstanding_ = false;
    session_id_ = session_epoch_ = 0;
    forgotten_.clear();
    for (Followed& each : followed_) {
        each.in_session = false;
        ask_again(each);
        each.delayed_until = now + settings.backoff;
    }
    earliest_retry_ = now + settings.backoff;
}

bool ReplicaFetcher::accept(std::uint32_t correlation)
{
    if (!outstanding_ || correlation != correlation_) return false;
    outstanding_ = false;
    return true;
}

void ReplicaFetcher::continue_session(const FetchResponse& response)
{
    if (response.error != Error::none) {
        session_id_ = session_epoch_ = 0;
        forgotten_.clear();
        for (Followed& each : followed_) {
            each.in_session = false;
            ask_again(each);
        }
        return;
    }
    session_id_ = response.session_id;
    if (session_id_ == 0) return;
    session_epoch_ =
        session_epoch_ == std::numeric_limits<std::int32_t>::max() ? 1 : session_epoch_ + 1;
}

bool ReplicaFetcher::ask_first(Followed& followed, const std::vector<Replica>& replicas,
                               const Settings& settings, Effects& effects)
{
    const Replica& replica = replicas[followed.slot];
    if (followed.state == Followed::State::truncating) {
        OffsetsForLeaderEpochRequest request;
        request.partition = followed.partition;
        request.epoch = replica.log.epochs().latest();
        request.current_leader_epoch =
            settings.profile.fetch_epoch_fencing ? followed.leader_epoch : no_leader_epoch;
        request.replica = settings.self;
        send(effects, node_, channel_, Message{++correlation_, std::move(request)});
        return true;
    }
    if (followed.state == Followed::State::out_of_range) {
        ListOffsetsRequest request;
        request.replica = settings.self;
        for (const std::int64_t which :
             {ListOffsetsRequest::latest, ListOffsetsRequest::earliest}) {
            ListOffsetsRequest::Partition asked;
            asked.partition = followed.partition;
            asked.current_leader_epoch =
                settings.profile.fetch_epoch_fencing ? followed.leader_epoch : no_leader_epoch;
            asked.timestamp_ms = which;
            request.partitions.push_back(asked);
        }
        send(effects, node_, channel_, Message{++correlation_, std::move(request)});
        return true;
    }
    return false;
}

void ReplicaFetcher::fill(FetchRequest& request, const std::vector<Replica>& replicas,
                          const Settings& settings)
{
    request.replica = settings.self;
    if (settings.profile.broker_epoch_check) request.replica_epoch = settings.epoch;
    request.max_wait = settings.max_wait;
    request.min_bytes = settings.min_bytes;
    request.max_bytes = settings.max_bytes;
    request.session_id = session_id_;
    request.session_epoch = session_epoch_;
    request.forgotten = std::move(forgotten_);
    forgotten_.clear();
    for (const TopicPartition partition : changed_) {
        Followed& followed = *find(partition);
        const Replica& replica = replicas[followed.slot];
        FetchRequest::Partition asked;
        asked.partition = partition;
        asked.current_leader_epoch =
            settings.profile.fetch_epoch_fencing ? followed.leader_epoch : no_leader_epoch;
        asked.fetch_offset = replica.log.log_end_offset();
        if (settings.profile.truncation == TruncationProtocol::fetch) {
            asked.last_fetched_epoch = replica.log.epochs().latest();
        }
        asked.log_start_offset = replica.log.log_start_offset();
        asked.max_bytes = settings.partition_max_bytes;
        request.partitions.push_back(asked);
        followed.in_session = true;
        followed.queued = false;
    }
    changed_.clear();
}

Time ReplicaFetcher::advance(Time now, const std::vector<Replica>& replicas,
                             const Settings& settings, Effects& effects)
{
    if (outstanding_ || held_ || followed_.empty()) return never;
    std::vector<TopicPartition> waiting;
    if (earliest_retry_ != never) {  // some partitions are backing off
        earliest_retry_ = never;
        std::vector<TopicPartition> ready;
        for (const TopicPartition partition : changed_) {
            const Time until = find(partition)->delayed_until;
            (until > now ? waiting : ready).push_back(partition);
            if (until > now) earliest_retry_ = std::min(earliest_retry_, until);
        }
        changed_ = std::move(ready);
    }
    std::erase_if(changed_, [this](TopicPartition partition) {
        Followed& followed = *find(partition);
        if (followed.state != Followed::State::failed) return false;
        followed.queued = false;
        return true;
    });
    bool asked = false;
    for (const TopicPartition partition : changed_) {
        if (ask_first(*find(partition), replicas, settings, effects)) {
            asked = true;
            break;
        }
    }
    if (!asked) {
        const auto in_session = [](const Followed& f) { return f.in_session; };
        if (changed_.empty() && std::none_of(followed_.begin(), followed_.end(), in_session)) {
            changed_ = std::move(waiting);
            return earliest_retry_;
        }
        FetchRequest request;
        fill(request, replicas, settings);
        send(effects, node_, channel_, Message{++correlation_, std::move(request)});
    }
    changed_.insert(changed_.end(), waiting.begin(), waiting.end());
    outstanding_ = true;
    sent_at_ = now;
    return never;
}

}  // namespace gregor
