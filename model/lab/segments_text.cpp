#include "model/lab/segments_text.h"

#include <fmt/format.h>

namespace gregor::lab {

namespace {

/// Where the segment ends: the next one begins there.
Offset end_of(const UnifiedLog& log, std::size_t index)
{
    return index + 1 < log.segments().size() ? log.segments()[index + 1]->base()
                                             : log.log_end_offset();
}

std::string text_of(const UnifiedLog& log, std::size_t index)
{
    const Segment& segment = *log.segments()[index];
    const bool is_active = index + 1 == log.segments().size();
    return fmt::format(
        "    {:020}.log  offsets {:>8} to {:<8} {:>12} B  index {:>5}  timeindex {:>5}{}{}\n",
        segment.base().value, segment.base().value, end_of(log, index).value - 1,
        segment.size_in_bytes(), segment.offset_index().size(), segment.time_index().size(),
        segment.transactions().entries().empty()
            ? ""
            : fmt::format("  txnindex {}", segment.transactions().entries().size()),
        is_active ? "  active" : "");
}

}  // namespace

std::string segments_text(const Snapshot::Partition& partition)
{
    std::string text;
    for (const Snapshot::Replica& replica : partition.replicas) {
        if (replica.log == nullptr) {
            text +=
                fmt::format("  {} on broker {}: no log\n", partition.name, replica.broker.value);
            continue;
        }
        const UnifiedLog& log = *replica.log;
        const std::size_t count = log.segments().size();
        text += fmt::format(
            "  {} on broker {}: log start {}, high watermark {}, last stable {}, recovery point "
            "{}, "
            "{} B in {} {}\n",
            partition.name, replica.broker.value, log.log_start_offset().value,
            log.high_watermark().value, log.last_stable_offset().value, log.recovery_point().value,
            log.size_in_bytes(), count, count == 1 ? "segment" : "segments");
        for (std::size_t i = 0; i < count; ++i) text += text_of(log, i);
    }
    return text;
}

nlohmann::json segments_json(const Snapshot::Replica& replica)
{
    auto segments = nlohmann::json::array();
    if (replica.log == nullptr) return segments;
    const UnifiedLog& log = *replica.log;
    for (std::size_t i = 0; i < log.segments().size(); ++i) {
        const Segment& segment = *log.segments()[i];
        segments.push_back({{"base_offset", segment.base().value},
                            {"end_offset", end_of(log, i).value},
                            {"bytes", segment.size_in_bytes()},
                            {"largest_timestamp_ms", segment.largest_timestamp_ms()},
                            {"offset_index_entries", segment.offset_index().size()},
                            {"time_index_entries", segment.time_index().size()},
                            {"aborted_transactions", segment.transactions().entries().size()}});
    }
    return segments;
}

}  // namespace gregor::lab
