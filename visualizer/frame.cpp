#include "visualizer/frame.h"

#include "model/lab/event_text.h"
#include "visualizer/draw/controls.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::visualizer {

namespace {

constexpr float faded = 0.25F;

/// Whether a partition has anything to do with a node: a replica, or a client that reads it.
bool touches(const lab::Snapshot& snapshot, const std::string& partition, const std::string& node)
{
    if (const auto* shown = snapshot.partition_named(partition)) {
        for (const auto& replica : shown->replicas) {
            if (lab::node_name(replica.broker) == node) return true;
        }
    }
    for (const auto& consumer : snapshot.consumers) {
        if (consumer.process.name != node) continue;
        return std::ranges::any_of(consumer.assignment,
                                   [&](const auto& each) { return each.partition == partition; });
    }
    return false;
}

bool in_group(const lab::Snapshot& snapshot, const std::string& group, const std::string& node)
{
    return std::ranges::any_of(snapshot.consumers, [&](const auto& each) {
        return each.group == group && each.process.name == node;
    });
}

}  // namespace

Subject subject_of(const lab::Snapshot::Flight& flight)
{
    return {Subject::Kind::message, flight.from + " > " + flight.to + " " + flight.api, no_broker,
            flight.offset, static_cast<std::uint64_t>(flight.sent_at.nanoseconds)};
}

void add_bookmark(std::vector<Bookmark>& bookmarks, Time at)
{
    if (std::ranges::find(bookmarks, at, &Bookmark::at) != bookmarks.end()) return;
    bookmarks.push_back({at, fmt::format("mark {}", bookmarks.size() + 1)});
    std::ranges::sort(bookmarks, {}, &Bookmark::at);
}

bool Frame::point_at(const Box& box, const Subject& subject)
{
    if (!box.contains(input.mouse)) return false;
    view.next_hovered = subject;
    if (input.double_clicked) {
        view.focused = view.focused == subject ? Subject{} : subject;
    } else if (input.pressed) {
        view.selected = subject;
    }
    return true;
}

bool Frame::press_icon(ImVec2 center, Icon icon, bool is_active) const
{
    constexpr float reach = 12;
    const Box box = box_at({center.x - reach, center.y - reach}, 2 * reach, 2 * reach);
    const bool is_hovered = box.contains(input.mouse);
    draw_icon_button(painter, center, icon, is_hovered, is_active);
    return is_hovered && input.pressed;
}

float Frame::relevance(const Subject& subject) const
{
    using Kind = Subject::Kind;
    const Subject& focus = view.focused;
    if (!focus || !subject || focus == subject) return 1;
    const auto pair = [&](Kind a, Kind b) { return focus.kind == a && subject.kind == b; };
    bool related = focus.name == subject.name;
    if (pair(Kind::partition, Kind::node)) related = touches(snapshot, focus.name, subject.name);
    if (pair(Kind::node, Kind::partition)) related = touches(snapshot, subject.name, focus.name);
    if (pair(Kind::group, Kind::node)) related = in_group(snapshot, focus.name, subject.name);
    if (pair(Kind::node, Kind::group)) related = in_group(snapshot, subject.name, focus.name);
    return related ? 1 : faded;
}

}  // namespace gregor::visualizer
