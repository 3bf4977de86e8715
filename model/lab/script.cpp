#include "model/lab/script.h"

#include "model/lab/simulation.h"

#include <algorithm>
#include <utility>

namespace gregor::lab {

namespace {

void add(std::vector<const Expression*>& all, const std::optional<Expression>& expression)
{
    if (expression) all.push_back(&*expression);
}

/// Every expression of a scenario that is evaluated on the run.
std::vector<const Expression*> expressions_of(const Scenario& scenario)
{
    std::vector<const Expression*> all;
    for (const Step& each : scenario.script) add(all, each.trigger.when);
    for (const Caption& each : scenario.lesson.captions) {
        add(all, each.trigger.when);
        add(all, each.focus);
    }
    for (const Question& each : scenario.lesson.predict) {
        add(all, each.trigger.when);
        add(all, each.answer);
    }
    for (const Assertion& each : scenario.asserts) {
        add(all, each.expression);
        add(all, each.given);
    }
    for (const Client& client : scenario.clients) {
        for (const Call& call : client.program) add(all, call.condition);
    }
    for (const Measure& each : scenario.measures) all.push_back(&each.expression);
    for (const auto& each : scenario.expect.witness) all.push_back(&each.expression);
    for (const SweepBound& each : scenario.expect.over_sweep) add(all, each.expression);
    return all;
}

bool needs_deliveries(const Scenario& scenario)
{
    return std::ranges::any_of(scenario.asserts,
                               [](const Assertion& each) { return each.invariant == "NOSKIP"; });
}

}  // namespace

Script::Script(std::shared_ptr<const Scenario> scenario, const Names& names)
    : scenario_(std::move(scenario)),
      observations_(expressions_of(*scenario_), needs_deliveries(*scenario_)),
      assertions_(*scenario_)
{
    using Kind = Armable::Kind;
    const auto add_armable = [&](const Trigger& trigger, std::size_t index, Kind kind) {
        armables_.push_back(Armable{.trigger = &trigger, .index = index, .kind = kind});
    };
    for (std::size_t i = 0; i < scenario_->script.size(); ++i) {
        add_armable(scenario_->script[i].trigger, i, Kind::step);
    }
    const Lesson& lesson = scenario_->lesson;
    for (std::size_t i = 0; i < lesson.captions.size(); ++i) {
        add_armable(lesson.captions[i].trigger, i, Kind::caption);
    }
    for (std::size_t i = 0; i < lesson.predict.size(); ++i) {
        add_armable(lesson.predict[i].trigger, i, Kind::question);
    }
    for (std::size_t i = 0; i < scenario_->clients.size(); ++i) {
        const NodeId node = names.layout.node_of(ClientId{static_cast<std::int16_t>(i)});
        if (scenario_->clients[i].program.empty()) continue;
        programs_.push_back(Program{.client = i, .node = node});
    }
    find_not_started(names);
}

/// A client whose first step in the script starts it is not there before.
void Script::find_not_started(const Names& names)
{
    using Act = action::Client::Act;
    std::vector<ClientId> seen;
    for (const Step& step : scenario_->script) {
        for (const Action& action : step.actions) {
            const auto* client = std::get_if<action::Client>(&action);
            if (client == nullptr || client->act == Act::call) continue;
            const ClientId id = names.client_named(client->name);
            if (id == no_client || std::ranges::find(seen, id) != seen.end()) continue;
            seen.push_back(id);
            if (client->act == Act::start) not_started_.push_back(names.layout.node_of(id));
        }
    }
}

RunView Script::view(const Context& context) const
{
    return view(context.kernel, context.history, context.names);
}

Assertions::Instant Script::instant(const RunView& view, std::uint64_t event) const
{
    return {view, event, faults_end_};
}

void Script::touch(std::uint32_t what)
{
    pending_ |= what & (watched_ | newly_armed);
}

/// One mask over everything that is watched: most events touch nothing of it.
void Script::refresh()
{
    watched_ = assertions_.watched() | observations_.watched();
    for (const Armable& each : armables_) {
        if (each.stage != Stage::armed || (settled_ && each.kind == Armable::Kind::step)) continue;
        watched_ |= each.trigger->when->reads();
    }
    for (const Program& each : programs_) {
        if (each.condition != nullptr) watched_ |= each.condition->reads();
    }
}

void Script::wake(Context context, Time at, Wakeup wakeup)
{
    wakeups_.push_back(wakeup);
    context.kernel.wake(at, static_cast<std::uint32_t>(wakeups_.size() - 1));
}

// --- time ----------------------------------------------------------------------------------------

bool Script::can_precede_start(const Step& step) const
{
    const auto plain = [](const std::vector<NodeSet>& sets) {
        return std::ranges::none_of(
            sets, [](const NodeSet& set) { return set.kind == NodeSet::Kind::expression; });
    };
    return std::ranges::all_of(step.actions, [&](const Action& action) {
        if (const auto* link = std::get_if<action::Link>(&action)) {
            return plain(link->from) && plain(link->to);
        }
        if (const auto* message = std::get_if<action::Message>(&action)) {
            return plain(message->match.from) && plain(message->match.to);
        }
        if (const auto* disk = std::get_if<action::Disk>(&action)) {
            return plain({disk->node}) && disk->unflushed_partition.empty();
        }
        if (const auto* clock = std::get_if<action::Clock>(&action)) return plain({clock->node});
        return std::holds_alternative<action::Mark>(action);
    });
}

void Script::start(Context context)
{
    for (const NodeId client : not_started_) context.kernel.pause(client);
    for (std::size_t i = 0; i < armables_.size(); ++i) {
        Armable& each = armables_[i];
        const Trigger& trigger = *each.trigger;
        if (trigger.at) {
            each.stage = Stage::waiting;
            const bool first = *trigger.at == Time{} && each.kind == Armable::Kind::step &&
                               can_precede_start(scenario_->script[each.index]);
            if (first) {
                due_.push_back(i);
            } else {
                wake(context, *trigger.at, {Wakeup::Kind::fire, i});
            }
        } else if (trigger.after.empty()) {
            arm(context, each);
        }
    }
    refresh();
    touch(UINT32_MAX);
    look_around(context, {});
}

void Script::arm(Context context, Armable& armable)
{
    armable.stage = Stage::armed;
    const auto index = static_cast<std::size_t>(&armable - armables_.data());
    wake(context, context.kernel.now() + armable.trigger->within, {Wakeup::Kind::deadline, index});
    refresh();
    touch(armable.trigger->when->reads() | newly_armed);
}

void Script::on_wake(Context context, std::uint32_t id)
{
    const Wakeup wakeup = wakeups_[id];
    switch (wakeup.kind) {
        case Wakeup::Kind::fire: due_.push_back(wakeup.index); break;
        case Wakeup::Kind::deadline: {
            Armable& late = armables_[wakeup.index];
            if (late.stage == Stage::armed) late.stage = Stage::missed;
            refresh();
            break;
        }
        case Wakeup::Kind::undo: undo(context, wakeup.index); break;
        case Wakeup::Kind::program: {
            Program& program = programs_[wakeup.index];
            program.sleeping = false;
            busy_ = true;
            advance(context, program, context.kernel.event_number());
            busy_ = false;
            break;
        }
    }
    look_around(context, {context.kernel.event_number(), {}});
}

/// A mark or step of this name happened: what waits for it is armed, windows open and close.
void Script::name_fired(Context context, const std::string& name, std::uint64_t event)
{
    const Time now = context.kernel.now();
    observations_.note_fired(name, now);
    const RunView seen = view(context);
    assertions_.fired(name, instant(seen, event));
    for (std::size_t i = 0; i < armables_.size(); ++i) {
        Armable& each = armables_[i];
        if (each.stage != Stage::idle || each.trigger->after != name) continue;
        if (each.trigger->when) {
            arm(context, each);
            continue;
        }
        each.stage = Stage::waiting;
        each.cause = event;
        if (each.trigger->delay == Duration{}) {
            due_.push_back(i);
        } else {
            wake(context, now + each.trigger->delay, {Wakeup::Kind::fire, i});
        }
    }
    refresh();
    touch(reads::marks | newly_armed);
}

// --- conditions ----------------------------------------------------------------------------------

void Script::after_step(Context context, const gregor::Step<Message>& step,
                        std::span<const Event> events, std::uint32_t touched)
{
    if (!events.empty()) {
        if (observations_.wants_events()) {
            observations_.record(events, context.history, context.names);
        }
        if (assertions_.wants_events()) {
            const RunView seen = view(context);
            assertions_.observe(instant(seen, step.number), step.node, events);
        }
    }
    pending_ |= (touched | reads::time) & watched_;
    if (step.kind == StepKind::start && step.node >= context.names.layout.first_client()) {
        on_client_started(context, step.node, step.number);
        events = {};  // gone: the calls of its program reported others
    }
    if (pending_ == 0 || busy_ || context.kernel.now() == Time{}) return;
    look_around(context, {step.number, events});
}

std::uint64_t Script::Occasion::cause_of(std::uint32_t reads) const
{
    for (std::size_t i = events.size(); i-- > 0;) {
        if ((touched_by(events[i]) & reads & ~reads::events) != 0) return number + 1 + i;
    }
    return number;
}

/// Looks and acts until nothing more comes of it, all at this instant.
void Script::look_around(Context context, const Occasion& occasion)
{
    if (busy_) return;
    busy_ = true;
    Occasion present = occasion;
    for (;;) {
        std::vector<std::size_t> going_on;
        if (pending_ != 0 && context.kernel.now() > Time{}) going_on = look(context, present);
        // From here on `events` are gone: an action lets processes report others.
        if (due_.empty() && going_on.empty()) break;
        fire_due(context);
        for (const std::size_t each : going_on) advance(context, programs_[each], present.number);
        present = {context.kernel.event_number(), {}};
    }
    busy_ = false;
}

/// Evaluates what reads something that was touched. Steps whose condition came true become due;
/// returns the programs that may go on.
std::vector<std::size_t> Script::look(Context context, const Occasion& occasion)
{
    std::uint32_t touched = std::exchange(pending_, 0);
    const RunView seen = view(context);
    if (observations_.watch(seen, context.kernel.now(), touched)) touched = UINT32_MAX;
    assertions_.evaluate(instant(seen, occasion.number), touched);
    const bool news = (touched & newly_armed) != 0;
    for (Armable& each : armables_) {
        if (each.stage != Stage::armed || (settled_ && each.kind == Armable::Kind::step)) continue;
        const Expression& condition = *each.trigger->when;
        if (!news && (condition.reads() & touched) == 0) continue;
        if (condition.evaluate(seen).is_true()) {
            come_true(context, each, occasion.cause_of(condition.reads()));
        }
    }
    std::vector<std::size_t> going_on;
    for (std::size_t i = 0; i < programs_.size(); ++i) {
        Program& each = programs_[i];
        if (each.condition == nullptr || each.suspended) continue;
        if (!news && (each.condition->reads() & touched) == 0) continue;
        if (!each.condition->evaluate(seen).is_true()) continue;
        each.condition = nullptr;
        going_on.push_back(i);
    }
    refresh();
    return going_on;
}

void Script::come_true(Context context, Armable& armable, std::uint64_t cause)
{
    const auto index = static_cast<std::size_t>(&armable - armables_.data());
    armable.stage = Stage::waiting;
    armable.cause = cause;
    if (armable.trigger->delay == Duration{}) {
        due_.push_back(index);
    } else {
        wake(context, context.kernel.now() + armable.trigger->delay, {Wakeup::Kind::fire, index});
    }
}

// --- firing --------------------------------------------------------------------------------------

void Script::fire_due(Context context)
{
    while (!due_.empty()) {
        const std::size_t next = due_.front();
        due_.pop_front();
        fire(context, next);
    }
}

void Script::fire(Context context, std::size_t index)
{
    Armable& armable = armables_[index];
    if (armable.kind == Armable::Kind::step) {
        if (settled_) return;
        armable.stage = Stage::fired;
        return fire_step(context, armable.index, armable.cause);
    }
    armable.stage = Stage::fired;
    const bool question = armable.kind == Armable::Kind::question;
    told_.push_back({armable.index, question, context.kernel.now(), armable.cause});
}

void Script::fire_step(Context context, std::size_t index, std::uint64_t cause)
{
    const Step& step = scenario_->script[index];
    const Time now = context.kernel.now();
    faults_end_ = now;
    std::vector<Undo> undos;
    Doing doing{.context = context, .step = index, .cause = cause, .undos = &undos};
    for (const Action& action : step.actions) act(doing, action);
    fired_.push_back({index, now, doing.first_event, false});
    touch(UINT32_MAX);
    if (step.lasts) {
        firings_.push_back({index, doing.first_event, std::move(undos)});
        wake(context, now + *step.lasts, {Wakeup::Kind::undo, firings_.size() - 1});
    }
    if (!step.name.empty()) name_fired(context, step.name, doing.first_event);
}

std::vector<std::string> Script::unreached() const
{
    std::vector<std::string> steps;
    for (const Armable& each : armables_) {
        if (each.kind != Armable::Kind::step || each.stage == Stage::fired) continue;
        const Step& step = scenario_->script[each.index];
        steps.push_back(step.name.empty() ? step.path : step.name);
    }
    return steps;
}

void Script::finish(Context context)
{
    const RunView seen = view(context);
    assertions_.finish(instant(seen, context.kernel.event_number()));
    refresh();
}

// --- messages ------------------------------------------------------------------------------------

Verdict Script::intercept(Context context, NodeId from, NodeId to, Message& message)
{
    return rules_.intercept({context.history, context.names, *scenario_, from, to},
                            context.kernel.network(), message);
}

void Script::held(Context context, std::uint32_t parcel)
{
    rules_.held(context.kernel.network(), parcel);
    touch(reads::network);
}

}  // namespace gregor::lab
