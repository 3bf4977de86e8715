#pragma once

#include "model/record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gregor {

/// The bytes of a batch as they stand in a segment file and travel in requests (magic 2).
/// Records that are only counted are filled with the letter v.
/// Precondition: not compressed. Source: classes DefaultRecordBatch, DefaultRecord.
std::string encode(const RecordBatch& batch);
/// The CRC that `encode` writes: over everything from the attributes on.
std::uint32_t checksum_of(const RecordBatch& batch);

/// Zig-zag, base 128, least significant group first (class ByteUtils, writeVarint, writeVarlong).
std::string encode_varint(std::int64_t value);

/// One byte of a stored batch changed: `position` counts from the beginning of the batch.
/// Gives what a reader of the header sees then; nullopt when the length changed, because what
/// stands behind can no longer be told apart. A byte under the CRC or of the CRC itself marks the
/// batch `bad_checksum`.
std::optional<RecordBatch> flip_byte(const RecordBatch& batch, std::int64_t position,
                                     std::uint8_t mask);

}  // namespace gregor
