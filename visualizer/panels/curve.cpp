#include "visualizer/panels/curve.h"

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {

namespace {

constexpr float room_above = 2, room_below = 1.5F;  // half of a line must fit above and below
constexpr float wide_slice = 8;                     // points; from here on slices are steps
constexpr float widest_bridge = 8;                  // points without a value that a line spans
constexpr float steep = 2;                          // down or up for each point to the right

struct Slices {
    std::size_t first = 0, last = 0;  ///< last excluded
};

Slices visible_slices(const TimeAxis& axis, const Sampled& sampled)
{
    const std::int64_t slice = sampled.slice.nanoseconds;
    const auto count = static_cast<std::int64_t>(sampled.values.size());
    const std::int64_t first = axis.from.nanoseconds / slice - 1;
    const std::int64_t last = axis.to.nanoseconds / slice + 2;
    return {static_cast<std::size_t>(std::clamp<std::int64_t>(first, 0, count)),
            static_cast<std::size_t>(std::clamp<std::int64_t>(last, 0, count))};
}

/// Begins or ends a dash at every change of the pattern while it walks along a curve.
class Dashes {
public:
    Dashes(const CurveDash& dash, float origin) : dash_(dash), origin_(origin)
    {
        for (const float length : dash) period_ += length;
    }
    bool whole() const { return period_ <= 0; }
    bool on_at(float x) const
    {
        float phase = phase_of(x);
        for (std::size_t i = 0; i < dash_.size(); ++i) {
            if (phase < dash_[i]) return i % 2 == 0;
            phase -= dash_[i];
        }
        return false;
    }
    /// Where the pattern changes next, right of x.
    float next_change(float x) const
    {
        const float phase = phase_of(x);
        float edge = 0;
        for (const float length : dash_) {
            edge += length;
            if (edge > phase + 1e-3F) break;
        }
        return x + std::max(edge - phase, 0.01F);
    }

private:
    float phase_of(float x) const
    {
        const float phase = std::fmod(x - origin_, period_);
        return phase < 0 ? phase + period_ : phase;
    }

    const CurveDash& dash_;
    float origin_, period_ = 0;
};

/// A line that is stroked in pieces: where it turns sharply ImGui's mitres would overshoot.
class Pen {
public:
    Pen(const Painter& painter, ImU32 color, float width)
        : list_(*painter.list), color_(color), width_(width)
    {
    }
    ~Pen() { lift(); }
    Pen(const Pen&) = delete;
    Pen& operator=(const Pen&) = delete;

    void draw(ImVec2 from, ImVec2 to)
    {
        if (points_.empty()) points_.push_back(from);
        if (turns_back(to)) {
            const ImVec2 corner = points_.back();
            lift();
            points_.push_back(corner);
        }
        points_.push_back(to);
    }
    void lift()
    {
        if (points_.size() > 1) {
            list_.AddPolyline(points_.data(), static_cast<int>(points_.size()), color_, 0, width_);
        }
        points_.clear();
    }

private:
    bool turns_back(ImVec2 to) const
    {
        if (points_.size() < 2) return false;
        const ImVec2 &a = points_[points_.size() - 2], &b = points_.back();
        return (b.x - a.x) * (to.x - b.x) + (b.y - a.y) * (to.y - b.y) < 0;
    }

    ImDrawList& list_;
    ImU32 color_;
    float width_;
    std::vector<ImVec2> points_;
};

/// Leaves out corners in the middle of level stretches.
void simplify(std::vector<ImVec2>& corners)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const bool is_inner = kept > 0 && i + 1 < corners.size();
        const float y = corners[i].y;
        if (is_inner && corners[kept - 1].y == y && corners[i + 1].y == y) continue;
        corners[kept++] = corners[i];
    }
    corners.resize(kept);
}

ImVec2 between(ImVec2 a, ImVec2 b, float x)
{
    const float share = (x - a.x) / std::max(b.x - a.x, 1e-6F);
    return {x, a.y + (b.y - a.y) * share};
}

}  // namespace

CurveDash curve_dash(std::size_t number)
{
    static constexpr std::array<CurveDash, 6> dashes{{{0, 0, 0, 0},
                                                      {9, 2.5F, 9, 2.5F},
                                                      {2.5F, 2.5F, 2.5F, 2.5F},
                                                      {9, 2.5F, 2.5F, 2.5F},
                                                      {4.5F, 4.5F, 4.5F, 4.5F},
                                                      {16, 2.5F, 2.5F, 2.5F}}};
    return dashes[number % dashes.size()];
}

