#include "model/lab/kafka_tools/argparse.h"
#include "model/lab/kafka_tools/tools.h"

/// kafka-metadata-quorum.sh (org.apache.kafka.tools.MetadataQuorumCommand).
namespace gregor::lab::kafka_tools {

namespace {

/// What the tool ends with after its own look at the arguments.
struct Failed {
    std::string message;
};

ToolResult act(const ParsedArguments& arguments)
{
    if (arguments.command == "describe") {
        const bool status = arguments.has("--status"), replication = arguments.has("--replication");
        if (status && replication) {
            throw Failed{
                "Only one of --status or --replication should be specified with describe "
                "sub-command"};
        }
        if (!status && !replication) {
            throw Failed{
                "One of --status or --replication must be specified with describe sub-command"};
        }
        if (status && arguments.has("--human-readable")) {
            throw Failed{"The option --human-readable is only supported along with --replication"};
        }
        throw NotModelled{"the state does not say how far the controllers are"};
    }
    // Clusters are formatted with static voters.
    const std::string what = arguments.command == "add-controller" ? "adding" : "removing";
    if (what == "adding") {
        throw NotModelled{"a controller that is added reads its own files, which are not there"};
    }
    const JavaException why = in_execution(api_error(
        "UnsupportedVersion",
        "Cluster doesn't support " + what + " voter because the kraft.version feature is 0"));
    return {.err = why.message + "\n" + why.with_trace() + "\n", .exit_code = 1};
}

}  // namespace

ToolResult run_metadata_quorum(const Invocation& invocation, ClusterState&)
{
    try {
        return act(parse_argparse("metadata-quorum", invocation.arguments));
    } catch (const HelpAsked& help) {
        return {.out = std::string(help.page)};
    } catch (const WrongArguments& wrong) {
        return {.err = wrong.shown, .exit_code = 1};
    } catch (const Failed& failed) {
        return {.err = failed.message + "\n", .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
