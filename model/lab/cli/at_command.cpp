#include "model/lab/cli/at_command.h"

#include "model/lab/cli/console.h"
#include "model/lab/event_text.h"
#include "model/lab/opened_recording.h"
#include "model/lab/run_tools.h"
#include "model/lab/shape.h"

#include <cstdio>
#include <memory>

namespace gregor::lab {

namespace {

void print(const kafka_tools::ToolResult& result)
{
    std::fwrite(result.out.data(), 1, result.out.size(), stdout);
    std::fflush(stdout);
    std::fwrite(result.err.data(), 1, result.err.size(), stderr);
}

int run_at(const std::string& file, const std::string& at_text,
           const std::vector<std::string>& words)
{
    const Time at = parse_instant(at_text, "TIME");
    const kafka_tools::Invocation invocation = tool_invocation(words);
    // What is printed is the tool's; a bar is for those who watch.
    ProgressBar bar("opening " + file);
    OpenedRecording recording = OpenedRecording::open(file, [&](Time now, Time end) {
        if (!fancy_terminal()) return;
        bar.show(static_cast<double>(now.nanoseconds) / static_cast<double>(end.nanoseconds));
    });
    bar.clear();
    if (recording.difference()) {
        print_error(file + ": the recording and its re-execution differ; see gregor verify");
        return exit_code::not_as_expected;
    }
    if (at > recording.end()) {
        throw BadInput("gregor", {{"TIME", excerpt(nlohmann::json(at_text)),
                                   "0s to " + exact_seconds(recording.end()), ""}});
    }
    try {
        kafka_tools::ClusterState cluster = cluster_state_of(recording.seek(at));
        const kafka_tools::ToolResult result = kafka_tools::run_tool(invocation, cluster);
        if (result.changes) {
            print_error("gregor: kafka-" + invocation.tool +
                        ".sh would change the cluster here, which a recording cannot; write it "
                        "as a step of the scenario's script");
            return exit_code::bad_input;
        }
        print(result);
        return result.exit_code;
    } catch (const kafka_tools::NotModelled& why) {
        print_error("gregor: " + why.sentence);
        return exit_code::bad_input;
    }
}

}  // namespace

void add_at(CLI::App& app, Command& command)
{
    CLI::App* asking = app.add_subcommand(
        "at", "Kafka's own command against the cluster at one instant of a recording");
    auto file = std::make_shared<std::string>();
    auto at = std::make_shared<std::string>();
    asking->add_option("file", *file, "recording")->required();
    asking->add_option("time", *at, "instant, like 20.5s")->required();
    asking->prefix_command();  // what follows is the tool's: `kafka-topics.sh --describe`
    asking->footer("Then the command: kafka-topics.sh --describe --topic orders");
    asking->callback(
        [=, &command] { command = [=] { return run_at(*file, *at, asking->remaining()); }; });
}

}  // namespace gregor::lab
