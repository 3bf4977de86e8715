#include "model/lab/course.h"
#include "model/lab/event_text.h"
#include "model/lab/story_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

/// The course of a run, put together at its end: faults, metrics, and what led to what.
namespace gregor::lab {

namespace {

constexpr std::size_t most_lag_series = 6;

Course::FaultKind kind_of(const Action& action)
{
    using Kind = Course::FaultKind;
    if (const auto* node = std::get_if<action::Node>(&action)) {
        using Act = action::Node::Act;
        return node->act == Act::pause || node->act == Act::freeze ? Kind::pause : Kind::crash;
    }
    if (std::holds_alternative<action::Client>(action)) return Kind::crash;
    if (std::holds_alternative<action::Link>(action)) return Kind::cut;
    if (std::holds_alternative<action::Disk>(action)) return Kind::slow_disk;
    if (std::holds_alternative<action::Clock>(action)) return Kind::clock;
    if (std::holds_alternative<action::Message>(action)) return Kind::message;
    return Kind::other;
}

/// What kind of fault an action puts right again: a restart, a resume, a heal, a release.
std::optional<Course::FaultKind> repaired_by(const Action& action)
{
    using Kind = Course::FaultKind;
    if (const auto* node = std::get_if<action::Node>(&action)) {
        using Act = action::Node::Act;
        if (node->act == Act::restart) return Kind::crash;
        if (node->act == Act::resume || node->act == Act::thaw) return Kind::pause;
    }
    if (const auto* client = std::get_if<action::Client>(&action)) {
        using Act = action::Client::Act;
        if (client->act == Act::start || client->act == Act::resume) return Kind::crash;
    }
    if (const auto* link = std::get_if<action::Link>(&action)) {
        if (link->effect == action::Link::Effect::heal) return Kind::cut;
    }
    if (std::holds_alternative<action::Release>(action)) return Kind::message;
    return {};
}

bool breaks(const Action& action)
{
    const bool something = std::holds_alternative<action::Node>(action) ||
                           std::holds_alternative<action::Link>(action) ||
                           std::holds_alternative<action::Disk>(action) ||
                           std::holds_alternative<action::Clock>(action) ||
                           std::holds_alternative<action::Message>(action);
    if (const auto* client = std::get_if<action::Client>(&action)) {
        using Act = action::Client::Act;
        return client->act == Act::stop || client->act == Act::crash || client->act == Act::pause;
    }
    return something && !repaired_by(action);
}

std::string_view word_of(Course::FaultKind kind, const Action& action)
{
    if (const auto* node = std::get_if<action::Node>(&action)) {
        using Act = action::Node::Act;
        switch (node->act) {
            case Act::crash: return "crash";
            case Act::power_off: return "power off";
            case Act::pause: return "pause";
            case Act::stop: return "stop";
            case Act::replace_disk: return "new disk";
            case Act::freeze: return "freeze";
            default: return "fault";
        }
    }
    if (const auto* link = std::get_if<action::Link>(&action)) {
        return link->effect == action::Link::Effect::cut ? "cut" : "slow link";
    }
    using Kind = Course::FaultKind;
    switch (kind) {
        case Kind::crash: return "stop";
        case Kind::slow_disk: return "disk";
        case Kind::clock: return "clock";
        case Kind::message: return "messages";
        default: return "fault";
    }
}

/// "broker 2", or "broker 2 +1".
std::string short_list(const std::vector<std::string>& names)
{
    if (names.empty()) return "";
    return names.size() == 1 ? names.front()
                             : fmt::format("{} +{}", names.front(), names.size() - 1);
}

/// The numbers that a sentence names as "#123".
std::vector<std::uint64_t> named_events(const std::string& text)
{
    std::vector<std::uint64_t> numbers;
    for (std::size_t at = text.find('#'); at != std::string::npos; at = text.find('#', at + 1)) {
        std::uint64_t number = 0;
        for (std::size_t i = at + 1; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
            number = number * 10 + static_cast<std::uint64_t>(text[i] - '0');
        }
        if (number != 0) numbers.push_back(number);
    }
    return numbers;
}

/// What was counted in slices, as a rate: the mean of the last second, and at least of one slice.
std::vector<double> rate_of(const std::vector<double>& counts, Duration slice)
{
    const auto window = static_cast<std::size_t>(
        std::max<std::int64_t>(1, seconds(1).nanoseconds / slice.nanoseconds));
    std::vector<double> rates(counts.size());
    double within = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        within += counts[i];
        if (i >= window) within -= counts[i - window];
        const auto slices = static_cast<double>(std::min(window, i + 1));
        rates[i] = within / (slices * static_cast<double>(slice.nanoseconds) / 1e9);
    }
    return rates;
}

}  // namespace

