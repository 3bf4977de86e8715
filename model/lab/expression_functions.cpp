#include "model/events.h"
#include "model/lab/expression.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gregor::lab {
namespace {

using enum Argument;

const std::vector<NamedArgument>& window()
{
    static const std::vector<NamedArgument> names{{"from", Argument::time}, {"to", Argument::time}};
    return names;
}
const std::vector<NamedArgument>& of_client()
{
    static const std::vector<NamedArgument> names{{"client", client}};
    return names;
}
const std::vector<NamedArgument>& reader()
{
    static const std::vector<NamedArgument> names{{"isolation", isolation}, {"client", client}};
    return names;
}

std::vector<Function> cluster_functions()
{
    return {
        {.name = "isr",
         .arguments = {partition},
         .result = Kind::list,
         .reads = reads::metadata,
         .doc = "Ids of the in-sync replicas, as the controller has them."},
        {.name = "leader",
         .arguments = {partition},
         .result = Kind::number,
         .reads = reads::metadata,
         .doc = "Id of the leader, -1 without one."},
        {.name = "epoch",
         .arguments = {partition},
         .result = Kind::number,
         .reads = reads::metadata,
         .doc = "Leader epoch."},
        {.name = "fenced",
         .arguments = {broker},
         .result = Kind::boolean,
         .reads = reads::metadata,
         .doc = "Whether the controller has fenced the broker."},
        {.name = "controller",
         .result = Kind::number,
         .reads = reads::metadata,
         .doc = "Id of the active controller, -1 without one."},
        {.name = "online",
         .arguments = {broker},
         .result = Kind::boolean,
         .reads = reads::liveness,
         .doc = "Whether the process runs."},
        {.name = "leo",
         .arguments = {broker, partition},
         .result = Kind::number,
         .reads = reads::log,
         .doc = "End offset of a broker's replica."},
        {.name = "hw",
         .arguments = {broker, partition},
         .result = Kind::number,
         .reads = reads::log,
         .doc = "High watermark as a broker's replica knows it."},
        {.name = "lso",
         .arguments = {partition},
         .result = Kind::number,
         .reads = reads::log,
         .doc = "Last stable offset at the leader."},
        {.name = "log",
         .arguments = {broker, partition},
         .named = of_client(),
         .result = Kind::records,
         .reads = reads::log,
         .doc = "Records of one client in a broker's replica."},
        {.name = "bytes",
         .arguments = {broker, partition},
         .result = Kind::number,
         .reads = reads::log,
         .doc = "Size of a broker's replica in bytes."},
        {.name = "readable",
         .arguments = {topic},
         .named = reader(),
         .result = Kind::records,
         .reads = reads::log | reads::metadata,
         .doc = "Records of one client that a consumer could read now."},
        {.name = "held",
         .arguments = {Argument::held},
         .result = Kind::boolean,
         .reads = reads::network,
         .doc = "Whether a message is held under this name now."},
    };
}

std::vector<Function> client_functions()
{
    return {
        {.name = "sent",
         .arguments = {client},
         .result = Kind::records,
         .reads = reads::client,
         .doc = "Records for which the producer called send()."},
        {.name = "acked",
         .arguments = {client},
         .result = Kind::records,
         .reads = reads::client,
         .doc = "Records acknowledged to the producer."},
        {.name = "failed",
         .arguments = {client},
         .result = Kind::records,
         .reads = reads::client,
         .doc = "Records reported to the producer as failed and surely not written."},
        {.name = "unknown",
         .arguments = {client},
         .result = Kind::records,
         .reads = reads::client,
         .doc = "Records of which the producer cannot know whether they were written."},
        {.name = "delivered",
         .arguments = {client},
         .named = of_client(),
         .result = Kind::records,
         .reads = reads::client,
         .doc = "Records that poll() gave to the consumer."},
        {.name = "processed",
         .arguments = {client},
         .named = of_client(),
         .result = Kind::records,
         .reads = reads::client,
         .doc = "Records the consumer has finished working on."},
    };
}

std::vector<Function> group_functions()
{
    return {
        {.name = "committed",
         .arguments = {group, partition},
         .result = Kind::number,
         .reads = reads::group,
         .doc = "Committed offset of a group, null without one."},
        {.name = "lag",
         .arguments = {group, partition},
         .result = Kind::number,
         .reads = reads::group | reads::log,
         .doc = "Records between the committed offset and the high watermark."},
        {.name = "generation",
         .arguments = {group},
         .result = Kind::number,
         .reads = reads::group,
         .doc = "Generation of a classic group, or epoch of a group."},
        {.name = "owner",
         .arguments = {group, partition},
         .result = Kind::text,
         .reads = reads::group,
         .doc = "Name of the client that owns the partition, or null."},
    };
}

std::vector<Function> measure_functions()
{
    return {
        {.name = "latency",
         .arguments = {client},
         .named = window(),
         .result = Kind::list,
         .reads = reads::client,
         .doc = "Time from send() to acknowledgement of each record; without end counts as now."},
        {.name = "stall",
         .arguments = {client},
         .named = window(),
         .result = Kind::duration,
         .reads = reads::client | reads::time,
         .doc = "Longest time without an acknowledgement while records were waiting."},
        {.name = "rate",
         .arguments = {client},
         .named = window(),
         .result = Kind::number,
         .reads = reads::client | reads::time,
         .doc = "Acknowledged records per second."},
    };
}

std::vector<Function> time_functions()
{
    return {
        {.name = "now",
         .result = Kind::duration,
         .reads = reads::time,
         .doc = "Time since the start of the run."},
        {.name = "at",
         .arguments = {fired},
         .result = Kind::duration,
         .reads = reads::marks,
         .doc = "When a mark or step fired; for names that are not plain words."},
        {.name = "first",
         .arguments = {condition},
         .result = Kind::duration,
         .doc = "When the condition became true for the first time, null if never."},
        {.name = "count",
         .arguments = {event_kind},
         .any_named = true,
         .result = Kind::number,
         .reads = reads::events,
         .doc = "Events of a kind, with these values in their fields."},
    };
}

Function pure(std::string_view name, std::vector<Argument> arguments, Kind result,
              std::string_view doc)
{
    return {.name = name,
            .arguments = std::move(arguments),
            .named = {},
            .any_named = false,
            .result = result,
            .reads = 0,
            .pure = true,
            .doc = doc};
}

std::vector<Function> pure_functions()
{
    return {
        pure("size", {value}, Kind::number, "How many elements a set or list has."),
        pure("p50", {value}, Kind::any, "The median of a list."),
        pure("p90", {value}, Kind::any, "The 90th percentile of a list (nearest rank)."),
        pure("p95", {value}, Kind::any, "The 95th percentile of a list (nearest rank)."),
        pure("p99", {value}, Kind::any, "The 99th percentile of a list (nearest rank)."),
        pure("p999", {value}, Kind::any, "The 99.9th percentile of a list (nearest rank)."),
        pure("max", {value}, Kind::any, "The largest element of a list, null of an empty one."),
        pure("min", {value}, Kind::any, "The smallest element of a list, null of an empty one."),
        pure("mean", {value}, Kind::any, "The mean of a list, null of an empty one."),
        pure("share", {value, value}, Kind::number,
             "Which part of the second set is in the first, from 0 to 1; null of an empty set."),
    };
}

std::vector<Function> all_functions()
{
    std::vector<Function> all;
    for (auto part : {cluster_functions(), client_functions(), group_functions(),
                      measure_functions(), time_functions(), pure_functions()}) {
        for (Function& each : part) all.push_back(std::move(each));
    }
    std::ranges::sort(all, {}, &Function::name);
    return all;
}

/// Letters put in, left out or changed, and neighbours swapped, each counted once.
std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before_last;
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last = std::exchange(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[b.size()];
}

}  // namespace

