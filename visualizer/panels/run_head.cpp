#include "visualizer/panels/run_head.h"

#include "visualizer/draw/controls.h"

#include <fmt/format.h>

namespace gregor::visualizer {

namespace {

/// What the producers know of their records: this is what two legs differ in.
std::string outcome_of(const lab::Snapshot& snapshot)
{
    std::int64_t acknowledged = 0, failed = 0;
    for (const auto& each : snapshot.producers) {
        acknowledged += each.acknowledged;
        failed += each.failed;
    }
    std::int64_t readable = 0;
    for (const auto& partition : snapshot.partitions) {
        if (partition.internal) continue;
        const auto* leader = partition.replica_on(partition.leader);
        if (leader != nullptr && leader->running) readable += leader->high_watermark.value;
    }
    return fmt::format("{} acknowledged · {} failed · {} readable", acknowledged, failed, readable);
}

}  // namespace

void draw_run_head(const Frame& frame, const Box& box, const lab::OpenedRecording& recording,
                   bool is_beside)
{
    const Painter& painter = frame.painter;
    fill_box(painter, box, painter.color(Token::raised), 6);
    const float y = box.center().y;
    draw_icon(painter, {box.min.x + 16, y}, is_beside ? Icon::share : Icon::play, 12,
              painter.color(Token::sky));
    const lab::RunIdentity& identity = recording.identity();
    const std::string outcome = outcome_of(frame.snapshot);
    const float width = text_width(painter, outcome, {Face::mono, 11});
    const float room = box.width() - 32 - width - 30;
    const Box name = draw_text(painter, {box.min.x + 30, y},
                               {identity.leg,
                                {Face::text_semibold, 13},
                                painter.color(Token::text_hi),
                                Align::left,
                                room});
    draw_text(painter, {name.max.x + 10, y},
              {identity.file,
               {Face::text, 11},
               painter.color(Token::text_low),
               Align::left,
               std::max(1.0F, box.min.x + room - name.max.x)});
    draw_text(painter, {box.max.x - 14, y},
              {outcome, {Face::mono, 11}, painter.color(Token::text_mid), Align::right});
}

}  // namespace gregor::visualizer
