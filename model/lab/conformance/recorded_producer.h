#pragma once

#include "model/lab/conformance/transaction_cluster.h"
#include "model/producer/transaction_client.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace gregor::lab {

/// An application's KafkaProducer in front of a recorded cluster; each call is carried out to its
/// end, as a step of golden/groups/transactions says it.
class RecordedProducer {
public:
    using Json = nlohmann::json;
    /// `step`: `tid` (absent: not transactional), `ttl`, `cfg`.
    RecordedProducer(TransactionCluster& cluster, const Json& step, bool v2);

    /// The step with what the model answers instead of what was recorded: `ok` and `err` of a call
    /// that throws, `offsets` of each record that was sent.
    Json answer(const Json& step);
    ProducerIdAndEpoch producer() const { return client_.producer(); }

private:
    ExceptionChain abort();
    ExceptionChain finish(ExceptionChain thrown);
    void ask(const TransactionClient::Request& request);
    Error commit_offsets(ProducerIdAndEpoch self);
    ExceptionChain send_offsets(const Json& step);
    ExceptionChain refused_early(const Json& step) const;
    Json send(const Json& step, ExceptionChain& thrown);
    ExceptionChain add_partition(std::int32_t partition);
    Json produce(std::int32_t partition, std::int64_t records, std::int64_t size);

    TransactionCluster* cluster_;
    std::string id_;
    std::int64_t timeout_ms_;
    std::int64_t max_request_size_{};
    bool v2_;
    TransactionClient client_;
    ProducerId own_id_{no_producer_id};
    std::map<std::int32_t, std::int32_t> sequences_;  // the next one, by partition
    std::map<std::int32_t, std::int64_t> waiting_;    // records in the accumulator
    std::int64_t resets_seen_ = 0;
    std::map<std::int32_t, std::int64_t> offsets_;
    std::int32_t generation_ = -1;
};

/// What a consumer that reads the partition from its beginning is given: `delivered` as runs of
/// offsets, their `count`, its `position`, and what `end` and `lag` it sees.
nlohmann::json consumed(UnifiedLog& log, bool committed);

}  // namespace gregor::lab
