#include "model/lab/report.h"

#include "model/lab/event_text.h"
#include "model/lab/record_numbers.h"
#include "model/lab/snapshot.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <vector>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

constexpr std::size_t text_width = 96;
constexpr std::size_t most_lines = 160;

/// The replica whose log readers get: the leader's; without a leader the longest.
const gregor::Replica* readable_replica(const KafkaKernel& kernel, const ClusterLayout& layout,
                                        const PartitionRecord& partition)
{
    const gregor::Replica* best = nullptr;
    for (const BrokerId each : partition.replicas) {
        const gregor::Broker* broker = kernel.process(layout.node_of(each)).broker();
        const gregor::Replica* own =
            broker != nullptr ? broker->replica(partition.partition) : nullptr;
        if (own == nullptr) continue;
        if (each == partition.leader) return own;
        if (best == nullptr || own->log.log_end_offset() > best->log.log_end_offset()) best = own;
    }
    return best;
}

std::string count_text(std::int64_t value)
{
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3 && at - 3 > (value < 0 ? 1U : 0U); at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits;
}

std::string milliseconds_text(Duration duration)
{
    return fmt::format("{:.3f} ms", in_milliseconds(duration));
}

std::string seconds_text(Time at)
{
    return fmt::format("{:.6f}", in_milliseconds(at - Time{}) / 1e3);
}

/// Words of `text` in lines of at most `width`.
std::vector<std::string> wrapped(const std::string& text, std::size_t width)
{
    std::vector<std::string> lines;
    std::size_t begin = 0;
    while (text.size() - begin > width) {
        std::size_t space = text.rfind(' ', begin + width);
        if (space == std::string::npos || space <= begin) space = begin + width;
        lines.push_back(text.substr(begin, space - begin));
        begin = space + (text[space] == ' ' ? 1 : 0);
    }
    lines.push_back(text.substr(begin));
    return lines;
}

/// The lines of one report.
class Report {
public:
    Report(const Simulation& simulation, const StoryTeller& story)
        : simulation_(simulation), names_(simulation.names()), story_(story)
    {
    }

    template <class... Values>
    void line(fmt::format_string<Values...> format, Values&&... values)
    {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
        text_ += '\n';
    }
    void heading(std::string_view title) { text_ += fmt::format("\n{}\n", title); }
    std::string take() { return std::move(text_); }

    void write_head(const RunIdentity& identity, const Json& leg);
    void write_story();
    void write_producer(ClientId id, const gregor::Producer& producer);
    void write_consumer(ClientId id, const gregor::Consumer& consumer);
    void write_clients();
    void write_availability();
    void write_assertion(const Json& assertion);
    void write_verdict(const Json& leg);

private:
    void write_latency(std::string_view what, const SharedVector<History::LatencyRun>& runs);

    const Simulation& simulation_;
    const Names& names_;
    const StoryTeller& story_;
    std::string text_;
};

void Report::write_head(const RunIdentity& identity, const Json& leg)
{
    const Scenario& scenario = simulation_.scenario();
    line("{}: {}", scenario.id, scenario.title);
    if (!scenario.teaches.empty()) {
        for (const std::string& each : wrapped(scenario.teaches, text_width)) line("  {}", each);
    }
    const Cluster& cluster = scenario.cluster;
    std::string topics;
    for (std::size_t i = 0; i < scenario.topics.size(); ++i) {
        const Topic& topic = scenario.topics[i];
        const bool last = i + 1 == scenario.topics.size() || scenario.topics[i + 1].copy == 0;
        if (!last) continue;  // of an entry for many
        const std::string names =
            topic.copy == 0
                ? "topic " + topic.name
                : fmt::format("topics {} to {}",
                              scenario.topics[i - static_cast<std::size_t>(topic.copy)].name,
                              topic.name);
        const std::size_t replicas = topic.replicas.empty()
                                         ? static_cast<std::size_t>(topic.replication_factor)
                                         : topic.replicas.front().size();
        topics += fmt::format(", {} ({} partition{} on {} brokers each)", names, topic.partitions,
                              topic.partitions == 1 ? "" : "s", replicas);
    }
    line("Leg {}, seed {}, resources {}; {} brokers, {} controllers{}.",
         identity.leg.empty() ? "-" : identity.leg, identity.seed, identity.resources,
         cluster.brokers.size(), cluster.controllers, topics);
    for (const auto& [name, value] : identity.point) line("  {} = {}", name, value.dump());
    line("{:.3f} s simulated in {:.3f} s, {} events.",
         in_milliseconds(simulation_.now() - Time{}) / 1e3, leg.value("wall_seconds", 0.0),
         count_text(static_cast<std::int64_t>(simulation_.event_number())));
}

