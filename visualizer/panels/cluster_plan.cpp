#include "visualizer/panels/cluster_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace gregor::visualizer {

namespace {

struct CardShape {
    CardSize size;
    float width, height, gap;
};
constexpr std::array card_shapes{
    CardShape{CardSize::full, 176, 112, 26}, CardShape{CardSize::compact, 104, 52, 12},
    CardShape{CardSize::cell, 40, 26, 6}, CardShape{CardSize::cell, 28, 18, 4}};

constexpr float client_width = 158, client_height = 44;
constexpr float controller_width = 138, controller_height = 44;
constexpr float hull_margin = 14, hull_label = 10;

std::size_t columns_of(float width, float card, float gap)
{
    return std::max<std::size_t>(1, static_cast<std::size_t>((width + gap) / (card + gap)));
}

std::size_t rows_of(std::size_t count, std::size_t columns)
{
    return (count + columns - 1) / columns;
}

/// Stands cards in centred rows, those with fewer cards first: three become one above two.
void place_rows(const std::vector<std::string>& names, const Box& box, float card, float height,
                float gap, CardSize size, std::vector<Place>& out, float least_row_gap = 0)
{
    if (names.empty()) return;
    const std::size_t columns = columns_of(box.width(), card, gap);
    const std::size_t rows = rows_of(names.size(), columns);
    const float spread = std::min(gap * 2.4F, box.height() / static_cast<float>(rows) - height);
    const float row_gap = std::max({gap * 0.5F, spread, least_row_gap});
    const auto used = static_cast<float>(rows) * height + static_cast<float>(rows - 1) * row_gap;
    float y = box.min.y + std::max(0.0F, (box.height() - used) / 2);
    std::size_t next = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t left = names.size() - next;
        const std::size_t here = left - std::min(left, (rows - row - 1) * columns);
        const auto wide = static_cast<float>(here);
        // Two cards of one row stand far apart, so that what passes between them is seen.
        const float free = box.width() - wide * card;
        const float between = here > 1 ? std::min(free / (wide - 1), card * 0.78F) : 0;
        const float step = card + std::max(between, std::min(gap, free / wide));
        float x = box.center().x - (step * (wide - 1) + card) / 2;
        for (std::size_t i = 0; i < here; ++i, ++next) {
            out.push_back({names[next], box_at({x, y}, card, height), size});
            x += step;
        }
        y += height + row_gap;
    }
}

struct Row {
    float height = 0;
    Box box;
};

std::vector<std::string> first_of(std::vector<std::string> names, std::size_t most,
                                  std::size_t& hidden)
{
    if (names.size() > most) {
        hidden = names.size() - most;
        names.resize(most);
    }
    return names;
}

template <class List>
std::vector<std::string> names_of(const List& list)
{
    std::vector<std::string> names;
    for (const auto& each : list) names.push_back(each.process.name);
    return names;
}

/// The largest cards with which all brokers fit into a width and height.
const CardShape& shape_for(std::size_t brokers, float width, float height)
{
    for (const CardShape& shape : card_shapes) {
        const std::size_t rows = rows_of(brokers, columns_of(width, shape.width, shape.gap));
        const float needed = static_cast<float>(rows) * (shape.height + shape.gap * 0.6F);
        if (needed <= height) return shape;
    }
    return card_shapes.back();
}

}  // namespace

