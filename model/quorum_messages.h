#pragma once

#include "model/error.h"
#include "model/metadata_record.h"
#include "model/types.h"

#include <cstdint>
#include <vector>

/// Requests and responses between the voters and observers of the metadata log (KIP-595).
namespace gregor {

struct VoteRequest {
    BrokerId candidate;
    QuorumEpoch epoch;
    QuorumEpoch last_epoch;
    Offset last_offset;
    bool pre_vote = false;  ///< KIP-996
};
struct VoteResponse {
    Error error = Error::none;
    BrokerId leader{no_broker};
    QuorumEpoch epoch;
    bool granted = false;
    bool pre_vote = false;
};
struct BeginQuorumEpochRequest {
    BrokerId leader;
    QuorumEpoch epoch;
};
struct BeginQuorumEpochResponse {
    Error error = Error::none;
    QuorumEpoch epoch;
    BrokerId leader{no_broker};
};
struct EndQuorumEpochRequest {
    BrokerId leader;
    QuorumEpoch epoch;
    std::vector<BrokerId> preferred_successors;
};
struct EndQuorumEpochResponse {
    Error error = Error::none;
    QuorumEpoch epoch;
    BrokerId leader{no_broker};
};
struct QuorumFetchRequest {
    BrokerId replica;  ///< a voter or an observer (broker)
    QuorumEpoch current_epoch;
    Offset fetch_offset;
    QuorumEpoch last_fetched_epoch;
    Duration max_wait;
    Offset high_watermark{no_offset};  ///< KIP-1166: a higher one is answered at once; -1: never
};
struct QuorumFetchResponse {
    Error error = Error::none;
    BrokerId leader{no_broker};
    QuorumEpoch epoch;
    Offset high_watermark{no_offset};
    QuorumEpoch diverging_epoch;
    Offset diverging_end_offset{no_offset};  ///< -1: does not diverge
    std::vector<MetadataBatchPtr> batches;
};

}  // namespace gregor
