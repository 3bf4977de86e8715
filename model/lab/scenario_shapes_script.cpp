#include "model/lab/scenario_shapes.h"

namespace gregor::lab::shapes {
namespace {

using namespace shape;

std::vector<std::string> words_of(std::span<const std::string_view> names)
{
    return {names.begin(), names.end()};
}

Field act(std::string key, ShapePointer of, std::string doc)
{
    return optional(std::move(key), std::move(of), std::move(doc));
}

ShapePointer link_effect()
{
    const auto part = number(0, 1);
    return either({choice({"cut", "heal"}),
                   object("a change of the link",
                          {optional("latency", duration({}), "Instead of the cluster's."),
                           optional("jitter", duration({}), "Random addition to the latency."),
                           optional("loss", part, "Part of the packets lost."),
                           optional("duplicate", part, "Part of the packets that come twice."),
                           optional("reorder", part, "Part of the packets overtaken."),
                           optional("rate", byte_rate(), "Bytes per second.")})});
}

ShapePointer link()
{
    return object("a change of directed links",
                  {required("from", nodes(), "Senders."), required("to", nodes(), "Receivers."),
                   required("effect", link_effect(), "In this direction only.")});
}

ShapePointer match()
{
    std::vector<Field> fields;
    for (const std::string_view each : match_fields()) {
        fields.push_back(optional(std::string(each), scalar("a value"), "Equal to this."));
    }
    return object("which messages",
                  {required("api", choice(words_of(api_names())), "Kafka's name of the request."),
                   optional("dir", choice({"request", "response"}), "Default both."),
                   optional("from", nodes(), "Sender of this message."),
                   optional("to", nodes(), "Receiver of this message."),
                   optional("tp", partition(), "It is about this partition."),
                   optional("field", object("fields of the message", fields), "All must be equal."),
                   optional("nth", integer(1, 1'000'000'000), "Only the n-th match, from 1.")});
}

ShapePointer message()
{
    const auto hold =
        object("a hold", {required("hold", name(), "Name to release it by."),
                          optional("detach", boolean(), "Reset the connection first.")});
    const auto delay = object("a delay", {required("delay", duration({}), "Added on its way.")});
    const auto error =
        object("an error",
               {required("error", text("Kafka's name of an error"), "The receiver answers this.")});
    return object("a rule for messages",
                  {required("match", match(), "Which messages."),
                   required("act", either({choice({"drop", "duplicate"}), hold, delay, error}),
                            "What happens to them."),
                   optional("times", integer(1, 1'000'000'000), "How often; default always.")});
}

ShapePointer process()
{
    const auto freeze = object(
        "a freeze", {required("freeze", choice({"control", "fetchers", "cleaner", "handlers"}),
                              "The part that stands still.")});
    return object("a fault of a process",
                  {required("id", node(), "Broker or controller."),
                   required("act",
                            either({choice({"crash", "power-off", "restart", "pause", "resume",
                                            "stop", "replace-disk", "thaw"}),
                                    freeze}),
                            "crash keeps the page cache, power-off loses it."),
                   optional("starts-in", duration({}), "Of restart: until it registers (4 s).")});
}

ShapePointer disk()
{
    return object("a change of a disk",
                  {required("id", node(), "Broker or controller."),
                   optional("rate", byte_rate(), "Bytes per second."),
                   optional("latency", duration({}), "Added to each operation."),
                   optional("capacity", bytes(), "Size."),
                   optional("unflushed",
                            object("an unflushed end",
                                   {required("tp", partition(), "Replica."),
                                    required("from", integer(0, INT64_MAX), "First lost offset.")}),
                            "What a power-off would lose."),
                   optional("poison",
                            object("a bad record",
                                   {required("tp", partition(), "Replica."),
                                    required("offset", integer(0, INT64_MAX), "Its offset.")}),
                            "A record on which cleaning fails."),
                   optional("fail", text("a directory of log.dirs"),
                            "This log directory gives I/O errors until the process starts anew."),
                   optional("flip",
                            object("a damaged record",
                                   {required("tp", partition(), "Replica."),
                                    required("offset", integer(0, INT64_MAX), "Its offset.")}),
                            "A byte of the batch with this record changes in the file.")});
}

ShapePointer clock()
{
    const Duration century = seconds(86'400LL * 36'500);
    const auto any_time = duration(Duration{-century.nanoseconds});
    return object("a change of a wall clock",
                  {required("id", node(), "Broker or controller."),
                   optional("offset", any_time, "From simulated time, absolute."),
                   optional("jump", any_time, "From what it shows.")});
}

ShapePointer admin()
{
    std::vector<std::string> operations;
    for (const AdminDefinition& each : admin_operations()) operations.emplace_back(each.name);
    const auto ids = list(integer(1, 1'000), 1);
    return object("an administrator's operation",
                  {required("op", choice(operations), "Which one."),
                   optional("tp", partition(), "elect, reassign, abort-txn, delete-records."),
                   optional("offset", integer(0, INT64_MAX),
                            "delete-records: those below it; without it, all that are "
                            "committed."),
                   optional("unclean", boolean(), "elect: outside the ISR too."),
                   optional("topic", text("the name of a topic"), "Topic operations."),
                   optional("partitions", integer(1, 10'000), "In all, also for add-partitions."),
                   optional("rf", integer(1, 1'000), "create-topic."),
                   optional("replicas", either({list(ids, 1), ids}),
                            "Broker ids; of each partition for create-topic."),
                   optional("config", config({"topic"}), "create-topic."),
                   optional("transactional-id", text("a transactional id"), "abort-txn.")});
}

ShapePointer client_fault()
{
    return object("what a client does",
                  {required("name", name(), "The client."),
                   required("act", choice({"start", "stop", "crash", "pause", "resume", "call"}),
                            "A client that is started by a step does not run before."),
                   optional("call", call(), "Of call.")});
}

}  // namespace

ShapePointer action()
{
    return tagged(
        "an action",
        {act("link", link(), "Cuts or changes directed links."),
         act("msg", message(), "Drops, holds, delays, doubles or refuses messages."),
         act("release", name(), "Lets held messages go."),
         act("node", process(), "Stops, starts or freezes a broker or controller."),
         act("disk", disk(), "Changes a disk."), act("clock", clock(), "Changes a wall clock."),
         act("set",
             object("a setting",
                    {required("scope", text("\"broker/1\", \"topic/orders\" or \"client/P\""),
                              "Whose."),
                     required("key", text("Kafka's name"), "Kafka's name."),
                     required("value", scalar("a text, number or boolean"), "New value.")}),
             "Changes a setting."),
         act("level",
             object("a level", {required("nodes", nodes(), "Where."),
                                required("key", text("the name of a level"), "Which."),
                                required("value", scalar("a value of the level"), "New value.")}),
             "Changes a protocol level, as an upgrade does."),
         act("admin", admin(), "An administrator's operation."),
         act("client", client_fault(), "Starts, stops, pauses a client, or makes it call."),
         act("mark", name(), "Notes this instant under a name.")});
}

std::vector<Field> trigger_fields()
{
    return {
        optional("at", duration({}), "At this time."),
        optional("after", name(), "After this step; for `when`: armed after it."),
        optional("when", condition(), "At the first event after which this is true."),
        optional("within", duration(nanoseconds(1)), "Of when: it must come true in this time."),
        optional("delay", duration({}), "Of after and when: this much later."),
    };
}

ShapePointer step()
{
    std::vector<Field> fields = trigger_fields();
    fields.push_back(required("do", one_or_list(action()), "What happens."));
    fields.push_back(optional("name", name(), "For `after`, windows and reports."));
    fields.push_back(optional("for", duration(nanoseconds(1)), "Undone after this time."));
    return object("a step", std::move(fields));
}

}  // namespace gregor::lab::shapes