ClusterPlan ClusterPlan::of(const lab::Snapshot& snapshot, const Box& box)
{
    ClusterPlan plan;
    const float width = box.width();
    const std::size_t client_columns = columns_of(width, client_width, 16);
    const float consumer_width = snapshot.consumers.size() < 3 ? client_width : 138;
    const std::size_t consumer_columns = columns_of(width - 2 * hull_margin, consumer_width, 12);
    const auto producers =
        first_of(names_of(snapshot.producers), client_columns * 2, plan.hidden_producers);
    const auto consumers =
        first_of(names_of(snapshot.consumers), consumer_columns * 2, plan.hidden_consumers);
    const auto controllers = names_of(snapshot.controllers);

    const auto stacked = [](std::size_t count, std::size_t columns, float height, float gap) {
        const auto rows = static_cast<float>(rows_of(count, columns));
        return rows == 0 ? 0.0F : rows * height + (rows - 1) * gap;
    };
    const std::size_t controller_columns = columns_of(width, controller_width, 16);
    const float above = stacked(producers.size(), client_columns, client_height, 10);
    const float control = stacked(controllers.size(), controller_columns, controller_height, 10);
    // The frames of two groups, each with its name on top, need more room between the rows.
    std::set<std::string> groups;
    for (const auto& each : snapshot.consumers) groups.insert(each.group);
    const float between_consumers = groups.size() > 1 ? 2 * hull_margin + hull_label : 10;
    float below = stacked(consumers.size(), consumer_columns, client_height, between_consumers);
    if (below > 0) below += 2 * hull_margin + hull_label;
    int sections = 1;
    for (const float each : {above, control, below}) sections += each > 0 ? 1 : 0;
    const float room = box.height() - above - control - below;
    const float gap = std::clamp(room * 0.055F, 8.0F, 30.0F);
    const float for_brokers = room - gap * static_cast<float>(sections - 1);

    float y = box.min.y;
    const auto section = [&](float height) {
        const Box taken{{box.min.x, y}, {box.max.x, y + height}};
        y += height > 0 ? height + gap : 0;
        return taken;
    };
    place_rows(producers, section(above), client_width, client_height, 16, CardSize::full,
               plan.producers);
    const CardShape& shape = shape_for(snapshot.brokers.size(), width, for_brokers);
    place_rows(names_of(snapshot.brokers), section(for_brokers), shape.width, shape.height,
               shape.gap, shape.size, plan.brokers);
    place_rows(controllers, section(control), controller_width, controller_height, 16,
               CardSize::full, plan.controllers);
    Box hulls = section(below);
    if (below > 0) {
        hulls.min.y += hull_margin + hull_label;
        hulls.max.y -= hull_margin;
        hulls.min.x += hull_margin;
        hulls.max.x -= hull_margin;
        place_rows(consumers, hulls, consumer_width, client_height, 12, CardSize::full,
                   plan.consumers, groups.size() > 1 ? between_consumers : 0);
    }
    std::map<std::string, Box> around;
    for (const Place& place : plan.consumers) {
        const auto known = std::ranges::find(snapshot.consumers, place.name,
                                             [](const auto& each) { return each.process.name; });
        if (known->group.empty()) continue;
        const Box grown = place.box.inset(-hull_margin);
        const auto [entry, is_new] = around.try_emplace(known->group, grown);
        Box& hull = entry->second;
        if (is_new) continue;
        hull.min = {std::min(hull.min.x, grown.min.x), std::min(hull.min.y, grown.min.y)};
        hull.max = {std::max(hull.max.x, grown.max.x), std::max(hull.max.y, grown.max.y)};
    }
    for (const auto& [group, hull] : around) plan.hulls.push_back({group, hull});
    return plan;
}

const Place* ClusterPlan::find(const std::string& name) const
{
    for (const auto* list : {&producers, &brokers, &controllers, &consumers}) {
        const auto found = std::ranges::find(*list, name, &Place::name);
        if (found != list->end()) return &*found;
    }
    return nullptr;
}

Bezier edge_between(const Place& from, const Place& to)
{
    const ImVec2 a = from.box.center();
    const ImVec2 b = to.box.center();
    // Edges of one card begin at different points of its side, in the direction they go.
    const auto towards = [](const Box& box, float x) {
        const float most = box.width() * 0.36F;
        return box.center().x + std::clamp((x - box.center().x) * 0.3F, -most, most);
    };
    const float apart = std::min(from.box.height(), to.box.height());
    if (std::abs(a.y - b.y) < apart * 0.8F) {
        const bool rightwards = b.x > a.x;
        return straight_curve({rightwards ? from.box.max.x : from.box.min.x, a.y},
                              {rightwards ? to.box.min.x : to.box.max.x, b.y});
    }
    const bool downwards = b.y > a.y;
    return vertical_curve({towards(from.box, b.x), downwards ? from.box.max.y : from.box.min.y},
                          {towards(to.box, a.x), downwards ? to.box.min.y : to.box.max.y});
}

}  // namespace gregor::visualizer
