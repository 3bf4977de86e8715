#include "model/lab/event_text.h"
#include "visualizer/panels/inspector_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

/// The sheets of partitions and records.
namespace gregor::visualizer {

namespace {

using lab::Snapshot;
using Partition = Snapshot::Partition;
using Replica = Snapshot::Replica;

/// Replicas that are not in service: their process is down or paused, or they are out of the ISR.
BrokerList offline_of(const Partition& partition)
{
    BrokerList offline;
    for (const Replica& each : partition.replicas) {
        if (!each.running) offline.push_back(each.broker);
    }
    return offline;
}

/// How many records the groups have still to read of a partition: the most of any group.
std::string lag_of(const Snapshot& snapshot, const std::string& partition)
{
    std::optional<std::int64_t> most;
    for (const auto& group : snapshot.groups) {
        for (const auto& each : group.partitions) {
            const auto lag = known_lag(snapshot, each);
            if (each.partition == partition && lag) most = std::max(most.value_or(0), *lag);
        }
    }
    return most ? count_text(*most) : "–";
}

FactGrid facts_of(const Snapshot& snapshot, const Partition& partition)
{
    const Replica* leader = running_leader_of(partition);
    const bool whole = partition.isr.size() == partition.replicas.size();
    const BrokerList offline = offline_of(partition);
    const auto of_leader = [&](Offset Replica::*member) {
        return offset_text(leader == nullptr ? no_offset : leader->*member);
    };
    const bool has_leader = partition.leader != no_broker;
    FactGrid facts{
        {"Leader", broker_name(partition.leader),
         leader == nullptr ? Token::vermilion : Token::text_hi, 1,
         has_leader ? Subject::node(lab::node_name(partition.leader)) : Subject{}},
        {"Epoch", std::to_string(partition.leader_epoch.value)},
        {"ISR", list_text(partition.isr), whole ? Token::green : Token::orange},
        {"Offline", list_text(offline), offline.empty() ? Token::text_low : Token::vermilion},
        {"HW", of_leader(&Replica::high_watermark),
         leader == nullptr ? Token::text_low : Token::green},
        {"LEO", of_leader(&Replica::log_end)},
        {"Lag", lag_of(snapshot, partition.name)},
        {"Start", of_leader(&Replica::log_start)}};
    if (!partition.eligible_leader_replicas.empty()) {
        facts.push_back({"Partition epoch",
                         std::to_string(partition.partition_epoch.value),
                         Token::text_hi,
                         2,
                         {}});
        facts.push_back(
            {"ELR", list_text(partition.eligible_leader_replicas), Token::orange, 2, {}});
    }
    return facts;
}

void add_replicas(Sheet& sheet, const Partition& partition)
{
    Rows rows;
    for (const Replica& each : partition.replicas) {
        Row row;
        row.replica = state_of(partition, each);
        row.name = lab::node_name(each.broker);
        row.name[0] = 'B';
        row.detail = word_of(*row.replica, each);
        row.numbers = {{offset_text(each.exists ? each.log_end : no_offset)},
                       behind_of(partition, each)};
        row.subject = Subject::node(lab::node_name(each.broker));
        rows.push_back(std::move(row));
    }
    sheet.blocks.emplace_back(Heading{"Replicas", "log end · behind"});
    sheet.blocks.emplace_back(std::move(rows));
}

void add_groups_of(Sheet& sheet, const Snapshot& snapshot, const Partition& partition)
{
    for (const auto& group : snapshot.groups) {
        const bool reads = std::ranges::any_of(
            group.partitions, [&](const auto& each) { return each.partition == partition.name; });
        if (reads) add_lags(sheet, snapshot, group, partition.name);
    }
}

/// What became of a record on one replica, compared with the leader's log.
enum class Fate : std::uint8_t { not_there, deleted, uncommitted, committed, diverged };

Fate fate_of(const Partition& partition, const Replica& replica, Offset offset)
{
    if (!replica.exists || offset >= replica.log_end) return Fate::not_there;
    if (offset < replica.log_start) return Fate::deleted;
    const Replica* leader = partition.replica_on(partition.leader);
    if (leader == nullptr || !leader->exists || leader == &replica) {
        const Replica& judge = leader == nullptr ? replica : *leader;
        return offset < judge.high_watermark ? Fate::committed : Fate::uncommitted;
    }
    const bool differs =
        offset >= leader->log_start && leader->epoch_at(offset) != replica.epoch_at(offset);
    if (differs) return Fate::diverged;
    return offset < leader->high_watermark ? Fate::committed : Fate::uncommitted;
}

struct FateText {
    std::string_view word;
    Token token;
    Icon icon;
};

FateText text_of(Fate fate)
{
    switch (fate) {
        case Fate::not_there: return {"not there", Token::text_low, Icon::minus};
        case Fate::deleted: return {"deleted", Token::text_low, Icon::minus};
        case Fate::uncommitted: return {"not committed", Token::orange, Icon::hourglass};
        case Fate::committed: return {"committed", Token::green, Icon::check_circle};
        case Fate::diverged: return {"diverged", Token::vermilion, Icon::exclamation_triangle};
    }
    return {"", Token::text_low, Icon::none};
}

RecordBox box_of(const Snapshot::Batch& batch, Offset offset)
{
    const bool idempotent = batch.producer_id != no_producer_id;
    const std::int64_t place = offset - batch.first;
    const bool has_producer = !batch.producer.empty();
    RecordBox box;
    box.lines.push_back({"producer", has_producer ? batch.producer : "a coordinator",
                         has_producer ? Token::orange : Token::text_mid});
    if (has_producer)
        box.lines.push_back(
            {"number", fmt::format("{} in its stream", count_text(batch.first_number + place)),
             Token::sky});
    box.lines.push_back({"batch", fmt::format("{}–{}, epoch {}", batch.first.value,
                                              batch.last.value, batch.epoch.value)});
    box.lines.push_back({"sequence", idempotent ? std::to_string(batch.base_sequence + place)
                                                : "none: not idempotent"});
    if (idempotent)
        box.lines.push_back({"id", fmt::format("producer {} · epoch {}", batch.producer_id.value,
                                               batch.producer_epoch.value)});
    box.lines.push_back({"size", fmt::format("{} in all", size_text(batch.bytes))});
    box.lines.push_back({"timestamp", count_text(batch.max_timestamp_ms) + " ms, the newest"});
    return box;
}

void add_copies(Sheet& sheet, const Partition& partition, const Subject& subject)
{
    Rows rows;
    for (const Replica& each : partition.replicas) {
        const Fate fate = fate_of(partition, each, subject.offset);
        const FateText text = text_of(fate);
        const LeaderEpoch epoch = each.epoch_at(subject.offset);
        Row row;
        row.icon = text.icon;
        row.sign = text.token;
        row.name = lab::node_name(each.broker);
        row.name[0] = 'B';
        row.detail = text.word;
        row.numbers.push_back(
            {epoch == no_leader_epoch ? "–" : fmt::format("epoch {}", epoch.value),
             fate == Fate::diverged ? Token::vermilion : Token::text_mid});
        row.subject = Subject::record(partition.name, each.broker, subject.offset);
        rows.push_back(std::move(row));
    }
    sheet.blocks.emplace_back(
        Heading{fmt::format("Offset {} on each replica", subject.offset.value), ""});
    sheet.blocks.emplace_back(std::move(rows));
}

}  // namespace

const Replica* running_leader_of(const Partition& partition)
{
    const Replica* leader = partition.replica_on(partition.leader);
    return leader != nullptr && leader->running && leader->exists ? leader : nullptr;
}

ReplicaState state_of(const Partition& partition, const Replica& on)
{
    if (on.leads)
        return on.broker == partition.leader ? ReplicaState::leader : ReplicaState::stale_leader;
    if (on.broker == partition.leader) return ReplicaState::stale_leader;
    return on.in_isr && on.running ? ReplicaState::in_sync : ReplicaState::out_of_sync;
}

std::string_view word_of(ReplicaState state, const Replica& replica)
{
    if (!replica.running) return "down";
    switch (state) {
        case ReplicaState::leader: return "leader";
        case ReplicaState::in_sync: return "in sync";
        case ReplicaState::out_of_sync: return "out of the ISR";
        case ReplicaState::stale_leader: return replica.leads ? "stale leader" : "leader to be";
    }
    return "";
}

Checks checks_of(const Partition& partition)
{
    const Replica* leader = running_leader_of(partition);
    bool one_leader = true, within = true, agree = true;
    for (const Replica& each : partition.replicas) {
        for (const Replica& other : partition.replicas) {
            one_leader &= &each == &other || !each.leads || !other.leads ||
                          each.leader_epoch != other.leader_epoch;
        }
        if (leader == nullptr || !each.exists || !each.in_isr) continue;
        within &= leader->high_watermark <= each.log_end;
        const Offset last{leader->high_watermark.value - 1};
        const LeaderEpoch theirs = each.epoch_at(last), ours = leader->epoch_at(last);
        agree &= theirs == ours || theirs == no_leader_epoch || ours == no_leader_epoch;
    }
    const bool in_isr = partition.leader == no_broker || contains(partition.isr, partition.leader);
    const auto if_led = [&](bool holds) {
        return leader == nullptr ? std::nullopt : std::optional(holds);
    };
    return {{"One leader per epoch", one_leader},
            {"The leader is in the ISR", in_isr},
            {"The ISR has all below the HW", if_led(within)},
            {"Committed records agree", if_led(agree)}};
}

Sheet partition_sheet(const Asked& asked, const Partition& partition)
{
    Sheet sheet{Icon::database, partition.name, {}};
    sheet.blocks.emplace_back(facts_of(asked.snapshot, partition));
    add_why(sheet, asked);
    add_replicas(sheet, partition);
    add_groups_of(sheet, asked.snapshot, partition);
    sheet.blocks.emplace_back(
        Heading{"Checked at this instant",
                fmt::format("partition epoch {}", partition.partition_epoch.value)});
    sheet.blocks.emplace_back(checks_of(partition));
    return sheet;
}

Sheet record_sheet(const Asked& asked, const Partition& partition)
{
    const Subject& subject = asked.subject;
    Sheet sheet{Icon::file_text, fmt::format("{} @{}", partition.name, subject.offset.value), {}};
    const Replica* replica = partition.replica_on(subject.broker);
    if (replica == nullptr) {
        sheet.blocks.emplace_back(Paragraph{"This broker has no replica of the partition."});
        return sheet;
    }
    const Replica* leader = running_leader_of(partition);
    const Fate fate = fate_of(partition, *replica, subject.offset);
    const FateText text = text_of(fate);
    const LeaderEpoch epoch = replica->epoch_at(subject.offset);
    sheet.blocks.emplace_back(
        FactGrid{{"State", std::string(text.word), text.token, 2, {}},
                 {"On", broker_name(replica->broker), Token::text_hi, 1,
                  Subject::node(lab::node_name(replica->broker))},
                 {"Epoch", epoch == no_leader_epoch ? "–" : std::to_string(epoch.value)},
                 {"Leader's HW",
                  offset_text(leader == nullptr ? no_offset : leader->high_watermark),
                  Token::green,
                  2,
                  {}},
                 {"LEO here", offset_text(replica->exists ? replica->log_end : no_offset)},
                 {"Start", offset_text(replica->exists ? replica->log_start : no_offset)}});
    add_why(sheet, asked);
    if (const auto batch = asked.snapshot.batch_at(*replica, subject.offset)) {
        const std::int64_t records = batch->last - batch->first + 1;
        sheet.blocks.emplace_back(
            Heading{fmt::format("Record {}", subject.offset.value),
                    records == 1 ? std::string("a batch of its own")
                                 : fmt::format("batch {}–{} · {} records", batch->first.value,
                                               batch->last.value, records)});
        sheet.blocks.emplace_back(box_of(*batch, subject.offset));
    }
    add_copies(sheet, partition, subject);
    add_groups_of(sheet, asked.snapshot, partition);
    return sheet;
}

}  // namespace gregor::visualizer
