#include "model/compaction/cleaner.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage_logs.h"

#include <set>

/// storage/compaction: read from Kafka's unit tests of the cleaner.
namespace gregor::lab {

namespace {

using namespace storage;

class Run {
public:
    explicit Run(const json& input) : log_(settings_of(input), 0)
    {
        if (input.contains("offset_map_slots")) {
            const double keys =
                input.at("offset_map_slots").get<double>() * input.at("load_factor").get<double>();
            capacity_ = static_cast<std::int64_t>(keys);
        }
    }

    void step(const json& step)
    {
        const std::string op = step.at("op");
        if (op == "append") append(step);
        if (op == "commit" || op == "abort") end_transaction(step, op == "commit");
        if (op == "roll") roll(step);
        if (op == "clean") clean(step);
    }

    /// The parts of the state that the expectation names.
    json state(const json& expected) const
    {
        json got = json::object();
        for (const auto& [name, value] : expected.items()) got[name] = part(name);
        return got;
    }

private:
    static LogSettings settings_of(const json& input)
    {
        LogSettings settings;
        settings.cleanup_compact = true;
        settings.verification = false;
        settings.delete_retention_ms = input.at("delete_retention_ms");
        return settings;
    }

    void append(const json& step)
    {
        std::vector<Record> records;
        for (const json& key : step.at("keys")) {
            Record& record = records.emplace_back();
            record.null_value = key.is_object();
            record.key = key.is_object() ? key.at("tombstone") : key;
            if (!record.null_value) record.value = "v";
        }
        RecordBatch batch = make_batch(std::move(records));
        if (step.contains("producer")) {
            batch.producer_id = ProducerId{step.at("producer").get<std::int64_t>()};
            batch.producer_epoch = ProducerEpoch{0};
            batch.transactional = step.value("transactional", false);
            std::int32_t& sequence = next_sequence_[batch.producer_id];
            batch.base_sequence = sequence;
            sequence += batch.record_count;
        }
        if (step.contains("at_offset")) {
            batch.base_offset = offset_in(step.at("at_offset"));
            batch.partition_leader_epoch = LeaderEpoch{0};
            log_.append_as_follower({batch}, 0);
        } else {
            log_.append_as_leader(batch, {});
        }
        log_.update_high_watermark({log_.log_end_offset()});
    }

    void end_transaction(const json& step, bool commit)
    {
        const ProducerId id{step.at("producer").get<std::int64_t>()};
        log_.append_as_leader(make_marker_batch({commit, 0}, id, ProducerEpoch{0}, 0),
                              {.origin = AppendOrigin::coordinator, .transaction_version = 1});
        log_.update_high_watermark({log_.log_end_offset()});
    }

    void roll(const json& step)
    {
        log_.roll(0, step.contains("base_offset") ? std::optional(offset_in(step.at("base_offset")))
                                                  : std::nullopt);
        log_.update_high_watermark({log_.log_end_offset()});
    }

    void clean(const json& step)
    {
        const json& from = step.at("first_dirty");
        const Offset first_dirty = from == "previous_end" ? end_ : offset_in(from);
        const Offset upper = log_.active_segment().base();
        Cleaner::Result unused;
        map_ = Cleaner::build_map(log_, first_dirty, upper, capacity_, unused);
        end_ = Cleaner::clean(log_, first_dirty, upper, capacity_, step.at("now")).end;
    }

    template <class Visit>
    void for_each_batch(Visit&& visit) const
    {
        for (const auto& segment : log_.segments()) {
            for (auto at = segment->batches().begin(); !at.at_end(); at.next()) visit(at.batch());
        }
    }

    json record_offsets() const
    {
        json offsets = json::array();
        for_each_batch([&](const RecordBatch& batch) {
            if (batch.record_count == 0) return;
            if (batch.control) offsets.push_back(batch.base_offset.value);
            for (const Record& each : batch.data->records) {
                if (each.null_value) continue;
                offsets.push_back((batch.base_offset + each.offset_delta).value);
            }
        });
        return offsets;
    }

    json data_keys() const
    {
        json keys = json::array();
        for_each_batch([&](const RecordBatch& batch) {
            if (batch.record_count == 0) return;
            for (const Record& each : batch.data->records) {
                if (!each.null_value) keys.push_back(each.key);
            }
        });
        return keys;
    }

    json aborted_transactions() const
    {
        json list = json::array();
        for (const auto& segment : log_.segments()) {
            for (const AbortedTransaction& each : segment->transactions().entries()) {
                list.push_back(
                    {each.producer.value, each.first_offset.value, each.last_offset.value});
            }
        }
        return list;
    }

    json mapped() const
    {
        json map = json::object();
        for_each_batch([&](const RecordBatch& batch) {
            if (batch.record_count == 0) return;
            for (const Record& each : batch.data->records) {
                const Offset last = map_.find(each.key);
                if (last != no_offset) map[each.key] = last.value;
            }
        });
        return map;
    }

    json part(const std::string& name) const
    {
        if (name == "record_offsets") return record_offsets();
        if (name == "data_keys") return data_keys();
        if (name == "next_dirty_offset") return end_.value;
        if (name == "aborted_txn_index") return aborted_transactions();
        if (name == "offset_map") return mapped();
        json offsets = json::array();
        for_each_batch([&](const RecordBatch& batch) {
            const bool last = name == "batch_last_offsets";
            offsets.push_back((last ? batch.last_offset() : batch.base_offset).value);
        });
        return offsets;
    }

    UnifiedLog log_;
    OffsetMap map_{0};
    std::map<ProducerId, std::int32_t> next_sequence_;
    std::int64_t capacity_ = INT64_MAX;
    Offset end_;
};

}  // namespace

std::vector<VectorOutcome> conform_written_compaction(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        Comparison compare(vector);
        Run run(vector.at("input"));
        for (const json& step : vector.at("input").at("steps")) {
            run.step(step);
            if (step.at("op") != "check") continue;
            const json& expected = vector.at("expected").at(step.at("name").get<std::string>());
            compare.same(step.at("name"), expected, run.state(expected));
        }
        outcomes.push_back(compare.outcome());
    }
    return outcomes;
}

}  // namespace gregor::lab
