#include "model/lab/expression.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <map>

namespace gregor::lab {
namespace {

/// A run with fixed answers, by the text of the call.
struct Answers final : StateView {
    std::map<std::string, Value> values;

    Value call(std::string_view function, const std::vector<Value>& arguments,
               const NamedValues& named) const override
    {
        std::string key(function);
        for (const Value& each : arguments) key += " " + to_text(each);
        for (const auto& [name, value] : named) key += " " + name + "=" + to_text(value);
        const auto at = values.find(key);
        return at == values.end() ? Value() : at->second;
    }
    std::optional<Value> name(std::string_view word) const override
    {
        const auto at = values.find(std::string(word));
        if (at == values.end()) return std::nullopt;
        return at->second;
    }
};

std::vector<ExpressionError> errors_of(std::string_view text, const Parameters& parameters = {})
{
    std::vector<ExpressionError> errors;
    Expression::parse(text, parameters, errors);
    return errors;
}

Expression parsed(std::string_view text, const Parameters& parameters = {})
{
    std::vector<ExpressionError> errors;
    auto expression = Expression::parse(text, parameters, errors);
    CAPTURE(text, errors.empty() ? "" : errors.front().allowed);
    REQUIRE(expression);
    return *expression;
}

std::string value_of(std::string_view text, const Answers& answers = {},
                     const Parameters& parameters = {})
{
    return to_text(parsed(text, parameters).evaluate(answers));
}

Value integers(std::vector<std::int64_t> numbers)
{
    return IntervalSet::of(std::move(numbers));
}

}  // namespace

TEST_CASE("interval set: neighbours become one range", "[lab]")
{
    IntervalSet set;
    for (const std::int64_t each : {5, 3, 4, 9, 0}) set.insert(each);
    using Range = IntervalSet::Range;
    CHECK(set.ranges() == std::vector<Range>{{0, 1}, {3, 6}, {9, 10}});
    set.insert(1, 9);
    CHECK(set.ranges() == std::vector<Range>{{0, 10}});
    CHECK(set.size() == 10);
    CHECK(set.contains(9));
    CHECK_FALSE(set.contains(10));
}

TEST_CASE("interval set: operations agree with those on single numbers", "[lab]")
{
    for (std::uint32_t bits = 0; bits < 64 * 64; ++bits) {
        std::vector<std::int64_t> in_a, in_b, in_both, in_either, only_a;
        for (std::int64_t i = 0; i < 6; ++i) {
            const bool a = (bits >> i & 1) != 0;
            const bool b = (bits >> (i + 6) & 1) != 0;
            if (a) in_a.push_back(i);
            if (b) in_b.push_back(i);
            if (a && b) in_both.push_back(i);
            if (a || b) in_either.push_back(i);
            if (a && !b) only_a.push_back(i);
        }
        const auto a = IntervalSet::of(in_a);
        const auto b = IntervalSet::of(in_b);
        REQUIRE(a.united_with(b) == IntervalSet::of(in_either));
        REQUIRE(a.minus(b) == IntervalSet::of(only_a));
        REQUIRE(a.is_subset_of(b) == only_a.empty());
        REQUIRE(a.is_disjoint_from(b) == in_both.empty());
    }
}

TEST_CASE("interval set: a million records in alternation stay fast", "[lab]")
{
    IntervalSet even;
    for (std::int64_t i = 0; i < 1'000'000; ++i) even.insert(2 * i);
    const auto all = IntervalSet::of(0, 2'000'000);
    CHECK(all.minus(even).size() == 1'000'000);
    CHECK(even.is_subset_of(all));
    CHECK(all.minus(even).is_disjoint_from(even));
}

TEST_CASE("expression: arithmetic follows precedence and keeps whole numbers", "[lab]")
{
    CHECK(value_of("1 + 2 * 3 - 4") == "3");
    CHECK(value_of("(1 + 2) * -3") == "-9");
    CHECK(value_of("7 / 2") == "3.5");
    CHECK(value_of("6 / 0") == "null");
    CHECK(value_of("9223372036854775807 + 1") == "9.22337e+18");
}

TEST_CASE("expression: times have units and combine with numbers", "[lab]")
{
    CHECK(value_of("250ms + 1.5s") == "1.75s");
    CHECK(value_of("30s / 10s") == "3");
    CHECK(value_of("30s / 10") == "3s");
    CHECK(value_of("2 * 250ms") == "0.5s");
    CHECK(value_of("1s == 1") == "true");
    CHECK(value_of("1s < 1500ms and not 2s < 1s") == "true");
    CHECK(value_of("16KiB") == "16384");
}

TEST_CASE("expression: the ISR is compared as a set", "[lab]")
{
    Answers answers;
    answers.values["isr t-0"] = ValueList{Value(std::int64_t{2}), Value(std::int64_t{1})};
    CHECK(value_of("isr('t-0') == [1, 2]", answers) == "true");
    CHECK(value_of("isr('t-0') == [1, 2, 3]", answers) == "false");
    CHECK(value_of("2 in isr('t-0')", answers) == "true");
    CHECK(value_of("isr('t-0') subset [1, 2, 3]", answers) == "true");
    CHECK(value_of("isr('t-0') disjoint [3]", answers) == "true");
}

TEST_CASE("expression: a set operation limits the records to the client it names", "[lab]")
{
    Answers answers;
    answers.values["acked P"] = integers({0, 1, 2});
    answers.values["readable t client=P"] = integers({0, 2});
    CHECK(value_of("acked(P) subset readable('t')", answers) == "false");
    CHECK(value_of("acked(P) minus readable('t')", answers) == "{1}");
    CHECK(value_of("share(readable('t', client=P), acked(P))", answers) == "0.666667");
    CHECK(value_of("size(acked('P') union [7])", answers) == "4");
}

TEST_CASE("expression: marks are instants, unknown ones are null", "[lab]")
{
    Answers answers;
    answers.values["slow"] = Time{seconds(10).nanoseconds};
    answers.values["now"] = Time{seconds(12).nanoseconds};
    CHECK(value_of("now() - slow", answers) == "2s");
    CHECK(value_of("now() - fast", answers) == "null");
    CHECK(value_of("now() - fast > 1s", answers) == "false");
    CHECK(value_of("fast == null", answers) == "true");
    answers.values["taken-over"] = seconds(11);
    CHECK(value_of("taken-over - slow", answers) == "1s");
    CHECK(value_of("now()-slow-1s", answers) == "1s");
    CHECK(parsed("now() - slow").references() ==
          std::vector<Reference>{{Argument::fired, "slow", 8}});
}

TEST_CASE("expression: first() hands its condition to the run by its text", "[lab]")
{
    const auto expression = parsed("first(isr('t-0') == [1,2]) - slow");
    REQUIRE(expression.conditions().size() == 1);
    CHECK(expression.conditions().front().text() == "isr('t-0') == [1,2]");
    CHECK(expression.conditions().front().reads() == reads::metadata);
    Answers answers;
    answers.values["first isr('t-0') == [1,2]"] = seconds(40);
    answers.values["slow"] = seconds(10);
    CHECK(to_text(expression.evaluate(answers)) == "30s");
    answers.values["isr t-0"] = ValueList{Value(std::int64_t{2}), Value(std::int64_t{1})};
    CHECK(expression.conditions().front().evaluate(answers).is_true());
}

TEST_CASE("expression: percentiles take the nearest rank of a list", "[lab]")
{
    Answers answers;
    ValueList times;
    for (std::int64_t i = 100; i >= 1; --i) times.emplace_back(milliseconds(i));
    answers.values["latency P from=null"] = times;
    answers.values["latency P"] = times;
    CHECK(value_of("p50(latency(P))", answers) == "0.05s");
    CHECK(value_of("p99(latency(P))", answers) == "0.099s");
    CHECK(value_of("max(latency(P, from=slow))", answers) == "0.1s");
    CHECK(value_of("mean(latency(P))", answers) == "0.0505s");
    CHECK(value_of("p99([])") == "null");
}

TEST_CASE("expression: parameters are put in, also inside quotes", "[lab]")
{
    const Parameters parameters{{"lag_limit", seconds(30)}, {"tp", "t-0"}, {"off", Value()}};
    Answers answers;
    answers.values["leader t-0"] = Value(std::int64_t{3});
    CHECK(value_of("45s / $lag_limit", answers, parameters) == "1.5");
    CHECK(value_of("leader('$tp')", answers, parameters) == "3");
    CHECK(value_of("$off == null", answers, parameters) == "true");
    const auto errors = errors_of("$lag_limi > 1s", parameters);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].nearest == "lag_limit");
}

