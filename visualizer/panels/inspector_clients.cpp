#include "visualizer/panels/inspector_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

/// The sheets of producers, consumers and their groups.
namespace gregor::visualizer {

namespace {

using lab::Snapshot;

constexpr std::size_t most_bars = 6, most_assigned = 12;

Token lag_token(std::int64_t lag)
{
    return lag >= lag_threshold ? Token::orange : Token::text_hi;
}

/// The next 1, 2 or 5 times a power of ten: bars keep their scale while a lag moves a little.
std::int64_t round_up(std::int64_t lag)
{
    std::int64_t full = 10;
    for (int step = 0; full < lag; ++step) full = step % 3 == 1 ? full / 2 * 5 : full * 2;
    return full;
}

std::int64_t total_lag(const Snapshot& snapshot, const Snapshot::Group& group)
{
    std::int64_t total = 0;
    for (const auto& each : group.partitions) total += known_lag(snapshot, each).value_or(0);
    return total;
}

void add_assignment(Sheet& sheet, const Snapshot::Consumer& consumer)
{
    if (consumer.assignment.empty()) {
        sheet.blocks.emplace_back(Heading{"Assignment", "nothing"});
        return;
    }
    Rows rows;
    for (const auto& each : consumer.assignment) {
        if (rows.size() == most_assigned) break;
        Row row;
        row.icon = Icon::database;
        row.sign = Token::purple;
        row.name = each.partition;
        row.detail = each.state == "fetching" ? "" : each.state;
        row.numbers = {{offset_text(each.position)},
                       {offset_text(each.committed), Token::purple},
                       {count_text(each.lag), lag_token(each.lag)}};
        row.subject = Subject::partition(each.partition);
        rows.push_back(std::move(row));
    }
    const std::size_t left_out = consumer.assignment.size() - rows.size();
    if (left_out > 0) {
        Row& row = rows.emplace_back();
        row.name = fmt::format("{} more", left_out);
    }
    sheet.blocks.emplace_back(Heading{"Assignment", "position · committed · lag"});
    sheet.blocks.emplace_back(std::move(rows));
}

void add_members(Sheet& sheet, const Snapshot& snapshot, const std::string& group)
{
    Rows rows;
    for (const auto& each : snapshot.consumers) {
        if (each.group != group || rows.size() == most_assigned) continue;
        Row row;
        row.icon = each.process.running ? Icon::user : Icon::ban;
        row.sign = each.process.running ? Token::purple : Token::vermilion;
        row.name = each.process.name;
        row.detail = each.process.running ? each.membership : "down";
        row.numbers = {{each.generation < 0 ? "–" : std::to_string(each.generation)},
                       {count_text(static_cast<std::int64_t>(each.assignment.size()))}};
        row.subject = Subject::node(each.process.name);
        rows.push_back(std::move(row));
    }
    if (rows.empty()) return;
    sheet.blocks.emplace_back(Heading{"Consumers", "generation · partitions"});
    sheet.blocks.emplace_back(std::move(rows));
}

}  // namespace

std::optional<std::int64_t> known_lag(const Snapshot& snapshot,
                                      const Snapshot::Committed& committed)
{
    const auto* partition = snapshot.partition_named(committed.partition);
    if (partition == nullptr || running_leader_of(*partition) == nullptr) return {};
    return std::max<std::int64_t>(committed.lag, 0);
}

void add_lags(Sheet& sheet, const Snapshot& snapshot, const Snapshot::Group& group,
              const std::string& own)
{
    LagBars lags;
    std::int64_t most = 0;
    const auto add = [&](const Snapshot::Committed& each) {
        const auto lag = known_lag(snapshot, each);
        lags.bars.push_back({each.partition, each.owner, lag, Subject::partition(each.partition)});
        most = std::max(most, lag.value_or(0));
    };
    for (const auto& each : group.partitions) {
        if (each.partition == own) add(each);
    }
    for (const auto& each : group.partitions) {
        if (each.partition != own && lags.bars.size() < most_bars) add(each);
    }
    std::ranges::sort(lags.bars, {}, &LagBars::Bar::name);
    lags.full = round_up(most);
    sheet.blocks.emplace_back(
        Heading{"Group " + group.name, "total lag " + count_text(total_lag(snapshot, group))});
    if (!lags.bars.empty()) sheet.blocks.emplace_back(std::move(lags));
}

Sheet producer_sheet(const Asked& asked, const Snapshot::Producer& producer)
{
    Sheet sheet{Icon::shopping_cart, producer.process.name, {}};
    const auto bad = [](std::int64_t count) {
        return count > 0 ? Token::vermilion : Token::text_hi;
    };
    const bool waits = !producer.waits_for.empty();
    sheet.blocks.emplace_back(
        FactGrid{state_fact(producer.process),
                 {"acks", producer.acks},
                 {"Load", producer.per_second > 0 ? count_text(producer.per_second) + "/s" : "–"},
                 {"In flight", count_text(producer.requests_in_flight)},
                 {"Sent", count_text(producer.sent)},
                 {"Acked", count_text(producer.acknowledged), Token::green},
                 {"Failed", count_text(producer.failed), bad(producer.failed)},
                 {"Unknown", count_text(producer.unknown), bad(producer.unknown)},
                 {"Retried", count_text(producer.retried),
                  producer.retried > 0 ? Token::orange : Token::text_hi},
                 {"Buffered", size_text(producer.buffered_bytes)},
                 {"Waits for",
                  waits ? producer.waits_for : "nothing",
                  waits ? Token::orange : Token::text_low,
                  2,
                  {}}});
    add_why(sheet, asked);
    const std::int64_t open =
        producer.sent - producer.acknowledged - producer.failed - producer.unknown;
    sheet.blocks.emplace_back(Heading{"Records", count_text(producer.sent) + " sent"});
    Rows rows;
    const auto add = [&](Icon icon, Token token, std::string_view name, std::int64_t count) {
        Row& row = rows.emplace_back();
        row.icon = icon;
        row.sign = token;
        row.name = name;
        row.numbers = {{count_text(count), count > 0 ? Token::text_hi : Token::text_low}};
    };
    add(Icon::check_circle, Token::green, "acknowledged", producer.acknowledged);
    add(Icon::hourglass, Token::orange, "without an answer yet", open);
    add(Icon::question_circle, Token::vermilion, "given up, perhaps in the log", producer.unknown);
    add(Icon::ban, Token::vermilion, "failed", producer.failed);
    sheet.blocks.emplace_back(std::move(rows));
    return sheet;
}

Sheet consumer_sheet(const Asked& asked, const Snapshot::Consumer& consumer)
{
    Sheet sheet{Icon::users, consumer.process.name, {}};
    const bool has_group = !consumer.group.empty();
    const bool is_stable = consumer.membership == "stable";
    sheet.blocks.emplace_back(FactGrid{
        state_fact(consumer.process),
        {"Group", has_group ? consumer.group : "none", Token::purple, 1,
         has_group ? Subject::group(consumer.group) : Subject{}},
        {"Generation", consumer.generation < 0 ? "–" : std::to_string(consumer.generation)},
        {"Member", consumer.membership, is_stable ? Token::green : Token::orange},
        {"Delivered", count_text(consumer.delivered)},
        {"Processed", count_text(consumer.processed)},
        {"Thread", consumer.thread},
        {"Buffered", size_text(consumer.buffered_bytes)},
        {"Member id",
         consumer.member_id.empty() ? "–" : consumer.member_id,
         Token::text_mid,
         4,
         {}}});
    add_why(sheet, asked);
    add_assignment(sheet, consumer);
    return sheet;
}

Sheet group_sheet(const Asked& asked, const Snapshot::Group& group)
{
    Sheet sheet{Icon::users, group.name, {}};
    const std::int64_t total = total_lag(asked.snapshot, group);
    sheet.blocks.emplace_back(FactGrid{{"Generation", std::to_string(group.generation)},
                                       {"Members", std::to_string(group.members)},
                                       {"Partitions", std::to_string(group.partitions.size())},
                                       {"Total lag", count_text(total), lag_token(total)}});
    add_why(sheet, asked);
    add_lags(sheet, asked.snapshot, group);
    Rows rows;
    for (const auto& each : group.partitions) {
        if (rows.size() == most_assigned) break;
        Row& row = rows.emplace_back();
        row.icon = Icon::bookmark;
        row.sign = Token::purple;
        row.name = each.partition;
        row.detail = each.owner.empty() ? "no owner" : each.owner;
        row.numbers = {{offset_text(each.committed), Token::purple}};
        row.subject = Subject::partition(each.partition);
    }
    if (!rows.empty()) {
        sheet.blocks.emplace_back(Heading{"Committed offsets", "of each partition"});
        sheet.blocks.emplace_back(std::move(rows));
    }
    add_members(sheet, asked.snapshot, group.name);
    return sheet;
}

Sheet new_group_sheet(const Asked& asked)
{
    Sheet sheet{Icon::users, asked.subject.name, {}};
    sheet.blocks.emplace_back(Paragraph{"The group has committed no offset yet."});
    add_why(sheet, asked);
    add_members(sheet, asked.snapshot, asked.subject.name);
    return sheet;
}

}  // namespace gregor::visualizer
