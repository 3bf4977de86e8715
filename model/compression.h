#pragma once

#include "engine/time.h"
#include "model/record.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace gregor {

/// "zero", "words", "random_letters" or "random_bytes"; false for any other word.
bool payload_content_named(std::string_view name, PayloadContent& content);

/// Bytes of a batch of `records` equal records without keys once the codec has been over it. The
/// header of 61 bytes is never compressed; what does not shrink is stored with the frame of the
/// codec around it. Fitted on batches that kafka-clients 4.3.1 compressed at its default levels, of
/// 1 to 500 records with values of 20 to 1,000 bytes; within 5 % of each. In between, and beyond,
/// the cost of a record is taken to be linear in the size of its value.
std::int64_t compressed_batch_size(Codec codec, PayloadContent content, std::int64_t records,
                                   std::int64_t value_bytes, std::int64_t uncompressed_bytes);

/// CPU time of a codec over so many uncompressed bytes, on one core. Measured as the processor time
/// that kafka-clients 4.3.1 on Java 17 takes beyond that of an uncompressed batch, on an AMD EPYC;
/// the mean over batches of 16 and 256 KiB of records with values of 100 and 1,000 bytes, where the
/// codecs of small values are up to twice as slow as those of large ones. None: 0.
Duration compression_time(Codec codec, PayloadContent content, std::int64_t uncompressed_bytes);
Duration decompression_time(Codec codec, PayloadContent content, std::int64_t uncompressed_bytes);

/// What a broker makes of a batch whose codec is not the topic's (LogValidator). Records count as
/// equally large.
void recompress(RecordBatch& batch, Codec codec);
/// What that takes of the CPU, with looking into the records; `codec` nothing: as it came.
Duration validation_time(const RecordBatch& batch, std::optional<Codec> codec);

}  // namespace gregor
