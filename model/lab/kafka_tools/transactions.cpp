#include "model/lab/kafka_tools/argparse.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// kafka-transactions.sh (org.apache.kafka.tools.TransactionsCommand).
namespace gregor::lab::kafka_tools {

namespace {

using Row = std::vector<std::string>;

/// What the tool ends with after its own look at the arguments.
struct Failed {
    std::string message;
};

/// Cells as wide as the widest of their column, each followed by a tab
/// (ToolsUtils.prettyPrintTable).
std::string table(const Row& headers, const std::vector<Row>& rows)
{
    std::vector<std::size_t> widths;
    for (const std::string& each : headers) widths.push_back(each.size());
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    const auto line = [&](const Row& cells) {
        std::string text;
        for (std::size_t i = 0; i < cells.size(); ++i) text += padded(cells[i], widths[i]) + "\t";
        return text + "\n";
    };
    std::string text = line(headers);
    for (const Row& row : rows) text += line(row);
    return text;
}

void need_no_transactions(const ClusterState& state)
{
    if (!state.no_transactions) {
        throw NotModelled{"the state does not say which transactions there are"};
    }
}

ToolResult find_hanging(const ParsedArguments& arguments, const ClusterState& state)
{
    const bool topic = arguments.has("--topic"), broker = arguments.has("--broker-id");
    if (!topic && !broker) {
        throw Failed{
            "The `find-hanging` command requires either --topic or --broker-id to limit the scope "
            "of the search"};
    }
    if (arguments.has("--partition") && !topic) {
        throw Failed{"The --partition argument requires --topic to be provided"};
    }
    need_no_transactions(state);
    return {.out = table({"Topic", "Partition", "ProducerId", "ProducerEpoch", "CoordinatorEpoch",
                          "StartOffset", "LastTimestamp", "Duration(min)"},
                         {})};
}

ToolResult act(const ParsedArguments& arguments, const ClusterState& state)
{
    if (arguments.command == "find-hanging") return find_hanging(arguments, state);
    if (arguments.command == "abort") {
        constexpr std::array<std::string_view, 3> of_old{"--producer-id", "--producer-epoch",
                                                         "--coordinator-epoch"};
        const bool named =
            std::ranges::all_of(of_old, [&](std::string_view flag) { return arguments.has(flag); });
        if (!arguments.has("--start-offset") && !named) {
            throw Failed{
                "The transaction to abort must be identified either with --start-offset (for "
                "brokers on 3.0 or above) or with --producer-id, --producer-epoch, and "
                "--coordinator-epoch (for older brokers)"};
        }
    }
    need_no_transactions(state);
    if (arguments.command == "list") {
        return {
            .out = table({"TransactionalId", "Coordinator", "ProducerId", "TransactionState"}, {})};
    }
    if (arguments.command == "describe-producers") {
        return {.out = table({"ProducerId", "ProducerEpoch", "LatestCoordinatorEpoch",
                              "LastSequence", "LastTimestamp", "CurrentTransactionStartOffset"},
                             {})};
    }
    if (arguments.command == "abort" && arguments.has("--start-offset")) {
        throw Failed{fmt::format(
            "Could not find any open transactions starting at offset {} on partition {}-{}",
            *arguments.integer("--start-offset"), *arguments.value("--topic"),
            *arguments.integer("--partition"))};
    }
    throw NotModelled{"what kafka-transactions " + arguments.command +
                      " says of a transaction that is not there is not modelled"};
}

}  // namespace

ToolResult run_transactions(const Invocation& invocation, ClusterState& state)
{
    try {
        return act(parse_argparse("transactions", invocation.arguments,
                                  {{"--partition", "Integer"},
                                   {"--broker-id", "Integer"},
                                   {"--start-offset", "Long"},
                                   {"--producer-id", "Long"},
                                   {"--producer-epoch", "Short"},
                                   {"--coordinator-epoch", "Integer"},
                                   {"--max-transaction-timeout", "Integer"},
                                   {"--duration-filter", "Long"}}),
                   state);
    } catch (const HelpAsked& help) {
        return {.out = std::string(help.page), .exit_code = 1};
    } catch (const VersionAsked&) {
        return {.out = fmt::format("{} (Commit:26b251a451ce941d)\n", kafka_version)};
    } catch (const WrongArguments& wrong) {
        return {.err = wrong.shown, .exit_code = 1};
    } catch (const Failed& failed) {
        return {.err = failed.message + "\n", .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
