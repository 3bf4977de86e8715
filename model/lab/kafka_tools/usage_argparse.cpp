#include "model/lab/kafka_tools/usage.h"

/// What `--help` of the tools with subcommands prints: Kafka 4.3.1.
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view cluster_help =
    R"(usage: kafka-cluster [-h] {cluster-id,unregister,list-endpoints} ...

The Kafka cluster tool.

positional arguments:
  {cluster-id,unregister,list-endpoints}
    cluster-id           Get information about the ID of a cluster.
    unregister           Unregister a broker.
    list-endpoints       List endpoints

optional arguments:
  -h, --help             show this help message and exit
)";

constexpr std::string_view cluster_cluster_id_help =
    R"(usage: kafka-cluster cluster-id [-h] [--config CONFIG]
                     [--command-config COMMAND_CONFIG]
                     (--bootstrap-server BOOTSTRAP_SERVER |
                     --bootstrap-controller BOOTSTRAP_CONTROLLER)

optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP_SERVER, -b BOOTSTRAP_SERVER
                         A list of host/port pairs  to use for establishing
                         the connection to the Kafka cluster.
  --bootstrap-controller BOOTSTRAP_CONTROLLER, -C BOOTSTRAP_CONTROLLER
                         A list of host/port pairs  to use for establishing
                         the connection to the KRaft controllers.
  --config CONFIG        (DEPRECATED)   A    property    file    containing
                         configurations for the  Admin  client. This option
                         will be  removed  in  a  future  version.  Use  --
                         command-config instead.
  --command-config COMMAND_CONFIG, -c COMMAND_CONFIG
                         Config properties file for the Admin client.
)";

constexpr std::string_view cluster_unregister_help =
    R"(usage: kafka-cluster unregister [-h] [--config CONFIG]
                     [--command-config COMMAND_CONFIG] --id ID
                     (--bootstrap-server BOOTSTRAP_SERVER |
                     --bootstrap-controller BOOTSTRAP_CONTROLLER)

optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP_SERVER, -b BOOTSTRAP_SERVER
                         A list of host/port pairs  to use for establishing
                         the connection to the Kafka cluster.
  --bootstrap-controller BOOTSTRAP_CONTROLLER, -C BOOTSTRAP_CONTROLLER
                         A list of host/port pairs  to use for establishing
                         the connection to the KRaft controllers.
  --config CONFIG        (DEPRECATED)   A    property    file    containing
                         configurations for the  Admin  client. This option
                         will be  removed  in  a  future  version.  Use  --
                         command-config instead.
  --command-config COMMAND_CONFIG, -c COMMAND_CONFIG
                         Config properties file for the Admin client.
  --id ID, -i ID         The ID of the broker to unregister.
)";

constexpr std::string_view cluster_list_endpoints_help =
    R"(usage: kafka-cluster list-endpoints [-h] [--config CONFIG]
                     [--command-config COMMAND_CONFIG]
                     [--include-fenced-brokers]
                     (--bootstrap-server BOOTSTRAP_SERVER |
                     --bootstrap-controller BOOTSTRAP_CONTROLLER)

optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP_SERVER, -b BOOTSTRAP_SERVER
                         A list of host/port pairs  to use for establishing
                         the connection to the Kafka cluster.
  --bootstrap-controller BOOTSTRAP_CONTROLLER, -C BOOTSTRAP_CONTROLLER
                         A list of host/port pairs  to use for establishing
                         the connection to the KRaft controllers.
  --config CONFIG        (DEPRECATED)   A    property    file    containing
                         configurations for the  Admin  client. This option
                         will be  removed  in  a  future  version.  Use  --
                         command-config instead.
  --command-config COMMAND_CONFIG, -c COMMAND_CONFIG
                         Config properties file for the Admin client.
  --include-fenced-brokers
                         Whether to  include  fenced  brokers  when listing
                         broker endpoints
)";

constexpr std::string_view features_help =
    R"(usage: kafka-features [-h] [--command-config COMMAND_CONFIG]
                      [--bootstrap-server BOOTSTRAP_SERVER |
                      --bootstrap-controller BOOTSTRAP_CONTROLLER]
                      {describe,upgrade,downgrade,disable,version-mapping,feature-dependencies}
                      ...

This tool manages feature flags in Kafka.

