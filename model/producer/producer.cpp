#include "model/producer/producer.h"

#include "engine/check.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

std::vector<std::string> topic_names(const ProducerSettings& settings)
{
    std::vector<std::string> names = settings.topics;
    if (settings.load) {
        const std::string& name = settings.load->topic;
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

}  // namespace

Producer::Producer(ProducerSettings settings)
    : settings_(std::move(settings)),
      random_(
          Random(settings_.seed).split("producer", static_cast<std::uint64_t>(settings_.id.value)))
{
    if (settings_.load) {
        arrivals_ = Arrivals(*settings_.load);
        keys_ = KeySource(*settings_.load, random_.split("keys").state());
    }
    reset();
}

/// Everything that a new process begins with; what it counted goes on, so that numbers stay unique.
void Producer::reset()
{
    const ProducerConfig& config = settings_.config;
    connections_ =
        Connections({.client = settings_.id,
                     .layout = settings_.layout,
                     .reconnect = {config.reconnect_backoff_ms, config.reconnect_backoff_max_ms},
                     .request_timeout = config.request_timeout_ms,
                     .setup_timeout = config.socket_connection_setup_timeout_ms,
                     .random = random_.split("reconnect"),
                     .first_channel = settings_.first_channel});
    metadata_ = ClientMetadata({.backoff = {config.retry_backoff_ms, config.retry_backoff_max_ms},
                                .max_age = config.metadata_max_age_ms,
                                .random = random_.split("metadata")},
                               topic_names(settings_));
    accumulator_ =
        RecordAccumulator({.batch_size = std::max<std::int64_t>(config.batch_size, 1),
                           .buffer_memory = config.buffer_memory,
                           .codec = static_cast<Codec>(config.compression_type),
                           .content = settings_.content,
                           .linger = config.linger_ms,
                           .adaptive = config.partitioner_adaptive_partitioning_enable,
                           .availability_timeout = config.partitioner_availability_timeout_ms,
                           .random = random_.split("partitioner")});
    sender_ = Sender(settings_.id, config, random_, settings_.transaction_version);
    calls_.clear();
    load_transaction_ = {};
    thrown_.clear();
    blocked_ = Blocked::no;
    closing_ = false;
    wake_at_ = never;
    housekeeping_at_ = never;
}

void Producer::on_start(Time now, StartReason reason, Effects& effects)
{
    if (reason != StartReason::first) {
        arrivals_.shift(now - paused_at_);  // the load stood still
        paused_ = false;
    } else if (settings_.load && settings_.load->from < now) {
        arrivals_.shift(now - settings_.load->from);  // it begins with the process
    }
    resume_at_ = Time{};
    load_progress();
    if (settings_.load && sender_.transactional()) queue({.kind = Call::Kind::init}, now);
    advance(now, effects);
}

void Producer::on_end(Time now, StartReason)
{
    for (const PartitionQueue& queue : accumulator_.queues()) {
        const auto known = std::find_if(streams_.begin(), streams_.end(), [&](const auto& each) {
            return each.partition == queue.partition;
        });
        if (known == streams_.end()) {
            streams_.push_back({queue.partition, queue.next_number});
        } else {
            known->next_number = queue.next_number;
        }
    }
    if (!paused_) paused_at_ = now;
    reset();
}

void Producer::on_message(Time now, const Envelope& from, Message&& message, Effects& effects)
{
    const auto answered = connections_.complete(from, message.correlation);
    if (!answered) return;
    const Sender::Step step = this->step(now, effects);
    if (auto* produced = std::get_if<ProduceResponse>(&message.body)) {
        sender_.on_produced(step, answered->cookie, *produced);
    } else if (TransactionLink::owns(answered->cookie)) {
        sender_.on_transactional_answer(step, answered->cookie, message.body);
    } else if (auto* init = std::get_if<InitProducerIdResponse>(&message.body)) {
        sender_.on_producer_id(step, *init);
    } else if (auto* metadata = std::get_if<MetadataResponse>(&message.body)) {
        if (answered->cookie == metadata_cookie) on_metadata(step, answered->broker, *metadata);
    }
    advance(now, effects);
}

void Producer::on_timer(Time now, TimerKey key, Effects& effects)
{
    if (key == timer(housekeeping_timer)) {
        housekeeping_at_ = never;
        keep_house(step(now, effects));
    } else {
        wake_at_ = never;
    }
    advance(now, effects);
}

void Producer::on_compute(Time now, Tag, Effects& effects)
{
    sender_.on_compressed(step(now, effects));
    advance(now, effects);
}

void Producer::on_connection(Time now, const Envelope& peer, ConnectionChange change,
                             Effects& effects)
{
    if (peer.accepted) return;
    if (change == ConnectionChange::up) {
        connections_.established(peer);
        return;
    }
    on_loss(step(now, effects), connections_.lost(now, peer), Error::network_exception);
    advance(now, effects);
}

void Producer::on_control(Time now, const Control& control, Effects& effects)
{
    if (const auto* send = std::get_if<control::Send>(&control)) {
        this->send(now, *send);
    } else if (const auto* end = std::get_if<control::End>(&control)) {
        end_transaction(now, end->commit);
    } else if (std::holds_alternative<control::Begin>(control)) {
        begin_transaction(now);
    } else if (std::holds_alternative<control::InitTransactions>(control)) {
        queue({.kind = Call::Kind::init}, now);
    } else if (std::holds_alternative<control::Pause>(control) && !paused_) {
        append_due(step(now, effects), now);
        paused_ = true;
        paused_at_ = now;
    } else if (std::holds_alternative<control::Start>(control) && paused_) {
        paused_ = false;
        arrivals_.shift(now - paused_at_);
        load_progress();
    } else if (std::holds_alternative<control::Stop>(control)) {
        append_due(step(now, effects), now);
        if (load_transaction_.open) commit_load(now);
        closing_ = true;
        sender_.set_closing();
    }
    advance(now, effects);
}

void Producer::on_loss(const Sender::Step& step, const Connections::Loss& loss, Error error)
{
    std::int32_t own = 0;
    for (const InFlightRequest& request : loss.requests) own += request.cookie != 0 ? 1 : 0;
    step.effects.trace(event::ConnectionLost{settings_.id, loss.peer.broker, own});
    metadata_.request_update();
    for (const InFlightRequest& request : loss.requests) {
        if (request.cookie == metadata_cookie) metadata_.update_failed(step.now);
        if (Sender::owns(request.cookie)) sender_.on_request_failed(step, request.cookie, error);
        if (TransactionLink::owns(request.cookie)) {
            sender_.transactions().on_request_failed(step.now, request.cookie);
        }
    }
}

/// Time-outs, looked after at the earliest moment at which one is possible.
void Producer::keep_house(const Sender::Step& step)
{
    sender_.expire(step);
    for (const Connections::Loss& loss : connections_.expire(step.now, step.effects)) {
        on_loss(step, loss, Error::request_timed_out);
    }
}

void Producer::refresh_metadata(const Sender::Step& step)
{
    if (metadata_.next_update() > step.now) return;
    const auto broker = connections_.least_loaded(step.now, metadata_.brokers(), step.effects);
    if (!broker) return;
    connections_.send(step.now, {*broker}, metadata_cookie, metadata_.begin_update(step.now),
                      step.effects);
}

void Producer::on_metadata(const Sender::Step& step, BrokerId from,
                           const MetadataResponse& response)
{
    const bool changed = metadata_.update(step.now, response);
    step.effects.trace(event::MetadataRefreshed{settings_.id, from, changed});
    const std::vector<KnownTopic>& topics = metadata_.topics();
    for (std::size_t i = 0; i < topics.size(); ++i) {
        accumulator_.set_partitions(i, topics[i].id, topics[i].partitions.size());
    }
    for (PartitionQueue& queue : accumulator_.queues()) {
        for (const StreamEnd& stream : streams_) {
            if (stream.partition == queue.partition && queue.next_number < stream.next_number) {
                queue.next_number = stream.next_number;
            }
        }
    }
}

/// Brings everything up to `now`: what the application sent in between, what can leave.
void Producer::advance(Time now, Effects& effects)
{
    const Sender::Step step = this->step(now, effects);
    // A batch whose linger ends at this very instant leaves before the records of the instant.
    append_due(step, now - nanoseconds(1));
    sender_.run(step);
    Time wake = next_wake(step);
    if (wake <= now) {
        constexpr int rounds = 8;  // with acks=0 memory comes back at once: not for ever
        for (int i = 0; i < rounds; ++i) {
            sender_.take_completed();
            append_due(step, now);
            sender_.run(step);
            if (!sender_.take_completed() && !call_has_returned()) break;
        }
        wake = next_wake(step);
        if (wake <= now) wake = now + milliseconds(1);
    }
    refresh_metadata(step);
    if (closing_) finish_closing(step);
    arm(step, wake);
}

void Producer::finish_closing(const Sender::Step& step)
{
    const bool all_done = accumulator_.buffered_bytes() == 0 && calls_.empty();
    // "Aborting incomplete transaction due to shutdown" (Sender.run).
    TransactionClient& transactions = sender_.transactions().client();
    if (all_done && sender_.transactional() && transactions.is_open()) {
        const bool ends = transactions.state() == ProducerTransactionState::committing ||
                          transactions.state() == ProducerTransactionState::aborting;
        if (!ends) transactions.abort();
        sender_.run(step);
        if (transactions.is_open()) return;
    }
    if (all_done && sender_.batches_in_flight() == 0) step.effects.exit();
}

void Producer::arm(const Sender::Step& step, Time wake)
{
    Time metadata = metadata_.next_update();
    if (metadata <= step.now) {  // due, but nobody to ask yet
        metadata = never;
        for (std::int32_t i = 1; i <= settings_.layout.brokers; ++i) {
            metadata = std::min(metadata, connections_.retry_at(step.now, {BrokerId{i}}));
        }
        if (metadata <= step.now) metadata = step.now + milliseconds(1);
    }
    wake = std::min(wake, metadata);
    if (wake < wake_at_) {
        wake_at_ = wake;
        step.effects.set_timer(timer(wake_timer), wake);
    }
    if (housekeeping_at_ != never) return;
    // Nothing that begins later can run out before one full period from now.
    const ProducerConfig& config = settings_.config;
    const Duration period = std::min({config.request_timeout_ms, config.delivery_timeout_ms,
                                      config.socket_connection_setup_timeout_ms});
    const Time exact = std::min(connections_.next_deadline(), sender_.expire(step));
    if (exact == never) return;
    housekeeping_at_ = std::max(std::min(exact, step.now + period), step.now + nanoseconds(1));
    step.effects.set_timer(timer(housekeeping_timer), housekeeping_at_);
}

}  // namespace gregor
