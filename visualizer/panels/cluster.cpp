#include "visualizer/panels/cluster.h"

#include "model/lab/event_text.h"
#include "visualizer/draw/cards.h"
#include "visualizer/draw/controls.h"
#include "visualizer/draw/glyphs.h"
#include "visualizer/panels/broker_card.h"
#include "visualizer/panels/cluster_plan.h"
#include "visualizer/panels/inspector_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace gregor::visualizer {

namespace {

constexpr float legend_height = 32;
constexpr std::size_t most_brokers_with_edges = 6;

struct View {
    Frame& frame;
    const ClusterPlan& plan;
};

MessageKind kind_of(lab::Snapshot::Purpose purpose)
{
    using Purpose = lab::Snapshot::Purpose;
    switch (purpose) {
        case Purpose::produce: return MessageKind::produce;
        case Purpose::acknowledgement: return MessageKind::acknowledgement;
        case Purpose::replica_fetch: return MessageKind::replica_fetch;
        case Purpose::consumer_fetch: return MessageKind::consumer_fetch;
        case Purpose::control: break;
    }
    return MessageKind::control;
}

bool is_cut(const lab::Snapshot& snapshot, const std::string& a, const std::string& b)
{
    return std::ranges::any_of(snapshot.cuts, [&](const auto& cut) {
        return (cut.from == a && cut.to == b) || (cut.from == b && cut.to == a);
    });
}

void draw_edge(const View& view, const std::string& a, const std::string& b, Token token)
{
    const Place* from = view.plan.find(a);
    const Place* to = view.plan.find(b);
    if (from == nullptr || to == nullptr || from == to) return;
    Painter painter = view.frame.painter;
    painter.opacity *=
        std::min(view.frame.relevance(Subject::node(a)), view.frame.relevance(Subject::node(b)));
    const Bezier curve = edge_between(*from, *to);
    if (!is_cut(view.frame.snapshot, a, b)) {
        draw_bezier(painter, curve, painter.color(token, 0.4F));
        return;
    }
    draw_dashed_bezier(painter, curve, painter.color(Token::vermilion, 0.9F));
    draw_cut_badge(painter, point_on(curve, 0.5F));
}

/// Who talks to whom as a rule: producers to brokers, followers to leaders, consumers to the
/// leaders of what they own. In a large cluster only what is on its way has an edge.
void draw_edges(const View& view)
{
    const lab::Snapshot& snapshot = view.frame.snapshot;
    std::set<std::pair<std::string, std::string>> drawn;
    const auto edge = [&](const std::string& a, const std::string& b, Token token) {
        if (drawn.contains({a, b}) || !drawn.insert({b, a}).second) return;
        draw_edge(view, a, b, token);
    };
    if (snapshot.brokers.size() <= most_brokers_with_edges) {
        std::set<BrokerId> leaders;
        for (const auto& partition : snapshot.partitions) {
            if (partition.internal) continue;
            if (partition.leader != no_broker) leaders.insert(partition.leader);
            for (const auto& replica : partition.replicas) {
                if (replica.broker == partition.leader || partition.leader == no_broker) continue;
                if (!replica.running) continue;
                edge(lab::node_name(replica.broker), lab::node_name(partition.leader), Token::sky);
            }
        }
        for (const auto& producer : snapshot.producers) {
            for (const BrokerId leader : leaders) {
                edge(producer.process.name, lab::node_name(leader), Token::orange);
            }
        }
        for (const auto& consumer : snapshot.consumers) {
            for (const auto& owned : consumer.assignment) {
                const auto* partition = snapshot.partition_named(owned.partition);
                if (partition == nullptr || partition->leader == no_broker) continue;
                edge(consumer.process.name, lab::node_name(partition->leader), Token::purple);
            }
        }
    }
    for (const auto& flight : snapshot.in_flight) {
        edge(flight.from, flight.to, token_of(kind_of(flight.purpose)));
    }
    for (const auto& cut : snapshot.cuts) edge(cut.from, cut.to, Token::vermilion);
}

struct OnItsWay {
    const lab::Snapshot::Flight* flight;
    ImVec2 at;
};

/// Draws the messages; returns the one under the mouse or selected, whose tooltip lies above all.
std::optional<OnItsWay> draw_messages(const View& view)
{
    Frame& frame = view.frame;
    std::optional<OnItsWay> told;
    for (const auto& flight : frame.snapshot.in_flight) {
        const Place* from = view.plan.find(flight.from);
        const Place* to = view.plan.find(flight.to);
        if (from == nullptr || to == nullptr || from == to) continue;
        float t = 0.03F;  // waits at its sender
        if (flight.deliver_at != never && flight.deliver_at > flight.sent_at) {
            const auto way = static_cast<float>((flight.deliver_at - flight.sent_at).nanoseconds);
            t = static_cast<float>((frame.now() - flight.sent_at).nanoseconds) / way;
        }
        t = std::clamp(t, 0.0F, 1.0F);
        const Bezier curve = edge_between(*from, *to);
        const ImVec2 at = place_on(curve, t);
        const MessageKind kind = kind_of(flight.purpose);
        const Subject subject = subject_of(flight);
        const bool is_hot = frame.point_at(box_at({at.x - 8, at.y - 8}, 16, 16), subject);
        Painter painter = frame.painter;
        painter.opacity *= std::min(frame.relevance(Subject::node(flight.from)),
                                    frame.relevance(Subject::node(flight.to)));
        draw_comet_tail(painter, curve, t, token_of(kind));
        draw_message(painter, at, kind, is_hot || frame.is_ringed(subject));
        if (is_hot || (!told && frame.view.selected == subject)) told = {&flight, at};
    }
    return told;
}

void draw_message_tooltip(const View& view, const OnItsWay& message, const Box& box)
{
    const auto& flight = *message.flight;
    const std::string title =
        fmt::format("{}{} {} → {}", flight.api, flight.request ? "Request" : "Response",
                    flight.from, flight.to);
    std::string detail = flight.partition;
    if (flight.offset != no_offset) detail += fmt::format(" @{}", flight.offset.value);
    if (flight.records > 0) detail += fmt::format(" · {} rec", flight.records);
    if (!detail.empty()) detail += " · ";
    if (flight.deliver_at == never) {
        detail += "has not left";
    } else {
        const Duration way = flight.deliver_at - flight.sent_at;
        detail += fmt::format("{:.2f} ms", static_cast<double>(way.nanoseconds) / 1e6);
    }
    const float width = std::max(text_width(view.frame.painter, title, {Face::text_semibold, 12}),
                                 text_width(view.frame.painter, detail, {Face::mono, 11})) +
                        40;
    ImVec2 corner{message.at.x + 18, message.at.y - 64};
    corner.x = std::clamp(corner.x, box.min.x + 8, std::max(box.min.x + 8, box.max.x - width - 8));
    corner.y = std::max(corner.y, box.min.y + 8);
    draw_tooltip(view.frame.painter, corner,
                 {.title = title,
                  .detail = detail,
                  .token = token_of(kind_of(flight.purpose)),
                  .kind = kind_of(flight.purpose),
                  .points_at = message.at});
}

void draw_client(const View& view, const Place& place, const lab::Snapshot::Process& process,
                 Token token, Icon icon, const std::string& detail)
{
    Frame& frame = view.frame;
    const Subject subject = Subject::node(place.name);
    Painter painter = frame.painter;
    painter.opacity *= frame.relevance(subject);
    const bool is_down = !process.running || process.paused;
    const std::string state =
        process.running ? (process.paused ? "paused" : detail) : std::string("stopped");
    draw_small_card(painter, place.box,
                    {.title = place.name,
                     .detail = state,
                     .icon = is_down ? Icon::ban : icon,
                     .role = token,
                     .is_faulty = is_down});
    if (frame.is_ringed(subject)) draw_selection(painter, place.box.inset(-2), 12);
    frame.point_at(place.box, subject);
}

/// Of what it owns, as the group's bars and strips show it; nothing before the first commit.
std::optional<std::int64_t> committed_lag(const lab::Snapshot& snapshot,
                                          const lab::Snapshot::Consumer& consumer)
{
    const auto group =
        std::ranges::find(snapshot.groups, consumer.group, &lab::Snapshot::Group::name);
    if (group == snapshot.groups.end()) return {};
    std::optional<std::int64_t> sum;
    for (const auto& each : group->partitions) {
        const bool owned =
            std::ranges::find(consumer.assignment, each.partition,
                              &lab::Snapshot::Consumed::partition) != consumer.assignment.end();
        const auto lag = owned ? known_lag(snapshot, each) : std::nullopt;
        if (lag) sum = sum.value_or(0) + *lag;
    }
    return sum;
}

void draw_clients(const View& view)
{
    const lab::Snapshot& snapshot = view.frame.snapshot;
    for (const auto& producer : snapshot.producers) {
        const Place* place = view.plan.find(producer.process.name);
        if (place == nullptr) continue;
        std::string detail = "acks=" + producer.acks;
        if (producer.per_second > 0) detail += fmt::format(" · {}/s", producer.per_second);
        if (!producer.waits_for.empty()) detail = "waits for " + producer.waits_for;
        draw_client(view, *place, producer.process, Token::orange, Icon::shopping_cart, detail);
    }
    for (const auto& consumer : snapshot.consumers) {
        const Place* place = view.plan.find(consumer.process.name);
        if (place == nullptr) continue;
        std::string detail = "owns nothing";
        if (!consumer.assignment.empty()) {
            detail = fmt::format("owns {}", consumer.assignment.size());
            if (const auto lag = committed_lag(snapshot, consumer)) {
                detail += fmt::format(" · lag {}", *lag);
            }
        }
        draw_client(view, *place, consumer.process, Token::purple, Icon::users, detail);
    }
    for (const auto& controller : snapshot.controllers) {
        const Place* place = view.plan.find(controller.process.name);
        if (place == nullptr) continue;
        std::string role = controller.active ? "active" : controller.role;
        std::ranges::transform(role, role.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        draw_client(
            view, *place, controller.process, Token::yellow,
            controller.active ? Icon::star : Icon::sitemap,
            controller.active ? fmt::format("{} · epoch {}", role, controller.epoch.value) : role);
    }
}

void draw_hulls(const View& view)
{
    Frame& frame = view.frame;
    for (const ClusterPlan::Hull& hull : view.plan.hulls) {
        const Subject subject = Subject::group(hull.group);
        Painter painter = frame.painter;
        painter.opacity *= frame.relevance(subject);
        std::string label = "group " + hull.group;
        const auto known =
            std::ranges::find(frame.snapshot.groups, hull.group, &lab::Snapshot::Group::name);
        if (known != frame.snapshot.groups.end()) {
            label += fmt::format(" · generation {}", known->generation);
        }
        draw_hull(painter, hull.box, label);
        const Box drawn = box_at({hull.box.min.x + 12, hull.box.min.y - 9},
                                 pill_width(painter, {.text = label}), 18);
        if (frame.is_ringed(subject)) draw_selection(painter, drawn.inset(-2), 11);
        frame.point_at(drawn, subject);
    }
}

void draw_legend(const Painter& painter, const Box& box)
{
    draw_horizontal(painter, box.min.y, box.min.x, box.max.x, painter.color(Token::line));
    constexpr std::array<std::pair<MessageKind, std::string_view>, 6> kinds{
        {{MessageKind::produce, "produce"},
         {MessageKind::replica_fetch, "replica fetch"},
         {MessageKind::consumer_fetch, "consumer fetch"},
         {MessageKind::acknowledgement, "ack"},
         {MessageKind::control, "control"},
         {MessageKind::dropped, "dropped"}}};
    float x = box.min.x + 18;
    for (const auto& [kind, name] : kinds) {
        const float width = text_width(painter, name, {Face::text, 11});
        if (x + 10 + width > box.max.x - 8) break;
        draw_message_sign(painter, {x, box.center().y}, kind);
        draw_text(painter, {x + 10, box.center().y},
                  {name, {Face::text, 11}, painter.color(Token::text_mid)});
        x += width + 26;
    }
}

}  // namespace

void draw_cluster(Frame& frame, const Box& box)
{
    const lab::Snapshot& snapshot = frame.snapshot;
    const std::size_t clients = snapshot.producers.size() + snapshot.consumers.size();
    const std::string subtitle =
        fmt::format("{} broker{} · {} client{} · KRaft", snapshot.brokers.size(),
                    snapshot.brokers.size() == 1 ? "" : "s", clients, clients == 1 ? "" : "s");
    Box body = draw_panel(frame.painter, box, {Icon::sitemap, "Cluster", subtitle});
    Box legend = body;
    if (frame.view.legends && body.height() > 340) {
        legend.min.y = body.max.y - legend_height;
        body.max.y = legend.min.y;
        draw_legend(frame.painter, legend);
    }
    frame.painter.list->PushClipRect(body.min, body.max, true);
    draw_dot_grid(frame.painter, body);
    const Box inner{{body.min.x + 16, body.min.y + 18}, {body.max.x - 16, body.max.y - 12}};
    const ClusterPlan plan = ClusterPlan::of(snapshot, inner);
    const View view{frame, plan};
    draw_hulls(view);
    draw_edges(view);
    const auto told = draw_messages(view);
    draw_clients(view);
    for (const Place& place : plan.brokers) draw_broker(frame, place);
    if (told) draw_message_tooltip(view, *told, body);
    const std::size_t hidden = plan.hidden_producers + plan.hidden_consumers;
    if (hidden > 0) {
        const std::string text = fmt::format("{} clients are not drawn", hidden);
        draw_text(frame.painter, {body.max.x - 14, body.min.y + 10},
                  {text, {Face::text, 11}, frame.painter.color(Token::text_low), Align::right});
    }
    frame.painter.list->PopClipRect();
}

}  // namespace gregor::visualizer
