#include "model/lab/kafka_tools/usage.h"

/// What the tools say of themselves: Kafka 4.3.1, one text a tool. Spaces at the ends of lines are
/// added when it is printed.
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view consumer_groups_table =
    R"(Option                                  Description
------                                  -----------
--all-groups                            Apply to all consumer groups.
--all-topics                            Consider all topics assigned to a
                                          group in the `reset-offsets` process.
--bootstrap-server <String: server to   The server(s) to connect to. REQUIRED
  connect to>                             for all options except for --
                                          validate-regex.
--by-duration <String: duration>        Reset offsets to offset by duration
                                          from current timestamp. Format:
                                          'PnDTnHnMnS'
--command-config <String: command       Property file containing configs to be
  config property file>                   passed to Admin Client and Consumer.
--delete                                Pass in groups to delete topic
                                          partition offsets and ownership
                                          information over the entire consumer
                                          group. For instance --group g1 --
                                          group g2
--delete-offsets                        Delete offsets of consumer group.
                                          Supports one consumer group at the
                                          time, and multiple topics.
--describe                              Describe consumer group and list
                                          offset lag (number of messages not
                                          yet processed) related to given
                                          group.
--dry-run                               Only show results without executing
                                          changes on Consumer Groups.
                                          Supported operations: reset-offsets.
--execute                               Execute operation. Supported
                                          operations: reset-offsets.
--export                                Export operation execution to a CSV
                                          file. Supported operations: reset-
                                          offsets.
--from-file <String: path to CSV file>  Reset offsets to values defined in CSV
                                          file.
--group <String: consumer group>        The consumer group we wish to act on.
--help                                  Print usage information.
--list                                  List all consumer groups.
--members                               Describe members of the group. This
                                          option may be used with '--describe'
                                          and '--bootstrap-server' options
                                          only.
                                        Example: --bootstrap-server localhost:
                                          9092 --describe --group group1 --
                                          members
--offsets                               Describe the group and list all topic
                                          partitions in the group along with
                                          their offset lag. This is the
                                          default sub-action of and may be
                                          used with '--describe' and '--
                                          bootstrap-server' options only.
                                        Example: --bootstrap-server localhost:
                                          9092 --describe --group group1 --
                                          offsets
--reset-offsets                         Reset offsets of consumer group.
                                          Supports one consumer group at the
                                          time, and instances should be
                                          inactive
                                        Has 2 execution options: --dry-run
                                          (the default) to plan which offsets
                                          to reset, and --execute to update
                                          the offsets. Additionally, the --
                                          export option is used to export the
                                          results to a CSV format.
                                        You must choose one of the following
                                          reset specifications: --to-datetime,
                                          --by-duration, --to-earliest, --to-
                                          latest, --shift-by, --from-file, --
                                          to-current, --to-offset.
                                        To define the scope use --all-topics
                                          or --topic. One scope must be
                                          specified unless you use '--from-
                                          file'.
--shift-by <Long: number-of-offsets>    Reset offsets shifting current offset
                                          by 'n', where 'n' can be positive or
                                          negative.
--state [String]                        When specified with '--describe',
                                          includes the state of the group.
                                        Example: --bootstrap-server localhost:
                                          9092 --describe --group group1 --
                                          state
                                        When specified with '--list', it
                                          displays the state of all groups. It
                                          can also be used to list groups with
                                          specific states.
                                        Example: --bootstrap-server localhost:
                                          9092 --list --state stable,empty
                                        This option may be used with '--
                                          describe', '--list' and '--bootstrap-
                                          server' options only.
--timeout <Long: timeout (ms)>          The timeout that can be set for some
                                          use cases. For example, it can be
                                          used when describing the group to
                                          specify the maximum amount of time
                                          in milliseconds to wait before the
                                          group stabilizes (when the group is
                                          just created, or is going through
                                          some changes). (default: 30000)
--to-current                            Reset offsets to current offset.
--to-datetime <String: datetime>        Reset offsets to offset from datetime.
                                          Format: 'YYYY-MM-DDThh:mm:ss.sss'
