#include "visualizer/panels/plots.h"

#include "visualizer/draw/controls.h"
#include "visualizer/draw/timeline.h"
#include "visualizer/panels/curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace gregor::visualizer {

namespace {

using Metric = lab::Course::Metric;

constexpr float line_width = 1.7F, unseen_width = 1, unseen_opacity = 0.42F;
constexpr TextStyle number_style{Face::mono, 10}, value_style{Face::mono, 11};
constexpr TextStyle name_style{Face::text, 11};

Icon metric_icon(const Metric& metric)
{
    if (metric.unit.find("ms") != std::string::npos) return Icon::clock;
    if (metric.unit.find("/s") != std::string::npos) return Icon::line_chart;
    if (metric.unit == "partitions") return Icon::database;
    return Icon::sliders;
}

/// Without the slice that begins where the run ends: nothing can happen in it.
std::span<const double> values_of(const lab::Course& course, const lab::Course::Series& series)
{
    const Time last = std::max(course.end, Time{1}) - nanoseconds(1);
    return std::span(series.values)
        .first(std::min(series.values.size(), course.slice_of(last) + 1));
}

/// As a number; a dash where nothing was measured.
std::string shown_value(const lab::Course& course, const Metric& metric, std::size_t number,
                        Time at)
{
    const std::span<const double> values = values_of(course, metric.series[number]);
    const double value =
        values.empty() ? 0 : values[std::min(course.slice_of(at), values.size() - 1)];
    return std::isnan(value) ? "–" : value_text(value);
}

/// "o0" of "orders-0", and "+4" of "4 others". As many letters as make it the only one.
std::string short_name(const Metric& metric, const std::string& name)
{
    if (name.ends_with(" others")) return "+" + name.substr(0, name.find(' '));
    const std::size_t dash = name.rfind('-');
    if (dash == std::string::npos) return name;
    for (std::size_t letters = 1; letters < dash; ++letters) {
        const bool is_shared = std::ranges::any_of(metric.series, [&](const auto& other) {
            const std::size_t end = other.name.rfind('-');
            return end != std::string::npos && other.name.substr(0, end) != name.substr(0, dash) &&
                   other.name.substr(0, letters) == name.substr(0, letters);
        });
        if (!is_shared) return name.substr(0, letters) + name.substr(dash + 1);
    }
    return name.substr(0, dash) + name.substr(dash + 1);
}

void draw_middle_line(const Painter& painter, const Box& box)
{
    const float y = painter.snap(box.center().y), pixel = 1 / painter.scale;
    const ImU32 color = painter.color(Token::line, 0.75F);
    for (float x = box.min.x + 4; x < box.max.x - 2; x += 6) {
        fill_box(painter, {{x, y}, {x + 2, y + pixel}}, color);
    }
}

/// One curve of a plot as it is drawn.
struct Stroke {
    std::size_t number = 0;
    Token token = Token::sky;
    float playhead = 0;  ///< x
    float origin = 0;    ///< x of the run's beginning
};

void draw_curve(const Painter& painter, std::span<const ImVec2> corners, const Stroke& stroke)
{
    const CurveDash dash = curve_dash(stroke.number);
    const std::vector<ImVec2> unseen = curve_part(corners, stroke.playhead, 1e9F);
    stroke_curve(painter, unseen, painter.color(stroke.token, unseen_opacity), unseen_width, dash,
                 stroke.origin);
    const std::vector<ImVec2> seen = curve_part(corners, -1e9F, stroke.playhead);
    stroke_curve(painter, seen, painter.color(stroke.token), line_width, dash, stroke.origin);
}

void fill_below(const Painter& painter, const Box& box, std::span<const ImVec2> corners,
                const Stroke& stroke)
{
    Painter faint = painter;
    faint.opacity *= 0.6F;
    fill_curve(painter, curve_part(corners, -1e9F, stroke.playhead), box.max.y, stroke.token);
    fill_curve(faint, curve_part(corners, stroke.playhead, 1e9F), box.max.y, stroke.token);
}

/// All but where an earlier curve is zero as well: many zeros on each other would only flicker.
void draw_curve_off_axis(const Painter& painter, std::span<const ImVec2> corners,
                         std::span<const Interval> hidden, const Stroke& stroke)
{
    float from = -1e9F;
    for (const Interval& each : hidden) {
        draw_curve(painter, curve_part(corners, from, each.from), stroke);
        from = each.to;
    }
    draw_curve(painter, curve_part(corners, from, 1e9F), stroke);
}

/// A piece of the curve; long dashes are shortened, so that two of them can be seen.
void draw_swatch(const Painter& painter, ImVec2 left, Token token, std::size_t number)
{
    CurveDash dash = curve_dash(number);
    if (dash[0] > 6) {
        for (float& length : dash) length *= 0.55F;
    }
    const std::array line{left, ImVec2(left.x + 12, left.y)};
    stroke_curve(painter, line, painter.color(token), 2, dash, left.x);
}

/// The next metric that is not plotted yet; when all are, the one below changes places with it.
void plot_next_metric(Frame& frame, const TimelineLayout& layout, std::size_t place)
{
    std::vector<std::size_t> shown;
    for (const auto& plot : layout.plots) shown.push_back(plot.metric);
    const auto& metrics = frame.course.metrics;
    const std::size_t count = metrics.size();
    const auto measured = static_cast<std::size_t>(std::ranges::count_if(metrics, is_measured));
    const bool has_others = shown.size() < measured;
    for (std::size_t step = 1; step < count; ++step) {
        const std::size_t next = (shown[place] + step) % count;
        const auto elsewhere = std::ranges::find(shown, next);
        if (!is_measured(metrics[next])) continue;
        if (elsewhere != shown.end() && has_others) continue;
        if (elsewhere != shown.end()) *elsewhere = shown[place];
        shown[place] = next;
        break;
    }
    frame.view.metrics = shown;
}

/// A title that does not fit beside the scale's maximum stands below it.
void draw_title(const Painter& painter, const Box& gutter, const Metric& metric, float scale_width,
                bool is_hovered)
{
    const float left = gutter.min.x + 35, right = gutter.max.x - 8;
    const TextStyle style{Face::text_medium, 12};
    const float width = text_width(painter, metric.title, style);
    const float y = gutter.min.y + (left + width + 3 > right - scale_width ? 22.0F : 14.0F);
    draw_icon(painter, {gutter.min.x + 20, y}, metric_icon(metric), 12,
              painter.color(Token::text_low));
    draw_text(painter, {left, y},
              {.text = metric.title,
               .style = style,
               .color = painter.color(is_hovered ? Token::text_hi : Token::text_mid),
               .max_width = right - left});
    draw_text(painter, {left, y + 15.5F},
              {.text = metric.unit,
               .style = name_style,
               .color = painter.color(Token::text_low),
               .max_width = right - 12 - left});
}

void draw_legend(const Frame& frame, const TimelineLayout& layout, const Box& box,
                 const Metric& metric)
{
    const Painter& painter = frame.painter;
    const float height = box.height() + 4;
    const auto fitting = static_cast<std::size_t>(height / 13.5F);
    const bool all = metric.series.size() <= fitting;
    const std::size_t rows = all ? metric.series.size() : fitting;
    const float pitch =
        std::min(22.0F, height / static_cast<float>(std::max<std::size_t>(rows, 1)));
    const float left = box.max.x + 9, right = layout.panel.max.x - 10;
    float y = box.center().y - pitch * static_cast<float>(rows - 1) / 2;
    for (std::size_t i = 0; i < rows; ++i, y += pitch) {
        if (!all && i + 1 == rows) {
            draw_text(painter, {left + 17, y},
                      {fmt::format("+ {} more", metric.series.size() - i), name_style,
                       painter.color(Token::text_low)});
            break;
        }
        const auto& series = metric.series[i];
        draw_swatch(painter, {left, painter.snap(y)}, series_token(metric, i), i);
        const std::string value = shown_value(frame.course, metric, i, frame.now());
        const Box shown = draw_text(painter, {right, y},
                                    {.text = value,
                                     .style = value_style,
                                     .color = painter.color(Token::text_hi),
                                     .align = Align::right});
        if (series.name == metric.unit) continue;
        draw_text(painter, {left + 17, y},
                  {.text = short_name(metric, series.name),
                   .style = name_style,
                   .color = painter.color(Token::text_mid),
                   .max_width = shown.min.x - 4 - (left + 17)});
    }
}

/// A piece of a curve, filled below if it is the first series', and where the playhead crosses it.
/// `zeros`: where earlier curves are zero; where this one is, is added.
void draw_piece(const Frame& frame, const TimelineLayout::Plot& plot,
                std::span<const ImVec2> corners, const Stroke& stroke, std::vector<Interval>& zeros)
{
    const Painter& painter = frame.painter;
    if (corners.size() == 1) {  // a slice alone
        const bool seen = corners[0].x <= stroke.playhead;
        painter.list->AddCircleFilled(corners[0], 1.4F,
                                      painter.color(stroke.token, seen ? 1.0F : unseen_opacity));
        return;
    }
    if (stroke.number == 0) fill_below(painter, plot.box, corners, stroke);
    const std::vector<Interval> level = level_parts(corners, curve_zero(plot.box));
    const std::vector<Interval> hidden = common_parts(level, zeros);
    draw_curve_off_axis(painter, corners, hidden, stroke);
    zeros = united_parts(zeros, level);
    if (stroke.playhead >= corners.front().x && stroke.playhead <= corners.back().x) {
        const ImVec2 at{stroke.playhead, curve_height(corners, stroke.playhead)};
        draw_series_point(painter, at, stroke.token);
    }
}

}  // namespace

