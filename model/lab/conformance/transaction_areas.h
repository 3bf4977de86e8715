#pragma once

#include "model/lab/conformance/areas.h"

namespace gregor::lab {

/// Transactions: raw requests, real producers, and cases written from Kafka's own tests.
std::vector<VectorOutcome> conform_transaction_protocol(std::string_view text);
std::vector<VectorOutcome> conform_transactions(std::string_view text);
std::vector<VectorOutcome> conform_exactly_once(std::string_view text);
std::vector<VectorOutcome> conform_written_transactions(std::string_view text);
std::vector<VectorOutcome> conform_written_idempotence(std::string_view text);
std::vector<VectorOutcome> conform_isolation(std::string_view text);
std::vector<VectorOutcome> conform_errors(std::string_view text);
/// Every error with all that Kafka says about it.
std::vector<VectorOutcome> conform_error_table(std::string_view text);

}  // namespace gregor::lab
