#include "model/error.h"

#include <array>

namespace gregor {

namespace {

struct Row {
    Error error;
    std::string_view name;
    bool retriable;
    bool refreshes_metadata;
    std::string_view exception;
};

constexpr std::array rows{
    Row{Error::unknown_server_error, "UNKNOWN_SERVER_ERROR", false, false,
        "UnknownServerException"},
    Row{Error::none, "NONE", false, false, ""},
    Row{Error::offset_out_of_range, "OFFSET_OUT_OF_RANGE", false, false,
        "OffsetOutOfRangeException"},
    Row{Error::corrupt_message, "CORRUPT_MESSAGE", true, false, "CorruptRecordException"},
    Row{Error::unknown_topic_or_partition, "UNKNOWN_TOPIC_OR_PARTITION", true, true,
        "UnknownTopicOrPartitionException"},
    Row{Error::invalid_fetch_size, "INVALID_FETCH_SIZE", false, false, "InvalidFetchSizeException"},
    Row{Error::leader_not_available, "LEADER_NOT_AVAILABLE", true, true,
        "LeaderNotAvailableException"},
    Row{Error::not_leader_or_follower, "NOT_LEADER_OR_FOLLOWER", true, true,
        "NotLeaderOrFollowerException"},
    Row{Error::request_timed_out, "REQUEST_TIMED_OUT", true, false, "TimeoutException"},
    Row{Error::broker_not_available, "BROKER_NOT_AVAILABLE", false, false,
        "BrokerNotAvailableException"},
    Row{Error::replica_not_available, "REPLICA_NOT_AVAILABLE", true, true,
        "ReplicaNotAvailableException"},
    Row{Error::message_too_large, "MESSAGE_TOO_LARGE", false, false, "RecordTooLargeException"},
    Row{Error::stale_controller_epoch, "STALE_CONTROLLER_EPOCH", false, false,
        "ControllerMovedException"},
    Row{Error::offset_metadata_too_large, "OFFSET_METADATA_TOO_LARGE", false, false,
        "OffsetMetadataTooLarge"},
    Row{Error::network_exception, "NETWORK_EXCEPTION", true, true, "NetworkException"},
    Row{Error::coordinator_load_in_progress, "COORDINATOR_LOAD_IN_PROGRESS", true, false,
        "CoordinatorLoadInProgressException"},
    Row{Error::coordinator_not_available, "COORDINATOR_NOT_AVAILABLE", true, false,
        "CoordinatorNotAvailableException"},
    Row{Error::not_coordinator, "NOT_COORDINATOR", true, false, "NotCoordinatorException"},
    Row{Error::invalid_topic_exception, "INVALID_TOPIC_EXCEPTION", false, false,
        "InvalidTopicException"},
    Row{Error::record_list_too_large, "RECORD_LIST_TOO_LARGE", false, false,
        "RecordBatchTooLargeException"},
    Row{Error::not_enough_replicas, "NOT_ENOUGH_REPLICAS", true, false,
        "NotEnoughReplicasException"},
    Row{Error::not_enough_replicas_after_append, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", true, false,
        "NotEnoughReplicasAfterAppendException"},
    Row{Error::invalid_required_acks, "INVALID_REQUIRED_ACKS", false, false,
        "InvalidRequiredAcksException"},
    Row{Error::illegal_generation, "ILLEGAL_GENERATION", false, false,
        "IllegalGenerationException"},
    Row{Error::inconsistent_group_protocol, "INCONSISTENT_GROUP_PROTOCOL", false, false,
        "InconsistentGroupProtocolException"},
    Row{Error::invalid_group_id, "INVALID_GROUP_ID", false, false, "InvalidGroupIdException"},
    Row{Error::unknown_member_id, "UNKNOWN_MEMBER_ID", false, false, "UnknownMemberIdException"},
    Row{Error::invalid_session_timeout, "INVALID_SESSION_TIMEOUT", false, false,
        "InvalidSessionTimeoutException"},
    Row{Error::rebalance_in_progress, "REBALANCE_IN_PROGRESS", false, false,
        "RebalanceInProgressException"},
    Row{Error::invalid_commit_offset_size, "INVALID_COMMIT_OFFSET_SIZE", false, false,
        "InvalidCommitOffsetSizeException"},
    Row{Error::topic_authorization_failed, "TOPIC_AUTHORIZATION_FAILED", false, false,
        "TopicAuthorizationException"},
    Row{Error::group_authorization_failed, "GROUP_AUTHORIZATION_FAILED", false, false,
        "GroupAuthorizationException"},
    Row{Error::cluster_authorization_failed, "CLUSTER_AUTHORIZATION_FAILED", false, false,
        "ClusterAuthorizationException"},
    Row{Error::invalid_timestamp, "INVALID_TIMESTAMP", false, false, "InvalidTimestampException"},
    Row{Error::unsupported_sasl_mechanism, "UNSUPPORTED_SASL_MECHANISM", false, false,
        "UnsupportedSaslMechanismException"},
    Row{Error::illegal_sasl_state, "ILLEGAL_SASL_STATE", false, false, "IllegalSaslStateException"},
    Row{Error::unsupported_version, "UNSUPPORTED_VERSION", false, false,
        "UnsupportedVersionException"},
    Row{Error::topic_already_exists, "TOPIC_ALREADY_EXISTS", false, false, "TopicExistsException"},
    Row{Error::invalid_partitions, "INVALID_PARTITIONS", false, false,
        "InvalidPartitionsException"},
    Row{Error::invalid_replication_factor, "INVALID_REPLICATION_FACTOR", false, false,
        "InvalidReplicationFactorException"},
    Row{Error::invalid_replica_assignment, "INVALID_REPLICA_ASSIGNMENT", false, false,
        "InvalidReplicaAssignmentException"},
    Row{Error::invalid_config, "INVALID_CONFIG", false, false, "InvalidConfigurationException"},
    Row{Error::not_controller, "NOT_CONTROLLER", true, false, "NotControllerException"},
    Row{Error::invalid_request, "INVALID_REQUEST", false, false, "InvalidRequestException"},
    Row{Error::unsupported_for_message_format, "UNSUPPORTED_FOR_MESSAGE_FORMAT", false, false,
        "UnsupportedForMessageFormatException"},
    Row{Error::policy_violation, "POLICY_VIOLATION", false, false, "PolicyViolationException"},
    Row{Error::out_of_order_sequence_number, "OUT_OF_ORDER_SEQUENCE_NUMBER", false, false,
        "OutOfOrderSequenceException"},
    Row{Error::duplicate_sequence_number, "DUPLICATE_SEQUENCE_NUMBER", false, false,
        "DuplicateSequenceException"},
    Row{Error::invalid_producer_epoch, "INVALID_PRODUCER_EPOCH", false, false,
        "InvalidProducerEpochException"},
    Row{Error::invalid_txn_state, "INVALID_TXN_STATE", false, false, "InvalidTxnStateException"},
    Row{Error::invalid_producer_id_mapping, "INVALID_PRODUCER_ID_MAPPING", false, false,
        "InvalidPidMappingException"},
    Row{Error::invalid_transaction_timeout, "INVALID_TRANSACTION_TIMEOUT", false, false,
        "InvalidTxnTimeoutException"},
    Row{Error::concurrent_transactions, "CONCURRENT_TRANSACTIONS", true, false,
        "ConcurrentTransactionsException"},
    Row{Error::transaction_coordinator_fenced, "TRANSACTION_COORDINATOR_FENCED", false, false,
        "TransactionCoordinatorFencedException"},
    Row{Error::transactional_id_authorization_failed, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
        false, false, "TransactionalIdAuthorizationException"},
    Row{Error::security_disabled, "SECURITY_DISABLED", false, false, "SecurityDisabledException"},
    Row{Error::operation_not_attempted, "OPERATION_NOT_ATTEMPTED", false, false,
        "OperationNotAttemptedException"},
    Row{Error::kafka_storage_error, "KAFKA_STORAGE_ERROR", true, true, "KafkaStorageException"},
    Row{Error::log_dir_not_found, "LOG_DIR_NOT_FOUND", false, false, "LogDirNotFoundException"},
    Row{Error::sasl_authentication_failed, "SASL_AUTHENTICATION_FAILED", false, false,
        "SaslAuthenticationException"},
    Row{Error::unknown_producer_id, "UNKNOWN_PRODUCER_ID", false, false,
        "UnknownProducerIdException"},
    Row{Error::reassignment_in_progress, "REASSIGNMENT_IN_PROGRESS", false, false,
        "ReassignmentInProgressException"},
    Row{Error::delegation_token_auth_disabled, "DELEGATION_TOKEN_AUTH_DISABLED", false, false,
        "DelegationTokenDisabledException"},
    Row{Error::delegation_token_not_found, "DELEGATION_TOKEN_NOT_FOUND", false, false,
        "DelegationTokenNotFoundException"},
    Row{Error::delegation_token_owner_mismatch, "DELEGATION_TOKEN_OWNER_MISMATCH", false, false,
        "DelegationTokenOwnerMismatchException"},
    Row{Error::delegation_token_request_not_allowed, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED", false,
        false, "UnsupportedByAuthenticationException"},
    Row{Error::delegation_token_authorization_failed, "DELEGATION_TOKEN_AUTHORIZATION_FAILED",
        false, false, "DelegationTokenAuthorizationException"},
    Row{Error::delegation_token_expired, "DELEGATION_TOKEN_EXPIRED", false, false,
        "DelegationTokenExpiredException"},
    Row{Error::invalid_principal_type, "INVALID_PRINCIPAL_TYPE", false, false,
        "InvalidPrincipalTypeException"},
    Row{Error::non_empty_group, "NON_EMPTY_GROUP", false, false, "GroupNotEmptyException"},
    Row{Error::group_id_not_found, "GROUP_ID_NOT_FOUND", false, false, "GroupIdNotFoundException"},
    Row{Error::fetch_session_id_not_found, "FETCH_SESSION_ID_NOT_FOUND", true, false,
        "FetchSessionIdNotFoundException"},
    Row{Error::invalid_fetch_session_epoch, "INVALID_FETCH_SESSION_EPOCH", true, false,
        "InvalidFetchSessionEpochException"},
    Row{Error::listener_not_found, "LISTENER_NOT_FOUND", true, true, "ListenerNotFoundException"},
    Row{Error::topic_deletion_disabled, "TOPIC_DELETION_DISABLED", false, false,
        "TopicDeletionDisabledException"},
    Row{Error::fenced_leader_epoch, "FENCED_LEADER_EPOCH", true, true,
        "FencedLeaderEpochException"},
    Row{Error::unknown_leader_epoch, "UNKNOWN_LEADER_EPOCH", true, false,
        "UnknownLeaderEpochException"},
    Row{Error::unsupported_compression_type, "UNSUPPORTED_COMPRESSION_TYPE", false, false,
        "UnsupportedCompressionTypeException"},
    Row{Error::stale_broker_epoch, "STALE_BROKER_EPOCH", false, false, "StaleBrokerEpochException"},
    Row{Error::offset_not_available, "OFFSET_NOT_AVAILABLE", true, false,
        "OffsetNotAvailableException"},
    Row{Error::member_id_required, "MEMBER_ID_REQUIRED", false, false, "MemberIdRequiredException"},
    Row{Error::preferred_leader_not_available, "PREFERRED_LEADER_NOT_AVAILABLE", true, true,
        "PreferredLeaderNotAvailableException"},
    Row{Error::group_max_size_reached, "GROUP_MAX_SIZE_REACHED", false, false,
        "GroupMaxSizeReachedException"},
    Row{Error::fenced_instance_id, "FENCED_INSTANCE_ID", false, false, "FencedInstanceIdException"},
    Row{Error::eligible_leaders_not_available, "ELIGIBLE_LEADERS_NOT_AVAILABLE", true, true,
        "EligibleLeadersNotAvailableException"},
    Row{Error::election_not_needed, "ELECTION_NOT_NEEDED", true, true,
        "ElectionNotNeededException"},
    Row{Error::no_reassignment_in_progress, "NO_REASSIGNMENT_IN_PROGRESS", false, false,
        "NoReassignmentInProgressException"},
    Row{Error::group_subscribed_to_topic, "GROUP_SUBSCRIBED_TO_TOPIC", false, false,
        "GroupSubscribedToTopicException"},
    Row{Error::invalid_record, "INVALID_RECORD", false, false, "InvalidRecordException"},
    Row{Error::unstable_offset_commit, "UNSTABLE_OFFSET_COMMIT", true, false,
        "UnstableOffsetCommitException"},
    Row{Error::throttling_quota_exceeded, "THROTTLING_QUOTA_EXCEEDED", true, false,
        "ThrottlingQuotaExceededException"},
    Row{Error::producer_fenced, "PRODUCER_FENCED", false, false, "ProducerFencedException"},
    Row{Error::resource_not_found, "RESOURCE_NOT_FOUND", false, false, "ResourceNotFoundException"},
    Row{Error::duplicate_resource, "DUPLICATE_RESOURCE", false, false,
        "DuplicateResourceException"},
    Row{Error::unacceptable_credential, "UNACCEPTABLE_CREDENTIAL", false, false,
        "UnacceptableCredentialException"},
    Row{Error::inconsistent_voter_set, "INCONSISTENT_VOTER_SET", false, false,
        "InconsistentVoterSetException"},
    Row{Error::invalid_update_version, "INVALID_UPDATE_VERSION", false, false,
        "InvalidUpdateVersionException"},
    Row{Error::feature_update_failed, "FEATURE_UPDATE_FAILED", false, false,
        "FeatureUpdateFailedException"},
    Row{Error::principal_deserialization_failure, "PRINCIPAL_DESERIALIZATION_FAILURE", false, false,
        "PrincipalDeserializationException"},
    Row{Error::snapshot_not_found, "SNAPSHOT_NOT_FOUND", false, false, "SnapshotNotFoundException"},
    Row{Error::position_out_of_range, "POSITION_OUT_OF_RANGE", false, false,
        "PositionOutOfRangeException"},
    Row{Error::unknown_topic_id, "UNKNOWN_TOPIC_ID", true, true, "UnknownTopicIdException"},
    Row{Error::duplicate_broker_registration, "DUPLICATE_BROKER_REGISTRATION", false, false,
        "DuplicateBrokerRegistrationException"},
    Row{Error::broker_id_not_registered, "BROKER_ID_NOT_REGISTERED", false, false,
        "BrokerIdNotRegisteredException"},
    Row{Error::inconsistent_topic_id, "INCONSISTENT_TOPIC_ID", true, true,
        "InconsistentTopicIdException"},
    Row{Error::inconsistent_cluster_id, "INCONSISTENT_CLUSTER_ID", false, false,
        "InconsistentClusterIdException"},
    Row{Error::transactional_id_not_found, "TRANSACTIONAL_ID_NOT_FOUND", false, false,
        "TransactionalIdNotFoundException"},
    Row{Error::fetch_session_topic_id_error, "FETCH_SESSION_TOPIC_ID_ERROR", true, false,
        "FetchSessionTopicIdException"},
    Row{Error::ineligible_replica, "INELIGIBLE_REPLICA", false, false,
        "IneligibleReplicaException"},
    Row{Error::new_leader_elected, "NEW_LEADER_ELECTED", false, false, "NewLeaderElectedException"},
    Row{Error::offset_moved_to_tiered_storage, "OFFSET_MOVED_TO_TIERED_STORAGE", false, false,
        "OffsetMovedToTieredStorageException"},
    Row{Error::fenced_member_epoch, "FENCED_MEMBER_EPOCH", false, false,
        "FencedMemberEpochException"},
    Row{Error::unreleased_instance_id, "UNRELEASED_INSTANCE_ID", false, false,
        "UnreleasedInstanceIdException"},
    Row{Error::unsupported_assignor, "UNSUPPORTED_ASSIGNOR", false, false,
        "UnsupportedAssignorException"},
    Row{Error::stale_member_epoch, "STALE_MEMBER_EPOCH", false, false, "StaleMemberEpochException"},
    Row{Error::mismatched_endpoint_type, "MISMATCHED_ENDPOINT_TYPE", false, false,
        "MismatchedEndpointTypeException"},
    Row{Error::unsupported_endpoint_type, "UNSUPPORTED_ENDPOINT_TYPE", false, false,
        "UnsupportedEndpointTypeException"},
    Row{Error::unknown_controller_id, "UNKNOWN_CONTROLLER_ID", false, false,
        "UnknownControllerIdException"},
    Row{Error::unknown_subscription_id, "UNKNOWN_SUBSCRIPTION_ID", false, false,
        "UnknownSubscriptionIdException"},
    Row{Error::telemetry_too_large, "TELEMETRY_TOO_LARGE", false, false,
        "TelemetryTooLargeException"},
    Row{Error::invalid_registration, "INVALID_REGISTRATION", false, false,
        "InvalidRegistrationException"},
    Row{Error::transaction_abortable, "TRANSACTION_ABORTABLE", false, false,
        "TransactionAbortableException"},
    Row{Error::invalid_record_state, "INVALID_RECORD_STATE", false, false,
        "InvalidRecordStateException"},
    Row{Error::share_session_not_found, "SHARE_SESSION_NOT_FOUND", true, false,
        "ShareSessionNotFoundException"},
    Row{Error::invalid_share_session_epoch, "INVALID_SHARE_SESSION_EPOCH", true, false,
        "InvalidShareSessionEpochException"},
    Row{Error::fenced_state_epoch, "FENCED_STATE_EPOCH", false, false, "FencedStateEpochException"},
    Row{Error::invalid_voter_key, "INVALID_VOTER_KEY", false, false, "InvalidVoterKeyException"},
    Row{Error::duplicate_voter, "DUPLICATE_VOTER", false, false, "DuplicateVoterException"},
    Row{Error::voter_not_found, "VOTER_NOT_FOUND", false, false, "VoterNotFoundException"},
    Row{Error::invalid_regular_expression, "INVALID_REGULAR_EXPRESSION", false, false,
        "InvalidRegularExpression"},
    Row{Error::rebootstrap_required, "REBOOTSTRAP_REQUIRED", false, false,
        "RebootstrapRequiredException"},
    Row{Error::streams_invalid_topology, "STREAMS_INVALID_TOPOLOGY", false, false,
        "StreamsInvalidTopologyException"},
    Row{Error::streams_invalid_topology_epoch, "STREAMS_INVALID_TOPOLOGY_EPOCH", false, false,
        "StreamsInvalidTopologyEpochException"},
    Row{Error::streams_topology_fenced, "STREAMS_TOPOLOGY_FENCED", false, false,
        "StreamsTopologyFencedException"},
    Row{Error::share_session_limit_reached, "SHARE_SESSION_LIMIT_REACHED", true, false,
        "ShareSessionLimitReachedException"},
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

std::string_view exception_of(Error error)
{
    return row(error).exception;
}

bool is_retriable(Error error)
{
    return row(error).retriable;
}
bool refreshes_metadata(Error error)
{
    return row(error).refreshes_metadata;
}

Error coordinator_answer_for(Error append_error)
{
    switch (append_error) {
        case Error::unknown_topic_or_partition:
        case Error::request_timed_out:
        case Error::not_enough_replicas:
        case Error::not_enough_replicas_after_append: return Error::coordinator_not_available;
        case Error::not_leader_or_follower:
        case Error::kafka_storage_error: return Error::not_coordinator;
        case Error::message_too_large:
        case Error::record_list_too_large:
        case Error::invalid_fetch_size: return Error::unknown_server_error;
        default: return append_error;
    }
}

}  // namespace gregor
