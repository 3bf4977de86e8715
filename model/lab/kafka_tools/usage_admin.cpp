#include "model/lab/kafka_tools/usage.h"

/// What the tools say of themselves: Kafka 4.3.1, one text a tool. Spaces at the ends of lines are
/// added when it is printed.
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view topics_table =
    R"(Option                                   Description
------                                   -----------
--alter                                  Alter the number of partitions and
                                           replica assignment. (To alter topic
                                           configurations, the kafka-configs
                                           tool can be used.)
--at-min-isr-partitions                  If set when describing topics, only
                                           show partitions whose isr count is
                                           equal to the configured minimum.
--bootstrap-server <String: server to    REQUIRED: The Kafka server to connect
  connect to>                              to.
--command-config <String: command        Property file containing configs to be
  config property file>                    passed to Admin Client.
--config <String: name=value>            A topic configuration override for the
                                           topic being created. The following
                                           is a list of valid configurations:
                                         	cleanup.policy
                                         	compression.gzip.level
                                         	compression.lz4.level
                                         	compression.type
                                         	compression.zstd.level
                                         	delete.retention.ms
                                         	file.delete.delay.ms
                                         	flush.messages
                                         	flush.ms
                                         	follower.replication.throttled.
                                           replicas
                                         	index.interval.bytes
                                         	leader.replication.throttled.replicas
                                         	local.retention.bytes
                                         	local.retention.ms
                                         	max.compaction.lag.ms
                                         	max.message.bytes
                                         	message.timestamp.after.max.ms
                                         	message.timestamp.before.max.ms
                                         	message.timestamp.type
                                         	min.cleanable.dirty.ratio
                                         	min.compaction.lag.ms
                                         	min.insync.replicas
                                         	preallocate
                                         	remote.log.copy.disable
                                         	remote.log.delete.on.disable
                                         	remote.storage.enable
                                         	retention.bytes
                                         	retention.ms
                                         	segment.bytes
                                         	segment.index.bytes
                                         	segment.jitter.ms
                                         	segment.ms
                                         	unclean.leader.election.enable
                                         See the Kafka documentation for full
                                           details on the topic configs. It is
                                           supported only in combination with --
                                           create. (To alter topic
                                           configurations, the kafka-configs
                                           tool can be used.)
--create                                 Create a new topic.
--delete                                 Delete a topic.
--delete-config <String: name>           This option is no longer supported and
                                           has been deprecated since 4.0
--describe                               List details for the given topics.
--exclude-internal                       Exclude internal topics when listing
                                           or describing topics. By default,
                                           the internal topics are included.
--help                                   Print usage information.
--if-exists                              If set when altering or deleting or
                                           describing topics, the action will
                                           only execute if the topic exists.
--if-not-exists                          If set when creating topics, the
                                           create request will not fail if the
                                           topic already exists, but the
                                           request will still be sent.
--list                                   List all available topics.
--partition-size-limit-per-response      The maximum partition size to be
  <Integer: maximum number of              included in one
  partitions per response>                 DescribeTopicPartitions response.
--partitions <Integer: # of partitions>  The number of partitions for the topic
                                           being created or altered. If not
                                           supplied with --create, the topic
                                           uses the cluster default. (WARNING:
                                           If partitions are increased for a
                                           topic that has a key, the partition
                                           logic or ordering of the messages
                                           will be affected).
--replica-assignment <String:            A list of manual partition-to-broker
  broker_id_for_part1_replica1 :           assignments for the topic being
  broker_id_for_part1_replica2 ,           created or altered.
  broker_id_for_part2_replica1 :
  broker_id_for_part2_replica2 , ...>
--replication-factor <Integer:           The replication factor for each
  replication factor>                      partition in the topic being
                                           created. If not supplied, the topic
                                           uses the cluster default.
--topic <String: topic>                  The topic to create, alter, describe
                                           or delete. It also accepts a regular
                                           expression, except for --create
                                           option.
--topic-id <String: topic-id>            The topic-id to describe.
--topics-with-overrides                  If set when describing topics, only
                                           show topics that have overridden
                                           configs.
--unavailable-partitions                 If set when describing topics, only
                                           show partitions whose leader is not
                                           available.
