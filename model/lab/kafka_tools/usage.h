#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace gregor::lab::kafka_tools {

/// What a tool made with joptsimple says of itself. The table is both what `--help` prints and
/// what tells the parser which options there are (option_table.h): it cannot describe one thing
/// and accept another.
struct Usage {
    std::string_view tool;  ///< without `kafka-` and `.sh`
    std::size_t width = 0;  ///< each line of the table is padded to this many characters
    std::string_view description, table;
};

/// What a tool with subcommands (argparse4j) prints for `--help`; `tool` is "features upgrade".
struct Help {
    std::string_view tool, text;
};

std::span<const Usage> admin_usages();
std::span<const Usage> cluster_usages();
std::span<const Usage> groups_usages();
std::span<const Usage> console_usages();
std::span<const Help> argparse_helps();
std::span<const Help> argparse_clients_helps();

/// Null when no tool of that name is made with joptsimple.
const Usage* usage_of(std::string_view tool);
/// Empty when there is none.
std::string_view help_of(std::string_view tool);
/// The option table as it is printed, with its padding and final newline.
std::string usage_table(const Usage& usage);

}  // namespace gregor::lab::kafka_tools