// Colours of what flows in and out are those of who makes it flow; others go through the list.
Token series_token(const Metric& metric, std::size_t number)
{
    const std::string& name = metric.series[number].name;
    if (name == "in") return Token::orange;
    if (name == "out") return Token::purple;
    if (metric.kafka_name == "UnderReplicatedPartitions") return Token::vermilion;
    static constexpr std::array tokens{Token::sky,      Token::green,  Token::yellow,
                                       Token::orange,   Token::purple, Token::text_hi,
                                       Token::vermilion};
    return tokens[number % tokens.size()];
}

double greatest_value(const Metric& metric, const TimeAxis& axis, const lab::Course& course)
{
    double greatest = 0;
    const std::size_t first = course.slice_of(axis.from), last = course.slice_of(axis.to) + 1;
    for (const auto& series : metric.series) {
        const std::span<const double> values = values_of(course, series);
        const std::size_t end = std::min(last, values.size());
        for (std::size_t i = first; i < end; ++i) greatest = std::max(greatest, values[i]);
    }
    return greatest;
}

std::string value_text(double value)
{
    if (value >= 999.5e6) return fmt::format("{:.1f}G", value / 1e9);
    if (value >= 99.5e6) return fmt::format("{:.0f}M", value / 1e6);
    if (value >= 999.5e3) return fmt::format("{:.1f}M", value / 1e6);
    if (value >= 99.95e3) return fmt::format("{:.0f}k", value / 1e3);
    if (value >= 9'999.5) return fmt::format("{:.1f}k", value / 1e3);
    const bool is_whole = std::abs(value - std::round(value)) < 1e-9;
    if (value < 99.95 && !is_whole) return fmt::format("{:.1f}", value);
    return fmt::format("{:.0f}", value);
}

double round_maximum(double value)
{
    if (value <= 1) return 1;
    double power = 1;
    while (power * 10 < value) power *= 10;
    for (const double digits : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0}) {
        const bool is_whole = power > 1 || digits == std::floor(digits);
        if (is_whole && digits * power >= value) return digits * power;
    }
    return 10 * power;
}

