#include "model/lab/kafka_tools/usage.h"

/// What `--help` of the tools with subcommands prints: Kafka 4.3.1.
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view transactions_help =
    R"(usage: kafka-transactions.sh [-h] [-v] [--command-config FILE]
                             --bootstrap-server host:port COMMAND ...

This tool is used to analyze  the  transactional  state of producers in the
cluster. It can be used to detect and recover from hanging transactions.

optional arguments:
  -h, --help             show this help message and exit
  -v, --version          show the version  of  this  Kafka distribution and
                         exit
  --command-config FILE  property file containing configs  to  be passed to
                         admin client
  --bootstrap-server host:port
                         hostname and port for  the  broker  to connect to,
                         in  the   form   `host:port`    (multiple   comma-
                         separated entries can be given)

commands:
  COMMAND
    list                 list transactions
    describe             describe the state of an active transactional-id
    describe-producers   describe the  states  of  active  producers  for a
                         topic partition
    abort                abort    a    hanging     transaction    (requires
                         administrative privileges)
    find-hanging         find hanging transactions
    forceTerminateTransaction
                         Force   abort    an    ongoing    transaction   on
                         transactionalId      (requires      administrative
                         privileges)
)";

constexpr std::string_view transactions_list_help =
    R"(usage: kafka-transactions.sh --bootstrap-server host:port list [-h]
                             [--duration-filter DURATION_FILTER]
                             [--transactional-id-pattern TRANSACTIONAL_ID_PATTERN]

optional arguments:
  -h, --help             show this help message and exit
  --duration-filter DURATION_FILTER
                         Duration (in millis) to  filter  by:  if  < 0, all
                         transactions will  be  returned;  otherwise,  only
                         transactions running  longer  than  this  duration
                         will be returned
  --transactional-id-pattern TRANSACTIONAL_ID_PATTERN
                         Transactional id  regular  expression  pattern  to
                         filter by
)";

constexpr std::string_view transactions_describe_help =
    R"(usage: kafka-transactions.sh --bootstrap-server host:port describe [-h]
                             --transactional-id TRANSACTIONAL_ID

Describe the state of an active transactional-id.

optional arguments:
  -h, --help             show this help message and exit
  --transactional-id TRANSACTIONAL_ID
                         transactional id
)";

constexpr std::string_view transactions_describe_producers_help =
    R"(usage: kafka-transactions.sh --bootstrap-server host:port
                             describe-producers [-h]
                             [--broker-id BROKER_ID] --topic TOPIC
                             --partition PARTITION

optional arguments:
  -h, --help             show this help message and exit
  --broker-id BROKER_ID  optional broker id to  describe the producer state
                         on a specific replica
  --topic TOPIC          topic name
  --partition PARTITION  partition number
)";

constexpr std::string_view transactions_find_hanging_help =
    R"(usage: kafka-transactions.sh --bootstrap-server host:port find-hanging [-h]
                             [--broker-id BROKER_ID]
                             [--max-transaction-timeout MAX_TRANSACTION_TIMEOUT]
                             [--topic TOPIC] [--partition PARTITION]

optional arguments:
  -h, --help             show this help message and exit
  --broker-id BROKER_ID  broker id to search for hanging transactions
  --max-transaction-timeout MAX_TRANSACTION_TIMEOUT
                         maximum transaction timeout  in  minutes  to limit
                         the scope of the search (15 minutes by default)
  --topic TOPIC          topic name to  limit  search  to  (required  if --
                         partition is specified)
  --partition PARTITION  partition number
)";

constexpr std::string_view transactions_abort_help =
    R"(usage: kafka-transactions.sh --bootstrap-server host:port abort [-h]
                             --topic TOPIC --partition PARTITION
                             [--start-offset START_OFFSET]
                             [--producer-id PRODUCER_ID]
                             [--producer-epoch PRODUCER_EPOCH]
                             [--coordinator-epoch COORDINATOR_EPOCH]

optional arguments:
  -h, --help             show this help message and exit
  --topic TOPIC          topic name
  --partition PARTITION  partition number

