#pragma once

#include "model/config.h"
#include "model/controller/metadata_image.h"
#include "model/controller/metadata_log.h"
#include "model/effects.h"
#include "model/types.h"

#include <vector>

namespace gregor {

/// A broker's view of the metadata log: an observer of the quorum that fetches the log and applies
/// what is committed (class KRaftMetadataCache).
class MetadataCache {
public:
    static constexpr TimerKey first_timer = 10;
    static constexpr TimerKey last_timer = 19;

    MetadataCache(BrokerId self, const ClusterLayout& layout, const BrokerConfig& config,
                  const std::vector<MetadataBatchPtr>& bootstrap);

    void start(Time now, StartReason reason, Effects& effects);
    void on_response(Time now, const Envelope& from, const Message& message, Effects& effects);
    void on_timer(Time now, TimerKey key, Effects& effects);
    void on_connection_reset(Time now, const Envelope& peer, Effects& effects);
    void on_end();

    /// What was applied since the last call.
    struct Changes {
        std::vector<TopicPartition> partitions;
        std::vector<TopicId> configured_topics;  ///< no_topic: the defaults of all
        std::vector<TopicId> removed_topics;
        bool topics = false;    ///< which there are, or how many partitions they have
        bool anything = false;  ///< a record that says more than that time goes on
    };
    Changes take_changes();

    const MetadataImage& image() const { return image_; }
    /// The first offset that is not applied.
    Offset applied() const { return image_.next_offset(); }
    /// Has applied what was committed when it first reached the leader.
    bool caught_up() const { return caught_up_; }
    /// The leader of the quorum, as last heard.
    BrokerId controller() const { return leader_; }
    QuorumEpoch controller_epoch() const { return epoch_; }

private:
    enum Timer : TimerKey { retry_timer = first_timer, fetch_timer };

    void fetch(Time now, Effects& effects);
    void retry(Time now, Effects& effects);
    void rotate();
    bool take(const QuorumFetchResponse& response, Effects& effects);
    void apply_committed();
    void note(const MetadataRecord& record);

    BrokerId self_;
    ClusterLayout layout_;
    Duration fetch_timeout_;
    Duration retry_backoff_;
    bool formed_ = false;  // begins with a bootstrap log

    MetadataLog log_;  // on disk
    MetadataImage image_;
    Offset high_watermark_{0};
    BrokerId leader_{no_broker};
    QuorumEpoch epoch_{0};
    Changes changes_;
    std::int32_t next_voter_ = 0;  // where to look for the leader
    BrokerId asked_{no_broker};
    std::uint32_t correlation_ = 0;
    std::uint32_t in_flight_ = 0;  // correlation id; 0: none
    bool caught_up_ = false;
};

}  // namespace gregor
