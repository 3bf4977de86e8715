#include "model/lab/expression.h"

#include <algorithm>
#include <cmath>

namespace gregor::lab {
namespace {

using Operation = ExpressionNode::Operation;

Value real_value(double value)
{
    return std::isfinite(value) ? Value(value) : Value();
}

/// Seconds back to a duration, rounded to nanoseconds; null when it does not fit.
Value duration_of_seconds(double seconds)
{
    const double nanoseconds = std::round(seconds * 1e9);
    if (!(std::abs(nanoseconds) < 9e18)) return {};
    return Duration{static_cast<std::int64_t>(nanoseconds)};
}

std::optional<std::int64_t> exact(Operation operation, std::int64_t a, std::int64_t b)
{
    std::int64_t result = 0;
    switch (operation) {
        case Operation::add:
            if (!__builtin_add_overflow(a, b, &result)) return result;
            break;
        case Operation::subtract:
            if (!__builtin_sub_overflow(a, b, &result)) return result;
            break;
        case Operation::multiply:
            if (!__builtin_mul_overflow(a, b, &result)) return result;
            break;
        default: break;
    }
    return std::nullopt;
}

double approximate(Operation operation, double a, double b)
{
    switch (operation) {
        case Operation::add: return a + b;
        case Operation::subtract: return a - b;
        case Operation::multiply: return a * b;
        default: return b == 0 ? NAN : a / b;
    }
}

/// Sums keep whole nanoseconds; a duration divided by a duration is a number; null stays null.
Value arithmetic(Operation operation, const Value& a, const Value& b)
{
    const Duration* left_time = a.duration();
    const Duration* right_time = b.duration();
    const bool additive = operation == Operation::add || operation == Operation::subtract;
    if (additive && left_time != nullptr && right_time != nullptr) {
        const auto sum = exact(operation, left_time->nanoseconds, right_time->nanoseconds);
        return sum ? Value(Duration{*sum}) : Value();
    }
    if (a.integer() != nullptr && b.integer() != nullptr) {
        if (const auto result = exact(operation, *a.integer(), *b.integer())) return *result;
    }
    const auto left = as_real(a);
    const auto right = as_real(b);
    if (!left || !right) return {};
    const double result = approximate(operation, *left, *right);
    const bool gives_time = operation == Operation::divide
                                ? left_time != nullptr && right_time == nullptr
                                : left_time != nullptr || right_time != nullptr;
    return gives_time ? duration_of_seconds(result) : real_value(result);
}

const ValueList* list_of(const Value& value)
{
    return std::get_if<ValueList>(&value.data);
}

bool list_contains(const ValueList& list, const Value& value)
{
    return std::ranges::any_of(list, [&](const Value& each) { return equals(each, value); });
}

bool is_in(const Value& element, const Value& set)
{
    if (const auto* records = std::get_if<std::shared_ptr<const IntervalSet>>(&set.data)) {
        return element.integer() != nullptr && (*records)->contains(*element.integer());
    }
    const ValueList* list = list_of(set);
    return list != nullptr && list_contains(*list, element);
}

/// Relations and operations of two lists that are not both sets of whole numbers.
Value list_operation(Operation operation, const ValueList& a, const ValueList& b)
{
    ValueList kept;
    for (const Value& each : a) {
        const bool common = list_contains(b, each);
        if (operation == Operation::subset && !common) return false;
        if (operation == Operation::disjoint && common) return false;
        if (operation == Operation::set_minus && common) continue;
        kept.push_back(each);
    }
    if (operation == Operation::subset || operation == Operation::disjoint) return true;
    if (operation == Operation::set_union) {
        for (const Value& each : b) {
            if (!list_contains(kept, each)) kept.push_back(each);
        }
    }
    return kept;
}

Value set_operation(Operation operation, const Value& a, const Value& b)
{
    const auto left = as_records(a);
    const auto right = as_records(b);
    if (!left || !right) {
        if (list_of(a) == nullptr || list_of(b) == nullptr) return {};
        return list_operation(operation, *list_of(a), *list_of(b));
    }
    switch (operation) {
        case Operation::subset: return left->is_subset_of(*right);
        case Operation::disjoint: return left->is_disjoint_from(*right);
        case Operation::set_union: return left->united_with(*right);
        default: return left->minus(*right);
    }
}

bool comparison(Operation operation, const Value& a, const Value& b)
{
    if (operation == Operation::equal) return equals(a, b);
    if (operation == Operation::not_equal) return !equals(a, b);
    const std::partial_ordering order = compare(a, b);
    switch (operation) {
        case Operation::less: return order < 0;
        case Operation::less_equal: return order <= 0;
        case Operation::greater: return order > 0;
        default: return order >= 0;
    }
}

/// The smallest element that at least `thousandths` of the list do not exceed.
Value percentile(ValueList list, std::size_t thousandths)
{
    if (list.empty()) return {};
    const std::size_t rank = (list.size() * thousandths + 999) / 1000;
    const auto nth = list.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(list.begin(), nth, list.end(),
                     [](const Value& a, const Value& b) { return compare(a, b) < 0; });
    return *nth;
}

Value mean(const ValueList& list)
{
    if (list.empty()) return {};
    double sum = 0;
    for (const Value& each : list) sum += as_real(each).value_or(NAN);
    sum /= static_cast<double>(list.size());
    return list.front().duration() != nullptr ? duration_of_seconds(sum) : real_value(sum);
}

Value size_of(const Value& value)
{
    if (const auto* records = std::get_if<std::shared_ptr<const IntervalSet>>(&value.data)) {
        return (*records)->size();
    }
    const ValueList* list = list_of(value);
    return list == nullptr ? Value() : Value(static_cast<std::int64_t>(list->size()));
}

Value share(const Value& part, const Value& whole)
{
    const auto all = as_records(whole);
    const auto some = as_records(part);
    if (!all || !some || all->empty()) return {};
    const std::int64_t outside = all->minus(*some).size();
    return 1.0 - static_cast<double>(outside) / static_cast<double>(all->size());
}

Value call_pure(std::string_view name, const std::vector<Value>& arguments)
{
    if (name == "size") return size_of(arguments.front());
    if (name == "share") return share(arguments[0], arguments[1]);
    const ValueList* list = list_of(arguments.front());
    if (list == nullptr) return {};
    if (name == "mean") return mean(*list);
    if (name == "max") return percentile(*list, 1000);
    if (name == "min") return percentile(*list, 0);
    if (name == "p50") return percentile(*list, 500);
    if (name == "p90") return percentile(*list, 900);
    if (name == "p95") return percentile(*list, 950);
    if (name == "p99") return percentile(*list, 990);
    return percentile(*list, 999);
}

class Evaluator {
public:
    Evaluator(const std::vector<ExpressionNode>& nodes, const StateView& state)
        : nodes_(nodes), state_(state)
    {
    }

