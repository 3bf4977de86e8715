#include "model/producer/producer_batch.h"
#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

/// Batches that the broker refuses with MESSAGE_TOO_LARGE (KIP-126).
namespace gregor::lab {

namespace {

nlohmann::json loaded(const char* idempotent, const char* max_message_bytes)
{
    nlohmann::json scenario = small_scenario();
    scenario["topics"][0]["config"]["max.message.bytes"] = max_message_bytes;
    nlohmann::json& client = scenario["clients"][0];
    client["kind"] = "producer";
    client.erase("program");
    client["config"]["enable.idempotence"] = idempotent;
    client["config"]["linger.ms"] = 100;
    client["load"] = nlohmann::json::parse(R"j({ "rate": "200/s", "size": "1KB", "to": "2s" })j");
    return scenario;
}

}  // namespace

TEST_CASE("producer: a batch that is too large is split and sent again", "[producer]")
{
    for (const char* idempotent : {"true", "false"}) {
        INFO(idempotent);
        const auto run_of = whole_run(loaded(idempotent, "3KB"));
        const auto& client = run_of->history().client(ClientId{0});
        REQUIRE(client.sent >= 390);
        CHECK(to_text(ask(*run_of, "size(acked(P))")) == std::to_string(client.sent));
        CHECK(client.retried > 0);
        CHECK(run_of->invariants().violated().empty());
        const Replica* replica =
            run_of->kernel().process(NodeId{0}).broker()->replica({TopicId{0}, 0});
        std::int64_t records = 0;
        replica->log.for_each([&](const RecordBatch& batch) {
            if (std::string(idempotent) == "true") CHECK(batch.first_number == records);
            records += batch.record_count;
            CHECK(batch.size_in_bytes <= 3'000);
        });
        CHECK(records == client.sent);
    }
}

TEST_CASE("producer: a single record that is too large fails", "[producer]")
{
    const auto run_of = whole_run(loaded("true", "500"));
    CHECK(ask(*run_of, "size(acked(P)) == 0").is_true());
    CHECK(ask(*run_of, "size(failed(P)) > 0").is_true());
}

TEST_CASE("producer: the parts of a batch carry on its numbers", "[producer]")
{
    ProducerBatch batch;
    batch.first_number = 7;
    batch.base_sequence = 3;
    batch.record_count = 5;
    batch.size = 61 + 500;
    batch.runs.push_back({100, 2, Time{} + seconds(1), milliseconds(10)});
    batch.runs.push_back({200, 3, Time{} + seconds(2), milliseconds(10)});
    const std::vector<ProducerBatch> parts = split(batch, 61 + 250);
    REQUIRE(parts.size() == 3);
    CHECK(parts[1].first_number == 9);
    CHECK(parts[1].base_sequence == 5);
    REQUIRE(parts[1].runs.size() == 1);
    CHECK(parts[1].runs[0].first_sequence == 200);
    CHECK(parts[2].record_count == 1);
    CHECK(parts[2].runs[0].first_sequence == 202);
    CHECK(parts[0].size + parts[1].size + parts[2].size == batch.size + 2 * 61);
}

}  // namespace gregor::lab
