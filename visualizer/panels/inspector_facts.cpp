#include "visualizer/panels/inspector_facts.h"

#include "model/lab/event_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

/// The sheets of the run, of brokers and controllers, of messages and events.
namespace gregor::visualizer {

namespace {

using lab::Snapshot;

constexpr std::size_t most_rows = 12;
constexpr std::size_t most_effects = 3, most_looked_at = 12;  // lines of the story

Fact yes_no(std::string label, bool is, Token when_yes, Token when_no)
{
    return {std::move(label), is ? "yes" : "no", is ? when_yes : when_no, 1, {}};
}

Row row_of(const Snapshot::Partition& partition, const Snapshot::Replica& replica)
{
    Row row;
    row.replica = state_of(partition, replica);
    row.name = partition.name;
    row.detail = word_of(*row.replica, replica);
    row.numbers.push_back({offset_text(replica.exists ? replica.log_end : no_offset)});
    row.numbers.push_back(behind_of(partition, replica));
    row.subject = Subject::partition(partition.name);
    return row;
}

/// Internal topics go into one row at the end.
void add_partitions_of(Sheet& sheet, const Snapshot& snapshot, BrokerId broker)
{
    Rows rows;
    std::size_t left_out = 0, internal = 0;
    for (const auto& partition : snapshot.partitions) {
        const auto* replica = partition.replica_on(broker);
        if (replica == nullptr) continue;
        if (partition.internal) {
            ++internal;
        } else if (rows.size() < most_rows) {
            rows.push_back(row_of(partition, *replica));
        } else {
            ++left_out;
        }
    }
    if (rows.empty() && internal == 0) return;
    const auto add_count = [&](std::size_t count, std::string_view what) {
        if (count == 0) return;
        Row row;
        row.name = fmt::format("{} {}", count, what);
        rows.push_back(std::move(row));
    };
    add_count(left_out, "more partitions");
    add_count(internal, internal == 1 ? "internal partition" : "internal partitions");
    sheet.blocks.emplace_back(Heading{"Partitions", "log end · behind"});
    sheet.blocks.emplace_back(std::move(rows));
}

Sheet broker_sheet(const Asked& asked, const Snapshot::Broker& broker)
{
    Sheet sheet{Icon::server, broker.process.name, {}};
    FactGrid facts{state_fact(broker.process),
                   yes_no("Registered", broker.registered, Token::text_hi, Token::vermilion),
                   yes_no("Fenced", broker.fenced, Token::vermilion, Token::green),
                   {"Epoch", broker.registered ? std::to_string(broker.epoch.value) : "–"},
                   {"Leads", count_text(broker.leads)},
                   {"Follows", count_text(broker.follows)},
                   {"Log", size_text(broker.log_bytes)},
                   {"Metadata", offset_text(broker.metadata_offset)},
                   {"Produces waiting", count_text(broker.waiting_produces), Token::text_hi, 2, {}},
                   {"Fetches waiting", count_text(broker.waiting_fetches), Token::text_hi, 2, {}}};
    if (broker.in_controlled_shutdown)
        facts.push_back({"Controlled shutdown", "yes", Token::orange, 2, {}});
    if (!broker.rack.empty()) facts.push_back({"Rack", broker.rack, Token::text_hi, 2, {}});
    sheet.blocks.emplace_back(std::move(facts));
    add_why(sheet, asked);
    add_partitions_of(sheet, asked.snapshot, broker.id);
    return sheet;
}

Sheet controller_sheet(const Asked& asked, const Snapshot::Controller& controller)
{
    Sheet sheet{Icon::sitemap, controller.process.name, {}};
    const bool runs = controller.process.running;
    std::string leader = runs ? "none" : "–";
    const bool has_leader = runs && controller.leader != no_broker;
    if (has_leader) leader = std::to_string(controller.leader.value);
    sheet.blocks.emplace_back(
        FactGrid{state_fact(controller.process),
                 {"Role", controller.process.running ? controller.role : "–"},
                 yes_no("Active", controller.active, Token::yellow, Token::text_hi),
                 {"Epoch", std::to_string(controller.epoch.value)},
                 {"Leader", leader, Token::text_hi, 1,
                  has_leader ? Subject::node("controller " + leader) : Subject{}},
                 {"Log end", offset_text(controller.log_end)},
                 {"HW", offset_text(runs ? controller.high_watermark : no_offset),
                  runs ? Token::green : Token::text_low}});
    add_why(sheet, asked);
    Rows rows;
    for (const auto& each : asked.snapshot.controllers) {
        Row row;
        row.icon = !each.process.running ? Icon::ban : each.active ? Icon::star : Icon::sitemap;
        row.sign = !each.process.running ? Token::vermilion : Token::yellow;
        row.name = each.process.name;
        row.detail = each.process.running ? each.role : "down";
        row.numbers = {{std::to_string(each.epoch.value)}, {offset_text(each.log_end)}};
        row.subject = Subject::node(each.process.name);
        rows.push_back(std::move(row));
    }
    sheet.blocks.emplace_back(Heading{"Metadata quorum", "epoch · log end"});
    sheet.blocks.emplace_back(std::move(rows));
    return sheet;
}

Sheet node_sheet(const Asked& asked)
{
    const std::string& name = asked.subject.name;
    for (const auto& each : asked.snapshot.brokers) {
        if (each.process.name == name) return broker_sheet(asked, each);
    }
    for (const auto& each : asked.snapshot.controllers) {
        if (each.process.name == name) return controller_sheet(asked, each);
    }
    for (const auto& each : asked.snapshot.producers) {
        if (each.process.name == name) return producer_sheet(asked, each);
    }
    for (const auto& each : asked.snapshot.consumers) {
        if (each.process.name == name) return consumer_sheet(asked, each);
    }
    return {Icon::question_circle, name, {Paragraph{"The run has nothing of this name now."}}};
}

Token token_of(Snapshot::Purpose purpose)
{
    using Purpose = Snapshot::Purpose;
    switch (purpose) {
        case Purpose::produce: return Token::orange;
        case Purpose::acknowledgement: return Token::green;
        case Purpose::replica_fetch: return Token::sky;
        case Purpose::consumer_fetch: return Token::purple;
        case Purpose::control: break;
    }
    return Token::yellow;
}

/// 0 to 1; 0 while it has not left.
double share_of_way(const Snapshot::Flight& flight, Time now)
{
    if (flight.deliver_at == never || flight.deliver_at <= flight.sent_at) return 0;
    const auto way = static_cast<double>((flight.deliver_at - flight.sent_at).nanoseconds);
    return std::clamp(static_cast<double>((now - flight.sent_at).nanoseconds) / way, 0.0, 1.0);
}

Sheet flight_sheet(const Snapshot& snapshot, const Snapshot::Flight& flight)
{
    const bool has_left = flight.deliver_at != never;
    const double share = share_of_way(flight, snapshot.at);
    const Token token = token_of(flight.purpose);
    Sheet sheet{Icon::share, flight.api, {}};
    const auto end = [&](std::string label, const std::string& name) {
        return Fact{std::move(label), name, Token::text_hi, 2, Subject::node(name)};
    };
    sheet.blocks.emplace_back(
        FactGrid{end("From", flight.from),
                 end("To", flight.to),
                 {"API", flight.api, token, 2, {}},
                 {"Kind", flight.request ? "request" : "answer"},
                 {"Size", size_text(flight.bytes)},
                 {"Partition", flight.partition.empty() ? "–" : flight.partition, Token::text_hi, 2,
                  flight.partition.empty() ? Subject{} : Subject::partition(flight.partition)},
                 {"Offset", offset_text(flight.offset)},
                 {"Records", count_text(flight.records)},
                 {"Sent", seconds_text(flight.sent_at), Token::text_hi, 2, {}},
                 {"Arrives",
                  has_left ? seconds_text(flight.deliver_at) : "not left yet",
                  Token::text_hi,
                  2,
                  {}}});
    const std::string on_way = has_left ? fmt::format("{:.0f} %", share * 100) : "not left yet";
    sheet.blocks.emplace_back(Heading{"On its way", on_way});
    sheet.blocks.emplace_back(Progress{share, token});
    return sheet;
}

Sheet message_sheet(const Asked& asked)
{
    const Subject& subject = asked.subject;
    for (const auto& flight : asked.snapshot.in_flight) {
        const std::string route = flight.from + " > " + flight.to;
        const bool same = subject.name == route + " " + flight.api || subject.name == route;
        if (same && static_cast<std::uint64_t>(flight.sent_at.nanoseconds) == subject.number &&
            (subject.offset == no_offset || subject.offset == flight.offset)) {
            return flight_sheet(asked.snapshot, flight);
        }
    }
    const Time sent{static_cast<std::int64_t>(subject.number)};
    Sheet sheet{Icon::share, "message", {}};
    sheet.blocks.emplace_back(Paragraph{subject.name, Token::text_hi, true});
    sheet.blocks.emplace_back(Paragraph{
        sent > asked.snapshot.at
            ? fmt::format("It is sent at {}, after this instant.", seconds_text(sent))
            : fmt::format("It was sent at {} and is on its way no more.", seconds_text(sent))});
    return sheet;
}

/// The lines that this one led to at once, among those that follow it.
void add_effects(Sheet& sheet, const Asked& asked, const lab::StoryLine& cause)
{
    Rows rows;
    std::size_t looked_at = 0;
    for (const auto& line : asked.course.story) {
        if (rows.size() == most_effects || looked_at == most_looked_at) break;
        if (line.event <= cause.event) continue;
        ++looked_at;
        const auto chain = asked.course.why(line);
        if (chain.size() < 2 || chain[chain.size() - 2] != &cause) continue;
        const WhyLink link = link_of(asked.snapshot, asked.course, line);
        Row row;
        row.icon = Icon::angle_right;
        row.name = link.title;
        row.numbers = {{fmt::format("{:.3f}", static_cast<double>(line.at.nanoseconds) / 1e9),
                        Token::text_low}};
        row.subject = Subject::event(line.event);
        rows.push_back(std::move(row));
    }
    if (rows.empty()) return;
    sheet.blocks.emplace_back(Heading{"What it led to", ""});
    sheet.blocks.emplace_back(std::move(rows));
}

/// What a line of the story calls its place.
Subject place_of(const std::string& where)
{
    if (where == "script") return {};
    return where.starts_with("group ") ? Subject::group(where.substr(6)) : Subject::node(where);
}

Sheet event_sheet(const Asked& asked)
{
    Sheet sheet{Icon::flag, fmt::format("#{}", asked.subject.number), {}};
    const lab::StoryLine* line = line_of(asked.course, asked.subject.number);
    if (line == nullptr) {
        sheet.blocks.emplace_back(Paragraph{"The story does not tell of this event."});
        return sheet;
    }
    const bool ahead = line->event > asked.snapshot.event;
    sheet.blocks.emplace_back(FactGrid{
        {"Time", seconds_text(line->at), Token::text_hi, 2, {}},
        {"Event", count_text(static_cast<std::int64_t>(line->event)), Token::text_hi, 2, {}},
        {"Where", line->where, Token::text_hi, 2, place_of(line->where)},
        {"At the playhead",
         ahead ? "yet to come" : "has happened",
         ahead ? Token::orange : Token::text_hi,
         2,
         {}}});
    sheet.blocks.emplace_back(Paragraph{with_arrows(line->text), Token::text_hi});
    add_why(sheet, asked);
    add_effects(sheet, asked, *line);
    return sheet;
}

Sheet run_sheet(const Asked& asked)
{
    const Snapshot& snapshot = asked.snapshot;
    Sheet sheet;
    sheet.blocks.emplace_back(Paragraph{snapshot.title, Token::text_hi, true, 3});
    sheet.blocks.emplace_back(
        FactGrid{{"Scenario", snapshot.scenario, Token::text_hi, 2, {}},
                 {"Leg", snapshot.leg.empty() ? "–" : snapshot.leg, Token::text_hi, 2, {}},
                 {"Seed", std::to_string(snapshot.seed)},
                 {"Event", count_text(static_cast<std::int64_t>(snapshot.event))},
                 {"Hash", fmt::format("{:016x}", snapshot.hash), Token::text_hi, 2, {}}});
    add_why(sheet, asked);
    for (const auto& group : snapshot.groups) add_lags(sheet, snapshot, group);
    Checks all;
    for (const auto& partition : snapshot.partitions) {
        const Checks own = checks_of(partition);
        if (all.empty()) all = own;
        for (std::size_t i = 0; i < own.size() && i < all.size(); ++i) {
            const bool is_broken = own[i].holds == false && all[i].holds != false;
            if (is_broken) all[i] = {own[i].text, false, partition.name};
            if (!all[i].holds) all[i].holds = own[i].holds;
        }
    }
    if (!all.empty()) {
        sheet.blocks.emplace_back(Heading{"Checked at this instant", "all partitions"});
        sheet.blocks.emplace_back(std::move(all));
    }
    for (const std::string& each : asked.snapshot.violated) {
        sheet.blocks.emplace_back(Paragraph{"Violated. " + each, Token::vermilion});
    }
    sheet.blocks.emplace_back(Paragraph{
        "Click a broker, a partition, a record, a group, a message or an event: this panel then "
        "tells what it is and why it is as it is. Esc comes back here.",
        Token::text_low});
    return sheet;
}

}  // namespace

std::string count_text(std::int64_t count)
{
    std::string text = std::to_string(count);
    const std::size_t first = count < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3; at -= 3) text.insert(at - 3, 1, ' ');
    return text;
}

