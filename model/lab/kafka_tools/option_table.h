#pragma once

#include "model/lab/kafka_tools/tool_result.h"
#include "model/lab/kafka_tools/usage.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

/// The options a tool accepts, read from its own option table.
class OptionTable {
public:
    enum class Argument : std::uint8_t { none, required, optional };
    struct Option {
        std::string name;  ///< the long one: "bootstrap-server"
        Argument argument = Argument::none;
        std::string type;  ///< "String", "Integer", "[PREFERRED,UNCLEAN]"
        bool required = false;
    };

    explicit OptionTable(const Usage& usage);
    const Option* find(std::string_view name) const;
    const std::vector<Option>& options() const { return options_; }

private:
    void add(std::string_view cell);
    std::vector<Option> options_;
    std::map<std::string, std::string, std::less<>> alias_;  ///< short name -> long one
};

/// What was given on the command line, as joptsimple's OptionSet tells it.
class Options {
public:
    bool has(std::string_view name) const { return given_.contains(name); }
    /// All of them, in the order given.
    std::vector<std::string> values(std::string_view name) const;
    /// Throws what joptsimple throws when it was given more than once.
    std::optional<std::string> value(std::string_view name) const;
    std::string value_or(std::string_view name, std::string_view otherwise) const;
    /// Throws what joptsimple throws when it is no number.
    std::optional<std::int64_t> integer(std::string_view name) const;
    void give(const std::string& name) { given_[name]; }
    void give(const std::string& name, std::string value)
    {
        given_[name].push_back(std::move(value));
    }

private:
    std::map<std::string, std::vector<std::string>, std::less<>> given_;
};

/// Reads arguments as joptsimple's OptionParser without abbreviations does; throws its exceptions.
Options parse_options(const OptionTable& table, std::span<const std::string> arguments);

/// A wrong use: the tool prints this and its option table to standard error and ends with 1.
struct WrongUse {
    std::string message;
};

/// Throws WrongUse unless each was given.
void require_options(const Options& options, std::initializer_list<std::string_view> names);
/// Throws WrongUse when the option was given beside one of the others (CommandLineUtils).
void forbid_with(const Options& options, std::string_view used,
                 std::initializer_list<std::string_view> others);

/// What happens before a tool looks at anything else (CommandLineUtils.maybePrintHelpOrVersion):
/// no arguments or `--help` print the table, `--version` the version. Nothing otherwise.
std::optional<ToolResult> help_or_version(const Usage& usage,
                                          std::span<const std::string> arguments,
                                          const Options& options);
ToolResult print_help(const Usage& usage);
ToolResult print_wrong_use(const Usage& usage, const std::string& message);

inline constexpr std::string_view kafka_version = "4.3.1";

}  // namespace gregor::lab::kafka_tools
