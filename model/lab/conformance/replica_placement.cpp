#include "model/controller/rotating_placer.h"
#include "model/lab/conformance/areas.h"

#include <nlohmann/json.hpp>

#include <sstream>

namespace gregor::lab {

namespace {

using nlohmann::json;

std::string rack_of(const json& value)
{
    return value.is_null() ? "" : value.get<std::string>();
}

std::vector<PlaceableBroker> brokers_of(const json& vector)
{
    std::vector<PlaceableBroker> brokers;
    for (const json& each : vector.at("brokers")) {
        brokers.push_back({BrokerId{each.at("id").get<std::int32_t>()},
                           each.contains("rack") ? rack_of(each.at("rack")) : "",
                           each.value("fenced", false)});
    }
    return brokers;
}

/// What the placer made of the recorded random numbers; a bound that differs is a difference.
json place(const json& vector)
{
    Placement wanted{vector.at("partitions").get<std::int32_t>(),
                     vector.at("replicationFactor").get<std::int16_t>(),
                     {}};
    for (const json& rack : vector.at("rackMapOrder")) {
        wanted.rack_draw_order.push_back(rack_of(rack));
    }
    const json draws = vector.value("draws", json::array());
    std::size_t drawn = 0;
    bool agreed = true;
    const RandomBelow below = [&](std::int32_t bound) {
        if (drawn >= draws.size() || draws[drawn].at(0) != bound) {
            agreed = false;
            return 0;
        }
        return draws[drawn++].at(1).get<std::int32_t>();
    };
    const auto placed = place_replicas(brokers_of(vector), wanted, below);
    if (!agreed || drawn != draws.size()) {
        return "other random numbers, after " + std::to_string(drawn);
    }
    if (!placed) return std::string(name_of(placed.error()));
    json out = json::array();
    for (const BrokerList& replicas : placed.value()) {
        json row = json::array();
        for (const BrokerId id : replicas) row.push_back(id.value);
        out.push_back(row);
    }
    return out;
}

/// What that rule throws: the rest has a class of its own.
std::string_view thrown_for(Error error)
{
    const bool of_the_protocol =
        error == Error::invalid_partitions || error == Error::invalid_replication_factor;
    return of_the_protocol ? exception_of(error) : "AdminOperationException";
}

/// The same of the rule of ZooKeeper's time.
json rotate(const json& vector)
{
    const Placement wanted{vector.at("partitions").get<std::int32_t>(),
                           vector.at("replicationFactor").get<std::int16_t>(),
                           {}};
    Rotation rotation;
    rotation.start = rotation.shift = vector.at("fixedStartIndex").get<std::int32_t>();
    if (rotation.start < 0) {
        rotation.start = vector.value("randomStart", 0);
        rotation.shift = vector.value("randomShift", 0);
    }
    rotation.first_partition = vector.at("startPartitionId").get<std::int32_t>();
    const auto placed = place_replicas_in_rotation(brokers_of(vector), wanted, rotation);
    if (!placed) return thrown_for(placed.error());
    json out = json::object();
    for (const auto& [partition, replicas] : placed.value()) {
        json& row = out[std::to_string(partition)] = json::array();
        for (const BrokerId id : replicas) row.push_back(id.value);
    }
    return out;
}

}  // namespace

std::vector<VectorOutcome> conform_replica_placement(std::string_view jsonl)
{
    std::vector<VectorOutcome> outcomes;
    std::istringstream lines{std::string(jsonl)};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        const json vector = json::parse(line);
        VectorOutcome& outcome = outcomes.emplace_back();
        outcome.id = vector.at("id").get<std::string>();
        const std::string placer = vector.at("placer").get<std::string>();
        outcome.covered = placer == "striped" || placer == "adminutils-3.9";
        if (!outcome.covered) continue;
        const json expected = vector.contains("error") ? vector.at("error") : vector.at("out");
        const json got = placer == "striped" ? place(vector) : rotate(vector);
        outcome.passed = expected == got;
        outcome.expected = expected.dump();
        outcome.got = got.dump();
    }
    return outcomes;
}

}  // namespace gregor::lab
