#include "model/lab/expression_lexer.h"

#include "model/units.h"

#include <charconv>
#include <cmath>

namespace gregor::lab {
namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> run()
    {
        std::vector<Token> tokens;
        for (;;) {
            while (at_ < text_.size() && is_space(text_[at_])) ++at_;
            tokens.push_back(next());
            if (tokens.back().kind == Token::Kind::end) return tokens;
        }
    }

private:
    Token next()
    {
        if (at_ == text_.size()) return token(Token::Kind::end, at_);
        const char c = text_[at_];
        if (is_letter(c)) return word();
        if (is_digit(c)) return number();
        if (c == '$') return parameter();
        if (c == '\'' || c == '"') return quoted(c);
        return symbol();
    }

    Token token(Token::Kind kind, std::size_t begin) const
    {
        return {.kind = kind,
                .text = text_.substr(begin, at_ - begin),
                .value = {},
                .begin = begin,
                .end = at_};
    }

    /// A hyphen between a word and a letter belongs to the name ("taken-over"): to subtract one
    /// mark from another, put spaces around the sign.
    Token word()
    {
        const std::size_t begin = at_;
        while (at_ < text_.size()) {
            const bool hyphen =
                text_[at_] == '-' && at_ + 1 < text_.size() && is_letter(text_[at_ + 1]);
            if (!is_letter(text_[at_]) && !is_digit(text_[at_]) && !hyphen) break;
            ++at_;
        }
        return token(Token::Kind::word, begin);
    }

    Token parameter()
    {
        const std::size_t begin = at_++;
        while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
        Token result = token(Token::Kind::parameter, begin);
        result.text.remove_prefix(1);
        if (result.text.empty()) fail(begin, "$", "the name of a parameter after $");
        return result;
    }

    Token quoted(char quote)
    {
        const std::size_t begin = at_++;
        const std::size_t close = text_.find(quote, at_);
        if (close == std::string_view::npos) {
            fail(begin, std::string(text_.substr(begin, 20)), "a closing quote");
        }
        at_ = close + 1;
        Token result = token(Token::Kind::literal, begin);
        result.value = std::string(text_.substr(begin + 1, close - begin - 1));
        return result;
    }

    /// A number, a time (250ms) or a size (16KiB).
    Token number()
    {
        const std::size_t begin = at_;
        take_digits();
        if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
            ++at_;
            take_digits();
        }
        take_exponent();
        const std::size_t unit = at_;
        while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
        Token result = token(Token::Kind::literal, begin);
        result.value = unit == at_ ? plain_number(result) : quantity(result);
        return result;
    }

    void take_digits()
    {
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    }

    void take_exponent()
    {
        std::size_t ahead = at_;
        if (ahead == text_.size() || (text_[ahead] != 'e' && text_[ahead] != 'E')) return;
        ++ahead;
        if (ahead < text_.size() && (text_[ahead] == '-' || text_[ahead] == '+')) ++ahead;
        if (ahead == text_.size() || !is_digit(text_[ahead])) return;
        at_ = ahead;
        take_digits();
    }

    Value plain_number(const Token& token) const
    {
        if (const auto integer = parse_integer(token.text)) return *integer;
        double real = 0;
        const char* end = token.text.data() + token.text.size();
        const auto result = std::from_chars(token.text.data(), end, real);
        if (result.ec != std::errc{} || result.ptr != end || !std::isfinite(real)) {
            fail(token.begin, std::string(token.text), "a number that fits into 64 bits");
        }
        return real;
    }

    Value quantity(const Token& token) const
    {
        if (const auto duration = parse_duration(token.text)) return *duration;
        if (const auto bytes = parse_bytes(token.text)) return *bytes;
        fail(token.begin, std::string(token.text),
             "a number, a time (250ms, 1.5s, 10m, 2h) or a size (16KiB)");
    }

    Token symbol()
    {
        const std::size_t begin = at_;
        const std::string_view two = text_.substr(at_, 2);
        if (two == "==" || two == "!=" || two == "<=" || two == ">=") {
            at_ += 2;
        } else if (std::string_view("<>+-*/()[],=").find(text_[at_]) != std::string_view::npos) {
            ++at_;
        } else {
            fail(begin, found_character(text_[at_]), "a word, number, quote, $ or operator");
        }
        return token(Token::Kind::symbol, begin);
    }

    static std::string found_character(char c)
    {
        if (c > ' ' && c < 127) return std::string(1, c);
        constexpr std::string_view digits = "0123456789abcdef";
        const auto code = static_cast<unsigned char>(c);
        return std::string("byte 0x") + digits[code >> 4] + digits[code & 15];
    }

    [[noreturn]] static void fail(std::size_t offset, std::string found, std::string allowed)
    {
        throw ExpressionError{offset, std::move(found), std::move(allowed), ""};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view text)
{
    return Lexer(text).run();
}

}  // namespace gregor::lab
