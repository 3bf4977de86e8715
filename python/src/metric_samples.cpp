#include "python/src/metric_samples.h"

#include "model/lab/event_text.h"
#include "model/lab/snapshot.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

namespace gregor::python {

namespace {

using lab::Snapshot;

/// Rates, from events; gauges, from snapshots.
constexpr std::array<std::string_view, 8> rates{
    "MessagesInPerSec",  "IsrShrinksPerSec",  "IsrExpandsPerSec",      "record-send-rate",
    "record-error-rate", "record-retry-rate", "records-consumed-rate", "commit-rate"};
constexpr std::array<std::string_view, 12> gauges{"UnderReplicatedPartitions",
                                                  "OfflinePartitionsCount",
                                                  "ActiveControllerCount",
                                                  "ActiveBrokerCount",
                                                  "FencedBrokerCount",
                                                  "LeaderCount",
                                                  "PartitionCount",
                                                  "LogEndOffset",
                                                  "records-lag",
                                                  "records-lag-max",
                                                  "requests-in-flight",
                                                  "LAG"};

/// The series being made, in the order of their first value.
class Series {
public:
    Series(std::size_t slices, double missing) : slices_(slices), missing_(missing) {}
    double& at(std::string_view metric, const std::string& label, std::size_t slice)
    {
        auto [place, is_new] = values_.try_emplace({std::string(metric), label});
        if (is_new) place->second.assign(slices_, missing_);
        return place->second[slice];
    }
    void move_to(std::vector<MetricSeries>& all)
    {
        for (auto& [key, values] : values_) {
            all.push_back({key.first, key.second, std::move(values)});
        }
    }

private:
    std::size_t slices_;
    double missing_;
    std::map<std::pair<std::string, std::string>, std::vector<double>> values_;
};

/// Counts what events tell, slice by slice.
class Counter final : public lab::RunListener {
public:
    Counter(const lab::Names& names, std::size_t slices, Duration every)
        : counts(slices, 0), names_(names), slices_(slices), every_(every)
    {
    }
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t) override
    {
        // A slice holds its end, not its beginning, as a value at its end says.
        const std::int64_t before = std::max<std::int64_t>(step.at.nanoseconds - 1, 0);
        slice_ = static_cast<std::size_t>(before / every_.nanoseconds);
        if (slice_ >= slices_) return;
        for (const Event& event : events) {
            node_ = step.node;
            std::visit([&](const auto& each) { on(each); }, event);
        }
    }
    Series counts;

private:
    void count(std::string_view metric, const std::string& label, std::int64_t much)
    {
        counts.at(metric, label, slice_) += static_cast<double>(much);
    }
    void on(const event::BatchAppended& event)
    {
        count("MessagesInPerSec", names_.topic(event.partition.topic), event.record_count);
    }
    void on(const event::IsrShrinkRequested&) { count("IsrShrinksPerSec", names_.of(node_), 1); }
    void on(const event::IsrExpandRequested&) { count("IsrExpandsPerSec", names_.of(node_), 1); }
    void on(const event::RecordsSent& event)
    {
        count("record-send-rate", names_.of(event.client), event.record_count);
    }
    void on(const event::RecordsFailed& event)
    {
        count("record-error-rate", names_.of(event.client), event.record_count);
    }
    void on(const event::SendRetried& event)
    {
        count("record-retry-rate", names_.of(event.client), event.record_count);
    }
    void on(const event::RecordsDelivered& event)
    {
        count("records-consumed-rate", names_.of(event.client), event.record_count);
    }
    void on(const event::OffsetCommitted& event) { count("commit-rate", event.group, 1); }
    template <class Other>
    void on(const Other&)
    {
    }