TEST_CASE("expression: what it reads is known, so that it is evaluated when that changes", "[lab]")
{
    CHECK(parsed("held('late')").reads() == reads::network);
    CHECK(parsed("1 in acked(P) and epoch('t-0') == 1").reads() ==
          (reads::client | reads::metadata));
    CHECK(parsed("1 + 1 == 3").is_constant());
    CHECK(parsed("count(marker, txn='tx') == 1").reads() == reads::events);
}

TEST_CASE("expression: wrong words get the nearest right one", "[lab]")
{
    const auto nearest = [](std::string_view text) {
        const auto errors = errors_of(text);
        return errors.empty() ? std::string("no error") : errors.front().nearest;
    };
    CHECK(nearest("leeder('t-0') == 1") == "leader");
    CHECK(nearest("readable('t', isolatoin='read_committed')") == "isolation");
    CHECK(nearest("readable('t', isolation='read_comitted')") == "read_committed");
    CHECK(nearest("count(BecomeLeader) > 1") == "BecameLeader");
}

TEST_CASE("expression: operands of the wrong kind are refused", "[lab]")
{
    for (const char* bad :
         {"acked(P) + 1", "leader('t-0') and online(1)", "acked(P) < 3", "1 in 2", "not 3",
          "online('a')", "isr('t')", "leader('t-0', 1)", "leader()", "epoch(isr('t-0'))",
          "acked(P) == 3", "'a' == 1", "online(1) > 2", "1 < 'a'", "first(3)",
          "readable('t', nothing=1)", "latency(P, from=1, from=2)", "fenced(acked(P))"}) {
        CAPTURE(bad);
        CHECK(errors_of(bad).size() == 1);
    }
}