--to-earliest                           Reset offsets to earliest offset.
--to-latest                             Reset offsets to latest offset.
--to-offset <Long: offset>              Reset offsets to a specific offset.
--topic <String: topic>                 The topic whose consumer group
                                          information should be deleted or
                                          topic whose should be included in
                                          the reset offset process. In `reset-
                                          offsets` case, partitions can be
                                          specified using this format: `topic1:
                                          0,1,2`, where 0,1,2 are the
                                          partition to be included in the
                                          process. Reset-offsets also supports
                                          multiple topic inputs.
--type [String]                         When specified with '--list', it
                                          displays the types of all the
                                          groups. It can also be used to list
                                          groups with specific types.
                                        Example: --bootstrap-server localhost:
                                          9092 --list --type classic,consumer
                                        This option may be used with the '--
                                          list' option only.
--validate-regex <String: regex>        Validate that the syntax of the
                                          provided regular expression is valid
                                          according to the RE2 format.
--verbose                               Provide additional information, if
                                          any, when describing the group. This
                                          option may be used with '--
                                          offsets'/'--members'/'--state' and
                                          '--bootstrap-server' options only.
                                        Example: --bootstrap-server localhost:
                                          9092 --describe --group group1 --
                                          members --verbose
--version                               Display Kafka version.
)";

constexpr std::string_view groups_table =
    R"(Option (* = required)                 Description
---------------------                 -----------
* --bootstrap-server <String: server  REQUIRED: The Kafka server to connect
  to connect to>                        to.
--command-config <String: command     Property file containing configs to be
  config property file>                 passed to Admin Client.
--consumer                            Filter the groups to show all kinds of
                                        consumer groups, including classic
                                        and simple consumer groups. This
                                        matches group type 'consumer', and
                                        group type 'classic' where the
                                        protocol type is 'consumer' or empty.
--group-type <String: type>           Filter the groups based on group type.
                                        Valid types are: 'classic',
                                        'consumer', 'share' and 'streams'.
--help                                Print usage information.
--list                                List the groups.
--protocol <String: protocol>         Filter the groups based on protocol
                                        type.
--share                               Filter the groups to show share groups.
--streams                             Filter the groups to show streams
                                        groups.
--version                             Display Kafka version.
)";

constexpr std::string_view share_groups_table =
    R"(Option                                 Description
------                                 -----------
--all-groups                           Apply to all share groups.
--all-topics                           Consider all topics assigned to a
                                         share group in the 'reset-offsets'
                                         process.
--bootstrap-server <String: server to  REQUIRED: The server(s) to connect to.
  connect to>
--command-config <String: command      Property file containing configs to be
  config property file>                  passed to Admin Client.
--delete                               Delete share group.
--delete-offsets                       Delete offsets of share group.
                                         Supports one share group at the
                                         time, and multiple topics.
--describe                             Describe share group, members and
                                         offset information.
--dry-run                              Only show results without executing
                                         changes on share groups. Supported
                                         operations: reset-offsets.
--execute                              Execute operation. Supported
                                         operations: reset-offsets.
--group <String: share group>          The share group we wish to act on.
--help                                 Print usage information.
--list                                 List all share groups.
--members                              Describe members of the group. This
                                         option may be used with the '--
                                         describe' option only.
--offsets                              Describe the group and list all topic
                                         partitions in the group along with
                                         their offset information. This is
                                         the default sub-action and may be
                                         used with the '--describe' option
                                         only.
--reset-offsets                        Reset offsets of share group. Supports
                                         one share group at the time, and
                                         instances must be inactive.
                                       Has 2 execution options: --dry-run to
                                         plan which offsets to reset, and --
                                         execute to reset the offsets.
                                       You must choose one of the following
                                         reset specifications: --to-datetime,
                                         --to-earliest, --to-latest.
                                       To define the scope use --all-topics
                                         or --topic.
                                       Fails if neither '--dry-run' nor '--
                                         execute' is specified.
--state [String]                       When specified with '--describe',
                                         includes the state of the group.
                                       When specified with '--list', it
                                         displays the state of all groups. It
                                         can also be used to list groups with
                                         specific states. Valid values are
                                         Empty, Stable and Dead.
--timeout <Long: timeout (ms)>         The timeout that can be set for some
                                         use cases. For example, it can be
                                         used when describing the group to
                                         specify the maximum amount of time
                                         in milliseconds to wait before the
                                         group stabilizes. (default: 30000)
