#pragma once

#include "model/lab/conformance/storage_logs.h"

#include <string>
#include <utility>
#include <vector>

/// Steps of the written vectors: "P1 txn data at 99", "plain records 5-7", "HW=13", "roll",
/// "append ABORT marker at offset 3", separated by commas.
namespace gregor::lab::storage {

/// The parts between ", ".
std::vector<std::string> phrases_of(const std::string& text);
/// Numbers and ranges in a phrase, without those of names such as P1: "0-1 and 2" is {0,1}, {2,2}.
std::vector<std::pair<std::int64_t, std::int64_t>> ranges_in(const std::string& phrase);
/// A number, or the smallest that "> 20 and < 25" allows.
std::int64_t number_in(const json& value);
/// Does what the phrase says at that moment; false when it says nothing to do.
bool do_phrase(UnifiedLog& log, const std::string& phrase, std::int64_t now_ms);

/// Data of consecutive sequence numbers, written as the leader's copy at that offset.
struct Written {
    std::int64_t producer = -1;
    bool transactional = false;
    std::int64_t first{}, last{};
    std::int64_t timestamp_ms{};
};
UnifiedLog::Appended write_data(UnifiedLog& log, const Written& data);
UnifiedLog::Appended write_marker(UnifiedLog& log, std::int64_t producer, bool commit,
                                  std::int64_t offset, std::int64_t now_ms);

}  // namespace gregor::lab::storage
