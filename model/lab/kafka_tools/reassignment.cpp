#include "model/lab/kafka_tools/reassignment.h"

#include "model/lab/kafka_tools/controller_desk.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gregor::lab::kafka_tools {

namespace {

using Json = nlohmann::json;
using Partition = ClusterState::Partition;
using Ids = std::vector<std::int32_t>;

std::string list_of(const Ids& ids)
{
    return fmt::format("{}", fmt::join(ids, ","));
}

JavaException command_failed(std::string message)
{
    return {"org.apache.kafka.tools.AdminCommandFailedException", std::move(message), {}};
}

Json parse_json(const std::string& text)
{
    Json whole = Json::parse(text, nullptr, false);
    if (whole.is_discarded()) {
        throw NotModelled{"what Jackson says of a text that is no JSON is not modelled"};
    }
    if (whole.is_object() && whole.contains("version") && whole.at("version") != 1) {
        throw JavaException{"org.apache.kafka.tools.AdminOperationException",
                            "Not supported version field value " + whole.at("version").dump(),
                            {}};
    }
    return whole;
}

void check_topic(const std::string& topic, const ClusterState& state)
{
    if (state.topics.contains(topic)) return;
    throw in_execution(
        api_error("UnknownTopicOrPartition", fmt::format("Topic {} not found.", topic)));
}

std::vector<PartitionName> reassigning(const ClusterState& state)
{
    std::vector<PartitionName> active;
    for (const PartitionName& each : state.partitions()) {
        if (state.partition(each)->reassigning()) active.push_back(each);
    }
    return active;
}

std::string partition_json(const PartitionName& name, const Ids& replicas,
                           const std::vector<std::string>& directories)
{
    std::string quoted;
    for (const std::string& each : directories) {
        quoted += (quoted.empty() ? "\"" : ",\"") + each + "\"";
    }
    return fmt::format(R"({{"topic":"{}","partition":{},"replicas":[{}],"log_dirs":[{}]}})",
                       name.topic, name.partition, list_of(replicas), quoted);
}

std::string document(const std::vector<std::string>& partitions)
{
    return fmt::format("{{\"version\":1,\"partitions\":[{}]}}", fmt::join(partitions, ","));
}

std::vector<std::string> present_directories(const Partition& partition, const ClusterState& state)
{
    std::vector<std::string> directories;
    for (const std::int32_t id : partition.replicas) {
        if (!state.is_alive(id)) {
            directories.emplace_back("any");
            continue;
        }
        const auto& directory = ClusterState::log_dir_of(partition, *state.broker(id));
        directories.push_back(directory.failed ? "any" : directory.path);
    }
    return directories;
}

std::string present_assignment(const std::set<PartitionName>& names, const ClusterState& state)
{
    std::vector<std::string> partitions;
    for (const PartitionName& each : names) {
        const Partition* partition = state.partition(each);
        if (partition == nullptr) continue;
        partitions.push_back(
            partition_json(each, partition->replicas, present_directories(*partition, state)));
    }
    return document(partitions);
}

void check_wanted(const Reassignment& wanted)
{
    if (wanted.empty()) throw command_failed("Partition reassignment list cannot be empty");
    for (const auto& [name, target] : wanted) {
        if (target.replicas.empty()) throw command_failed("Partition replica list cannot be empty");
    }
    std::vector<std::string> wrong;
    for (const auto& [name, target] : wanted) {
        std::set<std::int32_t> seen, twice;
        for (const std::int32_t id : target.replicas) {
            if (!seen.insert(id).second) twice.insert(id);
        }
        if (!twice.empty()) {
            wrong.push_back(fmt::format("{} contains multiple entries for {}", name.text(),
                                        fmt::join(twice, ", ")));
        }
    }
    if (!wrong.empty()) {
        throw command_failed(
            fmt::format("Partition replica lists may not contain duplicate entries: {}",
                        fmt::join(wrong, ". ")));
    }
}

/// Moves between directories of a broker are not done; to a directory that it does not have they
/// cannot be.
void check_directories(const Reassignment& wanted, const ClusterState& state,
                       const std::string& printed)
{
    for (const auto& [name, target] : wanted) {
        for (std::size_t i = 0; i < target.directories.size(); ++i) {
            const std::string& directory = target.directories[i];
            const ClusterState::Broker* broker = state.broker(target.replicas[i]);
            if (directory == "any" || broker == nullptr) continue;
            if (std::ranges::find(broker->log_dirs, directory, &ClusterState::LogDir::path) !=
                broker->log_dirs.end()) {
                throw NotModelled{"moves between directories of a broker are not modelled"};
            }
            throw FailedReassignment{printed, command_failed(fmt::format("Failed to alter dir for "
                                                                         "{}-{}",
                                                                         name.text(), broker->id))};
        }
    }
}

}  // namespace

