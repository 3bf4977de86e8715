#include "model/lab/conformance/storage_phrases.h"

#include <cctype>

namespace gregor::lab::storage {

namespace {

bool has(const std::string& phrase, std::string_view word)
{
    return phrase.find(word) != std::string::npos;
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

std::int64_t producer_in(const std::string& phrase)
{
    for (std::size_t i = 0; i + 1 < phrase.size(); ++i) {
        if (phrase[i] == 'P' && is_digit(phrase[i + 1])) return phrase[i + 1] - '0';
    }
    return 1;
}

}  // namespace

std::vector<std::string> phrases_of(const std::string& text)
{
    std::vector<std::string> phrases;
    std::size_t from = 0;
    while (from <= text.size()) {
        const std::size_t comma = std::min(text.find(", ", from), text.size());
        phrases.push_back(text.substr(from, comma - from));
        from = comma + 2;
    }
    return phrases;
}

std::vector<std::pair<std::int64_t, std::int64_t>> ranges_in(const std::string& phrase)
{
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    for (std::size_t i = 0; i < phrase.size(); ++i) {
        if (!is_digit(phrase[i])) continue;
        const bool name = i > 0 && std::isalpha(static_cast<unsigned char>(phrase[i - 1])) != 0;
        const bool continues = i > 1 && phrase[i - 1] == '-' && is_digit(phrase[i - 2]);
        std::int64_t value = 0;
        for (; i < phrase.size() && is_digit(phrase[i]); ++i)
            value = value * 10 + (phrase[i] - '0');
        if (name) continue;
        if (continues) {
            ranges.back().second = value;
        } else {
            ranges.emplace_back(value, value);
        }
    }
    return ranges;
}

std::int64_t number_in(const json& value)
{
    if (!value.is_string()) return value.get<std::int64_t>();
    const std::string text = value;
    const auto ranges = ranges_in(text);
    const std::int64_t first = ranges.empty() ? 0 : ranges.front().first;
    return text.starts_with(">") ? first + 1 : first;
}

UnifiedLog::Appended write_data(UnifiedLog& log, const Written& data)
{
    RecordBatch batch = batch_of_sizes(
        {{"n", data.last - data.first + 1}, {"key", -1}, {"value", 4}, {"ts", data.timestamp_ms}});
    batch.base_offset = Offset{data.first};
    batch.partition_leader_epoch = LeaderEpoch{0};
    batch.transactional = data.transactional;
    if (data.producer >= 0) {
        const ProducerEntry* known = log.producers().find(ProducerId{data.producer});
        batch.producer_id = ProducerId{data.producer};
        batch.producer_epoch = ProducerEpoch{0};
        batch.base_sequence = known == nullptr ? 0 : known->last_sequence() + 1;
    }
    return log.append_as_follower({batch}, data.timestamp_ms);
}

UnifiedLog::Appended write_marker(UnifiedLog& log, std::int64_t producer, bool commit,
                                  std::int64_t offset, std::int64_t now_ms)
{
    RecordBatch marker =
        make_marker_batch({commit, 0}, ProducerId{producer}, ProducerEpoch{0}, now_ms);
    marker.base_offset = Offset{offset};
    marker.partition_leader_epoch = LeaderEpoch{0};
    return log.append_as_follower({marker}, now_ms);
}

bool do_phrase(UnifiedLog& log, const std::string& phrase, std::int64_t now_ms)
{
    const auto ranges = ranges_in(phrase);
    if (phrase.starts_with("HW=")) {
        log.update_high_watermark({Offset{ranges.at(0).first}});
    } else if (phrase.starts_with("roll")) {
        log.roll(now_ms, ranges.empty() ? std::nullopt : std::optional(Offset{ranges[0].first}));
    } else if (has(phrase, "COMMIT") || has(phrase, "ABORT")) {
        write_marker(log, producer_in(phrase), has(phrase, "COMMIT"), ranges.at(0).first, now_ms);
    } else if (has(phrase, "txn") || has(phrase, "transactional")) {
        for (const auto& [first, last] : ranges) {
            write_data(log, {producer_in(phrase), true, first, last, now_ms});
        }
    } else if (has(phrase, "plain")) {
        for (const auto& [first, last] : ranges) {
            write_data(log, {-1, false, first, last, now_ms});
        }
    } else {
        return false;
    }
    return true;
}

}  // namespace gregor::lab::storage
