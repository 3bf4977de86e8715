#include "model/lab/applications.h"

#include "engine/check.h"
#include "model/lab/application_contents.h"

#include <algorithm>
#include <utility>

namespace gregor::lab {

namespace {

const gregor::Consumer* consumer_of(const Applications::Context& context, NodeId node)
{
    return context.kernel.process(node).consumer();
}

bool waits_for_commit(const Applications::Context& context, NodeId node)
{
    const gregor::Consumer* consumer = consumer_of(context, node);
    return consumer != nullptr && consumer->waits_for_commit();
}

/// The thread of the application has it back from poll(), or from a commit.
bool has_to_poll(const Applications::Context& context, NodeId node)
{
    using Thread = gregor::Consumer::Thread;
    const gregor::Consumer* consumer = consumer_of(context, node);
    return consumer != nullptr &&
           (consumer->thread() == Thread::processing || consumer->thread() == Thread::idle);
}

}  // namespace

Applications::Applications(const Scenario& scenario, const Names& names)
{
    for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
        if (scenario.clients[i].application.empty()) continue;
        Life& life = lives_.emplace_back();
        life.client = ClientId{static_cast<std::int16_t>(i)};
        life.node = NodeId{names.layout.first_client().value + static_cast<std::int32_t>(i)};
    }
}

Applications::Life* Applications::life_on(NodeId node)
{
    const auto found = std::ranges::find(lives_, node, &Life::node);
    return found == lives_.end() ? nullptr : &*found;
}

void Applications::after_step(Context context, const gregor::Step<Message>& step,
                              std::span<const Event> events)
{
    Life* life = life_on(step.node);
    if (life == nullptr || step.kind == StepKind::fault) return;
    if (step.kind == StepKind::start) begin(context, *life, step);
    if (!life->runs) return;
    std::uint64_t number = step.number;
    for (const Event& event : events) collect(context, *life, step, ++number, event);
    if (life->active || life->planned || idle(context, *life)) return;
    plan(context, *life, context.kernel.now());
}

/// A process that starts knows nothing of an earlier one.
void Applications::begin(const Context& context, Life& life, const gregor::Step<Message>& step)
{
    Life fresh;
    fresh.client = life.client;
    fresh.node = life.node;
    fresh.number = life.number + 1;
    fresh.planned = life.planned;
    fresh.runs = true;
    life = std::move(fresh);
    const gregor::Producer* producer = context.kernel.process(life.node).producer();
    const std::int64_t sent = producer == nullptr ? 0 : producer->records_sent();
    occasion(life, step, step.number, Occasion::Kind::start, false).sent = sent;
}

/// `join`: what one step reports of one kind is told in one call.
ApplicationOccasion& Applications::occasion(Life& life, const gregor::Step<Message>& step,
                                            std::uint64_t number, Occasion::Kind kind, bool join)
{
    const bool same = join && !life.waiting.empty() && life.waiting.back().kind == kind &&
                      life.waiting.back().event >= step.number;
    if (same) return life.waiting.back();
    Occasion& added = life.waiting.emplace_back();
    added.kind = kind;
    added.client = life.client;
    added.at = step.at;
    added.event = number;
    added.life = life.number;
    return added;
}

void Applications::collect(const Context& context, Life& life, const gregor::Step<Message>& step,
                           std::uint64_t number, const Event& event)
{
    using Kind = Occasion::Kind;
    const auto told = [&](Kind kind, bool join) -> Occasion& {
        return occasion(life, step, number, kind, join);
    };
    if (const auto* delivered = std::get_if<event::RecordsDelivered>(&event)) {
        told(Kind::records, true)
            .records.push_back({delivered->partition,
                                delivered->base_offset,
                                delivered->record_count,
                                delivered->producer,
                                delivered->first_number,
                                {},
                                delivered_contents(context, life.node, *delivered)});
    } else if (const auto* began = std::get_if<event::RevocationBegan>(&event)) {
        life.told_to_revoke = true;
        told(Kind::revoked, false).partitions = began->partitions;
    } else if (const auto* revoked = std::get_if<event::PartitionsRevoked>(&event)) {
        const bool was_told = std::exchange(life.told_to_revoke, false);
        if (!was_told) told(Kind::lost, false).partitions = revoked->partitions;
    } else if (const auto* assigned = std::get_if<event::PartitionsAssigned>(&event)) {
        told(Kind::assigned, false).partitions = assigned->partitions;
    } else if (const auto* returned = std::get_if<event::CommitReturned>(&event)) {
        told(Kind::commit, false).error = name_of(returned->error);
    } else if (const auto* done = std::get_if<event::RecordsAcknowledged>(&event)) {
        told(Kind::results, true)
            .records.push_back({done->partition,
                                done->base_offset,
                                done->record_count,
                                done->client,
                                done->first_number,
                                {},
                                sent_contents(context, done->client, done->partition,
                                              done->first_number, done->record_count)});
    } else if (const auto* failed = std::get_if<event::RecordsFailed>(&event)) {
        told(Kind::results, true)
            .records.push_back({failed->partition, no_offset, failed->record_count, failed->client,
                                failed->first_number, name_of(failed->error),
                                sent_contents(context, failed->client, failed->partition,
                                              failed->first_number, failed->record_count)});
    }
}

/// Nothing to do, or nothing that can be done before something else happens.
bool Applications::idle(const Context& context, const Life& life) const
{
    if (life.waits_for_commit && waits_for_commit(context, life.node)) return true;
    return life.waiting.empty() && life.program.empty() && !life.revoking &&
           !has_to_poll(context, life.node);
}

