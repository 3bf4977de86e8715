#include "model/lab/conformance/kafka_tools.h"

#include <catch2/catch.hpp>

/// How far a recorded text may differ: the README of tests/vectors/golden/cli.
namespace gregor::lab::kafka_cases {

TEST_CASE("golden/cli: rows are a set only where a case says that they have an order", "[lab]")
{
    const json exact{{"rc", 0}}, ordered{{"rc", 0}, {"order", "rows: HashMap(16) order"}};
    CHECK(same_text("a\nb\n", "a\nb\n", exact));
    CHECK_FALSE(same_text("a\nb\n", "b\na\n", exact));
    CHECK(same_text("a\nb\n", "b\na\n", ordered));
    CHECK_FALSE(same_text("a\nb\n", "b\nc\n", ordered));
    CHECK_FALSE(same_text("[x, y]\n", "[y, x]\n", ordered));
}

TEST_CASE("golden/cli: names in brackets are a set in an error about the arguments", "[lab]")
{
    const json failed{{"rc", 1}, {"order", "option names inside the brackets"}};
    CHECK(same_text("Missing [[a], [b]] here", "Missing [[b], [a]] here", failed));
    CHECK_FALSE(same_text("Missing [[a], [b]] here", "Missing [[b], [c]] here", failed));
    CHECK_FALSE(same_text("Missing [[a], [b]] here", "here [[b], [a]] Missing", failed));
}

}  // namespace gregor::lab::kafka_cases
