#include "model/lab/scenario_shapes.h"

#include "model/topic_names.h"

#include <algorithm>

namespace gregor::lab::shapes {
namespace {

using namespace shape;

bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ' ' || c == '=' || c == '+' || c == '(' || c == ')' ||
           c == ',' || c == '/' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_name(std::string_view text)
{
    return !text.empty() && text.size() <= 200 && std::ranges::all_of(text, is_name_character);
}

bool is_topic_name(std::string_view text)
{
    return !objection_to_topic_name(text);
}

bool is_partition_name(std::string_view text)
{
    const std::size_t dash = text.rfind('-');
    if (dash == std::string_view::npos) return false;
    const std::string_view number = text.substr(dash + 1);
    return is_topic_name(text.substr(0, dash)) && !number.empty() && number.size() <= 9 &&
           std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
}

ShapePointer topic_name()
{
    return pattern("the name of a topic (letters, digits, '.', '_', '-', at most 249)",
                   "^[A-Za-z0-9._-]{1,249}$", is_topic_name);
}

ShapePointer probability()
{
    return number(0, 1);
}

std::vector<Field> link_fields()
{
    return {
        optional("latency", duration({}), "One way, without the time on the wire; default 0.5 ms."),
        optional("jitter", duration({}), "Random addition to the latency, from 0 to this."),
        optional("loss", probability(), "Part of the packets lost; the transport sends again."),
        optional("duplicate", probability(), "Part of the packets that come twice."),
        optional("reorder", probability(), "Part of the packets that are overtaken."),
        optional("rate", byte_rate(), "Bytes per second; else the network card limits."),
    };
}

ShapePointer disk()
{
    return object("a disk",
                  {optional("rate", byte_rate(), "Bytes per second, reads and writes together."),
                   optional("latency", duration({}), "Added to each operation."),
                   optional("capacity", bytes(),
                            "Size; a write that finds it full takes the log directory offline."),
                   optional("writeback", duration({}), "Age at which pages are written."),
                   optional("cache", bytes(),
                            "Memory for the page cache; fetches of what is not in it wait for the "
                            "disk. Without it all is in memory.")});
}

ShapePointer broker()
{
    return object(
        "a broker",
        {optional("id", integer(1, 1'000), "Its number in the list, from 1."),
         optional("rack", name(), "broker.rack."),
         optional("config", config({"broker"}), "Broker settings on top of the defaults."),
         optional("disk", disk(), "Its own disk."),
         optional("nic", byte_rate(), "Its own network card."),
         optional("cores", integer(1, 1'024),
                  "Processor cores, 1 unless set: they unpack and compress record batches; nothing "
                  "else of a broker takes processor time.")});
}

ShapePointer replica_lists()
{
    return list(list(integer(1, 1'000), 1), 1);
}

ShapePointer time_distribution()
{
    return either(
        {duration({}), tagged("a distribution of times",
                              {optional("constant", duration({}), "Always the same."),
                               optional("uniform", list(duration({}), 2), "From first to second."),
                               optional("exponential", duration({}), "With this mean.")})});
}

ShapePointer key_distribution()
{
    const auto keys = integer(1, 1'000'000'000);
    return either({keys, tagged("a distribution of keys",
                                {optional("uniform", keys, "So many keys, all alike."),
                                 optional("zipf", keys, "The k-th key comes 1/k as often.")})});
}

ShapePointer load()
{
    return object("the load of a producer",
                  {required("rate", either({record_rate(), choice({"unlimited"})}),
                            "Records or bytes per second."),
                   optional("size", bytes(), "Of one record; default 1 KB."),
                   optional("content", choice({"zero", "words", "random_letters", "random_bytes"}),
                            "What values are made of, which says how far compression.type gets; "
                            "default random_letters."),
                   optional("records", integer(1, 1'000'000'000'000), "Stop after so many."),
                   optional("partition", integer(0, 9'999), "Else the partitioner decides."),
                   optional("transaction", either({integer(1, 1'000'000'000), duration({})}),
                            "With a transactional.id: how many records, or how much time, are one "
                            "transaction; default 1 s."),
                   optional("keys", key_distribution(), "Keys of the records; none by default."),
                   optional("timestamps", time_distribution(),
                            "How far they lag the clock; not in this version."),
                   optional("from", duration({}), "First record; default 0."),
                   optional("to", duration({}), "Last record; default the end of the run."),
                   optional("fluid", boolean(),
                            "Single records do not matter; they are sent one by one anyhow.")});
}

ShapePointer work()
{
    return object("the work of a consumer",
                  {required("service", time_distribution(), "Time to work on one record."),
                   optional("mode", choice({"loop", "pool"}), "In the poll loop, or in workers."),
                   optional("workers", integer(1, 10'000), "Of a pool; default 1."),
                   optional("commit", choice({"before", "after", "auto", "lowest-done"}),
                            "When offsets are committed."),
                   optional("on-poison", choice({"fail", "retry", "skip"}),
                            "When poll() throws because the deserializer refuses a record: end, "
                            "call poll() again a second later, or go on behind the record.")});
}

}  // namespace

ShapePointer name()
{
    return pattern("a name of 1 to 200 characters (letters, digits, space, _-.=+,/:())",
                   R"(^[^"'\\$@<>|*?!;{}\[\]#%&~`^\x00-\x1f]{1,200}$)", is_name);
}

ShapePointer partition()
{
    return pattern("a partition such as \"orders-0\"", "^[A-Za-z0-9._-]+-[0-9]{1,9}$",
                   is_partition_name);
}

ShapePointer node()
{
    return either(
        {integer(1, 100'000), expression("an expression such as \"leader('orders-0')\"")});
}

ShapePointer nodes()
{
    return one_or_list(
        either({integer(1, 100'000),
                text("\"brokers\", \"controllers\", \"clients\", \"clients@1\", a client, or an "
                     "expression such as \"leader('orders-0')\"")}));
}

ShapePointer config(std::vector<std::string> scopes)
{
    return map("values by Kafka's names",
               either({scalar("a text, number or boolean"), list(scalar("a text or number"))}),
               std::move(scopes));
}

ShapePointer condition()
{
    return expression("a condition such as \"epoch('orders-0') == 1\"");
}
ShapePointer value_expression()
{
    return expression("an expression");
}

ShapePointer cluster()
{
    return object(
        "the cluster",
        {required("brokers", either({integer(1, 1'000), list(broker(), 1)}),
                  "How many, or each; ids 1, 2, ..."),
         optional("controllers", integer(1, 100), "Ids 101, 102, ...; default 3."),
         optional("combined", boolean(), "The first brokers are the controllers too."),
         optional("control_plane", choice({"kraft", "zk"}), "Default kraft."),
         optional("defaults", config({"broker"}), "Settings of all brokers and controllers."),
         optional("link", object("a link between two nodes", link_fields()), "Of all pairs."),
         optional("nic", byte_rate(), "Network card of every broker."),
         optional("disk", disk(), "Disk of every broker and controller.")});
}

ShapePointer topic()
{
    return object("a topic", {required("name", topic_name(), "Kafka's rules for names."),
                              optional("count", integer(1, 10'000),
                                       "So many topics of this kind: with 3, orders is orders1, "
                                       "orders2 and orders3."),
                              optional("partitions", integer(1, 10'000),
                                       "100,000 in all at most; default num.partitions."),
                              optional("replicas", replica_lists(),
                                       "Broker ids of each partition, the preferred leader first."),
                              optional("rf", integer(1, 1'000),
                                       "Replicas of each partition, without \"replicas\"; default "
                                       "default.replication.factor."),
                              optional("config", config({"topic"}), "Topic settings.")});
}

ShapePointer call()
{
    const auto nothing = object("an empty object", {});
    return tagged(
        "one call",
        {optional("send",
                  object("a send", {required("tp", text("a partition such as \"t-0\", or a topic"),
                                             "Where to; a topic lets the partitioner choose."),
                                    optional("n", integer(1, 1'000'000'000), "Records; default 1."),
                                    optional("key", text("a text"), "Key of the records."),
                                    optional("tombstone", boolean(),
                                             "Without a value: deletes the key where logs are "
                                             "compacted."),
                                    optional("timestamp", integer(0, INT64_MAX),
                                             "Milliseconds since 1970, instead of the clock's."),
                                    optional("headers", map("texts by header", text("a text")),
                                             "Headers of each record.")}),
                  "Sends records and waits for nothing."),
         optional("begin", nothing, "Begins a transaction."),
         optional("end", choice({"commit", "abort"}), "Ends the transaction."),
         optional("poll", object("a poll", {optional("max", integer(1, 1'000'000), "Records.")}),
                  "Polls once."),
         optional("commit", nothing, "Commits what was polled."),
         optional("init-txn", nothing, "Asks for a producer id for the transactional id."),
         optional("wait", either({duration({}), condition()}), "A time or a condition.")});
}

ShapePointer client()
{
    return object(
        "a client",
        {required("name", name(), "Unique."),
         required("kind", choice({"producer", "consumer", "processor", "admin", "script"}),
                  "What it does by itself."),
         optional("topics", list(topic_name(), 1), "Written or read; default all of the scenario."),
         optional("near", integer(1, 1'000), "Broker beside which it stands."),
         optional("config", config({"producer", "consumer", "admin"}),
                  "Producer or consumer settings."),
         optional("load", load(), "What a producer sends."),
         optional("work", work(), "What a consumer does with records."),
         optional("writes", name(), "The format that its serializer writes."),
         optional("reads", list(name(), 1),
                  "Formats that a consumer's deserializer takes; default all. What other clients "
                  "write in another format makes poll() throw; of a client that says no format "
                  "every record is taken."),
         optional("program", list(call()), "Calls of a script, one after the other."),
         optional("application", name(),
                  "Its code is outside the simulation: what that is called. Run it from Python.")});
}

ShapePointer levels()
{
    std::vector<Field> fields;
    for (const LevelDefinition& level : lab::levels()) {
        std::vector<ShapePointer> values{
            choice(std::vector<std::string>(level.values.begin(), level.values.end()))};
        if (level.preset == "true") values = {boolean(), choice({"on", "off"})};
        if (level.name == "txn-version") values.push_back(integer(0, 2));
        const auto value = either(values);
        fields.push_back(optional(std::string(level.name),
                                  either({value, map("values by node set", value)}),
                                  std::string(level.doc)));
    }
    return object("values by level, everywhere or by node set", std::move(fields));
}

}  // namespace gregor::lab::shapes