void Applications::plan(const Context& context, Life& life, Time at)
{
    life.planned = true;
    context.kernel.wake(at, own_wake | static_cast<std::uint32_t>(index_of(life)));
}

void Applications::on_wake(Context context, std::uint32_t wake)
{
    if ((wake & timer_wake) == 0) {
        Life& life = lives_[wake & ~own_wake];
        life.planned = false;
        return advance(context, life);
    }
    const std::uint32_t slot = wake & ~(own_wake | timer_wake);
    const Timer timer = timers_[slot];
    timers_[slot].used = false;
    Life& life = lives_[timer.life];
    const auto set = life.timers.find(timer.timer);
    const bool due = life.number == timer.number && set != life.timers.end() && set->second == slot;
    if (!due || !life.runs) return;
    life.timers.erase(set);
    Occasion& told = life.waiting.emplace_back();
    told.kind = Occasion::Kind::timer;
    told.client = life.client;
    told.at = context.kernel.now();
    told.event = context.kernel.event_number();
    told.life = life.number;
    told.timer = timer.timer;
    if (!life.planned) advance(context, life);
}

/// Goes on with what is to be done, as far as the thread does not wait for anything.
void Applications::advance(const Context& context, Life& life)
{
    if (!context.kernel.running(life.node)) {
        life.runs = false;
        return;
    }
    // A paused process finds what came in the meantime when it goes on; that is a step of its own.
    if (context.kernel.paused(life.node) || !life.runs) return;
    life.active = true;
    const bool free = work_on(context, life);
    if (free && life.runs && has_to_poll(context, life.node)) {
        const auto most = consumer_of(context, life.node)->settings().config.max_poll_records;
        context.kernel.control(life.node, control::Poll{static_cast<std::int32_t>(most)},
                               life.cause);
    }
    life.active = false;
    if (free && life.runs && !idle(context, life)) plan(context, life, context.kernel.now());
}

/// False: the thread waits, and somebody will call again.
bool Applications::work_on(const Context& context, Life& life)
{
    while (life.runs) {
        if (context.kernel.now() < life.busy_until) {
            plan(context, life, life.busy_until);
            return false;
        }
        if (life.waits_for_commit && waits_for_commit(context, life.node)) return false;
        life.waits_for_commit = false;
        if (!life.program.empty()) {
            const ApplicationEffect effect = std::move(life.program.front());
            life.program.pop_front();
            carry_out(context, life, effect);
        } else if (life.revoking) {
            life.revoking = false;
            context.kernel.control(life.node, control::RevocationDone{}, life.cause);
        } else if (!life.waiting.empty()) {
            Occasion told = std::move(life.waiting.front());
            life.waiting.pop_front();
            life.cause = told.event;
            life.revoking = told.kind == Occasion::Kind::revoked;
            told.assignment = assignment_of(context, life.node);
            const ApplicationEffects effects = context.host.call(calls_++, told);
            life.program.assign(effects.begin(), effects.end());
        } else {
            return true;
        }
    }
    return false;
}

void Applications::carry_out(const Context& context, Life& life, const ApplicationEffect& effect)
{
    const auto control = [&](Control value) {
        context.kernel.control(life.node, std::move(value), life.cause);
    };
    if (const auto* commit = std::get_if<application::Commit>(&effect)) {
        control::CommitOffsets offsets;
        offsets.wait = commit->wait;
        for (const auto& [partition, offset] : commit->offsets) {
            offsets.offsets.push_back({partition, offset});
        }
        control(std::move(offsets));
        life.waits_for_commit = commit->wait;
    } else if (const auto* processed = std::get_if<application::Processed>(&effect)) {
        control(control::Processed{processed->partition, processed->base_offset, processed->count});
    } else if (const auto* send = std::get_if<application::Send>(&effect)) {
        control(control::Send{.partition = send->partition,
                              .count = send->count,
                              .key = send->key.value_or(""),
                              .has_key = send->key.has_value(),
                              .content = content_of(*send)});
    } else if (const auto* seek = std::get_if<application::Seek>(&effect)) {
        control(control::Seek{seek->partition, seek->offset});
    } else if (const auto* pause = std::get_if<application::Pause>(&effect)) {
        control(control::PausePartitions{pause->partitions, pause->paused});
    } else if (const auto* work = std::get_if<application::Work>(&effect)) {
        life.busy_until = context.kernel.now() + work->time;
    } else if (const auto* timer = std::get_if<application::SetTimer>(&effect)) {
        set_timer(context, life, *timer);
    } else if (const auto* cancelled = std::get_if<application::CancelTimer>(&effect)) {
        life.timers.erase(cancelled->timer);
    } else if (std::holds_alternative<application::Stop>(effect)) {
        life.runs = false;
        life.waiting.clear();
        life.program.clear();
        control(control::Stop{});
    }
}

void Applications::set_timer(const Context& context, Life& life, const application::SetTimer& asked)
{
    auto free = std::ranges::find(timers_, false, &Timer::used);
    if (free == timers_.end()) free = timers_.insert(timers_.end(), Timer{});
    *free = Timer{index_of(life), life.number, asked.timer, true};
    const auto slot = static_cast<std::uint32_t>(free - timers_.begin());
    GREGOR_CHECK(slot < timer_wake);
    life.timers[asked.timer] = slot;
    context.kernel.wake(context.kernel.now() + asked.delay, own_wake | timer_wake | slot);
}

}  // namespace gregor::lab
