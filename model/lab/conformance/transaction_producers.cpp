#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/recorded_producer.h"
#include "model/lab/conformance/storage.h"
#include "model/lab/conformance/transaction_areas.h"
#include "model/lab/conformance/transaction_cluster.h"

#include <map>

/// golden/groups/transactions: real producers, step by step.
namespace gregor::lab {

namespace {

using nlohmann::json;

constexpr std::int64_t default_timeout_ms = 60'000;

/// The steps of a case: calls of its producers, and what happens beside them.
class RecordedSteps {
public:
    RecordedSteps(TransactionCluster& cluster, const json& vector)
        : cluster_(cluster), v2_(vector.at("tv") == 2)
    {
    }

    json answer(const json& step)
    {
        const std::string what = step.at("do");
        if (what == "producer") {
            const std::string id = step.value("tid", "");
            if (!id.empty()) cluster_.watch(id);
            producers_.insert_or_assign(step.at("p").get<std::string>(),
                                        RecordedProducer(cluster_, step, v2_));
            if (first_.empty()) first_ = step.at("p");
            return recorded_part(step, {"do", "p"});
        }
        if (step.contains("p")) return producers_.at(step.at("p")).answer(step);
        json got = {{"do", what}};
        if (what == "await") {
            constexpr std::int64_t second = 1'000;
            cluster_.wait(step.at("max").get<std::int64_t>() * second);
        } else if (what == "sleep") {
            cluster_.wait(step.at("ms"));
        } else if (what == "fenceProducers") {
            got["resp"] = fence(step.at("tid"));
        } else if (what == "raw_marker") {
            got["resp"] = write_marker(step);
        } else if (what == "deltopic_records") {
            const auto to = step.at("to").get<std::int64_t>();
            cluster_.delete_records(step.at("part"), Offset{to});
            const Offset low = cluster_.log(step.at("part")).log_start_offset();
            got["resp"] = {{"err", "NONE"}, {"low", low.value}};
        }
        return got;
    }

    /// Of a step what the model answers to.
    static json recorded(const json& step)
    {
        return recorded_part(step, {"do", "p", "ok", "err", "offsets", "resp"});
    }

private:
    static json recorded_part(const json& step, const std::vector<std::string>& keys)
    {
        json part = json::object();
        for (const std::string& key : keys) {
            if (step.contains(key)) part[key] = step.at(key);
        }
        return part;
    }

    json fence(const std::string& id)
    {
        const TransactionAnswer answer = cluster_.init(id, default_timeout_ms, {});
        const bool done = answer.error == Error::none;
        return {{"err", std::string(name_of(answer.error))},
                {"pid", done ? json(cluster_.symbol(answer.producer.id)) : json(nullptr)},
                {"epoch", answer.producer.epoch.value}};
    }

    /// An admin's abort of a transaction, with the epoch of its producer or one near it.
    json write_marker(const json& step)
    {
        ProducerIdAndEpoch producer = producers_.at(first_).producer();
        producer.epoch.value =
            static_cast<std::int16_t>(producer.epoch.value + step.value("dep", 0));
        const Error error = cluster_.write_marker(step.at("part"), producer, step.at("commit"), 0);
        return {{"err", std::string(name_of(error))}};
    }

    TransactionCluster& cluster_;
    bool v2_;
    std::map<std::string, RecordedProducer> producers_;
    std::string first_;
};

/// Batches without the borders between those of one transaction that follow each other.
json joined(const json& batches)
{
    constexpr std::size_t base = 0, last = 1, sequence = 4, kind = 5;
    json made = json::array();
    for (const json& each : batches) {
        if (!made.empty() && each.at(kind) == "T" && made.back().at(kind) == "T") {
            json& before = made.back();
            const auto count =
                before.at(last).get<std::int64_t>() - before.at(base).get<std::int64_t>() + 1;
            json follows = before;
            follows[base] = before.at(base).get<std::int64_t>() + count;
            follows[last] = each.at(last);
            follows[sequence] = before.at(sequence).get<std::int64_t>() + count;
            if (follows == each) {
                before[last] = each.at(last);
                continue;
            }
        }
        made.push_back(each);
    }
    return made;
}

json final_state(TransactionCluster& cluster, std::int32_t partition)
{
    UnifiedLog& log = cluster.log(partition);
    // The log was read from offset 0, which is out of range once records were deleted.
    const bool in_range = log.log_start_offset() == Offset{0};
    json fetch = {{"lso", -1}, {"hw", -1}, {"last_batch", -1}, {"aborted", json::array()}};
    json batches = json::array();
    if (in_range) {
        batches = cluster.batches_of(partition, true);
        const Offset stable = log.fetch_last_stable().offset;
        fetch = {{"lso", stable.value},
                 {"hw", log.high_watermark().value},
                 {"last_batch", (stable + -1).value},
                 {"aborted", cluster.aborted_of(partition)}};
    }
    return {{"log", batches},
            {"rc_fetch", fetch},
            {"read_uncommitted", consumed(log, false)},
            {"read_committed", consumed(log, true)}};
}

VectorOutcome check(const json& vector)
{
    storage::Comparison compare(vector);
    const auto partitions = vector.at("partitions").get<std::int32_t>();
    TransactionCluster cluster({"g-" + vector.at("id").get<std::string>(), partitions});
    RecordedSteps steps(cluster, vector);
    ExpectedObservations expected;
    std::size_t number = 0;
    for (const json& step : vector.at("steps")) {
        const std::string where = "step " + std::to_string(number++) + " ";
        const json got = steps.answer(step);
        compare.same(where + step.dump(), RecordedSteps::recorded(step), got);
        const json& seen = expected.after(step);
        const json observed = cluster.observe();
        for (const auto& [key, value] : seen.items()) {
            compare.same(where + key, value, observed.at(key));
        }
        if (!compare.ok()) return compare.outcome();
    }
    for (std::int32_t p = 0; p < partitions; ++p) {
        const std::string name = std::to_string(p);
        const json got = final_state(cluster, p);
        json wanted = vector.at("final").at(name);
        // Records of one step that took the client longer than linger.ms are two batches.
        const json& log = got.at("log");
        if (log != wanted.at("log") && joined(log) == joined(wanted.at("log"))) {
            wanted["log"] = log;
        }
        compare.same("final " + name, wanted, got);
    }
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_transactions(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check(vector));
    return outcomes;
}

}  // namespace gregor::lab