    Value evaluate(std::size_t index) const
    {
        const ExpressionNode& node = nodes_[index];
        switch (node.operation) {
            case Operation::literal: return node.literal;
            case Operation::name: return state_.name(*node.literal.text()).value_or(Value());
            case Operation::call: return call(node);
            case Operation::list: return list(node);
            case Operation::logical_or:
                return evaluate(node.children[0]).is_true() || evaluate(node.children[1]).is_true();
            case Operation::logical_and:
                return evaluate(node.children[0]).is_true() && evaluate(node.children[1]).is_true();
            case Operation::logical_not: return !evaluate(node.children[0]).is_true();
            case Operation::negate:
                return arithmetic(Operation::multiply, evaluate(node.children[0]),
                                  Value(minus_one));
            default: return binary(node);
        }
    }

private:
    static constexpr std::int64_t minus_one = -1;

    Value binary(const ExpressionNode& node) const
    {
        const Value a = evaluate(node.children[0]);
        const Value b = evaluate(node.children[1]);
        switch (node.operation) {
            case Operation::add:
            case Operation::subtract:
            case Operation::multiply:
            case Operation::divide: return arithmetic(node.operation, a, b);
            case Operation::in: return is_in(a, b);
            case Operation::subset:
            case Operation::disjoint:
            case Operation::set_union:
            case Operation::set_minus: return set_operation(node.operation, a, b);
            default: return comparison(node.operation, a, b);
        }
    }

    Value list(const ExpressionNode& node) const
    {
        ValueList values;
        values.reserve(node.children.size());
        for (const std::uint32_t child : node.children) values.push_back(evaluate(child));
        return values;
    }

    Value call(const ExpressionNode& node) const
    {
        std::vector<Value> arguments;
        arguments.reserve(node.children.size());
        for (const std::uint32_t child : node.children) arguments.push_back(evaluate(child));
        if (node.function->pure) return call_pure(node.function->name, arguments);
        NamedValues named;
        for (const auto& [name, child] : node.named) named.emplace_back(name, evaluate(child));
        return state_.call(node.function->name, arguments, named);
    }

    const std::vector<ExpressionNode>& nodes_;
    const StateView& state_;
};

}  // namespace

Value Expression::evaluate(const StateView& state) const
{
    return Evaluator(nodes_, state).evaluate(nodes_.size() - 1);
}

}  // namespace gregor::lab
