#include "model/lab/cli/commands.h"
#include "model/lab/cli/console.h"
#include "model/lab/conformance/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace gregor::lab {

namespace {

int conformance(const std::string& folder, const std::string& json_file)
{
    const bool silent = json_file == "-";
    ConformanceResult result;
    for (const std::string& file : find_vector_files(folder)) {
        if (interrupted()) return exit_code::interrupted;
        const VectorFile& one = result.files.emplace_back(run_vector_file(file, folder));
        if (silent) continue;
        const std::string failed =
            one.failures.empty() ? ""
                                 : coloured(fmt::format(", {} FAILED", one.failures.size()), "red");
        fmt::print("{:<44} {:>6} passed of {:>6}, {} not covered{}\n", one.kind, one.passed,
                   one.total, one.not_covered, failed);
        constexpr std::size_t most_shown = 3;
        for (std::size_t i = 0; i < std::min(most_shown, one.failures.size()); ++i) {
            const VectorOutcome& failure = one.failures[i];
            fmt::print("    {}: expected {}\n    {:>{}}  got      {}\n", failure.id,
                       failure.expected, "", failure.id.size(), failure.got);
        }
    }
    if (!json_file.empty()) write_json(json_file, result.to_json());
    if (!silent) {
        fmt::print("{} cases: {} passed, {} failed, {} not covered\n", result.total(),
                   result.passed(), result.total() - result.passed() - result.not_covered(),
                   result.not_covered());
    }
    return result.failed() ? exit_code::not_as_expected : exit_code::as_expected;
}

}  // namespace

void add_conformance(CLI::App& app, Command& command)
{
    CLI::App* conforming =
        app.add_subcommand("conformance", "Hold the model against recorded cases of real Kafka");
    auto folder = std::make_shared<std::string>();
    auto json = std::make_shared<std::string>();
    conforming->add_option("--vectors", *folder, "folder of vectors (default: the project's own)");
    conforming->add_option("--json", *json, "write results as data, - for standard output");
    conforming->callback([=, &command] {
        command = [=] {
            const std::string from = folder->empty() ? project_folder("tests/vectors") : *folder;
            return conformance(from, *json);
        };
    });
}

}  // namespace gregor::lab