positional arguments:
  {describe,upgrade,downgrade,disable,version-mapping,feature-dependencies}
    describe             Describes the current active feature flags.
    upgrade              Upgrade one or more feature flags.
    downgrade            Downgrade one or more feature flags.
    disable              Disable one or  more  feature  flags.  This is the
                         same as downgrading the version to zero.
    version-mapping      Look up the  corresponding  features  for  a given
                         metadata version. Using  the  command  with  no --
                         release-version  argument will  return the mapping
                         for the latest stable metadata version
    feature-dependencies
                         Look up dependencies for  a given feature version.
                         If the feature is  not  known  or  the version not
                         yet  defined,  an   error   is   thrown.  Multiple
                         features can be specified.

optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP_SERVER
                         A comma-separated list of  host:port  pairs to use
                         for  establishing  the  connection  to  the  Kafka
                         cluster.
  --bootstrap-controller BOOTSTRAP_CONTROLLER
                         A comma-separated list of  host:port  pairs to use
                         for  establishing  the  connection  to  the  KRaft
                         quorum.
  --command-config COMMAND_CONFIG
                         Property file containing configs  to  be passed to
                         Admin Client.
)";

constexpr std::string_view features_describe_help =
    R"(usage: kafka-features describe [-h] [--node-id NODE_ID]

optional arguments:
  -h, --help             show this help message and exit
  --node-id NODE_ID      The node id to which  the requests should be sent.
                         If not specified, the requests  will be sent to an
                         arbitrary controller/broker.
)";

constexpr std::string_view features_upgrade_help =
    R"(usage: kafka-features upgrade [-h] [--metadata METADATA]
                      [--release-version RELEASE_VERSION]
                      [--feature FEATURE] [--dry-run]

optional arguments:
  -h, --help             show this help message and exit
  --metadata METADATA    DEPRECATED  --  The  level   to  which  we  should
                         upgrade the metadata. For example, 3.3-IV3.
  --release-version RELEASE_VERSION
                         The release version  to  update  all  features to.
                         For example, 3.9-IV0  will set metadata.version=21
                         and  kraft.version=1.   Use   the  version-mapping
                         command to learn which  features  will  be set for
                         any given version.
  --feature FEATURE      A  feature   upgrade   we   should   perform,   in
                         feature=level  format.  For   example:  `metadata.
                         version=5`.
  --dry-run              Validate this upgrade, but do not perform it.
)";

constexpr std::string_view features_downgrade_help =
    R"(usage: kafka-features downgrade [-h] [--metadata METADATA]
                      [--release-version RELEASE_VERSION]
                      [--feature FEATURE] [--unsafe] [--dry-run]

optional arguments:
  -h, --help             show this help message and exit
  --metadata METADATA    DEPRECATED  --  The  level   to  which  we  should
                         downgrade the metadata. For example, 3.3-IV0.
  --release-version RELEASE_VERSION
                         The release version to  downgrade all features to.
                         For example, 3.9-IV0  will set metadata.version=21
                         and  kraft.version=1.   Use   the  version-mapping
                         command to learn which  features  will  be set for
                         any given version.
  --feature FEATURE      A  feature  downgrade   we   should   perform,  in
                         feature=level  format.  For   example:  `metadata.
                         version=5`.
  --unsafe               Perform   this   downgrade   even    if   it   may
                         irreversibly destroy metadata.
  --dry-run              Validate this downgrade, but do not perform it.
)";

constexpr std::string_view features_disable_help =
    R"(usage: kafka-features disable [-h] [--feature FEATURE] [--unsafe]
                      [--dry-run]

optional arguments:
  -h, --help             show this help message and exit
  --feature FEATURE      A feature flag to disable.
  --unsafe               Disable  this  feature   flag   even   if  it  may
                         irreversibly destroy metadata.
  --dry-run              Perform a dry-run of this disable operation.
)";

constexpr std::string_view features_version_mapping_help =
    R"(usage: kafka-features version-mapping [-h]
                      [--release-version RELEASE_VERSION]

optional arguments:
  -h, --help             show this help message and exit
  --release-version RELEASE_VERSION
                         The release version to  use  for the corresponding
                         feature  mapping.  The  minimum  is  3.3-IV3;  the
                         default is 4.3-IV0
)";

constexpr std::string_view features_feature_dependencies_help =
    R"(usage: kafka-features feature-dependencies [-h] --feature FEATURE