Brokers on versions 3.0 and above:
  For newer brokers,  only  the  start  offset  of  the  transaction  to be
  aborted is required

  --start-offset START_OFFSET
                         start offset of the transaction to abort

Brokers on versions older than 3.0:
  For older brokers, you must provide all of these arguments

  --producer-id PRODUCER_ID
                         producer id
  --producer-epoch PRODUCER_EPOCH
                         producer epoch
  --coordinator-epoch COORDINATOR_EPOCH
                         coordinator epoch
)";

constexpr std::string_view transactions_forceTerminateTransaction_help =
    R"(usage: kafka-transactions.sh --bootstrap-server host:port
                             forceTerminateTransaction [-h]
                             --transactionalId TRANSACTIONALID

Force abort an ongoing transaction on transactionalId

optional arguments:
  -h, --help             show this help message and exit
  --transactionalId TRANSACTIONALID
                         transactional id
)";

constexpr std::string_view producer_perf_test_help =
    R"(usage: kafka-producer-perf-test
       [-h] [--bootstrap-server BOOTSTRAP-SERVER] --topic TOPIC
       --num-records NUM-RECORDS [--payload-delimiter PAYLOAD-DELIMITER]
       --throughput THROUGHPUT
       [--producer-props PROP-NAME=PROP-VALUE [PROP-NAME=PROP-VALUE ...]]
       [--command-property PROP-NAME=PROP-VALUE [PROP-NAME=PROP-VALUE ...]]
       [--producer.config CONFIG-FILE] [--command-config CONFIG-FILE]
       [--print-metrics] [--transactional-id TRANSACTIONAL-ID]
       [--transaction-duration-ms TRANSACTION-DURATION]
       [--warmup-records WARMUP-RECORDS] [--reporting-interval INTERVAL-MS]
       (--record-size RECORD-SIZE | --payload-file PAYLOAD-FILE |
       --payload-monotonic)

This  tool  is  used  to   verify   the  producer  performance.  To  enable
transactions, you can  specify  a  transactional  id  or  set a transaction
duration using --transaction-duration-ms. There  are  three ways to specify
the transactional  id:  set  transactional.id=<id>  via --command-property,
set transactional.id=<id> in the config  file  via --command-config, or use
--transactional-id <id>.

optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP-SERVER
                         The server(s) to  connect  to.  This  config takes
                         precedence over bootstrap.servers specified via --
                         command-property or --command-config.
  --topic TOPIC          Produce records to this topic.
  --num-records NUM-RECORDS
                         Number of records to produce.
  --payload-delimiter PAYLOAD-DELIMITER
                         Provides the delimiter to  be used when --payload-
                         file is provided. Defaults to  new line. Note that
                         this parameter will  be  ignored if --payload-file
                         is not provided. (default: \n)
  --throughput THROUGHPUT
                         Throttle    maximum    record     throughput    to
                         *approximately* THROUGHPUT  records/sec.  Set this
                         to -1 to disable throttling.
  --producer-props PROP-NAME=PROP-VALUE [PROP-NAME=PROP-VALUE ...]
                         (DEPRECATED) Kafka producer  related configuration
                         properties  like  client.id.  These  configs  take
                         precedence over those  passed via --command-config
                         or --producer.config. This option  will be removed
                         in  a  future   version.   Use  --command-property
                         instead. Example:  --command-property linger.ms=10
                         batch.size=32768
  --command-property PROP-NAME=PROP-VALUE [PROP-NAME=PROP-VALUE ...]
                         Kafka producer  related  configuration  properties
                         like  client.id.  These  configs  take  precedence
                         over  those  passed  via  --command-config  or  --
                         producer.config.    Example:    --command-property
                         linger.ms=10 batch.size=32768
  --producer.config CONFIG-FILE
                         (DEPRECATED)  Producer  config   properties  file.
                         This option will be  removed  in a future version.
                         Use --command-config instead.
  --command-config CONFIG-FILE
                         Producer config properties file.
  --print-metrics        Print  out  metrics  at  the   end  of  the  test.
                         (default: false)
  --transactional-id TRANSACTIONAL-ID
                         The transactional id  to  use.  This  config takes
                         precedence  over  the  transactional.id  specified
                         via --command-property  or  --command-config. Note
                         that if  the  transactional  id  is  not specified
                         while --transaction-duration-ms  is  provided, the
                         default value for  the  transactional  id  will be
                         performance-producer- followed by a random uuid.
  --transaction-duration-ms TRANSACTION-DURATION
                         The maximum  duration  of  each  transaction.  The
                         commitTransaction will be  called  after this time
                         has elapsed. The value  should  be greater than 0.
                         If  the  transactional  id  is  specified  via  --
                         command-property,    --command-config     or    --
                         transactional-id but  --transaction-duration-ms is
                         not specified, the default value will be 3000.
  --warmup-records WARMUP-RECORDS
                         The number of records  to  treat  as warmup. These
                         initial records will  not  be  included in steady-
                         state statistics. An additional  summary line will
                         be    printed    describing    the    steady-state
                         statistics. (default: 0)
  --reporting-interval INTERVAL-MS
                         Interval  in  milliseconds   at   which  to  print
                         progress info. (default: 5000)

  Note that you must provide  exactly  one of --record-size, --payload-file
  or --payload-monotonic.

  --record-size RECORD-SIZE
                         Record size in bytes.  Note  that you must provide
                         exactly one of --record-size, --payload-file or --
                         payload-monotonic.
  --payload-file PAYLOAD-FILE
                         File to read the record  payloads from. This works
                         only for UTF-8 encoded  text  files. Payloads will
                         be read from  this  file  and  a  payload  will be
                         randomly selected when sending  records. Note that
                         you must provide exactly  one of --record-size, --
                         payload-file or --payload-monotonic.
  --payload-monotonic    Payload is  a  monotonically  increasing  integer.
                         Note that  you  must  provide  exactly  one  of --
                         record-size,    --payload-file    or    --payload-
                         monotonic. (default: false)
)";

