#include "model/lab/kafka_tools/consumer_groups.h"
#include "model/lab/kafka_tools/json_text.h"
#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/tools.h"
#include "model/lab/kafka_tools/topic_configs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

/// kafka-delete-records.sh (org.apache.kafka.tools.DeleteRecordsCommand).
namespace gregor::lab::kafka_tools {

namespace {

using Json = nlohmann::json;

JavaException operation_error(std::string message)
{
    return {"org.apache.kafka.tools.AdminOperationException", std::move(message), {}};
}

struct Wanted {
    PartitionName partition;
    std::int64_t offset = 0;
};

std::vector<Wanted> parse(const std::string& text)
{
    const Json whole = Json::parse(text, nullptr, false);
    if (whole.is_discarded()) throw operation_error("The input string is not a valid JSON");
    if (whole.is_object() && whole.contains("version") && whole.at("version") != 1) {
        throw operation_error("Not supported version field value " + whole.at("version").dump());
    }
    if (!whole.is_object() || !whole.contains("partitions")) {
        throw operation_error("Missing partitions field");
    }
    std::vector<Wanted> wanted;
    for (const Json& each : elements(whole.at("partitions"))) {
        const PartitionName partition = partition_in(each);
        wanted.push_back({partition, field_as<std::int64_t>(each, "offset")});
    }
    std::set<PartitionName> seen;
    std::vector<PartitionName> twice;
    for (const Wanted& each : wanted) {
        if (!seen.insert(each.partition).second) twice.push_back(each.partition);
    }
    if (!twice.empty()) {
        throw JavaException{
            "org.apache.kafka.tools.AdminCommandFailedException",
            "Offset json file contains duplicate topic partitions: " + comma_list(twice, ","),
            {}};
    }
    return wanted;
}

/// A refusal as the server sends it, with what the admin client logs.
JavaException refused(const ClusterState& state, const PartitionName& name, std::string_view code,
                      JavaException why, ToolResult& result)
{
    result.err +=
        log_line(state, "ERROR",
                 fmt::format("[AdminClient clientId=adminclient-1] DeleteRecords request for topic "
                             "partition {} failed due to an unexpected error {}",
                             name.text(), code),
                 "org.apache.kafka.clients.admin.internals.DeleteRecordsHandler");
    return why;
}

/// The log start offset after it.
std::int64_t delete_up_to(ClusterState& state, const Wanted& wanted, ToolResult& result)
{
    ClusterState::Partition* const partition = state.partition(wanted.partition);
    if (partition == nullptr) {
        throw api_error(
            "Timeout",
            "Timed out waiting for a node assignment. Call: deleteRecords(api=METADATA)");
    }
    if (!partition->leader) {
        throw api_error("Timeout",
                        fmt::format("Call(callName=deleteRecords(api=METADATA), deadlineMs={0}, "
                                    "tries={1}, nextAllowedTryMs={0}) timed out at {0} after {1} "
                                    "attempt(s)",
                                    state.now_ms + 60'000, 600));
    }
    const ClusterState::Topic& topic = state.topics.at(wanted.partition.topic);
    if (topic_config_value(state, topic, "cleanup.policy") == "compact") {
        throw refused(state, wanted.partition, "POLICY_VIOLATION",
                      api_error("PolicyViolation",
                                "Request parameters do not satisfy the configured policy."),
                      result);
    }
    const std::int64_t end = partition->end.value_or(0);
    const std::int64_t offset = wanted.offset == -1 ? end : wanted.offset;
    if (offset < 0 || offset > end) {
        throw refused(state, wanted.partition, "OFFSET_OUT_OF_RANGE",
                      api_error("OffsetOutOfRange",
                                "The requested offset is not within the range "
                                "of offsets maintained by the server."),
                      result);
    }
    result.changes = true;
    partition->start = std::max(partition->start.value_or(0), offset);
    return *partition->start;
}

ToolResult delete_records(const std::vector<Wanted>& wanted, ClusterState& state)
{
    ToolResult result{.out =
                          "Executing records delete operation\n"
                          "Records delete operation completed:\n"};
    for (const Wanted& each : wanted) {
        try {
            result.out += fmt::format("partition: {}\tlow_watermark: {}\n", each.partition.text(),
                                      delete_up_to(state, each, result));
        } catch (const JavaException& why) {
            result.out +=
                fmt::format("partition: {}\terror: {}\n", each.partition.text(), why.text());
        }
    }
    return result;
}

}  // namespace

ToolResult run_delete_records(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("delete-records");
    try {
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        require_options(options, {"bootstrap-server", "offset-json-file"});
        return delete_records(parse(file_named(invocation, *options.value("offset-json-file"))),
                              state);
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    } catch (const JavaException& failed) {
        return {.err = failed.message + "\n" + failed.with_trace() + "\n", .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