Reassignment parse_reassignment(const std::string& text)
{
    const Json whole = parse_json(text);
    Reassignment wanted;
    std::vector<PartitionName> twice;
    if (!whole.is_object() || !whole.contains("partitions")) return wanted;
    for (const Json& each : elements(whole.at("partitions"))) {
        const PartitionName name = partition_in(each);
        WantedReplicas target;
        for (const Json& id : elements(field(each, "replicas"))) {
            target.replicas.push_back(value_as<std::int32_t>(id));
        }
        if (each.contains("log_dirs")) {
            for (const Json& directory : elements(each.at("log_dirs"))) {
                target.directories.push_back(value_as<std::string>(directory));
            }
            if (target.directories.size() != target.replicas.size()) {
                throw JavaException{
                    "org.apache.kafka.tools.AdminCommandFailedException",
                    fmt::format("Size of replicas list [{}] is different from size of log dirs "
                                "list [{}] for partition {}",
                                fmt::join(target.replicas, ", "),
                                fmt::join(target.directories, ", "), name.text()),
                    {}};
            }
        }
        if (!wanted.emplace(name, std::move(target)).second) twice.push_back(name);
    }
    if (!twice.empty()) {
        throw command_failed("Partition reassignment contains duplicate topic partitions: " +
                             comma_list(twice, ","));
    }
    return wanted;
}

ToolResult list_reassignments(const ClusterState& state)
{
    const auto active = reassigning(state);
    if (active.empty()) return {.out = "No partition reassignments found.\n"};
    ToolResult result{.out = "Current partition reassignments:\n"};
    for (const PartitionName& each : active) {
        const Partition& partition = *state.partition(each);
        result.out += fmt::format("{}: replicas: {}.", each.text(), list_of(partition.replicas));
        if (!partition.adding.empty()) {
            result.out += fmt::format(" adding: {}.", list_of(partition.adding));
        }
        if (!partition.removing.empty()) {
            result.out += fmt::format(" removing: {}.", list_of(partition.removing));
        }
        result.out += "\n";
    }
    return result;
}

ToolResult generate_reassignment(const std::string& topics, const std::string& brokers,
                                 const ClusterState& state)
{
    Ids ids, twice;
    for (const std::string& each : split(brokers, ',')) {
        const std::int32_t id = java_int(each);
        (std::ranges::find(ids, id) == ids.end() ? ids : twice).push_back(id);
    }
    if (!twice.empty()) {
        throw command_failed(
            fmt::format("Broker list contains duplicate entries: [{}]", fmt::join(twice, ", ")));
    }
    std::set<PartitionName> present;
    std::vector<std::string> proposed;
    std::set<std::string> names;
    const Json whole = parse_json(topics);
    for (const Json& each : elements(field(whole, "topics"))) {
        names.insert(field_as<std::string>(each, "topic"));
    }
    for (const std::string& name : names) check_topic(name, state);
    Ids usable;
    for (const std::int32_t id : ids) {
        if (state.broker(id) != nullptr) usable.push_back(id);
    }
    for (const std::string& name : names) {
        const auto& partitions = state.topics.at(name).partitions;
        const std::size_t factor = partitions.front().replicas.size();
        if (factor > usable.size()) {
            throw api_error("InvalidReplicationFactor",
                            fmt::format("The target replication factor of {} cannot be reached "
                                        "because only {} broker(s) are registered or some brokers "
                                        "have all their log directories cordoned.",
                                        factor, usable.size()));
        }
        for (std::size_t i = 0; i < partitions.size(); ++i) {
            const PartitionName each{name, static_cast<std::int32_t>(i)};
            present.insert(each);
            Ids replicas;
            for (std::size_t k = 0; k < factor; ++k) {
                replicas.push_back(usable[(i + k) % usable.size()]);
            }
            proposed.push_back(
                partition_json(each, replicas, std::vector<std::string>(factor, "any")));
        }
    }
    return {.out = fmt::format("Current partition replica assignment\n{}\n\n"
                               "Proposed partition reassignment configuration\n{}\n",
                               present_assignment(present, state), document(proposed))};
}

