#include "model/producer/transaction_client.h"

#include <catch2/catch.hpp>

using namespace gregor;

namespace {

constexpr TopicPartition orders{TopicId{0}, 0};
constexpr ProducerIdAndEpoch first{ProducerId{7}, ProducerEpoch{0}};
constexpr ProducerIdAndEpoch second{ProducerId{7}, ProducerEpoch{1}};
using Kind = TransactionClient::Request::Kind;
using State = ProducerTransactionState;

TransactionClient ready_client(bool v2)
{
    TransactionClient client({.v2 = v2});
    REQUIRE(client.init_transactions().empty());
    REQUIRE(client.next_request()->kind == Kind::init_producer_id);
    client.on_answer(Error::none, first);
    REQUIRE(client.state() == State::ready);
    return client;
}

}  // namespace

TEST_CASE("producer: calls in the wrong state throw and change nothing", "[producer]")
{
    TransactionClient client;
    const ExceptionChain illegal{"IllegalStateException"};
    CHECK(client.begin() == illegal);
    CHECK(client.commit() == illegal);
    CHECK(client.abort() == illegal);
    CHECK(client.send(orders) == illegal);
    CHECK(client.state() == State::uninitialized);
    TransactionClient ready = ready_client(true);
    CHECK(ready.init_transactions() == illegal);
    CHECK(ready.begin().empty());
    CHECK(ready.begin() == illegal);
}

TEST_CASE("producer: before KIP-890 a partition is added before its batches leave", "[producer]")
{
    TransactionClient client = ready_client(false);
    client.begin();
    REQUIRE(client.send(orders).empty());
    CHECK(!client.may_send_to(orders));
    const auto request = client.next_request();
    REQUIRE(request);
    CHECK(request->kind == Kind::add_partitions);
    client.on_answer(Error::concurrent_transactions, {});
    CHECK(client.next_request()->kind == Kind::add_partitions);
    client.on_answer(Error::none, {});
    CHECK(client.may_send_to(orders));
    CHECK(!client.next_request());
}

TEST_CASE("producer: an empty transaction ends without a request", "[producer]")
{
    TransactionClient client = ready_client(true);
    client.begin();
    REQUIRE(client.commit().empty());
    CHECK(!client.next_request());
    CHECK(client.state() == State::ready);
    CHECK(client.outcome().empty());
}

TEST_CASE("producer: with KIP-890 each end brings the next epoch, and sequences from 0",
          "[producer]")
{
    TransactionClient client = ready_client(true);
    const std::int64_t resets = client.sequence_resets();
    client.begin();
    client.send(orders);
    client.commit();
    REQUIRE(client.next_request()->kind == Kind::end_transaction);
    client.on_answer(Error::none, second);
    CHECK(client.producer() == second);
    CHECK(client.sequence_resets() == resets + 1);
    CHECK(client.state() == State::ready);
}

TEST_CASE("producer: a failed record makes the transaction abortable (KIP-360)", "[producer]")
{
    TransactionClient client = ready_client(false);
    client.begin();
    client.send(orders);
    REQUIRE(client.next_request());
    client.on_answer(Error::none, {});
    client.on_record_failed({"TimeoutException"});
    const ExceptionChain chain{"KafkaException", "TransactionAbortableException",
                               "TimeoutException"};
    CHECK(client.commit() == chain);
    REQUIRE(client.abort().empty());
    REQUIRE(client.next_request()->kind == Kind::end_transaction);
    client.on_answer(Error::none, {});
    const auto bump = client.next_request();
    REQUIRE(bump);
    CHECK(bump->kind == Kind::init_producer_id);
    CHECK(bump->expected == first);
    client.on_answer(Error::none, second);
    CHECK(client.state() == State::ready);
    CHECK(client.begin().empty());
}

TEST_CASE("producer: a fenced producer is of no more use", "[producer]")
{
    TransactionClient client = ready_client(true);
    client.begin();
    client.send(orders);
    client.commit();
    REQUIRE(client.next_request());
    client.on_answer(Error::producer_fenced, {});
    const ExceptionChain fenced{"ProducerFencedException"};
    CHECK(client.outcome() == fenced);
    CHECK(client.state() == State::fatal_error);
    CHECK(client.abort() == fenced);
    CHECK(client.begin() == fenced);
    CHECK(!client.next_request());
}

TEST_CASE("producer: a commit that waits for its records ends with their error", "[producer]")
{
    TransactionClient client = ready_client(true);
    client.begin();
    client.send(orders);
    REQUIRE(client.commit().empty());
    client.on_record_failed({"TimeoutException"});
    CHECK(client.state() == State::abortable_error);
    CHECK(!client.next_request());
    REQUIRE(client.abort().empty());
    const auto next = client.next_request();
    REQUIRE(next);
    CHECK(next->kind == Kind::end_transaction);
    CHECK_FALSE(next->commit);
}

TEST_CASE("producer: what was under way when a record failed is still answered", "[producer]")
{
    constexpr TopicPartition others{TopicId{0}, 1};
    TransactionClient client = ready_client(false);
    client.begin();
    client.send(orders);
    REQUIRE(client.next_request()->partitions.contains(orders));
    client.send(orders);
    client.send(others);
    client.on_record_failed({"CorruptRecordException"});
    REQUIRE(client.abort().empty());
    CHECK(client.next_request()->kind == Kind::add_partitions);
    client.on_answer(Error::none, {});
    const auto next = client.next_request();
    REQUIRE(next);
    CHECK(next->kind == Kind::end_transaction);
}
