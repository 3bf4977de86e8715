#include "model/config_table.h"

/// Settings of topics and of groups. Sorted by name.
namespace gregor::config_table {
namespace {

using enum ConfigType;
using enum ConfigUnit;

constexpr auto topic = ConfigScope::topic;
constexpr Row topic_table[] = {
    Row(topic, "cleanup.policy", list, none, "delete")
        .one_of("compact,delete")
        .means("Delete old segments, keep the last record of each key, or both."),
    Row(topic, "compression.gzip.level", integer, none, "-1")
        .between(-1, 9)
        .one_of("-1,1,2,3,4,5,6,7,8,9"),
    Row(topic, "compression.lz4.level", integer, none, "9").between(1, 17),
    Row(topic, "compression.type", string, none, "producer")
        .one_of("uncompressed,zstd,lz4,snappy,gzip,producer")
        .means("Compression on disk; \"producer\" keeps what the producer chose."),
    Row(topic, "compression.zstd.level", integer, none, "3").between(-131072, 22),
    Row(topic, "delete.retention.ms", long_integer, ms, "86400000")
        .at_least(0)
        .means("How long compaction keeps tombstones and markers of transactions."),
    Row(topic, "file.delete.delay.ms", long_integer, ms, "60000")
        .at_least(0)
        .means("How long the file of a deleted segment stays on the disk."),
    Row(topic, "flush.messages", long_integer, none, "9223372036854775807")
        .at_least(1)
        .means("Records after which the log is flushed."),
    Row(topic, "flush.ms", long_integer, ms, "9223372036854775807")
        .at_least(0)
        .means("Age of unflushed records after which the log is flushed."),
    Row(topic, "follower.replication.throttled.replicas", list, none)
        .one_of("*,[partitionId]:[brokerId]"),
    Row(topic, "index.interval.bytes", integer, bytes, "4096")
        .at_least(0)
        .means("Bytes between two entries of the offset index."),
    Row(topic, "internal.segment.bytes", integer, bytes)
        .means("Segment size below the public minimum, for small experiments."),
    Row(topic, "leader.replication.throttled.replicas", list, none)
        .one_of("*,[partitionId]:[brokerId]"),
    Row(topic, "local.retention.bytes", long_integer, bytes, "-2").at_least(-2),
    Row(topic, "local.retention.ms", long_integer, ms, "-2").at_least(-2),
    Row(topic, "max.compaction.lag.ms", long_integer, ms, "9223372036854775807")
        .at_least(1)
        .means("Age at which a record is compacted whatever the dirty ratio."),
    Row(topic, "max.message.bytes", integer, bytes, "1048588")
        .at_least(0)
        .means("Largest batch the topic takes."),
    Row(topic, "message.timestamp.after.max.ms", long_integer, ms, "3600000")
        .at_least(0)
        .means("How far a record's timestamp may lie ahead of the broker's clock."),
    Row(topic, "message.timestamp.before.max.ms", long_integer, ms, "9223372036854775807")
        .at_least(0)
        .means("How far a record's timestamp may lie behind the broker's clock."),
    Row(topic, "message.timestamp.type", string, none, "CreateTime")
        .one_of("CreateTime,LogAppendTime")
        .means("Whether the producer or the broker stamps records."),
    Row(topic, "min.cleanable.dirty.ratio", real, none, "0.5")
        .between(0, 1'000'000)
        .means("Share of dirty bytes above which a log is compacted."),
    Row(topic, "min.compaction.lag.ms", long_integer, ms, "0")
        .at_least(0)
        .means("Age below which a record is not compacted."),
    Row(topic, "min.insync.replicas", integer, none, "1")
        .at_least(1)
        .means("Size of the ISR below which acks=all is refused."),
    Row(topic, "preallocate", boolean, none, "false"),
    Row(topic, "remote.log.copy.disable", boolean, none, "false"),
    Row(topic, "remote.log.delete.on.disable", boolean, none, "false"),
    Row(topic, "remote.storage.enable", boolean, none, "false"),
    Row(topic, "retention.bytes", long_integer, bytes, "-1")
        .means("Size of a partition above which old segments are deleted; -1 unlimited."),
    Row(topic, "retention.ms", long_integer, ms, "604800000")
        .at_least(-1)
        .means("Age at which old segments are deleted; -1 never."),
    Row(topic, "segment.bytes", integer, bytes, "1073741824")
        .at_least(1048576)
        .means("Size at which a segment is closed and a new one begun."),
    Row(topic, "segment.index.bytes", integer, bytes, "10485760")
        .at_least(4)
        .means("Size of an index at which its segment is closed."),
    Row(topic, "segment.jitter.ms", long_integer, ms, "0")
        .at_least(0)
        .means("At most so much earlier than segment.ms a segment is closed, by chance."),
    Row(topic, "segment.ms", long_integer, ms, "604800000")
        .at_least(1)
        .means("Age at which a segment is closed."),
    Row(topic, "unclean.leader.election.enable", boolean, none, "false")
        .means("Whether a replica outside the ISR may lead when no other is left."),
};

constexpr auto group = ConfigScope::group;
constexpr Row group_table[] = {
    Row(group, "consumer.assignment.interval.ms", integer, ms, "1000").at_least(0),
    Row(group, "consumer.heartbeat.interval.ms", integer, ms, "5000").at_least(1),
    Row(group, "consumer.session.timeout.ms", integer, ms, "45000").at_least(1),
    Row(group, "share.assignment.interval.ms", integer, ms, "1000").at_least(0),
    Row(group, "share.auto.offset.reset", string, none, "latest")
        .one_of("latest,earliest,by_duration:*"),
    Row(group, "share.delivery.count.limit", integer, none, "5").at_least(2),
    Row(group, "share.heartbeat.interval.ms", integer, ms, "5000").at_least(1),
    Row(group, "share.isolation.level", string, none, "read_uncommitted")
        .one_of("read_committed,read_uncommitted"),
    Row(group, "share.partition.max.record.locks", integer, none, "2000").at_least(100),
    Row(group, "share.record.lock.duration.ms", integer, ms, "30000").at_least(1000),
    Row(group, "share.renew.acknowledge.enable", boolean, none, "true"),
    Row(group, "share.session.timeout.ms", integer, ms, "45000").at_least(1),
    Row(group, "streams.assignment.interval.ms", integer, ms, "1000").at_least(0),
    Row(group, "streams.heartbeat.interval.ms", integer, ms, "5000").at_least(1),
    Row(group, "streams.initial.rebalance.delay.ms", integer, ms, "3000").at_least(0),
    Row(group, "streams.num.standby.replicas", integer, none, "0").at_least(0),
    Row(group, "streams.session.timeout.ms", integer, ms, "45000").at_least(1),
};

}  // namespace

std::span<const Row> topic_rows()
{
    return topic_table;
}
std::span<const Row> group_rows()
{
    return group_table;
}

}  // namespace gregor::config_table
