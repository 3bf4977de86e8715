#include "model/lab/expression.h"

#include "model/lab/expression_lexer.h"
#include "model/lab/expression_types.h"

#include <algorithm>
#include <array>

namespace gregor::lab {

using Operation = ExpressionNode::Operation;

/// Recursive descent over the grammar; throws the first error.
class ExpressionParser {
public:
    ExpressionParser(std::string_view text, const Parameters& parameters)
        : text_(text), parameters_(parameters), tokens_(tokens_of(text))
    {
    }

    Expression run()
    {
        parse_or();
        if (current().kind != Token::Kind::end) {
            fail(current(), "the end of the expression or an operator");
        }
        finish(result_, 0);
        result_.text_ = text_;
        return std::move(result_);
    }

private:
    using Index = std::uint32_t;

    const Token& current() const { return tokens_[at_]; }
    bool is_symbol(std::string_view symbol) const
    {
        return current().kind == Token::Kind::symbol && current().text == symbol;
    }
    bool is_word(std::string_view word) const
    {
        return current().kind == Token::Kind::word && current().text == word;
    }
    bool take_symbol(std::string_view symbol)
    {
        if (!is_symbol(symbol)) return false;
        ++at_;
        return true;
    }
    void expect_symbol(std::string_view symbol, std::string allowed)
    {
        if (!take_symbol(symbol)) fail(current(), std::move(allowed));
    }

    [[noreturn]] void fail(const Token& token, std::string allowed, std::string nearest = "") const
    {
        throw ExpressionError{token.begin,
                              token.kind == Token::Kind::end
                                  ? "the end of the expression"
                                  : std::string(text_.substr(token.begin, token.end - token.begin)),
                              std::move(allowed), std::move(nearest)};
    }

    /// Counts how deep the grammar nests, so that no input exhausts the stack.
    struct Nesting {
        explicit Nesting(ExpressionParser& parser) : parser_(parser)
        {
            if (++parser_.nesting_ > Expression::deepest) parser_.fail_too_deep();
        }
        ~Nesting() { --parser_.nesting_; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;
        ExpressionParser& parser_;
    };
    [[noreturn]] void fail_too_deep() const
    {
        throw ExpressionError{current().begin, "an expression nested deeper than 200 levels",
                              "at most 200 levels of parentheses and operators", ""};
    }

    std::vector<ExpressionNode>& nodes() { return result_.nodes_; }

    Index add(ExpressionNode node)
    {
        for (const Index child : node.children) {
            node.depth = std::max<std::uint16_t>(
                node.depth, static_cast<std::uint16_t>(nodes()[child].depth + 1));
        }
        if (node.depth > Expression::deepest) fail_too_deep();
        nodes().push_back(std::move(node));
        return static_cast<Index>(nodes().size() - 1);
    }
    Index add_literal(Value value, std::size_t begin, std::size_t end)
    {
        ExpressionNode node;
        node.operation = Operation::literal;
        node.kind = value.kind();
        node.literal = std::move(value);
        node.begin = begin;
        node.end = end;
        return add(std::move(node));
    }
    Index add_operation(Operation operation, std::vector<Index> children)
    {
        ExpressionNode node;
        node.operation = operation;
        node.begin = nodes()[children.front()].begin;
        node.end = nodes()[children.back()].end;
        std::vector<const ExpressionNode*> operands;
        for (const Index child : children) operands.push_back(&nodes()[child]);
        node.kind = kind_of_operation(operation, operands, text_);
        node.children = std::move(children);
        return add(std::move(node));
    }

    Index parse_or()
    {
        const Nesting nesting(*this);
        Index left = parse_and();
        while (is_word("or")) {
            ++at_;
            const Index right = parse_and();
            left = add_operation(Operation::logical_or, {left, right});
        }
        return left;
    }

    Index parse_and()
    {
        Index left = parse_not();
        while (is_word("and")) {
            ++at_;
            const Index right = parse_not();
            left = add_operation(Operation::logical_and, {left, right});
        }
        return left;
    }