void Report::write_story()
{
    heading("What happened (#n is the number of an event: `gregor events` shows it)");
    line("  {:>11}  {:<15} {}", "time in s", "where", "");
    std::vector<StoryLine> lines = story_.lines();
    const std::size_t left_out = lines.size() > most_lines ? lines.size() - most_lines : 0;
    lines.resize(lines.size() - left_out);
    Time last{-1};
    std::string last_where;
    for (const StoryLine& each : lines) {
        const std::string number = each.event == 0 ? "" : fmt::format("  #{}", each.event);
        const auto text = wrapped(each.text + number, text_width);
        const bool same = each.at == last && each.where == last_where;
        line("  {:>11}  {:<15} {}", each.at == last ? "" : seconds_text(each.at),
             same ? "" : each.where, text.front());
        for (std::size_t i = 1; i < text.size(); ++i)
            line("  {:>11}  {:<15}   {}", "", "", text[i]);
        last = each.at;
        last_where = each.where;
    }
    if (lines.empty()) line("  Nothing out of the ordinary.");
    if (left_out > 0) line("  ... and {} more; `gregor events` has them all.", left_out);
    line(
        "  Words: the leader takes a partition's reads and writes. ISR: the replicas in sync with "
        "it.");
    line(
        "  HW (high watermark): the offset up to which the whole ISR has the records. Epochs count "
        "leaders.");
}

void Report::write_latency(std::string_view what, const SharedVector<History::LatencyRun>& runs)
{
    LatencySample sample;
    runs.for_each([&](const History::LatencyRun& run) { sample.add(run); });
    if (sample.count() == 0) return;
    line("      {}: p50 {}, p99 {}, max {}", what, milliseconds_text(sample.percentile(0.5)),
         milliseconds_text(sample.percentile(0.99)), milliseconds_text(sample.max()));
}

void Report::write_producer(ClientId id, const gregor::Producer& producer)
{
    const History::Client& seen = simulation_.history().client(id);
    const RecordCounts counts = count_records(simulation_, id);
    const Acks acks = producer.settings().config.acks;
    line("  {:<10} (producer, acks={}) sent {}, acknowledged {}, failed {}, lost {}, duplicated {}",
         names_.of(id), acks == Acks::all ? "all" : (acks == Acks::leader ? "1" : "0"),
         count_text(counts.sent), count_text(counts.acknowledged), count_text(counts.failed),
         count_text(counts.lost.size()), count_text(counts.duplicated));
    if (counts.unknown > 0 || counts.waiting > 0) {
        line("      given up, perhaps in the log: {}; without an answer at the end: {}",
             count_text(counts.unknown), count_text(counts.waiting));
    }
    if (counts.removed > 0) {
        line("      removed by retention or compaction: {}", count_text(counts.removed));
    }
    if (!counts.lost.empty()) {
        line("      lost, numbered in the order of sending: {}",
             wrapped(to_text(Value(counts.lost)), text_width).front());
    }
    write_latency("from send() to acknowledgement", seen.acknowledgements);
}

void Report::write_consumer(ClientId id, const gregor::Consumer& consumer)
{
    const History::Client& seen = simulation_.history().client(id);
    const std::string& group = consumer.settings().config.group_id;
    line("  {:<10} (consumer{}) delivered {}, of them again {}, processed {}", names_.of(id),
         group.empty() ? "" : ", group " + group, count_text(seen.delivered_count),
         count_text(seen.redelivered), count_text(seen.processed_count));
    write_latency("end to end, from send() to poll()", seen.deliveries);
    const auto& peaks = story_.availability().peak_lags();
    const auto peak = peaks.find(id);
    if (peak != peaks.end()) {
        line("      peak lag: {} records behind the high watermarks, at {} s",
             count_text(peak->second.records), seconds_text(peak->second.at));
    }
}

void Report::write_clients()
{
    heading("Clients");
    const KafkaKernel& kernel = simulation_.kernel();
    for (std::size_t i = 0; i < names_.clients.size(); ++i) {
        const ClientId id{static_cast<std::int16_t>(i)};
        const KafkaNode& node = kernel.process(names_.layout.node_of(id));
        if (node.producer() != nullptr) write_producer(id, *node.producer());
        if (node.consumer() != nullptr) write_consumer(id, *node.consumer());
    }
}

void Report::write_availability()
{
    heading("Longest time without an acknowledgement while records were waiting");
    constexpr std::size_t most = 8;
    std::size_t told = 0;
    const auto outages = story_.availability().outages(simulation_.now());
    for (const auto& [partition, outage] : outages) {
        if (++told > most) break;
        line("  {:<14} {:>14}   ({} s to {} s{})", names_.of(partition),
             milliseconds_text(outage.length()), seconds_text(outage.from), seconds_text(outage.to),
             outage.to == simulation_.now() ? ", the end" : "");
    }
    if (outages.size() > most) line("  ... and {} more partitions", outages.size() - most);
}

