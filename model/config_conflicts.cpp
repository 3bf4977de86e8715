#include "model/config.h"
#include "model/units.h"

namespace gregor {
namespace {

/// The rules Kafka checks across settings when a component starts.
class Conflicts {
public:
    explicit Conflicts(const ConfigMap& values) : values_(values) {}

    bool is_set(const std::string& name) const { return values_.contains(name); }
    std::string found(const std::string& name) const
    {
        const auto at = values_.find(name);
        return at == values_.end() ? "the default" : at->second;
    }
    void add(const std::string& name, std::string allowed, std::string kafka = {})
    {
        conflicts_.push_back(
            {name,
             {.found = found(name), .allowed = std::move(allowed), .kafka = std::move(kafka)}});
    }
    void add(std::vector<ConfigConflict> more)
    {
        for (ConfigConflict& each : more) conflicts_.push_back(std::move(each));
    }
    std::vector<ConfigConflict> take() { return std::move(conflicts_); }

private:
    const ConfigMap& values_;
    std::vector<ConfigConflict> conflicts_;
};

std::string in_ms(Duration duration)
{
    return std::to_string(to_milliseconds(duration));
}

void find_broker_conflicts(const ConfigMap& values, Conflicts& conflicts)
{
    const BrokerConfig config = BrokerConfig::from(values);
    if (config.replica_fetch_wait_max_ms > config.replica_socket_timeout_ms) {
        conflicts.add("replica.fetch.wait.max.ms",
                      "at most replica.socket.timeout.ms, which is " +
                          in_ms(config.replica_socket_timeout_ms),
                      "requirement failed: replica.socket.timeout.ms should always be at least "
                      "replica.fetch.wait.max.ms to prevent unnecessary socket timeouts");
    }
    if (config.replica_fetch_wait_max_ms > config.replica_lag_time_max_ms) {
        conflicts.add(
            "replica.fetch.wait.max.ms",
            "at most replica.lag.time.max.ms, which is " + in_ms(config.replica_lag_time_max_ms),
            "requirement failed: replica.fetch.wait.max.ms should always be less than or "
            "equal to replica.lag.time.max.ms to prevent frequent changes in ISR");
    }
    // Not refused by Kafka, but no broker would ever stay registered.
    if (config.broker_heartbeat_interval_ms >= config.broker_session_timeout_ms) {
        conflicts.add("broker.heartbeat.interval.ms",
                      "less than broker.session.timeout.ms, which is " +
                          in_ms(config.broker_session_timeout_ms));
    }
    conflicts.add(find_topic_default_conflicts(values));
}

void find_idempotence_conflicts(const ProducerConfig& config, Conflicts& conflicts)
{
    const bool required = config.enable_idempotence.value_or(false);
    if (required && config.acks != Acks::all) {
        conflicts.add("acks", "all, because enable.idempotence is true",
                      "Must set acks to all in order to use the idempotent producer. Otherwise we "
                      "cannot guarantee idempotence.");
    }
    if (required && config.retries == 0) {
        conflicts.add("retries", "at least 1, because enable.idempotence is true",
                      "Must set retries to non-zero when using the idempotent producer.");
    }
    if (required && config.max_in_flight_requests_per_connection > 5) {
        const std::string limit = "max.in.flight.requests.per.connection";
        conflicts.add(limit, "at most 5, because enable.idempotence is true",
                      "To use the idempotent producer, " + limit +
                          " must be set to at most 5. Current value is " + conflicts.found(limit) +
                          ".");
    }
    if (!config.transactional_id.empty() && !config.idempotent()) {
        conflicts.add("transactional.id", "only a producer with idempotence (acks all)",
                      "Cannot set a transactional.id without also enabling idempotence.");
    }
}

void find_producer_conflicts(const ConfigMap& values, Conflicts& conflicts)
{
    const ProducerConfig config = ProducerConfig::from(values);
    find_idempotence_conflicts(config, conflicts);
    const auto two_phase = values.find("transaction.two.phase.commit.enable");
    if (two_phase != values.end() && two_phase->second == "true") {
        if (conflicts.is_set("transaction.timeout.ms")) {
            conflicts.add("transaction.timeout.ms",
                          "nothing, because transaction.two.phase.commit.enable is true",
                          "Cannot set transaction.timeout.ms when "
                          "transaction.two.phase.commit.enable is set to true. Transactions will "
                          "not expire with two-phase commit enabled.");
        }
    }
    const Duration least = Time{config.linger_ms.nanoseconds} + config.request_timeout_ms - Time{};
    if (conflicts.is_set("delivery.timeout.ms") && config.delivery_timeout_ms < least) {
        conflicts.add("delivery.timeout.ms",
                      "at least linger.ms + request.timeout.ms, which is " + in_ms(least));
    }
}

void find_consumer_conflicts(const ConfigMap& values, Conflicts& conflicts)
{
    const ConsumerConfig config = ConsumerConfig::from(values);
    const auto auto_commit = values.find("enable.auto.commit");
    if (auto_commit != values.end() && auto_commit->second == "true" &&
        !conflicts.is_set("group.id")) {
        conflicts.add("enable.auto.commit", "false, because there is no group.id",
                      "enable.auto.commit cannot be set to true when default group id (null) is "
                      "used.");
    }
    if (config.group_protocol == GroupProtocol::consumer) {
        for (const char* name :
             {"session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy"}) {
            if (conflicts.is_set(name)) {
                conflicts.add(name, "only with group.protocol classic (the broker decides here)",
                              std::string(name) + " cannot be set when group.protocol=CONSUMER");
            }
        }
        return;
    }
    for (const char* name : {"group.remote.assignor", "share.acknowledgement.mode"}) {
        if (conflicts.is_set(name)) {
            conflicts.add(name, "only with another group.protocol than classic",
                          std::string(name) + " cannot be set when group.protocol=CLASSIC");
        }
    }
    if (config.heartbeat_interval_ms >= config.session_timeout_ms) {
        conflicts.add("heartbeat.interval.ms",
                      "less than session.timeout.ms, which is " + in_ms(config.session_timeout_ms));
    }
}

}  // namespace

std::vector<ConfigConflict> find_config_conflicts(ConfigScope scope, const ConfigMap& values)
{
    Conflicts conflicts(values);
    switch (scope) {
        case ConfigScope::broker: find_broker_conflicts(values, conflicts); break;
        case ConfigScope::producer: find_producer_conflicts(values, conflicts); break;
        case ConfigScope::consumer: find_consumer_conflicts(values, conflicts); break;
        default: break;
    }
    return conflicts.take();
}

}  // namespace gregor
