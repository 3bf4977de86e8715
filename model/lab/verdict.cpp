#include "model/lab/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace gregor::lab {

namespace {

using OutcomeVerdict = AssertionOutcome::Verdict;

std::string_view word(OutcomeVerdict verdict)
{
    constexpr std::array<std::string_view, 4> words{"undecided", "held", "was violated",
                                                    "was vacuous"};
    return words[static_cast<std::size_t>(verdict)];
}

bool contains(const std::vector<std::string>& list, const std::string& id)
{
    return std::ranges::find(list, id) != list.end();
}

/// Whether the leg is there to show that records are lost or logs differ: then the invariants of
/// Kafka that say so are broken on purpose.
bool expects_broken_logs(const Scenario& scenario)
{
    return std::ranges::any_of(scenario.asserts, [&](const Assertion& each) {
        if (!contains(scenario.expect.violates, each.id)) return false;
        const std::string& name = each.invariant;
        if (name == "DUR" || name == "MATCH" || name == "HWMONO") return true;
        // The same in the words of an expression: records that were acknowledged are not there.
        return each.expression && each.expression->text().find("readable") != std::string::npos;
    });
}

bool is_about_logs(const std::string& invariant)
{
    return invariant == "CommittedRecordsSurvive" || invariant == "LogMatching" ||
           invariant == "IsrMembersComplete" || invariant == "HighWatermarkMonotonic" ||
           invariant == "HighWatermarkWithinIsr";
}

/// Collects the parts of a result and the reasons against it.
class Judge {
public:
    explicit Judge(const Simulation& simulation)
        : simulation_(simulation),
          scenario_(simulation.scenario()),
          view_(simulation.script().view(simulation.kernel(), simulation.history(),
                                         simulation.names(), &result_.measures))
    {
    }

    LegResult run()
    {
        describe();
        judge_steps();
        judge_assertions();
        judge_measures();
        judge_invariants();
        note_sweep_values();
        result_.as_expected = result_.reasons.empty();
        return std::move(result_);
    }

private:
    void refuse(std::string reason) { result_.reasons.push_back(std::move(reason)); }

    void describe()
    {
        result_.name = scenario_.leg;
        result_.seed = simulation_.seed();
        result_.hash = simulation_.hash();
        result_.events = simulation_.event_number();
        result_.sim_seconds = *as_real(Value(simulation_.now()));
        for (const FiredStep& each : simulation_.script().fired()) {
            const Step& step = scenario_.script[each.step];
            result_.fired.emplace_back(step.name.empty() ? step.path : step.name, each);
        }
    }

    void judge_steps()
    {
        result_.unreached = simulation_.script().unreached();
        for (const std::string& each : result_.unreached) {
            refuse(fmt::format("step {} was not reached", each));
        }
        for (const std::string& each : simulation_.script().problems()) refuse(each);
    }

    void judge_assertions()
    {
        bool anything = false;
        for (const AssertionOutcome& outcome : simulation_.script().outcomes()) {
            AssertionResult result{outcome, std::nullopt};
            if (contains(scenario_.expect.holds, outcome.id)) result.expected = true;
            if (contains(scenario_.expect.violates, outcome.id)) result.expected = false;
            anything |= result.expected && outcome.verdict != OutcomeVerdict::vacuous;
            if (!result.as_expected()) {
                refuse(fmt::format("{} {}, expected to {}: {}", outcome.id, word(outcome.verdict),
                                   *result.expected ? "hold" : "be violated", outcome.what));
            }
            result_.asserts.push_back(std::move(result));
        }
        anything |= !scenario_.expect.measures.empty() || !scenario_.expect.witness.empty() ||
                    !scenario_.expect.over_sweep.empty();
        if (!anything) refuse("the leg checked nothing");
    }

    void judge_measures()
    {
        for (const Measure& each : scenario_.measures) {
            result_.measures[each.name] = each.expression.evaluate(view_);
        }
        for (const auto& [name, bound] : scenario_.expect.measures) {
            const auto measured = result_.measures.find(name);
            const Value value = measured == result_.measures.end() ? Value() : measured->second;
            if (!bound.admits(value)) {
                refuse(fmt::format("{} is {}, expected {}", name, to_text(value), bound.text()));
            }
        }
        for (const Expectation::Witness& each : scenario_.expect.witness) {
            const Value value = each.expression.evaluate(view_);
            if (equals(value, each.value)) continue;
            refuse(fmt::format("the witness {} is {}, expected {}", each.expression.text(),
                               to_text(value), to_text(each.value)));
        }
    }

    void judge_invariants()
    {
        const bool tolerated = expects_broken_logs(scenario_);
        result_.checked = simulation_.invariants().checked();
        result_.violated = simulation_.invariants().violated();
        for (const Violation& each : result_.violated) {
            if (tolerated && is_about_logs(each.name)) continue;
            refuse(fmt::format("invariant {} was broken: {}", each.name, each.what));
            return;  // the first says enough; all are in `violated`
        }
    }

