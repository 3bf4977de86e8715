#include "model/lab/story_faults.h"

#include "model/units.h"

#include <fmt/format.h>

#include <array>

namespace gregor::lab {

namespace {

std::string text_of(const NodeSet& set)
{
    switch (set.kind) {
        case NodeSet::Kind::id:
            return fmt::format("{} {}", set.id > 100 ? "controller" : "broker", set.id);
        case NodeSet::Kind::brokers: return "the brokers";
        case NodeSet::Kind::controllers: return "the controllers";
        case NodeSet::Kind::clients: return "the clients";
        case NodeSet::Kind::clients_at: return fmt::format("the clients near broker {}", set.id);
        case NodeSet::Kind::client: return set.name;
        case NodeSet::Kind::expression:
            return set.expression ? set.expression->text() : std::string("a node");
    }
    return "a node";
}

std::string text_of(const std::vector<NodeSet>& sets)
{
    std::string text;
    for (const NodeSet& each : sets) text += (text.empty() ? "" : ", ") + text_of(each);
    return text.empty() ? "everyone" : text;
}

/// One action in a few words; what an expression named is told by the node that it gave.
class ActionText {
public:
    explicit ActionText(const std::string& node) : node_(node) {}

    std::string operator()(const action::Node& node) const
    {
        constexpr std::array<std::string_view, 9> acts{
            "crashes: its process is killed, its disk survives",
            "loses power",
            "is started again",
            "is paused: it answers nothing, its connections stay",
            "goes on",
            "is told to shut down",
            "gets an empty disk",
            "freezes",
            "thaws"};
        const std::string name = node.node.kind == NodeSet::Kind::expression && !node_.empty()
                                     ? node_
                                     : text_of(node.node);
        std::string text = fmt::format("{} {}", name, acts[static_cast<std::size_t>(node.act)]);
        if (!node.subsystem.empty()) text += " (" + node.subsystem + ")";
        if (node.act == action::Node::Act::restart) {
            text += "; it needs " + gregor::to_text(node.starts_in) + " until it registers";
        }
        return text;
    }
    std::string operator()(const action::Link& link) const
    {
        const std::string ends = text_of(link.from) + " to " + text_of(link.to);
        if (link.effect == action::Link::Effect::heal) return "the way from " + ends + " is healed";
        if (link.effect == action::Link::Effect::cut) {
            return "the way from " + ends + " is cut: silence, no resets";
        }
        if (!link.latency && !link.jitter && !link.loss && !link.duplicate && !link.reorder) {
            return "the way from " + ends + " stays as it is";
        }
        std::string text = "the way from " + ends + " changes:";
        if (link.latency) text += " latency +" + gregor::to_text(*link.latency);
        if (link.jitter) text += " jitter " + gregor::to_text(*link.jitter);
        if (link.loss) text += fmt::format(" loss {}", *link.loss);
        if (link.duplicate) text += fmt::format(" duplicated {}", *link.duplicate);
        if (link.reorder) text += fmt::format(" reordered {}", *link.reorder);
        return text;
    }
    std::string operator()(const action::Message& message) const
    {
        constexpr std::array<std::string_view, 5> acts{"dropped", "duplicated", "held", "delayed",
                                                       "answered with an error"};
        return fmt::format("from now on {} messages are {}", message.match.api,
                           acts[static_cast<std::size_t>(message.act)]);
    }
    std::string operator()(const action::Release& release) const
    {
        return "the held message " + release.name + " is released";
    }
    std::string operator()(const action::Disk& disk) const
    {
        const bool changes = disk.bytes_per_second || disk.latency || disk.capacity;
        if (!changes && !disk.failed_directory.empty()) {
            return fmt::format("log directory {} of {} gives I/O errors", disk.failed_directory,
                               text_of(disk.node));
        }
        if (!changes && !disk.flip_partition.empty()) {
            return fmt::format("a byte of {} flips at offset {} on the disk of {}",
                               disk.flip_partition, disk.flip_offset, text_of(disk.node));
        }
        if (!changes && disk.unflushed_partition.empty()) {
            return "the disk of " + text_of(disk.node) + " stays as it is";
        }
        if (!changes) {
            return fmt::format("{} is not written back from offset {} on by the disk of {}",
                               disk.unflushed_partition, disk.unflushed_from, text_of(disk.node));
        }
        std::string text = "the disk of " + text_of(disk.node) + " changes:";
        if (disk.bytes_per_second) text += fmt::format(" {} B/s", *disk.bytes_per_second);
        if (disk.latency) text += " latency " + gregor::to_text(*disk.latency);
        if (disk.capacity) text += fmt::format(" capacity {} B", *disk.capacity);
        return text;
    }
    std::string operator()(const action::Clock& clock) const
    {
        return "the wall clock of " + text_of(clock.node) + " is moved";
    }
    std::string operator()(const action::Set& set) const
    {
        return fmt::format("{} of {} is set to {}", set.key, set.name, set.value);
    }
    std::string operator()(const action::Level& level) const
    {
        return fmt::format("level {} becomes {} on {}", level.key, level.value,
                           text_of(level.nodes));
    }
    std::string operator()(const action::Admin& admin) const
    {
        constexpr std::array<std::string_view, 7> operations{
            "an election is asked for",    "a topic is asked for",
            "a topic is to be deleted",    "more partitions are asked for",
            "a reassignment is asked for", "a transaction is aborted by an administrator",
            "records are to be deleted"};
        const std::string& about = admin.partition.empty() ? admin.topic : admin.partition;
        return fmt::format("{} ({})", operations[static_cast<std::size_t>(admin.operation)], about);
    }
    std::string operator()(const action::Client& client) const
    {
        constexpr std::array<std::string_view, 6> acts{"starts", "stops",   "crashes",
                                                       "pauses", "resumes", "makes one call"};
        return fmt::format("{} {}", client.name, acts[static_cast<std::size_t>(client.act)]);
    }
    std::string operator()(const action::Mark& mark) const { return "mark " + mark.name; }

private:
    const std::string& node_;
};

}  // namespace

std::string fault_sentence(const Step& step, bool undone, const std::vector<NodeId>& nodes,
                           const Names& names)
{
    std::string text;
    for (std::size_t i = 0; i < step.actions.size(); ++i) {
        const std::string node = i < nodes.size() ? names.of(nodes[i]) : "";
        text += (text.empty() ? "" : "; ") + std::visit(ActionText(node), step.actions[i]);
    }
    if (undone) text = "over: " + text;
    if (!step.name.empty()) text += fmt::format(" (step \"{}\")", step.name);
    if (step.trigger.when) text += ", because " + step.trigger.when->text();
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    }
    return text + ".";
}

}  // namespace gregor::lab
