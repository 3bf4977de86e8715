#include "model/transactions/transaction_coordinator.h"

#include "model/java_hash.h"

#include <catch2/catch.hpp>

#include <map>

using namespace gregor;

namespace {

constexpr TopicPartition orders{TopicId{0}, 0}, payments{TopicId{0}, 1};
constexpr std::int32_t partitions = 50;
constexpr std::int64_t timeout_ms = 60'000;

/// A coordinator of every transactional id, whose writes succeed or fail when the test says so.
class Desk {
public:
    Desk()
    {
        for (std::int32_t p = 0; p < partitions; ++p) coordinator.on_elected(now, p, 3, {});
    }

    TransactionAnswer init(const std::string& id, ProducerIdAndEpoch expected = {})
    {
        offer();
        coordinator.init(now, ++request, {id, timeout_ms, expected});
        return commit_all();
    }
    Error add(const std::string& id, ProducerIdAndEpoch producer,
              const std::set<TopicPartition>& to)
    {
        coordinator.add_partitions(now, ++request, {id, producer, to, TransactionVersion::tv_2});
        return commit_all().error;
    }
    void ask_to_end(const std::string& id, ProducerIdAndEpoch producer, bool commit,
                    TransactionVersion version = TransactionVersion::tv_2)
    {
        offer();
        coordinator.end(now, ++request, {id, producer, commit, version});
    }
    /// The outcome of every write that waits; the answer to the last request, if there is one.
    TransactionAnswer commit_all(Error error = Error::none)
    {
        take();
        for (const TransactionWrite& each : std::exchange(writes, {})) {
            if (error == Error::none && each.value) log[each.id] = *each.value;
            if (error == Error::none && !each.value) log.erase(each.id);
            coordinator.on_written(now, each.ticket, error);
        }
        take();
        return answers.contains(request) ? answers[request] : TransactionAnswer{};
    }
    void write_markers()
    {
        for (const TransactionMarker& each : std::exchange(markers, {})) {
            coordinator.on_marker(now, each.id, each.partition, Error::none);
        }
        commit_all();
    }
    TransactionState state(const std::string& id) { return coordinator.find(id)->state; }

    TransactionCoordinator coordinator{{.partitions = partitions}};
    std::int64_t now = 1'000;
    std::uint64_t request = 0;
    std::map<std::uint64_t, TransactionAnswer> answers;
    std::vector<TransactionWrite> writes;
    std::vector<TransactionMarker> markers;
    std::map<std::string, TransactionMetadata> log;

private:
    void offer()
    {
        if (coordinator.needs_producer_id()) coordinator.offer_producer_id(ProducerId{next_++});
    }
    void take()
    {
        const TransactionOutbox out = coordinator.take_outbox();
        for (const TransactionAnswer& each : out.answers) answers[each.request] = each;
        writes.insert(writes.end(), out.writes.begin(), out.writes.end());
        markers.insert(markers.end(), out.markers.begin(), out.markers.end());
    }
    std::int64_t next_ = 100;
};

}  // namespace

TEST_CASE("transactions: an end is answered when it is written, before any marker (KIP-98)",
          "[transactions]")
{
    Desk desk;
    const ProducerIdAndEpoch producer = desk.init("t").producer;
    REQUIRE(producer.epoch == ProducerEpoch{0});
    REQUIRE(desk.add("t", producer, {orders, payments}) == Error::none);
    desk.ask_to_end("t", producer, true);
    CHECK(!desk.answers.contains(desk.request));
    const TransactionAnswer ended = desk.commit_all();
    CHECK(ended.error == Error::none);
    CHECK(ended.producer == ProducerIdAndEpoch{producer.id, ProducerEpoch{1}});
    CHECK(desk.state("t") == TransactionState::prepare_commit);
    REQUIRE(desk.markers.size() == 2);
    CHECK(desk.markers[0].producer.epoch == ProducerEpoch{1});
    CHECK(desk.markers[0].coordinator_epoch == 3);
    desk.write_markers();
    CHECK(desk.state("t") == TransactionState::complete_commit);
    CHECK(desk.log.at("t").partitions.empty());
}

TEST_CASE("transactions: while a state is being written others are told to come again",
          "[transactions]")
{
    Desk desk;
    const ProducerIdAndEpoch producer = desk.init("t").producer;
    desk.coordinator.add_partitions(desk.now, ++desk.request, {"t", producer, {orders}, {}});
    desk.coordinator.add_partitions(desk.now, ++desk.request, {"t", producer, {payments}, {}});
    const auto answered = desk.commit_all();
    CHECK(answered.error == Error::concurrent_transactions);
    CHECK(desk.coordinator.find("t")->partitions == std::set{orders});
}

TEST_CASE("transactions: what could not be written has not happened", "[transactions]")
{
    Desk desk;
    const ProducerIdAndEpoch producer = desk.init("t").producer;
    desk.coordinator.add_partitions(desk.now, ++desk.request, {"t", producer, {orders}, {}});
    CHECK(desk.commit_all(Error::not_enough_replicas).error == Error::coordinator_not_available);
    CHECK(desk.state("t") == TransactionState::empty);
    CHECK(desk.add("t", producer, {orders}) == Error::none);
}

