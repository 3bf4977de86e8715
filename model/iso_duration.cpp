#include "model/iso_duration.h"

namespace gregor {

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

class Parser {
public:
    explicit Parser(std::string_view text) : rest_(text) {}

    std::optional<Duration> parse()
    {
        const bool negative = take_sign();
        if (!take('P')) return std::nullopt;
        part('D', 86'400);
        if (take('T')) {
            const int before = parts_;
            part('H', 3'600);
            part('M', 60);
            part('S', 1);
            if (parts_ == before) return std::nullopt;
        }
        if (!rest_.empty() || parts_ == 0 || too_large_) return std::nullopt;
        if (negative && __builtin_sub_overflow(0, sum_, &sum_)) return std::nullopt;
        return nanoseconds(sum_);
    }

private:
    bool take(char letter)
    {
        if (rest_.empty() || upper(rest_.front()) != letter) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool take_sign()
    {
        const bool minus = take('-');
        if (!minus) take('+');
        return minus;
    }
    /// One number with its letter, if it stands here; otherwise nothing is taken.
    void part(char letter, std::int64_t unit_seconds)
    {
        const std::string_view start = rest_;
        const bool negative = take_sign();
        std::int64_t value = 0;
        bool any = false;
        bool fits = true;
        while (!rest_.empty() && is_digit(rest_.front())) {
            any = true;
            fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
                   !__builtin_add_overflow(value, rest_.front() - '0', &value);
            rest_.remove_prefix(1);
        }
        std::int64_t below = 0;
        const bool well_formed = any && (letter != 'S' || fraction(below)) && take(letter);
        if (!well_formed) {
            rest_ = start;
            return;
        }
        ++parts_;
        constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
        fits =
            fits && !__builtin_mul_overflow(value, unit_seconds * nanoseconds_per_second, &value);
        fits = fits && !__builtin_add_overflow(value, below, &value);
        fits = fits && !__builtin_add_overflow(sum_, negative ? -value : value, &sum_);
        too_large_ = too_large_ || !fits;
    }
    /// Up to nine digits behind a point or comma; true also when there is none.
    bool fraction(std::int64_t& below)
    {
        if (!take('.') && !take(',')) return true;
        int digits = 0;
        for (; !rest_.empty() && is_digit(rest_.front()); ++digits) {
            below = below * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
            if (digits == 9) return false;
        }
        for (; digits < 9; ++digits) below *= 10;
        return true;
    }

    std::string_view rest_;
    std::int64_t sum_ = 0;
    int parts_ = 0;
    bool too_large_ = false;
};

}  // namespace

std::optional<Duration> parse_iso_duration(std::string_view text)
{
    return Parser(text).parse();
}

}  // namespace gregor
