#include "visualizer/panels/partition_block.h"

#include "visualizer/draw/controls.h"
#include "visualizer/draw/glyphs.h"
#include "visualizer/draw/log.h"
#include "visualizer/panels/partition_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace gregor::visualizer {

namespace {

using lab::Snapshot;

constexpr float title_height = 30, group_height = 24, foot = 12;
constexpr float cell_gap = cell_pitch - cell_width;
constexpr float label_width = 96, side = 16;

struct Block {
    Frame& frame;
    Painter painter;
    const Snapshot::Partition& partition;
    Box box;
    OffsetAxis axis;
    Offset high_watermark;
};

std::vector<const Snapshot::Replica*> leader_first(const Snapshot::Partition& partition)
{
    std::vector<const Snapshot::Replica*> rows;
    for (const auto& replica : partition.replicas) rows.push_back(&replica);
    std::stable_partition(rows.begin(), rows.end(),
                          [&](const auto* each) { return each->broker == partition.leader; });
    return rows;
}

std::string list_of(const BrokerList& brokers)
{
    std::string text;
    for (const BrokerId each : brokers) {
        text += (text.empty() ? "" : ",") + std::to_string(each.value);
    }
    return text;
}

struct Shown {
    std::string_view name;
    std::string value;
    Token token;
};

/// The name, the epoch, the ISR and the numbers of a partition. Returns where the text ends.
float draw_title(const Block& block)
{
    const Painter& painter = block.painter;
    const float y = block.box.min.y + title_height / 2 + 1;
    float x = block.box.min.x + side;
    x = draw_text(painter, {x, y},
                  {block.partition.name,
                   {Face::text_semibold, 13},
                   painter.color(Token::text_hi),
                   Align::left,
                   150})
            .max.x +
        10;
    const std::string epoch = fmt::format("epoch {}", block.partition.leader_epoch.value);
    x = draw_text(painter, {x, y}, {epoch, {Face::mono, 11}, painter.color(Token::text_mid)})
            .max.x +
        12;
    const bool whole = block.partition.isr.size() == block.partition.replicas.size();
    const std::string isr = "ISR " + list_of(block.partition.isr);
    const Pill pill{.text = isr,
                    .token = whole ? Token::green : Token::vermilion,
                    .icon = whole ? Icon::check : Icon::exclamation_triangle};
    x = draw_pill(painter, {x, y}, pill).max.x + 14;
    Offset end = furthest_end(block.partition);
    if (const auto* leader = leader_of(block.partition)) end = leader->log_end;
    std::vector<Shown> shown{{"HW", fmt::format("{}", block.high_watermark.value), Token::green},
                             {"LEO", fmt::format("{}", end.value), Token::text_hi}};
    for (const auto& group : block.frame.snapshot.groups) {
        for (const auto& each : group.partitions) {
            if (each.partition != block.partition.name || shown.size() > 2) continue;
            shown.push_back({"lag", fmt::format("{}", each.lag), Token::purple});
        }
    }
    for (const Shown& each : shown) {
        x = draw_text(painter, {x, y},
                      {each.name, {Face::mono, 11}, painter.color(Token::text_low)})
                .max.x +
            5;
        x = draw_text(painter, {x, y}, {each.value, {Face::mono, 11}, painter.color(each.token)})
                .max.x +
            10;
    }
    return x;
}

std::string warning_of(const Block& block)
{
    const auto* leader = leader_of(block.partition);
    if (leader == nullptr) return "no leader: nobody reads or writes";
    if (!leader->running) {
        return fmt::format("B{} leads and is down: nobody reads or writes",
                           block.partition.leader.value);
    }
    for (const auto& replica : block.partition.replicas) {
        const std::int64_t records = diverged_records(block.partition, replica);
        if (records > 0) {
            return fmt::format("{} record{} on B{} will be truncated", records,
                               records == 1 ? "" : "s", replica.broker.value);
        }
    }
    return {};
}

/// The whole log in little, with the part that the cells show; a warning takes its place.
void draw_whole_log(const Block& block, float left)
{
    const Painter& painter = block.painter;
    const float y = block.box.min.y + title_height / 2 + 1;
    const float right = block.box.max.x - side;
    const std::string warning = warning_of(block);
    if (!warning.empty()) {
        const std::string text = fit_text(painter, warning, {Face::text, 11}, right - left - 24);
        if (text.empty()) return;
        const Box drawn =
            draw_text(painter, {right, y},
                      {text, {Face::text, 11}, painter.on_tint(Token::vermilion), Align::right});
        draw_icon(painter, {drawn.min.x - 11, y}, Icon::exclamation_triangle, 11,
                  painter.color(Token::vermilion));
        return;
    }
    const Box track{{std::max(left + 24, right - 130), y - 5}, {right, y + 5}};
    if (track.width() < 50) return;
    const Offset end = furthest_end(block.partition);
    const auto total = static_cast<float>(std::max<std::int64_t>(end.value, block.axis.count));
    const auto share = [&](std::int64_t offset) { return static_cast<float>(offset) / total; };
    const float ends = share(end.value);  // segments are not modelled: the log is one
    draw_overview(painter, track,
                  {.segment_ends = {&ends, 1},
                   .high_watermark = share(block.high_watermark.value),
                   .view_from = share(block.axis.first),
                   .view_to = share(block.axis.first + block.axis.count)});
    draw_text(painter, {track.min.x - 6, y},
              {"0", {Face::mono, 10}, painter.color(Token::text_low), Align::right});
}

void draw_row_label(const Block& block, const Snapshot::Replica& replica, float y)
{
    const Painter& painter = block.painter;
    const ImVec2 sign{block.box.min.x + side + 5, y};
    std::string_view role = "in sync";
    Token token = Token::text_mid;
    if (replica.broker == block.partition.leader) {
        role = replica.running ? "leader" : "down";
        fill_star(painter, sign, 5.4F, painter.color(Token::yellow, replica.running ? 1.0F : 0.5F));
    } else if (!replica.running) {
        role = "down";
        draw_icon(painter, sign, Icon::ban, 11, painter.color(Token::vermilion));
    } else if (replica.leads) {
        role = "stale";
        fill_star(painter, sign, 5.4F, painter.color(Token::yellow, 0.55F));
    } else if (replica.in_isr) {
        fill_circle(painter, sign, 3.4F, painter.color(Token::green));
    } else {
        role = "out";
        draw_ring(painter, sign, 3.4F, painter.color(Token::vermilion), 1.5F);
    }
    if (role == "down" || role == "out" || role == "stale") token = Token::vermilion;
    const std::string name = fmt::format("B{}", replica.broker.value);
    const Box drawn = draw_text(
        painter, {sign.x + 14, y},
        {name,
         {Face::text_semibold, 12},
         token == Token::vermilion ? painter.on_tint(token) : painter.color(Token::text_hi)});
    draw_text(painter, {std::max(drawn.max.x + 8, sign.x + 40), y},
              {role,
               {Face::text, 11},
               token == Token::vermilion ? painter.on_tint(token) : painter.color(token)});
    const Box label{{block.box.min.x + side, y - 10}, {block.axis.left - 4, y + 10}};
    block.frame.point_at(label, Subject::record(block.partition.name, replica.broker,
                                                Offset{replica.log_end.value - 1}));
}

CellState look_of(const Block& block, const Snapshot::Replica& replica, Offset offset)
{
    switch (record_state(block.partition, replica, offset)) {
        case RecordState::absent: return CellState::unwritten;
        case RecordState::uncommitted: return CellState::uncommitted;
        case RecordState::diverged: return CellState::diverged;
        case RecordState::committed: break;
    }
    if (!replica.running || !replica.in_isr) return CellState::committed_out_of_sync;
    return replica.broker == block.partition.leader ? CellState::committed_leader
                                                    : CellState::committed_follower;
}

void draw_cell(const Block& block, const Snapshot::Replica& replica, Offset offset, const Box& box)
{
    const CellState look = look_of(block, replica, offset);
    const LeaderEpoch epoch = replica.epoch_at(offset);
    const std::string number = look == CellState::unwritten ? "" : std::to_string(offset.value);
    const LogCell cell{.state = look,
                       .offset = number,
                       .epoch = epoch.value,
                       .epoch_begins = offset > replica.log_start &&
                                       replica.epoch_at(Offset{offset.value - 1}) != epoch,
                       .width = box.width()};
    draw_log_cell(block.painter, box.min, cell);
}

void draw_row(const Block& block, const Snapshot::Replica& replica, float y)
{
    draw_row_label(block, replica, y);
    if (!replica.exists || replica.log_end.value < block.axis.first) {
        const std::string text =
            fmt::format("ends at {}, {} records before its leader", replica.log_end.value,
                        furthest_end(block.partition).value - replica.log_end.value);
        draw_text(block.painter, {block.axis.left + 4, y},
                  {replica.exists ? std::string_view(text) : "has no log yet",
                   {Face::text, 11},
                   block.painter.color(Token::text_low)});
        return;
    }
    for (std::int64_t i = 0; i < block.axis.count; ++i) {
        const Offset offset{block.axis.first + i};
        const Box cell = box_at({block.axis.x_of(offset), y - cell_height / 2},
                                block.axis.pitch - cell_gap, cell_height);
        draw_cell(block, replica, offset, cell);
        if (offset >= replica.log_end || offset < replica.log_start) continue;
        const Subject subject = Subject::record(block.partition.name, replica.broker, offset);
        const bool same_record = block.frame.view.selected.kind == Subject::Kind::record &&
                                 block.frame.view.selected.name == block.partition.name &&
                                 block.frame.view.selected.offset == offset;
        if (same_record || block.frame.is_ringed(subject)) {
            draw_selection(block.painter, cell, cell_radius, 1.6F);
        }
        block.frame.point_at(cell, subject);
    }
}

void draw_end_of(const Block& block, const Snapshot::Replica& replica, float y)
{
    if (!block.axis.reaches(replica.log_end)) return;
    draw_log_end(block.painter, {block.axis.x_of(replica.log_end) - 1, y - cell_height / 2 + 3},
                 replica.in_isr && replica.running);
}

/// The first group that reads the partition; a committed offset left of the cells is an arrow.
void draw_groups(const Block& block, float y)
{
    const Painter& painter = block.painter;
    for (const auto& group : block.frame.snapshot.groups) {
        for (const auto& each : group.partitions) {
            if (each.partition != block.partition.name) continue;
            const OffsetAxis& axis = block.axis;
            const float mark = std::min(axis.x_of(block.high_watermark), axis.right()) - 1;
            const std::string who = each.owner.empty() ? group.name : each.owner;
            const std::string label = fmt::format("{} @{}", who, each.committed.value);
            const std::string shown =
                fit_text(painter, label, {Face::text, 11}, axis.left - block.box.min.x - side);
            if (each.committed.value < axis.first) {
                const ImU32 ink = painter.color(Token::purple);
                draw_icon(painter, {axis.left + 3, y}, Icon::fast_backward, 9, ink);
                if (mark > axis.left + 14) {
                    fill_box(painter, {{axis.left + 12, y + 1}, {mark, y + 3.5F}},
                             painter.color(Token::purple, 0.35F), 1);
                }
                draw_text(painter, {axis.left - 6, y},
                          {shown, {Face::text, 11}, ink, Align::right});
            } else {
                draw_group_offset(
                    painter, y,
                    {.label = axis.x_of(each.committed) - axis.left > 100 ? label : shown,
                     .x = axis.x_of(each.committed) - 1,
                     .high_watermark_x = mark});
            }
            const float x = std::max(axis.x_of(each.committed), axis.left);
            block.frame.point_at(box_at({x - 8, y - 8}, 16, 16), Subject::group(group.name));
            return;
        }
    }
}

void scroll_offsets(const Block& block, const Box& strips)
{
    const Input& input = block.frame.input;
    auto& scrolled = block.frame.view.first_offset;
    if (input.wheel != 0 && input.shift && strips.contains(input.mouse)) {
        const auto by = static_cast<std::int64_t>(-input.wheel * 3);
        scrolled[block.partition.name] = std::max<std::int64_t>(0, block.axis.first + by);
    }
    const Box overview{{block.box.max.x - side - 130, block.box.min.y},
                       {block.box.max.x - side, block.box.min.y + title_height}};
    if (input.double_clicked && overview.contains(input.mouse)) {
        scrolled.erase(block.partition.name);
    }
}

}  // namespace

