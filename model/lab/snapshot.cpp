#include "model/lab/snapshot.h"

#include "model/lab/event_text.h"
#include "model/topic_names.h"

#include <algorithm>

namespace gregor::lab {

namespace {

std::string_view text_of(PositionState state)
{
    switch (state) {
        case PositionState::unset: return "no position";
        case PositionState::needs_reset: return "needs reset";
        case PositionState::resetting: return "resetting";
        case PositionState::needs_validation: return "needs validation";
        case PositionState::validating: return "validating";
        case PositionState::ready: return "fetching";
    }
    return "";
}

std::string_view text_of(MemberState state)
{
    switch (state) {
        case MemberState::unjoined: return "unjoined";
        case MemberState::joining: return "joining";
        case MemberState::syncing: return "syncing";
        case MemberState::stable: return "stable";
    }
    return "";
}

std::string_view text_of(gregor::Consumer::Thread thread)
{
    using Thread = gregor::Consumer::Thread;
    switch (thread) {
        case Thread::polling: return "in poll()";
        case Thread::preparing_rejoin: return "committing before a rebalance";
        case Thread::unpacking: return "decompressing in poll()";
        case Thread::committing: return "in commitSync()";
        case Thread::processing: return "processing";
        case Thread::idle: return "idle";
        case Thread::closing: return "in close()";
        case Thread::failed: return "ended by an exception";
    }
    return "";
}

/// What a message carries: the first partition, where its records begin, how many there are.
struct Content {
    std::optional<TopicPartition> partition;
    Offset offset{no_offset};
    std::int64_t records = 0;
};
struct ContentOf {
    template <class Other>
    Content operator()(const Other&) const
    {
        return {};
    }
    Content operator()(const ProduceRequest& request) const
    {
        Content content;
        for (const auto& each : request.partitions) {
            if (!content.partition) content.partition = each.partition;
            content.records += each.batch.record_count;
        }
        return content;
    }
    Content operator()(const ProduceResponse& response) const
    {
        if (response.partitions.empty()) return {};
        return {response.partitions[0].partition, response.partitions[0].base_offset, 0};
    }
    Content operator()(const FetchRequest& request) const
    {
        if (request.partitions.empty()) return {};
        return {request.partitions[0].partition, request.partitions[0].fetch_offset, 0};
    }
    Content operator()(const FetchResponse& response) const
    {
        Content content;
        for (const auto& each : response.partitions) {
            if (!each.records.empty() && content.records == 0) {
                content.partition = each.partition;
                content.offset = each.records.front().base_offset;
            }
            for (const RecordBatch& batch : each.records) content.records += batch.record_count;
        }
        return content;
    }
};

Snapshot::Purpose purpose_of(const Message& message, bool between_brokers)
{
    using Purpose = Snapshot::Purpose;
    if (std::holds_alternative<ProduceRequest>(message.body)) return Purpose::produce;
    if (std::holds_alternative<ProduceResponse>(message.body)) return Purpose::acknowledgement;
    if (std::holds_alternative<FetchRequest>(message.body) ||
        std::holds_alternative<FetchResponse>(message.body)) {
        return between_brokers ? Purpose::replica_fetch : Purpose::consumer_fetch;
    }
    return Purpose::control;
}

/// Looks at one run and fills in a snapshot, part by part.
class Photographer {
public:
    Photographer(const Simulation& simulation, Snapshot& out)
        : simulation_(simulation),
          kernel_(simulation.kernel()),
          names_(simulation.names()),
          image_(committed_metadata(kernel_, names_.layout)),
          out_(out)
    {
    }

