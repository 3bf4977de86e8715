#pragma once

#include "engine/random.h"
#include "model/client/backoff.h"
#include "model/message.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

/// What a client knows of one partition.
struct KnownPartition {
    BrokerId leader{no_broker};
    LeaderEpoch leader_epoch{no_leader_epoch};
};
struct KnownTopic {
    std::string name;
    TopicId id{no_topic};  ///< no_topic: not known yet
    std::vector<KnownPartition> partitions;
};

/// A client's view of the cluster and the rule when to refresh it: every metadata.max.age.ms, or
/// on request after the back-off. Leader epochs only move forward. Source: class Metadata.
class ClientMetadata {
public:
    struct Settings {
        ExponentialBackoff backoff;
        Duration max_age;
        Random random;
    };
    ClientMetadata() = default;
    ClientMetadata(const Settings& settings, const std::vector<std::string>& topics);

    const std::vector<KnownTopic>& topics() const { return topics_; }
    const KnownTopic* find(std::string_view name) const;
    const KnownTopic* find(TopicId id) const;
    /// no_broker and epoch -1 when nothing is known.
    KnownPartition at(TopicPartition partition) const;
    /// Alive brokers, as the last answer listed them; empty before the first one.
    const std::vector<BrokerId>& brokers() const { return brokers_; }
    bool complete() const;

    void request_update() { requested_ = true; }
    bool in_flight() const { return in_flight_; }
    /// When the next request is due; `never` while one is under way.
    Time next_update() const;
    MetadataRequest begin_update(Time now);
    /// Takes an answer in; returns whether a partition has another leader than was known.
    bool update(Time now, const MetadataResponse& response);
    void update_failed(Time now);
    /// The leader that an error answer named (KIP-951). Returns whether that was news.
    bool note_leader(TopicPartition partition, BrokerId leader, LeaderEpoch epoch);
    /// Grows with every answer taken in and every leader noted.
    std::int64_t version() const { return version_; }

private:
    static bool merge(KnownTopic& known, const MetadataResponse::Topic& topic);

    Settings settings_;
    std::vector<KnownTopic> topics_;
    std::vector<BrokerId> brokers_;
    Time last_success_;
    Time not_before_;
    std::int64_t version_ = 0;
    std::int32_t failures_ = 0;
    bool requested_ = true;
    bool in_flight_ = false;
};

}  // namespace gregor