optional arguments:
  -h, --help             show this help message and exit
  --feature FEATURE      The feature and  version  to  look up dependencies
                         for,  in  feature=version   format.  For  example:
                         `metadata.version=5`.
)";

constexpr std::string_view metadata_quorum_help =
    R"(usage: kafka-metadata-quorum [-h] [--command-config COMMAND_CONFIG]
                             (--bootstrap-server BOOTSTRAP_SERVER |
                             --bootstrap-controller BOOTSTRAP_CONTROLLER)
                             {describe,add-controller,remove-controller}
                             ...

This tool describes kraft metadata quorum status.

positional arguments:
  {describe,add-controller,remove-controller}
    describe             Describe the metadata quorum info
    add-controller       Add a controller to the KRaft controller cluster
    remove-controller    Remove a  controller  from  the  KRaft  controller
                         cluster

optional arguments:
  -h, --help             show this help message and exit
  --bootstrap-server BOOTSTRAP_SERVER
                         A comma-separated list of  host:port  pairs to use
                         for  establishing  the  connection  to  the  Kafka
                         cluster.
  --bootstrap-controller BOOTSTRAP_CONTROLLER
                         A comma-separated list of  host:port  pairs to use
                         for  establishing  the  connection  to  the  Kafka
                         controllers.
  --command-config COMMAND_CONFIG
                         Property file containing configs  to  be passed to
                         Admin Client.  For  add-controller,  the  file  is
                         used to specify the controller properties as well.
)";

constexpr std::string_view metadata_quorum_describe_help =
    R"(usage: kafka-metadata-quorum (--bootstrap-server BOOTSTRAP_SERVER |
                             --bootstrap-controller BOOTSTRAP_CONTROLLER)
                             describe [-h] [--status] [--replication]
                             [--human-readable]

optional arguments:
  -h, --help             show this help message and exit

Status:
  --status               A short  summary  of  the  quorum  status  and the
                         other  provides  detailed  information  about  the
                         status of replication.

Replication:
  --replication          Detailed   information   about   the   status   of
                         replication
  --human-readable       Human-readable output
)";

constexpr std::string_view metadata_quorum_add_controller_help =
    R"(usage: kafka-metadata-quorum (--bootstrap-server BOOTSTRAP_SERVER |
                             --bootstrap-controller BOOTSTRAP_CONTROLLER)
                             add-controller [-h] [--dry-run]

optional arguments:
  -h, --help             show this help message and exit
  --dry-run              True if we should  print  what  would be done, but
                         not do it.
)";

constexpr std::string_view metadata_quorum_remove_controller_help =
    R"(usage: kafka-metadata-quorum (--bootstrap-server BOOTSTRAP_SERVER |
                             --bootstrap-controller BOOTSTRAP_CONTROLLER)
                             remove-controller [-h]
                             --controller-id CONTROLLER_ID
                             --controller-directory-id CONTROLLER_DIRECTORY_ID
                             [--dry-run]

optional arguments:
  -h, --help             show this help message and exit
  --controller-id CONTROLLER_ID, -i CONTROLLER_ID
                         The id of the controller to remove.
  --controller-directory-id CONTROLLER_DIRECTORY_ID, -d CONTROLLER_DIRECTORY_ID
                         The directory ID of the controller to remove.
  --dry-run              True if we should  print  what  would be done, but
                         not do it.
)";

}  // namespace

std::span<const Help> argparse_helps()
{
    static constexpr std::array helps{
        Help{"cluster", cluster_help},
        Help{"cluster cluster-id", cluster_cluster_id_help},
        Help{"cluster unregister", cluster_unregister_help},
        Help{"cluster list-endpoints", cluster_list_endpoints_help},
        Help{"features", features_help},
        Help{"features describe", features_describe_help},
        Help{"features upgrade", features_upgrade_help},
        Help{"features downgrade", features_downgrade_help},
        Help{"features disable", features_disable_help},
        Help{"features version-mapping", features_version_mapping_help},
        Help{"features feature-dependencies", features_feature_dependencies_help},
        Help{"metadata-quorum", metadata_quorum_help},
        Help{"metadata-quorum describe", metadata_quorum_describe_help},
        Help{"metadata-quorum add-controller", metadata_quorum_add_controller_help},
        Help{"metadata-quorum remove-controller", metadata_quorum_remove_controller_help},
    };
    return helps;
}

}  // namespace gregor::lab::kafka_tools
