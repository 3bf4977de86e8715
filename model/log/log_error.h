#pragma once

#include "model/error.h"

#include <string_view>

namespace gregor {

/// Why a log refused something: what the client is told and the class that Kafka's broker logs.
struct LogError {
    Error error = Error::none;
    std::string_view own_class{};  ///< what is logged, where it is not the class of the error

    bool none() const { return error == Error::none; }
    std::string_view exception() const
    {
        return own_class.empty() ? exception_of(error) : own_class;
    }
    bool operator==(const LogError&) const = default;
};

namespace log_errors {
using enum Error;
inline constexpr LogError ok{};
inline constexpr LogError record_too_large{message_too_large};
inline constexpr LogError bad_timestamp{invalid_timestamp, "RecordValidationException"};
inline constexpr LogError bad_record{invalid_record, "RecordValidationException"};
inline constexpr LogError corrupt{corrupt_message};
inline constexpr LogError batch_too_large{record_list_too_large};
inline constexpr LogError segment_overflow{unknown_server_error,
                                           "LogSegmentOffsetOverflowException"};
inline constexpr LogError index_full{unknown_server_error, "IllegalArgumentException"};
inline constexpr LogError unexpected_offset{unknown_server_error,
                                            "UnexpectedAppendOffsetException"};
inline constexpr LogError out_of_range{offset_out_of_range};
inline constexpr LogError out_of_order_sequence{out_of_order_sequence_number};
inline constexpr LogError old_producer_epoch{invalid_producer_epoch};
inline constexpr LogError bad_txn_state{invalid_txn_state};
inline constexpr LogError coordinator_fenced{transaction_coordinator_fenced};
inline constexpr LogError storage{kafka_storage_error};
inline constexpr LogError illegal_argument{unknown_server_error, "IllegalArgumentException"};
}  // namespace log_errors

}  // namespace gregor
