#include "model/lab/assertions.h"

#include "model/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::lab {

namespace {

using Verdict = AssertionOutcome::Verdict;
using Form = Assertion::Form;

/// The text of an operand with the parentheses that its node leaves out.
std::string operand(const Expression& whole, std::uint32_t index)
{
    const ExpressionNode& node = whole.nodes()[index];
    std::size_t begin = node.begin;
    const std::string& text = whole.text();
    int open = 0;
    bool quoted = false;
    for (std::size_t i = node.begin; i < node.end; ++i) {
        if (text[i] == '\'') quoted = !quoted;
        if (quoted) continue;
        open += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    }
    for (; open < 0 && begin > 0; ++open) begin = text.rfind('(', begin - 1);
    if (begin == std::string::npos) return {};
    std::string part = "(" + text.substr(begin, node.end - begin);
    part.append(static_cast<std::size_t>(std::max(open, 0)) + 1, ')');
    return part;
}

/// The window's first and last mark.
const std::string& begin_mark(const Assertion& assertion)
{
    return assertion.from.empty() ? assertion.after : assertion.from;
}

}  // namespace

std::optional<Expression> witness_of(const Expression& condition, const Parameters& parameters)
{
    using Operation = ExpressionNode::Operation;
    const ExpressionNode& root = condition.nodes().back();
    if (root.children.size() != 2) return std::nullopt;
    const std::string left = operand(condition, root.children[0]);
    const std::string right = operand(condition, root.children[1]);
    std::string text;
    switch (root.operation) {
        case Operation::subset: text = left + " minus " + right; break;
        case Operation::disjoint: text = left + " minus (" + left + " minus " + right + ")"; break;
        case Operation::in:
        case Operation::equal:
        case Operation::not_equal:
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal: text = left; break;
        default: return std::nullopt;
    }
    std::vector<ExpressionError> errors;
    return Expression::parse(text, parameters, errors);
}

Assertions::Assertions(const Scenario& scenario)
{
    auto witnesses = std::make_shared<std::vector<std::optional<Expression>>>();
    for (const Assertion& each : scenario.asserts) {
        states_.push_back(State{.assertion = &each});
        AssertionOutcome outcome;
        outcome.id = each.id;
        outcomes_.push_back(std::move(outcome));
        witnesses->push_back(each.expression ? witness_of(*each.expression, scenario.parameters)
                                             : std::nullopt);
        if (begin_mark(each).empty()) open(states_.size() - 1, Time{});
    }
    witnesses_ = std::move(witnesses);
    refresh();
}

void Assertions::open(std::size_t index, Time at)
{
    State& state = states_[index];
    state.open = true;
    state.fresh = true;
    state.opened = at;
}

/// What has to be looked at from now on.
void Assertions::refresh()
{
    watched_ = 0;
    event_watchers_ = 0;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const State& state = states_[i];
        if (!state.open || state.closed || outcomes_[i].decided()) continue;
        const Assertion& assertion = *state.assertion;
        if (assertion.form == Form::invariant) {
            watched_ |= built_in::reads(assertion.invariant);
            event_watchers_ += built_in::wants_events(assertion.invariant) ? 1 : 0;
        } else if (assertion.form != Form::at_end) {
            watched_ |= assertion.expression->reads();
            if (assertion.given) watched_ |= assertion.given->reads();
        }
    }
}

void Assertions::fired(std::string_view name, const Instant& instant)
{
    const Time now = instant.view.kernel().now();
    bool changed = false;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        State& state = states_[i];
        if (!state.open && begin_mark(*state.assertion) == name) {
            open(i, now);
            changed = true;
        } else if (state.open && !state.closed && state.assertion->to == name) {
            state.closed = now;
            changed = true;
        }
    }
    if (changed) refresh();
}

built_in::Watch Assertions::watch(std::size_t index, const Instant& instant)
{
    State& state = states_[index];
    built_in::Watch watch{.assertion = *state.assertion,
                          .memory = state.memory,
                          .view = instant.view,
                          .outcome = outcomes_[index],
                          .event = instant.event,
                          .faults_end = instant.faults_end,
                          .window_begin = state.opened};
    if (state.closed) watch.window_end = *state.closed;
    return watch;
}

