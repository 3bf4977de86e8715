#include "visualizer/panels/why.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

/// A line of the story as a link of a chain: who, what, why, and of which kind it is.
namespace gregor::visualizer {

namespace {

bool starts(std::string_view text, std::string_view with)
{
    return text.substr(0, with.size()) == with;
}

bool holds(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

bool in_word(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Removes every " (...)" that begins with `opening`.
void drop_brackets(std::string& text, std::string_view opening)
{
    for (std::size_t at = text.find(opening); at != std::string::npos; at = text.find(opening)) {
        const std::size_t end = text.find(')', at);
        if (end == std::string::npos) return;
        text.erase(at, end + 1 - at);
    }
}

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// Until when something goes on is not known before it is over.
void drop_future(std::string& text, Time now)
{
    const std::size_t at = text.find("until ");
    if (at == std::string::npos) return;
    const double until = std::strtod(text.c_str() + at + 6, nullptr);
    if (until * 1e9 <= static_cast<double>(now.nanoseconds)) return;
    const std::size_t end = text.find(" s", at);
    if (end == std::string::npos) return;
    const std::size_t begin = at >= 2 && text[at - 2] == ',' ? at - 2 : at;
    text.erase(begin, end + 2 - begin);
    replace_all(text, " ()", "");
}

void capitalise(std::string& text)
{
    if (!text.empty())
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
}

/// A step may set a mark besides what it does.
void drop_mark(std::string& text)
{
    const std::size_t at = starts(text, "Over: ") ? 6 : 0;
    const std::size_t end = text.find("; ");
    if (end == std::string::npos || text.compare(at + 1, 4, "ark ") != 0) return;
    text.erase(at, end + 2 - at);
    if (at == 0) capitalise(text);
}

std::string cleaned(std::string text, Time now)
{
    drop_brackets(text, " (#");
    drop_brackets(text, " (step ");
    drop_brackets(text, " (broker.");  // settings: the event's own sheet has the whole sentence
    drop_brackets(text, " (replica.");
    drop_future(text, now);
    text = with_arrows(std::move(text));
    drop_mark(text);
    while (!text.empty() && text.back() == '.') text.pop_back();
    return text;
}

/// Where a sentence parts into what happened and the rest: at the reason, else at the first colon
/// or semicolon after two words.
std::size_t parting_of(const std::string& text)
{
    const std::size_t reason = text.find(", because");
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        if (at == reason) return at;
        if ((text[at] == ':' || text[at] == ';') && text[at + 1] == ' ' && text.find(' ') < at)
            return at;
    }
    return std::string::npos;
}

/// Of the rest of a sentence, what stands behind its "because", if it has one.
void keep_reason(std::string& rest)
{
    const std::size_t reason = rest.find("because");
    if (reason == std::string::npos) return;
    rest.erase(0, reason + 7);
    rest.erase(0, rest.find_first_not_of(": "));
}

/// Whether a title begins with a name, whatever its first letter's case.
bool starts_alike(std::string_view title, std::string name)
{
    capitalise(name);
    return starts(title, name);
}

/// "Asks for ..." of broker 3 is told as "Broker 3 asks for ...". Returns whether it did.
bool name_actor(std::string& title, const std::string& where)
{
    static constexpr std::array verbs{"Asks ",    "Has ",   "Is ",   "Becomes ", "Truncates ",
                                      "Follows ", "Will ",  "Gets ", "Gives ",   "Refuses ",
                                      "Owns ",    "Reads ", "Ends "};
    const bool possessive = starts(title, "Its ");
    const bool acts =
        std::ranges::any_of(verbs, [&](std::string_view verb) { return starts(title, verb); });
    if (!possessive && !acts) return false;
    if (possessive) title.erase(0, 4);
    title[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(title[0])));
    title = where + (possessive ? "'s " : " ") + title;
    capitalise(title);
    return true;
}

bool is_fault(const lab::Course& course, const lab::StoryLine& line)
{
    if (line.event == 0) return false;
    return std::ranges::find(course.faults, line.event, &lab::Course::Fault::event) !=
           course.faults.end();
}

bool is_recovery(std::string_view text)
{
    static constexpr std::array signs{"Over: ",
                                      "is started again",
                                      "goes on",
                                      "is healed",
                                      " thaws",
                                      " resumes",
                                      "is released",
                                      "runs again",
                                      "is registered",
                                      "is unfenced",
                                      "First acknowledgement",
                                      "has caught up"};
    return std::ranges::any_of(signs, [&](std::string_view sign) { return holds(text, sign); });
}

Token token_of(const lab::Snapshot& snapshot, const lab::Course& course, const lab::StoryLine& line)
{
    const std::string& text = line.text;
    if (is_recovery(text) && !is_fault(course, line)) return Token::green;
    if (line.where == "script") return is_fault(course, line) ? Token::vermilion : Token::text_low;
    if (holds(text, "connections are reset") || starts(text, "Ends by itself") ||
        starts(text, "Gives records up"))
        return Token::vermilion;
    if (starts(line.where, "controller")) return Token::yellow;
    if (starts(line.where, "group ")) return Token::purple;
    const auto is_where = [&](const auto& each) { return each.process.name == line.where; };
    if (std::ranges::any_of(snapshot.consumers, is_where)) return Token::purple;
    if (std::ranges::any_of(snapshot.producers, is_where)) return Token::orange;
    return Token::sky;
}

}  // namespace

std::string with_arrows(std::string text)
{
    replace_all(text, " -> ", " → ");
    return text;
}

bool names(const lab::StoryLine& line, std::string_view name)
{
    if (name.empty() || line.where == name) return true;
    const std::string& text = line.text;
    const auto is_at = [&](std::size_t at) {
        if (at > 0 && (in_word(text[at - 1]) || text[at - 1] == '-')) return false;
        const std::size_t end = at + name.size();
        if (end >= text.size()) return true;
        return !in_word(text[end]) &&
               !(text[end] == '-' && end + 1 < text.size() && in_word(text[end + 1]));
    };
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
        if (is_at(at)) return true;
    }
    // A sentence begins with a capital letter, a name need not.
    const bool begins = text.size() > name.size() && text.compare(1, name.size() - 1, name, 1) == 0;
    return begins && std::tolower(static_cast<unsigned char>(text[0])) == name[0] && is_at(0);
}

const lab::StoryLine* line_of(const lab::Course& course, std::uint64_t event)
{
    const lab::StoryLine* nearest = nullptr;
    for (const auto& line : course.story) {
        if (line.event == event) return &line;
        if (line.event > event) {
            // A mark has the number of the step, its line that of what the step reported.
            const bool reported = line.event < course.reported.size() &&
                                  course.cause_of(line.event) == event &&
                                  course.is_reported(line.event);
            return reported ? &line : nearest;
        }
        if (line.event != 0) nearest = &line;
    }
    return nearest;
}

WhyLink link_of(const lab::Snapshot& snapshot, const lab::Course& course,
                const lab::StoryLine& line)
{
    WhyLink link{.at = line.at,
                 .title = cleaned(line.text, snapshot.at),
                 .detail = {},
                 .where = line.where,
                 .token = token_of(snapshot, course, line),
                 .event = line.event};
    const std::size_t parting = parting_of(link.title);
    if (parting != std::string::npos) {
        link.detail = link.title.substr(parting + 2);
        link.title.resize(parting);
        keep_reason(link.detail);
    }
    replace_all(link.title, "leader epoch", "epoch");
    if (name_actor(link.title, line.where) || starts_alike(link.title, line.where))
        link.where.clear();
    return link;
}

}  // namespace gregor::visualizer
