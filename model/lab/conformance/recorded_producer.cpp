#include "model/lab/conformance/recorded_producer.h"

#include "model/consumer/committed_filter.h"

#include <algorithm>
#include <vector>

namespace gregor::lab {

namespace {

using nlohmann::json;

constexpr std::int64_t default_timeout_ms = 60'000;
constexpr std::int64_t max_message_bytes = 1'048'588;
constexpr int produce_v1 = 11, produce_v2 = 12, offsets_v1 = 4, offsets_v2 = 5;

json failed(std::int64_t records, const ExceptionChain& cause)
{
    return json(std::vector<json>(static_cast<std::size_t>(records), json(cause)));
}

}  // namespace

RecordedProducer::RecordedProducer(TransactionCluster& cluster, const json& step, bool v2)
    : cluster_(&cluster),
      id_(step.value("tid", "")),
      timeout_ms_(step.value("ttl", default_timeout_ms)),
      v2_(v2),
      client_(TransactionClient::Settings{.v2 = v2})
{
    const json config = step.value("cfg", json::object());
    max_request_size_ = config.value("max.request.size", std::int64_t{1'048'576});
}

json RecordedProducer::answer(const json& step)
{
    const std::string call = step.at("do");
    json got = {{"do", call}, {"p", step.at("p")}};
    ExceptionChain thrown;
    if (call == "init") thrown = finish(client_.init_transactions());
    if (call == "begin") thrown = client_.begin();
    if (call == "commit") thrown = finish(client_.commit());
    if (call == "abort") thrown = abort();
    if (call == "offsets") thrown = send_offsets(step);
    if (call == "send") got["offsets"] = send(step, thrown);
    if (call == "close" && step.value("timeout", 1) != 0 && client_.is_open()) abort();
    if (!thrown.empty()) {
        got["ok"] = false;
        got["err"] = thrown;
    }
    return got;
}

ExceptionChain RecordedProducer::abort()
{
    ExceptionChain refused = client_.abort();
    if (refused.empty()) waiting_.clear();  // what has not been sent is dropped
    return finish(refused);
}

/// Sends the requests that a call has led to; what the call throws in the end.
ExceptionChain RecordedProducer::finish(ExceptionChain thrown)
{
    if (!thrown.empty()) return thrown;
    constexpr int tries = 20;
    for (int i = 0; i < tries; ++i) {
        const auto request = client_.next_request();
        if (!request) return client_.outcome();
        ask(*request);
    }
    client_.give_up_waiting();
    return {"TimeoutException"};
}

void RecordedProducer::ask(const TransactionClient::Request& request)
{
    using Kind = TransactionClient::Request::Kind;
    const TransactionVersion version = v2_ ? TransactionVersion::tv_2 : TransactionVersion::tv_0;
    const ProducerIdAndEpoch self = client_.producer();
    TransactionAnswer answer;
    switch (request.kind) {
        case Kind::init_producer_id:
            answer = cluster_->init(id_, timeout_ms_, request.expected);
            break;
        case Kind::add_partitions:
            answer.error = cluster_->add({id_, self, request.partitions, version});
            break;
        case Kind::add_offsets:
            answer.error = cluster_->add({id_, self, {cluster_->offsets_partition()}, version});
            break;
        case Kind::commit_offsets: answer.error = commit_offsets(self); break;
        case Kind::end_transaction:
            answer = cluster_->end({id_, self, request.commit, version});
            break;
    }
    client_.on_answer(answer.error, answer.producer);
    if (client_.sequence_resets() != resets_seen_) sequences_.clear();
    resets_seen_ = client_.sequence_resets();
}

Error RecordedProducer::commit_offsets(ProducerIdAndEpoch self)
{
    const int version = v2_ ? offsets_v2 : offsets_v1;
    // The group has no members: a generation is nobody's.
    const bool stranger = generation_ >= 0;
    const Error error = cluster_->commit_offsets(
        id_, self, stranger ? std::map<std::int32_t, std::int64_t>() : offsets_, version);
    return error == Error::none && stranger ? Error::illegal_generation : error;
}

ExceptionChain RecordedProducer::send_offsets(const json& step)
{
    offsets_.clear();
    for (const auto& [partition, offset] : step.at("off").items()) {
        offsets_[std::stoi(partition)] = offset;
    }
    generation_ = step.value("gen", -1);
    return finish(client_.send_offsets(step.value("member", ""), generation_));
}

/// Without metadata send() waits for max.block.ms; a record too large is looked at before that.
ExceptionChain RecordedProducer::refused_early(const json& step) const
{
    if (step.contains("topic")) return {"TimeoutException", "UnknownTopicOrPartitionException"};
    if (step.at("part") >= cluster_->partitions()) return {"TimeoutException"};
    const std::int64_t size = step.value("size", std::int64_t{0});
    return size > max_request_size_ ? ExceptionChain{"RecordTooLargeException"} : ExceptionChain{};
}

/// What each record's future gives; `thrown` when send() itself throws.
json RecordedProducer::send(const json& step, ExceptionChain& thrown)
{
    const auto partition = step.at("part").get<std::int32_t>();
    const std::int64_t records = step.at("n");
    const std::int64_t size = step.value("size", std::int64_t{10});
    if (const ExceptionChain early = refused_early(step); !early.empty()) {
        client_.on_record_failed(early);
        return failed(records, early);
    }
    waiting_[partition] += records;
    if (id_.empty()) return produce(partition, records, size);
    ExceptionChain refused = client_.send(cluster_->data_partition(partition));
    if (refused.empty()) refused = add_partition(partition);
    if (refused.empty()) return produce(partition, records, size);
    if (refused.front() != "IllegalStateException") waiting_.erase(partition);
    const bool in_the_future = refused.front() == "ProducerFencedException" ||
                               refused.front() == "InvalidProducerEpochException";
    if (in_the_future) return failed(records, refused);
    thrown = refused;
    return json::array();
}

/// Batches wait until their partition is in the transaction.
ExceptionChain RecordedProducer::add_partition(std::int32_t partition)
{
    if (client_.may_send_to(cluster_->data_partition(partition))) return {};
    return finish({});
}

json RecordedProducer::produce(std::int32_t partition, std::int64_t records, std::int64_t size)
{
    const bool transactional = !id_.empty();
    if (!transactional && own_id_ == no_producer_id) own_id_ = cluster_->new_producer_id();
    const ProducerIdAndEpoch self =
        transactional ? client_.producer() : ProducerIdAndEpoch{own_id_, ProducerEpoch{0}};
    const auto count = static_cast<std::int32_t>(waiting_[partition]);
    waiting_.erase(partition);
    TransactionCluster::Written written;
    if (size > max_message_bytes) {
        written.error = Error::message_too_large;
    } else {
        written = cluster_->produce({.id = id_,
                                     .producer = self,
                                     .partition = partition,
                                     .sequence = sequences_[partition],
                                     .count = count,
                                     .transactional = transactional,
                                     .version = v2_ ? produce_v2 : produce_v1});
    }
    if (written.error != Error::none) {
        const ExceptionChain cause{std::string(exception_of(written.error))};
        client_.on_record_failed(cause);
        return failed(records, cause);
    }
    sequences_[partition] = next_sequence(sequences_[partition], count);
    json offsets = json::array();
    for (std::int64_t i = count - records; i < count; ++i) {
        offsets.push_back((written.base + i).value);
    }
    return offsets;
}

namespace {

/// Runs of offsets: [first, last].
class Runs {
public:
    void add(std::int64_t offset)
    {
        ++count_;
        if (!runs_.empty() && runs_.back()[1] == offset - 1) {
            runs_.back()[1] = offset;
        } else {
            runs_.push_back({offset, offset});
        }
    }
    json list() const { return runs_.empty() ? json::array() : json(runs_); }
    std::int64_t count() const { return count_; }

private:
    std::vector<std::vector<std::int64_t>> runs_;
    std::int64_t count_ = 0;
};

}  // namespace

json consumed(UnifiedLog& log, bool committed)
{
    constexpr std::int64_t large = 50'000'000;
    const auto isolation =
        committed ? UnifiedLog::Isolation::txn_committed : UnifiedLog::Isolation::high_watermark;
    Offset position = log.log_start_offset();
    const auto fetched = log.read(position, large, isolation, true);
    std::vector<CommittedFilter::Aborted> aborted;
    for (const AbortedTransaction& each : fetched.value().aborted) {
        if (committed) aborted.push_back({each.producer, each.first_offset});
    }
    CommittedFilter filter(std::move(aborted));
    const Offset from = position;
    Runs delivered;
    for (const RecordBatch& batch : fetched.value().batches) {
        position = batch.next_offset();
        if (!filter.delivers(batch)) continue;
        for (Offset at = std::max(batch.base_offset, from); at <= batch.last_offset();
             at = at + 1) {
            delivered.add(at.value);
        }
    }
    const Offset end = committed ? log.fetch_last_stable().offset : log.high_watermark();
    return {{"delivered", delivered.list()},
            {"count", delivered.count()},
            {"position", position.value},
            {"end", end.value},
            {"lag", end - position}};
}

}  // namespace gregor::lab
