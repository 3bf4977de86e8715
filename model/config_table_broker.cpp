#include "model/config_table.h"

/// Settings of brokers and controllers. Sorted by name.
namespace gregor::config_table {
namespace {

using enum ConfigType;
using enum ConfigUnit;

constexpr auto broker = ConfigScope::broker;  // read when it starts
constexpr Whose per_broker{ConfigScope::broker, ConfigUpdate::per_broker};
constexpr Whose cluster_wide{ConfigScope::broker, ConfigUpdate::cluster_wide};
constexpr Row broker_table[] = {
    Row(broker, "add.partitions.to.txn.retry.backoff.max.ms", integer, ms, "100").at_least(0),
    Row(broker, "add.partitions.to.txn.retry.backoff.ms", integer, ms, "20").at_least(1),
    Row(broker, "advertised.listeners", list, none),
    Row(broker, "alter.config.policy.class.name", string, none),
    Row(broker, "alter.log.dirs.replication.quota.window.num", integer, none, "11").at_least(1),
    Row(broker, "alter.log.dirs.replication.quota.window.size.seconds", integer, seconds, "1")
        .at_least(1),
    Row(broker, "authorizer.class.name", string, none),
    Row(broker, "auto.create.topics.enable", boolean, none, "true")
        .would_mean("Whether asking for an unknown topic creates it."),
    Row(broker, "auto.leader.rebalance.enable", boolean, none, "true")
        .means("Whether the controller hands leadership back to preferred replicas."),
    Row(cluster_wide, "background.threads", integer, none, "10").at_least(1),
    Row(broker, "broker.heartbeat.interval.ms", integer, ms, "2000")
        .means("How often a broker tells the active controller that it lives."),
    Row(broker, "broker.id", integer, none, "-1"),
    Row(broker, "broker.rack", string, none),
    Row(broker, "broker.session.timeout.ms", integer, ms, "9000")
        .means("Silence after which the controller fences a broker."),
    Row(broker, "client.quota.callback.class", string, none),
    Row(cluster_wide, "compression.gzip.level", integer, none, "-1")
        .between(-1, 9)
        .one_of("-1,1,2,3,4,5,6,7,8,9"),
    Row(cluster_wide, "compression.lz4.level", integer, none, "9").between(1, 17),
    Row(cluster_wide, "compression.type", string, none, "producer")
        .one_of("uncompressed,zstd,lz4,snappy,gzip,producer")
        .means("Compression on disk, for topics that do not say."),
    Row(cluster_wide, "compression.zstd.level", integer, none, "3").between(-131072, 22),
    Row(cluster_wide, "config.providers", list, none),
    Row(broker, "connection.failed.authentication.delay.ms", integer, ms, "100").at_least(0),
    Row(broker, "connections.max.idle.ms", long_integer, ms, "600000"),
    Row(broker, "connections.max.reauth.ms", long_integer, ms, "0"),
    Row(broker, "controlled.shutdown.enable", boolean, none, "true")
        .means("Whether a stopping broker first hands its leaderships over."),
    Row(broker, "controller.listener.names", list, none),
    Row(broker, "controller.performance.always.log.threshold.ms", long_integer, ms, "2000")
        .at_least(0),
    Row(broker, "controller.performance.sample.period.ms", long_integer, ms, "60000").at_least(100),
    Row(broker, "controller.quorum.append.linger.ms", integer, ms, "25")
        .at_least(0)
        .means("How long the active controller gathers records before it appends them."),
    Row(broker, "controller.quorum.auto.join.enable", boolean, none, "false"),
    Row(broker, "controller.quorum.bootstrap.servers", list, none),
    Row(broker, "controller.quorum.election.backoff.max.ms", integer, ms, "1000")
        .at_least(0)
        .means("Longest random pause after a lost election."),
    Row(broker, "controller.quorum.election.timeout.ms", integer, ms, "1000")
        .at_least(0)
        .means("Base of the random wait for votes before a new election."),
    Row(broker, "controller.quorum.fetch.max.bytes", integer, bytes, "1048576").at_least(1),
    Row(broker, "controller.quorum.fetch.snapshot.max.bytes", integer, bytes, "1048576")
        .at_least(1),
    Row(broker, "controller.quorum.fetch.timeout.ms", integer, ms, "2000")
        .at_least(0)
        .means("Silence of the quorum leader after which a voter stands for election."),
    Row(broker, "controller.quorum.request.timeout.ms", integer, ms, "2000")
        .at_least(0)
        .means("How long a quorum request may stay unanswered."),
    Row(broker, "controller.quorum.retry.backoff.ms", integer, ms, "20")
        .at_least(0)
        .means("Pause before a failed quorum request is sent again."),
    Row(broker, "controller.quorum.voters", list, none),
    Row(broker, "controller.quota.window.num", integer, none, "11").at_least(1),
    Row(broker, "controller.quota.window.size.seconds", integer, seconds, "1").at_least(1),
    Row(broker, "controller.socket.timeout.ms", integer, ms, "30000"),
    Row(per_broker, "cordoned.log.dirs", list, none),
    Row(broker, "create.topic.policy.class.name", string, none),
    Row(broker, "default.replication.factor", integer, none, "1")
        .means("Replicas of a topic created without a number."),
    Row(broker, "delegation.token.expiry.check.interval.ms", long_integer, ms, "3600000")
        .at_least(1),
    Row(broker, "delegation.token.expiry.time.ms", long_integer, ms, "86400000").at_least(1),
    Row(broker, "delegation.token.max.lifetime.ms", long_integer, ms, "604800000").at_least(1),
    Row(broker, "delegation.token.secret.key", string, none),
    Row(broker, "delete.records.purgatory.purge.interval.requests", integer, none, "1"),
    Row(broker, "delete.topic.enable", boolean, none, "true"),
    Row(broker, "early.start.listeners", list, none),
    Row(broker, "fetch.max.bytes", integer, bytes, "57671680")
        .at_least(1024)
        .means("Bytes of one answer to any fetch, whatever the fetcher asks for."),
    Row(broker, "fetch.purgatory.purge.interval.requests", integer, none, "1000"),
    Row(cluster_wide, "follower.fetch.last.tiered.offset.enable", boolean, none, "false"),
    Row(cluster_wide, "group.consumer.assignment.interval.ms", integer, ms, "1000").at_least(0),
    Row(broker, "group.consumer.assignors", list, none, "uniform,range"),
    Row(broker, "group.consumer.heartbeat.interval.ms", integer, ms, "5000").at_least(1),
    Row(broker, "group.consumer.max.assignment.interval.ms", integer, ms, "15000").at_least(0),
    Row(broker, "group.consumer.max.heartbeat.interval.ms", integer, ms, "15000").at_least(1),
    Row(broker, "group.consumer.max.session.timeout.ms", integer, ms, "60000").at_least(1),
    Row(broker, "group.consumer.max.size", integer, none, "2147483647").at_least(1),
    Row(broker, "group.consumer.migration.policy", string, none, "bidirectional")
        .one_of("DISABLED,DOWNGRADE,UPGRADE,BIDIRECTIONAL")
        .in_any_case(),
    Row(broker, "group.consumer.min.assignment.interval.ms", integer, ms, "0").at_least(0),
    Row(broker, "group.consumer.min.heartbeat.interval.ms", integer, ms, "5000").at_least(1),
    Row(broker, "group.consumer.min.session.timeout.ms", integer, ms, "45000").at_least(1),
    Row(broker, "group.consumer.regex.refresh.interval.ms", integer, ms, "600000").at_least(10000),
    Row(broker, "group.consumer.session.timeout.ms", integer, ms, "45000").at_least(1),
    Row(broker, "group.coordinator.append.linger.ms", integer, ms, "-1").at_least(-1),
    Row(broker, "group.coordinator.background.threads", integer, none, "2").at_least(1),
    Row(cluster_wide, "group.coordinator.cached.buffer.max.bytes", integer, bytes, "1048588")
        .at_least(524288),
    Row(broker, "group.coordinator.rebalance.protocols", list, none, "classic,consumer,streams")
        .one_of("consumer,classic,share,streams"),
    Row(broker, "group.coordinator.threads", integer, none, "4").at_least(1),
    Row(broker, "group.initial.rebalance.delay.ms", integer, ms, "3000")
        .means("How long a new group waits for more members to join."),
    Row(broker, "group.max.session.timeout.ms", integer, ms, "1800000")
        .means("Longest session timeout a classic member may ask for."),
    Row(broker, "group.max.size", integer, none, "2147483647").at_least(1),
    Row(broker, "group.min.session.timeout.ms", integer, ms, "6000")
        .means("Shortest session timeout a classic member may ask for."),
    Row(cluster_wide, "group.share.assignment.interval.ms", integer, ms, "1000").at_least(0),
    Row(broker, "group.share.assignors", list, none, "simple"),
    Row(broker, "group.share.delivery.count.limit", integer, none, "5").between(2, 10),
    Row(broker, "group.share.heartbeat.interval.ms", integer, ms, "5000").at_least(1),
    Row(broker, "group.share.initialize.retry.interval.ms", integer, ms, "30000").at_least(1),
    Row(broker, "group.share.max.assignment.interval.ms", integer, ms, "15000").at_least(0),
    Row(broker, "group.share.max.delivery.count.limit", integer, none, "10").between(5, 25),
    Row(broker, "group.share.max.heartbeat.interval.ms", integer, ms, "15000").at_least(1),
    Row(broker, "group.share.max.partition.max.record.locks", integer, none, "4000")
        .between(2000, 10000),
    Row(broker, "group.share.max.record.lock.duration.ms", integer, ms, "60000")
        .between(30000, 3600000),
    Row(broker, "group.share.max.session.timeout.ms", integer, ms, "60000").at_least(1),
    Row(broker, "group.share.max.share.sessions", integer, none, "2000").at_least(1),
    Row(broker, "group.share.max.size", integer, none, "200").between(1, 1000),
    Row(broker, "group.share.min.assignment.interval.ms", integer, ms, "0").at_least(0),
    Row(broker, "group.share.min.delivery.count.limit", integer, none, "2").between(2, 5),
    Row(broker, "group.share.min.heartbeat.interval.ms", integer, ms, "5000").at_least(1),
    Row(broker, "group.share.min.partition.max.record.locks", integer, none, "100")
        .between(100, 2000),
    Row(broker, "group.share.min.record.lock.duration.ms", integer, ms, "15000")
        .between(1000, 30000),
    Row(broker, "group.share.min.session.timeout.ms", integer, ms, "45000").at_least(1),
    Row(broker, "group.share.partition.max.record.locks", integer, none, "2000")
        .between(100, 10000),
    Row(broker, "group.share.persister.class.name", string, none,
        "org.apache.kafka.server.share.persister.DefaultStatePersister"),
    Row(broker, "group.share.record.lock.duration.ms", integer, ms, "30000").between(1000, 3600000),
    Row(broker, "group.share.session.timeout.ms", integer, ms, "45000").at_least(1),
    Row(cluster_wide, "group.streams.assignment.interval.ms", integer, ms, "1000").at_least(0),
    Row(broker, "group.streams.heartbeat.interval.ms", integer, ms, "5000").at_least(1),
    Row(broker, "group.streams.initial.rebalance.delay.ms", integer, ms, "3000").at_least(0),
    Row(broker, "group.streams.max.assignment.interval.ms", integer, ms, "15000").at_least(0),
    Row(broker, "group.streams.max.heartbeat.interval.ms", integer, ms, "15000").at_least(1),
    Row(broker, "group.streams.max.session.timeout.ms", integer, ms, "60000").at_least(1),
    Row(broker, "group.streams.max.size", integer, none, "2147483647").at_least(1),
    Row(broker, "group.streams.max.standby.replicas", integer, none, "2").at_least(0),
    Row(broker, "group.streams.min.assignment.interval.ms", integer, ms, "0").at_least(0),
    Row(broker, "group.streams.min.heartbeat.interval.ms", integer, ms, "5000").at_least(1),
    Row(broker, "group.streams.min.session.timeout.ms", integer, ms, "45000").at_least(1),
    Row(broker, "group.streams.num.standby.replicas", integer, none, "0").at_least(0),
    Row(broker, "group.streams.session.timeout.ms", integer, ms, "45000").at_least(1),
    Row(broker, "initial.broker.registration.timeout.ms", integer, ms, "60000")
        .means("How long a starting broker tries to register before it gives up."),
    Row(broker, "inter.broker.listener.name", string, none),
    Row(broker, "internal.metadata.delete.delay.millis", long_integer, ms, "60000"),
    Row(broker, "internal.metadata.log.segment.bytes", integer, bytes),
    Row(broker, "internal.metadata.max.batch.size.in.bytes", integer, bytes, "8388608"),
    Row(broker, "kafka.metrics.polling.interval.secs", integer, seconds, "10").at_least(1),
    Row(broker, "kafka.metrics.reporters", list, none),
    Row(broker, "leader.imbalance.check.interval.seconds", long_integer, seconds, "300")
        .at_least(1)
        .means("How often it looks for partitions not led by their preferred replica."),
    Row(per_broker, "listener.security.protocol.map", string, none,
        "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT"),
    Row(per_broker, "listeners", list, none, "PLAINTEXT://:9092"),
    Row(cluster_wide, "log.cleaner.backoff.ms", long_integer, ms, "15000")
        .at_least(0)
        .means("How long a cleaner thread waits when no log is dirty enough."),
    Row(cluster_wide, "log.cleaner.dedupe.buffer.size", long_integer, bytes, "134217728")
        .means("Room for keys in one pass of the cleaner, 24 bytes each, of all threads together."),
    Row(cluster_wide, "log.cleaner.delete.retention.ms", long_integer, ms, "86400000")
        .at_least(0)
        .means("How long compaction keeps tombstones, for topics that do not say."),
    Row(broker, "log.cleaner.enable", boolean, none, "true")
        .means("Whether logs are compacted at all."),
    Row(cluster_wide, "log.cleaner.io.buffer.load.factor", real, none, "0.9")
        .means("How full the dedupe buffer may get."),
    Row(cluster_wide, "log.cleaner.io.buffer.size", integer, bytes, "524288").at_least(0),
    Row(cluster_wide, "log.cleaner.io.max.bytes.per.second", real, bytes, "1.7976931348623157e+308")
        .means("What a cleaner thread may read and write in a second."),
    Row(cluster_wide, "log.cleaner.max.compaction.lag.ms", long_integer, ms, "9223372036854775807")
        .at_least(1)
        .means("Age at which records are compacted, for topics that do not say."),
    Row(cluster_wide, "log.cleaner.min.cleanable.ratio", real, none, "0.5")
        .between(0, 1'000'000)
        .means("Share of dirty bytes to compact at, for topics that do not say."),
    Row(cluster_wide, "log.cleaner.min.compaction.lag.ms", long_integer, ms, "0")
        .at_least(0)
        .means("Age before which records stay, for topics that do not say."),
    Row(cluster_wide, "log.cleaner.threads", integer, none, "1")
        .at_least(0)
        .means("Threads that compact logs."),
    Row(cluster_wide, "log.cleanup.policy", list, none, "delete")
        .one_of("compact,delete")
        .means("Delete, compact or both, for topics that do not say."),
    Row(broker, "log.dir", list, none, "/tmp/kafka-logs"),
    Row(broker, "log.dir.failure.timeout.ms", long_integer, ms, "30000").at_least(1),
    Row(broker, "log.dirs", list, none),
    Row(cluster_wide, "log.flush.interval.messages", long_integer, none, "9223372036854775807")
        .at_least(1)
        .means("Records after which a log is flushed."),
    Row(cluster_wide, "log.flush.interval.ms", long_integer, ms)
        .means("Age of unflushed records after which a log is flushed."),
    Row(broker, "log.flush.offset.checkpoint.interval.ms", integer, ms, "60000")
        .at_least(0)
        .means("How often recovery points and log starts are written to disk."),
    Row(broker, "log.flush.scheduler.interval.ms", long_integer, ms, "9223372036854775807")
        .means("What log.flush.interval.ms is when that is not set."),
    Row(broker, "log.flush.start.offset.checkpoint.interval.ms", integer, ms, "60000").at_least(0),
    Row(cluster_wide, "log.index.interval.bytes", integer, bytes, "4096")
        .at_least(0)
        .means("Bytes between index entries, for topics that do not say."),
    Row(cluster_wide, "log.index.size.max.bytes", integer, bytes, "10485760")
        .at_least(4)
        .means("Size of an index that closes a segment, for topics that do not say."),
    Row(broker, "log.initial.task.delay.ms", long_integer, ms, "30000")
        .at_least(0)
        .means("How long after its start a broker looks after its logs for the first time."),
    Row(cluster_wide, "log.local.retention.bytes", long_integer, bytes, "-2").at_least(-2),
    Row(cluster_wide, "log.local.retention.ms", long_integer, ms, "-2").at_least(-2),
    Row(cluster_wide, "log.message.timestamp.after.max.ms", long_integer, ms, "3600000")
        .at_least(0)
        .means("How far timestamps may lie ahead, for topics that do not say."),
    Row(cluster_wide, "log.message.timestamp.before.max.ms", long_integer, ms,
        "9223372036854775807")
        .at_least(0)
        .means("How far timestamps may lie behind, for topics that do not say."),
    Row(cluster_wide, "log.message.timestamp.type", string, none, "CreateTime")
        .one_of("CreateTime,LogAppendTime")
        .means("Whose clock stamps records, for topics that do not say."),
    Row(cluster_wide, "log.preallocate", boolean, none, "false"),
    Row(cluster_wide, "log.retention.bytes", long_integer, bytes, "-1")
        .means("Size above which old segments go, for topics that do not say."),
    Row(broker, "log.retention.check.interval.ms", long_integer, ms, "300000")
        .at_least(1)
        .means("How often segments are looked at for deletion."),
    Row(broker, "log.retention.hours", integer, hours, "168")
        .means("log.retention.ms in hours; counts when neither it nor the minutes are set."),
    Row(broker, "log.retention.minutes", integer, minutes)
        .means("log.retention.ms in minutes; counts when that is not set."),
    Row(cluster_wide, "log.retention.ms", long_integer, ms)
        .means("Age at which old segments go, for topics that do not say."),
    Row(broker, "log.roll.hours", integer, hours, "168")
        .at_least(1)
        .means("log.roll.ms in hours; counts when that is not set."),
    Row(broker, "log.roll.jitter.hours", integer, hours, "0")
        .at_least(0)
        .means("log.roll.jitter.ms in hours; counts when that is not set."),
    Row(cluster_wide, "log.roll.jitter.ms", long_integer, ms)
        .means("Most that a segment is closed early, for topics that do not say."),
    Row(cluster_wide, "log.roll.ms", long_integer, ms)
        .means("Age at which a segment is closed, for topics that do not say."),
    Row(cluster_wide, "log.segment.bytes", integer, bytes, "1073741824")
        .at_least(1048576)
        .means("Size at which a segment is closed, for topics that do not say."),
    Row(cluster_wide, "log.segment.delete.delay.ms", long_integer, ms, "60000")
        .at_least(0)
        .means("How long deleted files stay, for topics that do not say."),
    Row(cluster_wide, "max.connection.creation.rate", integer, none, "2147483647").at_least(0),
    Row(cluster_wide, "max.connections", integer, none, "2147483647").at_least(0),
    Row(cluster_wide, "max.connections.per.ip", integer, none, "2147483647").at_least(0),
    Row(cluster_wide, "max.connections.per.ip.overrides", string, none),
    Row(broker, "max.incremental.fetch.session.cache.slots", integer, none, "1000")
        .at_least(0)
        .would_mean("Fetch sessions a broker remembers."),
    Row(broker, "max.request.partition.size.limit", integer, none, "2000").at_least(1),
    Row(cluster_wide, "message.max.bytes", integer, bytes, "1048588")
        .at_least(0)
        .means("Largest batch a broker takes, for topics that do not say."),
    Row(broker, "metadata.log.dir", string, none),
    Row(broker, "metadata.log.max.record.bytes.between.snapshots", long_integer, bytes, "20971520")
        .at_least(1),
    Row(broker, "metadata.log.max.snapshot.interval.ms", long_integer, ms, "3600000").at_least(0),
    Row(broker, "metadata.log.segment.bytes", integer, bytes, "1073741824").at_least(8388608),
    Row(broker, "metadata.log.segment.ms", long_integer, ms, "604800000"),
    Row(broker, "metadata.max.idle.interval.ms", integer, ms, "500")
        .at_least(0)
        .means("How often an idle active controller writes a no-op record; 0 never."),
    Row(broker, "metadata.max.retention.bytes", long_integer, bytes, "104857600"),
    Row(broker, "metadata.max.retention.ms", long_integer, ms, "604800000"),
    Row(cluster_wide, "metric.reporters", list, none,
        "org.apache.kafka.common.metrics.JmxReporter"),
    Row(broker, "metrics.num.samples", integer, none, "2").at_least(1),
    Row(broker, "metrics.recording.level", string, none, "INFO"),
    Row(broker, "metrics.sample.window.ms", long_integer, ms, "30000").at_least(1),
    Row(cluster_wide, "min.insync.replicas", integer, none, "1")
        .at_least(1)
        .means("Size of the ISR below which acks=all is refused, for topics that do not say."),
    Row(broker, "node.id", integer, none).at_least(0),
    Row(cluster_wide, "num.io.threads", integer, none, "8").at_least(1),
    Row(cluster_wide, "num.network.threads", integer, none, "3").at_least(1),
    Row(broker, "num.partitions", integer, none, "1")
        .at_least(1)
        .means("Partitions of a topic created without a number."),
    Row(cluster_wide, "num.recovery.threads.per.data.dir", integer, none, "2")
        .at_least(1)
        .means("Logs that are scanned at once after an unclean end."),
    Row(broker, "num.replica.alter.log.dirs.threads", integer, none),
    Row(cluster_wide, "num.replica.fetchers", integer, none, "1")
        .at_least(1)
        .means("Fetcher threads a follower runs for each leader broker."),
    Row(broker, "offset.metadata.max.bytes", integer, bytes, "4096"),
    Row(broker, "offsets.commit.timeout.ms", integer, ms, "5000")
        .at_least(1)
        .means("How long an offset commit may wait for its replicas."),
    Row(broker, "offsets.load.buffer.size", integer, bytes, "5242880").at_least(1),
    Row(broker, "offsets.retention.check.interval.ms", long_integer, ms, "600000")
        .at_least(1)
        .means("How often the coordinator looks for expired offsets."),
    Row(broker, "offsets.retention.minutes", integer, minutes, "10080")
        .at_least(1)
        .means("How long committed offsets stay after a group is empty."),
    Row(broker, "offsets.topic.compression.codec", integer, none, "0"),
    Row(broker, "offsets.topic.num.partitions", integer, none, "50")
        .at_least(1)
        .means("Partitions of the topic that keeps committed offsets."),
    Row(broker, "offsets.topic.replication.factor", integer, none, "3")
        .between(1, 32767)
        .means("Replicas of the topic that keeps committed offsets."),
    Row(broker, "offsets.topic.segment.bytes", integer, bytes, "104857600").at_least(1),
    Row(per_broker, "principal.builder.class", string, none,
        "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder"),
    Row(broker, "process.roles", list, none).one_of("broker,controller"),
    Row(broker, "producer.id.expiration.check.interval.ms", integer, ms, "600000").at_least(1),
    Row(cluster_wide, "producer.id.expiration.ms", integer, ms, "86400000")
        .at_least(1)
        .means("How long a partition remembers an idle producer."),
    Row(broker, "producer.purgatory.purge.interval.requests", integer, none, "1000"),
    Row(broker, "queued.max.request.bytes", long_integer, bytes, "-1"),
    Row(broker, "queued.max.requests", integer, none, "500").at_least(1),
    Row(broker, "quota.window.num", integer, none, "11").at_least(1),
    Row(broker, "quota.window.size.seconds", integer, seconds, "1").at_least(1),
    Row(cluster_wide, "remote.fetch.max.wait.ms", integer, ms, "500").at_least(1),
    Row(cluster_wide, "remote.list.offsets.request.timeout.ms", long_integer, ms, "30000")
        .at_least(1),
    Row(cluster_wide, "remote.log.index.file.cache.total.size.bytes", long_integer, bytes,
        "1073741824")
        .at_least(1),
    Row(broker, "remote.log.index.file.cache.ttl.ms", long_integer, ms, "900000").at_least(-1),
    Row(cluster_wide, "remote.log.manager.copier.thread.pool.size", integer, none, "10")
        .at_least(1),
    Row(cluster_wide, "remote.log.manager.copy.max.bytes.per.second", long_integer, bytes,
        "9223372036854775807")
        .at_least(1),
    Row(broker, "remote.log.manager.copy.quota.window.num", integer, none, "11").at_least(1),
    Row(broker, "remote.log.manager.copy.quota.window.size.seconds", integer, seconds, "1")
        .at_least(1),
    Row(cluster_wide, "remote.log.manager.expiration.thread.pool.size", integer, none, "10")
        .at_least(1),
    Row(cluster_wide, "remote.log.manager.fetch.max.bytes.per.second", long_integer, bytes,
        "9223372036854775807")
        .at_least(1),
    Row(broker, "remote.log.manager.fetch.quota.window.num", integer, none, "11").at_least(1),
    Row(broker, "remote.log.manager.fetch.quota.window.size.seconds", integer, seconds, "1")
        .at_least(1),
    Row(cluster_wide, "remote.log.manager.follower.thread.pool.size", integer, none, "2")
        .at_least(1),
    Row(broker, "remote.log.manager.task.interval.ms", long_integer, ms, "30000").at_least(1),
    Row(broker, "remote.log.manager.task.retry.backoff.max.ms", long_integer, ms, "30000")
        .at_least(1),
    Row(broker, "remote.log.manager.task.retry.backoff.ms", long_integer, ms, "500").at_least(1),
    Row(broker, "remote.log.manager.task.retry.jitter", real, none, "0.2").between(0, 500'000),
    Row(broker, "remote.log.manager.thread.pool.size", integer, none, "2").at_least(1),
    Row(broker, "remote.log.metadata.custom.metadata.max.bytes", integer, bytes, "128").at_least(0),
    Row(broker, "remote.log.metadata.manager.class.name", string, none,
        "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager")
        .one_of("?*"),
    Row(broker, "remote.log.metadata.manager.class.path", string, none),
    Row(broker, "remote.log.metadata.manager.impl.prefix", string, none, "rlmm.config.")
        .one_of("?*"),
    Row(broker, "remote.log.metadata.manager.listener.name", string, none).one_of("?*"),
    Row(broker, "remote.log.reader.max.pending.tasks", integer, none, "100").at_least(1),
    Row(cluster_wide, "remote.log.reader.threads", integer, none, "10").at_least(1),
    Row(broker, "remote.log.storage.manager.class.name", string, none).one_of("?*"),
    Row(broker, "remote.log.storage.manager.class.path", string, none),
    Row(broker, "remote.log.storage.manager.impl.prefix", string, none, "rsm.config.").one_of("?*"),
    Row(broker, "remote.log.storage.system.enable", boolean, none, "false"),
    Row(broker, "replica.fetch.backoff.ms", integer, ms, "1000")
        .at_least(0)
        .means("Pause of a fetcher after an error."),
    Row(broker, "replica.fetch.max.bytes", integer, bytes, "1048576")
        .at_least(0)
        .means("Bytes a follower asks for in one partition; a larger first batch still comes."),
    Row(broker, "replica.fetch.min.bytes", integer, bytes, "1")
        .means("Bytes a leader waits for before it answers a follower's fetch."),
    Row(broker, "replica.fetch.response.max.bytes", integer, bytes, "10485760")
        .at_least(0)
        .means("Bytes of one whole answer to a follower."),
    Row(broker, "replica.fetch.wait.max.ms", integer, ms, "500")
        .means("Longest time a leader holds a follower's empty fetch."),
    Row(broker, "replica.high.watermark.checkpoint.interval.ms", long_integer, ms, "5000")
        .means("How often high watermarks are written to disk."),
    Row(broker, "replica.lag.max.messages", long_integer, none, "4000"),
    Row(broker, "replica.lag.time.max.ms", long_integer, ms, "30000")
        .means("How long a follower may go without catching up before it leaves the ISR."),
    Row(broker, "replica.selector.class", string, none),
    Row(broker, "replica.socket.receive.buffer.bytes", integer, bytes, "65536"),
    Row(broker, "replica.socket.timeout.ms", integer, ms, "30000")
        .means("How long a follower waits for an answer before it gives the connection up."),
    Row(broker, "replication.quota.window.num", integer, none, "11").at_least(1),
    Row(broker, "replication.quota.window.size.seconds", integer, seconds, "1").at_least(1),
    Row(broker, "request.timeout.ms", integer, ms, "30000"),
    Row(broker, "sasl.client.callback.handler.class", string, none),
    Row(per_broker, "sasl.enabled.mechanisms", list, none, "GSSAPI"),
    Row(per_broker, "sasl.jaas.config", string, none),
    Row(per_broker, "sasl.kerberos.kinit.cmd", string, none, "/usr/bin/kinit"),
    Row(per_broker, "sasl.kerberos.min.time.before.relogin", long_integer, none, "60000"),
    Row(per_broker, "sasl.kerberos.principal.to.local.rules", list, none, "DEFAULT"),
    Row(per_broker, "sasl.kerberos.service.name", string, none),
    Row(per_broker, "sasl.kerberos.ticket.renew.jitter", real, none, "0.05"),
    Row(per_broker, "sasl.kerberos.ticket.renew.window.factor", real, none, "0.8"),
    Row(broker, "sasl.login.callback.handler.class", string, none),
    Row(broker, "sasl.login.class", string, none),
    Row(broker, "sasl.login.connect.timeout.ms", integer, ms),
    Row(broker, "sasl.login.read.timeout.ms", integer, ms),
    Row(per_broker, "sasl.login.refresh.buffer.seconds", integer, seconds, "300")
        .between(-32768, 32767),
    Row(per_broker, "sasl.login.refresh.min.period.seconds", integer, seconds, "60")
        .between(-32768, 32767),
    Row(per_broker, "sasl.login.refresh.window.factor", real, none, "0.8"),
    Row(per_broker, "sasl.login.refresh.window.jitter", real, none, "0.05"),
    Row(broker, "sasl.login.retry.backoff.max.ms", long_integer, ms, "10000"),
    Row(broker, "sasl.login.retry.backoff.ms", long_integer, ms, "100"),
    Row(broker, "sasl.mechanism.controller.protocol", string, none, "GSSAPI"),
    Row(per_broker, "sasl.mechanism.inter.broker.protocol", string, none, "GSSAPI"),
    Row(broker, "sasl.oauthbearer.assertion.algorithm", string, none, "RS256")
        .one_of("ES256,RS256")
        .in_any_case(),
    Row(broker, "sasl.oauthbearer.assertion.claim.aud", string, none),
    Row(broker, "sasl.oauthbearer.assertion.claim.exp.seconds", integer, seconds, "300")
        .between(0, 86400),
    Row(broker, "sasl.oauthbearer.assertion.claim.iss", string, none),
    Row(broker, "sasl.oauthbearer.assertion.claim.jti.include", boolean, none, "false"),
    Row(broker, "sasl.oauthbearer.assertion.claim.nbf.seconds", integer, seconds, "60")
        .between(0, 3600),
    Row(broker, "sasl.oauthbearer.assertion.claim.sub", string, none),
    Row(broker, "sasl.oauthbearer.assertion.file", string, none),
    Row(broker, "sasl.oauthbearer.assertion.private.key.file", string, none),
    Row(broker, "sasl.oauthbearer.assertion.private.key.passphrase", string, none),
    Row(broker, "sasl.oauthbearer.assertion.template.file", string, none),
    Row(broker, "sasl.oauthbearer.client.credentials.client.id", string, none),
    Row(broker, "sasl.oauthbearer.client.credentials.client.secret", string, none),
    Row(broker, "sasl.oauthbearer.clock.skew.seconds", integer, seconds, "30"),
    Row(broker, "sasl.oauthbearer.expected.audience", list, none),
    Row(broker, "sasl.oauthbearer.expected.issuer", string, none),
    Row(broker, "sasl.oauthbearer.jwks.endpoint.refresh.ms", long_integer, ms, "3600000"),
    Row(broker, "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", long_integer, ms, "10000"),
    Row(broker, "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", long_integer, ms, "100"),
    Row(broker, "sasl.oauthbearer.jwks.endpoint.url", string, none),
    Row(broker, "sasl.oauthbearer.jwt.retriever.class", string, none,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever"),
    Row(broker, "sasl.oauthbearer.jwt.validator.class", string, none,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator"),
    Row(broker, "sasl.oauthbearer.scope", string, none),
    Row(broker, "sasl.oauthbearer.scope.claim.name", string, none, "scope"),
    Row(broker, "sasl.oauthbearer.sub.claim.name", string, none, "sub"),
    Row(broker, "sasl.oauthbearer.token.endpoint.url", string, none),
    Row(broker, "sasl.server.callback.handler.class", string, none),
    Row(broker, "sasl.server.max.receive.size", integer, bytes, "524288"),
    Row(broker, "security.inter.broker.protocol", string, none, "PLAINTEXT")
        .one_of("PLAINTEXT,SSL,SASL_PLAINTEXT,SASL_SSL"),
    Row(broker, "security.providers", string, none),
    Row(broker, "server.max.startup.time.ms", long_integer, ms, "9223372036854775807").at_least(0),
    Row(broker, "share.coordinator.append.linger.ms", integer, ms, "-1").at_least(-1),
    Row(cluster_wide, "share.coordinator.cached.buffer.max.bytes", integer, bytes, "1048588")
        .at_least(524288),
    Row(broker, "share.coordinator.cold.partition.snapshot.interval.ms", integer, ms, "300000")
        .at_least(1),
    Row(broker, "share.coordinator.load.buffer.size", integer, bytes, "5242880").at_least(1),
    Row(broker, "share.coordinator.snapshot.update.records.per.snapshot", integer, none, "500")
        .between(0, 500),
    Row(broker, "share.coordinator.state.topic.compression.codec", integer, none, "0"),
    Row(broker, "share.coordinator.state.topic.min.isr", integer, none, "2").between(1, 32767),
    Row(broker, "share.coordinator.state.topic.num.partitions", integer, none, "50").at_least(1),
    Row(broker, "share.coordinator.state.topic.prune.interval.ms", integer, ms, "300000")
        .at_least(1),
    Row(broker, "share.coordinator.state.topic.replication.factor", integer, none, "3")
        .between(1, 32767),
    Row(broker, "share.coordinator.state.topic.segment.bytes", integer, bytes, "104857600")
        .at_least(1),
    Row(broker, "share.coordinator.threads", integer, none, "1").at_least(1),
    Row(broker, "share.coordinator.write.timeout.ms", integer, ms, "5000").at_least(1),
    Row(broker, "share.fetch.purgatory.purge.interval.requests", integer, none, "1000"),
    Row(broker, "socket.connection.setup.timeout.max.ms", long_integer, ms, "30000"),
    Row(broker, "socket.connection.setup.timeout.ms", long_integer, ms, "10000"),
    Row(broker, "socket.listen.backlog.size", integer, none, "50").at_least(1),
    Row(broker, "socket.receive.buffer.bytes", integer, bytes, "102400"),
    Row(broker, "socket.request.max.bytes", integer, bytes, "104857600").at_least(1),
    Row(broker, "socket.send.buffer.bytes", integer, bytes, "102400"),
    Row(broker, "ssl.allow.dn.changes", boolean, none, "false"),
    Row(broker, "ssl.allow.san.changes", boolean, none, "false"),
    Row(per_broker, "ssl.cipher.suites", list, none),
    Row(per_broker, "ssl.client.auth", string, none, "none").one_of("required,requested,none"),
    Row(per_broker, "ssl.enabled.protocols", list, none, "TLSv1.2,TLSv1.3"),
    Row(per_broker, "ssl.endpoint.identification.algorithm", string, none, "https"),
    Row(per_broker, "ssl.engine.factory.class", string, none),
    Row(per_broker, "ssl.key.password", string, none),
    Row(per_broker, "ssl.keymanager.algorithm", string, none, "SunX509"),
    Row(per_broker, "ssl.keystore.certificate.chain", string, none),
    Row(per_broker, "ssl.keystore.key", string, none),
    Row(per_broker, "ssl.keystore.location", string, none),
    Row(per_broker, "ssl.keystore.password", string, none),
    Row(per_broker, "ssl.keystore.type", string, none, "JKS"),
    Row(broker, "ssl.principal.mapping.rules", string, none, "DEFAULT"),
    Row(per_broker, "ssl.protocol", string, none, "TLSv1.3"),
    Row(per_broker, "ssl.provider", string, none),
    Row(per_broker, "ssl.secure.random.implementation", string, none),
    Row(per_broker, "ssl.trustmanager.algorithm", string, none, "PKIX"),
    Row(per_broker, "ssl.truststore.certificates", string, none),
    Row(per_broker, "ssl.truststore.location", string, none),
    Row(per_broker, "ssl.truststore.password", string, none),
    Row(per_broker, "ssl.truststore.type", string, none, "JKS"),
    Row(broker, "telemetry.max.bytes", integer, bytes, "1048576").at_least(1),
    Row(broker, "transaction.abort.timed.out.transaction.cleanup.interval.ms", integer, ms, "10000")
        .at_least(1)
        .means("How often the coordinator looks for transactions older than their timeout."),
    Row(broker, "transaction.max.timeout.ms", integer, ms, "900000")
        .at_least(1)
        .means("Longest transaction timeout a producer may ask for."),
    Row(cluster_wide, "transaction.partition.verification.enable", boolean, none, "true")
        .means("Whether a leader asks the coordinator before a transaction begins in a log."),
    Row(broker, "transaction.remove.expired.transaction.cleanup.interval.ms", integer, ms,
        "3600000")
        .at_least(1)
        .means("How often the coordinator forgets ids that had no transaction for long."),
    Row(broker, "transaction.state.log.load.buffer.size", integer, bytes, "5242880").at_least(1),
    Row(broker, "transaction.state.log.min.isr", integer, none, "2")
        .at_least(1)
        .means("min.insync.replicas of __transaction_state."),
    Row(broker, "transaction.state.log.num.partitions", integer, none, "50")
        .at_least(1)
        .means("Partitions of __transaction_state."),
    Row(broker, "transaction.state.log.replication.factor", integer, none, "3")
        .between(1, 32767)
        .means("Replicas of __transaction_state."),
    Row(broker, "transaction.state.log.segment.bytes", integer, bytes, "104857600")
        .at_least(1)
        .means("segment.bytes of __transaction_state."),
    Row(broker, "transaction.two.phase.commit.enable", boolean, none, "false"),
    Row(broker, "transactional.id.expiration.ms", integer, ms, "604800000")
        .at_least(1)
        .means("After how long without a transaction the coordinator forgets an id."),
    Row(cluster_wide, "unclean.leader.election.enable", boolean, none, "false")
        .means("Whether a replica outside the ISR may lead, for topics that do not say."),
    Row(broker, "unclean.leader.election.interval.ms", long_integer, ms, "300000").at_least(1),
    Row(broker, "unstable.api.versions.enable", boolean, none, "false"),
    Row(broker, "unstable.feature.versions.enable", boolean, none, "false"),
    Row(broker, "zookeeper.session.timeout.ms", integer, ms, "18000"),
};

}  // namespace

std::span<const Row> broker_rows()
{
    return broker_table;
}

}  // namespace gregor::config_table