    void take()
    {
        for (std::int32_t i = 0; i < static_cast<std::int32_t>(kernel_.node_count()); ++i) {
            const KafkaNode& node = kernel_.process(NodeId{i});
            if (node.broker() != nullptr) take(NodeId{i}, *node.broker());
            if (node.controller() != nullptr) take(NodeId{i}, *node.controller());
            if (node.producer() != nullptr) take(NodeId{i}, *node.producer());
            if (node.consumer() != nullptr) take(NodeId{i}, *node.consumer());
        }
        for (const auto& topic : image_.topics()) {
            for (const auto& partition : topic->partitions) take(*partition);
        }
        for (const auto& [group, commits] : simulation_.history().groups()) take(group, commits);
        take_messages();
        take_cuts();
    }

private:
    Snapshot::Process process(NodeId id) const
    {
        return {names_.of(id), kernel_.running(id), kernel_.paused(id)};
    }
    bool is_broker(NodeId id) const { return kernel_.process(id).broker() != nullptr; }
    const gregor::Broker* broker(BrokerId id) const
    {
        if (id.value < 1 || id.value > names_.layout.brokers) return nullptr;
        return kernel_.process(names_.layout.node_of(id)).broker();
    }

    void take(NodeId id, const gregor::Broker& broker)
    {
        Snapshot::Broker& shown = out_.brokers.emplace_back();
        shown.process = process(id);
        shown.id = broker.id();
        if (const BrokerRegistration* registration = image_.broker(broker.id())) {
            shown.registered = true;
            shown.fenced = registration->fenced;
            shown.in_controlled_shutdown = registration->in_controlled_shutdown;
            shown.epoch = registration->epoch;
            shown.rack = registration->rack;
        }
        shown.metadata_offset = broker.image().next_offset();
        for (const gregor::Replica& replica : broker.replicas()) {
            if (replica.removed) continue;
            ++(replica.is_leader() ? shown.leads : shown.follows);
            shown.log_bytes += replica.log.size_in_bytes();
        }
        shown.waiting_produces = static_cast<std::int64_t>(broker.waiting_produces());
        shown.waiting_fetches = static_cast<std::int64_t>(broker.waiting_fetches());
    }

    void take(NodeId id, const gregor::Controller& controller)
    {
        Snapshot::Controller& shown = out_.controllers.emplace_back();
        shown.process = process(id);
        shown.id = controller.id();
        shown.active = shown.process.running && controller.is_active();
        shown.role = name_of(controller.role());
        shown.epoch = controller.epoch();
        shown.leader = controller.leader();
        shown.log_end = controller.log_end();
        shown.high_watermark = controller.high_watermark();
    }

    void take(const PartitionRecord& partition)
    {
        Snapshot::Partition& shown = out_.partitions.emplace_back();
        shown.id = partition.partition;
        shown.name = names_.of(partition.partition);
        shown.internal = is_internal_topic(names_.topic(partition.partition.topic));
        shown.leader = partition.leader;
        shown.leader_epoch = partition.leader_epoch;
        shown.partition_epoch = partition.partition_epoch;
        shown.isr = partition.isr;
        shown.eligible_leader_replicas = partition.eligible_leader_replicas;
        for (const BrokerId each : partition.replicas) {
            Snapshot::Replica& replica = shown.replicas.emplace_back();
            replica.broker = each;
            replica.in_isr = contains(partition.isr, each);
            const gregor::Broker* owner = broker(each);
            if (owner == nullptr) continue;
            replica.running = kernel_.running(names_.layout.node_of(each));
            const gregor::Replica* own = owner->replica(partition.partition);
            if (own == nullptr) continue;
            replica.exists = true;
            replica.leads = own->is_leader() && replica.running;
            replica.leader_epoch = own->leader_epoch;
            replica.log_start = own->log.log_start_offset();
            replica.log_end = own->log.log_end_offset();
            replica.high_watermark = own->high_watermark();
            replica.log_bytes = own->log.size_in_bytes();
            replica.log = std::make_shared<const UnifiedLog>(own->log);
        }
    }

    const History::Client* history(ClientId id) const
    {
        const auto index = static_cast<std::size_t>(id.value);
        return index < simulation_.history().client_count() ? &simulation_.history().client(id)
                                                            : nullptr;
    }

