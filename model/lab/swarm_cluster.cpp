#include "model/lab/swarm_parts.h"

#include <algorithm>

/// Clusters, topics and clients of drawn scenarios. Time-outs are drawn short, so that what takes
/// Kafka minutes by default happens within the horizon.
namespace gregor::lab::swarm {

using Json = nlohmann::json;

std::vector<std::string> Plan::partitions() const
{
    std::vector<std::string> all;
    for (const DrawnTopic& topic : topics) {
        for (std::size_t i = 0; i < topic.replicas.size(); ++i) {
            all.push_back(fmt::format("{}-{}", topic.name, i));
        }
    }
    return all;
}

Json draw_cluster(Draw draw, Plan& plan)
{
    plan.brokers = static_cast<std::int32_t>(1 + draw.weighted({4, 6, 32, 26, 18, 8, 6}));
    plan.controllers = static_cast<std::int32_t>(1 + draw.weighted({35, 5, 45, 5, 10}));
    plan.combined = plan.controllers <= plan.brokers && draw.percent(15);
    plan.lag_limit = draw.one_of({seconds(1), seconds(2), seconds(5), seconds(10)});
    plan.broker_session = draw.one_of({seconds(2), seconds(4), seconds(9)});
    plan.power_losses = !plan.combined && plan.brokers >= 3 && draw.percent(25);
    plan.horizon = seconds(draw.between(12, 30));

    Json defaults = {
        {"replica.lag.time.max.ms", Draw::text(plan.lag_limit)},
        {"broker.session.timeout.ms", Draw::text(plan.broker_session)},
        {"broker.heartbeat.interval.ms", Draw::text(plan.broker_session / 4)},
        {"replica.fetch.wait.max.ms",
         draw.one_of<std::string>({"50ms", "200ms", "500ms", "500ms", "1s"})},
        {"offsets.topic.num.partitions", 2},
    };
    if (draw.percent(25)) {  // what is missed comes back in many answers
        defaults["replica.fetch.response.max.bytes"] =
            draw.one_of<std::string>({"1KiB", "4KiB", "64KiB"});
    }
    if (draw.percent(20)) defaults["num.replica.fetchers"] = 2;
    if (draw.percent(30)) {
        defaults["replica.high.watermark.checkpoint.interval.ms"] =
            draw.one_of<std::string>({"500ms", "60s"});
    }
    if (plan.power_losses) defaults["min.insync.replicas"] = 2;

    Json link = {{"latency", draw.one_of<std::string>({"100us", "1ms", "1ms", "5ms", "20ms"})}};
    if (draw.percent(50)) link["jitter"] = draw.one_of<std::string>({"1ms", "5ms", "20ms"});
    Json cluster = {{"brokers", plan.brokers},
                    {"controllers", plan.controllers},
                    {"defaults", std::move(defaults)},
                    {"link", std::move(link)}};
    if (plan.combined) cluster["combined"] = true;
    if (plan.power_losses) {
        cluster["disk"] = {{"writeback", draw.one_of<std::string>({"500ms", "5s", "1h", "1h"})}};
    }
    return cluster;
}

Json draw_topics(Draw draw, Plan& plan)
{
    Json topics = Json::array();
    const auto count = 1 + draw.weighted({75, 20, 5});
    for (std::int64_t i = 0; i < count; ++i) {
        DrawnTopic topic;
        topic.name = std::string(1, static_cast<char>('t' + i));
        const std::int64_t most = std::min(plan.brokers, 5);
        std::int64_t replicas =
            std::min<std::int64_t>(1 + draw.weighted({8, 12, 45, 25, 10}), most);
        if (plan.power_losses) replicas = std::max<std::int64_t>(replicas, 3);
        topic.min_insync = static_cast<std::int32_t>(
            plan.power_losses ? 2 : draw.between(1, std::max<std::int64_t>(1, replicas - 1)));
        const auto partitions = 1 + draw.weighted({75, 20, 5});
        for (std::int64_t p = 0; p < partitions; ++p) {
            std::vector<std::int32_t> brokers;
            for (std::int32_t b = 1; b <= plan.brokers; ++b) brokers.push_back(b);
            draw.shuffle(brokers);
            brokers.resize(static_cast<std::size_t>(replicas));
            topic.replicas.push_back(std::move(brokers));
        }
        topics.push_back({{"name", topic.name},
                          {"partitions", partitions},
                          {"replicas", topic.replicas},
                          {"config", {{"min.insync.replicas", topic.min_insync}}}});
        plan.topics.push_back(std::move(topic));
    }
    return topics;
}

namespace {

/// Sends in bursts with pauses between, in which followers learn what is committed one fetch late.
Json bursts(Draw& draw, const Plan& plan, const std::string& partition)
{
    Json program = Json::array();
    Duration at{};
    while (at < plan.horizon) {
        const Duration pause = draw.about(milliseconds(20), seconds(5));
        at = at + pause;
        program.push_back({{"wait", Draw::text(pause)}});
        program.push_back({{"send",
                            {{"tp", partition},
                             {"n", 1 + draw.weighted({60, 10, 10, 5, 5, 3, 3, 2, 1, 1}) * 5}}}});
    }
    return program;
}

Json draw_producer(Draw& draw, Plan& plan, std::int64_t number)
{
    DrawnProducer producer;
    producer.name = fmt::format("P{}", number);
    producer.acks = number == 1 ? "all" : draw.one_of<std::string>({"all", "all", "1", "0"});
    producer.in_flight = static_cast<std::int32_t>(draw.one_of({1, 2, 5, 5}));
    producer.idempotent = producer.acks == "all" && draw.percent(75);
    const Duration request = draw.one_of({seconds(1), seconds(3), seconds(10)});
    Json config = {{"acks", producer.acks},
                   {"enable.idempotence", producer.idempotent},
                   {"max.in.flight.requests.per.connection", producer.in_flight},
                   {"request.timeout.ms", Draw::text(request)},
                   {"delivery.timeout.ms", "120s"}};
    if (draw.percent(40)) config["linger.ms"] = draw.one_of({0, 20, 100});
    Json client = {{"name", producer.name}, {"config", std::move(config)}};
    const DrawnTopic& topic = draw.one_of(plan.topics);
    client["topics"] = Json::array({topic.name});
    if (draw.percent(60)) {
        client["kind"] = "script";
        const auto partition =
            draw.between(0, static_cast<std::int64_t>(topic.replicas.size()) - 1);
        client["program"] = bursts(draw, plan, fmt::format("{}-{}", topic.name, partition));
    } else {
        client["kind"] = "producer";
        client["load"] = {{"rate", fmt::format("{}/s", draw.one_of({2, 10, 50}))},
                          {"size", draw.one_of<std::string>({"100B", "1KB"})},
                          {"to", Draw::text(plan.horizon)}};
    }
    plan.producers.push_back(std::move(producer));
    return client;
}

}  // namespace

Json draw_clients(Draw draw, Plan& plan)
{
    Json clients = Json::array();
    const auto producers = 1 + draw.weighted({65, 25, 10});
    for (std::int64_t i = 1; i <= producers; ++i) {
        clients.push_back(draw_producer(draw, plan, i));
    }
    const auto consumers = draw.weighted({50, 35, 15});
    const bool new_protocol = draw.percent(30);
    for (std::int64_t i = 1; i <= consumers; ++i) {
        const std::string name = fmt::format("C{}", i);
        Json config = {{"group.id", "g"}, {"auto.offset.reset", "earliest"}};
        if (new_protocol) config["group.protocol"] = "consumer";
        if (!new_protocol) config["session.timeout.ms"] = "6s";
        config["auto.commit.interval.ms"] = "500ms";
        config["request.timeout.ms"] = "3s";
        config["default.api.timeout.ms"] = "5s";
        clients.push_back({{"name", name},
                           {"kind", "consumer"},
                           {"config", std::move(config)},
                           {"work", {{"service", "0s"}}}});
        plan.consumers.push_back(name);
    }
    return clients;
}

}  // namespace gregor::lab::swarm