std::vector<const StoryLine*> Course::why(const StoryLine& line) const
{
    std::vector<const StoryLine*> chain{&line};
    const auto told = [&](std::uint64_t event) -> const StoryLine* {
        const auto found = std::ranges::find(story, event, &StoryLine::event);
        return found == story.end() || found->event == 0 ? nullptr : &*found;
    };
    while (chain.size() < 16) {
        const StoryLine& last = *chain.back();
        const StoryLine* before = nullptr;
        for (const std::uint64_t named : named_events(last.text)) {
            if (before == nullptr) before = told(named);
        }
        for (std::uint64_t cause = cause_of(last.event); before == nullptr && cause != 0;
             cause = cause_of(cause)) {
            before = told(cause);
        }
        // Silence has no event of its own: what silenced the node named is its cause.
        for (auto fault = faults.rbegin(); before == nullptr && fault != faults.rend(); ++fault) {
            if (fault->event >= last.event) continue;
            for (const std::string& node : fault->nodes) {
                if (last.text.find(node) != std::string::npos) before = told(fault->event);
            }
        }
        if (before == nullptr || std::ranges::find(chain, before) != chain.end()) break;
        chain.push_back(before);
    }
    std::ranges::reverse(chain);
    return chain;
}

/// The nodes that the script's i-th line fell on, each once.
std::vector<std::string> CourseWriter::nodes_of(std::size_t line) const
{
    const std::vector<FiredStep>& fired = simulation_.script().fired();
    const std::uint64_t next = line + 1 < fired.size() ? fired[line + 1].event : UINT64_MAX;
    std::vector<std::string> nodes;
    for (const StepOf& each : story_.faults()) {
        if (each.node == no_node || each.at != fired[line].at) continue;
        if (each.number < fired[line].event || each.number >= next) continue;
        const std::string name = simulation_.names().of(each.node);
        if (std::ranges::find(nodes, name) == nodes.end()) nodes.push_back(name);
    }
    return nodes;
}

/// A fault ends with its own "for", with what repairs its kind on one of its nodes, or when the run
/// settles, which repairs everything.
void CourseWriter::add_faults(Course& course) const
{
    const Scenario& scenario = simulation_.scenario();
    const std::vector<FiredStep>& lines = simulation_.script().fired();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const FiredStep& fired = lines[i];
        const Step& step = scenario.script[fired.step];
        const std::vector<std::string> nodes = nodes_of(i);
        for (Course::Fault& fault : course.faults) {
            const bool touched =
                nodes.empty() || std::ranges::any_of(nodes, [&](const auto& node) {
                    return std::ranges::find(fault.nodes, node) != fault.nodes.end();
                });
            const bool repaired = std::ranges::any_of(step.actions, [&](const Action& action) {
                return repaired_by(action) == fault.kind;
            });
            const bool over = fired.undone ? fault.step == fired.step : repaired && touched;
            if (fault.to == never && over) fault.to = fired.at;
        }
        const auto broken = std::ranges::find_if(step.actions, breaks);
        if (fired.undone || broken == step.actions.end()) continue;
        Course::Fault& fault = course.faults.emplace_back();
        fault.from = fired.at;
        fault.event = fired.event;
        fault.step = fired.step;
        fault.kind = kind_of(*broken);
        fault.nodes = nodes;
        fault.label = fmt::format("{} {}", word_of(fault.kind, *broken), short_list(nodes));
        const auto told = std::ranges::find(course.story, fired.event, &StoryLine::event);
        if (told != course.story.end()) fault.sentence = told->text;
    }
    if (scenario.settle == Duration{} || end_ <= scenario.horizon) return;
    for (Course::Fault& fault : course.faults) fault.to = std::min(fault.to, scenario.horizon);
}

