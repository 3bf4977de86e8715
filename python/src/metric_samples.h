#pragma once

#include "model/lab/opened_recording.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::python {

/// One metric of one thing: a value at the end of each slice of time. Rates are per second over
/// the slice; what does not exist at an instant is NaN.
struct MetricSeries {
    std::string metric;  ///< Kafka's name: of the MBean, or of the client's metric
    std::string label;   ///< the topic, partition, broker, client or group
    std::vector<double> values;
};

std::vector<std::string_view> metric_names();

/// Slice after slice up to the end of the recording: values stand at every, 2 every, ...
/// `pause` is called now and then.
std::vector<MetricSeries> sample_metrics(lab::OpenedRecording& recording,
                                         const std::vector<std::string>& wanted, Duration every,
                                         const std::function<void()>& pause);

/// Of every record of a client: from send() to its acknowledgement, or to its delivery to this
/// consumer. Nanoseconds.
struct LatencyColumns {
    std::vector<std::int64_t> times, created, latencies;
    std::vector<std::int32_t> partitions;
    std::vector<std::string> partition_names;
};
/// Nothing when there is no client of this name.
std::optional<LatencyColumns> latency_columns(const lab::Simulation& simulation,
                                              const std::string& client, bool of_deliveries);

}  // namespace gregor::python
