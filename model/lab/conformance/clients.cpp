#include "model/checksum.h"
#include "model/client/backoff.h"
#include "model/groups/coordinator_outbox.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/producer/partitioner.h"
#include "model/producer/record_accumulator.h"

#include <array>
#include <cmath>
#include <cstdlib>

namespace gregor::lab {

namespace {

using nlohmann::json;

VectorOutcome compare(const json& vector, const json& expected, const json& got)
{
    return {.id = vector.at("id"),
            .passed = expected == got,
            .expected = expected.dump(),
            .got = got.dump()};
}

VectorOutcome not_covered(const json& vector)
{
    return {.id = vector.at("id"), .covered = false, .expected = {}, .got = {}};
}

std::string from_hex(const std::string& hex)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

/// UTF-16 code units in hex as UTF-8.
std::string from_utf16(const std::string& hex)
{
    std::string text;
    const auto add = [&](std::uint32_t point, int shift, std::uint32_t mark) {
        text += static_cast<char>(mark | (point >> shift & 0x3fU));
    };
    for (std::size_t i = 0; i + 3 < hex.size(); i += 4) {
        auto point = static_cast<std::uint32_t>(std::stoi(hex.substr(i, 4), nullptr, 16));
        if (point >= 0xd800 && point < 0xdc00 && i + 7 < hex.size()) {
            i += 4;
            const auto low = static_cast<std::uint32_t>(std::stoi(hex.substr(i, 4), nullptr, 16));
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        }
        if (point < 0x80) {
            text += static_cast<char>(point);
            continue;
        }
        if (point < 0x800) {
            text += static_cast<char>(0xc0U | point >> 6);
        } else if (point < 0x10000) {
            text += static_cast<char>(0xe0U | point >> 12);
            add(point, 6, 0x80);
        } else {
            text += static_cast<char>(0xf0U | point >> 18);
            add(point, 12, 0x80);
            add(point, 6, 0x80);
        }
        add(point, 0, 0x80);
    }
    return text;
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
        std::vector<std::int32_t> available;
        if (op.contains("leaders")) leaders = op.at("leaders").get<std::vector<std::int32_t>>();
        for (std::size_t p = 0; p < leaders.size(); ++p) {
            if (leaders[p] >= 0) available.push_back(static_cast<std::int32_t>(p));
        }
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

VectorOutcome check_batch_fill(const json& vector)
{
    const json& input = vector.at("input");
    if (input.at("compression") != "none" || input.at("headers") != 0) return not_covered(vector);
    const auto length = [&](const char* name) {
        return input.at(name).is_null() ? -1 : input.at(name).get<std::int32_t>();
    };
    RecordRun run{.count = 1'000'000};
    run.key_size = length("keyLen");
    run.value_size = length("valueLen");
    RecordAccumulator accumulator({.batch_size = input.at("batchSize"), .random = Random(1)});
    accumulator.set_partitions(0, TopicId{0}, 1);
    const auto appended = accumulator.append(0, 0, run, Time{});
    const ProducerBatch& batch = accumulator.queues()[0].batches.front();
    return compare(vector, vector.at("expected"),
                   {{"recordsInFirstBatch", appended.count}, {"batchBytes", batch.size}});
}

VectorOutcome check_batch_size(const json& vector)
{
    const json& input = vector.at("input");
    if (input.contains("batchSize")) return check_batch_fill(vector);
    if (!input.contains("records")) return not_covered(vector);
    const json& records = input.at("records");
    const std::int32_t count = input.at("recordCount");
    std::int64_t bytes = batch_header_bytes;
    for (std::int32_t i = 0; i < count; ++i) {
        const std::size_t index = std::min(static_cast<std::size_t>(i), records.size() - 1);
        const json& record = records[index];
        if (!record.at("headers").empty()) return not_covered(vector);
        const auto length = [&](const char* name) {
            return record.at(name).is_null() ? -1 : record.at(name).get<std::int32_t>();
        };
        const bool pattern = !input.at("pattern").is_null();
        const std::int64_t late = pattern ? i : record.at("timestampDelta").get<std::int64_t>();
        bytes += record_size(i, late, length("keyLen"), length("valueLen"));
    }
    return compare(vector, vector.at("expected"), {{"batchBytes", bytes}});
}

}  // namespace

std::vector<VectorOutcome> conform_murmur2(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        if (vector.contains("input")) {
            const json& input = vector.at("input");
            const std::string bytes = input.contains("bytesHex")
                                          ? from_hex(input.at("bytesHex"))
                                          : input.at("utf8").get<std::string>();
            outcomes.push_back(compare(vector, vector.at("expected").at("hash"), murmur2(bytes)));
            continue;
        }
        const std::string key = from_hex(vector.at("k"));
        json partitions = json::array();
        for (const std::int32_t count : {1, 2, 3, 6, 7, 12, 50, 100, 1000}) {
            partitions.push_back(partition_for_key(key, count));
        }
        outcomes.push_back(
            compare(vector, {vector.at("h"), vector.at("p")}, {murmur2(key), partitions}));
    }
    return outcomes;
}

std::vector<VectorOutcome> conform_partitioner(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        const json input = vector.value("input", json::object());
        if (input.contains("keyUtf8")) {
            outcomes.push_back(check_key(vector));
        } else if (input.contains("queueSizes")) {
            outcomes.push_back(check_adaptive(vector));
        } else if (input.contains("appends")) {
            outcomes.push_back(check_switch(vector));
        } else if (vector.value("kind", "") == "partitioner") {
            outcomes.push_back(check_sticky_class(vector));
        } else {
            outcomes.push_back(not_covered(vector));
        }
    }
    return outcomes;
}

