#include "visualizer/exports.h"

#include "visualizer/draw/png_file.h"
#include "visualizer/panels/curve.h"
#include "visualizer/panels/inspector_facts.h"
#include "visualizer/panels/lanes.h"
#include "visualizer/panels/plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace gregor::visualizer {

namespace {

using lab::Course;

// Units of the drawing.
constexpr float left_edge = 170, right_edge = 1060, whole_width = 1200;
constexpr float head = 44, lane = 26, plot_height = 110, plot_gap = 22;

/// For text and attributes of XML and HTML.
std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string hex(Token token)
{
    const ImU32 color = light_theme()[token];
    return fmt::format("#{:02x}{:02x}{:02x}", color >> IM_COL32_R_SHIFT & 0xFF,
                       color >> IM_COL32_G_SHIFT & 0xFF, color >> IM_COL32_B_SHIFT & 0xFF);
}

/// An SVG that is written from above; what is out of the range is not drawn.
class PlotSheet {
public:
    PlotSheet(const Course& course, TimeRange range)
        : course_(course), axis_{range.from, range.to, left_edge, right_edge}
    {
    }

    std::string text(const std::string& title)
    {
        label(20, 24, title, Token::text_hi, "font-size=\"15\" font-weight=\"600\"");
        draw_ruler();
        y_ = head;
        draw_faults();
        draw_marks();
        y_ += 10;
        for (const Course::Metric& metric : course_.metrics) {
            if (is_measured(metric)) draw_metric(metric);
        }
        draw_bands();
        return fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
            "height=\"{1}\" font-family=\"Inter, sans-serif\" font-size=\"11\">\n"
            "<rect width=\"{0}\" height=\"{1}\" fill=\"{2}\"/>\n{3}{4}</svg>\n",
            whole_width, y_ + 10, hex(Token::bg), under_, over_);
    }

private:
    void label(float x, float y, std::string_view text, Token token, std::string_view more = "")
    {
        fmt::format_to(std::back_inserter(over_),
                       "<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\" {}>{}</text>\n", x, y,
                       hex(token), more, escaped(text));
    }
    void line(std::string& to, float x0, float y0, float x1, float y1, Token token,
              std::string_view more = "")
    {
        fmt::format_to(std::back_inserter(to),
                       "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" "
                       "stroke=\"{}\" {}/>\n",
                       x0, y0, x1, y1, hex(token), more);
    }
    float x_of(Time at) const { return std::clamp(axis_.x_of(at), left_edge, right_edge); }
    bool shows(const Course::Fault& fault) const
    {
        return fault.from <= axis_.to && fault.to >= axis_.from;
    }

    void draw_ruler()
    {
        const Duration major = major_step(axis_, 80);
        for (const Tick& tick : ticks_of(axis_, major)) {
            if (!tick.is_major) continue;
            label(axis_.x_of(tick.at), head - 6, clock_text(tick.at, major), Token::text_low,
                  "text-anchor=\"middle\" font-family=\"JetBrains Mono, monospace\"");
        }
    }
    void draw_faults()
    {
        label(20, y_ + 17, "Faults", Token::text_mid);
        for (const Course::Fault& fault : course_.faults) {
            if (!shows(fault)) continue;
            const float from = x_of(fault.from);
            const float width = std::max(x_of(std::min(fault.to, axis_.to)) - from, 3.0F);
            fmt::format_to(std::back_inserter(under_),
                           "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" "
                           "rx=\"3\" fill=\"{}\" fill-opacity=\"0.25\" stroke=\"{}\"/>\n",
                           from, y_ + 2, width, lane - 4, hex(fault_token(fault.kind)),
                           hex(fault_token(fault.kind)));
            label(from + 6, y_ + 17, fault.label, Token::text_hi);
        }
        y_ += lane;
    }
    /// A tick for each mark; its name where it does not touch the one before.
    void draw_marks()
    {
        label(20, y_ + 17, "Events", Token::text_mid);
        float free = left_edge;
        for (const Course::Mark& mark : course_.marks) {
            if (!axis_.shows(mark.at)) continue;
            const float x = axis_.x_of(mark.at);
            line(over_, x, y_ + 4, x, y_ + lane - 4, Token::text_mid, "stroke-width=\"1.5\"");
            const std::string text = mark_text(mark);
            const float width = 6.2F * static_cast<float>(text.size());  // of such letters
            if (x < free || x + width > right_edge) continue;
            label(x + 4, y_ + 17, text, Token::text_mid);
            free = x + width + 12;
        }
        y_ += lane;
    }
    void draw_metric(const Course::Metric& metric)
    {
        const Box box{{left_edge, y_}, {right_edge, y_ + plot_height}};
        const double maximum = round_maximum(greatest_value(metric, axis_, course_));
        label(20, y_ + 16, metric.title, Token::text_hi, "font-weight=\"600\"");
        label(20, y_ + 31, metric.unit, Token::text_mid);
        label(20, y_ + 46, metric.kafka_name, Token::text_low, "font-size=\"9\"");
        label(left_edge - 6, y_ + 9, value_text(maximum), Token::text_low, "text-anchor=\"end\"");
        label(left_edge - 6, box.max.y, "0", Token::text_low, "text-anchor=\"end\"");
        line(under_, box.min.x, box.max.y, box.max.x, box.max.y, Token::line2);
        line(under_, box.min.x, box.min.y, box.max.x, box.min.y, Token::line,
             "stroke-dasharray=\"2 4\"");
        for (std::size_t i = 0; i < metric.series.size(); ++i) {
            draw_series(metric, i, box, maximum);
        }
        y_ = box.max.y + plot_gap;
    }
    void draw_series(const Course::Metric& metric, std::size_t number, const Box& box,
                     double maximum)
    {
        const CurveDash dash = curve_dash(number);
        std::string style = fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"",
                                        hex(series_token(metric, number)));
        if (dash[0] > 0) {
            style += fmt::format(" stroke-dasharray=\"{} {} {} {}\"", dash[0], dash[1], dash[2],
                                 dash[3]);
        }
        const Sampled sampled{metric.series[number].values, course_.slice, maximum};
        for (const auto& corners : curves_of(Painter{}, box, axis_, sampled)) {
            std::string points;
            for (const ImVec2& each : corners) {
                fmt::format_to(std::back_inserter(points), "{:.1f},{:.1f} ",
                               std::clamp(each.x, left_edge, right_edge), each.y);
            }
            fmt::format_to(std::back_inserter(over_), "<polyline points=\"{}\" {}/>\n", points,
                           style);
        }
        const float y = box.min.y + 12 + 15 * static_cast<float>(number);
        if (y > box.max.y) return;
        fmt::format_to(std::back_inserter(over_), "<polyline points=\"{0},{2} {1},{2}\" {3}/>\n",
                       right_edge + 12, right_edge + 34, y - 4, style);
        label(right_edge + 40, y, metric.series[number].name, Token::text_mid);
    }
    void draw_bands()
    {
        for (const Course::Fault& fault : course_.faults) {
            if (!shows(fault)) continue;
            for (const Time at : {fault.from, fault.to}) {
                if (!axis_.shows(at)) continue;
                const float x = axis_.x_of(at);
                line(under_, x, head + lane, x, y_ - plot_gap, fault_token(fault.kind),
                     at == fault.from ? "" : "stroke-dasharray=\"4 4\"");
            }
        }
    }

    const Course& course_;
    TimeAxis axis_;
    float y_ = 0;
    std::string under_, over_;
};