void Report::write_assertion(const Json& assertion)
{
    const bool holds = assertion.value("holds", false);
    const bool vacuous = assertion.value("vacuous", false);
    const Json expected = assertion.value("expected", Json());
    const bool surprising = expected.is_boolean() && expected.get<bool>() != holds;
    std::string text = fmt::format("  Assertion {:<20} {}", assertion.value("id", "?"),
                                   holds     ? "holds"
                                   : vacuous ? "vacuous: what it speaks of never happened"
                                             : "violated");
    if (expected.is_null()) {
        text += ", nothing was expected of it";
    } else {
        text += surprising ? ", UNEXPECTEDLY" : ", as expected";
    }
    const std::string what = assertion.value("what", "");
    if (!what.empty() && !holds) text += ": " + what;
    const Json witness = assertion.value("witness", Json());
    if (!witness.is_null() && !holds) text += "; witness " + witness.dump();
    for (const std::string& each : wrapped(text, text_width + 20)) line("{}", each);
}

void Report::write_verdict(const Json& leg)
{
    heading("Checked");
    const Invariants& invariants = simulation_.invariants();
    line("  Invariants: {} checks after events, {} complete ones; {} violated",
         count_text(invariants.checked()), count_text(invariants.full_checks()),
         count_text(static_cast<std::int64_t>(invariants.violated().size())));
    for (const Violation& each : invariants.violated()) {
        line("    {} at {} s (#{}): {}", each.name, seconds_text(each.at), each.event, each.what);
    }
    const Json asserts = leg.value("asserts", Json::array());
    for (const Json& each : asserts) write_assertion(each);
    const Json measures = leg.value("measures", Json::object());
    for (const auto& [name, value] : measures.items()) {
        line("  Measure   {:<20} {}", name, wrapped(value.dump(), text_width).front());
    }
    const Json reasons = leg.value("reasons", Json::array());
    for (const Json& each : reasons) {
        line("  Not as expected: {}", each.is_string() ? each.get<std::string>() : each.dump());
    }
    line("  Verdict: {}. Hash {}, seed {}.",
         leg.value("as_expected", false) ? "as expected" : "NOT AS EXPECTED",
         hash_text(simulation_.hash()), simulation_.seed());
}

}  // namespace

RecordCounts count_records(const Simulation& simulation, ClientId producer)
{
    const History& history = simulation.history();
    const History::Client& seen = history.client(producer);
    const ClusterLayout& layout = simulation.names().layout;
    const MetadataImage& image = committed_metadata(simulation.kernel(), layout);
    RecordCounts counts{.sent = seen.sent, .acknowledged = seen.acknowledged.size()};
    counts.failed = seen.failed.size();
    counts.unknown = seen.unknown.size();
    const IntervalSet answered =
        seen.acknowledged.united_with(seen.failed).united_with(seen.unknown);
    counts.waiting = counts.sent - answered.size();
    std::vector<std::pair<std::int64_t, std::int64_t>> found;  // ranges of sequences
    IntervalSet cleaned;
    for (const auto& stream : seen.streams) {
        const TopicPartition partition = stream.first;
        const PartitionRecord* record = image.partition(partition);
        const gregor::Replica* replica =
            record != nullptr ? readable_replica(simulation.kernel(), layout, *record) : nullptr;
        if (replica == nullptr) continue;
        std::int64_t appended = 0;
        IntervalSet here;
        replica->log.for_each([&](const RecordBatch& batch) {
            if (batch.client != producer) return;
            visit_numbers(batch, [&](std::int64_t first, std::int64_t count) {
                history.add_sequences(producer, partition, first, count, here);
                appended += count;
            });
        });
        history.add_acknowledged_below(producer, partition, removable_below(replica->log), cleaned);
        counts.duplicated += appended - here.size();
        for (const IntervalSet::Range& range : here.ranges()) {
            found.emplace_back(range.begin, range.end);
        }
    }
    std::ranges::sort(found);
    IntervalSet readable;
    for (const auto& [begin, end] : found) readable.insert(begin, end);
    const IntervalSet missing = seen.acknowledged.minus(readable);
    counts.lost = missing.minus(cleaned);
    counts.removed = missing.size() - counts.lost.size();
    return counts;
}

std::string report_text(const Simulation& simulation, const StoryTeller& story,
                        const RunIdentity& identity, const nlohmann::json& leg)
{
    Report report(simulation, story);
    report.write_head(identity, leg);
    report.write_story();
    report.write_clients();
    report.write_availability();
    report.write_verdict(leg);
    return report.take();
}

}  // namespace gregor::lab
