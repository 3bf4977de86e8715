#include "model/consumer/committed_filter.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/transaction_areas.h"
#include "model/log/unified_log.h"

#include <map>

/// clients/isolation: what a read_committed consumer is given, and how far it may read.
namespace gregor::lab {

namespace {

using nlohmann::json;

RecordBatch batch_in(const json& fields)
{
    RecordBatch batch;
    const ProducerId producer{fields.at("pid").get<std::int64_t>()};
    if (fields.contains("control")) {
        batch =
            make_marker_batch({fields.at("control") == "COMMIT", 0}, producer, ProducerEpoch{0}, 0);
    }
    batch.producer_id = producer;
    batch.transactional = fields.value("txn", batch.control);
    batch.base_offset = Offset{fields.at("base").get<std::int64_t>()};
    const auto last = fields.at("last").get<std::int64_t>();
    batch.record_count = static_cast<std::int32_t>(last - batch.base_offset.value) + 1;
    return batch;
}

VectorOutcome check_filter(const json& vector)
{
    const json& input = vector.at("input");
    const bool committed = input.at("isolation") == "read_committed";
    std::vector<CommittedFilter::Aborted> aborted;
    for (const json& each : input.at("abortedTransactions")) {
        if (!committed) break;
        aborted.push_back({ProducerId{each.at("producerId").get<std::int64_t>()},
                           Offset{each.at("firstOffset").get<std::int64_t>()}});
    }
    CommittedFilter filter(std::move(aborted));
    json delivered = json::array();
    std::int64_t position = 0;
    for (const json& fields : input.at("batches")) {
        const RecordBatch batch = batch_in(fields);
        position = batch.next_offset().value;
        if (!filter.delivers(batch)) continue;
        for (Offset at = batch.base_offset; at <= batch.last_offset(); at = at + 1) {
            delivered.push_back(at.value);
        }
    }
    return compare(vector, {{"deliveredOffsets", delivered}, {"finalPosition", position}});
}

/// A follower's log with the transactions that the case names, each of a producer of its own.
VectorOutcome check_last_stable(const json& vector)
{
    const json& input = vector.at("input");
    std::map<Offset, RecordBatch> batches;
    std::int64_t producer = 0;
    const auto add = [&](const json& offset, RecordBatch batch) {
        batch.base_offset = Offset{offset.get<std::int64_t>()};
        batch.transactional = true;
        batches.emplace(batch.base_offset, std::move(batch));
    };
    const auto data = [&] {
        RecordBatch batch;
        batch.record_count = 1;
        batch.size_in_bytes = batch_header_bytes;
        batch.producer_id = ProducerId{producer};
        batch.producer_epoch = ProducerEpoch{0};
        batch.base_sequence = 0;
        return batch;
    };
    for (const json& first : input.at("openTransactionsFirstOffsets")) {
        ++producer;
        add(first, data());
    }
    for (const json& each : input.at("completedTransactions")) {
        ++producer;
        add(each.at("firstOffset"), data());
        add(each.at("markerOffset"),
            make_marker_batch({true, 0}, ProducerId{producer}, ProducerEpoch{0}, 0));
    }
    const Offset high_watermark{input.at("highWatermark").get<std::int64_t>()};
    UnifiedLog log(LogSettings{}, 0);
    for (auto& [offset, batch] : batches) log.append_as_follower({batch}, 0);
    if (log.log_end_offset() < high_watermark) {
        RecordBatch filler;
        filler.base_offset = high_watermark + -1;
        filler.record_count = 1;
        filler.size_in_bytes = batch_header_bytes;
        log.append_as_follower({filler}, 0);
    }
    log.update_high_watermark({high_watermark});
    return compare(vector, {{"lastStableOffset", log.last_stable_offset().value}});
}

}  // namespace

std::vector<VectorOutcome> conform_isolation(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        const bool filter = vector.at("input").contains("batches");
        outcomes.push_back(filter ? check_filter(vector) : check_last_stable(vector));
    }
    return outcomes;
}

}  // namespace gregor::lab
