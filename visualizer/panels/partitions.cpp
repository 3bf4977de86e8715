#include "visualizer/panels/partitions.h"

#include "visualizer/draw/controls.h"
#include "visualizer/draw/glyphs.h"
#include "visualizer/panels/partition_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace gregor::visualizer {

namespace {

using lab::Snapshot;

constexpr float legend_height = 35, map_cell = 11, map_margin = 14;
constexpr std::size_t blocks_without_map = 12;

std::vector<const Snapshot::Partition*> shown_partitions(const Frame& frame)
{
    std::vector<const Snapshot::Partition*> shown;
    for (const auto& partition : frame.snapshot.partitions) {
        if (partition.internal) continue;
        if (partition.name.find(frame.view.filter) == std::string::npos) continue;
        shown.push_back(&partition);
    }
    return shown;
}

std::string subtitle_of(const std::vector<const Snapshot::Partition*>& partitions)
{
    std::set<std::string> topics;
    std::size_t replicas = 0;
    for (const auto* each : partitions) {
        topics.insert(each->name.substr(0, each->name.rfind('-')));
        replicas = std::max(replicas, each->replicas.size());
    }
    std::string text;
    std::size_t named = 0;
    for (const std::string& topic : topics) {
        if (++named > 3) break;
        text += (text.empty() ? "" : " · ") + topic;
    }
    if (topics.size() > 3) text += fmt::format(" and {} more", topics.size() - 3);
    return text + fmt::format(" — {} partition{}, replication factor {}", partitions.size(),
                              partitions.size() == 1 ? "" : "s", replicas);
}

/// One sign of the legend. Returns its width.
using Sign = void (*)(const Painter&, ImVec2);

void sign_committed(const Painter& painter, ImVec2 at)
{
    fill_box(painter, box_at({at.x - 8, at.y - 6}, 16, 12), painter.color(Token::blue), 3);
}
void sign_uncommitted(const Painter& painter, ImVec2 at)
{
    const Box box = box_at({at.x - 8, at.y - 6}, 16, 12);
    fill_box(painter, box, painter.color(Token::sky, 0.1F), 3);
    draw_dashed_box(painter, box, 3, painter.color(Token::sky));
}
void sign_diverged(const Painter& painter, ImVec2 at)
{
    const Box box = box_at({at.x - 8, at.y - 6}, 16, 12);
    fill_hatch(painter, box, 3, painter.color(Token::vermilion, 0.35F));
    outline_box(painter, box, painter.color(Token::vermilion), 3, 1.2F);
}
void sign_high_watermark(const Painter& painter, ImVec2 at)
{
    draw_stroke(painter, {at.x + 4, at.y - 7}, {at.x + 4, at.y + 7}, painter.color(Token::green),
                2.2F);
}
void sign_log_end(const Painter& painter, ImVec2 at)
{
    fill_triangle_down(painter, {at.x + 4, at.y}, 4.6F, painter.color(Token::mark));
}
void sign_group(const Painter& painter, ImVec2 at)
{
    fill_triangle_up(painter, {at.x + 4, at.y}, 4.6F, painter.color(Token::purple));
}
void sign_leader(const Painter& painter, ImVec2 at)
{
    fill_star(painter, {at.x + 3, at.y}, 5, painter.color(Token::yellow));
}
void sign_epoch(const Painter& painter, ImVec2 at)
{
    fill_box(painter, box_at({at.x - 8, at.y - 1}, 8, 2.4F), painter.color(Token::sky), 1);
    fill_box(painter, box_at({at.x + 1, at.y - 1}, 8, 2.4F), painter.color(Token::orange), 1);
}

void draw_legend(const Painter& painter, const Box& box)
{
    constexpr std::array<std::pair<Sign, std::string_view>, 8> signs{
        {{sign_committed, "committed"},
         {sign_uncommitted, "uncommitted"},
         {sign_diverged, "diverged"},
         {sign_high_watermark, "high watermark"},
         {sign_log_end, "LEO"},
         {sign_group, "group offset"},
         {sign_leader, "leader"},
         {sign_epoch, "epoch"}}};
    float x = box.min.x + 24;
    for (const auto& [sign, name] : signs) {
        const float width = text_width(painter, name, {Face::text, 11});
        if (x + 15 + width > box.max.x - 8) break;
        sign(painter, {x, box.center().y});
        draw_text(painter, {x + 15, box.center().y},
                  {name, {Face::text, 11}, painter.color(Token::text_mid)});
        x += width + 34;
    }
    draw_horizontal(painter, box.max.y - 1, box.min.x, box.max.x, painter.color(Token::line));
}

ImU32 color_of(const Painter& painter, PartitionHealth health)
{
    switch (health) {
        case PartitionHealth::well: return painter.color(Token::blue, 0.75F);
        case PartitionHealth::under_replicated: return painter.color(Token::orange);
        case PartitionHealth::without_leader: break;
    }
    return painter.color(Token::vermilion);
}

/// Many partitions as a map of cells; a cell may stand for several and shows the worst of them.
/// Returns its height.
float draw_map(Frame& frame, const Box& box, const std::vector<const Snapshot::Partition*>& shown)
{
    const Painter& painter = frame.painter;
    const auto columns = static_cast<std::size_t>((box.width() - 2 * map_margin) / map_cell);
    constexpr std::size_t most_rows = 8;
    const std::size_t each = (shown.size() + columns * most_rows - 1) / (columns * most_rows);
    const std::size_t cells = (shown.size() + each - 1) / each;
    std::size_t ill = 0;
    for (std::size_t cell = 0; cell < cells; ++cell) {
        PartitionHealth worst = PartitionHealth::well;
        const std::size_t end = std::min((cell + 1) * each, shown.size());
        for (std::size_t i = cell * each; i < end; ++i) {
            const PartitionHealth health = health_of(frame.snapshot, *shown[i]);
            ill += health == PartitionHealth::well ? 0 : 1;
            worst = std::max(worst, health);
        }
        const Box drawn =
            box_at({box.min.x + map_margin + map_cell * static_cast<float>(cell % columns),
                    box.min.y + 24 + map_cell * static_cast<float>(cell / columns)},
                   map_cell - 2, map_cell - 2);
        fill_box(painter, drawn, color_of(painter, worst), 2);
        if (worst == PartitionHealth::without_leader) {  // not by colour alone
            draw_stroke(painter, drawn.min, drawn.max, painter.color(Token::mark), 1.2F);
        } else if (worst == PartitionHealth::under_replicated) {
            fill_box(painter, drawn.inset(3), painter.color(Token::panel));
        }
        const Subject subject = Subject::partition(shown[cell * each]->name);
        if (frame.is_ringed(subject)) draw_selection(painter, drawn.inset(-1), 3, 1.4F);
        const bool is_hot = frame.point_at(drawn, subject);
        if (is_hot && frame.input.pressed) {
            frame.view.partitions_scroll =
                block_height(*shown[0]) * static_cast<float>(cell * each);
        }
    }
    const std::string text =
        fmt::format("{} partitions, {} of them not whole{}", shown.size(), ill,
                    each > 1 ? fmt::format("; one cell is {}, the worst of them shows", each) : "");
    draw_text(painter, {box.min.x + map_margin, box.min.y + 13},
              {text,
               {Face::text, 11},
               painter.color(Token::text_mid),
               Align::left,
               box.width() - 2 * map_margin});
    return 24 + map_cell * static_cast<float>((cells + columns - 1) / columns) + 10;
}

void scroll(Frame& frame, const Box& box, float whole)
{
    const Input& input = frame.input;
    if (input.wheel != 0 && !input.shift && box.contains(input.mouse)) {
        frame.view.partitions_scroll -= input.wheel * 60;
    }
    const float most = std::max(0.0F, whole - box.height());
    frame.view.partitions_scroll = std::clamp(frame.view.partitions_scroll, 0.0F, most);
    if (most <= 0) return;
    const float share = box.height() / whole;
    const float top = box.min.y + frame.view.partitions_scroll / whole * box.height();
    fill_box(frame.painter,
             {{box.max.x - 6, top + 2}, {box.max.x - 3, top + share * box.height() - 2}},
             frame.painter.color(Token::line2), 1.5F);
}

}  // namespace