    Index parse_not()
    {
        if (!is_word("not")) return parse_comparison();
        const std::size_t begin = current().begin;
        ++at_;
        const Index operand = parse_comparison();
        const Index node = add_operation(Operation::logical_not, {operand});
        nodes()[node].begin = begin;
        return node;
    }

    Index parse_comparison()
    {
        const std::size_t first_node = nodes().size();
        const Index left = parse_sum();
        const auto operation = comparison_of(current().text);
        if (!operation || current().kind == Token::Kind::literal) return left;
        ++at_;
        const Index right = parse_sum();
        name_the_client(first_node);
        return add_operation(*operation, {left, right});
    }

    Index parse_sum()
    {
        const std::size_t first_node = nodes().size();
        Index left = parse_term();
        for (;;) {
            Operation operation{};
            if (is_symbol("+")) {
                operation = Operation::add;
            } else if (is_symbol("-")) {
                operation = Operation::subtract;
            } else if (is_word("union")) {
                operation = Operation::set_union;
            } else if (is_word("minus")) {
                operation = Operation::set_minus;
            } else {
                return left;
            }
            ++at_;
            const Index right = parse_term();
            name_the_client(first_node);
            left = add_operation(operation, {left, right});
        }
    }

    Index parse_term()
    {
        Index left = parse_unary();
        while (is_symbol("*") || is_symbol("/")) {
            const Operation operation = is_symbol("*") ? Operation::multiply : Operation::divide;
            ++at_;
            const Index right = parse_unary();
            left = add_operation(operation, {left, right});
        }
        return left;
    }

    Index parse_unary()
    {
        if (!is_symbol("-")) return parse_atom();
        const std::size_t begin = current().begin;
        ++at_;
        const Index operand = parse_atom();
        const Index node = add_operation(Operation::negate, {operand});
        nodes()[node].begin = begin;
        return node;
    }

    Index parse_atom()
    {
        const Token token = current();
        switch (token.kind) {
            case Token::Kind::literal:
                ++at_;
                return add_literal(literal_value(token), token.begin, token.end);
            case Token::Kind::parameter:
                ++at_;
                return add_literal(parameter(token, token.text), token.begin, token.end);
            case Token::Kind::word: return parse_word();
            case Token::Kind::symbol:
                if (is_symbol("(")) return parse_parentheses();
                if (is_symbol("[")) return parse_list();
                break;
            case Token::Kind::end: break;
        }
        fail(token, "a value, a function, a name, ( or [");
    }

    /// A quoted text that is nothing but $name is the parameter too.
    Value literal_value(const Token& token) const
    {
        const std::string* text = token.value.text();
        if (text == nullptr || !text->starts_with('$')) return token.value;
        return parameter(token, std::string_view(*text).substr(1));
    }

    const Value& parameter(const Token& token, std::string_view name) const
    {
        const auto at = parameters_.find(std::string(name));
        if (at != parameters_.end()) return at->second;
        std::vector<std::string_view> known;
        for (const auto& [each, value] : parameters_) known.push_back(each);
        fail(token, "a parameter declared in params or sweep", nearest_word(name, known));
    }

    Index parse_parentheses()
    {
        ++at_;
        const Index inner = parse_or();
        expect_symbol(")", ")");
        return inner;
    }

    Index parse_list()
    {
        const std::size_t begin = current().begin;
        ++at_;
        ExpressionNode node;
        node.operation = Operation::list;
        node.kind = Kind::list;
        node.begin = begin;
        if (!is_symbol("]")) {
            do {
                node.children.push_back(parse_or());
            } while (take_symbol(","));
        }
        node.end = current().end;
        expect_symbol("]", ", or ]");
        return add(std::move(node));
    }

