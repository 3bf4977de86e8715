#include "visualizer/layout.h"

#include <algorithm>

namespace gregor::visualizer {

namespace {

constexpr float top_bar_height = 48, gap = 8;
constexpr float narrow = 1280;  // below it the inspector lies over the partitions

bool is_shown(const ViewState& view, Panel panel)
{
    return view.expanded == Panel::none || view.expanded == panel;
}

/// One run of two: its cluster beside its partitions.
Layout::Half half_of(const Box& box)
{
    constexpr float head_height = 30, least_cluster = 340, share = 0.46F;
    Layout::Half half;
    half.head = {box.min, {box.max.x, box.min.y + head_height}};
    const float top = half.head.max.y + gap / 2;
    const float cluster = std::max(least_cluster, box.width() * share);
    half.cluster = {{box.min.x, top}, {box.min.x + cluster, box.max.y}};
    half.partitions = {{half.cluster.max.x + gap, top}, box.max};
    return half;
}

}  // namespace

Layout Layout::of(ImVec2 size, const ViewState& view)
{
    Layout layout;
    layout.top_bar = {{0, 0}, {size.x, top_bar_height}};
    const Box body{{gap, top_bar_height + gap}, {size.x - gap, size.y - gap}};
    if (view.expanded != Panel::none) {
        if (is_shown(view, Panel::cluster)) layout.cluster = body;
        if (is_shown(view, Panel::partitions)) layout.partitions = body;
        if (is_shown(view, Panel::inspector)) layout.inspector = body;
        if (is_shown(view, Panel::timeline)) layout.timeline = body;
        return layout;
    }
    const float timeline = std::min(view.timeline_height, body.height() * 0.36F);
    const float split = body.max.y - timeline - gap;
    layout.timeline = {{body.min.x, body.max.y - timeline}, body.max};
    if (view.side_by_side) {
        const float middle = body.center().x;
        layout.left = half_of({body.min, {middle - gap / 2, split}});
        layout.right = half_of({{middle + gap / 2, body.min.y}, {body.max.x, split}});
        return layout;
    }
    layout.inspector_floats = size.x < narrow;
    const float left = std::min(view.left_width, body.width() * 0.42F);
    layout.cluster = {body.min, {body.min.x + left, split}};
    const float right = layout.inspector_floats ? 0 : view.right_width + gap;
    layout.partitions = {{layout.cluster.max.x + gap, body.min.y}, {body.max.x - right, split}};
    if (!layout.inspector_floats) {
        layout.inspector = {{body.max.x - view.right_width, body.min.y}, {body.max.x, split}};
    } else if (view.selected) {
        layout.inspector = {{body.max.x - view.right_width, body.min.y + gap},
                            {body.max.x - gap, split - gap}};
    }
    return layout;
}

Splitter Layout::splitter_at(ImVec2 mouse) const
{
    const auto empty = [](const Box& box) { return box.width() <= 0 || box.height() <= 0; };
    const bool in_body = mouse.y > top_bar.max.y && mouse.x > 0;
    if (!in_body || empty(timeline) || timeline.min.y <= top_bar.max.y + 2 * gap) return {};
    if (mouse.y >= timeline.min.y - gap && mouse.y < timeline.min.y) return Splitter::timeline;
    if (mouse.y >= timeline.min.y || empty(cluster)) return {};
    if (mouse.x >= cluster.max.x && mouse.x < partitions.min.x) return Splitter::left;
    if (!inspector_floats && mouse.x >= partitions.max.x && mouse.x < inspector.min.x) {
        return Splitter::right;
    }
    return {};
}

}  // namespace gregor::visualizer
