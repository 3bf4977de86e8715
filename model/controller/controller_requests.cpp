// What the active controller makes of requests (class QuorumController).
#include "model/controller/controller.h"
#include "model/controller/topic_creation.h"

namespace gregor {

namespace {
constexpr std::int32_t producer_id_block = 1'000;
}  // namespace

/// A handler decides, appends its records and returns the answer, which waits for their commit.
void Controller::serve(Time now, const Envelope& from, const Message& message, Effects& effects)
{
    std::visit(
        [&](const auto& request) {
            if constexpr (requires { handle(now, request, effects); }) {
                using Response = decltype(handle(now, request, effects));
                if (!active_) {
                    Response refusal;
                    refusal.error = Error::not_controller;
                    return reply(effects, from, Message{message.correlation, refusal});
                }
                const Offset before = quorum_.next_offset();
                Response response = handle(now, request, effects);
                const Offset after = quorum_.next_offset();
                if (after > before) {
                    purgatory_.push_back({after, from, {message.correlation, std::move(response)}});
                } else {
                    answer(from, {message.correlation, std::move(response)}, effects);
                }
            }
        },
        message.body);
}

// --- brokers
// ------------------------------------------------------------------------------------------

BrokerRegistrationResponse Controller::handle(Time now, const BrokerRegistrationRequest& request,
                                              Effects& effects)
{
    const BrokerRegistration* known = speculative_.broker(request.broker);
    if (known != nullptr && known->incarnation == request.incarnation) {
        return {Error::none, known->epoch};  // the same life asks again
    }
    const Duration timeout = setup_.config.broker_session_timeout_ms;
    if (known != nullptr && registry_.has_valid_session(request.broker, now, timeout)) {
        effects.trace(
            event::RegistrationRefused{request.broker, Error::duplicate_broker_registration});
        return {Error::duplicate_broker_registration, no_broker_epoch};
    }
    Records records;
    if (known != nullptr) {
        const bool clean = request.previous_epoch == known->epoch;
        if (clean) {
            changes().remove_broker(request.broker, records);
        } else {
            changes().remove_unclean_broker(request.broker, records);
        }
    }
    const auto changes_before = static_cast<std::int64_t>(records.size());
    records.emplace_back(
        RegisterBrokerRecord{request.broker, request.incarnation, request.rack, true});
    const BrokerEpoch epoch{quorum_.next_offset().value + changes_before};
    write(now, std::move(records), effects);
    registry_.forget(request.broker);
    return {Error::none, epoch};
}

/// The records that bring a broker from its present state to the next one.
Controller::Records Controller::records_for(const BrokerRegistration& broker,
                                            BrokerControlState next) const
{
    Records records;
    BrokerRegistrationChangeRecord change{broker.id, broker.epoch, {}, {}};
    switch (next) {
        case BrokerControlState::unfenced:
            change.fenced = false;
            records.emplace_back(change);
            changes().elect_with(broker.id, records);
            break;
        case BrokerControlState::controlled_shutdown:
            change.in_controlled_shutdown = true;
            changes().remove_broker(broker.id, records);
            records.emplace_back(change);
            break;
        case BrokerControlState::fenced:
        case BrokerControlState::shutdown_now:
            change.fenced = true;
            changes().remove_broker(broker.id, records);
            records.emplace_back(change);
            break;
    }
    return records;
}

BrokerHeartbeatResponse Controller::handle(Time now, const BrokerHeartbeatRequest& request,
                                           Effects& effects)
{
    using State = BrokerControlState;
    const BrokerRegistration* broker = speculative_.broker(request.broker);
    if (broker == nullptr || broker->epoch != request.epoch) return {Error::stale_broker_epoch};
    registry_.touch(request, now);
    const bool leads = request.want_shut_down && changes().leads_any(request.broker);
    const State next = registry_.next_state(*broker, request, leads, speculative_);
    const bool becomes_fenced = next == State::fenced || next == State::shutdown_now;
    const bool changes_state = (becomes_fenced && !broker->fenced) ||
                               (next == State::unfenced && broker->fenced) ||
                               (next == State::controlled_shutdown && broker->active());
    const BrokerHeartbeatResponse response{
        .is_caught_up = request.metadata_offset.value >= broker->epoch.value,
        .is_fenced = becomes_fenced,
        .should_shut_down = next == State::shutdown_now};
    if (changes_state) write(now, records_for(*broker, next), effects);
    if (next == State::controlled_shutdown) {
        registry_.raise_shutdown_offset(request.broker, Offset{quorum_.next_offset().value - 1});
    }
    return response;
}

AlterPartitionResponse Controller::handle(Time now, const AlterPartitionRequest& request,
                                          Effects& effects)
{
    AlterPartitionResponse response;
    const BrokerRegistration* broker = speculative_.broker(request.broker);
    if (broker == nullptr || broker->epoch != request.broker_epoch) {
        response.error = Error::stale_broker_epoch;
        return response;
    }
    Records records;
    for (const auto& wanted : request.partitions) {
        PartitionChanges::Altered altered = changes().alter(request.broker, wanted);
        if (altered.answer.error != Error::none) {
            effects.trace(event::AlterPartitionRefused{wanted.partition, request.broker,
                                                       altered.answer.error});
        }
        response.partitions.push_back(std::move(altered.answer));
        if (altered.record) records.emplace_back(std::move(*altered.record));
    }
    write(now, std::move(records), effects);
    return response;
}

AllocateProducerIdsResponse Controller::handle(Time now, const AllocateProducerIdsRequest& request,
                                               Effects& effects)
{
    const BrokerRegistration* broker = speculative_.broker(request.broker);
    if (broker == nullptr || broker->epoch != request.epoch) return {Error::stale_broker_epoch};
    const std::int64_t first = speculative_.next_producer_id();
    write(now, {ProducerIdsRecord{request.broker, first + producer_id_block}}, effects);
    return {Error::none, first, producer_id_block};
}

// --- administrators
// -----------------------------------------------------------------------------------

CreateTopicsResponse Controller::handle(Time now, const CreateTopicsRequest& request,
                                        Effects& effects)
{
    TopicCreation creation(speculative_, setup_.config, [this](std::int32_t bound) {
        return static_cast<std::int32_t>(random_.below(static_cast<std::uint64_t>(bound)));
    });
    CreateTopicsResponse response;
    for (const auto& topic : request.topics) response.topics.push_back(creation.create(topic));
    write(now, creation.take_records(), effects);
    return response;
}

ElectLeadersResponse Controller::handle(Time now, const ElectLeadersRequest& request,
                                        Effects& effects)
{
    Records records;
    const Error error = changes().elect(request, records);
    write(now, std::move(records), effects);
    return {error};
}

AlterConfigResponse Controller::handle(Time now, const AlterConfigRequest& request,
                                       Effects& effects)
{
    const bool for_all = request.topic == no_topic;
    if (!for_all && speculative_.topic(request.topic) == nullptr) {
        return {Error::unknown_topic_or_partition};
    }
    const auto scope = for_all ? ConfigScope::broker : ConfigScope::topic;
    const ConfigDefinition* definition = find_config(scope, request.key);
    if (definition == nullptr) return {Error::invalid_config};
    const auto value = parse_config_value(*definition, request.value);
    if (value.index() != 0) return {Error::invalid_config};
    const std::string& plain = std::get<0>(value);
    if (for_all) {
        BrokerConfig changed = setup_.config;
        changed.update(speculative_.cluster_configs());
        changed.update({{request.key, plain}});
        if (!find_topic_default_conflicts(changed.log_values).empty()) {
            return {Error::invalid_config};
        }
    } else {
        ConfigMap own = speculative_.topic(request.topic)->configs;
        own[request.key] = plain;
        if (!find_topic_conflicts(own, setup_.config.log_values).empty()) {
            return {Error::invalid_config};
        }
    }
    write(now, {ConfigRecord{request.topic, request.key, plain}}, effects);
    return {};
}

}  // namespace gregor
