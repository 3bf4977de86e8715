#include "visualizer/find.h"

#include "model/lab/scenario.h"
#include "visualizer/panels/broker_card.h"

#include <algorithm>
#include <cctype>

namespace gregor::visualizer {

namespace {

using lab::Snapshot;

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool same(std::string_view a, std::string_view b)
{
    return lower(a) == lower(b);
}

/// A node by its name, or by its role's letter and its id: "b1", "c101".
std::optional<Subject> node_named(const Snapshot& snapshot, std::string_view name)
{
    std::optional<Subject> found;
    const auto look = [&](const auto& nodes, std::string_view role) {
        for (const auto& each : nodes) {
            const std::string& full = each.process.name;
            const bool is_short = !role.empty() && full.starts_with(role) &&
                                  same(name, role.front() + full.substr(role.size()));
            if (same(full, name) || is_short) found = Subject::node(full);
        }
    };
    look(snapshot.producers, "");
    look(snapshot.consumers, "");
    look(snapshot.controllers, "controller ");
    look(snapshot.brokers, "broker ");
    return found;
}

const Snapshot::Partition* partition_named(const Snapshot& snapshot, std::string_view name)
{
    if (const auto* exact = snapshot.partition_named(std::string(name))) return exact;
    const auto found = std::ranges::find_if(snapshot.partitions, [&](const auto& each) {
        return same(each.name, name) || (!each.internal && same(short_name(each.name), name));
    });
    return found == snapshot.partitions.end() ? nullptr : &*found;
}

/// The first line from the playhead's event on that has the words, else the first of all.
const lab::StoryLine* line_with(const lab::Course& course, std::uint64_t event,
                                const std::string& words)
{
    const lab::StoryLine* earlier = nullptr;
    for (const lab::StoryLine& line : course.story) {
        if (line.event == 0 || lower(line.text).find(words) == std::string::npos) continue;
        if (line.event > event) return &line;
        if (earlier == nullptr) earlier = &line;
    }
    return earlier;
}

}  // namespace

std::optional<Subject> subject_named(const Snapshot& snapshot, std::string_view name)
{
    constexpr std::string_view group_word = "group ";
    if (name.starts_with(group_word)) {
        const std::string_view group = name.substr(group_word.size());
        const auto of = std::ranges::find_if(
            snapshot.consumers, [&](const auto& each) { return same(each.group, group); });
        if (of == snapshot.consumers.end()) return {};
        return Subject::group(of->group);
    }
    if (auto node = node_named(snapshot, name)) return node;
    const std::size_t at = name.find('@');
    const auto* partition = partition_named(snapshot, name.substr(0, at));
    if (partition == nullptr) return {};
    if (at == std::string_view::npos) return Subject::partition(partition->name);
    const auto offset = parse_integer(name.substr(at + 1));
    if (!offset || *offset < 0) return {};
    return Subject::record(partition->name, partition->leader, Offset{*offset});
}

std::optional<Found> find(const Snapshot& snapshot, const lab::Course& course,
                          std::string_view text)
{
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    if (text.empty()) return {};
    if (text.front() == '#') {
        const auto number = parse_integer(text.substr(1));
        if (!number || *number < 1) return {};
        return Found{.event = static_cast<std::uint64_t>(*number)};
    }
    if (const auto subject = subject_named(snapshot, text)) return Found{.subject = *subject};
    const bool is_number = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (const auto at = parse_duration(text); at && !is_number) return Found{.at = Time{} + *at};
    const std::string words = lower(text);
    for (const auto& flight : snapshot.in_flight) {
        if (lower(flight.api) == words) return Found{.subject = subject_of(flight)};
    }
    if (const auto* line = line_with(course, snapshot.event, words)) {
        return Found{.subject = Subject::event(line->event), .event = line->event};
    }
    return {};
}

}  // namespace gregor::visualizer