--to-datetime <String: datetime>       Reset offsets to offset from datetime.
                                         Format: 'YYYY-MM-DDThh:mm:ss.sss'
--to-earliest                          Reset offsets to earliest offset.
--to-latest                            Reset offsets to latest offset.
--topic <String: topic>                The topic whose offset information
                                         should be deleted or included in the
                                         reset offset process. When resetting
                                         offsets, partitions can be specified
                                         using this format: 'topic1:0,1,2',
                                         where 0,1,2 are the partitions to be
                                         included.
--verbose                              Provide additional information, if
                                         any, when describing the group. This
                                         option may be used with the '--
                                         describe' option only.
--version                              Display Kafka version.
)";

constexpr std::string_view share_consumer_perf_test_table =
    R"(Option                                   Description
------                                   -----------
--bootstrap-server <String: server to    REQUIRED. The server(s) to connect to.
  connect to>
--command-config <String: config file>   Config properties file.
--command-property <String: prop1=val1>  Kafka share consumer related
                                           configuration properties like client.
                                           id. These configs take precedence
                                           over those passed via --command-
                                           config or --consumer.config.
--consumer.config <String: config file>  (DEPRECATED) Share consumer config
                                           properties file. This option will be
                                           removed in a future version. Use --
                                           command-config instead.
--date-format <String: date format>      The date format to use for formatting
                                           the time field. See java.text.
                                           SimpleDateFormat for options.
                                           (default: yyyy-MM-dd HH:mm:ss:SSS)
--fetch-size <Integer: size>             The amount of data to fetch in a
                                           single request. (default: 1048576)
--group <String: gid>                    The group id to consume on. (default:
                                           perf-share-consumer)
--help                                   Print usage information.
--hide-header                            If set, skips printing the header for
                                           the stats.
--messages <Long: count>                 (DEPRECATED) The number of records to
                                           consume. This option will be removed
                                           in a future version. Use --num-
                                           records instead.
--num-records <Long: count>              REQUIRED: The number of records to
                                           consume.
--print-metrics                          Print out the metrics.
--reporting-interval <Long:              Interval in milliseconds at which to
  interval_ms>                             print progress info. (default: 5000)
--show-consumer-stats                    If set, stats are reported for each
                                           share consumer depending on the no.
                                           of threads.
--show-detailed-stats                    If set, stats are reported for each
                                           reporting interval as configured by
                                           reporting-interval.
--socket-buffer-size <Integer: size>     The size of the tcp RECV size.
                                           (default: 2097152)
--threads <Integer: count>               The number of share consumers to use
                                           for sharing the load. (default: 1)
--timeout [Long: milliseconds]           The maximum allowed time in
                                           milliseconds between returned
                                           records. (default: 10000)
--topic <String: topic>                  REQUIRED: The topic to consume from.
--version                                Display Kafka version.
)";

constexpr std::string_view consumer_perf_test_table =
    R"(Option                                   Description
------                                   -----------
--bootstrap-server <String: server to    REQUIRED: The server(s) to connect to.
  connect to>
--command-config <String: config file>   Config properties file.
--command-property <String: prop1=val1>  Kafka consumer related configuration
                                           properties like client.id. These
                                           configs take precedence over those
                                           passed via --command-config or --
                                           consumer.config.
--consumer.config <String: config file>  (DEPRECATED) Consumer config
                                           properties file. This option will be
                                           removed in a future version. Use --
                                           command-config instead.
--date-format <String: date format>      The date format to use for formatting
                                           the time field. See java.text.
                                           SimpleDateFormat for options.
                                           (default: yyyy-MM-dd HH:mm:ss:SSS)
--fetch-size <Integer: size>             The maximum amount of data to fetch
                                           from a single partition per request.
                                           (default: 1048576)
--from-latest                            If the consumer does not already have
                                           an established offset to consume
                                           from, start with the latest record
                                           present in the log rather than the
                                           earliest record.
--group <String: gid>                    The group id to consume on. (default:
                                           perf-consumer-63312)
--help                                   Print usage information.
--hide-header                            If set, skips printing the header for
                                           the stats.
--include <String: Java regex (String)>  Regular expression specifying list of
                                           topics to include for consumption.