std::vector<VectorOutcome> conform_coordinator_partition(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        if (vector.contains("input")) {
            const std::string id = vector.at("input").at("id");
            const json got = {
                {"javaHash", java_string_hash(id)},
                {"partition", offsets_partition_for(id, vector.at("input").at("partitions"))}};
            outcomes.push_back(compare(vector, vector.at("expected"), got));
            continue;
        }
        const std::string id = vector.contains("utf16") ? from_utf16(vector.at("utf16"))
                                                        : vector.at("s").get<std::string>();
        json partitions = json::array();
        for (const std::int32_t count : {1, 3, 7, 16, 50, 100}) {
            partitions.push_back(offsets_partition_for(id, count));
        }
        outcomes.push_back(
            compare(vector, {vector.at("h"), vector.at("p")}, {java_string_hash(id), partitions}));
    }
    return outcomes;
}

std::vector<VectorOutcome> conform_backoff(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        if (vector.contains("input")) {
            const ExponentialBackoff backoff(milliseconds(vector.at("input").at("initialMs")),
                                             milliseconds(vector.at("input").at("maxMs")));
            json got = json::array();
            for (const std::int32_t attempt : vector.at("input").at("attempts")) {
                got.push_back(
                    to_milliseconds(backoff.delay_with(attempt, ExponentialBackoff::no_jitter)));
            }
            outcomes.push_back(compare(vector, vector.at("expected").at("backoffMs"), got));
            continue;
        }
        // Other multipliers do not occur in clients; limits beyond 292 years do not fit a Duration.
        constexpr std::int64_t longest_ms = 9'000'000'000'000;
        if (vector.value("kind", "") != "exponential" || vector.at("multiplier") != 2 ||
            vector.at("max").get<std::int64_t>() > longest_ms) {
            outcomes.push_back(not_covered(vector));
            continue;
        }
        const ExponentialBackoff backoff(milliseconds(vector.at("initial")),
                                         milliseconds(vector.at("max")));
        VectorOutcome outcome = compare(vector, true, true);
        for (const json& row : vector.at("rows")) {
            const double factor = row.size() == 3 ? row[1].get<double>() : 1.0;
            const std::int64_t got =
                to_milliseconds(backoff.delay_with(row[0], std::llround(factor * 1e9)));
            const std::int64_t wanted = row[row.size() - 1];
            if (std::abs(got - wanted) > 1) {
                outcome = compare(vector, row, got);
                break;
            }
        }
        outcomes.push_back(outcome);
    }
    return outcomes;
}

std::vector<VectorOutcome> conform_record_size(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check_batch_size(vector));
    return outcomes;
}

}  // namespace gregor::lab
