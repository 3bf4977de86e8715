#include "visualizer/panels/timeline_layout.h"

#include "visualizer/draw/controls.h"
#include "visualizer/draw/text.h"

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {

namespace {

constexpr float gutter = 140, legend = 92;
constexpr float ruler_height = 24, lane_height = 24, lane_gap = 3, below_ruler = 7;
constexpr float plot_gap = 7, above_plots = 5, margin_below = 10, least_plot = 51;

/// What the user chose, then what else there is; what was never measured comes last.
std::vector<std::size_t> order_of_metrics(const Frame& frame)
{
    const auto& metrics = frame.course.metrics;
    std::vector<std::size_t> order, empty;
    const auto take = [&](std::size_t metric) {
        if (metric >= metrics.size()) return;
        std::vector<std::size_t>& list = is_measured(metrics[metric]) ? order : empty;
        if (std::ranges::find(list, metric) == list.end()) list.push_back(metric);
    };
    for (const std::size_t metric : frame.view.metrics) take(metric);
    for (std::size_t metric = 0; metric < metrics.size(); ++metric) take(metric);
    order.insert(order.end(), empty.begin(), empty.end());
    return order;
}

}  // namespace

TimelineLayout TimelineLayout::of(const Frame& frame, const Box& panel)
{
    TimelineLayout layout;
    layout.panel = panel;
    const auto [left, top] = panel.min;
    layout.left = left + gutter;
    layout.right = panel.max.x - legend;
    const auto band = [&](float y, float height) {
        return Box{{layout.left, y}, {layout.right, y + height}};
    };
    const float beside = panel.width() >= 1'400 ? 300.0F : 220.0F;
    layout.minimap = {{left + beside, top + 9},
                      {std::max(panel.max.x - beside, left + beside + 1), top + 27}};
    layout.ruler = band(top + header_height, ruler_height);
    layout.faults = band(layout.ruler.max.y + below_ruler, lane_height);
    layout.events = band(layout.faults.max.y + lane_gap, lane_height);
    layout.bottom = layout.events.max.y;

    const float first = layout.events.max.y + above_plots;
    const float room = panel.max.y - margin_below - first;
    const std::vector<std::size_t> metrics = order_of_metrics(frame);
    const auto fitting = static_cast<std::size_t>(
        std::max(0.0F, std::floor((room + plot_gap) / (least_plot + plot_gap))));
    const std::size_t count = std::min(fitting, metrics.size());
    const auto shares = static_cast<float>(count);
    const float height = std::floor((room + plot_gap) / std::max(shares, 1.0F)) - plot_gap;
    for (std::size_t i = 0; i < count; ++i) {
        const Box box = band(first + static_cast<float>(i) * (height + plot_gap), height);
        layout.plots.push_back({box, metrics[i], i});
        layout.bottom = box.max.y;
    }
    return layout;
}

bool is_measured(const lab::Course::Metric& metric)
{
    return std::ranges::any_of(metric.series, [](const auto& series) {
        return std::ranges::any_of(series.values,
                                   [](double value) { return !std::isnan(value) && value != 0; });
    });
}

bool TimelineLayout::is_over_plot(ImVec2 point) const
{
    return std::ranges::any_of(plots, [&](const Plot& plot) { return plot.box.contains(point); });
}

std::optional<float> place_label(float start, float width, const Interval& blocked, float limit)
{
    const bool hit = Interval{start, start + width}.touches(blocked);
    const float at = hit ? blocked.to : start;
    return at + width <= limit ? std::optional(at) : std::nullopt;
}

ImU32 lane_color(const Painter& painter)
{
    return painter.faded(mix((*painter.theme)[Token::panel], (*painter.theme)[Token::bg], 0.5F));
}

void draw_gutter_title(const Painter& painter, float left, float y, Icon icon, Token token,
                       std::string_view title)
{
    draw_icon(painter, {left + 20, y}, icon, 12, painter.color(token));
    draw_text(painter, {left + 35, y},
              {title, {Face::text_medium, 12}, painter.color(Token::text_mid)});
}

}  // namespace gregor::visualizer
