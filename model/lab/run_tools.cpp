#include "model/lab/run_tools.h"

#include "model/java_hash_order.h"
#include "model/lab/diagnostic.h"
#include "model/lab/expression.h"
#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/topic_ids.h"
#include "model/lab/levels.h"
#include "model/lab/snapshot.h"
#include "model/lab/whole_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace gregor::lab {

namespace {

using kafka_tools::ClusterState;
using kafka_tools::PartitionName;

constexpr std::int32_t first_port = 9092;
constexpr BrokerId first_controller{101};

/// The log of a partition's leader, as far as its records have times; their contents are sizes.
class LeaderLog final : public kafka_tools::PartitionLog {
public:
    LeaderLog(UnifiedLog log, Offset end) : log_(std::move(log)), end_(end) {}
    std::optional<kafka_tools::LoggedRecord> next(std::int64_t from, bool) const override
    {
        if (from >= end_.value) return std::nullopt;
        throw kafka_tools::NotModelled{"records of a run have keys and sizes, but no contents"};
    }
    std::int64_t end(bool) const override { return end_.value; }
    std::optional<std::int64_t> first_at_or_after(std::int64_t timestamp_ms) const override
    {
        return below_the_high_watermark(log_.offset_for_timestamp(timestamp_ms));
    }
    std::optional<std::int64_t> offset_of_max_timestamp() const override
    {
        constexpr std::int64_t max_timestamp = -3;
        return below_the_high_watermark(log_.offset_for_timestamp(max_timestamp));
    }

private:
    std::optional<std::int64_t> below_the_high_watermark(
        const std::optional<UnifiedLog::TimestampAndOffset>& found) const
    {
        if (!found || found->offset < Offset{0} || found->offset >= end_) return std::nullopt;
        return found->offset.value;
    }
    UnifiedLog log_;
    Offset end_;
};

/// `yyyy-MM-dd HH:mm:ss,SSS` of a day of January 1970, in which every run lies.
std::string log4j_time(std::int64_t ms)
{
    const std::int64_t seconds = ms / 1'000;
    return fmt::format("1970-01-{:02} {:02}:{:02}:{:02},{:03}", 1 + seconds / 86'400,
                       seconds / 3'600 % 24, seconds / 60 % 60, seconds % 60, ms % 1'000);
}

std::vector<std::int32_t> numbers(const BrokerList& brokers)
{
    std::vector<std::int32_t> ids;
    for (const BrokerId each : brokers) ids.push_back(each.value);
    return ids;
}

/// Fills in one state, part by part.
class Clerk {
public:
    Clerk(const Simulation& simulation, ClusterState& out)
        : simulation_(simulation),
          kernel_(simulation.kernel()),
          names_(simulation.names()),
          image_(committed_metadata(kernel_, names_.layout)),
          out_(out)
    {
    }

    void fill()
    {
        out_.now_ms = to_milliseconds(simulation_.now());
        out_.log_time = log4j_time(out_.now_ms);
        out_.cluster_id = kafka_tools::uuid_text(1, 1);
        for (const auto& [id, registration] : image_.brokers()) take(registration);
        for (const auto& topic : image_.topics()) {
            if (topic->id != no_topic) take(*topic);
        }
        take_configs();
        for (const auto& [id, registration] : image_.brokers()) {
            if (const gregor::Broker* owner = running(id)) take(id, owner->coordinator());
        }
    }

private:
    /// Null while it does not run.
    const gregor::Broker* running(BrokerId id) const
    {
        if (id.value < 1 || id.value > names_.layout.brokers) return nullptr;
        const NodeId node = names_.layout.node_of(id);
        return kernel_.running(node) ? kernel_.process(node).broker() : nullptr;
    }

    void take(const BrokerRegistration& registration)
    {
        ClusterState::Broker& broker = out_.brokers.emplace_back();
        broker.id = registration.id.value;
        broker.port = first_port - 1 + broker.id;
        if (!registration.rack.empty()) broker.rack = registration.rack;
        broker.alive = !registration.fenced;
        // A directory without replicas does not tell that it failed.
        const gregor::Broker* process = running(registration.id);
        for (const std::string& path : BrokerConfig::from(static_config_of(broker.id)).log_dirs) {
            const std::size_t number = broker.log_dirs.size();
            const bool failed =
                process != nullptr &&
                std::ranges::any_of(process->replicas(), [&](const gregor::Replica& each) {
                    return each.offline && each.directory == number;
                });
            broker.log_dirs.push_back({path, failed});
        }
    }

