#include "model/lab/kafka_tools/usage.h"

/// What the tools say of themselves: Kafka 4.3.1, one text a tool. Spaces at the ends of lines are
/// added when it is printed.
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view reassign_partitions_table =
    R"(Option                                  Description
------                                  -----------
--additional                            Execute this reassignment in addition
                                          to any other ongoing ones. This
                                          option can also be used to change
                                          the throttle of an ongoing
                                          reassignment.
--bootstrap-controller [String:         The controller to use for
  bootstrap controller to connect to]     reassignment. By default, the tool
                                          will get the quorum controller. This
                                          option supports the actions --cancel
                                          and --list.
--bootstrap-server [String: Server(s)   the server(s) to use for bootstrapping.
  to use for bootstrapping]
--broker-list <String: brokerlist>      The list of brokers to which the
                                          partitions need to be reassigned in
                                          the form "0,1,2". This is required
                                          if --topics-to-move-json-file is
                                          used to generate reassignment
                                          configuration
--cancel                                Cancel an active reassignment.
--command-config <String: Admin client  Property file containing configs to be
  property file>                          passed to Admin Client.
--disable-rack-aware                    Disable rack aware replica assignment
--disallow-replication-factor-change    Denies the ability to change a
                                          partition's replication factor as
                                          part of this reassignment through
                                          adding validation against it.
--execute                               Kick off the reassignment as specified
                                          by the --reassignment-json-file
                                          option.
--generate                              Generate a candidate partition
                                          reassignment configuration. Note
                                          that this only generates a candidate
                                          assignment, it does not execute it.
--help                                  Print usage information.
--list                                  List all active partition
                                          reassignments.
--preserve-throttles                    Do not modify broker or topic
                                          throttles.
--reassignment-json-file <String:       The JSON file with the partition
  manual assignment json file path>       reassignment configurationThe format
                                          to use is -
                                        {"partitions":
                                        	[{"topic": "foo",
                                        	  "partition": 1,
                                        	  "replicas": [1,2,3],
                                        	  "log_dirs": ["dir1","dir2","dir3"]
                                          }],
                                        "version":1
                                        }
                                        Note that "log_dirs" is optional. When
                                          it is specified, its length must
                                          equal the length of the replicas
                                          list. The value in this list can be
                                          either "any" or the absolution path
                                          of the log directory on the broker.
                                          If absolute log directory path is
                                          specified, the replica will be moved
                                          to the specified log directory on
                                          the broker.
--replica-alter-log-dirs-throttle       The movement of replicas between log
  <Long: replicaAlterLogDirsThrottle>     directories on the same broker will
                                          be throttled to this value
                                          (bytes/sec). This option can be
                                          included with --execute when a
                                          reassignment is started, and it can
                                          be altered by resubmitting the
                                          current reassignment along with the
                                          --additional flag. The throttle rate
                                          should be at least 1 KB/s. (default:
                                          -1)
--throttle <Long: throttle>             The movement of partitions between
                                          brokers will be throttled to this
                                          value (bytes/sec). This option can
                                          be included with --execute when a
                                          reassignment is started, and it can
                                          be altered by resubmitting the
                                          current reassignment along with the
                                          --additional flag. The throttle rate
                                          should be at least 1 KB/s. (default:
                                          -1)
--timeout <Long: timeout>               The maximum time in ms to wait for log
                                          directory replica assignment to
                                          begin. (default: 10000)
--topics-to-move-json-file <String:     Generate a reassignment configuration
  topics to reassign json file path>      to move the partitions of the
                                          specified topics to the list of
                                          brokers specified by the --broker-
                                          list option. The format to use is -
                                        {"topics":
                                        	[{"topic": "foo"},{"topic": "foo1"}],
                                        "version":1
                                        }
--verify                                Verify if the reassignment completed
                                          as specified by the --reassignment-
                                          json-file option. If there is a
                                          throttle engaged for the replicas
                                          specified, and the rebalance has
                                          completed, the throttle will be
                                          removed
