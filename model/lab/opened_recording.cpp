#include "model/lab/opened_recording.h"

#include "model/lab/event_text.h"
#include "model/lab/whole_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::lab {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 30;

Recording read_recording(const std::string& bytes, const std::string& file_name)
{
    try {
        return decode(bytes);
    } catch (const RecordingError& error) {
        throw BadInput(file_name,
                       {{fmt::format("byte {}", error.offset), error.found, error.allowed, ""}});
    }
}

std::shared_ptr<const DurationLog> read_durations(const Recording& recording,
                                                  const std::string& file_name)
{
    try {
        return std::make_shared<const DurationLog>(DurationLog::decode(recording.durations));
    } catch (const DurationLogError& error) {
        throw BadInput(file_name, {{fmt::format("/durations (byte {})", error.offset), error.what(),
                                    "the durations of a run", ""}});
    }
}

std::unique_ptr<Simulation> begin(const std::shared_ptr<const Scenario>& scenario,
                                  std::uint64_t seed, std::shared_ptr<const DurationLog> log,
                                  ApplicationCalls calls)
{
    const Topology topology = build_topology(*scenario);
    return std::make_unique<Simulation>(
        scenario, seed, std::make_unique<RecordedResources>(topology.links(), std::move(log)),
        std::make_shared<RecordedApplications>(std::move(calls)));
}

}  // namespace

void RecordingWriter::on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash)
{
    // What the script did before the first event was not shown; the next hash covers it.
    while (chain_.size() + 1 < step.number) chain_.append(0);
    for (std::size_t i = 0; i <= events.size(); ++i) chain_.append(hash);
}

std::string RecordingWriter::encode(const RunIdentity& identity, const std::string& text,
                                    const Simulation& simulation) const
{
    RecordingHeader header{.identity = identity, .model = model_version, .end = simulation.now()};
    header.complete = simulation.now() == simulation.end();
    const auto& resources = dynamic_cast<const RecordingResources&>(simulation.resources());
    Recording recording;
    recording.header = header.encode();
    recording.inputs = text;
    recording.durations = resources.log().encode();
    if (const ApplicationCalls* calls = simulation.application_calls()) {
        recording.external = gregor::lab::encode(*calls);
    }
    recording.chain = chain_;
    recording.event_count = simulation.event_number();
    recording.final_hash = simulation.hash();
    return gregor::encode(recording);
}

/// Compares every step with the chain and stops at the first that differs.
class OpenedRecording::Checker final : public RunListener {
public:
    Checker(OpenedRecording& owner) : owner_(owner) {}

    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash) override
    {
        if (owner_.difference_) return;
        const HashChain& chain = owner_.recording_.chain;
        const bool same = step.number <= chain.size() && chain.matches(step.number, hash);
        const std::uint64_t last = step.number + events.size();
        if (same && last <= chain.size() && chain.matches(last, hash)) {
            if (!owner_.header_.complete && last == chain.size()) owner_.cursor_->stop();
            return;
        }
        const Names& names = owner_.cursor_->names();
        std::string what = describe(step, nullptr, names).line();
        std::uint64_t number = step.number;
        for (const Event& event : events) {
            what += "\n" + describe(step, ++number, event, names).line();
        }
        owner_.difference_ = Difference{step.number, what};
        owner_.cursor_->stop();
    }

private:
    OpenedRecording& owner_;
};

/// An interrupted run ends in the middle of an instant.
class OpenedRecording::Stopper final : public RunListener {
public:
    Stopper(Simulation& simulation, std::uint64_t last) : simulation_(simulation), last_(last) {}
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t) override
    {
        if (step.number + events.size() >= last_) simulation_.stop();
    }

private:
    Simulation& simulation_;
    std::uint64_t last_;
};

OpenedRecording::OpenedRecording(Recording recording, RecordingHeader header,
                                 std::shared_ptr<const Scenario> scenario)
    : recording_(std::move(recording)), header_(std::move(header)), scenario_(std::move(scenario))
{
}

OpenedRecording OpenedRecording::open(const std::string& file_name, const Progress& progress,
                                      Course* course)
{
    return from_bytes(read_whole_file(file_name, largest_file), file_name, progress, course);
}

OpenedRecording OpenedRecording::from_bytes(const std::string& bytes, const std::string& file_name,
                                            const Progress& progress, Course* course)
{
    Recording recording = read_recording(bytes, file_name);
    RecordingHeader header = RecordingHeader::decode(recording.header, file_name);
    const RunIdentity& identity = header.identity;
    const ScenarioFile file =
        ScenarioFile::parse(recording.inputs, file_name + " (scenario " + identity.file + ")");
    auto scenario = std::make_shared<const Scenario>(
        file.resolve(identity.leg, identity.point, identity.overrides));
    if (header.end > scenario->horizon + scenario->settle) {
        throw BadInput(file_name, {{"/header/end_ns", exact_seconds(header.end),
                                    "an instant of the scenario", ""}});
    }
    const auto durations = read_durations(recording, file_name);
    ApplicationCalls calls = decode_application_calls(recording.external, *scenario, file_name);
    OpenedRecording opened(std::move(recording), std::move(header), scenario);
    opened.cursor_ = begin(scenario, opened.identity().seed, durations, std::move(calls));
    opened.execute(progress, course);
    return opened;
}