--under-min-isr-partitions               If set when describing topics, only
                                           show partitions whose isr count is
                                           less than the configured minimum.
--under-replicated-partitions            If set when describing topics, only
                                           show under-replicated partitions.
--version                                Display Kafka version.
)";

constexpr std::string_view configs_table =
    R"(Option                                 Description
------                                 -----------
--add-config <String>                  Key Value pairs of configs to add.
                                         Square brackets can be used to group
                                         values which contain commas: 'k1=v1,
                                         k2=[v1,v2,v2],k3=v3'. The following
                                         is a list of valid configurations:
                                         For entity-type 'topics':
                                       	cleanup.policy
                                       	compression.gzip.level
                                       	compression.lz4.level
                                       	compression.type
                                       	compression.zstd.level
                                       	delete.retention.ms
                                       	file.delete.delay.ms
                                       	flush.messages
                                       	flush.ms
                                       	follower.replication.throttled.
                                         replicas
                                       	index.interval.bytes
                                       	leader.replication.throttled.replicas
                                       	local.retention.bytes
                                       	local.retention.ms
                                       	max.compaction.lag.ms
                                       	max.message.bytes
                                       	message.timestamp.after.max.ms
                                       	message.timestamp.before.max.ms
                                       	message.timestamp.type
                                       	min.cleanable.dirty.ratio
                                       	min.compaction.lag.ms
                                       	min.insync.replicas
                                       	preallocate
                                       	remote.log.copy.disable
                                       	remote.log.delete.on.disable
                                       	remote.storage.enable
                                       	retention.bytes
                                       	retention.ms
                                       	segment.bytes
                                       	segment.index.bytes
                                       	segment.jitter.ms
                                       	segment.ms
                                       	unclean.leader.election.enable
                                       For entity-type 'brokers':
                                       	background.threads
                                       	compression.gzip.level
                                       	compression.lz4.level
                                       	compression.type
                                       	compression.zstd.level
                                       	config.providers
                                       	cordoned.log.dirs
                                       	follower.fetch.last.tiered.offset.
                                         enable
                                       	follower.replication.throttled.rate
                                       	group.consumer.assignment.interval.ms
                                       	group.coordinator.cached.buffer.max.
                                         bytes
                                       	group.share.assignment.interval.ms
                                       	group.streams.assignment.interval.ms
                                       	leader.replication.throttled.rate
                                       	listener.security.protocol.map
                                       	listeners
                                       	log.cleaner.backoff.ms
                                       	log.cleaner.dedupe.buffer.size
                                       	log.cleaner.delete.retention.ms
                                       	log.cleaner.io.buffer.load.factor
                                       	log.cleaner.io.buffer.size
                                       	log.cleaner.io.max.bytes.per.second
                                       	log.cleaner.max.compaction.lag.ms
                                       	log.cleaner.min.cleanable.ratio
                                       	log.cleaner.min.compaction.lag.ms
                                       	log.cleaner.threads
                                       	log.cleanup.policy
                                       	log.flush.interval.messages
                                       	log.flush.interval.ms
                                       	log.index.interval.bytes
                                       	log.index.size.max.bytes
                                       	log.local.retention.bytes
                                       	log.local.retention.ms
                                       	log.message.timestamp.after.max.ms
                                       	log.message.timestamp.before.max.ms
                                       	log.message.timestamp.type
                                       	log.preallocate
                                       	log.retention.bytes
                                       	log.retention.ms
                                       	log.roll.jitter.ms
                                       	log.roll.ms
                                       	log.segment.bytes
                                       	log.segment.delete.delay.ms
                                       	max.connection.creation.rate
                                       	max.connections
                                       	max.connections.per.ip
                                       	max.connections.per.ip.overrides
                                       	message.max.bytes
                                       	metric.reporters
                                       	min.insync.replicas
                                       	num.io.threads
                                       	num.network.threads
                                       	num.recovery.threads.per.data.dir
                                       	num.replica.fetchers
                                       	principal.builder.class
                                       	producer.id.expiration.ms
                                       	remote.fetch.max.wait.ms
                                       	remote.list.offsets.request.timeout.ms
                                       	remote.log.index.file.cache.total.
                                         size.bytes
                                       	remote.log.manager.copier.thread.pool.
                                         size
                                       	remote.log.manager.copy.max.bytes.per.
                                         second
                                       	remote.log.manager.expiration.thread.
                                         pool.size
                                       	remote.log.manager.fetch.max.bytes.
                                         per.second
                                       	remote.log.manager.follower.thread.
                                         pool.size
                                       	remote.log.reader.threads
                                       	replica.alter.log.dirs.io.max.bytes.
                                         per.second
                                       	sasl.enabled.mechanisms
                                       	sasl.jaas.config
                                       	sasl.kerberos.kinit.cmd
                                       	sasl.kerberos.min.time.before.relogin
                                       	sasl.kerberos.principal.to.local.rules
                                       	sasl.kerberos.service.name
                                       	sasl.kerberos.ticket.renew.jitter
                                       	sasl.kerberos.ticket.renew.window.
                                         factor
                                       	sasl.login.refresh.buffer.seconds
                                       	sasl.login.refresh.min.period.seconds
                                       	sasl.login.refresh.window.factor
                                       	sasl.login.refresh.window.jitter
                                       	sasl.mechanism.inter.broker.protocol
                                       	share.coordinator.cached.buffer.max.
                                         bytes
                                       	ssl.cipher.suites
                                       	ssl.client.auth
                                       	ssl.enabled.protocols
                                       	ssl.endpoint.identification.algorithm
                                       	ssl.engine.factory.class
                                       	ssl.key.password
                                       	ssl.keymanager.algorithm
                                       	ssl.keystore.certificate.chain
                                       	ssl.keystore.key
                                       	ssl.keystore.location
                                       	ssl.keystore.password
                                       	ssl.keystore.type
                                       	ssl.protocol
                                       	ssl.provider
                                       	ssl.secure.random.implementation
                                       	ssl.trustmanager.algorithm
                                       	ssl.truststore.certificates
                                       	ssl.truststore.location
                                       	ssl.truststore.password
                                       	ssl.truststore.type
                                       	transaction.partition.verification.
                                         enable
                                       	unclean.leader.election.enable
                                       For entity-type 'users':
                                       	SCRAM-SHA-256
                                       	SCRAM-SHA-512
                                       	consumer_byte_rate
                                       	controller_mutation_rate
                                       	producer_byte_rate
                                       	request_percentage
                                       For entity-type 'clients':
                                       	consumer_byte_rate
                                       	controller_mutation_rate
                                       	producer_byte_rate
                                       	request_percentage
                                       For entity-type 'ips':
                                       	connection_creation_rate
                                       For entity-type 'client-metrics':
                                       	interval.ms
                                       	match
                                       	metrics
                                       For entity-type 'groups':
                                       	consumer.assignment.interval.ms
                                       	consumer.heartbeat.interval.ms
                                       	consumer.session.timeout.ms
                                       	share.assignment.interval.ms
                                       	share.auto.offset.reset
                                       	share.delivery.count.limit
                                       	share.heartbeat.interval.ms
                                       	share.isolation.level
                                       	share.partition.max.record.locks
                                       	share.record.lock.duration.ms
                                       	share.renew.acknowledge.enable
                                       	share.session.timeout.ms
                                       	streams.assignment.interval.ms
                                       	streams.heartbeat.interval.ms
                                       	streams.initial.rebalance.delay.ms
                                       	streams.num.standby.replicas
                                       	streams.session.timeout.ms
                                       Entity types 'users' and 'clients' may
                                         be specified together to update
                                         config for clients of a specific
                                         user.