--version                               Display Kafka version.
)";

constexpr std::string_view leader_election_table =
    R"(Option                                  Description
------                                  -----------
--admin.config <String: config file>    (DEPRECATED) Configuration properties
                                          files to pass to the admin client.
                                          This option will be removed in a
                                          future version. Use --command-config
                                          instead.
--all-topic-partitions                  Perform election on all of the
                                          eligible topic partitions based on
                                          the type of election (see the --
                                          election-type flag). Not allowed if
                                          --topic or --path-to-json-file is
                                          specified.
--bootstrap-server <String: host:port>  A hostname and port for the broker to
                                          connect to, in the form host:port.
                                          Multiple comma separated URLs can be
                                          given. REQUIRED.
--command-config <String: Config file>  Config properties file to pass to the
                                          admin client.
--election-type <[PREFERRED,UNCLEAN]:   Type of election to attempt. Possible
  election type>                          values are "preferred" for preferred
                                          leader election or "unclean" for
                                          unclean leader election. If
                                          preferred election is selection, the
                                          election is only performed if the
                                          current leader is not the preferred
                                          leader for the topic partition. If
                                          unclean election is selected, the
                                          election is only performed if there
                                          are no leader for the topic
                                          partition. REQUIRED.
--help                                  Print usage information.
--partition <Integer: partition id>     Partition id for which to perform an
                                          election. REQUIRED if --topic is
                                          specified.
--path-to-json-file <String: Path to    The JSON file with the list  of
  JSON file>                              partition for which leader elections
                                          should be performed. This is an
                                          example format.
                                        {"partitions":
                                        	[{"topic": "foo", "partition": 1},
                                        	 {"topic": "foobar", "partition": 2}]
                                        }
                                        Not allowed if --all-topic-partitions
                                          or --topic flags are specified.
--topic <String: topic name>            Name of topic for which to perform an
                                          election. Not allowed if --path-to-
                                          json-file or --all-topic-partitions
                                          is specified.
--version                               Display Kafka version.
)";

constexpr std::string_view log_dirs_table =
    R"(Option                                  Description
------                                  -----------
--bootstrap-server <String: The server  REQUIRED: the server(s) to use for
  (s) to use for bootstrapping>           bootstrapping
--broker-list <String: Broker list>     The list of brokers to be queried in
                                          the form "0,1,2". All brokers in the
                                          cluster will be queried if no broker
                                          list is specified (default: )
--command-config <String: Admin client  Property file containing configs to be
  property file>                          passed to Admin Client.
--describe                              Describe the specified log directories
                                          on the specified brokers.
--help                                  Print usage information.
--topic-list <String: Topic list>       The list of topics to be queried in
                                          the form "topic1,topic2,topic3". All
                                          topics will be queried if no topic
                                          list is specified (default: )
--version                               Display Kafka version.
)";

constexpr std::string_view delete_records_table =
    R"(Option                                 Description
------                                 -----------
--bootstrap-server <String: server(s)  REQUIRED: The server to connect to.
  to use for bootstrapping>
--command-config <String: command      A property file containing configs to
  config property file path>             be passed to Admin Client.
--help                                 Print usage information.
--offset-json-file <String: Offset     REQUIRED: The JSON file with offset
  json file path>                        per partition. The format to use is:
                                       {"partitions":
                                         [{"topic": "foo", "partition": 1,
                                         "offset": 1}],
                                        "version":1
                                       }
--version                              Display Kafka version.
)";

constexpr std::string_view broker_api_versions_table =
    R"(Option                                 Description
------                                 -----------
--bootstrap-server <String: server(s)  REQUIRED: The server to connect to.
  to use for bootstrapping>
--command-config <String: command      A property file containing configs to
  config property file>                  be passed to Admin Client.
--help                                 Print usage information.
--version                              Display Kafka version.
)";

constexpr std::string_view get_offsets_table =
    R"(Option                                   Description
