#include "model/lab/scenario_reader.h"
#include "model/lab/scenario_shapes.h"
#include "model/lab/shape.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gregor::lab {
namespace {

constexpr std::array<std::pair<const char*, Assertion::Form>, 4> forms{{
    {"always", Assertion::Form::always},
    {"never", Assertion::Form::never},
    {"eventually", Assertion::Form::eventually},
    {"at_end", Assertion::Form::at_end},
}};
constexpr std::array<const char*, 9> invariant_arguments{
    "client", "consumer", "topic", "tp", "group", "broker", "percentile", "max", "min"};

/// A number, time or size: sizes become bytes.
Value read_limit(const Json& json)
{
    if (json.is_string()) {
        if (const auto bytes = parse_bytes(json.get_ref<const std::string&>())) return *bytes;
    }
    return from_json(json);
}

void check_invariant_arguments(const Json& json, const std::string& path, Loading& loading)
{
    const std::string name = read_text(json, "inv");
    const InvariantDefinition* definition = find_invariant(name);
    for (const std::string_view needed : definition->required) {
        if (!json.contains(needed)) {
            loading.diagnostics.add(
                {child_path(path, needed), "nothing", "a value (required by " + name + ")", ""});
        }
    }
    for (const char* each : invariant_arguments) {
        const auto& required = definition->required;
        const auto& optional = definition->optional;
        if (!json.contains(each) || std::ranges::find(required, each) != required.end()) continue;
        if (std::ranges::find(optional, each) == optional.end()) {
            loading.refuse(child_path(path, each), json[each], "nothing, with inv " + name);
        }
    }
}

void read_invariant(const Json& json, const std::string& path, Assertion& assertion,
                    Loading& loading)
{
    check_invariant_arguments(json, path, loading);
    assertion.invariant = read_text(json, "inv");
    assertion.client = read_text(json, "client");
    assertion.consumer = read_text(json, "consumer");
    assertion.topic = read_text(json, "topic");
    assertion.partition = read_text(json, "tp");
    assertion.group = read_text(json, "group");
    const auto use = [&](const char* key, Argument kind, const std::string& name) {
        if (!name.empty()) loading.use(child_path(path, key), kind, name);
    };
    use("client", Argument::client, assertion.client);
    use("consumer", Argument::client, assertion.consumer);
    use("topic", Argument::topic, assertion.topic);
    use("tp", Argument::partition, assertion.partition);
    use("group", Argument::group, assertion.group);
    if (json.contains("broker")) {
        assertion.broker = json["broker"].get<std::int32_t>();
        use("broker", Argument::broker, std::to_string(*assertion.broker));
    }
    if (json.contains("percentile")) assertion.percentile = json["percentile"].get<double>();
    for (const char* key : {"max", "min"}) {
        if (!json.contains(key)) continue;
        Value limit = read_limit(json[key]);
        if (limit.kind() != Kind::number && limit.kind() != Kind::duration) {
            loading.refuse(child_path(path, key), json[key], "a number, time or size");
        }
        (key == std::string_view("max") ? assertion.max : assertion.min) = std::move(limit);
    }
}

void read_form(const Json& json, const std::string& path, Assertion& assertion, Loading& loading)
{
    std::size_t count = json.contains("inv") ? 1 : 0;
    for (const auto& [word, form] : forms) {
        if (!json.contains(word)) continue;
        ++count;
        assertion.form = form;
        assertion.expression = read_expression_at(json, word, path, Kind::boolean, loading);
    }
    if (count != 1) {
        loading.diagnostics.add({path, std::to_string(count) + " forms of assertion",
                                 "one of inv, always, never, eventually, at_end", ""});
        return;
    }
    if (json.contains("inv")) return read_invariant(json, path, assertion, loading);
    for (const char* each : invariant_arguments) {
        if (json.contains(each)) {
            loading.refuse(child_path(path, each), json[each], "arguments only beside inv");
        }
    }
}

Assertion read_assertion(const Json& json, const std::string& path, Loading& loading)
{
    Assertion assertion;
    assertion.id = read_text(json, "id");
    read_form(json, path, assertion, loading);
    assertion.given = read_expression_at(json, "given", path, Kind::boolean, loading);
    read_optional(json, "within", assertion.within, read_duration);
    assertion.after = read_text(json, "after");
    assertion.from = read_text(json, "from");
    assertion.to = read_text(json, "to");
    for (const char* key : {"after", "from", "to"}) {
        if (json.contains(key)) {
            loading.use(child_path(path, key), Argument::fired, read_text(json, key));
        }
    }
    if (assertion.within && assertion.form != Assertion::Form::eventually) {
        loading.refuse(child_path(path, "within"), json["within"], "within only with eventually");
    }
    return assertion;
}

std::optional<Bound> read_bound(const Json& json, const std::string& path, Loading& loading)
{
    using BoundKind = Bound::Kind;
    constexpr std::array<std::pair<const char*, BoundKind>, 7> kinds{{
        {"eq", BoundKind::eq},
        {"lt", BoundKind::lt},
        {"le", BoundKind::le},
        {"gt", BoundKind::gt},
        {"ge", BoundKind::ge},
        {"between", BoundKind::between},
        {"near", BoundKind::near},
    }};
    Bound bound;
    int count = 0;
    for (const auto& [word, kind] : kinds) {
        const auto at = json.find(word);
        if (at == json.end()) continue;
        ++count;
        bound.kind = kind;
        const bool two = kind == BoundKind::between;
        if (two && at->size() != 2) {
            loading.refuse(child_path(path, word), *at, "the smallest and the largest");
            return std::nullopt;
        }
        bound.value = read_limit(two ? (*at)[0] : *at);
        if (two) bound.upper = read_limit((*at)[1]);
        if (kind != BoundKind::eq && (!as_real(bound.value) || (two && !as_real(bound.upper)))) {
            loading.refuse(child_path(path, word), *at, "a number or time");
            return std::nullopt;
        }
    }
    if (json.contains("rel")) bound.relative = json["rel"].get<double>();
    if (json.contains("abs")) bound.absolute = read_limit(json["abs"]);
    const bool tolerance = json.contains("rel") != json.contains("abs");
    if (count != 1 || tolerance != (bound.kind == BoundKind::near)) {
        loading.refuse(path, json,
                       "one of eq, lt, le, gt, ge, between, or near with one of rel and abs");
        return std::nullopt;
    }
    return bound;
}

void read_bound_at(const Json& json, const char* key, const std::string& path,
                   std::optional<Bound>& into, Loading& loading)
{
    const auto at = json.find(key);
    if (at != json.end()) into = read_bound(*at, child_path(path, key), loading);
}

SweepBound read_sweep_bound(const Json& json, const std::string& path, const Scenario& scenario,
                            Loading& loading)
{
    SweepBound sweep;
    sweep.over = read_text(json, "over");
    sweep.of = json["of"].is_string() ? read_text(json, "of") : json["of"].dump();
    if (std::ranges::find(scenario.asserts, sweep.of, &Assertion::id) == scenario.asserts.end()) {
        sweep.expression = read_expression_at(json, "of", path, Kind::any, loading);
    }
    read_bound_at(json, "each", path, sweep.each, loading);
    read_bound_at(json, "fraction", path, sweep.fraction, loading);
    read_bound_at(json, "threshold", path, sweep.threshold, loading);
    if (json.contains("monotonic")) sweep.rising = json["monotonic"] == "up";
    if (!sweep.each && !sweep.fraction && !sweep.threshold && !sweep.rising) {
        loading.refuse(path, json, "at least one of each, fraction, monotonic, threshold");
    }
    return sweep;
}

void read_ids(const Json& json, const char* key, const std::string& path, const Scenario& scenario,
              std::vector<std::string>& into, Loading& loading)
{
    if (!json.contains(key)) return;
    std::vector<std::string_view> known;
    for (const Assertion& each : scenario.asserts) known.push_back(each.id);
    for (std::size_t i = 0; i < json[key].size(); ++i) {
        into.push_back(json[key][i].get<std::string>());
        const std::string place = child_path(child_path(path, key), i);
        if (std::ranges::find(known, into.back()) == known.end()) {
            loading.refuse(place, json[key][i], "the id of an assertion",
                           nearest_word(into.back(), known));
        }
    }
}

void check_contradictions(const Expectation& expect, const std::string& path, Loading& loading)
{
    for (const std::string& id : expect.violates) {
        if (std::ranges::find(expect.holds, id) != expect.holds.end()) {
            loading.refuse(child_path(path, "violates"), id, "each assertion in one of the lists");
        }
    }
    for (const std::string& id : expect.without_faults) {
        if (std::ranges::find(expect.violates, id) == expect.violates.end()) {
            loading.refuse(child_path(path, "without-faults"), id,
                           "an assertion that this leg violates");
        }
    }
}

}  // namespace

