#include "model/lab/kafka_tools/consumer_groups.h"
#include "model/lab/kafka_tools/controller_desk.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/json_text.h"
#include "model/lab/kafka_tools/message_formatter.h"
#include "model/lab/kafka_tools/tools.h"
#include "model/lab/kafka_tools/topics_describe.h"
#include "model/topic_names.h"

#include <fmt/format.h>

#include <algorithm>

/// kafka-console-consumer.sh (org.apache.kafka.tools.consumer.ConsoleConsumer).
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view logger = "org.apache.kafka.tools.consumer.ConsoleConsumer";
constexpr std::string_view old_protocol_note =
    "The consumer rebalance protocol (KIP-848) is production-ready! Set group.protocol=consumer to "
    "try it out. See https://kafka.apache.org/documentation/#consumer_rebalance_protocol\n";

void check_options(const Options& options)
{
    if (options.has("topic") == options.has("include")) {
        throw WrongUse{"Exactly one of the following arguments is required: [topic], [include]"};
    }
    if (options.has("partition") && !options.has("topic")) {
        throw WrongUse{"The topic is required when partition is specified."};
    }
    if (options.has("offset") && !options.has("partition")) {
        throw WrongUse{"The partition is required when offset is specified."};
    }
    if (options.has("from-beginning") && options.has("offset")) {
        throw WrongUse{"Options from-beginning and offset cannot be specified together."};
    }
    if (options.has("group") && options.has("partition")) {
        throw WrongUse{"Options group and partition cannot be specified together."};
    }
    require_options(options, {"bootstrap-server"});
    if (const auto formatter = options.value("formatter")) {
        if (formatter->starts_with("org.apache.kafka.tools.")) {
            throw NotModelled{"records of Kafka's own topics are not modelled"};
        }
        throw WrongUse{*formatter};
    }
}

/// One run of the tool.
class Consumption {
public:
    Consumption(const Options& options, ClusterState& state)
        : options_(options), state_(state), properties_(key_values(options, "command-property"))
    {
        auto printed = key_values(options, "formatter-property");
        if (options.has("property")) {
            result_.out =
                "Option --property is deprecated and will be removed in a future version. Use "
                "--formatter-property instead.\n";
            printed.merge(key_values(options, "property"));
        }
        formatter_.emplace(std::move(printed));
        max_messages_ = options.integer("max-messages").value_or(-1);
        check_isolation();
    }

    ToolResult run()
    {
        if (options_.has("partition")) {
            read_partition();
        } else {
            subscribe();
        }
        finish();
        return result_;
    }

private:
    void check_isolation()
    {
        const std::string level = options_.value_or("isolation-level", "read_uncommitted");
        committed_only_ = level == "read_committed";
        if (committed_only_ || level == "read_uncommitted") return;
        throw JavaException{
            "org.apache.kafka.common.config.ConfigException",
            fmt::format("Invalid value {} for configuration isolation.level: String must be one "
                        "of: read_committed, read_uncommitted",
                        level),
            {}};
    }

    std::string reset_policy() const
    {
        const auto asked = properties_.find("auto.offset.reset");
        const bool earliest = options_.has("from-beginning");
        if (asked == properties_.end()) return earliest ? "earliest" : "latest";
        if (earliest && asked->second != "earliest") {
            throw WrongReset{fmt::format(
                "Can't simultaneously specify --from-beginning and 'auto.offset.reset={}', please "
                "remove one option",
                asked->second)};
        }
        return asked->second;
    }

    bool wants_more() const { return max_messages_ == -1 || read_ < max_messages_; }

    /// From one offset on, to the end or until enough was read. Gives where it stopped.
    std::int64_t read(const PartitionName& name, std::int64_t from)
    {
        const ClusterState::Partition& partition = *state_.partition(name);
        if (partition.log == nullptr && from < partition.end.value_or(0)) {
            throw NotModelled{"the state does not say which records " + name.text() + " has"};
        }
        std::int64_t at = from;
        while (wants_more() && partition.log != nullptr) {
            const auto record = partition.log->next(at, committed_only_);
            if (!record) return partition.log->end(committed_only_);
            at = record->offset + 1;
            ++read_;
            result_.out += formatter_->text(*record, name, state_.topics.at(name.topic));
        }
        return at;
    }

    void read_partition()
    {
        const PartitionName name{*options_.value("topic"),
                                 static_cast<std::int32_t>(*options_.integer("partition"))};
        const std::string offset = options_.value_or("offset", reset_policy());
        const auto number = parse_java_long(offset);
        const std::string word = to_lower(offset);
        if (word != "earliest" && word != "latest" && (!number || *number < 0)) {
            throw WrongUse{
                fmt::format("The provided offset value '{}' is incorrect. Valid values are "
                            "'earliest', 'latest', or a non-negative long.",
                            offset)};
        }
        const ClusterState::Partition* partition = state_.partition(name);
        if (partition == nullptr || !partition->leader) return;  // waits until its time is over
        const std::int64_t start = partition->start.value_or(0), end = partition->end.value_or(0);
        const std::int64_t from = word == "earliest" ? start : number.value_or(end);
        if (from < start || from > end) {
            throw NotModelled{"what follows for an offset that is out of range is not modelled"};
        }
        read(name, from);
    }

    std::vector<PartitionName> subscribed() const
    {
        const auto topic = options_.value("topic"), pattern = options_.value("include");
        std::vector<PartitionName> chosen;
        for (const PartitionName& each : state_.partitions()) {
            const bool meant =
                topic ? each.topic == *topic
                      : !is_internal_topic(each.topic) && matches_topic_list(each.topic, *pattern);
            if (meant) chosen.push_back(each);
        }
        return chosen;
    }