std::vector<std::vector<ImVec2>> curves_of(const Painter& painter, const Box& box,
                                           const TimeAxis& axis, const Sampled& sampled)
{
    std::vector<std::vector<ImVec2>> pieces;
    const auto [first, last] = visible_slices(axis, sampled);
    const double slice = static_cast<double>(sampled.slice.nanoseconds);
    const double width = slice / axis.nanoseconds_a_point();
    const double origin = static_cast<double>(axis.left) -
                          static_cast<double>(axis.from.nanoseconds) / axis.nanoseconds_a_point();
    const float zero = curve_zero(box);
    const double unit = static_cast<double>(zero - box.min.y - room_above) / sampled.maximum;
    const bool is_stepped = width >= static_cast<double>(wide_slice);
    float column = -1e9F, end = -1e9F;
    for (std::size_t i = first; i < last; ++i) {
        if (std::isnan(sampled.values[i])) continue;
        const double begin = origin + static_cast<double>(i) * width;
        const float y = zero - static_cast<float>(sampled.values[i] * unit);
        const bool parted = static_cast<float>(begin) > end + widest_bridge;
        end = static_cast<float>(begin + width);
        if (pieces.empty() || parted) {
            pieces.emplace_back();
            column = -1e9F;
        }
        std::vector<ImVec2>& corners = pieces.back();
        if (is_stepped) {
            corners.emplace_back(static_cast<float>(begin), y);
            corners.emplace_back(end, y);
            continue;
        }
        const auto x = static_cast<float>(begin + width / 2);
        const float here = std::floor(x * painter.scale);
        if (here > column || corners.size() < 2) {
            corners.emplace_back(x, y);
        } else {
            const float before = corners[corners.size() - 2].y;
            float& kept = corners.back().y;
            if (std::abs(y - before) > std::abs(kept - before)) kept = y;
        }
        column = here;
    }
    // A value counts for its whole slice: also before the middle of the first one.
    const bool from_begin = first == 0 && !sampled.values.empty() && !std::isnan(sampled.values[0]);
    if (from_begin && !pieces.empty()) pieces.front().front().x = static_cast<float>(origin);
    for (auto& corners : pieces) simplify(corners);
    return pieces;
}

float curve_zero(const Box& box)
{
    return box.max.y - room_below;
}

float curve_height(std::span<const ImVec2> corners, float x)
{
    const auto right = std::ranges::lower_bound(corners, x, {}, &ImVec2::x);
    if (right == corners.begin()) return corners.empty() ? 0.0F : corners.front().y;
    if (right == corners.end()) return corners.back().y;
    return between(*(right - 1), *right, x).y;
}

std::vector<ImVec2> curve_part(std::span<const ImVec2> corners, float from, float to)
{
    std::vector<ImVec2> part;
    if (corners.empty()) return part;
    from = std::max(from, corners.front().x);
    to = std::min(to, corners.back().x);
    if (from >= to) return part;
    const auto first = std::ranges::lower_bound(corners, from, {}, &ImVec2::x);
    const auto last = std::ranges::upper_bound(corners, to, {}, &ImVec2::x);
    part.reserve(static_cast<std::size_t>(last - first) + 2);
    if (first == corners.end() || first->x > from) {
        part.emplace_back(from, curve_height(corners, from));
    }
    part.insert(part.end(), first, last);
    if (part.back().x < to) part.emplace_back(to, curve_height(corners, to));
    return part;
}

std::vector<Interval> level_parts(std::span<const ImVec2> corners, float y)
{
    std::vector<Interval> parts;
    for (std::size_t i = 0; i + 1 < corners.size(); ++i) {
        if (corners[i].y != y || corners[i + 1].y != y) continue;
        if (!parts.empty() && parts.back().to == corners[i].x) {
            parts.back().to = corners[i + 1].x;
        } else {
            parts.push_back({corners[i].x, corners[i + 1].x});
        }
    }
    return parts;
}

std::vector<Interval> common_parts(std::span<const Interval> a, std::span<const Interval> b)
{
    std::vector<Interval> parts;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        const float from = std::max(a[i].from, b[j].from), to = std::min(a[i].to, b[j].to);
        if (from < to) parts.push_back({from, to});
        (a[i].to < b[j].to ? i : j) += 1;
    }
    return parts;
}

std::vector<Interval> united_parts(std::span<const Interval> a, std::span<const Interval> b)
{
    std::vector<Interval> all(a.begin(), a.end()), parts;
    all.insert(all.end(), b.begin(), b.end());
    std::ranges::sort(all, {}, &Interval::from);
    for (const Interval& each : all) {
        if (!parts.empty() && each.from <= parts.back().to) {
            parts.back().to = std::max(parts.back().to, each.to);
        } else {
            parts.push_back(each);
        }
    }
    return parts;
}

void fill_curve(const Painter& painter, std::span<const ImVec2> corners, float bottom, Token token)
{
    if (corners.size() < 2) return;
    const ImU32 upper = painter.color(token, 0.20F), lower = painter.color(token, 0.02F);
    const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
    ImDrawList& list = *painter.list;
    const auto count = static_cast<int>(corners.size());
    list.PrimReserve(6 * (count - 1), 2 * count);
    const unsigned first = list._VtxCurrentIdx;
    for (const ImVec2& corner : corners) {
        list.PrimWriteVtx(corner, uv, upper);
        list.PrimWriteVtx({corner.x, bottom}, uv, lower);
    }
    for (unsigned i = 0; i + 1 < corners.size(); ++i) {
        for (const unsigned corner : {0U, 2U, 3U, 0U, 3U, 1U}) {
            list.PrimWriteIdx(static_cast<ImDrawIdx>(first + 2 * i + corner));
        }
    }
}

void stroke_curve(const Painter& painter, std::span<const ImVec2> corners, ImU32 color, float width,
                  const CurveDash& dash, float origin)
{
    const Dashes dashes(dash, origin);
    Pen pen(painter, color, width);
    for (std::size_t i = 0; i + 1 < corners.size(); ++i) {
        const ImVec2 &a = corners[i], &b = corners[i + 1];
        if (dashes.whole() || std::abs(b.y - a.y) > steep * (b.x - a.x)) {
            pen.draw(a, b);
            continue;
        }
        for (float x = a.x; x < b.x;) {
            const float until = std::min(dashes.next_change(x), b.x);
            if (dashes.on_at((x + until) / 2)) {
                pen.draw(between(a, b, x), between(a, b, until));
            } else {
                pen.lift();
            }
            x = until;
        }
    }
}

}  // namespace gregor::visualizer