void draw_partitions(Frame& frame, const Box& box)
{
    const auto shown = shown_partitions(frame);
    Box body = draw_panel(frame.painter, box, {Icon::database, "Partitions", subtitle_of(shown)});
    if (frame.view.legends && body.height() > 160) {
        draw_legend(frame.painter, {body.min, {body.max.x, body.min.y + legend_height}});
        body.min.y += legend_height;
    }
    if (shown.size() > blocks_without_map) body.min.y += draw_map(frame, body, shown);
    if (shown.empty()) {
        draw_text(
            frame.painter, body.center(),
            {frame.view.filter.empty() ? "No partition yet: the controllers have not created one."
                                       : "No partition has that in its name: see the filter above.",
             {Face::text, 12},
             frame.painter.color(Token::text_low),
             Align::center});
        return;
    }
    float whole = 0;
    for (const auto* each : shown) whole += block_height(*each);
    frame.painter.list->PushClipRect(body.min, body.max, true);
    scroll(frame, body, whole);
    float y = body.min.y - frame.view.partitions_scroll;
    for (const auto* each : shown) {
        const Box block{{body.min.x + 1, y}, {body.max.x - 1, y + block_height(*each)}};
        y = block.max.y;
        if (block.max.y < body.min.y || block.min.y > body.max.y) continue;
        draw_partition_block(frame, block, *each);
        draw_horizontal(frame.painter, frame.painter.snap(y) - 1, block.min.x, block.max.x,
                        frame.painter.color(Token::line, 0.7F));
    }
    frame.painter.list->PopClipRect();
}

}  // namespace gregor::visualizer