/// Runs everything once, in slices that hold a part of the events between two keyframes.
void OpenedRecording::execute(const Progress& progress, Course* course)
{
    Checker checker(*this);
    std::optional<CourseWriter> writer;
    if (course != nullptr) {
        writer.emplace(*cursor_, header_.end);
        cursor_->add(*writer);
    }
    cursor_->add(checker);
    keep_keyframe();
    Duration slice = milliseconds(20);
    try {
        while (cursor_->now() < header_.end && !difference_ &&
               (header_.complete || cursor_->event_number() < event_count())) {
            const std::uint64_t before = cursor_->event_number();
            cursor_->run_until(std::min(cursor_->now() + slice, header_.end));
            const std::uint64_t events = cursor_->event_number() - before;
            if (events > interval_ / 4 && slice > microseconds(1)) slice = slice / 2;
            if (events < interval_ / 16 && slice < seconds(60)) slice = slice * 2;
            if (cursor_->event_number() >= keyframes_.back().event + interval_) keep_keyframe();
            if (progress) progress(cursor_->now(), header_.end);
        }
    } catch (const DurationMissing& missing) {
        difference_ = Difference{cursor_->event_number() + 1, missing.what()};
    } catch (const ApplicationCallMissing& missing) {
        difference_ = Difference{cursor_->event_number() + 1, missing.what()};
    }
    cursor_->remove(checker);
    if (writer) {
        *course = writer->finish();
        cursor_->remove(*writer);
    }
    if (difference_) return;
    if (cursor_->event_number() != event_count()) {
        difference_ =
            Difference{std::min(cursor_->event_number(), event_count()) + 1,
                       fmt::format("re-execution ended after {} events", cursor_->event_number())};
    } else if (cursor_->hash() != final_hash()) {
        difference_ = Difference{event_count(), "the final hash " + hash_text(cursor_->hash())};
    }
}

void OpenedRecording::keep_keyframe()
{
    if (keyframes_.size() == most_keyframes) {
        // Every second one goes; the first, at 0, stays.
        std::size_t kept = 0;
        for (std::size_t i = 0; i < keyframes_.size(); i += 2) {
            if (kept != i) keyframes_[kept] = std::move(keyframes_[i]);
            ++kept;
        }
        keyframes_.erase(keyframes_.begin() + static_cast<std::ptrdiff_t>(kept), keyframes_.end());
        interval_ *= 2;
    }
    keyframes_.push_back(Keyframe{cursor_->now(), cursor_->event_number(), cursor_->state(),
                                  cursor_->resources().clone()});
}

void OpenedRecording::go_back_to(const Keyframe& keyframe)
{
    cursor_ = std::make_unique<Simulation>(*cursor_, keyframe.state, keyframe.resources->clone());
}

void OpenedRecording::run_to(Time at)
{
    if (header_.complete || at < header_.end) {
        cursor_->run_until(at);
        return;
    }
    if (cursor_->event_number() >= event_count()) return;
    Stopper stopper(*cursor_, event_count());
    cursor_->add(stopper);
    cursor_->run_until(at);
    cursor_->remove(stopper);
}

Simulation& OpenedRecording::seek(Time at)
{
    at = std::clamp(at, Time{}, header_.end);
    const auto after = std::ranges::upper_bound(keyframes_, at, {}, &Keyframe::at);
    const Keyframe& nearest = *(after - 1);
    if (cursor_->now() > at || cursor_->now() < nearest.at) go_back_to(nearest);
    run_to(at);
    return *cursor_;
}

Simulation& OpenedRecording::seek_event(std::uint64_t number)
{
    number = std::clamp<std::uint64_t>(number, 1, event_count());
    const auto after = std::ranges::upper_bound(keyframes_, number - 1, {}, &Keyframe::event);
    const Keyframe& nearest = after == keyframes_.begin() ? *after : *(after - 1);
    if (cursor_->event_number() >= number || cursor_->event_number() < nearest.event) {
        go_back_to(nearest);
    }
    Stopper stopper(*cursor_, number);
    cursor_->add(stopper);
    cursor_->run_until(header_.end);
    cursor_->remove(stopper);
    return *cursor_;
}

void OpenedRecording::replay(Time from, Time to, RunListener& listener)
{
    if (from > header_.end) return;
    if (from > Time{}) {
        seek(from - nanoseconds(1));
    } else {
        go_back_to(keyframes_.front());
    }
    cursor_->add(listener);
    run_to(std::min(to, header_.end));
    cursor_->remove(listener);
}

}  // namespace gregor::lab