TEST_CASE("expression: broken texts are refused with the place", "[lab]")
{
    for (const char* bad :
         {"", "1 +", "(1", "[1,", "'a", "1 2", "a b", "1 = 2", "f(", "1 == 2 == 3", "3parsecs", "$",
          "#", "1e999", "99999999999999999999h", "not", "or"}) {
        CAPTURE(bad);
        const auto errors = errors_of(bad);
        REQUIRE(errors.size() == 1);
        CHECK_FALSE(errors[0].allowed.empty());
    }
    CHECK(errors_of("1 + ")[0].offset == 4);
    CHECK(errors_of("1 + \x01")[0].found == "byte 0x01");
}

TEST_CASE("expression: nesting and length have a limit that is said", "[lab]")
{
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "1" + std::string(depth, ')');
    };
    CHECK(errors_of(nested(150)).empty());
    REQUIRE(errors_of(nested(10'000)).size() == 1);
    CHECK(errors_of(nested(10'000))[0].allowed.find("200") != std::string::npos);
    std::string sum = "1";
    for (int i = 0; i < 10'000; ++i) sum += "+1";
    CHECK(errors_of(sum).size() == 1);
    CHECK(errors_of(std::string(70'000, ' ')).size() == 1);
    std::string list = "1 in [0";
    for (int i = 0; i < 5'000; ++i) list += "," + std::to_string(i);
    CHECK(value_of(list + "]") == "true");
}

TEST_CASE("value: text and JSON", "[lab]")
{
    CHECK(to_text(integers({1, 2, 3, 7})) == "{1..3, 7}");
    CHECK(to_json(integers({1, 2, 3})).dump() == "[1,2,3]");
    CHECK(to_json(IntervalSet::of(0, 1'000'000)).dump() == "\"{0..999999}\"");
    CHECK(to_json(milliseconds(1500)).dump() == "1.5");
    CHECK(equals(from_json(nlohmann::json::parse("[3, 1]")), integers({1, 3})));
    CHECK(equals(from_json(nlohmann::json("1.5s")), milliseconds(1500)));
}

}  // namespace gregor::lab