    void note_sweep_values()
    {
        for (const SweepBound& each : scenario_.expect.over_sweep) {
            SweepValue value;
            const auto parameter = scenario_.parameters.find(each.over);
            if (parameter != scenario_.parameters.end()) value.x = parameter->second;
            if (each.expression) {
                value.y = each.expression->evaluate(view_);
            } else {
                const auto of = std::ranges::find_if(result_.asserts, [&](const auto& result) {
                    return result.outcome.id == each.of;
                });
                if (of != result_.asserts.end()) {
                    value.y = of->outcome.verdict == OutcomeVerdict::violated;
                }
            }
            result_.sweep_values.push_back(std::move(value));
        }
    }

    const Simulation& simulation_;
    const Scenario& scenario_;
    LegResult result_;
    RunView view_;
};

// --- over the sweep ------------------------------------------------------------------------------

/// A boolean counts as 0 or 1.
std::optional<double> as_figure(const Value& value)
{
    if (const bool* flag = std::get_if<bool>(&value.data)) return *flag ? 1.0 : 0.0;
    return as_real(value);
}

/// Mean of y at each x, in the order in which the sweep names the x.
std::vector<std::pair<Value, double>> series_of(const std::vector<SweepValue>& values)
{
    struct Point {
        Value x;
        double sum = 0;
        int count = 0;
    };
    std::vector<Point> points;
    for (const SweepValue& each : values) {
        const auto y = as_figure(each.y);
        if (!y) continue;
        auto point =
            std::ranges::find_if(points, [&](const Point& p) { return equals(p.x, each.x); });
        if (point == points.end()) point = points.insert(points.end(), Point{.x = each.x});
        point->sum += *y;
        ++point->count;
    }
    std::vector<std::pair<Value, double>> series;
    for (const Point& each : points) series.emplace_back(each.x, each.sum / each.count);
    std::ranges::stable_sort(
        series, [](const auto& a, const auto& b) { return compare(a.first, b.first) < 0; });
    return series;
}

/// The smallest x at which the assertion was violated, or the expression true or not zero.
Value threshold_of(const std::vector<SweepValue>& values)
{
    for (const auto& [x, y] : series_of(values)) {
        if (y > 0) return x;
    }
    return {};
}

class SweepJudge {
public:
    SweepJudge(const SweepBound& bound, std::vector<SweepValue> values,
               std::vector<std::string>& reasons)
        : bound_(bound), values_(std::move(values)), reasons_(reasons)
    {
    }

    void run()
    {
        for (const SweepValue& each : values_) {
            if (bound_.each && !bound_.each->admits(each.y)) {
                refuse(fmt::format("is {} at {}", to_text(each.y), to_text(each.x)),
                       bound_.each->text());
            }
        }
        if (bound_.fraction) judge_fraction();
        if (bound_.threshold) {
            const Value threshold = threshold_of(values_);
            if (!bound_.threshold->admits(threshold)) {
                refuse("begins at " + to_text(threshold), bound_.threshold->text());
            }
        }
        if (bound_.rising) judge_direction();
    }

private:
    void refuse(const std::string& what, const std::string& expected)
    {
        reasons_.push_back(
            fmt::format("over {}: {} {}, expected {}", bound_.over, bound_.of, what, expected));
    }
    void judge_fraction()
    {
        double sum = 0;
        for (const SweepValue& each : values_) sum += as_figure(each.y).value_or(0) > 0 ? 1 : 0;
        const Value fraction =
            values_.empty() ? Value() : Value(sum / static_cast<double>(values_.size()));
        if (!bound_.fraction->admits(fraction)) {
            refuse("happened in a fraction of " + to_text(fraction), bound_.fraction->text());
        }
    }
    void judge_direction()
    {
        const auto series = series_of(values_);
        for (std::size_t i = 1; i < series.size(); ++i) {
            const double change = series[i].second - series[i - 1].second;
            if (*bound_.rising ? change >= 0 : change <= 0) continue;
            return refuse(fmt::format("goes from {} to {} at {}", series[i - 1].second,
                                      series[i].second, to_text(series[i].first)),
                          *bound_.rising ? "to rise" : "to fall");
        }
    }

    const SweepBound& bound_;
    std::vector<SweepValue> values_;
    std::vector<std::string>& reasons_;
};

}  // namespace

bool AssertionResult::as_expected() const
{
    if (!expected) return true;
    return outcome.verdict == (*expected ? OutcomeVerdict::holds : OutcomeVerdict::violated);
}

std::string LegResult::verdict() const
{
    if (as_expected) return "as expected";
    return unreached.empty() ? "not as expected" : "unreached";
}

LegResult judge_leg(const Simulation& simulation)
{
    return Judge(simulation).run();
}

std::vector<std::string> judge_sweep(const Expectation& expect,
                                     const std::vector<std::vector<SweepValue>>& runs)
{
    std::vector<std::string> reasons;
    for (std::size_t i = 0; i < expect.over_sweep.size(); ++i) {
        std::vector<SweepValue> values;
        for (const std::vector<SweepValue>& run : runs) {
            if (i < run.size()) values.push_back(run[i]);
        }
        SweepJudge(expect.over_sweep[i], std::move(values), reasons).run();
    }
    return reasons;
}

}  // namespace gregor::lab
