#include "model/lab/expression_types.h"

#include <algorithm>
#include <array>

namespace gregor::lab {
namespace {

using Operation = ExpressionNode::Operation;

std::string excerpt(const ExpressionNode& node, std::string_view text)
{
    constexpr std::size_t longest_shown = 60;
    const std::string_view part = text.substr(node.begin, node.end - node.begin);
    if (part.size() <= longest_shown) return std::string(part);
    return std::string(part.substr(0, longest_shown)) + "…";
}

[[noreturn]] void fail(const ExpressionNode& node, std::string_view text, std::string allowed)
{
    throw ExpressionError{node.begin,
                          excerpt(node, text) + " (a " + std::string(to_string(node.kind)) + ")",
                          std::move(allowed), ""};
}

bool is_one_of(Kind kind, std::initializer_list<Kind> kinds)
{
    return kind == Kind::any || std::ranges::find(kinds, kind) != kinds.end();
}

bool is_quantity(Kind kind)
{
    return is_one_of(kind, {Kind::number, Kind::duration, Kind::null});
}
bool is_set(Kind kind)
{
    return is_one_of(kind, {Kind::records, Kind::list});
}

Kind arithmetic_kind(Operation operation, Kind left, Kind right)
{
    if (left == Kind::any || right == Kind::any) return Kind::any;
    if (left == Kind::null || right == Kind::null) return Kind::null;
    const bool left_time = left == Kind::duration;
    const bool right_time = right == Kind::duration;
    if (operation == Operation::divide) {
        return left_time && !right_time ? Kind::duration : Kind::number;
    }
    return left_time || right_time ? Kind::duration : Kind::number;
}

bool can_be_equal(Kind left, Kind right)
{
    if (left == right || left == Kind::null || right == Kind::null) return true;
    if (left == Kind::any || right == Kind::any) return true;
    return (is_quantity(left) && is_quantity(right)) || (is_set(left) && is_set(right));
}

void check_equality(const ExpressionNode& left, const ExpressionNode& right, std::string_view text)
{
    if (can_be_equal(left.kind, right.kind)) return;
    fail(right, text,
         "a " + std::string(to_string(left.kind)) + ", to compare with " + excerpt(left, text));
}

void check_order(const ExpressionNode& left, const ExpressionNode& right, std::string_view text)
{
    const bool texts = is_one_of(left.kind, {Kind::text}) && is_one_of(right.kind, {Kind::text});
    if (texts) return;
    if (!is_quantity(left.kind)) fail(left, text, "a number or a time");
    if (!is_quantity(right.kind)) fail(right, text, "a number or a time");
}

}  // namespace

Kind kind_of_operation(Operation operation, const std::vector<const ExpressionNode*>& operands,
                       std::string_view text)
{
    const ExpressionNode& left = *operands.front();
    const ExpressionNode& right = *operands.back();
    switch (operation) {
        case Operation::logical_or:
        case Operation::logical_and:
        case Operation::logical_not:
            for (const ExpressionNode* each : operands) {
                if (!is_one_of(each->kind, {Kind::boolean})) fail(*each, text, "a condition");
            }
            return Kind::boolean;
        case Operation::equal:
        case Operation::not_equal: check_equality(left, right, text); return Kind::boolean;
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal: check_order(left, right, text); return Kind::boolean;
        case Operation::in:
            if (!is_set(right.kind)) fail(right, text, "a set or list after in");
            return Kind::boolean;
        case Operation::subset:
        case Operation::disjoint:
        case Operation::set_union:
        case Operation::set_minus:
            if (!is_set(left.kind)) fail(left, text, "a set or list");
            if (!is_set(right.kind)) fail(right, text, "a set or list");
            if (operation == Operation::subset || operation == Operation::disjoint) {
                return Kind::boolean;
            }
            return left.kind == right.kind ? left.kind : Kind::any;
        default:
            for (const ExpressionNode* each : operands) {
                if (!is_quantity(each->kind)) fail(*each, text, "a number or a time");
            }
            return arithmetic_kind(operation, left.kind, right.kind);
    }
}

std::optional<Operation> comparison_of(std::string_view token)
{
    constexpr std::array<std::pair<std::string_view, Operation>, 9> all{{
        {"==", Operation::equal},
        {"!=", Operation::not_equal},
        {"<", Operation::less},
        {"<=", Operation::less_equal},
        {">", Operation::greater},
        {">=", Operation::greater_equal},
        {"in", Operation::in},
        {"subset", Operation::subset},
        {"disjoint", Operation::disjoint},
    }};
    for (const auto& [name, operation] : all) {
        if (name == token) return operation;
    }
    return std::nullopt;
}

void check_argument_kind(Argument argument, const ExpressionNode& node, std::string_view text)
{
    switch (argument) {
        case Argument::broker:
            if (!is_one_of(node.kind, {Kind::number, Kind::null})) fail(node, text, "a broker id");
            break;
        case Argument::condition:
            if (!is_one_of(node.kind, {Kind::boolean})) fail(node, text, "a condition");
            break;
        case Argument::time:
            if (!is_quantity(node.kind)) fail(node, text, "a time, a mark or a step");
            break;
        default: break;
    }
}

void check_name(Argument argument, const std::string& name, std::size_t offset)
{
    const auto refuse = [&](std::string allowed, std::string nearest = "") {
        throw ExpressionError{offset, name, std::move(allowed), std::move(nearest)};
    };
    if (argument == Argument::partition) {
        const std::size_t dash = name.rfind('-');
        const bool number = dash != std::string::npos && dash + 1 < name.size() && dash > 0 &&
                            std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dash) + 1,
                                        name.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!number) refuse("a partition such as 'topic-0'");
    }
    if (argument == Argument::isolation && name != "read_committed" && name != "read_uncommitted") {
        constexpr std::array<std::string_view, 2> levels{"read_committed", "read_uncommitted"};
        refuse("'read_committed' or 'read_uncommitted'", nearest_word(name, levels));
    }
    if (argument == Argument::event_kind) {
        const auto kinds = countable_events();
        if (std::ranges::find(kinds, name) == kinds.end()) {
            refuse("a kind of event", nearest_word(name, kinds));
        }
    }
}

std::string signature(const Function& function)
{
    std::string text = std::string(function.name) + "(";
    std::string_view separator;
    for (const Argument each : function.arguments) {
        text += std::string(separator) + std::string(to_string(each));
        separator = ", ";
    }
    for (const NamedArgument& each : function.named) {
        text += std::string(separator) + std::string(each.name) + "=";
        separator = ", ";
    }
    if (function.any_named) text += ", field=value, …";
    return text + ")";
}

}  // namespace gregor::lab
