#include "model/lab/course.h"

#include "model/lab/snapshot.h"
#include "model/topic_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gregor::lab {

namespace {

constexpr std::int64_t slices_of_a_run = 1'200;

Duration slice_for(Time end)
{
    const std::int64_t even = end.nanoseconds / slices_of_a_run;
    return std::max(nanoseconds(even), milliseconds(1));
}

bool internal(const Names& names, TopicPartition partition)
{
    return is_internal_topic(names.topic(partition.topic));
}

}  // namespace

std::size_t Course::slice_of(Time at) const
{
    return static_cast<std::size_t>(std::max<std::int64_t>(at.nanoseconds, 0) / slice.nanoseconds);
}

std::uint64_t Course::cause_of(std::uint64_t event) const
{
    return event < causes.size() ? causes[event] : 0;
}

CourseWriter::CourseWriter(const Simulation& simulation, Time end)
    : simulation_(simulation), story_(simulation), end_(end), slice_(slice_for(end))
{
    causes_.push_back(0);
    reported_.push_back(false);
}

/// What the cluster that was formed at time 0 looks like, before anything in it changes.
void CourseWriter::note_formed()
{
    const MetadataImage& formed =
        committed_metadata(simulation_.kernel(), simulation_.names().layout);
    for (const auto& topic : formed.topics()) {
        for (const auto& partition : topic->partitions) {
            partitions_[partition->partition] = {partition->leader, partition->isr};
            replica_counts_[partition->partition] = partition->replicas.size();
        }
    }
}

void CourseWriter::on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash)
{
    if (partitions_.empty() && step.at > Time{}) note_formed();
    note_lags(step.at);
    story_.on_step(step, events, hash);
    // What the script did before the first event was not shown.
    while (causes_.size() < step.number) {
        causes_.push_back(0);
        reported_.push_back(false);
    }
    causes_.push_back(step.cause);
    reported_.push_back(false);
    std::uint64_t number = step.number;
    std::vector<Event> changes;
    for (const Event& event : events) {
        causes_.push_back(step.number);
        reported_.push_back(true);
        on(step, ++number, event);
        if (std::holds_alternative<event::PartitionChanged>(event)) changes.push_back(event);
    }
    if (!changes.empty()) on_changes(step, step.number, changes);
}

Course::Mark& CourseWriter::mark(const StepOf& step, std::uint64_t number, Course::MarkKind kind)
{
    return marks_.emplace_back(Course::Mark{step.at, number, kind, {}, {}});
}

void CourseWriter::on(const StepOf& step, std::uint64_t number, const Event& event)
{
    using Kind = Course::MarkKind;
    const Names& names = simulation_.names();
    const auto tell = [&](Kind kind, const std::string& about) {
        Course::Mark& shown = mark(step, number, kind);
        shown.label = shown.subject = about;
    };
    if (const auto* appended = std::get_if<event::BatchAppended>(&event)) {
        if (internal(names, appended->partition)) return;
        const auto slice = static_cast<std::size_t>(step.at.nanoseconds / slice_.nanoseconds);
        if (appended_.size() <= slice) appended_.resize(slice + 1);
        appended_[slice] += static_cast<double>(appended->record_count);
    } else if (const auto* advanced = std::get_if<event::HighWatermarkAdvanced>(&event)) {
        if (!internal(names, advanced->partition)) {
            high_watermarks_[advanced->partition] = advanced->high_watermark;
        }
    } else if (const auto* delivered = std::get_if<event::RecordsDelivered>(&event)) {
        Offset& position = positions_[delivered->partition];
        position = delivered->base_offset + delivered->record_count;
    } else if (const auto* truncated = std::get_if<event::LogTruncated>(&event)) {
        if (!internal(names, truncated->partition)) {
            tell(Kind::truncation, names.of(truncated->partition));
        }
    } else if (const auto* group = std::get_if<event::GroupStateChanged>(&event)) {
        if (group->state == "PreparingRebalance") tell(Kind::rebalance, group->group);
        std::int32_t& members = members_[group->group];
        if (group->members != members) tell(Kind::join, group->group);
        members = group->members;
    } else if (const auto* fenced = std::get_if<event::BrokerFenced>(&event)) {
        tell(Kind::fenced, fmt::format("broker {}", fenced->broker.value));
    } else if (const auto* unfenced = std::get_if<event::BrokerUnfenced>(&event)) {
        if (step.at > Time{})
            tell(Kind::unfenced, fmt::format("broker {}", unfenced->broker.value));
    } else if (std::holds_alternative<event::ControllerActivated>(event)) {
        if (step.at > Time{}) tell(Kind::controller, names.of(step.node));
    }
}

/// One mark of each kind for all partitions that one step changed.
void CourseWriter::on_changes(const StepOf& step, std::uint64_t number,
                              const std::vector<Event>& changes)
{
    using Kind = Course::MarkKind;
    const Names& names = simulation_.names();
    std::map<Kind, std::vector<std::string>> told;
    for (const Event& each : changes) {
        const auto& changed = std::get<event::PartitionChanged>(each);
        Known& known = partitions_[changed.partition];
        const bool first = known.isr.empty();
        const Known before = known;
        known = {changed.leader, changed.isr};
        if (first || internal(names, changed.partition)) continue;
        const std::string name = names.of(changed.partition);
        if (before.leader != changed.leader) told[Kind::election].push_back(name);
        if (changed.isr.size() < before.isr.size()) told[Kind::isr_shrank].push_back(name);
        if (changed.isr.size() > before.isr.size()) told[Kind::isr_grew].push_back(name);
    }
    for (const auto& [kind, partitions] : told) {
        Course::Mark& shown = mark(step, number, kind);
        shown.label = partitions.front();
        if (partitions.size() == 1) {
            shown.subject = partitions.front();
        } else {
            shown.label += fmt::format(" +{}", partitions.size() - 1);
        }
    }
}

/// Fills in the slices that ended before `before`.
void CourseWriter::note_lags(Time before)
{
    const auto now = static_cast<std::size_t>(before.nanoseconds / slice_.nanoseconds);
    if (sampled_ >= now) return;
    double behind = 0;
    for (const auto& [partition, known] : partitions_) {
        if (internal(simulation_.names(), partition)) continue;
        const auto replicas = replica_counts_.find(partition);
        if (replicas != replica_counts_.end() && known.isr.size() < replicas->second) ++behind;
    }
    under_replicated_.resize(now, behind);
    for (const auto& [partition, position] : positions_) {
        const auto mark = high_watermarks_.find(partition);
        const std::int64_t lag =
            mark == high_watermarks_.end() ? 0 : mark->second.value - position.value;
        std::vector<double>& values = lags_[partition];
        values.resize(sampled_);
        values.resize(now, static_cast<double>(std::max<std::int64_t>(lag, 0)));
    }
    sampled_ = now;
}

}  // namespace gregor::lab
