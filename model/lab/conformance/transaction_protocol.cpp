#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage.h"
#include "model/lab/conformance/transaction_areas.h"
#include "model/lab/conformance/transaction_cluster.h"

/// golden/groups/txn_protocol: raw requests to a coordinator and to partition leaders.
namespace gregor::lab {

namespace {

using nlohmann::json;

constexpr std::int64_t default_timeout_ms = 60'000;
constexpr int first_end_with_bump = 5;

json name(Error error)
{
    return std::string(gregor::name_of(error));
}

class RawRequests {
public:
    explicit RawRequests(TransactionCluster& cluster) : cluster_(cluster) {}

    json answer(const json& step)
    {
        const std::string what = step.at("do");
        const std::string id = step.at("tid");
        cluster_.watch(id);
        const ProducerIdAndEpoch producer = producer_in(step);
        if (what == "init") return init(step, id, producer);
        if (what == "addp") return add(step, id, producer);
        if (what == "addo") {
            return {
                {"err",
                 name(cluster_.add(
                     {id, producer, {cluster_.offsets_partition()}, TransactionVersion::tv_0}))}};
        }
        if (what == "verify") {
            json errors = json::array();
            for (const std::int32_t each : step.at("parts")) {
                errors.push_back(name(cluster_.verify(id, producer, each)));
            }
            return {{"err", errors}};
        }
        if (what == "txnoff") {
            const std::int64_t offset = step.at("off");
            const Error error = cluster_.commit_offsets(id, producer, {{0, offset}}, step.at("v"));
            return {{"err", json::array({name(error)})}};
        }
        if (what == "produce") return produce(step, id, producer);
        return end(step, id, producer);
    }

private:
    ProducerIdAndEpoch producer_in(const json& step) const
    {
        if (!step.contains("pid")) return {};
        return {cluster_.id_of(step.at("pid")),
                ProducerEpoch{step.at("epoch").get<std::int16_t>()}};
    }

    json init(const json& step, const std::string& id, ProducerIdAndEpoch expected)
    {
        const std::int64_t timeout = step.value("ttl", default_timeout_ms);
        const TransactionAnswer answer = step.value("retry", false)
                                             ? cluster_.init_until_decided(id, timeout, expected)
                                             : cluster_.init(id, timeout, expected);
        json got = {{"err", name(answer.error)}, {"pid", nullptr}, {"epoch", -1}};
        if (answer.error == Error::none) {
            got["pid"] = cluster_.symbol(answer.producer.id);
            got["epoch"] = answer.producer.epoch.value;
        }
        return got;
    }

    json add(const json& step, const std::string& id, ProducerIdAndEpoch producer)
    {
        TransactionCoordinator::Add asked{id, producer, {}, TransactionVersion::tv_0};
        for (const std::int32_t each : step.at("parts")) {
            asked.partitions.insert(cluster_.data_partition(each));
        }
        const Error error = cluster_.add(asked);
        return {{"err", json(std::vector<json>(step.at("parts").size(), name(error)))}};
    }

    json produce(const json& step, const std::string& id, ProducerIdAndEpoch producer)
    {
        const auto written = cluster_.produce({.id = id,
                                               .producer = producer,
                                               .partition = step.at("part"),
                                               .sequence = step.at("seq"),
                                               .count = step.at("n"),
                                               .transactional = step.at("txn"),
                                               .version = step.at("v")});
        return {{"err", name(written.error)}, {"base", written.base.value}};
    }

    json end(const json& step, const std::string& id, ProducerIdAndEpoch producer)
    {
        const bool bumps = step.at("v") >= first_end_with_bump;
        const TransactionAnswer answer =
            cluster_.end({id, producer, step.at("commit"),
                          bumps ? TransactionVersion::tv_2 : TransactionVersion::tv_0});
        json got = {{"err", name(answer.error)}};
        if (bumps && answer.error == Error::none) {
            got["pid"] = cluster_.symbol(answer.producer.id);
            got["epoch"] = answer.producer.epoch.value;
        }
        return got;
    }

    TransactionCluster& cluster_;
};

VectorOutcome check(const json& vector)
{
    storage::Comparison compare(vector);
    const auto partitions = vector.at("partitions").get<std::int32_t>();
    TransactionCluster cluster({"g-" + vector.at("id").get<std::string>(), partitions});
    RawRequests requests(cluster);
    ExpectedObservations expected;
    std::size_t number = 0;
    for (const json& step : vector.at("steps")) {
        const std::string where = "step " + std::to_string(number++);
        json resp = step.at("resp");
        const json got = requests.answer(step);
        // A refused InitProducerId may leave out what it does not give.
        if (step.at("do") == "init" && !resp.contains("pid")) {
            resp["pid"] = nullptr;
            resp["epoch"] = -1;
        }
        compare.same(where, resp, got);
        compare.same(where + " obs", expected.after(step), cluster.observe());
        if (!compare.ok()) return compare.outcome();
    }
    json final_state = json::object();
    for (std::int32_t p = 0; p < partitions; ++p) {
        final_state[std::to_string(p)] = {{"log", cluster.batches_of(p, false)},
                                          {"lso", cluster.log(p).fetch_last_stable().offset.value},
                                          {"hw", cluster.log(p).high_watermark().value},
                                          {"aborted", cluster.aborted_of(p)}};
    }
    compare.same("final", vector.at("final"), final_state);
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_transaction_protocol(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check(vector));
    return outcomes;
}

}  // namespace gregor::lab