    void take(const TopicImage& topic)
    {
        ClusterState::Topic& shown = out_.topics[topic.name];
        // Any number will do that no other topic has; the first 16 bytes are reserved.
        shown.id = kafka_tools::uuid_text(0x6772'6567'6f72'4000,
                                          static_cast<std::uint64_t>(topic.id.value) + 1);
        shown.configs = topic.configs;
        for (const auto& partition : topic.partitions) take(*partition, shown);
    }

    void take(const PartitionRecord& record, ClusterState::Topic& topic)
    {
        ClusterState::Partition& shown = topic.partitions.emplace_back();
        if (record.leader != no_broker) shown.leader = record.leader.value;
        shown.replicas = numbers(record.replicas);
        shown.isr = numbers(record.isr);
        shown.elr = numbers(record.eligible_leader_replicas);
        shown.last_known_elr = numbers(record.last_known_leader);
        shown.adding = numbers(record.adding_replicas);
        shown.removing = numbers(record.removing_replicas);
        const gregor::Broker* leader = running(record.leader);
        const gregor::Replica* own =
            leader == nullptr ? nullptr : leader->replica(record.partition);
        if (own != nullptr && own->is_leader()) {
            shown.start = own->log.log_start_offset().value;
            shown.end = own->high_watermark().value;
            shown.log = std::make_shared<LeaderLog>(own->log, own->high_watermark());
        }
        for (const BrokerId id : record.replicas) {
            const gregor::Broker* owner = running(id);
            const gregor::Replica* replica =
                owner == nullptr ? nullptr : owner->replica(record.partition);
            if (replica == nullptr) continue;
            shown.log_dirs[id.value] = replica->directory;
            shown.sizes[id.value] = replica->log.size_in_bytes();
            shown.lags[id.value] = std::max<std::int64_t>(
                0, shown.end.value_or(0) - replica->log.log_end_offset().value);
        }
    }

    void take_configs()
    {
        auto& defaults = out_.configs["brokers <default>"];
        defaults = image_.cluster_configs();
        for (const auto& broker : out_.brokers) {
            out_.configs[fmt::format("static brokers {}", broker.id)] = static_config_of(broker.id);
        }
        // About topics the first one that lives is asked.
        const auto alive = out_.alive();
        if (!alive.empty()) out_.configs["static brokers"] = static_config_of(alive.front());
        // A cluster with eligible leader replicas is formatted with this one set (KIP-966), by a
        // controller.
        if (profile_of(simulation_.scenario(), first_controller).eligible_leader_replicas) {
            const ConfigMap& fixed = simulation_.scenario().cluster.defaults;
            const auto least = fixed.find("min.insync.replicas");
            defaults.try_emplace("min.insync.replicas", least == fixed.end() ? "1" : least->second);
        }
    }

    /// What stands in the file of a broker.
    ConfigMap static_config_of(std::int32_t id) const
    {
        const lab::Cluster& cluster = simulation_.scenario().cluster;
        const auto own = std::ranges::find(cluster.brokers, id, &lab::Broker::id);
        ConfigMap all = own == cluster.brokers.end() ? ConfigMap() : own->config;
        all.insert(cluster.defaults.begin(), cluster.defaults.end());
        return all;
    }

    PartitionName name_of(TopicPartition partition) const
    {
        return {names_.topic(partition.topic), partition.partition};
    }

    void take(BrokerId id, const GroupCoordinator& coordinator)
    {
        for (const auto& [name, group] : coordinator.groups()) {
            if (coordinator.leads(group.offsets_partition())) take(id, group);
        }
        for (const auto& [name, group] : coordinator.consumer_groups()) {
            if (coordinator.leads(group.offsets_partition())) take(id, group);
        }
        for (const auto& [name, offsets] : coordinator.offsets().groups()) {
            ClusterState::Group& shown = out_.groups[name];
            if (shown.type.empty()) {
                shown = {.type = "Classic", .state = "Empty", .coordinator = id.value};
            }
            for (const auto& [partition, committed] : offsets) {
                ClusterState::Commit commit{.offset = committed.offset.value,
                                            .leader_epoch_known = true};
                if (committed.leader_epoch != no_leader_epoch) {
                    commit.leader_epoch = committed.leader_epoch.value;
                }
                shown.committed[name_of(partition)] = commit;
            }
        }
    }

