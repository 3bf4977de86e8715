#include "model/lab/kafka_tools/argparse_page.h"

#include "model/lab/kafka_tools/java_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view usage_word = "usage: ";

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (c != ' ' && c != '\n') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

/// "  --id ID, -i ID     The ID of the broker": the flags and whether they take something.
ArgparsePage::Option option_in(std::string_view line)
{
    ArgparsePage::Option option;
    const std::size_t gap = line.find("  ", 2);
    const std::string left(line.substr(2, gap == std::string_view::npos ? gap : gap - 2));
    for (std::size_t at = 0; at < left.size();) {
        const std::size_t comma = std::min(left.find(", -", at), left.size());
        const std::vector<std::string> parts = words_of(left.substr(at, comma - at));
        option.flags.push_back(parts.front());
        option.takes_value = parts.size() > 1;
        option.takes_many = parts.back().ends_with("...]");
        at = comma + 2;
    }
    return option;
}

/// Reads which options are required from the usage: those outside of brackets.
class UsageReader {
public:
    UsageReader(ArgparsePage& page, std::string_view usage, std::string_view command)
        : page_(page), words_(words_of(usage))
    {
        page_.required_groups.push_back(false);  // no group
        std::size_t at = 2;                      // behind "usage:" and the tool
        const auto own = std::ranges::find(words_, command);
        if (!command.empty()) at = static_cast<std::size_t>(own - words_.begin()) + 1;
        for (; at < words_.size(); ++at) read(words_[at]);
    }

private:
    void read(std::string word)
    {
        while (word.starts_with("[") || word.starts_with("(")) {
            if (depth_ == 0) open(word.front());
            ++depth_;
            word.erase(0, 1);
        }
        std::size_t closed = 0;
        while (word.ends_with("]") || word.ends_with(")")) {
            ++closed;
            word.pop_back();
        }
        if (word == "|") alternatives_ = true;
        if (word.starts_with("-")) meet(word);
        depth_ -= std::min(closed, depth_);
        if (closed > 0 && depth_ == 0) close();
    }
    void open(char bracket)
    {
        required_ = bracket == '(';
        alternatives_ = false;
        met_.clear();
    }
    void meet(const std::string& flag)
    {
        for (ArgparsePage::Option& each : page_.options) {
            if (each.flags.front() != flag) continue;
            if (depth_ == 0) each.required = true;
            met_.push_back(&each);
        }
    }
    void close()
    {
        if (!alternatives_) return;
        for (ArgparsePage::Option* each : met_) each->group = page_.required_groups.size();
        page_.required_groups.push_back(required_);
    }

    ArgparsePage& page_;
    std::vector<std::string> words_;
    std::vector<ArgparsePage::Option*> met_;
    std::size_t depth_ = 0;
    bool required_ = false, alternatives_ = false;
};

}  // namespace

std::string ArgparsePage::Option::name() const
{
    return fmt::format("{}", fmt::join(flags, "/"));
}

ArgparsePage::ArgparsePage(std::string_view page, std::string_view command) : text(page)
{
    prog = words_of(page.substr(usage_word.size(), page.find('\n')))[0];
    const std::size_t lists = page.find("\n\n");
    for (const std::string& line : split(page.substr(std::min(lists, page.size())), '\n')) {
        if (line.starts_with("  -")) {
            options.push_back(option_in(line));
        } else if (line.starts_with("    ") && line.size() > 4 && line[4] != ' ') {
            commands.push_back(words_of(line).front());
        }
    }
    UsageReader(*this, usage(), command);
}

const ArgparsePage::Option* ArgparsePage::find(std::string_view flag) const
{
    const auto found = std::ranges::find_if(options, [&](const Option& each) {
        return std::ranges::find(each.flags, flag) != each.flags.end();
    });
    return found == options.end() ? nullptr : &*found;
}

std::string ArgparsePage::usage() const
{
    const std::size_t end = text.find("\n\n");
    return std::string(text.substr(0, end == std::string_view::npos ? end : end + 1));
}

}  // namespace gregor::lab::kafka_tools
