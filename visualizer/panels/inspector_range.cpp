#include "visualizer/panels/inspector_range.h"

#include "visualizer/panels/lanes.h"
#include "visualizer/panels/plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace gregor::visualizer {

namespace {

using lab::Course;

struct Statistics {
    double mean = 0, most = 0;
    bool is_measured = false;
};

/// Of the slices that begin within the range; those without a sample do not count.
Statistics statistics_of(const Course& course, const std::vector<double>& values,
                         const TimeRange& range)
{
    Statistics result;
    std::size_t count = 0;
    const std::size_t last = std::min(course.slice_of(range.to) + 1, values.size());
    for (std::size_t i = course.slice_of(range.from); i < last; ++i) {
        if (std::isnan(values[i])) continue;
        result.mean += values[i];
        result.most = count == 0 ? values[i] : std::max(result.most, values[i]);
        ++count;
    }
    result.is_measured = count > 0;
    if (count > 0) result.mean /= static_cast<double>(count);
    return result;
}

std::string span_text(Duration span)
{
    const double seconds = static_cast<double>(span.nanoseconds) / 1e9;
    if (seconds < 1) return fmt::format("{:.3f} ms", seconds * 1e3);
    return fmt::format("{:.3f} s", seconds);
}

void add_metrics(Sheet& sheet, const Course& course, const TimeRange& range)
{
    Rows rows;
    for (const Course::Metric& metric : course.metrics) {
        if (!is_measured(metric)) continue;
        for (const Course::Series& series : metric.series) {
            const Statistics is = statistics_of(course, series.values, range);
            if (!is.is_measured) continue;
            Row row;
            row.icon = Icon::line_chart;
            row.name = metric.title;
            row.detail = metric.series.size() > 1 ? series.name : metric.unit;
            row.numbers = {{value_text(is.mean), Token::text_mid}, {value_text(is.most)}};
            rows.push_back(std::move(row));
        }
    }
    if (rows.empty()) return;
    sheet.blocks.emplace_back(Heading{"Metrics", "mean · most"});
    sheet.blocks.emplace_back(std::move(rows));
}

void add_marks(Sheet& sheet, const Course& course, const TimeRange& range)
{
    std::map<std::string_view, std::int64_t> counts;
    for (const Course::Mark& mark : course.marks) {
        if (mark.at >= range.from && mark.at <= range.to) ++counts[mark_word(mark.kind)];
    }
    Rows rows;
    for (const Course::Fault& fault : course.faults) {
        if (fault.from > range.to || fault.to < range.from) continue;
        Row row;
        row.icon = fault_icon(fault.kind);
        row.sign = fault_token(fault.kind);
        row.name = fault.label;
        row.numbers = {{seconds_text(fault.from), Token::text_mid}};
        row.subject = Subject::event(fault.event);
        rows.push_back(std::move(row));
    }
    for (const auto& [word, count] : counts) {
        Row row;
        row.icon = Icon::flag;
        row.sign = Token::yellow;
        row.name = word;
        row.numbers = {{count_text(count)}};
        rows.push_back(std::move(row));
    }
    if (rows.empty()) return;
    sheet.blocks.emplace_back(Heading{"Faults and events", "how often"});
    sheet.blocks.emplace_back(std::move(rows));
}

}  // namespace

Sheet range_sheet(const Course& course, const TimeRange& range)
{
    Sheet sheet{.icon = Icon::clock, .name = span_text(range.to - range.from), .blocks = {}};
    sheet.blocks.emplace_back(Paragraph{"The chosen range", Token::text_hi, true});
    sheet.blocks.emplace_back(FactGrid{{"From", seconds_text(range.from), Token::text_hi, 2},
                                       {"To", seconds_text(range.to), Token::text_hi, 2}});
    add_marks(sheet, course, range);
    add_metrics(sheet, course, range);
    sheet.blocks.emplace_back(Paragraph{
        "Shift and drag on the timeline chooses another range; Esc gives it up.", Token::text_low});
    return sheet;
}

}  // namespace gregor::visualizer