    void take(BrokerId id, const ClassicGroup& group)
    {
        ClusterState::Group& shown = out_.groups[group.name()];
        shown.type = "Classic";
        shown.protocol = group.protocol_type();
        shown.state = gregor::name_of(group.state());
        shown.coordinator = id.value;
        if (group.state() == GroupState::stable) shown.assignor = group.protocol();
        std::vector<std::string> ids;
        for (const auto& [member, content] : group.members()) ids.push_back(member);
        for (const std::string& member : hash_order_of_names(ids)) {
            const GroupMember& own = group.members().at(member);
            ClusterState::Member& listed = shown.members.emplace_back();
            listed.id = own.id;
            listed.client = own.client_id;
            listed.host = "/127.0.0.1";
            if (!own.instance_id.empty()) listed.instance = own.instance_id;
            listed.upgraded = false;
            for (const TopicPartition each : own.assignment)
                listed.assigned.push_back(name_of(each));
        }
    }

    void take(BrokerId id, const ConsumerGroup& group)
    {
        ClusterState::Group& shown = out_.groups[group.name()];
        shown.type = "Consumer";
        shown.protocol = "consumer";
        shown.state = gregor::name_of(group.state());
        shown.coordinator = id.value;
        shown.assignor = group.assignor();
        shown.epoch = group.epoch();
        shown.target_epoch = group.assignment_epoch();
        std::vector<std::string> ids;
        for (const auto& [member, content] : group.members()) ids.push_back(member);
        for (const std::string& member : hash_order_of_names(ids)) {
            const ConsumerGroupMember& own = group.members().at(member);
            ClusterState::Member& listed = shown.members.emplace_back();
            listed.id = own.id;
            listed.client = own.client_id;
            listed.host = "/127.0.0.1";
            if (!own.instance_id.empty()) listed.instance = own.instance_id;
            listed.epoch = own.current.epoch;
            for (const auto& [each, epoch] : own.current.assigned) {
                listed.assigned.push_back(name_of(each));
            }
            for (const TopicPartition each : own.target) listed.target.push_back(name_of(each));
        }
    }

    const Simulation& simulation_;
    const KafkaKernel& kernel_;
    const Names& names_;
    const MetadataImage& image_;
    ClusterState& out_;
};

/// "topics" of "kafka-topics.sh", "bin/kafka-topics.sh" and "kafka-topics".
std::string tool_of(const std::string& word)
{
    std::string name = std::filesystem::path(word).filename().string();
    if (name.ends_with(".sh")) name.resize(name.size() - 3);
    return name.starts_with("kafka-") ? name.substr(6) : "";
}

}  // namespace

ClusterState cluster_state_of(const Simulation& simulation)
{
    ClusterState state;
    Clerk(simulation, state).fill();
    if (state.alive().empty()) {
        throw kafka_tools::NotModelled{
            "no broker is there to answer at that instant, and how long a tool waits for one is "
            "not modelled"};
    }
    return state;
}

kafka_tools::Invocation tool_invocation(const std::vector<std::string>& words)
{
    const std::string tool = words.empty() ? "" : tool_of(words.front());
    const auto known = kafka_tools::tool_names();
    if (std::ranges::find(known, tool) == known.end()) {
        std::string allowed;
        for (const std::string_view each : known) {
            allowed += fmt::format("{}kafka-{}.sh", allowed.empty() ? "" : ", ", each);
        }
        throw BadInput("gregor", {{"command", words.empty() ? "nothing" : words.front(), allowed,
                                   nearest_word(tool, known)}});
    }
    kafka_tools::Invocation invocation{.tool = tool};
    invocation.arguments.assign(words.begin() + 1, words.end());
    const auto given = [&](std::string_view option) {
        return std::ranges::find(invocation.arguments, option) != invocation.arguments.end();
    };
    const bool asks = given("--help") || given("--version") || invocation.arguments.empty();
    const bool names_a_server =
        given("--bootstrap-server") || given("--bootstrap-controller") || given("-b");
    if (!asks && !names_a_server && !given("--validate-regex")) {
        // kafka-cluster.sh takes it behind its command.
        invocation.arguments.insert(
            tool == "cluster" ? invocation.arguments.end() : invocation.arguments.begin(),
            {"--bootstrap-server", fmt::format("localhost:{}", first_port)});
    }
    for (const std::string& each : invocation.arguments) {
        std::error_code error;
        if (!std::filesystem::is_regular_file(each, error)) continue;
        invocation.files[each] = read_whole_file(each, std::size_t{16} << 20);
    }
    return invocation;
}

}  // namespace gregor::lab