void Assertions::observe(const Instant& instant, NodeId node, std::span<const Event> events)
{
    bool decided = false;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const State& state = states_[i];
        if (!state.open || state.closed || state.assertion->form != Form::invariant ||
            outcomes_[i].decided() || !built_in::wants_events(state.assertion->invariant)) {
            continue;
        }
        built_in::Watch each = watch(i, instant);
        each.node = node;
        for (const Event& event : events) {
            ++each.event;
            built_in::observe(each, event);
        }
        decided |= outcomes_[i].decided();
    }
    if (decided) refresh();
}

void Assertions::evaluate(const Instant& instant, std::uint32_t touched)
{
    bool decided = false;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        State& state = states_[i];
        const Assertion& assertion = *state.assertion;
        if (!state.open || state.closed || outcomes_[i].decided()) continue;
        if (assertion.form == Form::at_end) continue;
        std::uint32_t reads = built_in::reads(assertion.invariant);
        if (assertion.expression) reads |= assertion.expression->reads();
        if (assertion.given) reads |= assertion.given->reads();
        if ((reads & touched) == 0 && !state.fresh) continue;
        state.fresh = false;
        evaluate(i, instant);
        decided |= outcomes_[i].decided();
    }
    if (decided) refresh();
}

bool Assertions::past_deadline(std::size_t index, Time now) const
{
    const State& state = states_[index];
    return state.assertion->within && now > state.opened + *state.assertion->within;
}

void Assertions::evaluate(std::size_t index, const Instant& instant)
{
    State& state = states_[index];
    const Assertion& assertion = *state.assertion;
    if (assertion.form == Form::invariant) {
        if (built_in::reads(assertion.invariant) != 0) built_in::look(watch(index, instant));
        return;
    }
    const bool given = !assertion.given || assertion.given->evaluate(instant.view).is_true();
    state.judged |= given;
    const Time now = instant.view.kernel().now();
    if (assertion.form == Form::eventually && past_deadline(index, now)) {
        decide(index, instant, Verdict::violated, "not true within " + to_text(*assertion.within));
        outcomes_[index].at = state.opened + *assertion.within;
        return;
    }
    if (!given) return;
    const bool is_true = assertion.expression->evaluate(instant.view).is_true();
    if (assertion.form == Form::always && !is_true) {
        decide(index, instant, Verdict::violated, "it was false");
    } else if (assertion.form == Form::never && is_true) {
        decide(index, instant, Verdict::violated, "it was true");
    } else if (assertion.form == Form::eventually && is_true) {
        decide(index, instant, Verdict::holds, "it came true");
    }
}

void Assertions::decide(std::size_t index, const Instant& instant, Verdict verdict,
                        std::string what)
{
    AssertionOutcome& outcome = outcomes_[index];
    outcome.verdict = verdict;
    outcome.event = instant.event;
    outcome.at = instant.view.kernel().now();
    outcome.what = std::move(what);
    const auto& witness = (*witnesses_)[index];
    if (verdict == Verdict::violated && witness) outcome.witness = witness->evaluate(instant.view);
}

void Assertions::finish(const Instant& instant)
{
    for (std::size_t i = 0; i < states_.size(); ++i) {
        if (!outcomes_[i].decided()) finish(i, instant);
    }
    refresh();
}

void Assertions::finish(std::size_t index, const Instant& instant)
{
    State& state = states_[index];
    const Assertion& assertion = *state.assertion;
    if (!state.open) {
        return decide(index, instant, Verdict::vacuous, begin_mark(assertion) + " never happened");
    }
    const bool at_end = assertion.form == Form::invariant || assertion.form == Form::at_end;
    if (at_end && assertion.given && !assertion.given->evaluate(instant.view).is_true()) {
        return decide(index, instant, Verdict::vacuous, "its condition was not given");
    }
    if (assertion.form == Form::invariant) return built_in::judge(watch(index, instant));
    if (assertion.form == Form::at_end) {
        const bool is_true = assertion.expression->evaluate(instant.view).is_true();
        return decide(index, instant, is_true ? Verdict::holds : Verdict::violated,
                      is_true ? "true at the end" : "false at the end");
    }
    if (!state.closed) evaluate(index, instant);
    if (outcomes_[index].decided()) return;
    if (!state.judged) {
        return decide(index, instant, Verdict::vacuous, "its condition was never given");
    }
    if (assertion.form == Form::eventually) {
        return decide(index, instant, Verdict::violated, "never came true");
    }
    decide(index, instant, Verdict::holds,
           assertion.form == Form::always ? "true all the time" : "never true");
}

}  // namespace gregor::lab