TEST_CASE("transactions: a fence that was not written raises the epoch once only", "[transactions]")
{
    Desk desk;
    const ProducerIdAndEpoch producer = desk.init("t").producer;
    desk.add("t", producer, {orders});
    desk.coordinator.init(desk.now, ++desk.request, {"t", timeout_ms, {}});
    CHECK(desk.commit_all(Error::not_leader_or_follower).error == Error::not_coordinator);
    CHECK(desk.coordinator.find("t")->epoch == ProducerEpoch{1});
    CHECK(desk.init("t").error == Error::concurrent_transactions);
    desk.write_markers();
    CHECK(desk.log.at("t").epoch == ProducerEpoch{1});
    CHECK(desk.init("t").producer.epoch == ProducerEpoch{2});
}

TEST_CASE("transactions: a new coordinator finishes what the log says is decided", "[transactions]")
{
    Desk desk;
    const ProducerIdAndEpoch producer = desk.init("t").producer;
    desk.add("t", producer, {orders, payments});
    desk.ask_to_end("t", producer, true);
    desk.commit_all();
    desk.coordinator.on_marker(desk.now, "t", orders, Error::none);

    Desk next;
    const std::int32_t partition = coordinator_partition_for("t", partitions);
    next.coordinator.on_loading(partition);
    CHECK(next.init("t").error == Error::coordinator_load_in_progress);
    next.coordinator.on_elected(next.now, partition, 4, {desk.log.at("t")});
    next.commit_all();
    CHECK(next.markers.size() == 2);  // it does not know which are there already
    CHECK(next.markers[0].coordinator_epoch == 4);
    next.write_markers();
    CHECK(next.state("t") == TransactionState::complete_commit);
}

TEST_CASE("transactions: who resigns answers what waits and forgets", "[transactions]")
{
    Desk desk;
    const ProducerIdAndEpoch producer = desk.init("t").producer;
    desk.coordinator.add_partitions(desk.now, ++desk.request, {"t", producer, {orders}, {}});
    desk.coordinator.on_resigned(coordinator_partition_for("t", partitions));
    CHECK(desk.commit_all().error == Error::not_coordinator);
    CHECK(desk.coordinator.find("t") == nullptr);
    CHECK(desk.coordinator.verify("t", producer, orders) == Error::not_coordinator);
}

TEST_CASE("transactions: a marker that comes too late leaves the transaction prepared",
          "[transactions]")
{
    Desk desk;
    const ProducerIdAndEpoch producer = desk.init("t").producer;
    desk.add("t", producer, {orders});
    desk.ask_to_end("t", producer, false, TransactionVersion::tv_0);
    desk.commit_all();
    desk.coordinator.on_marker(desk.now, "t", orders, Error::invalid_producer_epoch);
    desk.commit_all();
    CHECK(desk.state("t") == TransactionState::prepare_abort);
    CHECK(desk.coordinator.find("t")->partitions == std::set{orders});
}

TEST_CASE("transactions: the time-out runs from the first partition", "[transactions]")
{
    Desk desk;
    const ProducerIdAndEpoch producer = desk.init("t").producer;
    desk.now += 2 * timeout_ms;
    desk.add("t", producer, {orders});
    desk.now += timeout_ms;
    desk.coordinator.abort_timed_out(desk.now);
    desk.commit_all();
    CHECK(desk.state("t") == TransactionState::ongoing);
    desk.now += 1;
    desk.coordinator.abort_timed_out(desk.now);
    desk.commit_all();
    CHECK(desk.state("t") == TransactionState::prepare_abort);
    CHECK(desk.coordinator.find("t")->epoch == ProducerEpoch{1});
}

TEST_CASE("transactions: an id without transactions is forgotten after a week", "[transactions]")
{
    constexpr std::int64_t week_ms = 604'800'000;
    Desk desk;
    const ProducerIdAndEpoch idle = desk.init("idle").producer;
    const ProducerIdAndEpoch open = desk.init("open").producer;
    desk.add("open", open, {orders});
    desk.now += week_ms;
    desk.coordinator.remove_expired(desk.now);
    desk.commit_all();
    CHECK(desk.coordinator.find("idle") == nullptr);
    CHECK(!desk.log.contains("idle"));
    CHECK(desk.coordinator.find("open") != nullptr);
    CHECK(desk.init("idle").producer.id != idle.id);
}

TEST_CASE("transactions: used-up epochs give a new producer id at the end (KIP-890)",
          "[transactions]")
{
    TransactionMetadata known;
    known.id = "t";
    known.producer_id = ProducerId{7};
    known.epoch = ProducerEpoch{TransactionMetadata::last_usable_epoch};
    known.state = TransactionState::ongoing;
    known.partitions = {orders};
    const EndTransactionQuestion question{.producer = {known.producer_id, known.epoch},
                                          .commit = true,
                                          .version = TransactionVersion::tv_2,
                                          .fresh = ProducerId{8}};
    const TransactionDecision decision = decide_end(known, question);
    REQUIRE(decision.next);
    CHECK(decision.took_producer_id);
    CHECK(decision.next->epoch.value == INT16_MAX);
    const TransactionMetadata done = completed(*decision.next, 0);
    CHECK(done.producer_id == ProducerId{8});
    CHECK(done.previous_producer_id == ProducerId{7});
    CHECK(done.epoch == ProducerEpoch{0});
    // The answer was lost: the client asks again with what it had.
    CHECK(decide_end(done, question).error == Error::none);
    CHECK(!decide_end(done, question).next);
}
