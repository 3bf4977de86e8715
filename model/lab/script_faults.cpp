#include "model/digest.h"
#include "model/lab/cluster.h"
#include "model/lab/script.h"

#include <algorithm>
#include <array>

namespace gregor::lab {

namespace {

control::Subsystem subsystem_named(std::string_view name)
{
    if (name == "fetchers") return control::Subsystem::fetchers;
    if (name == "cleaner") return control::Subsystem::cleaner;
    if (name == "handlers") return control::Subsystem::handlers;
    return control::Subsystem::control;
}

}  // namespace

// --- links ---------------------------------------------------------------------------------------

/// A pair may be cut by several steps: it heals when the last of them is undone, or entirely by a
/// "heal".
void Script::cut(Context context, Pair pair)
{
    if (++cuts_[pair] == 1) context.kernel.cut(pair.first, pair.second);
}

void Script::heal(Context context, Pair pair, bool entirely)
{
    const auto found = cuts_.find(pair);
    if (found == cuts_.end()) return;
    if (!entirely && --found->second > 0) return;
    cuts_.erase(found);
    context.kernel.heal(pair.first, pair.second);
}

void Script::set_effect(Context context, Pair pair, const std::optional<PathEffect>& effect)
{
    if (effect) {
        effects_[pair] = *effect;
        context.kernel.set_effect(pair.first, pair.second, *effect);
    } else if (effects_.erase(pair) > 0) {
        context.kernel.clear_effect(pair.first, pair.second);
    }
}

/// What the link is to be from now on, as the difference from the platform that the network takes.
PathEffect Script::changed_effect(const Context& context, Pair pair, const action::Link& link) const
{
    const auto present = effects_.find(pair);
    const LinkSettings& platform = scenario_->cluster.link;
    PathEffect effect{.loss = per_million(platform.loss),
                      .duplicate = per_million(platform.duplicate),
                      .reorder = per_million(platform.reorder)};
    if (present != effects_.end()) effect = present->second;
    if (link.latency) {
        const Topology& topology = context.kernel.network().topology();
        effect.latency = *link.latency - topology.latency(pair.first, pair.second);
    }
    if (link.jitter) effect.jitter = *link.jitter - platform.jitter;
    if (link.loss) effect.loss = per_million(*link.loss);
    if (link.duplicate) effect.duplicate = per_million(*link.duplicate);
    if (link.reorder) effect.reorder = per_million(*link.reorder);
    return effect;
}

void Script::carry_out(Doing& doing, const action::Link& link)
{
    const std::vector<NodeId> from = resolve(doing.context, link.from);
    const std::vector<NodeId> to = resolve(doing.context, link.to);
    note(doing, from.size() == 1 ? from.front() : no_node);
    if (from.empty() || to.empty()) return complain(doing, "a link needs nodes at both ends");
    for (const NodeId a : from) {
        for (const NodeId b : to) {
            if (same_host(doing.context, a, b)) continue;
            Undo undo{.kind = Undo::Kind::heal, .node = a, .to = b};
            if (link.effect == action::Link::Effect::cut) {
                cut(doing.context, {a, b});
            } else if (link.effect == action::Link::Effect::heal) {
                heal(doing.context, {a, b}, true);
                set_effect(doing.context, {a, b}, std::nullopt);
                continue;  // nothing that would be taken back
            } else {
                undo.kind = Undo::Kind::effect;
                const auto before = effects_.find({a, b});
                if (before != effects_.end()) undo.effect = before->second;
                set_effect(doing.context, {a, b}, changed_effect(doing.context, {a, b}, link));
            }
            doing.undos->push_back(std::move(undo));
        }
    }
}

// --- processes -----------------------------------------------------------------------------------

void Script::carry_out(Doing& doing, const action::Node& action)
{
    const std::vector<NodeId> nodes = resolve(doing.context, action.node);
    if (nodes.empty()) {
        note(doing, no_node);
        return complain(doing, "no such node at this moment");
    }
    for (const NodeId node : nodes) act_on_process(doing, action, node);
}

void Script::act_on_process(Doing& doing, const action::Node& action, NodeId node)
{
    using Act = action::Node::Act;
    KafkaKernel& kernel = doing.context.kernel;
    const std::uint64_t event = note(doing, node);
    Undo undo{.kind = Undo::Kind::restart, .node = node};
    switch (action.act) {
        case Act::crash: kernel.crash(node); break;
        case Act::power_off: kernel.power_off(node); break;
        case Act::stop: kernel.control(node, control::Stop{}, event); break;
        case Act::pause:
            kernel.pause(node);
            undo.kind = Undo::Kind::resume;
            break;
        case Act::freeze: {
            undo.kind = Undo::Kind::thaw;
            undo.subsystem = subsystem_named(action.subsystem);
            frozen_.emplace_back(node, undo.subsystem);
            kernel.control(node, control::Freeze{undo.subsystem, true}, event);
            break;
        }
        case Act::restart: kernel.restart(node, action.starts_in); return;
        case Act::resume: kernel.resume(node); return;
        case Act::replace_disk: kernel.replace_disk(node); return;
        case Act::thaw: {
            std::vector<control::Subsystem> thawed;
            std::erase_if(frozen_, [&](const auto& each) {
                if (each.first == node) thawed.push_back(each.second);
                return each.first == node;
            });
            for (const control::Subsystem each : thawed) {
                kernel.control(node, control::Freeze{each, false}, event);
            }
            return;
        }
    }
    doing.undos->push_back(std::move(undo));
}

// --- disks and clocks ----------------------------------------------------------------------------

void Script::carry_out(Doing& doing, const action::Disk& action)
{
    for (const NodeId node : resolve(doing.context, action.node)) {
        note(doing, node);
        gregor::Disk& disk = doing.context.kernel.disk(node);
        Undo undo{.kind = Undo::Kind::disk, .node = node};
        undo.disk = disk.spec();
        DiskSpec spec = disk.spec();
        if (action.bytes_per_second) spec.rate = *action.bytes_per_second;
        if (action.latency) spec.latency = *action.latency;
        if (action.capacity) spec.capacity = *action.capacity;
        disk.configure(spec);
        doing.undos->push_back(std::move(undo));
        if (!action.unflushed_partition.empty()) hold_back(doing, action, node);
        if (!action.failed_directory.empty() &&
            doing.context.kernel.process(node).broker() != nullptr) {
            doing.context.kernel.control(node, control::FailLogDir{action.failed_directory},
                                         doing.event);
        }
        if (!action.flip_partition.empty()) flip_byte(doing, action, node);
        const auto poisoned = doing.context.names.partition_named(action.poison_partition);
        if (poisoned) {
            doing.context.kernel.control(
                node, control::Poison{*poisoned, Offset{action.poison_offset}}, doing.event);
        }
    }
    if (doing.event == 0) {
        note(doing, no_node);
        complain(doing, "no such node at this moment");
    }
}

/// Null, with a complaint when the node is a broker that has none.
const Replica* Script::replica_at(Doing& doing, NodeId node, const std::string& name)
{
    const gregor::Broker* broker = doing.context.kernel.process(node).broker();
    if (broker == nullptr) return nullptr;  // the controller beside a broker
    const auto partition = doing.context.names.partition_named(name);
    const Replica* replica = partition ? broker->replica(*partition) : nullptr;
    if (replica == nullptr) complain(doing, "the broker has no such replica");
    return replica;
}

void Script::flip_byte(Doing& doing, const action::Disk& action, NodeId node)
{
    const Replica* replica = replica_at(doing, node, action.flip_partition);
    if (replica == nullptr) return;
    const Offset offset{action.flip_offset};
    if (offset < replica->log.log_start_offset() || offset >= replica->log.log_end_offset()) {
        return complain(doing, "the log does not hold the record whose batch is to be damaged");
    }
    doing.context.kernel.control(node, control::FlipByte{replica->partition, offset}, doing.event);
}

/// From this offset on the replica's file is not written back: a power loss drops it.
void Script::hold_back(Doing& doing, const action::Disk& action, NodeId node)
{
    const Replica* replica = replica_at(doing, node, action.unflushed_partition);
    if (replica == nullptr) return;
    if (replica->log.log_end_offset().value < action.unflushed_from) {
        return complain(doing, "the log ends below the offset from which it is to be unflushed");
    }
    std::int64_t bytes = 0;  // behind it
    replica->log.walk(Offset{action.unflushed_from}, [&](const RecordBatch& batch) {
        bytes += batch.size_in_bytes;
        return true;
    });
    doing.context.kernel.disk(node).hold_back(replica->file, replica->written_bytes - bytes);
}

void Script::carry_out(Doing& doing, const action::Clock& action)
{
    const Time now = doing.context.kernel.now();
    for (const NodeId node : resolve(doing.context, action.node)) {
        note(doing, node);
        gregor::Clock& clock = doing.context.kernel.clock(node);
        const Time before = clock.read(now);
        if (action.offset) clock.set_offset(now, *action.offset);
        if (action.jump) clock.jump(now, *action.jump);
        Undo undo{.kind = Undo::Kind::clock, .node = node};
        undo.jump = before - clock.read(now);
        doing.undos->push_back(std::move(undo));
    }
}

// --- the end of faults ---------------------------------------------------------------------------

void Script::take_back(Context context, const Undo& undo, std::uint64_t event)
{
    KafkaKernel& kernel = context.kernel;
    switch (undo.kind) {
        case Undo::Kind::heal: heal(context, {undo.node, undo.to}, false); break;
        case Undo::Kind::effect: set_effect(context, {undo.node, undo.to}, undo.effect); break;
        case Undo::Kind::rule: rules_.remove(undo.rule); break;
        case Undo::Kind::restart: kernel.restart(undo.node, action::Node{}.starts_in); break;
        case Undo::Kind::resume: kernel.resume(undo.node); break;
        case Undo::Kind::thaw:
            std::erase(frozen_, std::pair{undo.node, undo.subsystem});
            kernel.control(undo.node, control::Freeze{undo.subsystem, false}, event);
            break;
        case Undo::Kind::disk: kernel.disk(undo.node).configure(undo.disk); break;
        case Undo::Kind::clock: kernel.clock(undo.node).jump(kernel.now(), undo.jump); break;
        case Undo::Kind::config:
            kernel.control(undo.node, control::SetConfig{undo.key, undo.value, undo.topic}, event);
            break;
        case Undo::Kind::start_client:
            if (!kernel.running(undo.node)) {
                kernel.restart(undo.node, Duration{});
            } else {
                kernel.control(undo.node, control::Start{}, event);
            }
            break;
    }
}

/// The end of a step's "for": the last thing done is taken back first.
void Script::undo(Context context, std::size_t index)
{
    const Firing firing = firings_[index];
    const bool outer = std::exchange(busy_, true);
    const std::uint64_t event =
        context.kernel.note_fault(no_node, firing.event, fold_all(0, firing.step, index));
    for (auto each = firing.undos.rbegin(); each != firing.undos.rend(); ++each) {
        take_back(context, *each, event);
    }
    faults_end_ = context.kernel.now();
    fired_.push_back({firing.step, context.kernel.now(), event, true});
    touch(UINT32_MAX);
    busy_ = outer;
}

void Script::settle(Context context)
{
    constexpr std::uint64_t what = 0x5e771e;
    KafkaKernel& kernel = context.kernel;
    const ClusterLayout& layout = context.names.layout;
    settled_ = true;
    busy_ = true;
    faults_end_ = kernel.now();
    const std::uint64_t event = kernel.note_fault(no_node, 0, what);
    while (!cuts_.empty()) heal(context, cuts_.begin()->first, true);
    while (!effects_.empty()) set_effect(context, effects_.begin()->first, std::nullopt);
    rules_.clear();
    for (const auto& [node, subsystem] : std::exchange(frozen_, {})) {
        kernel.control(node, control::Freeze{subsystem, false}, event);
    }
    for (std::int32_t i = 0; i < layout.brokers + layout.controllers; ++i) {
        const NodeId node{i};
        if (!kernel.running(node)) kernel.restart(node, action::Node{}.starts_in);
        if (kernel.paused(node)) kernel.resume(node);
    }
    busy_ = false;
    refresh();
    touch(UINT32_MAX);
    look_around(context, {event, {}});
}

}  // namespace gregor::lab
