#pragma once

#include "model/lab/expression.h"

namespace gregor::lab {

/// The rules that an expression must follow beyond its grammar. All throw ExpressionError; `text`
/// is that of the whole expression, to show what was found.

/// What an operation gives for operands of these kinds.
Kind kind_of_operation(ExpressionNode::Operation operation,
                       const std::vector<const ExpressionNode*>& operands, std::string_view text);
/// The comparison a token stands for, if it is one.
std::optional<ExpressionNode::Operation> comparison_of(std::string_view token);
void check_argument_kind(Argument argument, const ExpressionNode& node, std::string_view text);
/// The form of a name ("t-0" is a partition), not whether the scenario has it.
void check_name(Argument argument, const std::string& name, std::size_t offset);
/// "leo(broker id, partition such as 'topic-0')".
std::string signature(const Function& function);

}  // namespace gregor::lab
