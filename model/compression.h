#pragma once

#include "model/record.h"

#include <cstdint>
#include <string_view>

namespace gregor {

/// What the values of a workload are made of, which decides how far a codec gets.
enum class PayloadContent : std::uint8_t { zero, words, random_letters, random_bytes };

/// "zero", "words", "random_letters" or "random_bytes"; false for any other word.
bool payload_content_named(std::string_view name, PayloadContent& content);

/// Bytes of a batch of `records` equal records without keys once the codec has been over it. The
/// header of 61 bytes is never compressed; what does not shrink is stored with the frame of the
/// codec around it. Fitted on batches that kafka-clients 4.3.1 compressed at its default levels, of
/// 1 to 500 records with values of 20 to 1,000 bytes; within 5 % of each. In between, and beyond,
/// the cost of a record is taken to be linear in the size of its value.
std::int64_t compressed_batch_size(Codec codec, PayloadContent content, std::int64_t records,
                                   std::int64_t value_bytes, std::int64_t uncompressed_bytes);

}  // namespace gregor
