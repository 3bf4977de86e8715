#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage.h"
#include "model/lab/conformance/transaction_areas.h"
#include "model/log/producer_append.h"
#include "model/transactions/transaction_rules.h"

#include <algorithm>
#include <array>
#include <set>

/// clients/transactions, idempotence and errors: cases written from Kafka's own tests of October
/// 2024, before the client learnt of KIP-890.
namespace gregor::lab {

namespace {

using nlohmann::json;

constexpr std::array states{TransactionState::empty,
                            TransactionState::ongoing,
                            TransactionState::prepare_commit,
                            TransactionState::prepare_abort,
                            TransactionState::complete_commit,
                            TransactionState::complete_abort,
                            TransactionState::dead,
                            TransactionState::prepare_epoch_fence};
constexpr ProducerId current_id{7}, previous_id{6}, fresh_id{8};

TransactionState state_named(const std::string& name)
{
    for (const TransactionState each : states) {
        if (name_of(each) == name) return each;
    }
    throw json::other_error::create(501, "no such state of a transaction: " + name, nullptr);
}

TransactionVersion version_in(const json& input)
{
    return static_cast<TransactionVersion>(input.at("transactionVersion").get<int>());
}

TransactionMetadata metadata_in(const json& input)
{
    TransactionMetadata known;
    known.id = "t";
    known.producer_id = current_id;
    known.previous_producer_id = previous_id;
    known.epoch = ProducerEpoch{input.value("storedEpoch", std::int16_t{0})};
    known.last_epoch = ProducerEpoch{input.value("lastEpoch", std::int16_t{-1})};
    known.state = state_named(input.at("state"));
    return known;
}

/// The moves of that time: without those that only transaction.version 2 makes.
VectorOutcome check_moves(const json& vector)
{
    const TransactionState from = state_named(vector.at("input").at("from"));
    std::set<std::string> next;
    for (const TransactionState to : states) {
        const bool own = is_legal_move(from, to, TransactionVersion::tv_1);
        if (own) next.insert(std::string(name_of(to)));
    }
    return compare(vector, vector.at("expected").at("allowedNext"), next);
}

json end_answer(const TransactionMetadata& known, const json& input, bool commit)
{
    EndTransactionQuestion question;
    question.producer.id =
        input.value("requestUsesPreviousProducerId", false) ? previous_id : current_id;
    question.producer.epoch = ProducerEpoch{input.value("requestEpoch", known.epoch.value)};
    question.commit = commit;
    question.version = version_in(input);
    question.fresh = fresh_id;
    const TransactionDecision decision = decide_end(known, question);
    const TransactionState after = decision.next ? decision.next->state : known.state;
    return {{"error", std::string(name_of(decision.error))},
            {"stateAfterLogWrite", std::string(name_of(after))},
            {"newEpoch", known.epoch.value}};
}

/// Only what the case names.
json part_of(const json& whole, const json& named)
{
    json part = json::object();
    for (const auto& [key, value] : named.items()) {
        part[key] = whole.contains(key) ? whole.at(key) : json(nullptr);
    }
    return part;
}

VectorOutcome check_end(const json& vector)
{
    const json& input = vector.at("input");
    const json& expected = vector.at("expected");
    const TransactionMetadata known = metadata_in(input);
    // A request with the epoch that the next transaction would have: that release answered
    // PRODUCER_FENCED, 4.3.1 answers INVALID_TXN_STATE or aborts (golden/groups/txn_protocol).
    const bool changed_since = version_in(input) >= TransactionVersion::tv_2 &&
                               known.state != TransactionState::ongoing &&
                               input.value("requestEpoch", known.epoch.value) == known.epoch.value;
    if (changed_since) return not_covered(vector);
    if (input.contains("result")) {
        const json got = end_answer(known, input, input.at("result") == "commit");
        return compare(vector, expected, part_of(got, expected));
    }
    json got = json::object();
    for (const auto& [result, wanted] : expected.items()) {
        got[result] = part_of(end_answer(known, input, result == "commit"), wanted);
    }
    return compare(vector, expected, got);
}

VectorOutcome check_init(const json& vector)
{
    const json& input = vector.at("input");
    const json& expected = vector.at("expected");
    TransactionMetadata known = metadata_in(input);
    InitProducerIdQuestion question{.fresh = fresh_id};
    const json& epoch = input.at("expectedEpochInRequest");
    if (!epoch.is_null()) {
        question.expected = {current_id, ProducerEpoch{epoch.get<std::int16_t>()}};
    }
    const TransactionDecision decision = decide_init(known, question);
    json got = {{"error", std::string(name_of(decision.error))}};
    if (decision.next && decision.next->state == TransactionState::prepare_epoch_fence) {
        got["error"] = std::string(name_of(Error::concurrent_transactions));
        got["epochAfterFence"] = decision.next->epoch.value;
        known = completed(abort_after_fence(*decision.next, 0), 0);
        const TransactionDecision again = decide_init(known, question);
        if (again.next) got["epochReturnedOnRetry"] = again.next->epoch.value;
    } else if (decision.next) {
        got["epoch"] = decision.next->epoch.value;
        got["lastEpoch"] = decision.next->last_epoch.value;
        got["newProducerId"] = decision.next->producer_id == fresh_id;
    }
    return compare(vector, expected, part_of(got, expected));
}

VectorOutcome check_transaction(const json& vector)
{
    const json& input = vector.at("input");
    if (input.contains("from")) return check_moves(vector);
    if (input.contains("expectedEpochInRequest")) return check_init(vector);
    if (input.contains("state")) return check_end(vector);
    return not_covered(vector);
}

RecordBatch batch_of(const json& fields)
{
    RecordBatch batch;
    batch.producer_id = current_id;
    batch.producer_epoch = ProducerEpoch{fields.at("epoch").get<std::int16_t>()};
    batch.base_sequence = fields.at("firstSeq");
    const std::int64_t last = fields.at("lastSeq");
    constexpr std::int64_t wrap = std::int64_t{1} << 31;
    const std::int64_t delta = last - batch.base_sequence;
    batch.record_count = static_cast<std::int32_t>(delta < 0 ? delta + wrap : delta) + 1;
    return batch;
}

/// A batch of a producer that a partition knows, or not.
VectorOutcome check_sequence(const json& vector)
{
    const json& input = vector.at("input");
    ProducerEntry entry;
    entry.id = current_id;
    if (!input.at("stored").is_null()) {
        const json& stored = input.at("stored");
        entry.epoch = ProducerEpoch{stored.at("epoch").get<std::int16_t>()};
        for (const json& each : stored.at("batches")) {
            const auto last = each.at(1).get<std::int32_t>();
            entry.add({.last_sequence = last,
                       .last_offset = Offset{last},
                       .offset_delta = last - each.at(0).get<std::int32_t>()});
        }
    }
    const RecordBatch batch = batch_of(input.at("batch"));
    json got = "DUPLICATE";
    if (entry.duplicate_of(batch) == nullptr) {
        ProducerAppend append(entry, AppendOrigin::client, {}, 0);
        std::optional<CompletedTransaction> ended;
        const LogError error = append.append(batch, OffsetMetadata{Offset{0}}, ended);
        got = error.none() ? "APPEND" : std::string(name_of(error.error));
    }
    return compare(vector, vector.at("expected").at("result"), got);
}

VectorOutcome check_error(const json& vector)
{
    const auto error = static_cast<Error>(vector.at("input").at("code").get<std::int16_t>());
    return compare(vector, vector.at("expected"),
                   {{"name", std::string(name_of(error))}, {"retriable", is_retriable(error)}});
}

std::vector<VectorOutcome> each_case(std::string_view text, VectorOutcome (*check)(const json&))
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check(vector));
    return outcomes;
}

}  // namespace

std::vector<VectorOutcome> conform_written_transactions(std::string_view text)
{
    return each_case(text, check_transaction);
}
std::vector<VectorOutcome> conform_written_idempotence(std::string_view text)
{
    return each_case(text, check_sequence);
}
std::vector<VectorOutcome> conform_errors(std::string_view text)
{
    return each_case(text, check_error);
}
std::vector<VectorOutcome> conform_error_table(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& row : json::parse(text).at("errors")) {
        const auto error = static_cast<Error>(row[0].get<std::int16_t>());
        const std::string_view thrown = exception_of(error);
        const json got = {row[0], name_of(error), is_retriable(error), refreshes_metadata(error),
                          thrown.empty() ? json() : json(thrown)};
        outcomes.push_back(
            {.id = row[1], .passed = got == row, .expected = row.dump(), .got = got.dump()});
    }
    return outcomes;
}

}  // namespace gregor::lab
