#include "model/lab/availability.h"

#include <algorithm>

namespace gregor::lab {

void Availability::record(Time at, const Event& event)
{
    std::visit([&](const auto& each) { on(at, each); }, event);
}

void Availability::on(Time, const event::RecordsSent& event)
{
    Partition& partition = partitions_[event.partition];
    const Time since = std::max(partition.last_answer, event.created);
    partition.since = partition.waiting == 0 ? since : std::min(partition.since, since);
    partition.waiting += event.record_count;
}

void Availability::answered(Time at, Partition& partition, std::int64_t records)
{
    partition.waiting = std::max<std::int64_t>(partition.waiting - records, 0);
    partition.since = at;
    partition.last_answer = at;
}

void Availability::on(Time at, const event::RecordsAcknowledged& event)
{
    Partition& partition = partitions_[event.partition];
    last_gap_ = at - partition.since;
    if (last_gap_ > partition.longest.length()) partition.longest = {partition.since, at};
    answered(at, partition, event.record_count);
}

void Availability::on(Time, const event::RecordsFailed& event)
{
    Partition& partition = partitions_[event.partition];
    partition.waiting = std::max<std::int64_t>(partition.waiting - event.record_count, 0);
}

void Availability::note_lag(Time at, ClientId client, Reading& reading, Offset high_watermark)
{
    const std::int64_t lag = std::max<std::int64_t>(high_watermark - reading.position, 0);
    std::int64_t& total = lags_[client];
    total += lag - reading.lag;
    reading.lag = lag;
    PeakLag& peak = peaks_[client];
    if (total > peak.records) peak = {total, at};
}

void Availability::on(Time at, const event::HighWatermarkAdvanced& event)
{
    Offset& high_watermark = partitions_[event.partition].high_watermark;
    high_watermark = std::max(high_watermark, event.high_watermark);
    const auto readers = readings_.find(event.partition);
    if (readers == readings_.end()) return;
    for (auto& [client, reading] : readers->second) note_lag(at, client, reading, high_watermark);
}

void Availability::on(Time at, const event::RecordsDelivered& event)
{
    Reading& reading = readings_[event.partition][event.client];
    reading.position = event.base_offset + event.record_count;
    note_lag(at, event.client, reading, partitions_[event.partition].high_watermark);
}

void Availability::on(Time, const event::PartitionsRevoked& event)
{
    for (const TopicPartition each : event.partitions) {
        const auto readers = readings_.find(each);
        if (readers == readings_.end()) continue;
        const auto reading = readers->second.find(event.client);
        if (reading == readers->second.end()) continue;
        lags_[event.client] -= reading->second.lag;
        readers->second.erase(reading);
    }
}

std::map<TopicPartition, Availability::Outage> Availability::outages(Time end) const
{
    std::map<TopicPartition, Outage> all;
    for (const auto& [id, partition] : partitions_) {
        Outage longest = partition.longest;
        if (partition.waiting > 0 && end - partition.since > longest.length()) {
            longest = {partition.since, end};
        }
        if (longest.length() > Duration{}) all[id] = longest;
    }
    return all;
}

}  // namespace gregor::lab