void read_asserts(const Json& json, Scenario& scenario, Loading& loading)
{
    for (std::size_t i = 0; i < json.size(); ++i) {
        scenario.asserts.push_back(read_assertion(json[i], child_path("/asserts", i), loading));
    }
}

void read_measures(const Json& json, Scenario& scenario, Loading& loading)
{
    for (const auto& [name, expression] : json.items()) {
        auto parsed =
            read_expression(expression, child_path("/measures", name), Kind::any, loading);
        if (parsed) scenario.measures.push_back({name, *std::move(parsed)});
    }
}

void read_expectation(const Json& json, const std::string& path, Scenario& scenario,
                      Loading& loading)
{
    Expectation& expect = scenario.expect;
    read_ids(json, "holds", path, scenario, expect.holds, loading);
    read_ids(json, "violates", path, scenario, expect.violates, loading);
    read_ids(json, "without-faults", path, scenario, expect.without_faults, loading);
    check_contradictions(expect, path, loading);
    const std::size_t first_use = loading.uses.size();
    if (json.contains("witness")) {
        for (const auto& [text, value] : json["witness"].items()) {
            auto expression = read_expression(text, child_path(child_path(path, "witness"), text),
                                              Kind::any, loading);
            if (expression) expect.witness.push_back({*std::move(expression), from_json(value)});
        }
    }
    if (json.contains("measures")) {
        for (const auto& [name, value] : json["measures"].items()) {
            const std::string place = child_path(child_path(path, "measures"), name);
            loading.use(place, Argument::fired, name);
            if (auto bound = read_bound(value, place, loading)) expect.measures[name] = *bound;
        }
    }
    if (json.contains("over-sweep")) {
        const std::string list = child_path(path, "over-sweep");
        for (std::size_t i = 0; i < json["over-sweep"].size(); ++i) {
            expect.over_sweep.push_back(
                read_sweep_bound(json["over-sweep"][i], child_path(list, i), scenario, loading));
        }
    }
    // Expectations may name measures as they do marks; those are known here.
    const auto is_measure = [&](const Loading::Use& use) {
        return use.reference.kind == Argument::fired &&
               std::ranges::find(loading.measure_names, use.reference.name) !=
                   loading.measure_names.end();
    };
    const auto from = loading.uses.begin() + static_cast<std::ptrdiff_t>(first_use);
    loading.uses.erase(std::remove_if(from, loading.uses.end(), is_measure), loading.uses.end());
}

