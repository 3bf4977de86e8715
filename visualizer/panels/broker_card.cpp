#include "visualizer/panels/broker_card.h"

#include "model/lab/event_text.h"
#include "visualizer/draw/cards.h"
#include "visualizer/draw/controls.h"
#include "visualizer/draw/glyphs.h"
#include "visualizer/panels/inspector_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace gregor::visualizer {

namespace {

using lab::Snapshot;

constexpr float chip_width = 36, chip_height = 18, chip_gap = 4;
constexpr std::size_t chips_in_row = 4;

struct Health {
    std::string word;  ///< empty: all is well
    Icon icon = Icon::check_circle;
    Time since;
};

/// Whether a node cannot talk to most of the other brokers and controllers.
bool is_cut_off(const Snapshot& snapshot, const std::string& name)
{
    std::set<std::string> unreached;
    for (const auto& cut : snapshot.cuts) {
        if (cut.from == name) unreached.insert(cut.to);
        if (cut.to == name) unreached.insert(cut.from);
    }
    std::size_t servers = 0, lost = 0;
    const auto count = [&](const std::string& other) {
        if (other == name) return;
        ++servers;
        lost += unreached.contains(other) ? 1 : 0;
    };
    for (const auto& each : snapshot.brokers) count(each.process.name);
    for (const auto& each : snapshot.controllers) count(each.process.name);
    return lost * 2 > servers;
}

/// What is wrong with a broker, and since when, as the course of the run tells.
Health health_of(const Frame& frame, const Snapshot::Broker& broker)
{
    const std::string& name = broker.process.name;
    Health health;
    if (!broker.process.running) {
        health = {"down", Icon::ban, Time{}};
    } else if (broker.process.paused) {
        health = {"paused", Icon::pause, Time{}};
    } else if (broker.fenced) {
        health = {broker.registered ? "fenced" : "not registered", Icon::ban, Time{}};
    } else if (is_cut_off(frame.snapshot, name)) {
        health = {"cut", Icon::chain_broken, Time{}};
    } else if (broker.in_controlled_shutdown) {
        health = {"shutting down", Icon::hourglass, Time{}};
    } else {
        return health;
    }
    const bool by_mark = health.word == "fenced";
    for (const auto& mark : frame.course.marks) {
        const bool fences = mark.kind == lab::Course::MarkKind::fenced && mark.subject == name;
        if (by_mark && fences && mark.at <= frame.now()) health.since = mark.at;
    }
    for (const auto& fault : frame.course.faults) {
        const bool falls = std::ranges::find(fault.nodes, name) != fault.nodes.end();
        if (!by_mark && falls && fault.from <= frame.now()) health.since = fault.from;
    }
    return health;
}

struct Held {
    const Snapshot::Partition* partition;
    ReplicaState state;
};

std::vector<Held> held_by(const Snapshot& snapshot, BrokerId broker)
{
    std::vector<Held> held;
    for (const auto& partition : snapshot.partitions) {
        if (partition.internal) continue;
        const auto* replica = partition.replica_on(broker);
        if (replica == nullptr) continue;
        ReplicaState state = replica->in_isr ? ReplicaState::in_sync : ReplicaState::out_of_sync;
        if (partition.leader == broker) {
            state = ReplicaState::leader;
        } else if (replica->leads) {
            state = ReplicaState::stale_leader;
        }
        held.push_back({&partition, state});
    }
    return held;
}

void draw_chip(Frame& frame, const Painter& painter, const Box& box, const Held& held)
{
    const Subject subject = Subject::partition(held.partition->name);
    draw_replica_chip(painter, box, held.state, short_name(held.partition->name),
                      frame.is_ringed(subject));
    frame.point_at(box, subject);
}

void draw_chips(Frame& frame, const Painter& painter, ImVec2 at, const std::vector<Held>& held)
{
    const std::size_t shown = held.size() <= 2 * chips_in_row ? held.size() : 2 * chips_in_row - 1;
    for (std::size_t i = 0; i < shown; ++i) {
        const auto column = static_cast<float>(i % chips_in_row);
        const auto row = static_cast<float>(i / chips_in_row);
        const ImVec2 corner{at.x + column * (chip_width + chip_gap),
                            at.y + row * (chip_height + chip_gap)};
        draw_chip(frame, painter, box_at(corner, chip_width, chip_height), held[i]);
    }
    if (shown == held.size()) return;
    const auto column = static_cast<float>(shown % chips_in_row);
    const auto row = static_cast<float>(shown / chips_in_row);
    const std::string text = fmt::format("+{}", held.size() - shown);
    draw_text(painter,
              {at.x + column * (chip_width + chip_gap) + chip_width / 2,
               at.y + row * (chip_height + chip_gap) + chip_height / 2},
              {text, {Face::mono, 10}, painter.color(Token::text_mid), Align::center});
}

void draw_state_pill(const Frame& frame, const Painter& painter, const Box& box,
                     const Health& health)
{
    std::string text = health.word;
    if (health.since > Time{}) {
        const Duration age = frame.now() - health.since;
        text += fmt::format(" · {:.2f} s", static_cast<double>(age.nanoseconds) / 1e9);
    }
    const Pill pill{.text = text, .token = Token::vermilion, .icon = health.icon};
    draw_pill(painter, {box.min.x, box.max.y + 14}, pill);
}

void draw_full(Frame& frame, const Painter& painter, const Box& box, const Snapshot::Broker& broker,
               const Health& health)
{
    const std::string title = fmt::format("Broker {}", broker.id.value);
    const bool well = health.word.empty();
    draw_broker_card(painter, box,
                     {.title = title, .role = {}, .state = health.icon, .is_faulty = !well});
    const std::vector<Held> held = held_by(frame.snapshot, broker.id);
    draw_chips(frame, painter, {box.min.x + 10, box.min.y + title_strip_height + 9}, held);
    std::int64_t largest = 1;
    for (const auto& each : frame.snapshot.brokers) largest = std::max(largest, each.log_bytes);
    const std::int64_t waiting = broker.waiting_produces + broker.waiting_fetches;
    constexpr std::int64_t many = 20;
    const std::string requests = fmt::format("{} req", waiting);
    const std::string bytes = size_text(broker.log_bytes);
    const auto row = [&](float y) { return Box{{box.min.x, y}, {box.max.x, y + 18}}; };
    if (held.size() <= chips_in_row) {
        draw_load_bar(painter, row(box.max.y - 45),
                      {.label = "waits",
                       .value = requests,
                       .share = static_cast<float>(std::min(waiting, many)) / many,
                       .is_high = waiting >= many,
                       .is_idle = !broker.process.running});
    }
    draw_load_bar(painter, row(box.max.y - 25),
                  {.label = "log",
                   .value = bytes,
                   .share = static_cast<float>(broker.log_bytes) / static_cast<float>(largest),
                   .is_high = false,
                   .is_idle = !broker.process.running});
    if (!well) draw_state_pill(frame, painter, box, health);
}

void draw_compact(const Painter& painter, const Box& box, const Snapshot::Broker& broker,
                  const Health& health)
{
    const bool well = health.word.empty();
    draw_icon(painter, {box.min.x + 15, box.min.y + 16}, Icon::server, 12,
              painter.color(well ? Token::sky : Token::vermilion));
    draw_text(painter, {box.min.x + 27, box.min.y + 16},
              {fmt::format("B{}", broker.id.value),
               {Face::text_semibold, 12},
               painter.color(Token::text_hi)});
    draw_icon(painter, {box.max.x - 14, box.min.y + 16}, health.icon, 12,
              painter.color(well ? Token::green : Token::vermilion));
    const std::string detail =
        well ? fmt::format("leads {} of {}", broker.leads, broker.leads + broker.follows)
             : health.word;
    draw_text(painter, {box.min.x + 10, box.min.y + 37},
              {detail,
               {Face::text, 11},
               well ? painter.color(Token::text_mid) : painter.on_tint(Token::vermilion),
               Align::left,
               box.width() - 20});
}

void draw_cell(const Painter& painter, const Box& box, const Snapshot::Broker& broker,
               const Health& health)
{
    if (!health.word.empty()) {
        fill_hatch(painter, box, 5, painter.color(Token::vermilion, 0.4F));
    }
    draw_text(painter, box.center(),
              {fmt::format("{}", broker.id.value),
               {Face::mono_medium, 11},
               painter.color(Token::text_hi),
               Align::center});
}

void draw_small(const Painter& painter, const Place& place, const Snapshot::Broker& broker,
                const Health& health)
{
    const bool well = health.word.empty();
    const float radius = place.size == CardSize::cell ? 5.0F : card_radius;
    draw_shadow(painter, place.box, radius);
    fill_box(painter, place.box, painter.color(Token::raised), radius);
    if (place.size == CardSize::compact) {
        draw_compact(painter, place.box, broker, health);
    } else {
        draw_cell(painter, place.box, broker, health);
    }
    outline_box(painter, place.box,
                well ? painter.color(Token::line2) : painter.color(Token::vermilion, 0.85F), radius,
                well ? 1.0F : 1.5F);
}

}  // namespace

std::string short_name(const std::string& partition)
{
    const std::size_t dash = partition.rfind('-');
    if (dash == std::string::npos || dash == 0) return partition;
    return partition.substr(0, 1) + partition.substr(dash + 1);
}

void draw_broker(Frame& frame, const Place& place)
{
    const auto known = std::ranges::find(frame.snapshot.brokers, place.name,
                                         [](const auto& each) { return each.process.name; });
    if (known == frame.snapshot.brokers.end()) return;
    const Subject subject = Subject::node(place.name);
    Painter painter = frame.painter;
    painter.opacity *= frame.relevance(subject);
    const Health health = health_of(frame, *known);
    frame.point_at(place.box, subject);
    if (place.size == CardSize::full) {
        draw_full(frame, painter, place.box, *known, health);
    } else {
        draw_small(painter, place, *known, health);
    }
    const float radius = place.size == CardSize::cell ? 5.0F : card_radius;
    if (frame.is_ringed(subject)) draw_selection(painter, place.box.inset(-2), radius + 2);
}

}  // namespace gregor::visualizer
