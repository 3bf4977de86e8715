#include "model/controller/controller.h"

#include "engine/check.h"
#include "model/controller/topic_creation.h"

#include <algorithm>
#include <limits>
#include <span>
#include <type_traits>

namespace gregor {

namespace {

constexpr Duration unclean_election_interval = seconds(300);
constexpr Duration next_fencing_delay = milliseconds(10);
constexpr Duration next_rebalance_delay = milliseconds(10);
constexpr std::size_t max_elections_per_batch = 1'000;
constexpr Duration longest_shutdown = seconds(5);
constexpr Offset end_of_log{std::numeric_limits<std::int64_t>::max()};
constexpr std::int64_t any_size = std::numeric_limits<std::int64_t>::max();

/// A new cluster's format step writes the static value as a dynamic default, so that it can be
/// changed for all brokers together (KIP-966).
ConfigRecord default_min_isr(const BrokerConfig& config)
{
    return {no_topic, "min.insync.replicas", std::to_string(config.min_insync_replicas)};
}

bool uses_elr(const BrokerConfig& config, const ProtocolProfile& profile)
{
    return config.eligible_leader_replicas && profile.eligible_leader_replicas;
}

}  // namespace

Controller::Controller(Setup setup)
    : setup_(std::move(setup)),
      random_(Random(setup_.seed).split("replica placement")),
      quorum_({setup_.id, setup_.layout, setup_.config, setup_.profile, setup_.bootstrap},
              Random(setup_.seed).split("quorum", static_cast<std::uint64_t>(setup_.id.value)))
{
    if (!setup_.bootstrap.empty()) reported_ = setup_.bootstrap.back()->next_offset();
    setup_.bootstrap.clear();
}

// --- steps
// --------------------------------------------------------------------------------------------

void Controller::on_start(Time now, StartReason reason, Effects& effects)
{
    quorum_.on_start(now, reason, effects);
    settle(now, effects);
}

void Controller::on_message(Time now, const Envelope& from, Message&& message, Effects& effects)
{
    if (Quorum::handles(message)) {
        quorum_.on_message(now, from, message, effects);
    } else {
        serve(now, from, message, effects);
    }
    settle(now, effects);
}

void Controller::on_timer(Time now, TimerKey key, Effects& effects)
{
    if (key <= Quorum::last_timer) {
        quorum_.on_timer(now, key, effects);
    } else if (key == exit_timer) {
        effects.trace(event::ProcessExited{"graceful shutdown timed out"});
        effects.exit();
        return;
    } else if (active_) {
        switch (key) {
            case fencing_timer: check_sessions(now, effects); break;
            case rebalance_timer: rebalance(now, effects); break;
            case unclean_election_timer: elect_unclean(now, effects); break;
            case no_op_timer: write_no_op(now, effects); break;
            default: GREGOR_CHECK(false);
        }
    }
    settle(now, effects);
}

void Controller::on_disk(Time now, Tag tag, Effects& effects)
{
    quorum_.on_disk(now, tag, effects);
    settle(now, effects);
}

void Controller::on_compute(Time, Tag, Effects&) {}

void Controller::on_connection(Time now, const Envelope& peer, ConnectionChange change,
                               Effects& effects)
{
    quorum_.on_connection(now, peer, change, effects);
    settle(now, effects);
}

void Controller::on_control(Time now, const Control& control, Effects& effects)
{
    if (std::holds_alternative<control::Stop>(control)) {
        begin_shutdown(now, effects);
    } else if (const auto* set = std::get_if<control::SetConfig>(&control);
               set != nullptr && set->topic != no_topic) {
        if (active_) handle(now, AlterConfigRequest{set->topic, set->key, set->value}, effects);
    } else if (set != nullptr) {
        setup_.config.update({{set->key, set->value}});
    } else if (active_) {
        administer(now, control, effects);
    }
    settle(now, effects);
}

void Controller::on_end(Time, StartReason reason)
{
    quorum_.on_end(reason);
    registry_.clear();
    committed_ = MetadataImage{};
    speculative_ = MetadataImage{};
    purgatory_.clear();
    active_ = stopping_ = false;
}

/// A leader names its successors and waits until they know; others just end.
void Controller::begin_shutdown(Time now, Effects& effects)
{
    if (stopping_) return;
    stopping_ = true;
    quorum_.resign_for_shutdown(now, effects);
    effects.set_timer(exit_timer, now + longest_shutdown);
}

// --- the quorum moves on
// ------------------------------------------------------------------------------

void Controller::settle(Time now, Effects& effects)
{
    if (active_ && !quorum_.is_leader()) deactivate(effects);
    apply_committed(effects);
    const bool has_committed_own = quorum_.high_watermark() > quorum_.epoch_start();
    if (quorum_.is_leader() && !active_ && has_committed_own) activate(now, effects);
    release(effects);
    if (stopping_ && quorum_.may_exit()) {
        stopping_ = false;
        effects.trace(event::ProcessExited{"graceful shutdown"});
        effects.exit();
    }
}

/// Everything of earlier leaders is committed and applied: state and log agree.
void Controller::activate(Time now, Effects& effects)
{
    active_ = true;
    speculative_ = committed_;
    for (const auto& batch : quorum_.log().read(speculative_.next_offset(), end_of_log, any_size)) {
        speculative_.apply(*batch);
    }
    registry_.activate(speculative_, now);
    effects.trace(event::ControllerActivated{quorum_.epoch()});
    const BrokerConfig& config = setup_.config;
    effects.set_timer(fencing_timer,
                      now + BrokerRegistry::check_period(config.broker_session_timeout_ms));
    effects.set_timer(rebalance_timer, now + config.leader_imbalance_check_interval_seconds);
    effects.set_timer(unclean_election_timer, now + unclean_election_interval);
    if (config.metadata_max_idle_interval_ms > Duration{}) {
        effects.set_timer(no_op_timer, now + config.metadata_max_idle_interval_ms);
    }
    const bool new_cluster = speculative_.brokers().empty() && speculative_.topics().empty() &&
                             speculative_.cluster_configs().empty();
    if (new_cluster && uses_elr(config, setup_.profile)) {
        write(now, {default_min_isr(config)}, effects);
    }
}

/// What was appended but not committed is forgotten; the callers shall ask the next controller.
void Controller::deactivate(Effects& effects)
{
    active_ = false;
    speculative_ = MetadataImage{};
    registry_.clear();
    for (Waiting& waiting : purgatory_) {
        std::visit(
            [](auto& body) {
                using Body = std::decay_t<decltype(body)>;
                if constexpr (requires { body.error; }) {
                    body = Body{};
                    body.error = Error::not_controller;
                }
            },
            waiting.message.body);
        reply(effects, waiting.to, std::move(waiting.message));
    }
    purgatory_.clear();
    for (const Timer key : {fencing_timer, rebalance_timer, unclean_election_timer, no_op_timer}) {
        effects.cancel_timer(key);
    }
    effects.trace(event::ControllerResigned{quorum_.epoch()});
}

void Controller::apply_committed(Effects& effects)
{
    if (committed_.next_offset() >= quorum_.high_watermark()) return;
    const auto batches =
        quorum_.log().read(committed_.next_offset(), quorum_.high_watermark(), any_size);
    for (const MetadataBatchPtr& batch : batches) {
        Offset offset = batch->base_offset;
        for (const MetadataRecord& record : batch->records) {
            if (quorum_.is_leader() && offset >= reported_) report(*batch, record, effects);
            committed_.apply(record, offset);
            ++offset.value;
        }
    }
    reported_ = std::max(reported_, committed_.next_offset());
}

/// Tells the trace what a committed record changes, before it is applied.
void Controller::report(const MetadataBatch& batch, const MetadataRecord& record,
                        Effects& effects) const
{
    if (const auto* change = std::get_if<PartitionChangeRecord>(&record)) {
        const PartitionRecord after = changed(*committed_.partition(change->partition), *change);
        effects.trace(event::PartitionChanged{after.partition, after.leader, after.leader_epoch,
                                              after.partition_epoch, after.isr,
                                              after.eligible_leader_replicas});
    } else if (std::holds_alternative<RegisterBrokerRecord>(record)) {
        const auto& broker = std::get<RegisterBrokerRecord>(record);
        const auto index = &record - batch.records.data();
        effects.trace(
            event::BrokerRegistered{broker.broker, BrokerEpoch{batch.base_offset.value + index}});
    } else if (const auto* state = std::get_if<BrokerRegistrationChangeRecord>(&record)) {
        const BrokerRegistration& before = *committed_.broker(state->broker);
        if (state->fenced == true && !before.fenced) {
            effects.trace(event::BrokerFenced{state->broker});
        } else if (state->fenced == false && before.fenced) {
            effects.trace(event::BrokerUnfenced{state->broker});
        }
        if (state->in_controlled_shutdown == true) {
            effects.trace(event::BrokerInControlledShutdown{state->broker});
        }
    } else if (const auto* topic = std::get_if<TopicRecord>(&record)) {
        const auto partitions =
            std::count_if(batch.records.begin(), batch.records.end(), [&](const auto& each) {
                const auto* partition = std::get_if<PartitionRecord>(&each);
                return partition != nullptr && partition->partition.topic == topic->topic;
            });
        effects.trace(
            event::TopicCreated{topic->topic, topic->name, static_cast<std::int32_t>(partitions)});
    } else if (const auto* removed = std::get_if<RemoveTopicRecord>(&record)) {
        const TopicImage& gone = *committed_.topic(removed->topic);
        effects.trace(event::TopicDeleted{gone.id, gone.name});
    } else if (const auto* partition = std::get_if<PartitionRecord>(&record)) {
        report_new_partition(batch, record, *partition, effects);
    }
}

/// The first of those that join a topic which was there before stands for all.
void Controller::report_new_partition(const MetadataBatch& batch, const MetadataRecord& record,
                                      const PartitionRecord& partition, Effects& effects) const
{
    const TopicId topic = partition.partition.topic;
    const auto extends = [topic](const MetadataRecord& each) {
        const auto* added = std::get_if<PartitionRecord>(&each);
        return added != nullptr && added->partition.topic == topic;
    };
    const TopicImage* before = committed_.topic(topic);
    const bool creates = before == nullptr || before->partitions.empty();
    const auto index = static_cast<std::size_t>(&record - batch.records.data());
    if (creates || (index > 0 && extends(batch.records[index - 1]))) return;
    const auto rest = std::span(batch.records).subspan(index);
    const auto added = std::ranges::find_if_not(rest, extends) - rest.begin();
    effects.trace(event::PartitionsCreated{
        topic, partition.partition.partition + static_cast<std::int32_t>(added)});
}

void Controller::write(Time now, Records records, Effects& effects)
{
    if (records.empty()) return;
    Offset offset = quorum_.next_offset();
    GREGOR_CHECK(offset == speculative_.next_offset());
    for (const MetadataRecord& record : records) {
        speculative_.apply(record, offset);
        ++offset.value;
    }
    quorum_.append(now, std::move(records), effects);
}

/// An answer waits until all that is appended is committed; without anything to wait for it leaves
/// at once.
void Controller::answer(const Envelope& to, Message&& message, Effects& effects)
{
    const Offset pending = purgatory_.empty() ? Offset{0} : purgatory_.back().until;
    purgatory_.push_back({pending, to, std::move(message)});
    release(effects);
}

void Controller::release(Effects& effects)
{
    while (!purgatory_.empty() && purgatory_.front().until <= quorum_.high_watermark()) {
        reply(effects, purgatory_.front().to, std::move(purgatory_.front().message));
        purgatory_.pop_front();
    }
}

// --- periodic work
// ------------------------------------------------------------------------------------

/// Fences one broker whose session is over; when there was one, looks again soon (A4.4).
void Controller::check_sessions(Time now, Effects& effects)
{
    const Duration timeout = setup_.config.broker_session_timeout_ms;
    const auto expired = registry_.take_expired(now, timeout);
    effects.set_timer(fencing_timer,
                      now + (expired ? next_fencing_delay : BrokerRegistry::check_period(timeout)));
    if (!expired) return;
    const BrokerRegistration* broker = speculative_.broker(expired->broker);
    if (broker == nullptr || broker->epoch != expired->epoch) return;  // registered again
    effects.trace(event::BrokerSessionExpired{expired->broker, to_milliseconds(expired->silent)});
    write(now, records_for(*broker, BrokerControlState::fenced), effects);
}

void Controller::rebalance(Time now, Effects& effects)
{
    Records records;
    const bool more = setup_.config.auto_leader_rebalance_enable &&
                      changes().elect_preferred(max_elections_per_batch, records);
    effects.set_timer(rebalance_timer,
                      now + (more ? next_rebalance_delay
                                  : setup_.config.leader_imbalance_check_interval_seconds));
    write(now, std::move(records), effects);
}

void Controller::elect_unclean(Time now, Effects& effects)
{
    Records records;
    changes().elect_unclean(records);
    effects.set_timer(unclean_election_timer, now + unclean_election_interval);
    write(now, std::move(records), effects);
}

void Controller::write_no_op(Time now, Effects& effects)
{
    effects.set_timer(no_op_timer, now + setup_.config.metadata_max_idle_interval_ms);
    write(now, {NoOpRecord{}}, effects);
}

// --- a cluster that is there already
// ------------------------------------------------------------------

std::vector<MetadataBatchPtr> Controller::bootstrap(const Setup& setup,
                                                    const FormedCluster& cluster,
                                                    std::vector<RefusedTopic>* refused)
{
    std::vector<MetadataBatchPtr> log;
    MetadataImage image;
    const auto add = [&](Records records) {
        if (records.empty()) return;
        const MetadataBatch batch{image.next_offset(), QuorumEpoch{1}, Time{}, std::move(records)};
        image.apply(batch);
        log.push_back(std::make_shared<const MetadataBatch>(batch));
    };
    add({LeaderChangeRecord{BrokerId{101}}});
    if (uses_elr(setup.config, setup.profile)) add({default_min_isr(setup.config)});
    for (const FormedCluster::Broker& broker : cluster.brokers) {
        add({RegisterBrokerRecord{broker.id, 1, broker.rack, true}});
    }
    for (const FormedCluster::Broker& broker : cluster.brokers) {
        add({BrokerRegistrationChangeRecord{broker.id, image.broker(broker.id)->epoch, false, {}}});
    }
    Random random = Random(setup.seed).split("replica placement of the first topics");
    for (std::size_t i = 0; i < cluster.topics.size(); ++i) {
        TopicCreation creation(image, setup.config, [&](std::int32_t bound) {
            return static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(bound)));
        });
        const Error error = creation.create(cluster.topics[i]);
        if (error != Error::none && refused != nullptr) refused->push_back({i, error});
        add(creation.take_records());
    }
    return log;
}

}  // namespace gregor
