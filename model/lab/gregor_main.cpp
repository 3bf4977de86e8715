// The command line; docs of each subcommand: `gregor SUBCOMMAND --help`.
#include "engine/check.h"
#include "model/lab/cli/at_command.h"
#include "model/lab/cli/commands.h"
#include "model/lab/cli/console.h"

#include <fmt/format.h>

#include <exception>
#include <system_error>

namespace {

using namespace gregor;
using namespace gregor::lab;

int carry_out(const Command& command)
{
    try {
        return command();
    } catch (const BadInput& bad) {
        print_error(bad.what());
        return exit_code::bad_input;
    } catch (const CheckFailed& failed) {
        print_error(fmt::format("gregor: a defect of Gregor itself: {}", failed.what()));
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::broken_pipe) return exit_code::as_expected;  // `| head`
        print_error(fmt::format("gregor: {}", error.what()));
    } catch (const std::exception& error) {
        print_error(fmt::format("gregor: a defect of Gregor itself: {}", error.what()));
    }
    return exit_code::defect;
}

}  // namespace

int main(int argc, char** argv)
{
    watch_for_interruption();
    CLI::App app("A deterministic simulation and teaching lab for Apache Kafka", "gregor");
    app.require_subcommand(1);
    Command command;
    add_run(app, command);
    add_recording_commands(app, command);
    add_scenario_commands(app, command);
    add_sweep(app, command);
    add_conformance(app, command);
    add_bench(app, command);
    add_at(app, command);
    add_view(app, command);
    add_internal(app, command);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked_for_help = error.get_exit_code() == 0;
        if (asked_for_help) return app.exit(error);
        print_error(fmt::format("gregor: {}; see gregor --help", error.what()));
        return exit_code::bad_input;
    }
    return carry_out(command);
}