--add-config-file <String>             Path to a properties file with configs
                                         to add. See add-config for a list of
                                         valid configurations.
--all                                  List all configs for the given entity,
                                         including static configs if
                                         available.
--alter                                Alter the configuration for the entity.
--bootstrap-controller <String:        The Kafka controllers to connect to.
  controller to connect to>
--bootstrap-server <String: server to  The Kafka servers to connect to.
  connect to>
--broker <String>                      The broker's ID.
--broker-defaults                      The config defaults for all brokers.
--broker-logger <String>               The broker's ID for its logger config.
--client <String>                      The client's ID.
--client-defaults                      The config defaults for all clients.
--client-metrics <String>              The client metrics config resource
                                         name.
--command-config <String: command      Property file containing configs to be
  config property file>                  passed to Admin Client. This is used
                                         only with --bootstrap-server option
                                         for describing and altering broker
                                         configs.
--delete-config <String>               config keys to remove 'k1,k2'
--describe                             List configs for the given entity.
--entity-default                       Default entity name for
                                         clients/users/brokers/ips (applies
                                         to corresponding entity type)
--entity-name <String>                 Name of entity (topic name/client
                                         id/user principal name/broker
                                         id/ip/client metrics/group id)
--entity-type <String>                 Type of entity
                                         (topics/clients/users/brokers/broker-
                                         loggers/ips/client-metrics/groups)
