#include "engine/fixed_resources.h"
#include "engine/recorded_resources.h"
#include "engine/resource_trial.h"
#include "model/lab/cli/commands.h"
#include "model/lab/cli/one_run.h"

#include <fmt/format.h>

#include <memory>

namespace gregor::lab {

namespace {

struct TrialOptions {
    std::string resources = "fixed";
    std::string seed = "1";
    std::uint32_t transmissions = TrialSettings{}.transmissions;
    bool contend = false;
};

/// Prints start, alone and end of each transmission of a random workload: tests hold the
/// implementations of Resources against each other by it.
int resource_trial(const TrialOptions& options)
{
    check_choice(options.resources, {"fixed", "simgrid", "recorded"}, "--resources");
    TrialSettings settings{.seed = parse_seed(options.seed, "--seed"),
                           .contend = options.contend,
                           .transmissions = options.transmissions};
    const std::vector<LinkSpec> links = trial_links();
    if (options.resources != "recorded") {
        const auto resources = make_resources(options.resources, links);
        fmt::print("{}", trial_text(run_resource_trial(*resources, settings)));
        return 0;
    }
    RecordingResources recorder(std::make_unique<FixedResources>(links), links);
    run_resource_trial(recorder, settings);
    RecordedResources recorded(links, std::make_shared<const DurationLog>(recorder.log()));
    fmt::print("{}", trial_text(run_resource_trial(recorded, settings)));
    return 0;
}

}  // namespace

void add_internal(CLI::App& app, Command& command)
{
    CLI::App* internal = app.add_subcommand("internal", "For the tests of Gregor itself");
    internal->group("");  // not in --help
    internal->require_subcommand(1);
    CLI::App* trial = internal->add_subcommand("resource-trial", "One random workload");
    auto options = std::make_shared<TrialOptions>();
    trial->add_option("--resources", options->resources, "fixed, simgrid or recorded");
    trial->add_option("--seed", options->seed, "seed of the workload");
    trial->add_option("--transmissions", options->transmissions, "how many");
    trial->add_flag("--contend", options->contend, "everybody sends to one host");
    trial->callback(
        [options, &command] { command = [options] { return resource_trial(*options); }; });
}

}  // namespace gregor::lab