std::string base64(const std::vector<std::uint8_t>& bytes)
{
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = std::uint32_t{bytes[i]} << 16;
        if (i + 1 < bytes.size()) bits |= std::uint32_t{bytes[i + 1]} << 8;
        if (i + 2 < bytes.size()) bits |= bytes[i + 2];
        out += digits[bits >> 18 & 63];
        out += digits[bits >> 12 & 63];
        out += i + 1 < bytes.size() ? digits[bits >> 6 & 63] : '=';
        out += i + 2 < bytes.size() ? digits[bits & 63] : '=';
    }
    return out;
}

std::string story_rows(const Course& course, TimeRange range)
{
    std::string rows;
    for (const lab::StoryLine& line : course.story) {
        if (line.at < range.from || line.at > range.to) continue;
        rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                            seconds_text(line.at),
                            line.event == 0 ? std::string() : std::to_string(line.event),
                            escaped(line.where), escaped(line.text));
    }
    return rows;
}

}  // namespace

std::string export_name(const Playback& playback)
{
    const double at = static_cast<double>(playback.now().nanoseconds) / 1e9;
    return fmt::format("{}-{:.6f}s", playback.snapshot().scenario, at);
}

std::string plots_as_svg(const Course& course, const std::string& title, TimeRange range)
{
    return PlotSheet(course, range).text(title);
}

std::string run_as_page(const Playback& playback, const Image& picture, TimeRange range)
{
    const auto& recording = playback.recording();
    const lab::Snapshot& snapshot = playback.snapshot();
    std::string svg = plots_as_svg(playback.course(), snapshot.title, range);
    return fmt::format(
        R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 Inter, system-ui, sans-serif; color: #1b2430; background: #fff;
       max-width: 1240px; margin: 2em auto; padding: 0 1em }}
img, svg {{ max-width: 100%; height: auto; border: 1px solid #d5dae1; border-radius: 8px }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ text-align: left; padding: 2px 10px 2px 0; border-bottom: 1px solid #e6e9ee;
         vertical-align: top }}
td:first-child, td:nth-child(2), code, pre {{ font-family: "JetBrains Mono", monospace;
         font-size: 13px; white-space: pre-wrap }}
</style></head><body>
<h1>{title}</h1>
<p>{scenario}, leg {leg}, seed {seed}, on {resources}; {events} events, hash {hash}. The same run
again: save the scenario below as <code>{file}</code>, then <code>./{command}</code></p>
<h2>The cluster at {at}</h2>
<p><img alt="The cluster at {at}" src="data:image/png;base64,{png}"></p>
<h2>Plots</h2>
{svg}
<h2>What happened</h2>
<table><tr><th>time</th><th>event</th><th>where</th><th>what</th></tr>
{story}</table>
<h2>The scenario</h2>
<pre>{text}</pre>
</body></html>
)",
        fmt::arg("title", escaped(snapshot.title)),
        fmt::arg("scenario", escaped(snapshot.scenario)),
        fmt::arg("leg", escaped(recording.identity().leg)),
        fmt::arg("seed", recording.identity().seed),
        fmt::arg("resources", recording.identity().resources),
        fmt::arg("events", recording.event_count()),
        fmt::arg("hash", lab::hash_text(recording.final_hash())),
        fmt::arg("file", escaped(recording.identity().file)),
        fmt::arg("command", escaped(recording.identity().command())),
        fmt::arg("at", seconds_text(playback.now())), fmt::arg("png", base64(png_bytes(picture))),
        fmt::arg("svg", svg), fmt::arg("story", story_rows(playback.course(), range)),
        fmt::arg("text", escaped(recording.scenario_text())));
}

}  // namespace gregor::visualizer