constexpr std::string_view verifiable_producer_help =
    R"(usage: verifiable-producer [-h] --topic TOPIC [--max-messages MAX-MESSAGES]
                           [--throughput THROUGHPUT] [--acks ACKS]
                           [--producer.config CONFIG-FILE]
                           [--message-create-time CREATE-TIME]
                           [--value-prefix VALUE-PREFIX]
                           [--repeating-keys REPEATING-KEYS]
                           [--command-config CONFIG-FILE]
                           --bootstrap-server HOST1:PORT1[,HOST2:PORT2[...]]

This tool produces increasing integers  to  the  specified topic and prints
JSON metadata to stdout on  each  "send" request, making externally visible
which messages have been acked and which have not.

optional arguments:
  -h, --help             show this help message and exit
  --topic TOPIC          Produce messages to this topic.
  --max-messages MAX-MESSAGES
                         Produce  this  many   messages.   If  -1,  produce
                         messages until the  process  is killed externally.
                         (default: -1)
  --throughput THROUGHPUT
                         If set >= 0,  throttle  maximum message throughput
                         to   *approximately*    THROUGHPUT   messages/sec.
                         (default: -1)
  --acks ACKS            Acks required on each  produced message. See Kafka
                         docs on acks for details. (default: -1)
  --producer.config CONFIG-FILE
                         (DEPRECATED)  Producer  config   properties  file.
                         This option will be  removed  in a future version.
                         Use --command-config instead.
  --message-create-time CREATE-TIME
                         Send messages with creation  time  starting at the
                         arguments  value,  in   milliseconds  since  epoch
                         (default: -1)
  --value-prefix VALUE-PREFIX
                         If specified, each produced  value  will have this
                         prefix with a dot separator
  --repeating-keys REPEATING-KEYS
                         If specified, each  produced  record  will  have a
                         key starting at 0 increment by  1 up to the number
                         specified (exclusive), then the  key  is  set to 0
                         again
  --command-config CONFIG-FILE
                         Config  properties  file  (config  options  shared
                         with command line parameters will be overridden).

