#include "model/lab/event_text.h"
#include "model/lab/segments_text.h"
#include "model/lab/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

/// Lines of one page, under headings.
class Page {
public:
    template <class... Values>
    void line(fmt::format_string<Values...> format, Values&&... values)
    {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
        while (!text_.empty() && text_.back() == ' ') text_.pop_back();
        text_ += '\n';
    }
    void heading(std::string_view title) { text_ += fmt::format("\n{}\n", title); }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string state_of(const Snapshot::Process& process)
{
    if (!process.running) return "down";
    return process.paused ? "paused" : "running";
}

std::string state_of(const Snapshot::Broker& broker)
{
    const std::string metadata = !broker.registered              ? "not registered"
                                 : broker.in_controlled_shutdown ? "in controlled shutdown"
                                 : broker.fenced                 ? "fenced"
                                                                 : "active";
    return fmt::format("{:<8} {}", state_of(broker.process), metadata);
}

std::string offset_text(Offset offset)
{
    return offset.value < 0 ? "-" : std::to_string(offset.value);
}

std::string broker_text(BrokerId id)
{
    return id == no_broker ? "none" : std::to_string(id.value);
}

std::string size_of_log(const Snapshot::Replica& replica)
{
    if (!replica.exists || replica.log == nullptr) return "no log yet";
    const std::size_t segments = replica.log->segments().size();
    return fmt::format("{} B in {} segment{}", replica.log_bytes, segments,
                       segments == 1 ? "" : "s");
}

void write_brokers(const Snapshot& snapshot, Page& page)
{
    page.heading("Brokers");
    for (const Snapshot::Broker& each : snapshot.brokers) {
        page.line(
            "  {:<14} {:<32} epoch {:<6} leads {:<3} follows {:<3} metadata to {:<6} "
            "waiting: {} produce, {} fetch",
            each.process.name, state_of(each), each.epoch.value, each.leads, each.follows,
            each.metadata_offset.value, each.waiting_produces, each.waiting_fetches);
    }
    page.heading("Controllers (KRaft metadata quorum)");
    for (const Snapshot::Controller& each : snapshot.controllers) {
        page.line("  {:<14} {:<8} {:<11} epoch {:<3} leader {:<4} log end {:<6} HW {:<6} {}",
                  each.process.name, state_of(each.process), each.role, each.epoch.value,
                  broker_text(each.leader), each.log_end.value, each.high_watermark.value,
                  each.active ? "active controller" : "");
    }
}

void write_partitions(const Snapshot& snapshot, Page& page)
{
    page.heading("Partitions");
    std::int64_t internal = 0;
    std::int64_t without_leader = 0;
    std::int64_t under_replicated = 0;
    for (const Snapshot::Partition& each : snapshot.partitions) {
        if (each.internal) {
            ++internal;
            if (each.leader == no_broker) ++without_leader;
            if (each.isr.size() < each.replicas.size()) ++under_replicated;
            continue;
        }
        page.line("  {:<14} leader {:<5} epoch {:<3} ISR {:<10} ELR {:<8} partition epoch {}",
                  each.name, broker_text(each.leader), each.leader_epoch.value, to_text(each.isr),
                  to_text(each.eligible_leader_replicas), each.partition_epoch.value);
        for (const Snapshot::Replica& replica : each.replicas) {
            page.line(
                "      on broker {:<3} {:<8} {:<10} from {:<6} LEO {:<8} HW {:<8} epoch {:<3} "
                "{}",
                replica.broker.value,
                !replica.running ? "down"
                : replica.leads  ? "leader"
                                 : "follower",
                replica.in_isr ? "in ISR" : "not in ISR", replica.log_start.value,
                replica.log_end.value, replica.high_watermark.value, replica.leader_epoch.value,
                size_of_log(replica));
        }
    }
    if (internal > 0) {
        page.line("  {}: {} partitions, {} without a leader, {} under-replicated", offsets_topic,
                  internal, without_leader, under_replicated);
    }
}

void write_clients(const Snapshot& snapshot, Page& page)
{
    if (!snapshot.producers.empty()) page.heading("Producers");
    for (const Snapshot::Producer& each : snapshot.producers) {
        page.line(
            "  {:<14} {:<8} sent {:<8} acknowledged {:<8} failed {:<6} unknown {:<6} "
            "buffered {} B, {} requests in flight{}",
            each.process.name, state_of(each.process), each.sent, each.acknowledged, each.failed,
            each.unknown, each.buffered_bytes, each.requests_in_flight,
            each.waits_for.empty() ? "" : ", send() waits for " + each.waits_for);
    }
    if (!snapshot.consumers.empty()) page.heading("Consumers");
    for (const Snapshot::Consumer& each : snapshot.consumers) {
        page.line("  {:<14} {:<8} {}, delivered {}, buffered {} B{}", each.process.name,
                  state_of(each.process), each.thread, each.delivered, each.buffered_bytes,
                  each.group.empty() ? ""
                                     : fmt::format("; group {}, {}, generation {}", each.group,
                                                   each.membership, each.generation));
        for (const Snapshot::Consumed& part : each.assignment) {
            page.line("      {:<14} position {:<8} committed {:<8} HW {:<8} lag {:<6} {}",
                      part.partition, offset_text(part.position), offset_text(part.committed),
                      offset_text(part.high_watermark), part.lag, part.state);
        }
    }
    if (!snapshot.groups.empty()) page.heading("Groups (committed offsets)");
    for (const Snapshot::Group& group : snapshot.groups) {
        page.line("  {}: generation {}, {} members", group.name, group.generation, group.members);
        for (const Snapshot::Committed& each : group.partitions) {
            page.line("      {:<14} committed {:<8} lag {:<8} owner {}", each.partition,
                      offset_text(each.committed), each.lag,
                      each.owner.empty() ? "none" : each.owner);
        }
    }
}

void write_network(const Snapshot& snapshot, Page& page)
{
    page.heading(fmt::format("Messages in flight: {}", snapshot.in_flight.size()));
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < std::min(most, snapshot.in_flight.size()); ++i) {
        const Snapshot::Flight& each = snapshot.in_flight[i];
        page.line("  {:<14} -> {:<14} {:<22} {:>8} B  sent {}, {}", each.from, each.to,
                  fmt::format("{} {}", each.api, each.request ? "request" : "response"), each.bytes,
                  exact_seconds(each.sent_at),
                  each.deliver_at == never ? "waits to leave"
                                           : "arrives " + exact_seconds(each.deliver_at));
    }
    if (snapshot.in_flight.size() > most) {
        page.line("  ... and {} more", snapshot.in_flight.size() - most);
    }
    if (!snapshot.cuts.empty()) page.heading("Cut (one direction each)");
    for (const Snapshot::Cut& each : snapshot.cuts) page.line("  {} -> {}", each.from, each.to);
}

