#include "model/checksum.h"
#include "model/client/backoff.h"
#include "model/config.h"
#include "model/groups/coordinator_outbox.h"
#include "model/java_hash.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/producer/record_accumulator.h"

#include <array>
#include <cmath>
#include <cstdlib>

namespace gregor::lab {

namespace {

using nlohmann::json;

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
    if (input.contains("control")) {
        const RecordBatch marker = make_marker_batch({input.at("control") == "COMMIT", 0},
                                                     ProducerId{0}, ProducerEpoch{0}, 0);
        return compare(vector, vector.at("expected"), {{"batchBytes", marker.size_in_bytes}});
    }
    if (!input.contains("records")) return not_covered(vector);
    const json& records = input.at("records");
    const std::int32_t count = input.at("recordCount");
    std::int64_t bytes = batch_header_bytes;
    for (std::int32_t i = 0; i < count; ++i) {
        const std::size_t index = std::min(static_cast<std::size_t>(i), records.size() - 1);
        const json& record = records[index];
        std::vector<RecordHeader> headers;
        for (const json& each : record.at("headers")) {
            RecordHeader& header = headers.emplace_back();
            header.key.assign(each.at("keyLen").get<std::size_t>(), 'k');
            header.null_value = each.at("valueLen").is_null();
            if (!header.null_value)
                header.value.assign(each.at("valueLen").get<std::size_t>(), 'v');
        }
        const auto length = [&](const char* name) {
            return record.at(name).is_null() ? -1 : record.at(name).get<std::int32_t>();
        };
        const bool pattern = !input.at("pattern").is_null();
        const std::int64_t late = pattern ? i : record.at("timestampDelta").get<std::int64_t>();
        bytes += record_size(i, late, length("keyLen"), length("valueLen"),
                             static_cast<std::int32_t>(headers_size(headers)));
    }
    return compare(vector, vector.at("expected"), {{"batchBytes", bytes}});
}

/// Kafka computes with doubles: where the pause reaches its maximum it may end a little below.
VectorOutcome check_backoff(const json& vector)
{
    const json& multiplier = vector.at("multiplier");
    if (multiplier.is_number_float() &&
        multiplier.get<double>() != std::floor(multiplier.get<double>())) {
        return not_covered(vector);
    }
    const BackoffGrowth growth{.initial_ms = vector.at("initialInterval"),
                               .max_ms = vector.at("max"),
                               .multiplier = multiplier};
    for (const json& row : vector.at("rows")) {
        const double factor = row.size() == 3 ? row[1].get<double>() : 1.0;
        const std::int64_t got = growth.pause_ms(row[0], std::llround(factor * 1e9));
        const std::int64_t wanted = row[row.size() - 1];
        constexpr std::int64_t exact_digits = 1'000'000'000;
        const std::int64_t tolerance = std::max<std::int64_t>(1, wanted / exact_digits);
        const std::int64_t difference = got > wanted ? got - wanted : wanted - got;
        if (difference > tolerance) return compare(vector, row, got);
    }
    return compare(vector, true, true);
}

/// The default of a client's setting, with its type.
VectorOutcome check_client_default(const json& vector)
{
    const std::string client = vector.at("client");
    const ConfigScope scope = client == "producer"   ? ConfigScope::producer
                              : client == "consumer" ? ConfigScope::consumer
                                                     : ConfigScope::admin;
    const ConfigDefinition* setting = find_config(scope, vector.at("key").get<std::string>());
    const json expected = {vector.at("type"), vector.at("default")};
    if (setting == nullptr) return compare(vector, expected, "no such setting");
    constexpr std::array types{"BOOLEAN", "INT", "LONG", "DOUBLE", "STRING", "LIST"};
    return compare(vector, expected,
                   {types[static_cast<std::size_t>(setting->type)], setting->default_value});
}

}  // namespace

std::vector<VectorOutcome> conform_murmur2(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        if (vector.contains("input")) {
            const json& input = vector.at("input");
            const std::string bytes = input.contains("bytesHex")
                                          ? bytes_of_hex(input.at("bytesHex"))
                                          : input.at("utf8").get<std::string>();
            outcomes.push_back(compare(vector, vector.at("expected").at("hash"), murmur2(bytes)));
            continue;
        }
        const std::string key = bytes_of_hex(vector.at("k"));
        json partitions = json::array();
        for (const std::int32_t count : {1, 2, 3, 6, 7, 12, 50, 100, 1000}) {
            partitions.push_back(partition_for_key(key, count));
        }
        outcomes.push_back(
            compare(vector, {vector.at("h"), vector.at("p")}, {murmur2(key), partitions}));
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
                {"partition", coordinator_partition_for(id, vector.at("input").at("partitions"))}};
            outcomes.push_back(compare(vector, vector.at("expected"), got));
            continue;
        }
        const std::string id = vector.contains("utf16") ? from_utf16(vector.at("utf16"))
                                                        : vector.at("s").get<std::string>();
        json partitions = json::array();
        for (const std::int32_t count : {1, 3, 7, 16, 50, 100}) {
            partitions.push_back(coordinator_partition_for(id, count));
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
        const std::string kind = vector.value("kind", "");
        if (kind == "exponential") {
            outcomes.push_back(check_backoff(vector));
        } else if (kind == "default") {
            outcomes.push_back(check_client_default(vector));
        } else {
            const ExponentialBackoff steady(milliseconds(1'000), milliseconds(1'000'000'000));
            const auto pause = [&](std::int32_t attempts, std::int64_t factor) {
                return to_milliseconds(steady.delay_with(attempts, factor));
            };
            // The second pause over the first, and how far the jitter of clients reaches.
            constexpr std::int64_t one = ExponentialBackoff::no_jitter;
            const double jitter = static_cast<double>(ExponentialBackoff::jitter) / one;
            outcomes.push_back(compare(vector, {vector.at("retryBase"), vector.at("retryJitter")},
                                       {pause(1, one) / pause(0, one), jitter}));
        }
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
