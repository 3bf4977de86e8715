#include "model/lab/story.h"

#include "model/lab/event_text.h"
#include "model/lab/snapshot.h"
#include "model/lab/story_faults.h"
#include "model/topic_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::lab {

namespace {

/// Equal things are told together while no more than this lies between two of them.
constexpr Duration together = seconds(2);
constexpr std::size_t most_partitions_told = 6;

}  // namespace

StoryTeller::StoryTeller(const Simulation& simulation)
    : simulation_(simulation), names_(simulation.names())
{
}

void StoryTeller::on_step(const StepOf& step, std::span<const Event> events, std::uint64_t)
{
    if (!has_metadata_ && step.at > Time{}) {
        has_metadata_ = true;
        const MetadataImage& image = committed_metadata(simulation_.kernel(), names_.layout);
        for (const auto& topic : image.topics()) {
            for (const auto& each : topic->partitions) {
                partitions_.try_emplace(each->partition,
                                        Known{each->leader, each->leader_epoch, each->isr});
            }
        }
    }
    number_ = step.number;
    if (step.kind == StepKind::fault) faults_.push_back(step);
    if (step.kind == StepKind::start) on_start(step);
    if (step.kind == StepKind::disconnected) on_disconnected(step);
    for (const Event& event : events) {
        ++number_;
        availability_.record(step.at, event);
        std::visit([&](const auto& each) { on(step, each); }, event);
    }
    if (!changes_.empty()) tell_changes(step);
}

void StoryTeller::on_start(Where step)
{
    if (step.payload == static_cast<std::uint32_t>(StartReason::first)) return;
    restarts_[step.node] = step.number;
    const bool power_lost =
        step.payload == static_cast<std::uint32_t>(StartReason::after_power_loss);
    const bool broker = names_.layout.is_broker(step.node);
    std::string text = "Its process runs again";
    if (broker && power_lost) text += "; what its disk had not flushed is gone";
    if (broker && !power_lost) text += "; its logs are as the crash left them";
    tell(step, text + (broker ? ". It registers with the controller first." : "."));
    if (!broker) return;
    const BrokerId id = names_.layout.id_of(step.node);
    const gregor::Broker* process = simulation_.kernel().process(step.node).broker();
    for (const gregor::Replica& replica : process->replicas()) {
        if (replica.removed || internal(replica.partition)) continue;
        catching_up_[{id, replica.partition}] = {no_offset, no_offset, step.at};
    }
}

/// The followers' fetches and the clients' requests to a process that ended stop here.
void StoryTeller::on_disconnected(Where step)
{
    if (!names_.layout.is_broker(step.from)) return;
    const std::string lost = names_.of(step.from);
    Repeated& all = repeat(step, "reset " + lost, lost,
                           "Its connections are reset: fetches and requests to it stop");
    all.names.insert(names_.of(step.node));
}

void StoryTeller::tell(Where step, std::string text)
{
    tell(step, names_.of(step.node), std::move(text));
}

void StoryTeller::tell(Where step, std::string where, std::string text)
{
    lines_.push_back({step.at, number_, std::move(where), std::move(text)});
}

StoryTeller::Repeated& StoryTeller::repeat(Where step, const std::string& key, std::string where,
                                           std::string text)
{
    Repeated& all = repeated_[key];
    if (all.count > 0 && step.at - all.last > together) {
        close(all);
        all = Repeated{};
    }
    if (all.count == 0) all.line = {step.at, number_, std::move(where), std::move(text)};
    ++all.count;
    all.last = step.at;
    return all;
}

void StoryTeller::close(const Repeated& repeated)
{
    StoryLine line = repeated.line;
    std::string extra;
    const auto add = [&](const std::string& what) { extra += (extra.empty() ? "" : ", ") + what; };
    if (!repeated.names.empty()) {
        std::string names;
        for (const std::string& each : repeated.names) names += (names.empty() ? "" : ", ") + each;
        add(names);
    } else if (repeated.count > 1) {
        add(fmt::format("{} times", repeated.count));
    }
    if (repeated.records > 0) add(fmt::format("{} records", repeated.records));
    if (repeated.last - line.at >= milliseconds(100)) {
        add(fmt::format("until {:.3f} s", in_milliseconds(repeated.last - Time{}) / 1e3));
    }
    line.text += extra.empty() ? "." : " (" + extra + ").";
    lines_.push_back(std::move(line));
}

bool StoryTeller::internal(TopicPartition partition) const
{
    return is_internal_topic(names_.topic(partition.topic));
}

std::string StoryTeller::because(const std::map<BrokerId, std::uint64_t>& of, BrokerId broker,
                                 std::string_view what) const
{
    const auto found = of.find(broker);
    if (found == of.end()) return "";
    return fmt::format("because {} {} (#{})", node_name(broker), what, found->second);
}

