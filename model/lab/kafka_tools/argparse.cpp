#include "model/lab/kafka_tools/argparse.h"

#include "model/lab/kafka_tools/argparse_page.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/usage.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::lab::kafka_tools {

namespace {

constexpr std::size_t line_width = 75;

/// Where a line may be broken: behind blanks, and behind hyphens inside a word
/// (java.text.BreakIterator).
std::vector<std::string> breakable(std::string_view text)
{
    std::vector<std::string> parts{""};
    for (std::size_t at = 0; at < text.size(); ++at) {
        parts.back() += text[at];
        if (at + 1 == text.size()) break;
        const char next = text[at + 1];
        const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
        if ((text[at] == ' ' && next != ' ') || (text[at] == '-' && letter)) parts.emplace_back();
    }
    return parts;
}

/// The line with blanks put between its words, the odd ones in the middle.
std::string filled(const std::string& line)
{
    const std::string bare = trim(line);
    const auto gaps = static_cast<std::size_t>(std::ranges::count(bare, ' '));
    if (gaps == 0 || bare.size() >= line_width) return bare;
    const std::size_t missing = line_width - bare.size(), odd = missing % gaps;
    const std::size_t first = (gaps - odd + 1) / 2;
    std::string full;
    std::size_t gap = 0;
    for (const char c : bare) {
        full += c;
        if (c != ' ') continue;
        full.append(missing / gaps + (gap >= first && gap < first + odd ? 1 : 0), ' ');
        ++gap;
    }
    return full;
}

/// How far a word is from another: ArgumentParserImpl.levenshtein, where what is added costs 1,
/// changed 2, left out 4, and neighbours are swapped for nothing.
std::size_t distance(std::string_view from, std::string_view to)
{
    std::vector<std::size_t> before(to.size() + 1), last(to.size() + 1), row(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            row[j] = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 2);
            if (i > 1 && j > 1 && from[i - 1] != to[j - 1] && from[i - 2] == to[j - 1] &&
                from[i - 1] == to[j - 2]) {
                row[j] = std::min(row[j], before[j - 2]);
            }
            row[j] = std::min({row[j], last[j] + 4, row[j - 1] + 1});
        }
        before = last;
        last = row;
    }
    return last[to.size()];
}

struct Candidate {
    std::string body, shown;
};

/// "Did you mean": the nearest of the words, if any is near.
std::string suggestions(std::string_view word, const std::vector<Candidate>& candidates)
{
    constexpr std::size_t too_far = 7;
    std::map<std::size_t, std::vector<std::string>> by_distance;
    for (const Candidate& each : candidates) {
        const std::size_t far = each.body.starts_with(word) ? 0 : distance(word, each.body);
        by_distance[far].push_back(each.shown);
    }
    if (by_distance.empty() || by_distance.begin()->first >= too_far) return "";
    std::string text = "\nDid you mean:\n";
    for (const std::string& each : by_distance.begin()->second) text += "\t" + each + "\n";
    return text;
}

std::string without_prefix(std::string_view flag)
{
    while (flag.starts_with('-')) flag.remove_prefix(1);
    return std::string(flag);
}

bool is_number(std::string_view text)
{
    return text.size() > 1 && text.find_first_not_of("0123456789.", 1) == std::string_view::npos;
}

/// Reads the arguments of one page.
class Reader {
public:
    Reader(std::string_view tool, std::string_view command, std::span<const std::string> arguments,
           std::span<const NumberFlag> numbers, ParsedArguments& out)
        : tool_(tool),
          page_(help_of(command.empty() ? std::string(tool) : fmt::format("{} {}", tool, command)),
                command),
          arguments_(arguments),
          numbers_(numbers),
          out_(out)
    {
    }

    void read()
    {
        while (at_ < arguments_.size()) {
            const std::string& argument = arguments_[at_];
            if (is_flag(argument)) {
                take_option(argument);
            } else if (page_.commands.empty()) {
                refuse_unknown(argument);
            } else {
                take_command(argument);
            }
        }
        if (!page_.commands.empty() && out_.command.empty()) throw wrong("too few arguments");
        check_required();
    }

private:
    WrongArguments wrong(const std::string& message, const std::string& more = "") const
    {
        return {message, page_.usage() +
                             justified(fmt::format("{}: error: {}", page_.prog, message)) + "\n" +
                             more};
    }

    static bool is_flag(const std::string& text)
    {
        return text.size() > 1 && text.starts_with("-") && !is_number(text);
    }