std::string_view to_string(Argument argument)
{
    constexpr std::array<std::string_view, 12> names{"broker id",    "partition such as 'topic-0'",
                                                     "topic",        "client",
                                                     "group",        "held name",
                                                     "mark or step", "kind of event",
                                                     "condition",    "isolation level",
                                                     "time",         "value"};
    return names[static_cast<std::size_t>(argument)];
}

std::span<const Function> functions()
{
    static const std::vector<Function> all = all_functions();
    return all;
}

const Function* find_function(std::string_view name)
{
    const auto all = functions();
    const auto at = std::ranges::lower_bound(all, name, {}, &Function::name);
    return at != all.end() && at->name == name ? &*at : nullptr;
}

std::vector<std::string_view> countable_events()
{
    std::vector<std::string_view> kinds = event_kinds();
    kinds.push_back("marker");  // commit and abort markers of transactions
    return kinds;
}

std::string nearest_word(std::string_view word, std::span<const std::string_view> candidates)
{
    constexpr std::size_t longest_word = 100;
    if (word.empty() || word.size() > longest_word) return "";
    std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
    std::string_view nearest;
    for (const std::string_view candidate : candidates) {
        if (candidate.size() > longest_word) continue;
        const std::size_t distance = edit_distance(word, candidate);
        if (distance > 0 && distance < best) {
            best = distance;
            nearest = candidate;
        }
    }
    return std::string(nearest);
}

}  // namespace gregor::lab
