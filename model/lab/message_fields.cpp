#include "model/lab/message_fields.h"

#include <algorithm>
#include <concepts>
#include <type_traits>

namespace gregor::lab {

namespace {

/// Notes which of the wanted fields were seen with the wanted value: one bit a field.
class Seen {
public:
    Seen(const action::Match& match, const MatchContext& context)
        : wanted_(match.fields), context_(context)
    {
    }

    void field(std::string_view name, const Value& value)
    {
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            if (wanted_[i].first == name && equals(wanted_[i].second, value)) bits_ |= 1ULL << i;
        }
    }
    template <class Tag, class Int>
    void field(std::string_view name, Id<Tag, Int> value)
    {
        field(name, Value(static_cast<std::int64_t>(value.value)));
    }
    void field(std::string_view name, const std::string& value) { field(name, Value(value)); }
    template <std::integral Int>
    void field(std::string_view name, Int value)
    {
        field(name, Value(static_cast<std::int64_t>(value)));
    }
    void field(std::string_view name, Error value)
    {
        field(name, Value(std::string(name_of(value))));
        field(name, Value(static_cast<std::int64_t>(value)));
    }
    void batch(TopicPartition partition, const RecordBatch& batch);

    bool all() const { return bits_ == (1ULL << wanted_.size()) - 1; }
    std::uint64_t bits() const { return bits_; }
    void reset(std::uint64_t bits) { bits_ = bits; }

private:
    const std::vector<std::pair<std::string, Value>>& wanted_;
    const MatchContext& context_;
    std::uint64_t bits_ = 0;
};

/// Numbers, over all partitions, of a batch's records. Those sent in this very step are not in the
/// history yet: they follow the ones that are, which is exact as long as the step sends to one
/// partition.
IntervalSet sequences_of(const History& history, TopicPartition partition, const RecordBatch& batch)
{
    IntervalSet records;
    history.add_sequences(batch.client, partition, batch.first_number, batch.record_count, records);
    const History::Client& client = history.client(batch.client);
    const auto stream = client.streams.find(partition);
    std::int64_t known = 0;
    if (stream != client.streams.end() && !stream->second.runs.empty()) {
        const History::SendRun& last = stream->second.runs.back();
        known = last.first_number + last.count;
    }
    const std::int64_t end = batch.first_number + batch.record_count;
    const std::int64_t begin = std::max(known, batch.first_number);
    if (end > begin) records.insert(client.sent + begin - known, client.sent + end - known);
    return records;
}

void Seen::batch(TopicPartition partition, const RecordBatch& batch)
{
    field("base_offset", batch.base_offset);
    field("base_sequence", batch.base_sequence);
    field("producer_id", batch.producer_id);
    field("producer_epoch", batch.producer_epoch);
    field("record_count", batch.record_count);
    field("leader_epoch", batch.partition_leader_epoch);
    const auto client = static_cast<std::size_t>(batch.client.value);
    if (batch.client == no_client || client >= context_.scenario.clients.size()) return;
    field("client_id", context_.names.of(batch.client));
    const ConfigMap& config = context_.scenario.clients[client].config;
    const auto id = config.find("transactional.id");
    if (id != config.end()) field("transactional_id", id->second);
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
        if (wanted_[i].first != "record" || wanted_[i].second.integer() == nullptr) continue;
        const IntervalSet records = sequences_of(context_.history, partition, batch);
        if (records.contains(*wanted_[i].second.integer())) bits_ |= 1ULL << i;
    }
}