Json list_of(const BrokerList& brokers)
{
    Json list = Json::array();
    for (const BrokerId each : brokers) list.push_back(each.value);
    return list;
}

template <class List, class Make>
Json array_of(const List& list, Make&& make)
{
    Json array = Json::array();
    for (const auto& each : list) array.push_back(make(each));
    return array;
}

Json json_of(const Snapshot::Process& process)
{
    return {{"node", process.name}, {"running", process.running}, {"paused", process.paused}};
}

Json json_of(const Snapshot::Broker& each)
{
    Json json = json_of(each.process);
    json.update({{"id", each.id.value},
                 {"registered", each.registered},
                 {"fenced", each.fenced},
                 {"in_controlled_shutdown", each.in_controlled_shutdown},
                 {"broker_epoch", each.epoch.value},
                 {"rack", each.rack},
                 {"metadata_offset", each.metadata_offset.value},
                 {"leads", each.leads},
                 {"follows", each.follows},
                 {"log_bytes", each.log_bytes},
                 {"waiting_produces", each.waiting_produces},
                 {"waiting_fetches", each.waiting_fetches}});
    return json;
}

Json json_of(const Snapshot::Controller& each)
{
    Json json = json_of(each.process);
    json.update({{"id", each.id.value},
                 {"active", each.active},
                 {"role", each.role},
                 {"epoch", each.epoch.value},
                 {"leader", each.leader.value},
                 {"log_end_offset", each.log_end.value},
                 {"high_watermark", each.high_watermark.value}});
    return json;
}

