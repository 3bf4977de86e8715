#include "model/checksum.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/producer/partitioner.h"
#include "model/producer/record_accumulator.h"

#include <set>

/// clients/partitioner and golden/placement/sticky_partitioner.
namespace gregor::lab {

namespace {

using nlohmann::json;

/// Partitions with a leader, where `leaders` has a broker or -1 for each.
std::vector<std::int32_t> with_leader(const std::vector<std::int32_t>& leaders)
{
    std::vector<std::int32_t> available;
    for (std::size_t p = 0; p < leaders.size(); ++p) {
        if (leaders[p] >= 0) available.push_back(static_cast<std::int32_t>(p));
    }
    return available;
}

VectorOutcome check_key(const json& vector)
{
    const std::string key = vector.at("input").at("keyUtf8");
    const json& expected = vector.at("expected");
    const std::int32_t hash = murmur2(key);
    const json got = {
        {"murmur2", hash},
        {"positive", to_positive(hash)},
        {"partition", partition_for_key(key, vector.at("input").at("numPartitions"))}};
    return compare(vector, expected, got);
}

VectorOutcome check_adaptive(const json& vector)
{
    StickyPartitioner sticky;
    StickyPartitioner::Load load;
    const std::vector<std::int32_t> sizes = vector.at("input").at("queueSizes");
    load.total_partitions = static_cast<std::int32_t>(sizes.size());
    const std::int32_t available = vector.at("input").at("availableLength");
    for (std::int32_t i = 0; i < available; ++i) {
        load.partitions.push_back(i);
        load.lengths.push_back(sizes[static_cast<std::size_t>(i)]);
    }
    sticky.set_load(load);
    json got;
    got["cumulativeTable"] = sticky.cumulative().empty() ? json() : json(sticky.cumulative());
    if (vector.at("expected").contains("chosenByRandom")) {
        for (const auto& [draw, chosen] : vector.at("expected").at("chosenByRandom").items()) {
            got["chosenByRandom"][draw] = sticky.choice(std::stoi(draw), {}, available);
        }
    }
    return compare(vector, vector.at("expected"), got);
}

VectorOutcome check_switch(const json& vector)
{
    StickyPartitioner sticky(vector.at("input").at("batchSize"), Random(1));
    json switches = json::array();
    for (const json& append : vector.at("input").at("appends")) {
        const bool now = sticky.add(append.at("appendedBytes"), append.at("allBatchesFullAfter"));
        if (now) sticky.choose({}, 1);
        switches.push_back(now);
    }
    return compare(vector, vector.at("expected"), {{"switchAfterAppend", switches}});
}

/// The recorded operations of the partitioner class, with the random numbers it drew.
VectorOutcome check_sticky_class(const json& vector)
{
    StickyPartitioner sticky(vector.at("batch.size"), Random(1));
    std::vector<std::int32_t> leaders = vector.at("leaders");
    for (const json& op : vector.at("ops")) {
        if (op.contains("leaders")) leaders = op.at("leaders").get<std::vector<std::int32_t>>();
        const std::vector<std::int32_t> available = with_leader(leaders);
        const auto partitions = static_cast<std::int32_t>(leaders.size());
        if (op.contains("nostats")) sticky.clear_load();
        if (op.contains("stats")) {
            sticky.set_load({op.at("stats"), op.at("q"), op.at("of")});
        }
        if (!op.contains("a")) continue;
        const std::vector<std::int32_t> draws = op.value("r", std::vector<std::int32_t>());
        std::size_t drawn = 0;
        json got = json::object();
        const auto choose = [&] {
            const std::int32_t draw = drawn < draws.size() ? draws[drawn] : 0;
            ++drawn;
            sticky.choose_with(draw, available, partitions);
        };
        if (sticky.current() < 0) choose();
        got["p"] = sticky.current();
        if (sticky.add(op.at("a"), op.at("sw") == 1)) {
            choose();
            got["next"] = sticky.current();
        }
        json expected = {{"p", op.at("p")}};
        if (op.contains("next")) expected["next"] = op.at("next");
        if (got != expected || drawn != draws.size()) return compare(vector, op, got);
    }
    return compare(vector, true, true);
}

VectorOutcome check_round_robin(const json& vector)
{
    if (vector.contains("input")) {
        const json& input = vector.at("input");
        RoundRobinPartitioner partitioner;
        json got = json::array();
        for (int i = 0; i < input.at("calls").get<int>(); ++i) {
            got.push_back(
                partitioner.next(input.at("availablePartitions"), input.at("numPartitions")));
        }
        return compare(vector, vector.at("expected").at("partitions"), got);
    }
    RoundRobinPartitioner partitioner(vector.at("counterStart"));
    std::vector<std::int32_t> leaders = vector.at("leaders");
    for (const json& op : vector.at("ops")) {
        if (op.contains("leaders")) leaders = op.at("leaders").get<std::vector<std::int32_t>>();
        if (!op.contains("p")) continue;
        json got = json::array();
        for (std::size_t i = 0; i < op.at("p").size(); ++i) {
            got.push_back(
                partitioner.next(with_leader(leaders), static_cast<std::int32_t>(leaders.size())));
        }
        if (got != op.at("p")) return compare(vector, op, got);
    }
    return compare(vector, true, true);
}

/// The accumulator of a producer, driven as the recording drove Kafka's: the partitioner takes the
/// recorded random numbers, and brokers are ready or not as it says.
class RecordedAccumulator {
public:
    explicit RecordedAccumulator(const json& vector)
        : accumulator_({.batch_size = vector.at("batch.size"),
                        .buffer_memory = std::int64_t{1} << 40,
                        .linger = milliseconds(vector.at("linger.ms")),
                        .adaptive = vector.at("adaptive"),
                        .availability_timeout = milliseconds(vector.at("availability.timeout.ms")),
                        .random = Random(1)})
    {
        accumulator_.set_partitions(0, TopicId{0}, vector.at("leaders").size());
        set_leaders(vector);
    }

