#include "tests/visualizer/specimen.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace gregor::visualizer {
namespace {

const Box top_bar{{0, 0}, {1600, 48}}, cluster{{8, 56}, {524, 684}},
    partitions{{532, 56}, {1240, 684}}, inspector{{1248, 56}, {1592, 684}},
    timeline{{8, 692}, {1592, 992}};

Painter in_panel(const Painter& painter, int panel)
{
    Painter copy = painter;
    copy.panel = panel;
    return copy;
}

void label(const Painter& p, ImVec2 at, std::string_view text, Token token = Token::text_mid)
{
    draw_text(p, at, {.text = text, .style = {Face::text, 12}, .color = p.color(token)});
}

void draw_top_bar(const Painter& p)
{
    fill_box(p, top_bar, p.color(Token::topbar));
    draw_horizontal(p, 47, 0, 1600, p.color(Token::line));
    draw_text(
        p, {52, 24},
        {.text = "Gregor", .style = {Face::text_semibold, 18}, .color = p.color(Token::text_hi)});
    draw_pill(p, {404, 24},
              {.text = "replay verified", .token = Token::green, .icon = Icon::check_circle});
    const Icon steps[] = {Icon::fast_backward, Icon::step_backward, Icon::step_forward,
                          Icon::fast_forward};
    const float places[] = {728, 762, 838, 872};
    for (std::size_t i = 0; i < 4; ++i)
        draw_icon_button(p, {places[i], 24}, steps[i], i == 1, i == 3);
    draw_play_button(p, {800, 24}, true);
    draw_text(
        p, {900, 24},
        {.text = "00:12.480", .style = {Face::mono_medium, 20}, .color = p.color(Token::text_hi)});
    draw_button(p, box_at({1307, 11}, 98, 26),
                {.label = "Inject fault", .icon = Icon::bolt, .token = Token::vermilion});
    draw_button(p, box_at({1414, 11}, 94, 26), {.label = "Bookmark", .icon = Icon::bookmark});
    draw_button(p, box_at({1517, 11}, 74, 26),
                {.label = "Export", .icon = Icon::upload, .is_hovered = true});
}

void draw_broker(const Painter& p, ImVec2 at, const BrokerCard& card,
                 std::span<const ReplicaState> states)
{
    const Box body = draw_broker_card(p, box_at(at, 176, 112), card);
    const std::string_view names[] = {"o0", "o1", "o2", "p0"};
    for (std::size_t i = 0; i < 4; ++i)
        draw_replica_chip(
            p, box_at({body.min.x + 10 + 40 * static_cast<float>(i), body.min.y + 9}, 36, 18),
            states[i], names[i]);
    const bool idle = card.is_faulty;
    draw_load_bar(p, box_at({body.min.x, body.min.y + 34}, 176, 18),
                  {.label = "reqs",
                   .value = idle ? "12%" : "81%",
                   .share = idle ? 0.12F : 0.81F,
                   .is_high = !idle,
                   .is_idle = idle});
    draw_load_bar(p, box_at({body.min.x, body.min.y + 52}, 176, 18),
                  {.label = "disk",
                   .value = idle ? "4 M/s" : "33 M/s",
                   .share = idle ? 0.06F : 0.55F,
                   .is_idle = idle});
}

void draw_edges(const Painter& p)
{
    const Bezier produce = vertical_curve({162, 153}, {222, 201});
    const Bezier straight = vertical_curve({76, 153}, {76, 372});
    draw_bezier(p, produce, p.color(Token::orange, 0.4F));
    draw_bezier(p, straight, p.color(Token::orange, 0.4F));
    const Bezier cut = vertical_curve({206, 312}, {122, 372});
    draw_dashed_bezier(p, cut, p.color(Token::vermilion, 0.75F));
    draw_dashed_line(p, {200, 434.5F}, {333, 434.5F}, p.color(Token::vermilion, 0.75F),
                     {.width = 1.4F, .on = 3, .off = 3});
    const Bezier fetch = vertical_curve({326, 312}, {410, 372});
    const Bezier consume = vertical_curve({259, 312}, {128, 585});
    draw_bezier(p, fetch, p.color(Token::sky, 0.42F));
    draw_bezier(p, consume, p.color(Token::purple, 0.4F));
    const auto message = [&](const Bezier& edge, float t, MessageKind kind, bool ringed = false) {
        draw_comet_tail(p, edge, t, token_of(kind));
        draw_message(p, place_on(edge, t), kind, ringed);
    };
    message(produce, 0.25F, MessageKind::produce);
    message(produce, 0.72F, MessageKind::produce);
    draw_message(p, place_on(produce, 0.5F), MessageKind::acknowledgement);
    message(straight, 0.75F, MessageKind::produce);
    message(fetch, 0.35F, MessageKind::replica_fetch, true);
    message(fetch, 0.55F, MessageKind::control);
    message(fetch, 0.75F, MessageKind::replica_fetch);
    message(consume, 0.6F, MessageKind::consumer_fetch);
    draw_cut_badge(p, place_on(cut, 0.65F));
    draw_cut_badge(p, {266, 434.5F});
    draw_message(p, place_on(cut, 0.25F), MessageKind::dropped);
}

void draw_cluster(const Painter& p)
{
    const Box body = draw_panel(
        p, cluster,
        {.icon = Icon::sitemap, .title = "Cluster", .subtitle = "3 brokers · 5 clients"});
    draw_icon_button(p, header_button(cluster, 0), Icon::expand);
    draw_icon_button(p, header_button(cluster, 1), Icon::filter, false, true);
    draw_icon_button(p, header_button(cluster, 2), Icon::eye);
    draw_dot_grid(p, {body.min, {body.max.x, body.max.y - 33}});
    draw_hull(p, box_at({28, 557}, 477, 87), "group billing · generation 7 · Stable");
    draw_edges(p);
    draw_small_card(
        p, box_at({34, 110}, 158, 44),
        {.title = "orders-api", .detail = "acks=all · 98/s", .icon = Icon::shopping_cart});
    draw_small_card(p, box_at({342, 110}, 158, 44),
                    {.title = "a-name-too-long-for-its-card",
                     .detail = "acks=1 · 148/s",
                     .icon = Icon::globe,
                     .is_selected = true});
    draw_small_card(
        p, box_at({40, 585}, 138, 44),
        {.title = "billing-1", .detail = "o0 · lag 3", .icon = Icon::users, .role = Token::purple});
    draw_small_card(p, box_at({198, 585}, 138, 44),
                    {.title = "billing-2",
                     .detail = "crashed",
                     .icon = Icon::users,
                     .role = Token::purple,
                     .is_faulty = true});
    draw_small_card(p, box_at({356, 500}, 138, 44),
                    {.title = "Controller 4",
                     .detail = "active · epoch 9",
                     .icon = Icon::flag,
                     .role = Token::yellow});
    using enum ReplicaState;
    const std::array mixed{leader, in_sync, in_sync, leader};
    const std::array stale{out_of_sync, out_of_sync, stale_leader, out_of_sync};
    draw_broker(p, {178, 201}, {.title = "Broker 1", .role = "controller"}, mixed);
    draw_broker(p, {24, 372}, {.title = "Broker 2", .state = Icon::chain_broken, .is_faulty = true},
                stale);
    draw_broker(p, {332, 372}, {.title = "Broker 3", .is_selected = true}, mixed);
    draw_pill(p, {24, 499},
              {.text = "fenced · 0.46 s", .token = Token::vermilion, .icon = Icon::ban});
    draw_tooltip(p, {361, 263},
                 {.title = "FetchResponse B1 → B3",
                  .detail = "o0 @58 · 2 rec · 7.1 ms",
                  .kind = MessageKind::replica_fetch,
                  .points_at = ImVec2(349, 335)});
    draw_horizontal(p, 651, 9, 523, p.color(Token::line, 0.8F));
    const std::pair<MessageKind, std::string_view> legend[] = {
        {MessageKind::produce, "produce"},      {MessageKind::replica_fetch, "replica fetch"},
        {MessageKind::consumer_fetch, "fetch"}, {MessageKind::acknowledgement, "ack"},
        {MessageKind::control, "control"},      {MessageKind::dropped, "dropped"}};
    float x = 28;
    for (const auto& [kind, name] : legend) {
        draw_message_sign(p, {x, 668}, kind);
        x = draw_text(p, {x + 11, 668},
                      {.text = name, .style = {Face::text, 11}, .color = p.color(Token::text_mid)})
                .max.x +
            20;
    }
}

struct Row {
    ReplicaState sign;
    std::string_view broker, role;
    CellState committed;
    int log_end, diverged_from;
};

void draw_row(const Painter& p, float y, int first, int high_watermark, const Row& row)
{
    draw_replica_sign(p, {553.5F, y + 10.5F}, row.sign);
    draw_text(
        p, {565, y + 10.5F},
        {.text = row.broker, .style = {Face::text_medium, 12}, .color = p.color(Token::text_hi)});
    draw_text(p, {589, y + 10.5F},
              {.text = row.role, .style = {Face::text, 11}, .color = p.color(Token::text_low)});
    for (int i = 0; i < 23; ++i) {
        const int offset = first + i;
        LogCell cell{.epoch = offset >= row.diverged_from ? 3 : offset < 41 ? 3 : 4};
        cell.state = offset >= row.log_end         ? CellState::unwritten
                     : offset >= row.diverged_from ? CellState::diverged
                     : offset >= high_watermark    ? CellState::uncommitted
                                                   : row.committed;
        cell.epoch_begins = offset == 41 && offset < row.diverged_from;
        cell.is_selected = offset == 45 && row.sign == ReplicaState::leader;
        cell.is_dimmed = offset == 30 || offset == 32;
        const std::string digits = std::to_string(offset);
        if (cell.state != CellState::unwritten) cell.offset = digits;
        draw_log_cell(p, {650 + cell_pitch * static_cast<float>(i), y}, cell);
    }
}

void draw_block(const Painter& p, float y, int first, int high_watermark, std::span<const Row> rows)
{
    const auto x_of = [&](int offset) {
        return 649 + cell_pitch * static_cast<float>(offset - first);
    };
    draw_icon(p, {549, y}, Icon::angle_down, 12, p.color(Token::text_low));
    draw_text(
        p, {560, y},
        {.text = "orders-2", .style = {Face::text_semibold, 13}, .color = p.color(Token::text_hi)});
    draw_text(p, {625, y},
              {.text = "epoch 4", .style = {Face::mono, 11}, .color = p.color(Token::text_low)});
    draw_pill(p, {684, y},
              {.text = "ISR 1,3", .token = Token::vermilion, .icon = Icon::exclamation_triangle});
    draw_pill(p, {764, y}, {.text = "ISR 1,2,3", .token = Token::green, .icon = Icon::check});
    draw_pill(p, {860, y}, {.text = "acks=all", .token = Token::text_mid});
    const std::array ends{0.31F, 0.62F, 0.9F};
    draw_overview(
        p, box_at({1074, y - 7}, 150, 14),
        {.segment_ends = ends, .high_watermark = 0.86F, .view_from = 0.55F, .view_to = 0.98F});
    float row_y = y + 14;
    for (const Row& row : rows) {
        draw_row(p, row_y, first, high_watermark, row);
        row_y += row_pitch;
    }
    draw_high_watermark(p, x_of(high_watermark), y + 9, row_y - 1);
    row_y = y + 14;
    for (const Row& row : rows) {
        draw_log_end(p, {x_of(row.log_end), row_y + 4},
                     row.sign == ReplicaState::leader || row.sign == ReplicaState::in_sync);
        row_y += row_pitch;
    }
    draw_group_offset(
        p, row_y + 8,
        {.label = "billing-3 @38", .x = x_of(38), .high_watermark_x = x_of(high_watermark)});
}

void draw_partitions(const Painter& p)
{
    draw_panel(p, partitions,
               {.icon = Icon::database,
                .title = "Partitions",
                .subtitle = "orders · payments — replication factor 3, min.insync 2"});
    using enum CellState;
    const std::array plain{
        Row{ReplicaState::leader, "B1", "leader", committed_leader, 46, 99},
        Row{ReplicaState::out_of_sync, "B2", "out", committed_out_of_sync, 40, 99},
        Row{ReplicaState::in_sync, "B3", "in sync", committed_follower, 44, 99}};
    const std::array torn{
        Row{ReplicaState::leader, "B3", "leader", committed_leader, 47, 99},
        Row{ReplicaState::in_sync, "B1", "in sync", committed_follower, 45, 99},
        Row{ReplicaState::stale_leader, "B2", "stale", committed_out_of_sync, 48, 44}};
    draw_block(p, 147, 27, 44, plain);
    const Box chosen{{533, 399}, {1239, 524}};
    draw_selected_block(p, chosen);
    draw_block(p, 415, 27, 44, torn);
}

void draw_inspector(const Painter& p)
{
    draw_panel(p, inspector, {.icon = Icon::list, .title = "Inspector"});
    draw_pill(p, {1506, 74}, {.text = "orders-2", .token = Token::sky, .icon = Icon::database});
    const Token tokens[] = {Token::orange,  Token::sky,       Token::blue,     Token::green,
                            Token::yellow,  Token::vermilion, Token::purple,   Token::mark,
                            Token::text_hi, Token::text_mid,  Token::text_low, Token::line2};
    for (int i = 0; i < 12; ++i)
        fill_box(p, box_at({1264 + 26 * static_cast<float>(i), 106}, 22, 14), p.color(tokens[i]),
                 3);
    float y = 142;
    const std::pair<TextStyle, std::string_view> styles[] = {
        {{Face::text, 11}, "Inter 11: high watermark → 44, lag ≥ 6 µs"},
        {{Face::text, 12}, "Inter 12: high watermark → 44, lag ≥ 6 µs"},
        {{Face::text_medium, 12}, "Inter Medium 12: fenced since 0.46 s"},
        {{Face::text_semibold, 13}, "Inter SemiBold 13: Why is it stuck at 44?"},
        {{Face::text_semibold, 15}, "Inter SemiBold 15: orders-2"},
        {{Face::mono, 10}, "JetBrains Mono 10: 0123456789 key=\"cust-7731\""},
        {{Face::mono, 11}, "JetBrains Mono 11: pid 2001 · epoch 0"},
        {{Face::mono_medium, 12}, "JetBrains Mono Medium 12: 0123"}};
    for (const auto& [style, text] : styles) {
        draw_text(p, {1264, y}, {.text = text, .style = style, .color = p.color(Token::text_hi)});
        y += 20;
    }
    float x = 1272;
    for (const Icon icon : all_icons) {
        draw_icon(p, {x, y}, icon, 13, p.color(Token::text_mid));
        x += 20;
        if (x > 1580) {
            x = 1272;
            y += 20;
        }
    }
    y += 32;
    x = 1276;
    for (const MessageKind kind :
         {MessageKind::produce, MessageKind::replica_fetch, MessageKind::consumer_fetch,
          MessageKind::acknowledgement, MessageKind::control, MessageKind::dropped}) {
        draw_message(p, {x, y}, kind);
        draw_message(p, {x + 26, y}, kind, true);
        x += 52;
    }
    y += 34;
    draw_toggle(p, {1276, y}, true);
    draw_toggle(p, {1306, y}, false);
    draw_play_button(p, {1346, y}, false, true);
    draw_button(p, box_at({1376, y - 12}, 80, 24), {.label = "Disabled", .is_enabled = false});
    draw_pill(p, {1470, y}, {.text = "outlined", .token = Token::purple, .is_outlined = true});
    y += 26;
    const float shares[] = {0.02F, 0.35F, 0.7F, 1.0F};
    const Token bars[] = {Token::purple, Token::purple, Token::orange, Token::sky};
    for (std::size_t i = 0; i < 4; ++i)
        draw_bar(p, box_at({1264, y + 14 * static_cast<float>(i)}, 150, 7), shares[i],
                 p.color(bars[i]));
    const Box why = box_at({1259, y + 62}, 322, 60);
    fill_box(p, why, p.color(Token::yellow, 0.055F), 8);
    outline_box(p, why, p.color(Token::yellow, 0.28F), 8);
    draw_icon(p, {1274, why.min.y + 18}, Icon::lightbulb, 13, p.color(Token::yellow));
    draw_text(p, {1288, why.min.y + 18},
              {.text = "Why is the high watermark stuck at 44, and for how long will it be?",
               .style = {Face::text_semibold, 13},
               .color = p.color(Token::text_hi),
               .max_width = 280});
}

std::vector<ImVec2> wave(float base, float height, float phase)
{
    std::vector<ImVec2> points;
    for (float x = 148; x <= 1500; x += 2) {
        const float t = (x - 148) / 180 + phase;
        points.emplace_back(x, base - height * (0.5F + 0.5F * std::sin(t) * std::sin(t * 0.37F)));
    }
    return points;
}

void draw_plots(const Painter& p, float playhead)
{
    const float bases[] = {866, 924, 982};
    const std::pair<Token, Token> tokens[] = {
        {Token::orange, Token::purple}, {Token::yellow, Token::green}, {Token::sky, Token::green}};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto turn = static_cast<float>(i);
        const std::vector<ImVec2> first = wave(bases[i], 44, turn),
                                  second = wave(bases[i], 30, turn + 2);
        draw_series(p, {.points = first,
                        .token = tokens[i].first,
                        .baseline = bases[i],
                        .is_filled = true,
                        .seen_until = playhead});
        draw_series(p, {.points = second,
                        .token = tokens[i].second,
                        .seen_until = playhead,
                        .dash = {.width = 1.7F, .on = 6, .off = 3}});
        draw_series_point(p, {playhead, height_at(first, playhead)}, tokens[i].first);
        draw_series_point(p, {playhead, height_at(second, playhead)}, tokens[i].second);
    }
}

