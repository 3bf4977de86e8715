#pragma once

#include "visualizer/frame.h"
#include "visualizer/panels/inspector_facts.h"

namespace gregor::visualizer {

/// Where blocks are drawn: between two margins, answering to the mouse in what can be seen.
struct Page {
    Frame& frame;
    float left, right;  ///< the panel's own edges, points
    Box visible;

    /// Takes the mouse where a thing is drawn. Returns whether it is over it.
    bool point_at(const Box& box, const Subject& subject) const
    {
        return subject && visible.contains(frame.input.mouse) && frame.point_at(box, subject);
    }
};
inline constexpr float page_margin = 16;  ///< points at both sides
inline float inner_width(const Page& page)
{
    return page.right - page.left - 2 * page_margin;
}

/// Points from the block's top to the next block's.
float height_of(const Page& page, const Block& block);
void draw_block(const Page& page, float top, const Block& block);

// Blocks of rows: inspector_lists.cpp.
float height(const Page& page, const Rows& rows);
float height(const Page& page, const LagBars& lags);
float height(const Page& page, const Checks& checks);
void draw(const Page& page, float top, const Rows& rows);
void draw(const Page& page, float top, const LagBars& lags);
void draw(const Page& page, float top, const Checks& checks);

}  // namespace gregor::visualizer
