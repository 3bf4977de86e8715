#include "visualizer/panels/why.h"

#include "model/lab/event_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace gregor::visualizer {

namespace {

using lab::Snapshot;
using lab::StoryLine;
using Lines = std::span<const StoryLine>;

/// A record is committed within milliseconds; above this the high watermark waits for something.
constexpr std::int64_t long_wait_ms = 500;

/// A line that may answer the question.
struct Clue {
    std::string name;
    std::string_view phrase = {};  ///< that its text holds too
    bool is_fault = false;         ///< only a fault that lasts
};

/// What is asked, and where the answer is looked for.
struct Inquiry {
    std::string question;
    std::vector<Clue> clues;         ///< the first that yields a line counts
    std::vector<std::string> about;  ///< names that make a later line pending; empty: none
    std::optional<WhyLink> state;    ///< what can be seen now
    std::optional<WhyLink> in_flight;
};

bool starts(std::string_view text, std::string_view with)
{
    return text.substr(0, with.size()) == with;
}

/// Marks say where a script has come to, nothing about the cluster.
bool is_mark(const StoryLine& line)
{
    return line.where == "script" && starts(line.text, "Mark ") &&
           line.text.find(';') == std::string::npos;
}

/// Lines that happened by now; those without a number go with the one above.
Lines past_of(const lab::Course& course, std::uint64_t event)
{
    const auto later = std::ranges::find_if(
        course.story, [&](const StoryLine& line) { return line.event > event; });
    return {course.story.begin(), later};
}

const StoryLine* last_line(Lines past, const Clue& clue)
{
    for (auto line = past.rbegin(); line != past.rend(); ++line) {
        if (is_mark(*line) || (!clue.name.empty() && !names(*line, clue.name))) continue;
        if (line->text.find(clue.phrase) != std::string::npos) return &*line;
    }
    return nullptr;
}

const StoryLine* last_fault(const Snapshot& snapshot, const lab::Course& course, const Clue& clue)
{
    for (auto fault = course.faults.rbegin(); fault != course.faults.rend(); ++fault) {
        if (fault->event > snapshot.event || fault->to <= snapshot.at) continue;
        const StoryLine* line = line_of(course, fault->event);
        const bool touched = std::ranges::find(fault->nodes, clue.name) != fault->nodes.end();
        if (line != nullptr && (touched || names(*line, clue.name))) return line;
    }
    return nullptr;
}

std::string list_of(const BrokerList& brokers)
{
    const std::string text = lab::to_text(brokers);
    return text.substr(1, text.size() - 2);
}

Inquiry nobody_writes(const Snapshot::Partition& partition)
{
    const std::string question = fmt::format("Why can nobody write to {}?", partition.name);
    if (partition.leader == no_broker)
        return {
            question, {{partition.name, "-> none"}, {partition.name}}, {partition.name}, {}, {}};
    const std::string leader = lab::node_name(partition.leader);
    return {question, {{leader, "", true}, {leader}}, {partition.name, leader}, {}, {}};
}

/// The member of the ISR for which the high watermark waits; null: none is behind the leader.
const Snapshot::Replica* slowest_of(const Snapshot::Partition& partition,
                                    const Snapshot::Replica& leader)
{
    const Snapshot::Replica* slowest = &leader;
    for (const auto& each : partition.replicas) {
        if (each.in_isr && each.log_end < slowest->log_end) slowest = &each;
    }
    return slowest == &leader ? nullptr : slowest;
}

bool waits_long(const Snapshot& snapshot, const Snapshot::Replica& leader)
{
    if (leader.high_watermark >= leader.log_end) return false;
    const auto batch = snapshot.batch_at(leader, leader.high_watermark);
    return batch && to_milliseconds(snapshot.at) - batch->max_timestamp_ms >= long_wait_ms;
}

/// A fetch on its way that lets the high watermark move when it arrives.
std::optional<WhyLink> awaited_fetch(const Snapshot& snapshot, const Snapshot::Partition& partition,
                                     const Snapshot::Replica& leader)
{
    const std::string to = lab::node_name(leader.broker);
    for (const auto& flight : snapshot.in_flight) {
        if (flight.purpose != Snapshot::Purpose::replica_fetch || !flight.request) continue;
        if (flight.to != to || flight.partition != partition.name) continue;
        if (flight.offset <= leader.high_watermark || flight.deliver_at == never) continue;
        return WhyLink{.at = flight.deliver_at,
                       .title = fmt::format("The fetch of {} from {} arrives", flight.from,
                                            flight.offset.value),
                       .detail = "in flight: it tells the leader how far it got",
                       .is_pending = true};
    }
    return {};
}

Inquiry watermark_waits(const Snapshot& snapshot, const Snapshot::Partition& partition,
                        const Snapshot::Replica& leader)
{
    Inquiry asked;
    asked.question =
        fmt::format("Why does the high watermark wait at {}?", leader.high_watermark.value);
    asked.about = {partition.name, lab::node_name(leader.broker)};
    if (const auto* slowest = slowest_of(partition, leader)) {
        const std::string name = lab::node_name(slowest->broker);
        asked.clues.push_back({name, "", true});
        asked.about.push_back(name);
        asked.state = WhyLink{.at = snapshot.at,
                              .title = fmt::format("B{} ends at {}, and is in the ISR",
                                                   slowest->broker.value, slowest->log_end.value),
                              .detail = "committed is only what the whole ISR has"};
    }
    asked.clues.push_back({lab::node_name(leader.broker), "", true});
    asked.clues.push_back({partition.name});
    asked.in_flight = awaited_fetch(snapshot, partition, leader);
    return asked;
}

Inquiry about_partition(const Snapshot& snapshot, const Snapshot::Partition& partition)
{
    const Snapshot::Replica* leader = partition.replica_on(partition.leader);
    if (leader == nullptr || !leader->running) return nobody_writes(partition);
    if (waits_long(snapshot, *leader)) return watermark_waits(snapshot, partition, *leader);
    if (partition.isr.size() < partition.replicas.size()) {
        Inquiry asked{fmt::format("Why is the ISR only {}?", list_of(partition.isr)),
                      {{partition.name, "] -> ["}, {partition.name}},
                      {partition.name},
                      {},
                      {}};
        for (const auto& each : partition.replicas) {
            if (!each.in_isr) asked.about.push_back(lab::node_name(each.broker));
        }
        return asked;
    }
    for (const auto& each : partition.replicas) {
        if (!each.in_isr || each.running) continue;
        const std::string name = lab::node_name(each.broker);
        return {fmt::format("Why is {} still in the ISR?", name),
                {{name, "", true}, {name}},
                {name, partition.name},
                {},
                {}};
    }
    return {"What happened last?", {{partition.name}}, {}, {}, {}};
}

Inquiry about_record(const Snapshot& snapshot, const Snapshot::Partition& partition,
                     const Subject& subject)
{
    Inquiry asked = about_partition(snapshot, partition);
    const Snapshot::Replica* leader = partition.replica_on(partition.leader);
    const Snapshot::Replica* own = partition.replica_on(subject.broker);
    if (leader == nullptr || own == nullptr || !leader->exists) return asked;
    const bool written = own->epoch_at(subject.offset) != no_leader_epoch;
    const bool differs = own->epoch_at(subject.offset) != leader->epoch_at(subject.offset);
    const std::string node = lab::node_name(own->broker);
    if (written && differs && subject.offset >= leader->log_start) {
        asked.question = fmt::format("Why must record {} be truncated?", subject.offset.value);
        asked.clues = {{partition.name, "leader epoch"}, {node, "", true}, {node}};
        asked.about = {partition.name, node};
    } else if (written && subject.offset >= leader->high_watermark &&
               starts(asked.question, "Why does the high")) {
        asked.question = fmt::format("Why is record {} not committed?", subject.offset.value);
    } else if (leader->running) {
        return {};  // nothing to ask: it is where it should be
    }
    return asked;
}

/// A partition of whose ISR the broker is no member, though it has a replica; null: none.
const Snapshot::Partition* left_isr(const Snapshot& snapshot, BrokerId broker)
{
    for (const auto& partition : snapshot.partitions) {
        const auto* replica = partition.replica_on(broker);
        if (replica != nullptr && !replica->in_isr && !partition.internal) return &partition;
    }
    return nullptr;
}

Inquiry about_broker(const Snapshot& snapshot, const Snapshot::Broker& broker)
{
    const std::string& name = broker.process.name;
    const auto why = [&](std::string_view is) { return fmt::format("Why is {} {}?", name, is); };
    const std::vector<std::string> about{name};
    const bool cut = std::ranges::any_of(
        snapshot.cuts, [&](const auto& each) { return each.from == name || each.to == name; });
    const std::string fenced = fmt::format("roker {} is fenced: ", broker.id.value);
    if (!broker.process.running) return {why("down"), {{name, "", true}, {name}}, about, {}, {}};
    if (broker.process.paused) return {why("paused"), {{name, "", true}, {name}}, about, {}, {}};
    if (broker.registered && broker.fenced)
        return {why("fenced"), {{name, fenced}, {name}}, about, {}, {}};
    if (cut) return {why("cut off"), {{name, "", true}, {name}}, about, {}, {}};
    if (const auto* partition = left_isr(snapshot, broker.id)) {
        return {fmt::format("Why is {} not in the ISR of {}?", name, partition->name),
                {{partition->name, "] -> ["}, {name}},
                {name, partition->name},
                {},
                {}};
    }
    return {"What happened last?", {{name}}, {}, {}, {}};
}

Inquiry about_node(const Snapshot& snapshot, const std::string& name)
{
    for (const auto& broker : snapshot.brokers) {
        if (broker.process.name == name) return about_broker(snapshot, broker);
    }
    for (const auto& controller : snapshot.controllers) {
        if (controller.process.name != name || controller.process.running) continue;
        return {fmt::format("Why is {} down?", name), {{name, "", true}, {name}}, {name}, {}, {}};
    }
    for (const auto& producer : snapshot.producers) {
        if (producer.process.name != name || producer.waits_for.empty()) continue;
        return {fmt::format("Why does {} wait?", name), {{name}}, {name}, {}, {}};
    }
    return {"What happened last?", {{name}}, {}, {}, {}};
}

Inquiry inquiry_of(const Snapshot& snapshot, const Subject& subject)
{
    const auto* partition = snapshot.partition_named(subject.name);
    switch (subject.kind) {
        case Subject::Kind::partition:
            if (partition != nullptr) return about_partition(snapshot, *partition);
            break;
        case Subject::Kind::record:
            if (partition != nullptr) return about_record(snapshot, *partition, subject);
            break;
        case Subject::Kind::node: return about_node(snapshot, subject.name);
        case Subject::Kind::group:
            return {"What happened last?", {{"group " + subject.name}}, {}, {}, {}};
        case Subject::Kind::none: return {"What happened last?", {{""}}, {}, {}, {}};
        default: break;
    }
    return {};
}

/// The causes of a line, oldest first, itself last.
std::vector<const StoryLine*> chain_of(const lab::Course& course, const StoryLine& line)
{
    const StoryLine* numbered = &line;
    while (numbered->event == 0 && numbered != course.story.data()) --numbered;
    auto chain = course.why(*numbered);
    chain.back() = &line;
    return chain;
}

/// The first line after the playhead that is about one of the names.
const StoryLine* pending_line(const lab::Course& course, Lines past, const Inquiry& asked)
{
    for (const StoryLine& line : Lines(course.story).subspan(past.size())) {
        if (is_mark(line)) continue;
        for (const std::string& name : asked.about) {
            if (names(line, name)) return &line;
        }
    }
    return nullptr;
}

const StoryLine* answer_to(const Snapshot& snapshot, const lab::Course& course, Lines past,
                           const Inquiry& asked)
{
    for (const Clue& clue : asked.clues) {
        const StoryLine* line =
            clue.is_fault ? last_fault(snapshot, course, clue) : last_line(past, clue);
        if (line != nullptr) return line;
    }
    return nullptr;
}

std::uint64_t number_of(const lab::Course& course, const StoryLine& line)
{
    const StoryLine* numbered = &line;
    while (numbered->event == 0 && numbered != course.story.data()) --numbered;
    return numbered->event;
}

void add_chain(Why& why, const Snapshot& snapshot, const lab::Course& course, const StoryLine& last)
{
    for (const StoryLine* line : chain_of(course, last)) {
        why.links.push_back(link_of(snapshot, course, *line));
        why.links.back().event = number_of(course, *line);
    }
}

std::optional<Why> why_event(const Snapshot& snapshot, const lab::Course& course,
                             std::uint64_t number)
{
    const StoryLine* line = line_of(course, number);
    if (line == nullptr) return {};
    Why why{"What led to this?", {}};
    add_chain(why, snapshot, course, *line);
    for (WhyLink& link : why.links) link.is_pending = link.event > snapshot.event;
    if (why.links.size() == 1) return {};
    while (why.links.size() > Why::most_links) why.shorten();
    return why;
}

}  // namespace

void Why::shorten()
{
    if (links.size() < 3) return;
    links.erase(links.begin() + 1);
    links[1].skips = true;
}

std::optional<Why> why_of(const Snapshot& snapshot, const lab::Course& course,
                          const Subject& subject)
{
    if (subject.kind == Subject::Kind::event) return why_event(snapshot, course, subject.number);
    Inquiry asked = inquiry_of(snapshot, subject);
    const Lines past = past_of(course, snapshot.event);
    const StoryLine* answer = answer_to(snapshot, course, past, asked);
    if (answer == nullptr && !asked.state) return {};
    Why why{std::move(asked.question), {}};
    if (answer != nullptr) add_chain(why, snapshot, course, *answer);
    if (asked.state) why.links.push_back(std::move(*asked.state));
    const StoryLine* next = pending_line(course, past, asked);
    if (asked.in_flight) {
        why.links.push_back(std::move(*asked.in_flight));
    } else if (next != nullptr) {
        why.links.push_back(link_of(snapshot, course, *next));
        why.links.back().is_pending = true;
        why.links.back().event = number_of(course, *next);
    }
    while (why.links.size() > Why::most_links) why.shorten();
    return why;
}

}  // namespace gregor::visualizer