Connection Group:
  Group of arguments for connection to brokers

  --bootstrap-server HOST1:PORT1[,HOST2:PORT2[...]]
                         REQUIRED: The  server(s)  to  connect  to.  Comma-
                         separated list of Kafka brokers in the form HOST1:
                         PORT1,HOST2:PORT2,...
)";

constexpr std::string_view verifiable_consumer_help =
    R"(usage: verifiable-consumer [-h] --topic TOPIC
                           [--group-protocol GROUP-PROTOCOL]
                           [--group-remote-assignor GROUP-REMOTE-ASSIGNOR]
                           --group-id GROUP-ID
                           [--group-instance-id GROUP-INSTANCE-ID]
                           [--max-messages MAX-MESSAGES]
                           [--session-timeout TIMEOUT-MS] [--verbose]
                           [--enable-autocommit]
                           [--reset-policy RESET-POLICY]
                           [--assignment-strategy ASSIGNMENT-STRATEGY]
                           [--consumer.config CONFIG-FILE]
                           [--command-config CONFIG-FILE]
                           --bootstrap-server HOST1:PORT1[,HOST2:PORT2[...]]

This tool consumes  messages  from  a  specific  topic  and  emits consumer
events (e.g. group rebalances,  received  messages,  and offsets committed)
as JSON objects to STDOUT.

optional arguments:
  -h, --help             show this help message and exit
  --topic TOPIC          Consumes messages from this topic.
  --group-protocol GROUP-PROTOCOL
                         Group protocol (must be  one of CLASSIC, CONSUMER)
                         (default: classic)
  --group-remote-assignor GROUP-REMOTE-ASSIGNOR
                         Group remote  assignor;  only  used  if  the group
                         protocol is CONSUMER
  --group-id GROUP-ID    The group id of the consumer group
  --group-instance-id GROUP-INSTANCE-ID
                         A unique identifier of the consumer instance
  --max-messages MAX-MESSAGES
                         Consume this many messages.  If  -1 (the default),
                         the consumer will  consume  until  the  process is
                         killed externally (default: -1)
  --session-timeout TIMEOUT-MS
                         Set the  consumer's  session  timeout,  note  that
                         this configuration  is  not  supported  when group
                         protocol is consumer
  --verbose              Enable  to   log   individual   consumed   records
                         (default: false)
  --enable-autocommit    Enable offset  auto-commit  on  consumer (default:
                         false)
  --reset-policy RESET-POLICY
                         Set  reset  policy  (must  be  either  'earliest',
                         'latest', or 'none') (default: earliest)
  --assignment-strategy ASSIGNMENT-STRATEGY
                         Set assignment  strategy  (e.g.  org.apache.kafka.
                         clients.consumer.RoundRobinAssignor);  only   used
                         if the group  protocol  is  CLASSIC (default: org.
                         apache.kafka.clients.consumer.RangeAssignor)
  --consumer.config CONFIG-FILE
                         (DEPRECATED)  Consumer  config   properties  file.
                         This option will be  removed  in a future version.
                         Use --command-config instead
  --command-config CONFIG-FILE
                         Config  properties  file  (config  options  shared
                         with command line parameters will be overridden).

Connection Group:
  Group of arguments for connection to brokers

  --bootstrap-server HOST1:PORT1[,HOST2:PORT2[...]]
                         The server(s) to connect  to. Comma-separated list
                         of Kafka brokers  in  the  form HOST1:PORT1,HOST2:
                         PORT2,...
)";

}  // namespace

std::span<const Help> argparse_clients_helps()
{
    static constexpr std::array helps{
        Help{"transactions", transactions_help},
        Help{"transactions list", transactions_list_help},
        Help{"transactions describe", transactions_describe_help},
        Help{"transactions describe-producers", transactions_describe_producers_help},
        Help{"transactions find-hanging", transactions_find_hanging_help},
        Help{"transactions abort", transactions_abort_help},
        Help{"transactions forceTerminateTransaction", transactions_forceTerminateTransaction_help},
        Help{"producer-perf-test", producer_perf_test_help},
        Help{"verifiable-producer", verifiable_producer_help},
        Help{"verifiable-consumer", verifiable_consumer_help},
    };
    return helps;
}

}  // namespace gregor::lab::kafka_tools
