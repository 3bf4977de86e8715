#include "model/consumer/committed_filter.h"
#include "model/lab/record_numbers.h"
#include "model/lab/run_view.h"
#include "model/topic_names.h"

#include <algorithm>

namespace gregor::lab {

/// Reading the processes of a run: who leads, what is where.

BrokerId RunView::active_controller() const
{
    const ClusterLayout& layout = names().layout;
    BrokerId active = no_broker;
    QuorumEpoch epoch{-1};
    for (std::int32_t i = 0; i < layout.controllers; ++i) {
        const NodeId node{layout.brokers + i};
        const gregor::Controller* controller = kernel().process(node).controller();
        if (controller == nullptr || !kernel().running(node) || !controller->is_active()) continue;
        if (controller->epoch() <= epoch) continue;
        epoch = controller->epoch();
        active = layout.id_of(node);
    }
    return active;
}

const MetadataImage* RunView::image() const
{
    const ClusterLayout& layout = names().layout;
    const BrokerId active = active_controller();
    if (active != no_broker) {
        return &kernel().process(layout.node_of(active)).controller()->image();
    }
    const MetadataImage* freshest = nullptr;
    for (std::int32_t i = 0; i < layout.brokers; ++i) {
        const MetadataImage& own = kernel().process(NodeId{i}).broker()->image();
        if (freshest == nullptr || own.next_offset() > freshest->next_offset()) freshest = &own;
    }
    return freshest;
}

const PartitionRecord* RunView::partition(TopicPartition partition) const
{
    const MetadataImage* known = image();
    return known == nullptr || partition.topic == no_topic ? nullptr : known->partition(partition);
}

std::vector<TopicPartition> RunView::partitions_of(TopicId topic) const
{
    std::vector<TopicPartition> all;
    const MetadataImage* known = image();
    if (known == nullptr || topic == no_topic) return all;
    const TopicImage* found = known->topic(topic);
    for (std::size_t i = 0; found != nullptr && i < found->partitions.size(); ++i) {
        all.push_back({topic, static_cast<std::int32_t>(i)});
    }
    return all;
}

std::vector<TopicPartition> RunView::partitions() const
{
    std::vector<TopicPartition> all;
    for (std::size_t i = 0; i < names().topics.size(); ++i) {
        if (is_internal_topic(names().topics[i])) continue;
        const auto own = partitions_of(TopicId{static_cast<std::int32_t>(i)});
        all.insert(all.end(), own.begin(), own.end());
    }
    return all;
}

bool RunView::online(BrokerId broker) const
{
    const ClusterLayout& layout = names().layout;
    if (broker == no_broker) return false;
    const NodeId node = layout.node_of(broker);
    const bool exists = broker.value > 100 ? layout.is_controller(node)
                                           : broker.value > 0 && layout.is_broker(node);
    return exists && kernel().running(node);
}

const Replica* RunView::replica(BrokerId broker, TopicPartition partition) const
{
    if (broker.value < 1 || broker.value > names().layout.brokers || partition.topic == no_topic) {
        return nullptr;
    }
    const gregor::Broker* process = kernel().process(names().layout.node_of(broker)).broker();
    return process == nullptr ? nullptr : process->replica(partition);
}

const Replica* RunView::serving(TopicPartition tp) const
{
    const PartitionRecord* record = partition(tp);
    if (record == nullptr || !online(record->leader)) return nullptr;
    const Replica* found = replica(record->leader, tp);
    return found != nullptr && found->is_leader() ? found : nullptr;
}

void RunView::add_records(const UnifiedLog& log, TopicPartition partition, ClientId client,
                          Offset from_offset, Offset bound, IntervalSet& into) const
{
    // Batches of one stream that follow each other are looked up at once.
    std::int64_t first = 0;
    std::int64_t next = -1;
    const auto flush = [&] {
        if (next > first) history().add_sequences(client, partition, first, next - first, into);
    };
    log.for_each([&](const RecordBatch& batch) {
        if (batch.client != client || batch.base_offset >= bound) return;
        const std::int64_t end = batch.first_number + (bound - batch.base_offset);
        const std::int64_t begin = batch.first_number + (from_offset - batch.base_offset);
        visit_numbers(batch, [&](std::int64_t from, std::int64_t count) {
            if (from >= end || from + count <= begin) return;
            if (from < begin) {
                count -= begin - from;
                from = begin;
            }
            if (from != next) {
                flush();
                first = from;
            }
            next = std::min(from + count, end);
        });
    });
    flush();
}

IntervalSet RunView::readable(TopicId topic, ClientId client) const
{
    IntervalSet records;
    for (const TopicPartition each : partitions_of(topic)) {
        const Replica* leader = serving(each);
        if (leader == nullptr) continue;
        IntervalSet own;
        add_records(leader->log, each, client, leader->log.log_start_offset(),
                    leader->high_watermark(), own);
        records = records.united_with(own);
    }
    return records;
}

IntervalSet RunView::readable_committed(TopicId topic, ClientId client) const
{
    IntervalSet records;
    for (const TopicPartition each : partitions_of(topic)) {
        const Replica* leader = serving(each);
        if (leader == nullptr) continue;
        const UnifiedLog& log = leader->log;
        const Offset bound = std::min(log.last_stable_offset(), leader->high_watermark());
        std::vector<CommittedFilter::Aborted> aborted;
        for (const auto& one : log.aborted_transactions(log.log_start_offset(), bound)) {
            aborted.push_back({one.producer, one.first_offset});
        }
        CommittedFilter filter(std::move(aborted));
        log.walk(log.log_start_offset(), [&](const RecordBatch& batch) {
            if (batch.base_offset >= bound) return false;
            if (filter.delivers(batch) && batch.client == client) {
                visit_numbers(batch, [&](std::int64_t first, std::int64_t count) {
                    history().add_sequences(client, each, first, count, records);
                });
            }
            return true;
        });
    }
    return records;
}

std::optional<std::int64_t> RunView::lag(const std::string& group, TopicPartition tp) const
{
    const Replica* leader = serving(tp);
    Offset end;
    Offset start;
    if (leader != nullptr) {
        end = leader->high_watermark();
        start = leader->log.log_start_offset();
    } else {
        bool found = false;
        for (std::int32_t id = 1; id <= names().layout.brokers; ++id) {
            const Replica* each = replica(BrokerId{id}, tp);
            if (each == nullptr || (found && each->high_watermark() <= end)) continue;
            end = each->high_watermark();
            start = each->log.log_start_offset();
            found = true;
        }
        if (!found) return std::nullopt;
    }
    const History::Commits& commits = history().commits(group);
    const auto committed = commits.find(tp);
    if (committed != commits.end()) start = std::max(start, committed->second);
    return std::max<std::int64_t>(0, end - start);
}

ClientId RunView::only_writer(const std::vector<TopicPartition>& partitions) const
{
    ClientId writer = no_client;
    for (std::size_t i = 0; i < history().client_count(); ++i) {
        const ClientId id{static_cast<std::int16_t>(i)};
        for (const auto& [partition, stream] : history().client(id).streams) {
            if (std::ranges::find(partitions, partition) == partitions.end()) continue;
            if (writer != no_client && writer != id) return no_client;
            writer = id;
        }
    }
    return writer;
}

}  // namespace gregor::lab