void CourseWriter::add_metrics(Course& course) const
{
    const auto count = static_cast<std::size_t>(end_.nanoseconds / slice_.nanoseconds) + 1;
    const auto sized = [&](std::vector<double> values) {
        values.resize(count);
        return values;
    };
    std::vector<double> in = sized(appended_), out(count);
    std::vector<LatencySample> delivered(count), acknowledged(count);
    const History& history = simulation_.history();
    for (std::size_t i = 0; i < history.client_count(); ++i) {
        const History::Client& client = history.client(ClientId{static_cast<std::int16_t>(i)});
        client.deliveries.for_each([&](const History::LatencyRun& run) {
            const std::size_t at = std::min(course.slice_of(run.at), count - 1);
            delivered[at].add(run);
            out[at] += static_cast<double>(run.count);
        });
        client.acknowledgements.for_each([&](const History::LatencyRun& run) {
            acknowledged[std::min(course.slice_of(run.at), count - 1)].add(run);
        });
    }
    in = rate_of(in, slice_);
    out = rate_of(out, slice_);
    const auto percentile = [](const std::vector<LatencySample>& samples, double p) {
        std::vector<double> values;
        for (const LatencySample& each : samples) {
            values.push_back(each.count() == 0 ? std::numeric_limits<double>::quiet_NaN()
                                               : in_milliseconds(each.percentile(p)));
        }
        return values;
    };
    course.metrics.push_back({"Throughput",
                              "records/s",
                              "MessagesInPerSec, records-consumed-rate",
                              {{"in", std::move(in)}, {"out", std::move(out)}}});

    std::vector<std::pair<double, TopicPartition>> order;
    for (const auto& [partition, values] : lags_) {
        order.push_back({-std::ranges::max(values), partition});
    }
    std::ranges::sort(order);
    Course::Metric& lag =
        course.metrics.emplace_back(Course::Metric{"Consumer lag", "records", "records-lag", {}});
    std::vector<double> others(count);
    for (std::size_t i = 0; i < order.size(); ++i) {
        std::vector<double> values = sized(lags_.at(order[i].second));
        if (i < most_lag_series) {
            lag.series.push_back({simulation_.names().of(order[i].second), std::move(values)});
        } else {
            for (std::size_t j = 0; j < count; ++j) others[j] += values[j];
        }
    }
    if (order.size() > most_lag_series) {
        lag.series.push_back(
            {fmt::format("{} others", order.size() - most_lag_series), std::move(others)});
    }
    course.metrics.push_back(
        {"Latency",
         "end-to-end ms",
         "record-e2e-latency",
         {{"p99", percentile(delivered, 0.99)}, {"p50", percentile(delivered, 0.5)}}});
    course.metrics.push_back(
        {"Acknowledgement",
         "send() to ack ms",
         "request-latency",
         {{"p99", percentile(acknowledged, 0.99)}, {"p50", percentile(acknowledged, 0.5)}}});
    course.metrics.push_back({"Under-replicated",
                              "partitions",
                              "UnderReplicatedPartitions",
                              {{"partitions", sized(under_replicated_)}}});
}

void CourseWriter::add_told(Course& course) const
{
    const Lesson& lesson = simulation_.scenario().lesson;
    const RunView view =
        simulation_.script().view(simulation_.kernel(), simulation_.history(), simulation_.names());
    for (const ToldLine& line : simulation_.script().told()) {
        Course::Told& told = course.told.emplace_back();
        told.at = line.at;
        told.event = line.event;
        if (!line.question) {
            told.text = lesson.captions[line.index].say;
            continue;
        }
        const Question& question = lesson.predict[line.index];
        told.text = question.ask;
        told.choices = question.choices;
        if (question.answer) told.answer = to_text(question.answer->evaluate(view));
    }
    std::ranges::stable_sort(course.told, {}, &Course::Told::at);
}

Course CourseWriter::finish() const
{
    Course course;
    course.end = end_;
    course.slice = slice_;
    course.story = story_.lines();
    course.marks = marks_;
    course.causes = causes_;
    course.reported = reported_;
    add_faults(course);
    add_metrics(course);
    add_told(course);
    return course;
}

}  // namespace gregor::lab
