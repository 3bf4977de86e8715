#pragma once

#include "model/lab/expression.h"

#include <string_view>
#include <vector>

namespace gregor::lab {

/// The smallest parts of an expression.
struct Token {
    enum class Kind : std::uint8_t { end, word, literal, parameter, symbol };
    Kind kind{};
    std::string_view text;  ///< as written; the name without $ for a parameter
    Value value;            ///< of a literal
    std::size_t begin{}, end{};
};

/// Cuts a text into tokens, the last of kind `end`. Throws ExpressionError.
std::vector<Token> tokens_of(std::string_view text);

}  // namespace gregor::lab
