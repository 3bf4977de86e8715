#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/recorded_producer.h"
#include "model/lab/conformance/storage.h"
#include "model/lab/conformance/transaction_areas.h"

#include <algorithm>
#include <map>

/// golden/groups/eos: workers that read, process and write in transactions; one stops or goes on
/// as a zombie when another has taken over.
namespace gregor::lab {

namespace {

using nlohmann::json;

class Workers {
public:
    explicit Workers(const json& vector)
        : cluster_({"g-" + vector.at("id").get<std::string>(), 1}),
          input_records_(vector.at("input_records")),
          most_(vector.at("max_poll_records"))
    {
        cluster_.watch(transactional_id);
    }

    /// An entry of the log with what the model answers.
    json answer(const json& entry)
    {
        const std::string call = entry.at(0);
        if (call == "observe") return {call, observe(entry.at(1))};
        const std::string name = entry.at(1);
        if (call == "crash") return entry;
        Worker& worker = worker_named(name);
        if (call == "poll") return {call, name, "ok", {{"offsets", poll(worker)}}};
        if (call == "seek") {
            worker.position = committed();
            return {call, name, "ok", {{"to", worker.position}}};
        }
        if (call == "send") return send(entry, worker);
        json step = {{"do", call}, {"p", name}};
        if (call == "sendOffsets") {
            step["do"] = "offsets";
            step["off"] = {{"0", worker.position}};
        }
        const json got = worker.producer.answer(step);
        json made = {call, name, got.contains("err") ? got.at("err") : json("ok")};
        if (call == "sendOffsets" && !got.contains("err")) {
            made.push_back({{"to", worker.position}});
        }
        return made;
    }

    json output()
    {
        json read = json::object();
        for (const bool committed : {true, false}) {
            const json got = consumed(cluster_.log(0), committed);
            read[committed ? "read_committed" : "read_uncommitted"] = {
                {"count", got.at("count")},
                {"offsets", got.at("delivered")},
                {"position", got.at("position")}};
        }
        return read;
    }

private:
    static constexpr const char* transactional_id = "x";
    struct Worker {
        RecordedProducer producer;
        std::int64_t position = 0;
        bool started = false;  // it has looked up where the group stands
    };

    Worker& worker_named(const std::string& name)
    {
        const auto known = workers_.find(name);
        if (known != workers_.end()) return known->second;
        const json step = {{"tid", transactional_id}};
        const auto made = workers_.emplace(name, Worker{RecordedProducer(cluster_, step, true)});
        return made.first->second;
    }

    /// The offset that a new owner of the input partition begins with.
    std::int64_t committed()
    {
        const json stable = cluster_.observe().at("stable").at(0);
        return stable.is_number() && stable > 0 ? stable.get<std::int64_t>() : 0;
    }

    json poll(Worker& worker)
    {
        if (!worker.started) worker.position = committed();
        worker.started = true;
        const std::int64_t first = worker.position;
        worker.position = std::min(first + most_, input_records_);
        if (worker.position == first) return json::array();
        return {{first, worker.position - 1}};
    }

    json send(const json& entry, Worker& worker)
    {
        const json& about = entry.at(3);
        const std::size_t records = about.contains("of") ? about.at("of").size() : 1;
        const json got = worker.producer.answer(
            {{"do", "send"}, {"p", entry.at(1)}, {"part", 0}, {"n", records}});
        return {"send", entry.at(1), got.contains("err") ? got.at("err") : json("ok"), about,
                got.at("offsets")};
    }

    /// Only what the recording looked at.
    json observe(const json& asked)
    {
        const json seen = cluster_.observe();
        const json& transaction = seen.at("tx").at(transactional_id);
        const json all = {{"committed", seen.at("offs").at(0)}, {"stable", seen.at("stable").at(0)},
                          {"hw", seen.at("hw").at(0)},          {"lso", seen.at("lso").at(0)},
                          {"txn", transaction.at("state")},     {"epoch", transaction.at("epoch")}};
        json got = json::object();
        for (const auto& [key, value] : asked.items()) got[key] = all.at(key);
        return got;
    }

    TransactionCluster cluster_;
    std::int64_t input_records_;
    std::int64_t most_;
    std::map<std::string, Worker> workers_;
};

VectorOutcome check(const json& vector)
{
    storage::Comparison compare(vector);
    Workers workers(vector);
    std::size_t number = 0;
    for (const json& entry : vector.at("log")) {
        compare.same("entry " + std::to_string(number++), entry, workers.answer(entry));
        if (!compare.ok()) return compare.outcome();
    }
    compare.same("output", vector.at("output"), workers.output());
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_exactly_once(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check(vector));
    return outcomes;
}

}  // namespace gregor::lab
