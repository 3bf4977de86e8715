#include "visualizer/panels/entry_bar.h"

#include "visualizer/draw/controls.h"

#include <algorithm>

namespace gregor::visualizer {

void draw_entry(const Frame& frame, ImVec2 size)
{
    const TextEntry& entry = frame.view.entry;
    if (!entry) return;
    using Purpose = TextEntry::Purpose;
    const bool finds = entry.purpose == Purpose::find;
    const Icon icon = finds                              ? Icon::search
                      : entry.purpose == Purpose::filter ? Icon::filter
                                                         : Icon::pencil;
    const Painter& painter = frame.painter;
    constexpr float height = 64;
    const float width = std::min(520.0F, size.x - 20);
    const Box box = box_at({(size.x - width) / 2, 60}, width, height);
    draw_shadow(painter, box, 10);
    fill_box(painter, box, painter.color(Token::panel), 10);
    outline_box(painter, box, painter.color(Token::sky, 0.8F), 10);
    draw_icon(painter, {box.min.x + 22, box.min.y + 22}, icon, 13, painter.color(Token::sky));
    const TextStyle style{Face::mono, 12};
    const Box text = draw_text(painter, {box.min.x + 40, box.min.y + 22},
                               {entry.text, style, painter.color(Token::text_hi)});
    draw_vertical(painter, text.max.x + 2, text.center().y - 8, text.center().y + 8,
                  painter.color(Token::text_hi));
    const std::string_view hint =
        finds ? "o0@58 · broker 2 · P1 · group billing · 20.5s · #38925 · words of the story"
        : entry.purpose == Purpose::filter
            ? "only partitions whose name has this; nothing: all of them"
            : "name of the bookmark; Enter keeps it, Esc does not";
    const bool failed = !entry.told.empty();
    draw_text(painter, {box.min.x + 40, box.min.y + 46},
              {failed ? std::string_view(entry.told) : hint,
               {Face::text, 11},
               painter.color(failed ? Token::orange : Token::text_low),
               Align::left,
               box.width() - 56});
}

}  // namespace gregor::visualizer
