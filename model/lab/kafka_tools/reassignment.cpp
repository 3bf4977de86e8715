#include "model/lab/kafka_tools/reassignment.h"

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

Partition* find(ClusterState& state, const PartitionName& name)
{
    if (state.partition(name) == nullptr) return nullptr;
    return &state.topics.at(name.topic).partitions[static_cast<std::size_t>(name.partition)];
}

std::vector<PartitionName> reassigning(const ClusterState& state)
{
    std::vector<PartitionName> active;
    for (const auto& [name, topic] : state.topics) {
        for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
            if (topic.partitions[i].reassigning()) {
                active.push_back({name, static_cast<std::int32_t>(i)});
            }
        }
    }
    return active;
}

/// Those it has without the ones that are being added.
Ids replicas_before(const Partition& partition)
{
    Ids ids;
    for (const std::int32_t id : partition.replicas) {
        if (std::ranges::find(partition.adding, id) == partition.adding.end()) ids.push_back(id);
    }
    return ids;
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

std::vector<std::string> present_directories(const Ids& replicas, const ClusterState& state)
{
    std::vector<std::string> directories;
    for (const std::int32_t id : replicas) {
        const ClusterState::Broker* broker = state.broker(id);
        directories.push_back(broker == nullptr || !broker->alive ? "any" : broker->log_dir);
    }
    return directories;
}

std::string present_assignment(const std::set<PartitionName>& names, const ClusterState& state)
{
    std::vector<std::string> partitions;
    for (const PartitionName& each : names) {
        const Partition* partition = state.partition(each);
        if (partition == nullptr) continue;
        partitions.push_back(partition_json(each, partition->replicas,
                                            present_directories(partition->replicas, state)));
    }
    return document(partitions);
}

std::string clear_throttles(const Reassignment& wanted, ClusterState& state)
{
    std::set<std::int32_t> brokers;
    for (const std::int32_t id : state.alive()) brokers.insert(id);
    std::set<std::string> topics;
    for (const auto& [name, target] : wanted) {
        topics.insert(name.topic);
        brokers.insert(target.replicas.begin(), target.replicas.end());
    }
    for (const std::string& topic : topics) {
        const auto found = state.topics.find(topic);
        if (found == state.topics.end()) {
            throw NotModelled{
                "what follows for throttles of a topic that is not there is not "
                "modelled"};
        }
        found->second.configs.erase("leader.replication.throttled.replicas");
        found->second.configs.erase("follower.replication.throttled.replicas");
    }
    return fmt::format(
        "Clearing broker-level throttles on broker{} {}\n"
        "Clearing topic-level throttles on topic{} {}\n",
        brokers.size() == 1 ? "" : "s", fmt::join(brokers, ","), topics.size() == 1 ? "" : "s",
        fmt::join(topics, ","));
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

/// What the controller does at once.
void start(Partition& partition, const Ids& target)
{
    const Ids before = replicas_before(partition);
    const auto in = [](const Ids& ids, std::int32_t id) {
        return std::ranges::find(ids, id) != ids.end();
    };
    partition.adding.clear();
    partition.removing.clear();
    partition.replicas = target;
    for (const std::int32_t id : target) {
        if (!in(before, id)) partition.adding.push_back(id);
    }
    for (const std::int32_t id : before) {
        if (in(target, id)) continue;
        partition.removing.push_back(id);
        partition.replicas.push_back(id);
    }
}

std::string throttle_lines(const Options& options)
{
    const auto between = options.integer("throttle");
    const auto within = options.integer("replica-alter-log-dirs-throttle");
    if (!between && !within) return "";
    std::string text =
        "Warning: You must run --verify periodically, until the reassignment "
        "completes, to ensure the throttle is removed.\n";
    if (between) {
        text += fmt::format("The inter-broker throttle limit was set to {} B/s\n", *between);
    }
    if (within) {
        text += fmt::format("The replica-alter-dir throttle limit was set to {} B/s\n", *within);
    }
    return text;
}

/// Moves between directories of a broker that has only one cannot be done.
void check_directories(const Reassignment& wanted, const ClusterState& state,
                       const std::string& printed)
{
    for (const auto& [name, target] : wanted) {
        for (std::size_t i = 0; i < target.directories.size(); ++i) {
            const std::string& directory = target.directories[i];
            const ClusterState::Broker* broker = state.broker(target.replicas[i]);
            if (directory == "any" || broker == nullptr) continue;
            if (directory == broker->log_dir) {
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
    for (const Json& each : whole.at("partitions")) {
        const PartitionName name = partition_in(each);
        WantedReplicas target{field(each, "replicas").get<Ids>(), {}};
        if (each.contains("log_dirs")) {
            target.directories = each.at("log_dirs").get<std::vector<std::string>>();
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
    for (const Json& each : field(whole, "topics")) names.insert(field(each, "topic"));
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
    ToolResult result;
    result.out = fmt::format(
        "Current partition replica assignment\n\n{}\n\nSave this to use as "
        "the --reassignment-json-file option during rollback\n",
        present_assignment(names, state));
    result.out += throttle_lines(options);
    for (const auto& [name, target] : wanted) {
        Partition* partition = find(state, name);
        if (partition == nullptr) {
            throw NotModelled{
                "what the controller says of a partition that is not there is not "
                "modelled"};
        }
        start(*partition, target.replicas);
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
    if (reassigning(state).empty() && !keep_throttles) result.out += clear_throttles(wanted, state);
    return result;
}

ToolResult cancel_reassignment(const Reassignment& wanted, bool keep_throttles, ClusterState& state)
{
    std::vector<PartitionName> active;
    for (const auto& [name, target] : wanted) {
        Partition* partition = find(state, name);
        if (partition == nullptr || !partition->reassigning()) continue;
        partition->replicas = replicas_before(*partition);
        partition->adding.clear();
        partition->removing.clear();
        active.push_back(name);
    }
    ToolResult result;
    result.out = active.empty()
                     ? "None of the specified partition reassignments are active.\n"
                     : fmt::format("Successfully cancelled partition reassignment{} for: {}\n",
                                   active.size() == 1 ? "" : "s", comma_list(active, ","));
    result.out += "None of the specified partition moves are active.";
    if (!keep_throttles) result.out += clear_throttles(wanted, state);
    return result;
}

}  // namespace gregor::lab::kafka_tools
