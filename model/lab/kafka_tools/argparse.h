#pragma once

#include "model/lab/kafka_tools/tool_result.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

/// What was given to a tool made with argparse4j.
class ParsedArguments {
public:
    std::string command;  ///< empty: the tool has none
    bool has(std::string_view flag) const { return given_.contains(flag); }
    std::vector<std::string> values(std::string_view flag) const;
    /// The last one given.
    std::optional<std::string> value(std::string_view flag) const;
    std::optional<std::int64_t> integer(std::string_view flag) const;
    void give(const std::string& flag) { given_[flag]; }
    void give(const std::string& flag, std::string value)
    {
        given_[flag].push_back(std::move(value));
    }

private:
    std::map<std::string, std::vector<std::string>, std::less<>> given_;
};

/// A refusal: its message, and what argparse4j prints of it to standard error.
struct WrongArguments {
    std::string message, shown;
};

/// `--help`: the page of the tool or of one of its commands.
struct HelpAsked {
    std::string_view page;
};

/// `--version` of a tool that has it.
struct VersionAsked {};

/// A flag whose value Java reads as a number: `{"--partition", "Integer"}`.
struct NumberFlag {
    std::string_view flag, type;  ///< "Integer", "Long"
};

/// Reads arguments as argparse4j 0.7 does by the help pages of the tool (usage.h): what they list
/// is what is accepted. Flags are known by their first name. Throws WrongArguments, HelpAsked and
/// VersionAsked.
ParsedArguments parse_argparse(std::string_view tool, std::span<const std::string> arguments,
                               std::initializer_list<NumberFlag> numbers = {});

/// Words in lines of at most 75 characters, all but the last one filled with blanks (TextHelper).
std::string justified(std::string_view text);

}  // namespace gregor::lab::kafka_tools