void draw_plot(const Frame& frame, const TimelineLayout::Plot& plot, const TimeAxis& axis)
{
    const Painter& painter = frame.painter;
    const Metric& metric = frame.course.metrics[plot.metric];
    draw_middle_line(painter, plot.box);
    const double maximum = round_maximum(greatest_value(metric, axis, frame.course));
    std::vector<Interval> zeros;  // of the curves so far
    painter.list->PushClipRect(plot.box.min, plot.box.max, true);
    for (std::size_t i = 0; i < metric.series.size(); ++i) {
        const std::span<const double> values = values_of(frame.course, metric.series[i]);
        const Stroke stroke{i, series_token(metric, i), axis.x_of(frame.now()), axis.x_of(Time{})};
        const Sampled sampled{values, frame.course.slice, maximum};
        for (const auto& corners : curves_of(painter, plot.box, axis, sampled)) {
            draw_piece(frame, plot, corners, stroke, zeros);
        }
    }
    painter.list->PopClipRect();
}

void draw_plot_labels(Frame& frame, const TimelineLayout& layout, const TimelineLayout::Plot& plot,
                      const TimeAxis& axis, Hint& hint)
{
    const Painter& painter = frame.painter;
    const Metric& metric = frame.course.metrics[plot.metric];
    const Box gutter{{layout.panel.min.x, plot.box.min.y}, {layout.left, plot.box.max.y}};
    const bool is_hovered = gutter.contains(frame.input.mouse);
    if (is_hovered) {
        const Box ground{{gutter.min.x + 8, gutter.min.y}, {gutter.max.x - 4, gutter.max.y}};
        fill_box(painter, ground, painter.color(Token::raised), 5);
        hint = {metric.title,
                "Click to plot the next metric here.",
                {"Kafka: " + metric.kafka_name},
                Token::sky};
        if (frame.input.pressed) plot_next_metric(frame, layout, plot.place);
    }
    const double maximum = round_maximum(greatest_value(metric, axis, frame.course));
    const ImU32 low = painter.color(Token::text_low);
    const std::string top =
        maximum >= 1'000 ? fmt::format("{:g}k", maximum / 1'000) : fmt::format("{:g}", maximum);
    const Box scale = draw_text(painter, {gutter.max.x - 8, gutter.min.y + 8},
                                {.text = maximum >= 1e6 ? fmt::format("{:g}M", maximum / 1e6) : top,
                                 .style = number_style,
                                 .color = low,
                                 .align = Align::right});
    draw_text(painter, {gutter.max.x - 8, gutter.max.y - 6},
              {.text = "0", .style = number_style, .color = low, .align = Align::right});
    draw_title(painter, gutter, metric, scale.width(), is_hovered);
    draw_legend(frame, layout, plot.box, metric);
}

void explain_plot(const Frame& frame, const TimelineLayout::Plot& plot, const TimeAxis& axis,
                  Hint& hint)
{
    const Metric& metric = frame.course.metrics[plot.metric];
    const Time at = axis.time_at(frame.input.mouse.x);
    hint = {fmt::format("{} at {} s", metric.title, playhead_text(at, axis.nanoseconds_a_point())),
            "",
            {},
            Token::line2};
    std::size_t longest = 0;
    for (const auto& series : metric.series) longest = std::max(longest, series.name.size());
    for (std::size_t i = 0; i < metric.series.size(); ++i) {
        hint.values.push_back(fmt::format("{:<{}} {:>6} {}", metric.series[i].name, longest,
                                          shown_value(frame.course, metric, i, at), metric.unit));
    }
}

}  // namespace gregor::visualizer
