#include "model/lab/kafka_tools/consumer_groups.h"
#include "model/lab/kafka_tools/controller_desk.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/json_text.h"
#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

/// kafka-leader-election.sh (org.apache.kafka.tools.LeaderElectionCommand).
namespace gregor::lab::kafka_tools {

namespace {

using Json = nlohmann::json;

JavaException command_failed(std::string message, std::vector<std::string> suppressed = {})
{
    return {"org.apache.kafka.tools.AdminCommandFailedException", std::move(message),
            std::move(suppressed)};
}

void check_options(const Options& options)
{
    std::vector<std::string> missing;
    if (!options.has("bootstrap-server")) missing.emplace_back("bootstrap-server");
    if (!options.has("election-type")) missing.emplace_back("election-type");
    if (!missing.empty()) {
        throw command_failed(
            fmt::format("Missing required option(s): {}", fmt::join(missing, ", ")));
    }
    const int scopes = options.has("topic") + options.has("all-topic-partitions") +
                       options.has("path-to-json-file");
    if (scopes != 1) {
        throw command_failed(
            "One and only one of the following options is required: topic, "
            "all-topic-partitions, path-to-json-file");
    }
    if (options.has("topic") && !options.has("partition")) {
        throw command_failed("Missing required option(s): partition");
    }
    if (!options.has("topic") && options.has("partition")) {
        throw command_failed("Option partition is only allowed if topic is used");
    }
}

std::vector<PartitionName> partitions_in_file(const std::string& text)
{
    const Json whole = Json::parse(text, nullptr, false);
    if (whole.is_discarded()) {
        throw JavaException{"org.apache.kafka.server.common.AdminOperationException",
                            "Replica election data is empty",
                            {}};
    }
    if (!whole.is_object() || !whole.contains("partitions")) {
        throw JavaException{"org.apache.kafka.server.common.AdminOperationException",
                            "Replica election data is missing \"partitions\" field",
                            {}};
    }
    std::vector<PartitionName> partitions, twice;
    std::set<PartitionName> seen;
    for (const Json& each : elements(whole.at("partitions"))) {
        partitions.push_back(partition_in(each));
        if (!seen.insert(partitions.back()).second) twice.push_back(partitions.back());
    }
    if (!twice.empty()) {
        throw JavaException{
            "org.apache.kafka.server.common.AdminOperationException",
            "Replica election data contains duplicate partitions: " + comma_list(twice, ","),
            {}};
    }
    return partitions;
}

/// What the controller makes of it: whether the leader changed, or why not.
bool elect(const PartitionName& name, bool unclean, ControllerDesk& controller)
{
    switch (controller.elect(name, unclean)) {
        case Error::none: return true;
        case Error::election_not_needed: return false;
        case Error::unknown_topic_or_partition:
            throw api_error("UnknownTopicOrPartition", "No such partition as " + name.text());
        case Error::preferred_leader_not_available:
            throw api_error("PreferredLeaderNotAvailable",
                            "The preferred leader was not available.");
        default:
            throw api_error("EligibleLeadersNotAvailable",
                            "Eligible topic partition leaders are not available.");
    }
}

ToolResult run_election(const std::vector<PartitionName>& partitions, bool everything, bool unclean,
                        ClusterState& state)
{
    const std::string_view type = unclean ? "UNCLEAN" : "PREFERRED";
    std::vector<PartitionName> done, right;
    std::vector<std::string> failures;
    ToolResult result;
    std::string failed_lines;
    ControllerDesk controller(state);
    for (const PartitionName& each : in_hash_order(partitions)) {
        try {
            (elect(each, unclean, controller) ? done : right).push_back(each);
        } catch (const JavaException& why) {
            failures.push_back(why.text());
            failed_lines +=
                fmt::format("Error completing leader election ({}) for partition: {}: {}\n", type,
                            each.text(), why.text());
        }
    }
    result.changes = !done.empty();
    // Each kind goes through a set of its own, as the controller answers them: by topic.
    std::ranges::sort(done);
    std::ranges::sort(right);
    done = in_hash_order(done);
    right = in_hash_order(right);
    if (!done.empty()) {
        result.out += fmt::format("Successfully completed leader election ({}) for partitions {}\n",
                                  type, comma_list(done, ", "));
    }
    // Asked for all, the controller does not answer for those where there is nothing to do.
    if (!right.empty() && !everything) {
        result.out += fmt::format("Valid replica already elected for partitions {}\n",
                                  comma_list(right, ", "));
    }
    result.out += failed_lines;
    if (failures.empty()) return result;
    const JavaException summary = command_failed(
        fmt::format("{} replica(s) could not be elected", failures.size()), failures);
    result.err = summary.message + "\n" + summary.with_trace() + "\n";
    result.exit_code = 1;
    return result;
}

}  // namespace

ToolResult run_leader_election(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("leader-election");
    try {
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        check_options(options);
        std::vector<PartitionName> partitions;
        if (const auto file = options.value("path-to-json-file")) {
            partitions = partitions_in_file(file_named(invocation, *file));
        } else if (const auto topic = options.value("topic")) {
            partitions = {{*topic, static_cast<std::int32_t>(*options.integer("partition"))}};
        } else {
            partitions = state.partitions();
        }
        return run_election(partitions, options.has("all-topic-partitions"),
                            to_lower(*options.value("election-type")) == "unclean", state);
    } catch (const JavaException& failed) {
        return {.err = failed.message + "\n" + failed.with_trace() + "\n", .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
