#include "model/config_table.h"

/// Settings of one kind of client only. Sorted by name.
namespace gregor::config_table {
namespace {

using enum ConfigType;
using enum ConfigUnit;

constexpr auto producer = ConfigScope::producer;
constexpr Row producer_table[] = {
    Row(producer, "acks", string, none, "all")
        .one_of("all,-1,0,1")
        .means("Which replicas must have a batch before the producer counts it as sent."),
    Row(producer, "batch.size", integer, bytes, "16384")
        .at_least(0)
        .means("Bytes of one batch of a partition."),
    Row(producer, "bootstrap.servers", list, none),
    Row(producer, "buffer.memory", long_integer, bytes, "33554432")
        .at_least(0)
        .means("Bytes of records not yet sent before send() blocks."),
    Row(producer, "compression.gzip.level", integer, none, "-1")
        .between(-1, 9)
        .one_of("-1,1,2,3,4,5,6,7,8,9"),
    Row(producer, "compression.lz4.level", integer, none, "9").between(1, 17),
    Row(producer, "compression.type", string, none, "none")
        .one_of("none,gzip,snappy,lz4,zstd")
        .means("Compression of batches."),
    Row(producer, "compression.zstd.level", integer, none, "3").between(-131072, 22),
    Row(producer, "connections.max.idle.ms", long_integer, ms, "540000")
        .would_mean("Idle time after which a connection is closed."),
    Row(producer, "delivery.timeout.ms", integer, ms, "120000")
        .at_least(0)
        .means("Time from send() until a record is acknowledged or fails."),
    Row(producer, "enable.idempotence", boolean, none, "true")
        .means("Whether brokers recognise and drop a batch that is sent again."),
    Row(producer, "enable.metrics.push", boolean, none, "true"),
    Row(producer, "interceptor.classes", list, none),
    Row(producer, "key.serializer", string, none),
    Row(producer, "linger.ms", long_integer, ms, "5")
        .at_least(0)
        .means("How long a batch waits for more records before it is sent."),
    Row(producer, "max.block.ms", long_integer, ms, "60000")
        .at_least(0)
        .means("How long send() may block before it fails."),
    Row(producer, "max.in.flight.requests.per.connection", integer, none, "5")
        .at_least(1)
        .means("Requests a connection may have unanswered."),
    Row(producer, "max.request.size", integer, bytes, "1048576")
        .at_least(0)
        .means("Largest request, and so the largest record."),
    Row(producer, "metadata.max.idle.ms", long_integer, ms, "300000").at_least(5000),
    Row(producer, "partitioner.adaptive.partitioning.enable", boolean, none, "true")
        .means("Whether slower brokers get fewer records without keys."),
    Row(producer, "partitioner.availability.timeout.ms", long_integer, ms, "0")
        .at_least(0)
        .means("Waiting time of a batch above which its partition is passed over; 0 never."),
    Row(producer, "partitioner.class", string, none),
    Row(producer, "partitioner.ignore.keys", boolean, none, "false")
        .means("Whether records with keys are spread like those without."),
    Row(producer, "receive.buffer.bytes", integer, bytes, "32768").at_least(-1),
    Row(producer, "retries", integer, none, "2147483647")
        .between(0, 2147483647)
        .means("How often a batch is sent again before it fails."),
    Row(producer, "transaction.timeout.ms", integer, ms, "60000")
        .means("Age at which the coordinator aborts an open transaction."),
    Row(producer, "transaction.two.phase.commit.enable", boolean, none, "false"),
    Row(producer, "transactional.id", string, none)
        .one_of("?*")
        .means("Name under which transactions go on across restarts."),
    Row(producer, "value.serializer", string, none),
};

constexpr auto consumer = ConfigScope::consumer;
constexpr Row consumer_table[] = {
    Row(consumer, "allow.auto.create.topics", boolean, none, "true"),
    Row(consumer, "auto.commit.interval.ms", integer, ms, "5000")
        .at_least(0)
        .means("Time between automatic commits."),
    Row(consumer, "auto.offset.reset", string, none, "latest")
        .one_of("latest,earliest,none,by_duration:*")
        .means("Where to begin without a committed offset, or when it is out of range."),
    Row(consumer, "bootstrap.servers", list, none),
    Row(consumer, "check.crcs", boolean, none, "true"),
    Row(consumer, "client.rack", string, none)
        .would_mean("Where the consumer stands, to read from a near replica."),
    Row(consumer, "connections.max.idle.ms", long_integer, ms, "540000")
        .would_mean("Idle time after which a connection is closed."),
    Row(consumer, "default.api.timeout.ms", integer, ms, "60000")
        .at_least(0)
        .means("How long a call such as a commit may take."),
    Row(consumer, "enable.auto.commit", boolean, none, "true")
        .means("Whether poll() commits offsets by itself."),
    Row(consumer, "enable.metrics.push", boolean, none, "true"),
    Row(consumer, "exclude.internal.topics", boolean, none, "true"),
    Row(consumer, "fetch.max.bytes", integer, bytes, "52428800")
        .at_least(0)
        .means("Bytes of one answer; a larger first batch still comes."),
    Row(consumer, "fetch.max.wait.ms", integer, ms, "500")
        .at_least(0)
        .means("Longest time a broker holds a fetch that has too few bytes."),
    Row(consumer, "fetch.min.bytes", integer, bytes, "1")
        .at_least(0)
        .means("Bytes a broker waits for before it answers a fetch."),
    Row(consumer, "group.id", string, none)
        .means("The group that shares the partitions and commits offsets."),
    Row(consumer, "group.instance.id", string, none)
        .one_of("?*")
        .means("Name of a static member, which keeps its place across restarts."),
    Row(consumer, "group.protocol", string, none, "classic")
        .one_of("CONSUMER,CLASSIC")
        .in_any_case()
        .means("Whether members (classic) or the coordinator (consumer) assign."),
    Row(consumer, "group.remote.assignor", string, none),
    Row(consumer, "heartbeat.interval.ms", integer, ms, "3000")
        .means("How often a member of a classic group tells the coordinator that it lives."),
    Row(consumer, "interceptor.classes", list, none),
    Row(consumer, "internal.throw.on.fetch.stable.offset.unsupported", boolean, none, "false"),
    Row(consumer, "isolation.level", string, none, "read_uncommitted")
        .one_of("read_committed,read_uncommitted")
        .means("Whether records of open and aborted transactions are seen."),
    Row(consumer, "key.deserializer", string, none),
    Row(consumer, "max.partition.fetch.bytes", integer, bytes, "1048576")
        .at_least(0)
        .means("Bytes of one partition in one answer."),
    Row(consumer, "max.poll.interval.ms", integer, ms, "300000")
        .at_least(1)
        .means("Time between polls above which the member leaves the group."),
    Row(consumer, "max.poll.records", integer, none, "500")
        .at_least(1)
        .means("Records that one poll() gives at most."),
    Row(consumer, "partition.assignment.strategy", list, none,
        "org.apache.kafka.clients.consumer.RangeAssignor,"
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor")
        .means("Assignors of a classic group, in order of preference."),
    Row(consumer, "receive.buffer.bytes", integer, bytes, "65536").at_least(-1),
    Row(consumer, "session.timeout.ms", integer, ms, "45000")
        .means("Silence after which the coordinator removes the member."),
    Row(consumer, "share.acknowledgement.mode", string, none, "implicit")
        .one_of("implicit,explicit"),
    Row(consumer, "share.acquire.mode", string, none, "BATCH_OPTIMIZED")
        .one_of("batch_optimized,record_limit")
        .in_any_case(),
    Row(consumer, "value.deserializer", string, none),
};

constexpr auto admin = ConfigScope::admin;
constexpr Row admin_table[] = {
    Row(admin, "bootstrap.controllers", list, none),
    Row(admin, "bootstrap.servers", list, none),
    Row(admin, "connections.max.idle.ms", long_integer, ms, "300000"),
    Row(admin, "default.api.timeout.ms", integer, ms, "60000").at_least(0),
    Row(admin, "enable.metrics.push", boolean, none, "false"),
    Row(admin, "receive.buffer.bytes", integer, bytes, "65536").at_least(-1),
    Row(admin, "retries", integer, none, "2147483647").between(0, 2147483647),
};

}  // namespace

std::span<const Row> producer_rows()
{
    return producer_table;
}
std::span<const Row> consumer_rows()
{
    return consumer_table;
}
std::span<const Row> admin_rows()
{
    return admin_table;
}

}  // namespace gregor::config_table