    void set_leaders(const json& from)
    {
        const std::vector<std::int32_t> leaders = from.at("leaders");
        for (std::size_t p = 0; p < leaders.size(); ++p) queue(p).leader = BrokerId{leaders[p]};
        accumulator_.set_order(0, from.at("available"));
    }

    /// The answer to an operation, in the form of the recording.
    json answer(const json& op)
    {
        if (op.contains("leaders")) set_leaders(op);
        if (op.contains("t")) now_ = Time{} + milliseconds(op.at("t"));
        if (op.contains("a")) return append(op);
        if (op.contains("send")) return send(op);
        return op;
    }

private:
    PartitionQueue& queue(std::size_t partition) { return accumulator_.queues()[partition]; }

    json append(const json& op)
    {
        std::vector<std::size_t> before;
        for (const PartitionQueue& each : accumulator_.queues()) {
            before.push_back(each.batches.size());
        }
        // One more than recorded: it must be left over.
        std::vector<std::int32_t> draws = op.value("r", std::vector<std::int32_t>());
        draws.push_back(0);
        accumulator_.sticky(0).preset_draws(std::move(draws));
        RecordRun run{.at = now_};
        run.value_size = op.at("a");
        run.own_timestamp_ms = 0;
        const auto appended =
            accumulator_.append(0, op.value("to", RecordAccumulator::any_partition), run, now_);
        const PartitionQueue& taken = queue(appended.queue);
        json got = {{"a", op.at("a")}};
        if (op.contains("r")) got["r"] = op.at("r");
        const std::size_t left = accumulator_.sticky(0).preset_left();
        if (left != 1) got["r"] = left > 1 ? "fewer numbers drawn" : "more numbers drawn";
        got[op.contains("to") ? "to" : "p"] = taken.partition.partition;
        if (taken.batches.size() > before[appended.queue]) got["new"] = 1;
        if (taken.batches.size() > 1 || taken.batches.back().full()) got["full"] = 1;
        return got;
    }

    json send(const json& op)
    {
        accumulator_.update_load();
        std::set<std::int32_t> ready;
        for (const PartitionQueue& each : accumulator_.queues()) {
            if (each.leader == no_broker || each.batches.empty()) continue;
            if (accumulator_.ready_at(each, now_, false) <= now_) ready.insert(each.leader.value);
        }
        json got = {{"send", op.at("send")}, {"ready", ready}, {"drained", json::array()}};
        const std::set<std::int32_t> busy = op.at("send");
        add_table(got);
        for (const std::int32_t each : ready) {
            accumulator_.note_ready(BrokerId{each}, now_, !busy.contains(each));
        }
        for (PartitionQueue& each : accumulator_.queues()) {
            const std::int32_t leader = each.leader.value;
            if (!ready.contains(leader) || busy.contains(leader) || each.batches.empty()) continue;
            got["drained"].push_back(std::to_string(each.partition.partition) + ":" +
                                     std::to_string(each.batches.front().record_count));
            accumulator_.release(each.batches.front());
            each.batches.pop_front();
        }
        for (const PartitionQueue& each : accumulator_.queues()) {
            got["q"].push_back(each.used ? static_cast<std::int64_t>(each.batches.size()) : -1);
        }
        return got;
    }

    /// The weights in force, if there are any.
    void add_table(json& got)
    {
        const StickyPartitioner& sticky = accumulator_.sticky(0);
        for (std::size_t i = 0; i < sticky.cumulative().size(); ++i) {
            got["cft"].push_back({sticky.load_partitions()[i], sticky.cumulative()[i]});
        }
    }

    RecordAccumulator accumulator_;
    Time now_;
};

VectorOutcome check_accumulator(const json& vector)
{
    RecordedAccumulator recorded(vector);
    std::size_t number = 0;
    for (const json& op : vector.at("ops")) {
        const json got = recorded.answer(op);
        if (got != op) {
            return compare(vector, "op " + std::to_string(number) + ": " + op.dump(), got.dump());
        }
        ++number;
    }
    return compare(vector, true, true);
}

}  // namespace

std::vector<VectorOutcome> conform_partitioner(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        const json input = vector.value("input", json::object());
        const std::string kind = vector.value("kind", "");
        if (input.contains("keyUtf8")) {
            outcomes.push_back(check_key(vector));
        } else if (input.contains("queueSizes")) {
            outcomes.push_back(check_adaptive(vector));
        } else if (input.contains("appends")) {
            outcomes.push_back(check_switch(vector));
        } else if (kind == "partitioner") {
            outcomes.push_back(check_sticky_class(vector));
        } else if (kind == "accumulator") {
            outcomes.push_back(check_accumulator(vector));
        } else if (kind == "roundrobin" || input.value("partitioner", "") != "") {
            outcomes.push_back(check_round_robin(vector));
        } else {
            outcomes.push_back(not_covered(vector));
        }
    }
    return outcomes;
}

}  // namespace gregor::lab
