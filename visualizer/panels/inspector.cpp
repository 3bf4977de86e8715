#include "visualizer/panels/inspector.h"

#include "visualizer/draw/controls.h"
#include "visualizer/panels/inspector_blocks.h"
#include "visualizer/panels/inspector_range.h"

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {

namespace {

// Points.
constexpr float top_margin = 12, bottom_margin = 12;
constexpr float wheel_step = 36;
constexpr float pill_right = 14, title_end = 112;

/// What is selected, at the right of the header.
void draw_subject(Frame& frame, const Box& box, const Sheet& sheet)
{
    if (sheet.name.empty()) return;
    Pill pill{.text = "", .token = Token::sky, .icon = sheet.icon};
    const float room = box.width() - title_end - pill_right - pill_width(frame.painter, pill);
    const std::string name = fit_text(frame.painter, sheet.name, pill.style, room);
    pill.text = name;
    const float left = box.max.x - pill_right - pill_width(frame.painter, pill);
    const Box drawn = draw_pill(frame.painter, {left, box.min.y + header_height / 2}, pill);
    frame.point_at(drawn, frame.view.selected);
}

float content_height(const Page& page, const Sheet& sheet)
{
    float height = top_margin + bottom_margin;
    for (const Block& block : sheet.blocks) height += height_of(page, block);
    return height;
}

/// Leaves links of the Why card out when all fits without them; otherwise it scrolls, whole.
void shorten(const Page& page, Sheet& sheet)
{
    const float room = page.visible.height();
    for (Block& block : sheet.blocks) {
        auto* const why = std::get_if<Why>(&block);
        if (why == nullptr) continue;
        const Why whole = *why;
        while (why->links.size() > Why::fewest_links && content_height(page, sheet) > room)
            why->shorten();
        if (content_height(page, sheet) > room) *why = whole;
    }
}

/// Takes the wheel; the scroll stays on whole points, where text is drawn.
void update_scroll(Frame& frame, const Box& body, float content)
{
    ViewState& view = frame.view;
    if (view.inspected != view.selected) view.inspector_scroll = 0;
    view.inspected = view.selected;
    if (body.contains(frame.input.mouse)) view.inspector_scroll -= frame.input.wheel * wheel_step;
    const float most = std::max(std::ceil(content - body.height()), 0.0F);
    view.inspector_scroll = std::round(std::clamp(view.inspector_scroll, 0.0F, most));
}

void draw_scroll_bar(const Frame& frame, const Box& body, float content)
{
    if (content <= body.height()) return;
    const float track = body.height() - 8;
    const float length = std::max(track * body.height() / content, 24.0F);
    const float share = frame.view.inspector_scroll / std::ceil(content - body.height());
    const float top = body.min.y + 4 + (track - length) * share;
    const Box bar = box_at(frame.painter.snap({body.max.x - 5, top}), 3, length);
    fill_box(frame.painter, bar, frame.painter.color(Token::line2), 1.5F);
}

void draw_blocks(const Page& page, const Sheet& sheet)
{
    float y = page.visible.min.y + top_margin - page.frame.view.inspector_scroll;
    for (const Block& block : sheet.blocks) {
        const float height = height_of(page, block);
        if (y + height > page.visible.min.y && y < page.visible.max.y) draw_block(page, y, block);
        y += height;
    }
}

}  // namespace

void draw_inspector(Frame& frame, const Box& box)
{
    const ViewState& view = frame.view;
    Sheet sheet = view.range && !view.selected
                      ? range_sheet(frame.course, *view.range)
                      : sheet_of({frame.snapshot, frame.course, view.selected});
    Box body = draw_panel(frame.painter, box, {Icon::list, "Inspector", ""});
    body = {{body.min.x + 1, body.min.y}, {body.max.x - 1, body.max.y - 1}};
    draw_subject(frame, box, sheet);
    const Page page{frame, box.min.x, box.max.x, body};
    shorten(page, sheet);
    const float content = content_height(page, sheet);
    update_scroll(frame, body, content);
    frame.painter.list->PushClipRect(body.min, body.max, true);
    draw_blocks(page, sheet);
    frame.painter.list->PopClipRect();
    draw_scroll_bar(frame, body, content);
}

}  // namespace gregor::visualizer