std::string size_text(std::int64_t bytes)
{
    const auto size = static_cast<double>(bytes);
    if (bytes < 10'000) return count_text(bytes) + " B";
    if (size < 1024.0 * 1000) return fmt::format("{:.1f} KiB", size / 1024);
    if (size < 1024.0 * 1024 * 1000) return fmt::format("{:.1f} MiB", size / (1024.0 * 1024));
    return fmt::format("{:.1f} GiB", size / (1024.0 * 1024 * 1024));
}

std::string seconds_text(Time at)
{
    return fmt::format("{:.6f} s", static_cast<double>(at.nanoseconds) / 1e9);
}

std::string offset_text(Offset offset)
{
    return offset == no_offset ? "–" : std::to_string(offset.value);
}

std::string broker_name(BrokerId id)
{
    return id == no_broker ? "none" : fmt::format("B{}", id.value);
}

std::string list_text(const BrokerList& brokers)
{
    const std::string text = lab::to_text(brokers);
    return brokers.empty() ? "–" : text.substr(1, text.size() - 2);
}

Fact state_fact(const Snapshot::Process& process)
{
    if (!process.running) return {"State", "down", Token::vermilion};
    if (process.paused) return {"State", "paused", Token::orange};
    return {"State", "running", Token::green};
}

Row::Number behind_of(const Snapshot::Partition& partition, const Snapshot::Replica& replica)
{
    const Snapshot::Replica* leader = running_leader_of(partition);
    if (leader == nullptr || leader == &replica || !replica.exists) return {"", Token::text_low};
    const std::int64_t behind = leader->log_end - replica.log_end;
    if (behind < 0) return {"+" + count_text(-behind), Token::vermilion};
    return {count_text(behind), behind == 0 || replica.in_isr ? Token::text_mid : Token::orange};
}

void add_why(Sheet& sheet, const Asked& asked)
{
    auto why = why_of(asked.snapshot, asked.course, asked.subject);
    if (why && !why->links.empty()) sheet.blocks.emplace_back(std::move(*why));
}

Sheet sheet_of(const Asked& asked)
{
    const Subject& subject = asked.subject;
    using Kind = Subject::Kind;
    if (subject.kind == Kind::node) return node_sheet(asked);
    if (subject.kind == Kind::message) return message_sheet(asked);
    if (subject.kind == Kind::event) return event_sheet(asked);
    if (subject.kind == Kind::group) {
        for (const auto& group : asked.snapshot.groups) {
            if (group.name == subject.name) return group_sheet(asked, group);
        }
        return new_group_sheet(asked);
    }
    if (subject.kind == Kind::partition || subject.kind == Kind::record) {
        const auto* partition = asked.snapshot.partition_named(subject.name);
        if (partition == nullptr) {
            return {Icon::database, subject.name, {Paragraph{"There is no such partition now."}}};
        }
        return subject.kind == Kind::record ? record_sheet(asked, *partition)
                                            : partition_sheet(asked, *partition);
    }
    return run_sheet(asked);
}

}  // namespace gregor::visualizer