    void take(NodeId id, const gregor::Producer& producer)
    {
        Snapshot::Producer& shown = out_.producers.emplace_back();
        shown.process = process(id);
        shown.process.paused = shown.process.paused || producer.paused();
        if (const History::Client* seen = history(producer.settings().id)) {
            shown.sent = seen->sent;
            shown.acknowledged = seen->acknowledged.size();
            shown.failed = seen->failed.size();
            shown.unknown = seen->unknown.size();
            shown.retried = seen->retried;
        }
        shown.buffered_bytes = producer.buffered_bytes();
        shown.requests_in_flight = static_cast<std::int64_t>(producer.requests_in_flight());
        using Blocked = gregor::Producer::Blocked;
        if (producer.blocked() == Blocked::metadata) shown.waits_for = "metadata";
        if (producer.blocked() == Blocked::memory) shown.waits_for = "memory";
        if (producer.blocked() == Blocked::transaction) shown.waits_for = "its transaction";
        const Acks acks = producer.settings().config.acks;
        shown.acks = acks == Acks::all ? "all" : acks == Acks::leader ? "1" : "0";
        if (const auto& load = producer.settings().load) {
            shown.per_second =
                load->rate.count * seconds(1).nanoseconds / load->rate.per.nanoseconds;
        }
    }

    void take(NodeId id, const gregor::Consumer& consumer)
    {
        Snapshot::Consumer& shown = out_.consumers.emplace_back();
        shown.process = process(id);
        shown.process.paused = shown.process.paused || consumer.paused();
        shown.group = consumer.settings().config.group_id;
        shown.member_id = consumer.member_id();
        shown.generation = consumer.generation();
        shown.membership = consumer.reconciles() ? name_of(consumer.heartbeat_membership().state())
                                                 : text_of(consumer.membership().state());
        shown.thread = text_of(consumer.thread());
        shown.buffered_bytes = consumer.buffered_bytes();
        if (const History::Client* seen = history(consumer.settings().id)) {
            shown.delivered = seen->delivered_count;
            shown.processed = seen->processed_count;
        }
        const History::Commits& commits = simulation_.history().commits(shown.group);
        for (const ConsumedPartition& each : consumer.partitions()) {
            Snapshot::Consumed& consumed = shown.assignment.emplace_back();
            consumed.partition = names_.of(each.partition);
            consumed.state = text_of(each.state);
            consumed.position = each.position;
            consumed.high_watermark = each.high_watermark;
            consumed.lag = each.lag();
            const auto committed = commits.find(each.partition);
            if (committed != commits.end()) consumed.committed = committed->second;
        }
    }

    void take(const std::string& name, const History::Commits& commits)
    {
        const History& history = simulation_.history();
        Snapshot::Group& shown = out_.groups.emplace_back();
        shown.name = name;
        shown.generation = history.generation(name);
        shown.members = history.group_members(name);
        for (const auto& [partition, offset] : commits) {
            Snapshot::Committed& committed = shown.partitions.emplace_back();
            committed.partition = names_.of(partition);
            committed.committed = offset;
            const ClientId owner = history.owner(name, partition);
            if (owner != no_client) committed.owner = names_.of(owner);
            committed.lag = std::max<std::int64_t>(0, high_watermark(partition) - offset);
        }
    }

    /// As the leader has it; while that is down, the highest that a replica knows.
    Offset high_watermark(TopicPartition partition) const
    {
        Offset highest{0};
        const PartitionRecord* record = image_.partition(partition);
        if (record == nullptr) return highest;
        for (const BrokerId each : record->replicas) {
            const gregor::Broker* owner = broker(each);
            const gregor::Replica* replica = owner != nullptr ? owner->replica(partition) : nullptr;
            if (replica == nullptr) continue;
            const bool runs = kernel_.running(names_.layout.node_of(each));
            if (each == record->leader && runs) return replica->high_watermark();
            highest = std::max(highest, replica->high_watermark());
        }
        return highest;
    }

    void take_messages()
    {
        const auto& parcels = kernel_.network().parcels();
        for (std::size_t i = 0; i < parcels.size(); ++i) {
            const Parcel& parcel = parcels[i];
            if (!parcel.live) continue;
            const Message& message = kernel_.message(static_cast<std::uint32_t>(i));
            Snapshot::Flight& shown = out_.in_flight.emplace_back();
            shown.from = names_.of(parcel.from);
            shown.to = names_.of(parcel.to);
            shown.api = api_name(message);
            shown.request = is_request(message);
            shown.purpose = purpose_of(message, is_broker(parcel.from) && is_broker(parcel.to));
            const Content content = std::visit(ContentOf{}, message.body);
            if (content.partition) shown.partition = names_.of(*content.partition);
            shown.offset = content.offset;
            shown.records = content.records;
            shown.bytes = parcel.bytes;
            shown.sent_at = parcel.sent_at;
            shown.deliver_at = parcel.deliver_at;
        }
        std::ranges::stable_sort(out_.in_flight, {}, &Snapshot::Flight::deliver_at);
    }