void draw_timeline_panel(const Painter& p)
{
    constexpr float playhead = 851;
    draw_panel(p, timeline,
               {.icon = Icon::clock, .title = "Timeline", .subtitle = "0 – 24 s of 60 s"});
    std::array<float, 120> heights{};
    for (std::size_t i = 0; i < heights.size(); ++i)
        heights[i] = 0.5F + 0.2F * std::sin(static_cast<float>(i) / 7);
    const std::array faults{0.1F, 0.2F, 0.55F};
    draw_minimap(p, box_at({308, 701}, 984, 18),
                 {.heights = heights,
                  .faults = faults,
                  .window_from = 0,
                  .window_to = 0.4F,
                  .playhead = 0.208F});
    draw_toggle(p, {1416, 710}, true);
    label(p, {1434, 710}, "follow");
    draw_horizontal(p, 752, 148, 1500, p.color(Token::line));
    const Box band{{819, 786}, {993, 982}};
    draw_fault_band(p, band, Token::vermilion);
    draw_fault_band(p, {{486, 786}, {609, 982}}, Token::orange, false);
    draw_plots(p, playhead);
    draw_fault(
        p, box_at({819, 761}, 174, 20),
        {.label = "link cut B2 ↔ B1,B3", .icon = Icon::chain_broken, .label_from = playhead + 5});
    draw_fault(p, box_at({486, 761}, 123, 20),
               {.label = "slow disk B1 ×4", .icon = Icon::hourglass, .token = Token::orange});
    draw_fault(p, box_at({1162, 761}, 78, 20), {.label = "crash B3", .icon = Icon::plug});
    using enum EventGlyph;
    float x = 210;
    for (const EventGlyph glyph : {join, rebalance, isr_shrinks, isr_grows, election, truncation}) {
        draw_event(p, {x, 799}, glyph);
        label(p, {x + 12, 799}, "event");
        x += 90;
    }
    draw_bookmark(p, 328, 736, 982, "steady state");
    draw_bookmark(p, 1010, 736, 982, "truncation");
    draw_playhead(p, playhead, 750, 984, "12.480");
}

}  // namespace

void draw_specimen(const Painter& painter)
{
    draw_top_bar(in_panel(painter, 0));
    draw_cluster(in_panel(painter, 1));
    draw_partitions(in_panel(painter, 2));
    draw_inspector(in_panel(painter, 3));
    draw_timeline_panel(in_panel(painter, 4));
}

Image specimen_image(const HeadlessOptions& options, std::vector<TextBox>* texts)
{
    Headless headless(options);
    return headless.frame([&] {
        Painter painter =
            make_painter(*ImGui::GetBackgroundDrawList(), *options.theme, headless.fonts());
        painter.texts = texts;
        draw_specimen(painter);
    });
}

}  // namespace gregor::visualizer
