#include "model/error.h"

#include <array>

namespace gregor {

namespace {

struct Row {
    Error error;
    std::string_view name;
    bool retriable;
    bool refreshes_metadata;
};

constexpr std::array rows{
    Row{Error::unknown_server_error, "UNKNOWN_SERVER_ERROR", false, false},
    Row{Error::none, "NONE", false, false},
    Row{Error::offset_out_of_range, "OFFSET_OUT_OF_RANGE", false, false},
    Row{Error::corrupt_message, "CORRUPT_MESSAGE", true, false},
    Row{Error::unknown_topic_or_partition, "UNKNOWN_TOPIC_OR_PARTITION", true, true},
    Row{Error::invalid_fetch_size, "INVALID_FETCH_SIZE", false, false},
    Row{Error::leader_not_available, "LEADER_NOT_AVAILABLE", true, true},
    Row{Error::not_leader_or_follower, "NOT_LEADER_OR_FOLLOWER", true, true},
    Row{Error::request_timed_out, "REQUEST_TIMED_OUT", true, false},
    Row{Error::broker_not_available, "BROKER_NOT_AVAILABLE", false, false},
    Row{Error::replica_not_available, "REPLICA_NOT_AVAILABLE", true, true},
    Row{Error::message_too_large, "MESSAGE_TOO_LARGE", false, false},
    Row{Error::stale_controller_epoch, "STALE_CONTROLLER_EPOCH", false, false},
    Row{Error::offset_metadata_too_large, "OFFSET_METADATA_TOO_LARGE", false, false},
    Row{Error::network_exception, "NETWORK_EXCEPTION", true, true},
    Row{Error::coordinator_load_in_progress, "COORDINATOR_LOAD_IN_PROGRESS", true, false},
    Row{Error::coordinator_not_available, "COORDINATOR_NOT_AVAILABLE", true, false},
    Row{Error::not_coordinator, "NOT_COORDINATOR", true, false},
    Row{Error::invalid_topic_exception, "INVALID_TOPIC_EXCEPTION", false, false},
    Row{Error::record_list_too_large, "RECORD_LIST_TOO_LARGE", false, false},
    Row{Error::not_enough_replicas, "NOT_ENOUGH_REPLICAS", true, false},
    Row{Error::not_enough_replicas_after_append, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", true, false},
    Row{Error::invalid_required_acks, "INVALID_REQUIRED_ACKS", false, false},
    Row{Error::illegal_generation, "ILLEGAL_GENERATION", false, false},
    Row{Error::inconsistent_group_protocol, "INCONSISTENT_GROUP_PROTOCOL", false, false},
    Row{Error::invalid_group_id, "INVALID_GROUP_ID", false, false},
    Row{Error::unknown_member_id, "UNKNOWN_MEMBER_ID", false, false},
    Row{Error::invalid_session_timeout, "INVALID_SESSION_TIMEOUT", false, false},
    Row{Error::rebalance_in_progress, "REBALANCE_IN_PROGRESS", false, false},
    Row{Error::invalid_commit_offset_size, "INVALID_COMMIT_OFFSET_SIZE", false, false},
    Row{Error::topic_authorization_failed, "TOPIC_AUTHORIZATION_FAILED", false, false},
    Row{Error::group_authorization_failed, "GROUP_AUTHORIZATION_FAILED", false, false},
    Row{Error::cluster_authorization_failed, "CLUSTER_AUTHORIZATION_FAILED", false, false},
    Row{Error::invalid_timestamp, "INVALID_TIMESTAMP", false, false},
    Row{Error::unsupported_sasl_mechanism, "UNSUPPORTED_SASL_MECHANISM", false, false},
    Row{Error::illegal_sasl_state, "ILLEGAL_SASL_STATE", false, false},
    Row{Error::unsupported_version, "UNSUPPORTED_VERSION", false, false},
    Row{Error::topic_already_exists, "TOPIC_ALREADY_EXISTS", false, false},
    Row{Error::invalid_partitions, "INVALID_PARTITIONS", false, false},
    Row{Error::invalid_replication_factor, "INVALID_REPLICATION_FACTOR", false, false},
    Row{Error::invalid_replica_assignment, "INVALID_REPLICA_ASSIGNMENT", false, false},
    Row{Error::invalid_config, "INVALID_CONFIG", false, false},
    Row{Error::not_controller, "NOT_CONTROLLER", true, false},
    Row{Error::invalid_request, "INVALID_REQUEST", false, false},
    Row{Error::unsupported_for_message_format, "UNSUPPORTED_FOR_MESSAGE_FORMAT", false, false},
    Row{Error::policy_violation, "POLICY_VIOLATION", false, false},
    Row{Error::out_of_order_sequence_number, "OUT_OF_ORDER_SEQUENCE_NUMBER", false, false},
    Row{Error::duplicate_sequence_number, "DUPLICATE_SEQUENCE_NUMBER", false, false},
    Row{Error::invalid_producer_epoch, "INVALID_PRODUCER_EPOCH", false, false},
    Row{Error::invalid_txn_state, "INVALID_TXN_STATE", false, false},
    Row{Error::invalid_producer_id_mapping, "INVALID_PRODUCER_ID_MAPPING", false, false},
    Row{Error::invalid_transaction_timeout, "INVALID_TRANSACTION_TIMEOUT", false, false},
    Row{Error::concurrent_transactions, "CONCURRENT_TRANSACTIONS", true, false},
    Row{Error::transaction_coordinator_fenced, "TRANSACTION_COORDINATOR_FENCED", false, false},
    Row{Error::transactional_id_authorization_failed, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
        false, false},
    Row{Error::security_disabled, "SECURITY_DISABLED", false, false},
    Row{Error::operation_not_attempted, "OPERATION_NOT_ATTEMPTED", false, false},
    Row{Error::kafka_storage_error, "KAFKA_STORAGE_ERROR", true, true},
    Row{Error::log_dir_not_found, "LOG_DIR_NOT_FOUND", false, false},
    Row{Error::sasl_authentication_failed, "SASL_AUTHENTICATION_FAILED", false, false},
    Row{Error::unknown_producer_id, "UNKNOWN_PRODUCER_ID", false, false},
    Row{Error::reassignment_in_progress, "REASSIGNMENT_IN_PROGRESS", false, false},
    Row{Error::delegation_token_auth_disabled, "DELEGATION_TOKEN_AUTH_DISABLED", false, false},
    Row{Error::delegation_token_not_found, "DELEGATION_TOKEN_NOT_FOUND", false, false},
    Row{Error::delegation_token_owner_mismatch, "DELEGATION_TOKEN_OWNER_MISMATCH", false, false},
    Row{Error::delegation_token_request_not_allowed, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED", false,
        false},
    Row{Error::delegation_token_authorization_failed, "DELEGATION_TOKEN_AUTHORIZATION_FAILED",
        false, false},
    Row{Error::delegation_token_expired, "DELEGATION_TOKEN_EXPIRED", false, false},
    Row{Error::invalid_principal_type, "INVALID_PRINCIPAL_TYPE", false, false},
    Row{Error::non_empty_group, "NON_EMPTY_GROUP", false, false},
    Row{Error::group_id_not_found, "GROUP_ID_NOT_FOUND", false, false},
    Row{Error::fetch_session_id_not_found, "FETCH_SESSION_ID_NOT_FOUND", true, false},
    Row{Error::invalid_fetch_session_epoch, "INVALID_FETCH_SESSION_EPOCH", true, false},
    Row{Error::listener_not_found, "LISTENER_NOT_FOUND", true, true},
    Row{Error::topic_deletion_disabled, "TOPIC_DELETION_DISABLED", false, false},
    Row{Error::fenced_leader_epoch, "FENCED_LEADER_EPOCH", true, true},
    Row{Error::unknown_leader_epoch, "UNKNOWN_LEADER_EPOCH", true, false},
    Row{Error::unsupported_compression_type, "UNSUPPORTED_COMPRESSION_TYPE", false, false},
    Row{Error::stale_broker_epoch, "STALE_BROKER_EPOCH", false, false},
    Row{Error::offset_not_available, "OFFSET_NOT_AVAILABLE", true, false},
    Row{Error::member_id_required, "MEMBER_ID_REQUIRED", false, false},
    Row{Error::preferred_leader_not_available, "PREFERRED_LEADER_NOT_AVAILABLE", true, true},
    Row{Error::group_max_size_reached, "GROUP_MAX_SIZE_REACHED", false, false},
    Row{Error::fenced_instance_id, "FENCED_INSTANCE_ID", false, false},
    Row{Error::eligible_leaders_not_available, "ELIGIBLE_LEADERS_NOT_AVAILABLE", true, true},
    Row{Error::election_not_needed, "ELECTION_NOT_NEEDED", true, true},
    Row{Error::no_reassignment_in_progress, "NO_REASSIGNMENT_IN_PROGRESS", false, false},
    Row{Error::group_subscribed_to_topic, "GROUP_SUBSCRIBED_TO_TOPIC", false, false},
    Row{Error::invalid_record, "INVALID_RECORD", false, false},
    Row{Error::unstable_offset_commit, "UNSTABLE_OFFSET_COMMIT", true, false},
    Row{Error::throttling_quota_exceeded, "THROTTLING_QUOTA_EXCEEDED", true, false},
    Row{Error::producer_fenced, "PRODUCER_FENCED", false, false},
    Row{Error::resource_not_found, "RESOURCE_NOT_FOUND", false, false},
    Row{Error::duplicate_resource, "DUPLICATE_RESOURCE", false, false},
    Row{Error::unacceptable_credential, "UNACCEPTABLE_CREDENTIAL", false, false},
    Row{Error::inconsistent_voter_set, "INCONSISTENT_VOTER_SET", false, false},
    Row{Error::invalid_update_version, "INVALID_UPDATE_VERSION", false, false},
    Row{Error::feature_update_failed, "FEATURE_UPDATE_FAILED", false, false},
    Row{Error::principal_deserialization_failure, "PRINCIPAL_DESERIALIZATION_FAILURE", false,
        false},
    Row{Error::snapshot_not_found, "SNAPSHOT_NOT_FOUND", false, false},
    Row{Error::position_out_of_range, "POSITION_OUT_OF_RANGE", false, false},
    Row{Error::unknown_topic_id, "UNKNOWN_TOPIC_ID", true, true},
    Row{Error::duplicate_broker_registration, "DUPLICATE_BROKER_REGISTRATION", false, false},
    Row{Error::broker_id_not_registered, "BROKER_ID_NOT_REGISTERED", false, false},
    Row{Error::inconsistent_topic_id, "INCONSISTENT_TOPIC_ID", true, true},
    Row{Error::inconsistent_cluster_id, "INCONSISTENT_CLUSTER_ID", false, false},
    Row{Error::transactional_id_not_found, "TRANSACTIONAL_ID_NOT_FOUND", false, false},
    Row{Error::fetch_session_topic_id_error, "FETCH_SESSION_TOPIC_ID_ERROR", true, false},
    Row{Error::ineligible_replica, "INELIGIBLE_REPLICA", false, false},
    Row{Error::new_leader_elected, "NEW_LEADER_ELECTED", false, false},
    Row{Error::offset_moved_to_tiered_storage, "OFFSET_MOVED_TO_TIERED_STORAGE", false, false},
    Row{Error::fenced_member_epoch, "FENCED_MEMBER_EPOCH", false, false},
    Row{Error::unreleased_instance_id, "UNRELEASED_INSTANCE_ID", false, false},
    Row{Error::unsupported_assignor, "UNSUPPORTED_ASSIGNOR", false, false},
    Row{Error::stale_member_epoch, "STALE_MEMBER_EPOCH", false, false},
    Row{Error::mismatched_endpoint_type, "MISMATCHED_ENDPOINT_TYPE", false, false},
    Row{Error::unsupported_endpoint_type, "UNSUPPORTED_ENDPOINT_TYPE", false, false},
    Row{Error::unknown_controller_id, "UNKNOWN_CONTROLLER_ID", false, false},
    Row{Error::unknown_subscription_id, "UNKNOWN_SUBSCRIPTION_ID", false, false},
    Row{Error::telemetry_too_large, "TELEMETRY_TOO_LARGE", false, false},
    Row{Error::invalid_registration, "INVALID_REGISTRATION", false, false},
    Row{Error::transaction_abortable, "TRANSACTION_ABORTABLE", false, false},
    Row{Error::invalid_record_state, "INVALID_RECORD_STATE", false, false},
    Row{Error::share_session_not_found, "SHARE_SESSION_NOT_FOUND", true, false},
    Row{Error::invalid_share_session_epoch, "INVALID_SHARE_SESSION_EPOCH", true, false},
    Row{Error::fenced_state_epoch, "FENCED_STATE_EPOCH", false, false},
    Row{Error::invalid_voter_key, "INVALID_VOTER_KEY", false, false},
    Row{Error::duplicate_voter, "DUPLICATE_VOTER", false, false},
    Row{Error::voter_not_found, "VOTER_NOT_FOUND", false, false},
    Row{Error::invalid_regular_expression, "INVALID_REGULAR_EXPRESSION", false, false},
    Row{Error::rebootstrap_required, "REBOOTSTRAP_REQUIRED", false, false},
    Row{Error::streams_invalid_topology, "STREAMS_INVALID_TOPOLOGY", false, false},
    Row{Error::streams_invalid_topology_epoch, "STREAMS_INVALID_TOPOLOGY_EPOCH", false, false},
    Row{Error::streams_topology_fenced, "STREAMS_TOPOLOGY_FENCED", false, false},
    Row{Error::share_session_limit_reached, "SHARE_SESSION_LIMIT_REACHED", true, false},
};

const Row& row(Error error)
{
    for (const Row& each : rows) {
        if (each.error == error) return each;
    }
    return rows.front();
}

}  // namespace

std::string_view name_of(Error error)
{
    return row(error).name;
}

Error error_named(std::string_view name)
{
    for (const Row& each : rows) {
        if (each.name == name) return each.error;
    }
    return Error::unknown_server_error;
}

bool is_retriable(Error error)
{
    return row(error).retriable;
}
bool refreshes_metadata(Error error)
{
    return row(error).refreshes_metadata;
}

}  // namespace gregor