PartitionHealth health_of(const Snapshot&, const Snapshot::Partition& partition)
{
    const auto* leader = leader_of(partition);
    if (leader == nullptr || !leader->running) return PartitionHealth::without_leader;
    return partition.isr.size() < partition.replicas.size() ? PartitionHealth::under_replicated
                                                            : PartitionHealth::well;
}

float block_height(const Snapshot::Partition& partition)
{
    return title_height + row_pitch * static_cast<float>(partition.replicas.size()) + group_height +
           foot;
}

void draw_partition_block(Frame& frame, const Box& box, const Snapshot::Partition& partition)
{
    const Subject subject = Subject::partition(partition.name);
    Painter painter = frame.painter;
    painter.opacity *= frame.relevance(subject);
    const bool is_chosen =
        frame.view.selected == subject || (frame.view.selected.kind == Subject::Kind::record &&
                                           frame.view.selected.name == partition.name);
    if (is_chosen) {
        draw_selected_block(painter, box);
    } else if (frame.view.hovered == subject) {
        fill_box(painter, box, painter.color(Token::sky, 0.025F));
    }
    frame.point_at(box, subject);
    const float left = box.min.x + side + label_width;
    const Block block{frame,
                      painter,
                      partition,
                      box,
                      OffsetAxis::of(frame, partition, left, box.max.x - side),
                      high_watermark_of(partition)};
    const float title_end = draw_title(block);
    draw_whole_log(block, title_end);
    const auto rows = leader_first(partition);
    const float first = box.min.y + title_height + row_pitch / 2;
    const auto y_of = [&](std::size_t row) { return first + row_pitch * static_cast<float>(row); };
    for (std::size_t i = 0; i < rows.size(); ++i) draw_row(block, *rows[i], y_of(i));
    const float bottom = y_of(rows.size()) - row_pitch / 2;
    if (block.axis.reaches(block.high_watermark)) {
        draw_high_watermark(painter, block.axis.x_of(block.high_watermark) - 1,
                            first - row_pitch / 2 - 1, bottom);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) draw_end_of(block, *rows[i], y_of(i));
    draw_groups(block, bottom + group_height / 2 - 2);
    scroll_offsets(block, {{left, first - row_pitch / 2}, {box.max.x, bottom}});
}

}  // namespace gregor::visualizer