ToolResult execute_reassignment(const Reassignment& wanted, const Options& options,
                                ClusterState& state)
{
    check_wanted(wanted);
    if (!options.has("additional") && !reassigning(state).empty()) {
        throw JavaException{
            "org.apache.kafka.tools.TerseException",
            "Cannot execute because there is an existing partition assignment.  Use --additional "
            "to override this and create a new partition assignment in addition to the existing "
            "one. The --additional flag can also be used to change the throttle by resubmitting "
            "the current reassignment.",
            {}};
    }
    std::set<PartitionName> names;
    for (const auto& [name, target] : wanted) {
        names.insert(name);
        for (const std::int32_t id : target.replicas) {
            if (state.broker(id) == nullptr) {
                throw command_failed(fmt::format("Unknown broker id {}", id));
            }
        }
    }
    for (const PartitionName& name : names) check_topic(name.topic, state);
    ToolResult result{.changes = true};
    result.out = fmt::format(
        "Current partition replica assignment\n\n{}\n\nSave this to use as "
        "the --reassignment-json-file option during rollback\n",
        present_assignment(names, state));
    result.out += set_throttles(wanted, options, state);
    ControllerDesk controller(state);
    for (const auto& [name, target] : wanted) {
        if (controller.reassign(name, target.replicas) != Error::none) {
            throw NotModelled{
                "what the controller says of a partition that is not there is not "
                "modelled"};
        }
    }
    const std::vector<PartitionName> all(names.begin(), names.end());
    result.out += fmt::format("Successfully started partition reassignment{} for {}\n",
                              all.size() == 1 ? "" : "s", comma_list(all, ","));
    check_directories(wanted, state, result.out);
    return result;
}

ToolResult verify_reassignment(const Reassignment& wanted, bool keep_throttles, ClusterState& state)
{
    ToolResult result{.out = "Status of partition reassignment:\n"};
    for (const auto& [name, target] : wanted) {
        const Partition* partition = state.partition(name);
        const Ids replicas = partition == nullptr ? Ids() : partition->replicas;
        if (partition != nullptr && partition->reassigning()) {
            result.out +=
                fmt::format("Reassignment of partition {} is still in progress.\n", name.text());
        } else if (replicas == target.replicas) {
            result.out += fmt::format("Reassignment of partition {} is completed.\n", name.text());
        } else {
            result.out += fmt::format(
                "There is no active reassignment of partition {}, but "
                "replica set is {} rather than {}.\n",
                name.text(), list_of(replicas), list_of(target.replicas));
        }
    }
    result.out += "\n";
    if (reassigning(state).empty() && !keep_throttles) clear_throttles(wanted, state, result);
    return result;
}

ToolResult cancel_reassignment(const Reassignment& wanted, bool keep_throttles, ClusterState& state)
{
    std::vector<PartitionName> active;
    ControllerDesk controller(state);
    for (const auto& [name, target] : wanted) {
        const Partition* partition = state.partition(name);
        if (partition == nullptr || !partition->reassigning()) continue;
        if (controller.reassign(name, {}) != Error::none) {
            throw NotModelled{
                "what is said of a move that cannot be taken back without losing records is not "
                "modelled"};
        }
        active.push_back(name);
    }
    ToolResult result{.changes = !active.empty()};
    result.out = active.empty()
                     ? "None of the specified partition reassignments are active.\n"
                     : fmt::format("Successfully cancelled partition reassignment{} for: {}\n",
                                   active.size() == 1 ? "" : "s", comma_list(active, ","));
    result.out += "None of the specified partition moves are active.";
    if (!keep_throttles) clear_throttles(wanted, state, result);
    return result;
}

}  // namespace gregor::lab::kafka_tools