--messages <Long: count>                 (DEPRECATED) The number of records to
                                           consume. This option will be removed
                                           in a future version. Use --num-
                                           records instead.
--num-records <Long: count>              REQUIRED: The number of records to
                                           consume.
--print-metrics                          Print out the metrics.
--reporting-interval <Long:              Interval in milliseconds at which to
  interval_ms>                             print progress info. (default: 5000)
--show-detailed-stats                    If set, stats are reported for each
                                           reporting interval as configured by
                                           reporting-interval.
--socket-buffer-size <Integer: size>     The size of the tcp RECV size.
                                           (default: 2097152)
--timeout [Long: milliseconds]           The maximum allowed time in
                                           milliseconds between returned
                                           records. (default: 10000)
--topic <String: topic>                  The topic to consume from.
--version                                Display Kafka version.
)";

constexpr std::string_view dump_log_table =
    R"(Option                               Description
------                               -----------
--cluster-metadata-decoder           If set, log data will be parsed as cluster
                                       metadata records.
--deep-iteration                     If set, uses deep instead of shallow
                                       iteration. Automatically set if print-
                                       data-log is enabled.
--files <String: file1, file2, ...>  REQUIRED: The comma separated list of data
                                       and index log files to be dumped.
--help                               Print usage information.
--index-sanity-check                 If set, just checks the index sanity
                                       without printing its content. This is
                                       the same check that is executed on
                                       broker startup to determine if an index
                                       needs rebuilding or not.
--key-decoder-class [String]         If set, used to deserialize the keys. This
                                       class should implement org.apache.kafka.
                                       tools.api.Decoder trait. Custom jar
                                       should be available in kafka/libs
                                       directory. (default: org.apache.kafka.
                                       tools.api.StringDecoder)
--max-bytes <Integer: size>          Limit the amount of total batches read in
                                       bytes avoiding reading the whole .log
                                       file(s). (default: 2147483647)
--max-message-size <Integer: size>   Size of largest message. (default: 5242880)
--offsets-decoder                    If set, log data will be parsed as offset
                                       data from the __consumer_offsets topic.
--print-data-log                     If set, printing the messages content when
                                       dumping data logs. Automatically set if
                                       any decoder option is specified.
--remote-log-metadata-decoder        If set, log data will be parsed as
                                       TopicBasedRemoteLogMetadataManager
                                       (RLMM) metadata records. Instead, the
                                       value-decoder-class option can be used
                                       if a custom RLMM implementation is
                                       configured.
--share-group-state-decoder          If set, log data will be parsed as share
                                       group state data from the
                                       __share_group_state topic.
--skip-record-metadata               Skip metadata when printing records. This
                                       flag also skips control records.
--transaction-log-decoder            If set, log data will be parsed as
                                       transaction metadata from the
                                       __transaction_state topic.
--value-decoder-class [String]       If set, used to deserialize the messages.
                                       This class should implement org.apache.
                                       kafka.tools.api.Decoder trait. Custom
                                       jar should be available in kafka/libs
                                       directory. (default: org.apache.kafka.
                                       tools.api.StringDecoder)
--verify-index-only                  If set, just verify the index log without
                                       printing its content.
--version                            Display Kafka version.
)";

}  // namespace

std::span<const Usage> groups_usages()
{
    static constexpr std::array usages{
        Usage{"consumer-groups", 79,
              "This tool helps to list all consumer groups, describe a consumer group, delete "
              "consumer group info, or reset consumer group offsets.",
              consumer_groups_table},
        Usage{"groups", 77, "This tool helps to list groups of all types.", groups_table},
        Usage{"share-groups", 77,
              "This tool helps to list, describe, reset and delete share groups.",
              share_groups_table},
        Usage{"share-consumer-perf-test", 80,
              "This tool is used to verify the share consumer performance.",
              share_consumer_perf_test_table},
        Usage{"consumer-perf-test", 79, "This tool is used to verify the consumer performance.",
              consumer_perf_test_table},
        Usage{"dump-log", 80,
              "This tool helps to parse a log file and dump its contents to the console, useful "
              "for debugging a seemingly corrupt log segment.",
              dump_log_table},
    };
    return usages;
}

}  // namespace gregor::lab::kafka_tools