--group <String>                       The group's ID.
--help                                 Print usage information.
--ip <String>                          The IP address.
--ip-defaults                          The config defaults for all IPs.
--topic <String>                       The topic's name.
--user <String>                        The user's principal name.
--user-defaults                        The config defaults for all users.
--version                              Display Kafka version.
)";

constexpr std::string_view client_metrics_table =
    R"(Option                                 Description
------                                 -----------
--alter                                Alter the configuration for the client
                                         metrics resource.
--bootstrap-server <String: server to  REQUIRED: The Kafka server to connect
  connect to>                            to.
--command-config <String: command      Property file containing configs to be
  config property file>                  passed to Admin Client.
--delete                               Delete the configuration for the
                                         client metrics resource.
--describe                             List configurations for the client
                                         metrics resource.
--generate-name                        Generate a UUID to use as the name.
--help                                 Print usage information.
--interval <String: push interval>     The metrics push interval in
                                         milliseconds.
                                       Leave empty to reset the interval.
--list                                 List the client metrics resources.
--match <String: k1=v1,k2=v2>          Matching selector 'k1=v1,k2=v2'. The
                                         following is a list of valid
                                         selector names:
                                       	client_id
                                       	client_instance_id
                                       	client_software_name
                                       	client_software_version
                                       	client_source_address
                                       	client_source_port
--metrics <String: m1,m2>              Telemetry metric name prefixes 'm1,m2'.
--name <String: name>                  Name of client metrics configuration
                                         resource.
--version                              Display Kafka version.
)";

constexpr std::string_view acls_table =
    R"(Option                                   Description
------                                   -----------
--add                                    Indicates you are trying to add ACLs.
--allow-host <String: allow-host>        Host from which principals listed in --
                                           allow-principal will have access. If
                                           you have specified --allow-principal
                                           then the default for this option
                                           will be set to '*' which allows
                                           access from all hosts.
--allow-principal <String: allow-        principal is in principalType:name
  principal>                               format. Note that principalType must
                                           be supported by the Authorizer being
                                           used. For example, User:'*' is the
                                           wild card indicating all users.
--bootstrap-controller <String:          A list of host/port pairs to use for
  controller to connect to>                establishing the connection to the
                                           Kafka cluster. This list should be
                                           in the form host1:port1,host2:
                                           port2,... This config is required
                                           for acl management using admin
                                           client API.
--bootstrap-server <String: server to    A list of host/port pairs to use for
  connect to>                              establishing the connection to the
                                           Kafka cluster. This list should be
                                           in the form host1:port1,host2:
                                           port2,... This config is required
                                           for acl management using admin
                                           client API.
--cluster                                Add/Remove cluster ACLs.
--command-config [String: command-       A property file containing configs to
  config]                                  be passed to Admin Client.
--consumer                               Convenience option to add/remove ACLs
                                           for consumer role. This will
                                           generate ACLs that allows READ,
                                           DESCRIBE on topic and READ on group.
--delegation-token <String: delegation-  Delegation token to which ACLs should
  token>                                   be added or removed. A value of '*'
                                           indicates ACL should apply to all
                                           tokens.
--deny-host <String: deny-host>          Host from which principals listed in --
                                           deny-principal will be denied
                                           access. If you have specified --deny-
                                           principal then the default for this
                                           option will be set to '*' which
                                           denies access from all hosts.