Json json_of(const Snapshot::Partition& each)
{
    const auto replica_json = [](const Snapshot::Replica& replica) {
        return Json{{"broker", replica.broker.value},
                    {"running", replica.running},
                    {"in_isr", replica.in_isr},
                    {"leads", replica.leads},
                    {"leader_epoch", replica.leader_epoch.value},
                    {"log_start_offset", replica.log_start.value},
                    {"log_end_offset", replica.log_end.value},
                    {"high_watermark", replica.high_watermark.value},
                    {"segments", segments_json(replica)}};
    };
    return {{"partition", each.name},
            {"leader", each.leader.value},
            {"leader_epoch", each.leader_epoch.value},
            {"partition_epoch", each.partition_epoch.value},
            {"isr", list_of(each.isr)},
            {"elr", list_of(each.eligible_leader_replicas)},
            {"replicas", array_of(each.replicas, replica_json)}};
}

Json json_of(const Snapshot::Producer& each)
{
    Json json = json_of(each.process);
    json.update({{"sent", each.sent},
                 {"acknowledged", each.acknowledged},
                 {"failed", each.failed},
                 {"unknown", each.unknown},
                 {"retried", each.retried},
                 {"buffered_bytes", each.buffered_bytes},
                 {"requests_in_flight", each.requests_in_flight},
                 {"waits_for", each.waits_for}});
    return json;
}

Json json_of(const Snapshot::Consumer& each)
{
    const auto consumed_json = [](const Snapshot::Consumed& part) {
        return Json{{"partition", part.partition},
                    {"state", part.state},
                    {"position", part.position.value},
                    {"committed", part.committed.value},
                    {"high_watermark", part.high_watermark.value},
                    {"lag", part.lag}};
    };
    Json json = json_of(each.process);
    json.update({{"group", each.group},
                 {"member_id", each.member_id},
                 {"membership", each.membership},
                 {"generation", each.generation},
                 {"thread", each.thread},
                 {"delivered", each.delivered},
                 {"processed", each.processed},
                 {"buffered_bytes", each.buffered_bytes},
                 {"assignment", array_of(each.assignment, consumed_json)}});
    return json;
}

Json json_of(const Snapshot::Group& group)
{
    const auto committed_json = [](const Snapshot::Committed& each) {
        return Json{{"partition", each.partition},
                    {"owner", each.owner},
                    {"committed", each.committed.value},
                    {"lag", each.lag}};
    };
    return {{"group", group.name},
            {"generation", group.generation},
            {"members", group.members},
            {"partitions", array_of(group.partitions, committed_json)}};
}

Json json_of(const Snapshot::Flight& each)
{
    Json json{{"from", each.from},        {"to", each.to},
              {"api", each.api},          {"is", each.request ? "request" : "response"},
              {"size_bytes", each.bytes}, {"sent_ms", in_milliseconds(each.sent_at - Time{})},
              {"deliver_ms", nullptr}};
    if (each.deliver_at != never) json["deliver_ms"] = in_milliseconds(each.deliver_at - Time{});
    return json;
}

}  // namespace

std::string Snapshot::to_text() const
{
    Page page;
    page.line("{}{} at {}, after event {} (seed {}, hash {:016x})", scenario,
              leg.empty() ? "" : ", leg " + leg, exact_seconds(at), event, seed, hash);
    write_brokers(*this, page);
    write_partitions(*this, page);
    write_clients(*this, page);
    write_network(*this, page);
    return page.take();
}

nlohmann::json Snapshot::to_json() const
{
    const auto any = [](const auto& each) { return json_of(each); };
    const auto cut_json = [](const Cut& each) {
        return Json{{"from", each.from}, {"to", each.to}};
    };
    return {{"gregor", 1},
            {"scenario", scenario},
            {"leg", leg},
            {"seed", seed},
            {"time_ms", in_milliseconds(at - Time{})},
            {"event", event},
            {"hash", fmt::format("{:016x}", hash)},
            {"brokers", array_of(brokers, any)},
            {"controllers", array_of(controllers, any)},
            {"partitions", array_of(partitions, any)},
            {"producers", array_of(producers, any)},
            {"consumers", array_of(consumers, any)},
            {"groups", array_of(groups, any)},
            {"messages", array_of(in_flight, any)},
            {"cuts", array_of(cuts, cut_json)}};
}

}  // namespace gregor::lab
