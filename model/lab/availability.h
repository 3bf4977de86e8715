#pragma once

#include "model/events.h"

#include <cstdint>
#include <map>
#include <utility>

namespace gregor::lab {

/// What the users of a cluster felt: how long each partition took no records while some were
/// waiting, and how far consumers fell behind. Follows the run event by event.
class Availability {
public:
    /// The longest time without an acknowledgement while records were waiting.
    struct Outage {
        Time from;
        Time to;
        Duration length() const { return to - from; }
    };
    struct PeakLag {
        std::int64_t records = 0;  ///< over all partitions of the consumer
        Time at;
    };

    void record(Time at, const Event& event);
    /// The length of the gap that the acknowledgement just recorded has ended.
    Duration last_gap() const { return last_gap_; }

    /// With gaps that the end of the run cut off.
    std::map<TopicPartition, Outage> outages(Time end) const;
    const std::map<ClientId, PeakLag>& peak_lags() const { return peaks_; }

private:
    struct Partition {
        std::int64_t waiting = 0;  // records sent and without an answer
        Time since;                // of the last acknowledgement, or the first that waits
        Time last_answer;          // 0 before the first
        Outage longest;
        Offset high_watermark{0};
    };
    struct Reading {
        Offset position;
        std::int64_t lag = 0;
    };

    void on(Time at, const event::RecordsSent& event);
    void on(Time at, const event::RecordsAcknowledged& event);
    void on(Time at, const event::RecordsFailed& event);
    void on(Time at, const event::HighWatermarkAdvanced& event);
    void on(Time at, const event::RecordsDelivered& event);
    void on(Time at, const event::PartitionsRevoked& event);
    template <class Other>
    void on(Time, const Other&)
    {
    }
    void answered(Time at, Partition& partition, std::int64_t records);
    void note_lag(Time at, ClientId client, Reading& reading, Offset high_watermark);

    std::map<TopicPartition, Partition> partitions_;
    std::map<TopicPartition, std::map<ClientId, Reading>> readings_;
    std::map<ClientId, std::int64_t> lags_;
    std::map<ClientId, PeakLag> peaks_;
    Duration last_gap_;
};

}  // namespace gregor::lab