--deny-principal <String: deny-          principal is in principalType:name
  principal>                               format. By default anyone not added
                                           through --allow-principal is denied
                                           access. You only need to use this
                                           option as negation to already
                                           allowed set. Note that principalType
                                           must be supported by the Authorizer
                                           being used. For example if you
                                           wanted to allow access to all users
                                           in the system but not test-user you
                                           can define an ACL that allows access
                                           to User:'*' and specify --deny-
                                           principal=User:test@EXAMPLE.COM. AND
                                           PLEASE REMEMBER DENY RULES TAKES
                                           PRECEDENCE OVER ALLOW RULES.
--force                                  Assume Yes to all queries and do not
                                           prompt.
--group <String: group>                  Consumer Group to which the ACLs
                                           should be added or removed. A value
                                           of '*' indicates the ACLs should
                                           apply to all groups.
--help                                   Print usage information.
--idempotent                             Enable idempotence for the producer.
                                           This should be used in combination
                                           with the --producer option. Note
                                           that idempotence is enabled
                                           automatically if the producer is
                                           authorized to a particular
                                           transactional-id.
--list                                   List ACLs for the specified resource,
                                           use --topic <topic> or --group
                                           <group> or --cluster to specify a
                                           resource.
--operation <String>                     Operation that is being allowed or
                                           denied. Valid operation names are:
                                         	Alter
                                         	CreateTokens
                                         	IdempotentWrite
                                         	DescribeTokens
                                         	Read
                                         	Write
                                         	TwoPhaseCommit
                                         	Delete
                                         	All
                                         	Describe
                                         	ClusterAction
                                         	DescribeConfigs
                                         	AlterConfigs
                                         	Create
                                          (default: All)
--principal [String: principal]          List ACLs for the specified principal.
                                           principal is in principalType:name
                                           format. Note that principalType must
                                           be supported by the Authorizer being
                                           used. Multiple --principal option
                                           can be passed.
--producer                               Convenience option to add/remove ACLs
                                           for producer role. This will
                                           generate ACLs that allows WRITE,
                                           DESCRIBE and CREATE on topic.
--remove                                 Indicates you are trying to remove
                                           ACLs.
--resource-pattern-type                  The type of the resource pattern or
  <ANY|MATCH|LITERAL|PREFIXED>             pattern filter. When adding acls,
                                           this should be a specific pattern
                                           type, e.g. 'literal' or 'prefixed'.
                                           When listing or removing acls, a
                                           specific pattern type can be used to
                                           list or remove acls from specific
                                           resource patterns, or use the filter
                                           values of 'any' or 'match', where
                                           'any' will match any pattern type,
                                           but will match the resource name
                                           exactly, where as 'match' will
                                           perform pattern matching to list or
                                           remove all acls that affect the
                                           supplied resource(s). WARNING:
                                           'match', when used in combination
                                           with the '--remove' switch, should
                                           be used with care. (default: LITERAL)
--topic <String: topic>                  topic to which ACLs should be added or
                                           removed. A value of '*' indicates
                                           ACL should apply to all topics.
--transactional-id <String:              The transactionalId to which ACLs
  transactional-id>                        should be added or removed. A value
                                           of '*' indicates the ACLs should
                                           apply to all transactionalIds.
--user-principal <String: user-          Specifies a user principal as a
  principal>                               resource in relation with the
                                           operation. For instance one could
                                           grant CreateTokens or DescribeTokens
                                           permission on a given user principal.
--version                                Display Kafka version.
)";

}  // namespace

std::span<const Usage> admin_usages()
{
    static constexpr std::array usages{
        Usage{"topics", 80, "This tool helps to create, delete, describe, or change a topic.",
              topics_table},
        Usage{"configs", 78,
              "This tool helps to manipulate and describe entity config for a topic, client, user, "
              "broker, ip, client-metrics or group",
              configs_table},
        Usage{"client-metrics", 78,
              "This tool helps to manipulate and describe client metrics configurations.",
              client_metrics_table},
        Usage{"acls", 80, "This tool helps to manage acls on kafka.", acls_table},
    };
    return usages;
}

}  // namespace gregor::lab::kafka_tools
