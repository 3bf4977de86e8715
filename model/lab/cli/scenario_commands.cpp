#include "model/lab/cli/commands.h"
#include "model/lab/cli/console.h"
#include "model/lab/event_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

std::vector<std::string> scenario_files(const std::string& folder)
{
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        throw BadInput(folder, {{"/", "no such folder", "a folder of scenarios", ""}});
    }
    std::vector<std::string> files;
    for (auto at = fs::recursive_directory_iterator(folder, error);
         at != fs::recursive_directory_iterator(); at.increment(error)) {
        const fs::path& path = at->path();
        if (path.extension() == ".json" && path.filename() != "schema.json") {
            files.push_back(path.string());
        }
    }
    std::ranges::sort(files);
    return files;
}

int list(const std::string& folder, const std::string& json_file)
{
    Json all = Json::array();
    int code = exit_code::as_expected;
    for (const std::string& name : scenario_files(folder)) {
        try {
            const ScenarioFile file = ScenarioFile::read(name);
            const auto legs = file.leg_names();
            const Scenario scenario = file.resolve(legs.front(), 0);
            all.push_back({{"id", scenario.id},
                           {"file", name},
                           {"title", scenario.title},
                           {"teaches", scenario.teaches},
                           {"legs", legs},
                           {"brokers", scenario.cluster.brokers.size()},
                           {"horizon_s", in_milliseconds(scenario.horizon - Time{}) / 1e3}});
        } catch (const BadInput& bad) {
            print_error(bad.what());
            code = exit_code::bad_input;
        }
    }
    if (!json_file.empty()) write_json(json_file, {{"gregor", 1}, {"scenarios", all}});
    if (json_file == "-") return code;
    for (const Json& each : all) {
        fmt::print("{:<36} {:>3} brokers {:>8} s  {} leg{}   {}\n    {}\n    {}\n",
                   coloured(each["id"].get<std::string>(), "bold"), each["brokers"].get<int>(),
                   each["horizon_s"].get<double>(), each["legs"].size(),
                   each["legs"].size() == 1 ? " " : "s", each["file"].get<std::string>(),
                   each["title"].get<std::string>(), each["teaches"].get<std::string>());
    }
    return code;
}

int check(const std::vector<std::string>& files)
{
    int code = exit_code::as_expected;
    for (const std::string& name : files) {
        try {
            const ScenarioFile file = read_scenario(name);
            const std::vector<Diagnostic> mistakes = file.check();
            for (const Diagnostic& each : mistakes) {
                print_error(file.file_name() + ": " + each.text());
                code = exit_code::bad_input;
            }
            if (!mistakes.empty()) continue;
            std::set<std::string> printed;
            for (const std::string& leg : file.leg_names()) {
                print_warnings(file.file_name(), file.resolve(leg, 0), printed);
            }
        } catch (const BadInput& bad) {
            print_error(bad.what());
            code = exit_code::bad_input;
        }
    }
    return code;
}

}  // namespace

void add_scenario_commands(CLI::App& app, Command& command)
{
    CLI::App* listing = app.add_subcommand("list", "The scenario library");
    auto folder = std::make_shared<std::string>();
    auto json = std::make_shared<std::string>();
    listing->add_option("folder", *folder, "folder of scenarios (default: the project's)");
    CLI::Option* as_json =
        listing->add_option("--json", *json, "as data, to this file or to standard output")
            ->expected(0, 1);
    listing->callback([=, &command] {
        const std::string to = as_json->count() > 0 && json->empty() ? "-" : *json;
        command = [=] { return list(folder->empty() ? project_folder("scenarios") : *folder, to); };
    });

    CLI::App* checking = app.add_subcommand("check", "Validate scenarios without running them");
    auto files = std::make_shared<std::vector<std::string>>();
    checking->add_option("files", *files, "scenario files, - for standard input")->required();
    checking->callback([files, &command] { command = [files] { return check(*files); }; });
}

}  // namespace gregor::lab
