#pragma once

#include "model/lab/diagnostic.h"
#include "model/lab/scenario_file.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// What the chosen subcommand does; gives the exit code. Set while options are parsed.
using Command = std::function<int()>;

// Each adds its subcommands to the command line and, when one was given, sets `command`.
void add_run(CLI::App& app, Command& command);
void add_sweep(CLI::App& app, Command& command);
void add_recording_commands(CLI::App& app, Command& command);  ///< verify, show, events
void add_scenario_commands(CLI::App& app, Command& command);   ///< list, check
void add_conformance(CLI::App& app, Command& command);
void add_bench(CLI::App& app, Command& command);
void add_view(CLI::App& app, Command& command);
void add_internal(CLI::App& app, Command& command);

/// From a file, or standard input for "-".
ScenarioFile read_scenario(const std::string& name);
std::vector<Override> parse_overrides(const std::vector<std::string>& texts);
/// "11.9s", "250ms", or a number of seconds; throws BadInput.
Time parse_instant(const std::string& text, const std::string& option);
/// A whole number from 0; throws BadInput.
std::uint64_t parse_seed(const std::string& text, const std::string& option);
/// Throws BadInput unless the word is one of those.
void check_choice(const std::string& word, const std::vector<std::string_view>& allowed,
                  const std::string& option);
/// A folder of the project: here if it is here, else beside the build.
std::string project_folder(const std::string& name);
/// Pretty JSON to a file or standard output.
void write_json(const std::string& file, const nlohmann::json& json);
/// What a scenario sets to no effect, to standard error; each line once.
void print_warnings(const std::string& file, const Scenario& scenario,
                    std::set<std::string>& printed);
void print_error(std::string_view text);

}  // namespace gregor::lab