------                                   -----------
--bootstrap-server <String: HOST1:       REQUIRED. The server(s) to connect to
  PORT1,...,HOST3:PORT3>                   in the form HOST1:PORT1,HOST2:PORT2.
--command-config <String: config file>   Property file containing configs to be
                                           passed to Admin Client.
--exclude-internal-topics                By default, internal topics are
                                           included. If specified, internal
                                           topics are excluded.
--help                                   Print usage information.
--partitions <String: partition ids>     Comma separated list of partition ids
                                           to get the offsets for. If not
                                           present, all partitions of the
                                           authorized topics are queried.
                                           Cannot be used if --topic-partitions
                                           is present.
--time <String: <timestamp> / -1 or      timestamp of the offsets before that.
  latest / -2 or earliest / -3 or max-     [Note: No offset is returned, if the
  timestamp / -4 or earliest-local /       timestamp greater than recently
  -5 or latest-tiered / -6 or earliest-    committed record timestamp is
  pending-upload>                          given.] (default: latest)
--topic <String: topic>                  The topic to get the offsets for. It
                                           also accepts a regular expression.
                                           If not present, all authorized
                                           topics are queried. Cannot be used
                                           if --topic-partitions is present.
--topic-partitions <String: topic1:1,    Comma separated list of topic-
  topic2:0-3,topic3,topic4:5-,topic5:-3    partition patterns to get the
  >                                        offsets for, with the format of
                                           '([^:,]*)(?::(?:([0-9]*)|(?:([0-9]*)
                                           -([0-9]*))))?'. The first group is
                                           an optional regex for the topic
                                           name, if omitted, it matches any
                                           topic name. The section after ':'
                                           describes a 'partition' pattern,
                                           which can be: a number, a range in
                                           the format of 'NUMBER-NUMBER' (lower
                                           inclusive, upper exclusive), an
                                           inclusive lower bound in the format
                                           of 'NUMBER-', an exclusive upper
                                           bound in the format of '-NUMBER' or
                                           may be omitted to accept all
                                           partitions.
--version                                Display Kafka version.
)";

constexpr std::string_view replica_verification_table =
    R"(Option                                 Description
------                                 -----------
--broker-list <String: hostname:       REQUIRED: The list of hostname and
  port,...,hostname:port>                port of the server to connect to.
--fetch-size <Integer: bytes>          The fetch size of each request.
                                         (default: 1048576)
--help                                 Print usage information.
--max-wait-ms <Integer: ms>            The max amount of time each fetch
                                         request waits. (default: 1000)
--report-interval-ms <Long: ms>        The reporting interval. (default:
                                         30000)
--time <Long: timestamp/-1(latest)/-2  Timestamp for getting the initial
  (earliest)>                            offsets. (default: -1)
--topics-include <String: Java regex   List of topics to verify replica
  (String)>                              consistency. (default: .*)
--version                              Display Kafka version.
)";

}  // namespace

std::span<const Usage> cluster_usages()
{
    static constexpr std::array usages{
        Usage{"reassign-partitions", 79,
              "This tool helps to move topic partitions between replicas.",
              reassign_partitions_table},
        Usage{"leader-election", 78,
              "This tool attempts to elect a new leader for a set of topic partitions. The type of "
              "elections supported are preferred replicas and unclean replicas.",
              leader_election_table},
        Usage{"log-dirs", 78,
              "This tool helps to query log directory usage on the specified brokers.",
              log_dirs_table},
        Usage{"delete-records", 77,
              "This tool helps to delete records of the given partitions down to the specified "
              "offset.",
              delete_records_table},
        Usage{"broker-api-versions", 76, "This tool helps to retrieve broker version information.",
              broker_api_versions_table},
        Usage{"get-offsets", 79, "An interactive shell for getting topic-partition offsets.",
              get_offsets_table},
        Usage{"replica-verification", 74,
              "Validate that all replicas for a set of topics have the same data.",
              replica_verification_table},
    };
    return usages;
}

}  // namespace gregor::lab::kafka_tools