    Index parse_word()
    {
        const Token token = current();
        ++at_;
        if (is_symbol("(")) return parse_call(token);
        if (token.text == "true") return add_literal(true, token.begin, token.end);
        if (token.text == "false") return add_literal(false, token.begin, token.end);
        if (token.text == "null") return add_literal(Value(), token.begin, token.end);
        if (is_reserved(token.text)) fail(token, "a value, a function, a name, ( or [");
        refer(Argument::fired, std::string(token.text), token.begin);
        ExpressionNode node;
        node.operation = Operation::name;
        node.literal = std::string(token.text);
        node.begin = token.begin;
        node.end = token.end;
        return add(std::move(node));
    }

    static bool is_reserved(std::string_view word)
    {
        constexpr std::array<std::string_view, 8> words{"or",     "and",      "not",   "in",
                                                        "subset", "disjoint", "union", "minus"};
        return std::ranges::find(words, word) != words.end();
    }

    Index parse_call(const Token& name)
    {
        const Nesting nesting(*this);
        ExpressionNode node;
        node.operation = Operation::call;
        node.begin = name.begin;
        node.function = find_function(name.text);
        if (node.function == nullptr) {
            std::vector<std::string_view> known;
            for (const Function& each : functions()) known.push_back(each.name);
            fail(name, "a built-in function", nearest_word(name.text, known));
        }
        node.kind = node.function->result;
        ++at_;
        if (!is_symbol(")")) {
            do {
                parse_argument(node);
            } while (take_symbol(","));
        }
        if (node.children.size() < node.function->arguments.size()) {
            fail(current(), "argument " + std::to_string(node.children.size() + 1) + " of " +
                                signature(*node.function));
        }
        node.end = current().end;
        expect_symbol(")", ", or ) after the arguments of " + signature(*node.function));
        return add(std::move(node));
    }

    void parse_argument(ExpressionNode& call)
    {
        const Token token = current();
        const bool named = token.kind == Token::Kind::word && tokens_[at_ + 1].text == "=" &&
                           tokens_[at_ + 1].kind == Token::Kind::symbol;
        if (named) {
            at_ += 2;
            const Argument kind = named_argument(call, token);
            call.named.emplace_back(std::string(token.text), parse_argument_value(kind));
            return;
        }
        const std::size_t position = call.children.size();
        if (!call.named.empty() || position >= call.function->arguments.size()) {
            fail(token, "the arguments of " + signature(*call.function));
        }
        call.children.push_back(parse_argument_value(call.function->arguments[position]));
    }

    Argument named_argument(const ExpressionNode& call, const Token& name) const
    {
        for (const auto& [given, index] : call.named) {
            if (given == name.text) fail(name, "each named argument once");
        }
        std::vector<std::string_view> known;
        for (const NamedArgument& each : call.function->named) {
            if (each.name == name.text) return each.kind;
            known.push_back(each.name);
        }
        if (call.function->any_named) return Argument::value;
        fail(name, "the arguments of " + signature(*call.function), nearest_word(name.text, known));
    }

    Index parse_argument_value(Argument kind)
    {
        if (names_a_thing(kind)) return parse_name_argument(kind);
        const Token token = current();
        const std::size_t first_node = nodes().size();
        const std::size_t first_condition = result_.conditions_.size();
        const Index value = parse_or();
        check_argument(kind, token, nodes()[value]);
        if (kind != Argument::condition) return value;
        return watch(first_node, first_condition);
    }

    static bool names_a_thing(Argument kind)
    {
        return kind == Argument::partition || kind == Argument::topic || kind == Argument::client ||
               kind == Argument::group || kind == Argument::held || kind == Argument::fired ||
               kind == Argument::event_kind || kind == Argument::isolation;
    }

    /// A name with or without quotes, or a parameter that holds one.
    Index parse_name_argument(Argument kind)
    {
        const Token token = current();
        Value value;
        if (token.kind == Token::Kind::word) value = std::string(token.text);
        if (token.kind == Token::Kind::literal) value = literal_value(token);
        if (token.kind == Token::Kind::parameter) value = parameter(token, token.text);
        if (value.text() == nullptr) fail(token, "a " + std::string(to_string(kind)));
        ++at_;
        check_name(kind, *value.text(), token.begin);
        refer(kind, *value.text(), token.begin);
        return add_literal(std::move(value), token.begin, token.end);
    }