    const lab::Names& names_;
    std::size_t slices_;
    Duration every_;
    std::size_t slice_ = 0;
    NodeId node_ = no_node;
};

void look_at_partitions(const Snapshot& snapshot, std::size_t slice, Series& series)
{
    std::map<std::string, std::array<double, 3>> by_broker;
    for (const Snapshot::Broker& each : snapshot.brokers) {
        if (each.process.running) by_broker[each.process.name] = {};
    }
    double offline = 0;
    for (const Snapshot::Partition& each : snapshot.partitions) {
        if (each.leader == no_broker) ++offline;
        for (const Snapshot::Replica& replica : each.replicas) {
            const std::string broker = lab::node_name(replica.broker);
            if (replica.running && replica.exists) {
                series.at("LogEndOffset", each.name + " on " + broker, slice) =
                    static_cast<double>(replica.log_end.value);
            }
            const auto counted = by_broker.find(broker);
            if (counted == by_broker.end()) continue;
            auto& [under, leads, holds] = counted->second;
            ++holds;
            if (replica.broker != each.leader) continue;
            ++leads;
            if (each.isr.size() < each.replicas.size()) ++under;
        }
    }
    series.at("OfflinePartitionsCount", "controller", slice) = offline;
    for (const auto& [broker, counts] : by_broker) {
        series.at("UnderReplicatedPartitions", broker, slice) = counts[0];
        series.at("LeaderCount", broker, slice) = counts[1];
        series.at("PartitionCount", broker, slice) = counts[2];
    }
}

void look_at_servers(const Snapshot& snapshot, std::size_t slice, Series& series)
{
    double active = 0;
    double fenced = 0;
    for (const Snapshot::Broker& each : snapshot.brokers) {
        if (!each.registered) continue;
        ++(each.fenced ? fenced : active);
    }
    series.at("ActiveBrokerCount", "controller", slice) = active;
    series.at("FencedBrokerCount", "controller", slice) = fenced;
    for (const Snapshot::Controller& each : snapshot.controllers) {
        if (!each.process.running) continue;
        series.at("ActiveControllerCount", each.process.name, slice) = each.active ? 1 : 0;
    }
}

void look_at_clients(const Snapshot& snapshot, std::size_t slice, Series& series)
{
    for (const Snapshot::Producer& each : snapshot.producers) {
        if (!each.process.running) continue;
        series.at("requests-in-flight", each.process.name, slice) =
            static_cast<double>(each.requests_in_flight);
    }
    for (const Snapshot::Consumer& each : snapshot.consumers) {
        if (!each.process.running) continue;
        double worst = 0;
        for (const Snapshot::Consumed& part : each.assignment) {
            const auto lag = static_cast<double>(part.lag);
            worst = std::max(worst, lag);
            series.at("records-lag", each.process.name + " " + part.partition, slice) = lag;
        }
        series.at("records-lag-max", each.process.name, slice) = worst;
    }
    for (const Snapshot::Group& group : snapshot.groups) {
        for (const Snapshot::Committed& each : group.partitions) {
            series.at("LAG", group.name + " " + each.partition, slice) =
                static_cast<double>(each.lag);
        }
    }
}

bool wants_any(const std::vector<std::string>& wanted, std::span<const std::string_view> of)
{
    return std::ranges::any_of(
        of, [&](std::string_view each) { return std::ranges::find(wanted, each) != wanted.end(); });
}

}  // namespace

std::vector<std::string_view> metric_names()
{
    std::vector<std::string_view> all(rates.begin(), rates.end());
    all.insert(all.end(), gauges.begin(), gauges.end());
    return all;
}

std::vector<MetricSeries> sample_metrics(lab::OpenedRecording& recording,
                                         const std::vector<std::string>& wanted, Duration every,
                                         const std::function<void()>& pause)
{
    const auto slices = static_cast<std::size_t>(recording.end().nanoseconds / every.nanoseconds);
    std::vector<MetricSeries> all;
    if (wants_any(wanted, rates)) {
        const lab::Names names = recording.names();
        Counter counter(names, slices, every);
        recording.replay(Time{}, recording.end(), counter);
        counter.counts.move_to(all);
        const double seconds = static_cast<double>(every.nanoseconds) / 1e9;
        for (MetricSeries& each : all) {
            for (double& value : each.values) value /= seconds;
        }
    }
    if (wants_any(wanted, gauges)) {
        Series series(slices, std::numeric_limits<double>::quiet_NaN());
        for (std::size_t i = 0; i < slices; ++i) {
            pause();
            const Time at = Time{} + every * static_cast<std::int64_t>(i + 1);
            const Snapshot snapshot = Snapshot::of(recording.seek(at));
            look_at_partitions(snapshot, i, series);
            look_at_servers(snapshot, i, series);
            look_at_clients(snapshot, i, series);
        }
        series.move_to(all);
    }
    std::erase_if(all, [&](const MetricSeries& each) {
        return std::ranges::find(wanted, each.metric) == wanted.end();
    });
    return all;
}

std::optional<LatencyColumns> latency_columns(const lab::Simulation& simulation,
                                              const std::string& client, bool of_deliveries)
{
    const lab::Names& names = simulation.names();
    const ClientId id = names.client_named(client);
    if (id == no_client) return std::nullopt;
    LatencyColumns columns;
    const auto index = static_cast<std::size_t>(id.value);
    if (index >= simulation.history().client_count()) return columns;
    const lab::History::Client& seen = simulation.history().client(id);
    std::map<TopicPartition, std::int32_t> numbers;
    (of_deliveries ? seen.deliveries : seen.acknowledgements)
        .for_each([&](const lab::History::LatencyRun& run) {
            const auto [number, is_new] =
                numbers.try_emplace(run.partition, static_cast<std::int32_t>(numbers.size()));
            if (is_new) columns.partition_names.push_back(names.of(run.partition));
            for (std::int64_t i = 0; i < run.count; ++i) {
                const Duration latency = run.first - run.step * i;
                columns.times.push_back(run.at.nanoseconds);
                columns.created.push_back((run.at - latency).nanoseconds);
                columns.latencies.push_back(latency.nanoseconds);
                columns.partitions.push_back(number->second);
            }
        });
    return columns;
}

}  // namespace gregor::python
