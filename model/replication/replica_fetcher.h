#pragma once

#include "engine/time.h"
#include "model/config.h"
#include "model/effects.h"
#include "model/levels.h"
#include "model/replication/replica.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace gregor {

/// One fetcher thread of a broker: follows all its partitions at one leader with one request in
/// flight, in an incremental fetch session (KIP-227).
/// Pure bookkeeping: what to ask next and what an answer means for its partitions; the logs belong
/// to the broker.
/// Source: class AbstractFetcherThread.
class ReplicaFetcher {
public:
    struct Settings {
        BrokerId self;
        BrokerEpoch epoch;  ///< of this broker
        Duration backoff;   ///< replica.fetch.backoff.ms
        Duration max_wait;
        Duration socket_timeout;
        std::int32_t min_bytes{}, max_bytes{}, partition_max_bytes{};
        ProtocolProfile profile;
    };
    /// A partition as the fetcher sees it.
    struct Followed {
        enum class State : std::uint8_t {
            fetching,
            truncating,    ///< asks where its epoch ended before it fetches (KIP-101, KIP-279)
            out_of_range,  ///< asks where the leader's log begins and ends
            failed,        ///< left alone until new metadata
        };
        TopicPartition partition;
        std::uint32_t slot{};  ///< of the replica in the broker
        LeaderEpoch leader_epoch;
        State state = State::fetching;
        Time delayed_until;
        bool in_session = false;
        bool queued = false;  ///< in changed_
    };

    ReplicaFetcher(BrokerId leader, NodeId node, Channel channel)
        : leader_(leader), node_(node), channel_(channel)
    {
    }

    BrokerId leader() const { return leader_; }
    Channel channel() const { return channel_; }
    bool outstanding() const { return outstanding_; }
    std::uint32_t correlation() const { return correlation_; }
    const std::vector<Followed>& followed() const { return followed_; }

    void add(TopicPartition partition, std::uint32_t slot, LeaderEpoch epoch,
             Followed::State state);
    void remove(TopicPartition partition);
    Followed* find(TopicPartition partition);

    /// Sends the next request when none is outstanding and there is anything to ask. Returns the
    /// time at which to try again for delayed partitions; `never` when a request is out.
    Time advance(Time now, const std::vector<Replica>& replicas, const Settings& settings,
                 Effects& effects);
    /// The answer to the request that is out. False: it is not that one.
    bool accept(std::uint32_t correlation);
    /// The answer's session.
    void continue_session(const FetchResponse& response);
    /// The partition's data were appended (or it has to be asked for again).
    void ask_again(Followed& followed);
    void delay(Followed& followed, Time now, const Settings& settings);
    /// Connection reset or request timed out: everything waits for the backoff.
    void connection_lost(Time now, const Settings& settings);
    Time sent_at() const { return sent_at_; }
    /// The answer is here, but the thread stands in write() or in a flush. Then it may go on.
    void hold() { held_ = true; }
    void release() { held_ = false; }
    /// One timer watches the requests; it is armed again only when it has fired.
    bool timeout_armed() const { return timeout_armed_; }
    void arm_timeout() { timeout_armed_ = true; }
    /// The timer fired: when the request that is out times out, if one is.
    Time timeout_due(Duration socket_timeout)
    {
        timeout_armed_ = false;
        return outstanding_ ? sent_at_ + socket_timeout : never;
    }

private:
    void fill(FetchRequest& request, const std::vector<Replica>& replicas,
              const Settings& settings);
    bool ask_first(Followed& followed, const std::vector<Replica>& replicas,
                   const Settings& settings, Effects& effects);
    void leave_session(Followed& followed);

    BrokerId leader_;
    NodeId node_;
    Channel channel_;
    std::vector<Followed> followed_;  // by partition
    std::vector<TopicPartition> changed_;
    std::vector<TopicPartition> forgotten_;
    std::uint32_t correlation_ = 0;
    std::int32_t session_id_ = 0;
    std::int32_t session_epoch_ = 0;
    Time sent_at_;
    Time earliest_retry_ = never;
    bool outstanding_ = false;
    bool held_ = false;
    bool timeout_armed_ = false;
};

}  // namespace gregor