    void take_cuts()
    {
        if (kernel_.network().topology().cut_count() == 0) return;
        const auto nodes = static_cast<std::int32_t>(kernel_.node_count());
        for (std::int32_t from = 0; from < nodes; ++from) {
            for (std::int32_t to = 0; to < nodes; ++to) {
                if (from == to || kernel_.network().passable(NodeId{from}, NodeId{to})) continue;
                out_.cuts.push_back({names_.of(NodeId{from}), names_.of(NodeId{to})});
            }
        }
    }

    const Simulation& simulation_;
    const KafkaKernel& kernel_;
    const Names& names_;
    const MetadataImage& image_;
    Snapshot& out_;
};

}  // namespace

const MetadataImage& committed_metadata(const KafkaKernel& kernel, const ClusterLayout& layout)
{
    const gregor::Controller* best = nullptr;
    for (std::int32_t i = 0; i < layout.controllers; ++i) {
        const NodeId id{layout.brokers + i};
        const gregor::Controller* each = kernel.process(id).controller();
        if (kernel.running(id) && each->is_active()) return each->image();
        if (best == nullptr || each->image().next_offset() > best->image().next_offset()) {
            best = each;
        }
    }
    return best->image();
}

Snapshot Snapshot::of(const Simulation& simulation)
{
    Snapshot snapshot;
    snapshot.scenario = simulation.scenario().id;
    snapshot.title = simulation.scenario().title;
    snapshot.leg = simulation.scenario().leg;
    snapshot.seed = simulation.seed();
    snapshot.at = simulation.now();
    snapshot.event = simulation.event_number();
    snapshot.hash = simulation.hash();
    snapshot.clients = simulation.names().clients;
    for (const Violation& each : simulation.invariants().violated()) {
        snapshot.violated.push_back(each.name + ": " + each.what);
    }
    Photographer(simulation, snapshot).take();
    return snapshot;
}

LeaderEpoch Snapshot::Replica::epoch_at(Offset offset) const
{
    if (log == nullptr || offset < log_start || offset >= log_end) return no_leader_epoch;
    return log->epochs().epoch_at(offset);
}

const Snapshot::Replica* Snapshot::Partition::replica_on(BrokerId broker) const
{
    const auto found = std::ranges::find(replicas, broker, &Replica::broker);
    return found == replicas.end() ? nullptr : &*found;
}

const Snapshot::Partition* Snapshot::partition_named(std::string_view name) const
{
    const auto found = std::ranges::find(partitions, name, &Partition::name);
    return found == partitions.end() ? nullptr : &*found;
}

std::optional<Snapshot::Batch> Snapshot::batch_at(const Replica& replica, Offset offset) const
{
    if (replica.log == nullptr || offset < replica.log_start || offset >= replica.log_end)
        return {};
    std::optional<Batch> found;
    replica.log->walk(offset, [&](const RecordBatch& batch) {
        Batch& shown = found.emplace();
        shown.first = batch.base_offset;
        shown.last = batch.last_offset();
        shown.epoch = batch.partition_leader_epoch;
        const auto client = static_cast<std::size_t>(batch.client.value);
        if (batch.client != no_client && client < clients.size()) shown.producer = clients[client];
        shown.first_number = batch.first_number;
        shown.producer_id = batch.producer_id;
        shown.producer_epoch = batch.producer_epoch;
        shown.base_sequence = batch.base_sequence;
        shown.bytes = batch.size_in_bytes;
        shown.max_timestamp_ms = batch.max_timestamp_ms;
        return false;
    });
    return found;
}

}  // namespace gregor::lab
