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

}  // namespace gregor::visualizer