    void take_option(const std::string& argument)
    {
        std::string flag = argument;
        std::optional<std::string> value;
        if (const std::size_t equals = argument.find('='); equals != std::string::npos) {
            flag = argument.substr(0, equals);
            value = argument.substr(equals + 1);
        }
        const ArgparsePage::Option* option = page_.find(flag);
        if (option == nullptr && !argument.starts_with("--")) {
            flag = argument.substr(0, 2);
            option = page_.find(flag);
            if (option != nullptr) value = argument.substr(2);
        }
        if (option == nullptr) refuse_unknown(argument);
        ++at_;
        if (option->flags.back() == "--help") throw HelpAsked{page_.text};
        if (option->flags.back() == "--version") throw VersionAsked{};
        check_group(*option);
        out_.give(option->flags.front());
        if (!option->takes_value) return;
        if (value) return give(*option, *value);
        do {
            if (at_ == arguments_.size() || is_flag(arguments_[at_])) {
                throw wrong(fmt::format("argument {}: expected {} argument", option->name(),
                                        option->takes_many ? "at least one" : "one"));
            }
            give(*option, arguments_[at_++]);
        } while (option->takes_many && at_ < arguments_.size() && !is_flag(arguments_[at_]));
    }

    void give(const ArgparsePage::Option& option, const std::string& value)
    {
        const auto number = std::ranges::find(numbers_, option.flags.front(), &NumberFlag::flag);
        if (number != numbers_.end()) {
            const bool fits = number->type == "Integer" ? parse_java_int(value).has_value()
                                                        : parse_java_long(value).has_value();
            if (!fits) {
                throw wrong(
                    fmt::format("argument {}: could not convert '{}' to {} (For input string: "
                                "\"{}\")",
                                option.name(), value, number->type, value));
            }
        }
        out_.give(option.flags.front(), value);
    }

    void check_group(const ArgparsePage::Option& option)
    {
        if (option.group == 0) return;
        const auto [first, fresh] = groups_.try_emplace(option.group, &option);
        if (fresh || first->second == &option) return;
        throw wrong(fmt::format("argument {}: not allowed with argument {}", option.name(),
                                first->second->name()));
    }

    [[noreturn]] void refuse_unknown(const std::string& argument) const
    {
        std::vector<Candidate> candidates;
        const std::string body = without_prefix(argument);
        if (is_flag(argument) && body.size() > 1) {
            for (const auto& option : page_.options) {
                for (const std::string& flag : option.flags) {
                    const std::string name = without_prefix(flag);
                    if (name.size() > 1) candidates.push_back({name, flag});
                }
            }
        }
        throw wrong(fmt::format("unrecognized arguments: '{}'", argument),
                    suggestions(body, candidates));
    }

    void take_command(const std::string& argument)
    {
        if (std::ranges::find(page_.commands, argument) == page_.commands.end()) {
            std::vector<Candidate> candidates;
            for (const std::string& each : page_.commands) candidates.push_back({each, each});
            throw wrong(fmt::format("invalid choice: '{}' (choose from '{}')", argument,
                                    fmt::join(page_.commands, "', '")),
                        suggestions(argument, candidates));
        }
        out_.command = argument;
        Reader(tool_, argument, arguments_.subspan(at_ + 1), numbers_, out_).read();
        at_ = arguments_.size();
    }

    void check_required() const
    {
        for (const auto& option : page_.options) {
            if (!option.required || out_.has(option.flags.front())) continue;
            throw wrong(fmt::format("argument {} is required", option.name()));
        }
        for (std::size_t group = 1; group < page_.required_groups.size(); ++group) {
            if (!page_.required_groups[group] || groups_.contains(group)) continue;
            std::string names;
            for (const auto& option : page_.options) {
                if (option.group == group) names += (names.empty() ? "" : " ") + option.name();
            }
            throw wrong(fmt::format("one of the arguments {} is required", names));
        }
    }

    std::string_view tool_;
    ArgparsePage page_;
    std::span<const std::string> arguments_;
    std::span<const NumberFlag> numbers_;
    ParsedArguments& out_;
    std::size_t at_ = 0;
    std::map<std::size_t, const ArgparsePage::Option*> groups_;
};

}  // namespace

std::vector<std::string> ParsedArguments::values(std::string_view flag) const
{
    const auto found = given_.find(flag);
    return found == given_.end() ? std::vector<std::string>() : found->second;
}

std::optional<std::string> ParsedArguments::value(std::string_view flag) const
{
    const auto all = values(flag);
    if (all.empty()) return std::nullopt;
    return all.back();
}

std::optional<std::int64_t> ParsedArguments::integer(std::string_view flag) const
{
    const auto text = value(flag);
    return text ? parse_java_long(*text) : std::nullopt;
}

ParsedArguments parse_argparse(std::string_view tool, std::span<const std::string> arguments,
                               std::initializer_list<NumberFlag> numbers)
{
    ParsedArguments parsed;
    Reader(tool, "", arguments, std::span(numbers.begin(), numbers.size()), parsed).read();
    return parsed;
}

std::string justified(std::string_view text)
{
    std::string all, line;
    for (const std::string& part : breakable(text)) {
        if (line.size() + part.size() > line_width) {
            all += filled(line) + "\n";
            line.clear();
        }
        line += part;
    }
    return all + line;
}

}  // namespace gregor::lab::kafka_tools