void read_lesson(const Json& json, Scenario& scenario, Loading& loading)
{
    Lesson& lesson = scenario.lesson;
    lesson.analogy = read_text(json, "analogy");
    for (std::size_t i = 0; json.contains("captions") && i < json["captions"].size(); ++i) {
        const Json& each = json["captions"][i];
        const std::string path = child_path("/lesson/captions", i);
        lesson.captions.push_back(
            {.trigger = read_trigger(each, path, loading),
             .say = read_text(each, "say"),
             .focus = read_expression_at(each, "focus", path, Kind::any, loading)});
    }
    for (std::size_t i = 0; json.contains("predict") && i < json["predict"].size(); ++i) {
        const Json& each = json["predict"][i];
        const std::string path = child_path("/lesson/predict", i);
        lesson.predict.push_back(
            {.trigger = read_trigger(each, path, loading),
             .ask = read_text(each, "ask"),
             .choices = each["choices"].get<std::vector<std::string>>(),
             .answer = read_expression_at(each, "answer", path, Kind::any, loading)});
    }
    if (json.contains("exercises")) {
        lesson.exercises = json["exercises"].get<std::vector<std::string>>();
    }
}

bool Bound::admits(const Value& measured) const
{
    if (kind == Kind::eq) return equals(measured, value);
    const std::partial_ordering order = compare(measured, value);
    switch (kind) {
        case Kind::lt: return order < 0;
        case Kind::le: return order <= 0;
        case Kind::gt: return order > 0;
        case Kind::ge: return order >= 0;
        case Kind::between: return order >= 0 && compare(measured, upper) <= 0;
        default: break;
    }
    const auto found = as_real(measured);
    const auto wanted = as_real(value);
    if (!found || !wanted) return false;
    const double tolerance =
        relative ? *relative * std::abs(*wanted) : as_real(absolute).value_or(0);
    return std::abs(*found - *wanted) <= tolerance;
}

std::string Bound::text() const
{
    const std::string first = to_text(value);
    switch (kind) {
        case Kind::eq: return "equal to " + first;
        case Kind::lt: return "less than " + first;
        case Kind::le: return "at most " + first;
        case Kind::gt: return "more than " + first;
        case Kind::ge: return "at least " + first;
        case Kind::between: return "between " + first + " and " + to_text(upper);
        case Kind::near: break;
    }
    return "near " + first +
           (relative ? " within " + to_text(Value(*relative * 100)) + " %"
                     : " within " + to_text(absolute));
}

}  // namespace gregor::lab