    void check_argument(Argument kind, const Token& token, const ExpressionNode& node)
    {
        check_argument_kind(kind, node, text_);
        if (kind != Argument::broker || node.operation != Operation::literal) return;
        if (node.literal.integer() == nullptr) fail(token, "a broker id");
        refer(kind, std::to_string(*node.literal.integer()), token.begin);
    }

    void refer(Argument kind, std::string name, std::size_t offset)
    {
        result_.references_.push_back({kind, std::move(name), offset});
    }

    /// Takes the nodes of a condition out of the expression; its text stands for them.
    Index watch(std::size_t first_node, std::size_t first_condition)
    {
        Expression condition;
        auto& all = nodes();
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(first_node);
        condition.nodes_.assign(std::make_move_iterator(from), std::make_move_iterator(all.end()));
        all.erase(from, all.end());
        const auto moved = static_cast<Index>(first_node);
        for (ExpressionNode& node : condition.nodes_) {
            for (Index& child : node.children) child -= moved;
            for (auto& [name, child] : node.named) child -= moved;
        }
        const std::size_t begin = condition.nodes_.back().begin;
        const std::size_t end = condition.nodes_.back().end;
        condition.text_ = text_.substr(begin, end - begin);
        finish(condition, first_condition);
        result_.conditions_.push_back(std::move(condition));
        return add_literal(result_.conditions_.back().text_, begin, end);
    }

    void finish(Expression& expression, std::size_t first_condition) const
    {
        for (const ExpressionNode& node : expression.nodes_) {
            if (node.function != nullptr) expression.reads_ |= node.function->reads;
            if (node.operation == Operation::name) expression.reads_ |= reads::marks;
        }
        for (std::size_t i = first_condition; i < result_.conditions_.size(); ++i) {
            expression.reads_ |= result_.conditions_[i].reads_;
        }
    }

    /// In `acked(P) subset readable('t')` the records read are those of P: functions that can be
    /// limited to a client take the only one that a set operation names.
    void name_the_client(std::size_t first_node)
    {
        std::string client;
        for (std::size_t i = first_node; i < nodes().size(); ++i) {
            const ExpressionNode& node = nodes()[i];
            if (node.function == nullptr || !numbers_records_of_client(*node.function)) continue;
            const std::string& name = *nodes()[node.children.front()].literal.text();
            if (!client.empty() && client != name) return;
            client = name;
        }
        if (client.empty()) return;
        const std::size_t end = nodes().size();
        for (std::size_t i = first_node; i < end; ++i) {
            if (!lacks_client(nodes()[i])) continue;
            const Index literal = add_literal(client, nodes()[i].begin, nodes()[i].end);
            nodes()[i].named.emplace_back("client", literal);
        }
    }

    static bool numbers_records_of_client(const Function& function)
    {
        return function.result == Kind::records && function.named.empty();
    }
    static bool lacks_client(const ExpressionNode& node)
    {
        if (node.function == nullptr) return false;
        const auto is_client = [](const auto& each) { return each.name == "client"; };
        if (std::ranges::none_of(node.function->named, is_client)) return false;
        return std::ranges::none_of(node.named,
                                    [](const auto& each) { return each.first == "client"; });
    }

    std::string_view text_;
    const Parameters& parameters_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t nesting_ = 0;
    Expression result_;
};

std::optional<Expression> Expression::parse(std::string_view text, const Parameters& parameters,
                                            std::vector<ExpressionError>& errors)
{
    if (text.size() > longest) {
        errors.push_back({0, std::to_string(text.size()) + " bytes",
                          "an expression of at most 65536 bytes", ""});
        return std::nullopt;
    }
    try {
        return ExpressionParser(text, parameters).run();
    } catch (ExpressionError& error) {
        errors.push_back(std::move(error));
        return std::nullopt;
    }
}

}  // namespace gregor::lab