    void subscribe()
    {
        const std::string policy = reset_policy();
        result_.err += old_protocol_note;
        const std::vector<PartitionName> partitions = subscribed();
        if (const auto topic = options_.value("topic"); topic && partitions.empty()) {
            return tell_of_missing(*topic);
        }
        const auto group = options_.value("group");
        const auto known = group ? state_.groups.find(*group) : state_.groups.end();
        std::map<PartitionName, std::int64_t> positions;
        std::vector<PartitionName> undefined;
        for (const PartitionName& each : partitions) {
            const ClusterState::Partition& partition = *state_.partition(each);
            std::int64_t at =
                policy == "earliest" ? partition.start.value_or(0) : partition.end.value_or(0);
            bool committed = false;
            if (known != state_.groups.end() && known->second.committed.contains(each)) {
                at = known->second.committed.at(each).offset;
                committed = true;
            }
            if (!committed && policy == "none") undefined.push_back(each);
            positions[each] = at;
        }
        if (!undefined.empty()) {
            failure_ = {"org.apache.kafka.clients.consumer.NoOffsetForPartitionException",
                        fmt::format("Undefined offset with no reset policy for partitions: [{}]",
                                    comma_list(in_hash_order(undefined), ", ")),
                        {}};
            return;
        }
        read_all(positions);
        if (group) commit(*group, positions);
    }

    /// Of several partitions, in the order in which their brokers answer: known only when all is
    /// read.
    void read_all(std::map<PartitionName, std::int64_t>& positions)
    {
        for (auto& [partition, at] : positions) at = read(partition, at);
        if (!wants_more() && positions.size() > 1) {
            throw NotModelled{"which partition is read first is not modelled"};
        }
    }

    void commit(const std::string& name, const std::map<PartitionName, std::int64_t>& positions)
    {
        ClusterState::Group& group = state_.groups[name];
        if (group.type.empty()) group.type = "Classic";
        group.protocol = "consumer";
        group.state = "Empty";
        for (const auto& [partition, at] : positions) group.committed[partition] = {at, {}, false};
        result_.changes = true;
    }

    void tell_of_missing(const std::string& topic)
    {
        constexpr std::string_view network = "org.apache.kafka.clients.NetworkClient";
        const std::string client =
            fmt::format("[Consumer clientId=console-consumer, groupId={}] ",
                        options_.value_or("group", "console-consumer-12345"));
        const bool legal = !objection_to_topic_name(topic);
        result_.err += log_line(
            state_, "WARN",
            fmt::format("{}The metadata response from the cluster reported a recoverable issue "
                        "with correlation id 2 : {{{}={}}}",
                        client, topic,
                        legal ? "UNKNOWN_TOPIC_OR_PARTITION" : "INVALID_TOPIC_EXCEPTION"),
            network);
        if (legal) return create(topic);
        result_.err +=
            log_line(state_, "ERROR",
                     fmt::format("{}Metadata response reported invalid topics [{}]", client, topic),
                     "org.apache.kafka.clients.Metadata");
        failure_ = api_error("InvalidTopic", fmt::format("Invalid topics: [{}]", topic));
    }

    /// Who asks for a topic that is not there makes it, unless brokers forbid it.
    void create(const std::string& topic)
    {
        const auto fixed = state_.configs.find("static brokers");
        if (fixed != state_.configs.end()) {
            const auto allowed = fixed->second.find("auto.create.topics.enable");
            if (allowed != fixed->second.end() && allowed->second == "false") return;
        }
        if (ControllerDesk(state_).create({.name = topic}) == Error::none) result_.changes = true;
    }

    void finish()
    {
        if (!failure_ && wants_more()) {
            if (!options_.has("timeout-ms")) {
                throw NotModelled{"without --timeout-ms the tool would wait for more"};
            }
            failure_ = api_error("Timeout", "");
        }
        if (failure_) {
            result_.err +=
                log_line(state_, "ERROR",
                         "Error processing message, terminating consumer process: ", logger) +
                failure_->with_trace();
        }
        result_.err += processed();
    }

public:
    std::string processed() const
    {
        return fmt::format("Processed a total of {} messages\n", read_);
    }
    const std::string& printed() const { return result_.out; }

    /// Two options that say where to begin.
    struct WrongReset {
        std::string message;
    };

private:
    const Options& options_;
    ClusterState& state_;
    std::map<std::string, std::string> properties_;
    std::optional<MessageFormatter> formatter_;
    ToolResult result_;
    std::optional<JavaException> failure_;
    std::int64_t max_messages_ = -1, read_ = 0;
    bool committed_only_ = false;
};

ToolResult unknown_error(const ClusterState& state, const JavaException& failed,
                         const std::optional<Consumption>& consumption)
{
    return {.out = consumption ? consumption->printed() : "",
            .err = (consumption ? consumption->processed() : "") +
                   log_line(state, "ERROR", "Unknown error when running consumer: ", logger) +
                   failed.text() + "\n" + std::string(stack_trace),
            .exit_code = 1};
}

}  // namespace

ToolResult run_console_consumer(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("console-consumer");
    try {
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        check_options(options);
        std::optional<Consumption> consumption;
        try {
            consumption.emplace(options, state);
            return consumption->run();
        } catch (const JavaException& failed) {
            return unknown_error(state, failed, consumption);
        }
    } catch (const Consumption::WrongReset& wrong) {
        return {.err = wrong.message + "\n", .exit_code = 1};
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    }
}

}  // namespace gregor::lab::kafka_tools