std::string StoryTeller::reason_of(const Change& change) const
{
    BrokerId gone = no_broker;
    BrokerId joined = no_broker;
    for (const BrokerId each : change.before.isr) {
        if (!contains(change.after.isr, each)) gone = each;
    }
    for (const BrokerId each : change.after.isr) {
        if (!contains(change.before.isr, each)) joined = each;
    }
    if (change.before.leader != change.after.leader && change.before.leader != no_broker) {
        gone = change.before.leader;
    }
    const auto request = isr_requests_.find(change.partition);
    const std::string asked =
        request == isr_requests_.end()
            ? ""
            : fmt::format("because its leader asked for it (#{})", request->second);
    if (gone != no_broker) {
        if (fenced_.contains(gone)) return because(fenced_, gone, "is fenced");
        if (shutting_down_.contains(gone)) return because(shutting_down_, gone, "is shutting down");
        return asked;
    }
    if (change.before.leader == no_broker && change.after.leader != no_broker) {
        return because(unfenced_, change.after.leader, "is unfenced again");
    }
    return joined != no_broker ? asked : "";
}

void StoryTeller::tell_changes(Where step)
{
    const std::uint64_t own_number = number_;
    number_ = changed_at_;
    std::int64_t leaders_moved = 0;
    std::int64_t internal_changes = 0;
    std::size_t told = 0;
    std::size_t left_out = 0;
    std::string last_reason;
    for (const Change& change : changes_) {
        const bool moved = change.before.leader != change.after.leader;
        if (internal(change.partition)) {
            ++internal_changes;
            leaders_moved += moved ? 1 : 0;
            continue;
        }
        if (told == most_partitions_told) {
            ++left_out;
            continue;
        }
        std::string text = names_.of(change.partition) + ": ";
        if (moved) {
            const auto shown = [](BrokerId id) {
                return id == no_broker ? "none" : std::to_string(id.value);
            };
            text += fmt::format("leader {} -> {}, ", shown(change.before.leader),
                                shown(change.after.leader));
        }
        if (change.before.leader_epoch != change.after.leader_epoch) {
            text += fmt::format("leader epoch {} -> {}, ", change.before.leader_epoch.value,
                                change.after.leader_epoch.value);
        }
        text += fmt::format("ISR {} -> {}", to_text(change.before.isr), to_text(change.after.isr));
        const std::string reason = reason_of(change);
        if (!reason.empty() && reason != last_reason) text += ", " + reason;
        last_reason = reason;
        lines_.push_back({step.at, told == 0 ? number_ : 0, names_.of(step.node), text + "."});
        ++told;
    }
    if (left_out > 0) {
        lines_.push_back({step.at, 0, names_.of(step.node),
                          fmt::format("... and {} more {} likewise.", left_out,
                                      left_out == 1 ? "partition" : "partitions")});
    }
    if (internal_changes > 0) {
        lines_.push_back(
            {step.at, told == 0 ? number_ : 0, names_.of(step.node),
             fmt::format("{}: {} {} likewise, {} of them {} another leader.", offsets_topic,
                         internal_changes,
                         internal_changes == 1 ? "partition changes" : "partitions change",
                         leaders_moved, leaders_moved == 1 ? "gets" : "get")});
    }
    changes_.clear();
    number_ = own_number;
}

void StoryTeller::add_faults(std::vector<StoryLine>& lines) const
{
    const std::vector<FiredStep>& fired = simulation_.script().fired();
    for (std::size_t i = 0; i < fired.size(); ++i) {
        const std::uint64_t next = i + 1 < fired.size() ? fired[i + 1].event : UINT64_MAX;
        std::vector<NodeId> nodes;
        for (const StepOf& fault : faults_) {
            if (fault.number >= fired[i].event && fault.number < next && fault.at == fired[i].at) {
                nodes.push_back(fault.node);
            }
        }
        const std::string text = fault_sentence(simulation_.scenario().script[fired[i].step],
                                                fired[i].undone, nodes, names_);
        lines.push_back({fired[i].at, fired[i].event, "script", text});
    }
}

std::vector<StoryLine> StoryTeller::lines() const
{
    StoryTeller finished = *this;
    for (const auto& [key, repeated] : repeated_) finished.close(repeated);
    std::vector<StoryLine> all = std::move(finished.lines_);
    add_faults(all);
    // Lines without a number stay behind the one they belong to.
    std::uint64_t last = 0;
    std::vector<std::pair<std::pair<Time, std::uint64_t>, std::size_t>> order;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].event != 0) last = all[i].event;
        order.push_back({{all[i].at, last}, i});
    }
    std::ranges::sort(order);
    std::vector<StoryLine> sorted;
    for (const auto& [key, index] : order) sorted.push_back(std::move(all[index]));
    return sorted;
}

}  // namespace gregor::lab
