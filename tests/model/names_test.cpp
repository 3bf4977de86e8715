#include "model/group_words.h"
#include "model/iso_duration.h"
#include "model/java_hash.h"
#include "model/topic_names.h"

#include <catch2/catch.hpp>

#include <string>

using namespace gregor;

TEST_CASE("names: what a topic may be called", "[names]")
{
    CHECK(!objection_to_topic_name("orders.v1_eu-west"));
    CHECK(!objection_to_topic_name(std::string(longest_topic_name, 'x')));
    CHECK(objection_to_topic_name(std::string(longest_topic_name + 1, 'x')));
    CHECK(objection_to_topic_name("."));
    CHECK(objection_to_topic_name("caf\xc3\xa9"));
    CHECK(topic_names_collide("a.b", "a_b"));
    CHECK(is_internal_topic("__transaction_state"));
    CHECK(!is_internal_topic("transaction_state"));
}

TEST_CASE("names: ISO durations are read as Java reads them", "[names]")
{
    CHECK(parse_iso_duration("PT1H") == seconds(3'600));
    CHECK(parse_iso_duration("P2DT3.5S") == seconds(172'800) + milliseconds(3'500));
    CHECK(parse_iso_duration("-pt1m") == seconds(-60));
    CHECK(parse_iso_duration("PT-1.5S") == milliseconds(-1'500));
    for (const char* wrong :
         {"", "P", "PT", "P1DT", "1h", "PT1", "PT1S1M", "P1H", "PT1.5H", "PT0.1234567890S",
          "P999999999D", "PT-9223372036.854775808S", "-PT-9223372036S-0.9S"}) {
        CAPTURE(wrong);
        CHECK(!parse_iso_duration(wrong));
    }
}

TEST_CASE("names: words of groups are read without regard to case", "[names]")
{
    CHECK(group_state_named("preparingrebalance") == "PreparingRebalance");
    CHECK(group_state_named("preparing_rebalance") == "Unknown");
    CHECK(classic_group_state_named("assigning") == "Unknown");
    CHECK(group_states_of("share").size() == 3);
    CHECK(group_protocol_named("Consumer") == "CONSUMER");
    CHECK(!group_protocol_named("share"));
}

TEST_CASE("names: a negative hash gives a partition too", "[names]")
{
    CHECK(java_string_hash("polygenelubricants") == INT32_MIN);
    CHECK(coordinator_partition_for("polygenelubricants", 50) == 0);
}