/// Of a request or response, or of one entry in it: every field that a match may name.
template <class Part>
void look_at(const Part& part, Seen& seen)
{
    if constexpr (requires { part.acks; }) seen.field("acks", part.acks);
    if constexpr (requires { part.error; }) seen.field("error", part.error);
    if constexpr (requires { part.group; }) seen.field("group_id", part.group);
    if constexpr (requires { part.generation; }) seen.field("generation_id", part.generation);
    if constexpr (requires { part.member_id; }) seen.field("member_id", part.member_id);
    if constexpr (requires { part.client_id; }) seen.field("client_id", part.client_id);
    if constexpr (requires { part.incarnation; }) seen.field("incarnation", part.incarnation);
    if constexpr (requires { part.broker_epoch; }) seen.field("broker_epoch", part.broker_epoch);
    if constexpr (requires { part.replica_epoch; }) seen.field("broker_epoch", part.replica_epoch);
    if constexpr (requires { part.replica; }) seen.field("replica_id", part.replica);
    if constexpr (requires { part.leader; }) seen.field("leader_id", part.leader);
    if constexpr (requires { part.current_leader; }) seen.field("leader_id", part.current_leader);
    if constexpr (requires { part.leader_epoch; }) seen.field("leader_epoch", part.leader_epoch);
    if constexpr (requires { part.base_offset; }) seen.field("base_offset", part.base_offset);
    if constexpr (requires { part.fetch_offset; }) seen.field("fetch_offset", part.fetch_offset);
    if constexpr (requires { part.producer_id; }) seen.field("producer_id", part.producer_id);
    if constexpr (requires { part.current_leader_epoch; }) {
        seen.field("current_leader_epoch", part.current_leader_epoch);
    }
    if constexpr (requires { part.last_fetched_epoch; }) {
        seen.field("fetch_offset_epoch", part.last_fetched_epoch);
    }
    if constexpr (requires { part.log_start_offset; }) {
        seen.field("log_start_offset", part.log_start_offset);
    }
    if constexpr (requires { part.high_watermark; }) {
        seen.field("high_watermark", part.high_watermark);
    }
    if constexpr (requires { part.last_stable_offset; }) {
        seen.field("last_stable_offset", part.last_stable_offset);
    }
    if constexpr (requires { part.producer_epoch; }) {
        seen.field("producer_epoch", part.producer_epoch);
    }
    if constexpr (requires { part.producer.id; }) {
        seen.field("producer_id", part.producer.id);
        seen.field("producer_epoch", part.producer.epoch);
    }
    if constexpr (requires { part.transactional_id; }) {
        seen.field("transactional_id", part.transactional_id);
    }
    if constexpr (requires { part.epoch.value; }) {
        seen.field("epoch", part.epoch);
        if constexpr (requires { part.broker; }) seen.field("broker_epoch", part.epoch);
        if constexpr (std::is_same_v<decltype(part.epoch), QuorumEpoch>) {
            seen.field("controller_epoch", part.epoch);
        }
    }
    if constexpr (requires { part.batch; }) seen.batch(part.partition, part.batch);
    if constexpr (requires {
                      part.records;
                      part.high_watermark;
                  }) {
        for (const RecordBatch& batch : part.records) seen.batch(part.partition, batch);
    }
}

template <class Entry>
bool entry_matches(const Entry& entry, std::optional<TopicPartition> partition, Seen& seen)
{
    if constexpr (std::is_same_v<Entry, TopicPartition>) {
        return (!partition || entry == *partition) && seen.all();
    } else {
        if (partition && entry.partition != *partition) return false;
        const std::uint64_t outside = seen.bits();
        look_at(entry, seen);
        const bool all = seen.all();
        seen.reset(outside);
        return all;
    }
}

template <class Body>
bool body_matches(const Body& body, std::optional<TopicPartition> partition, Seen& seen)
{
    if constexpr (std::is_same_v<Body, std::monostate>) {
        return false;
    } else {
        look_at(body, seen);
        if (!partition && seen.all()) return true;
        if constexpr (requires { body.partition.topic; }) {
            return (!partition || body.partition == *partition) && seen.all();
        } else if constexpr (requires { body.partitions; }) {
            for (const auto& entry : body.partitions) {
                if (entry_matches(entry, partition, seen)) return true;
            }
        } else if constexpr (requires { body.markers; }) {
            for (const auto& entry : body.markers) {
                if (entry_matches(entry, partition, seen)) return true;
            }
        }
        return false;
    }
}

}  // namespace

bool has_fields(const Message& message, const action::Match& match,
                std::optional<TopicPartition> partition, const MatchContext& context)
{
    if (match.fields.empty() && !partition) return true;
    Seen seen(match, context);
    for (const NodeId node : {context.from, context.to}) {
        if (node >= context.names.layout.first_client()) {
            seen.field("client_id", context.names.of(node));
        }
    }
    return std::visit([&](const auto& body) { return body_matches(body, partition, seen); },
                      message.body);
}

}  // namespace gregor::lab
