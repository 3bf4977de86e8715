#include "model/lab/application_contents.h"

#include <algorithm>
#include <utility>

namespace gregor::lab {

namespace {

using Content = ApplicationOccasion::Content;

const gregor::Producer* producer_of(const Applications::Context& context, ClientId client)
{
    if (client == no_client) return nullptr;
    const NodeId node{context.names.layout.first_client().value + client.value};
    return context.kernel.process(node).producer();
}

Content content_of(const History::SendRun& run)
{
    Content content;
    content.count = run.count;
    content.first_sequence = run.first_sequence;
    content.created = run.created;
    content.spacing = run.spacing;
    return content;
}

/// The records of a batch at offsets from .. from + count - 1.
std::vector<Record> explicit_records(const RecordBatch& batch, Offset from, std::int64_t count)
{
    std::vector<Record> records;
    if (batch.data == nullptr) return records;
    for (const Record& each : batch.data->records) {
        const Offset offset = batch.base_offset + each.offset_delta;
        if (from <= offset && offset < from + count) records.push_back(each);
    }
    return records;
}

/// What the producer of synthetic records made up for them.
void add_made_up(Content& content, const gregor::Producer& producer)
{
    const ProducerSettings& settings = producer.settings();
    content.value_size = settings.load ? settings.load->value_size : settings.value_size;
    for (std::int64_t i = 0; i < content.count; ++i) {
        auto key = producer.load_key(content.first_sequence + i);
        if (!key) break;
        content.keys.push_back(std::move(*key));
    }
}

/// A batch says when its last record was created by the clock of the producer's node, the history
/// when each was by the clock of the simulation.
void set_timestamps(Content& content, const RecordBatch& batch, Time last_created)
{
    if (!batch.log_append_time) {
        content.shift_ms = batch.max_timestamp_ms - to_milliseconds(last_created);
        return;
    }
    content.created = Time{};
    content.spacing = Duration{};
    content.shift_ms = batch.max_timestamp_ms;
}

void add_batch(const Applications::Context& context, const DeliveredBatch& delivered, Offset from,
               std::int64_t count, Contents& contents)
{
    const RecordBatch& batch = delivered.batch;
    const std::int64_t skipped = from - batch.base_offset;
    const auto runs = context.history.runs_of(batch.client, delivered.partition,
                                              batch.first_number + skipped, count);
    const auto whole = context.history.runs_of(batch.client, delivered.partition,
                                               batch.first_number, batch.last_offset_delta() + 1);
    const gregor::Producer* producer = producer_of(context, batch.client);
    const bool known = producer != nullptr && !whole.empty();
    std::vector<Record> records = explicit_records(batch, from, count);
    auto next = records.begin();
    for (const History::SendRun& run : runs) {
        Content& content = contents.emplace_back(content_of(run));
        if (known) {
            const History::SendRun& last = whole.back();
            set_timestamps(content, batch, last.created + last.spacing * (last.count - 1));
            add_made_up(content, *producer);
        }
        const auto end = next + std::min<std::ptrdiff_t>(content.count, records.end() - next);
        content.records.assign(next, end);
        next = end;
    }
    if (!runs.empty()) return;
    Content& content = contents.emplace_back();  // a coordinator's
    content.count = count;
    content.shift_ms = batch.max_timestamp_ms;
    content.records = std::move(records);
}

}  // namespace

Contents delivered_contents(const Applications::Context& context, NodeId node,
                            const event::RecordsDelivered& delivered)
{
    Contents contents;
    const gregor::Consumer* consumer = context.kernel.process(node).consumer();
    if (consumer == nullptr || !context.host.looks()) return contents;
    const Offset end = delivered.base_offset + delivered.record_count;
    for (const DeliveredBatch& each : consumer->delivered_batches()) {
        const Offset from = std::max(each.base_offset, delivered.base_offset);
        const Offset to = std::min(each.base_offset + each.record_count, end);
        if (each.partition != delivered.partition || to <= from) continue;
        add_batch(context, each, from, to - from, contents);
    }
    return contents;
}

Contents sent_contents(const Applications::Context& context, ClientId client,
                       TopicPartition partition, std::int64_t first_number, std::int64_t count)
{
    Contents contents;
    if (!context.host.looks()) return contents;
    for (const auto& run : context.history.runs_of(client, partition, first_number, count)) {
        contents.push_back(content_of(run));
    }
    return contents;
}

std::vector<ApplicationOccasion::Assigned> assignment_of(const Applications::Context& context,
                                                         NodeId node)
{
    std::vector<ApplicationOccasion::Assigned> assignment;
    const gregor::Consumer* consumer = context.kernel.process(node).consumer();
    if (consumer == nullptr || !context.host.looks()) return assignment;
    for (const ConsumedPartition& each : consumer->partitions()) {
        assignment.push_back({each.partition, each.position, each.high_watermark, each.paused});
    }
    return assignment;
}

std::shared_ptr<const Record> content_of(const application::Send& send)
{
    if (!send.value) return nullptr;
    auto record = std::make_shared<Record>();
    record->null_key = !send.key;
    record->key = send.key.value_or("");
    record->value = *send.value;
    for (const auto& each : send.headers) {
        record->headers.push_back({each.key, each.value.value_or(""), !each.value});
    }
    return record;
}

}  // namespace gregor::lab
