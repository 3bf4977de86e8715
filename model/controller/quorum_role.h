#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gregor {

/// The states of a voter of the metadata quorum (classes UnattachedState,
/// ProspectiveState, CandidateState, LeaderState, FollowerState, ResignedState).
enum class QuorumRole : std::uint8_t {
    unattached,   ///< knows the epoch, no leader of it
    prospective,  ///< asks whether an election could be won (KIP-996), in the old epoch
    candidate,    ///< asks for votes in an epoch of its own
    leader,
    follower,
    resigned,  ///< was the leader of this epoch and gave up
};

std::string_view name_of(QuorumRole role);

struct QuorumMove {
    QuorumRole from, to;
    std::string_view because;
};

namespace because {
inline constexpr std::string_view started = "started";
inline constexpr std::string_view election_timeout = "election timeout expired";
inline constexpr std::string_view fetch_timeout = "fetch timeout expired";
inline constexpr std::string_view higher_epoch = "saw a higher epoch";
inline constexpr std::string_view found_leader = "learned who leads";
inline constexpr std::string_view pre_votes = "majority of pre-votes";
inline constexpr std::string_view pre_vote_failed = "pre-vote failed";
inline constexpr std::string_view votes = "majority of votes";
inline constexpr std::string_view majority_silent = "no majority fetched in time";
inline constexpr std::string_view shutdown = "graceful shutdown";
}  // namespace because

/// Every legal move, and what may cause it. Checked at run time.
inline constexpr std::array quorum_moves{
    QuorumMove{QuorumRole::unattached, QuorumRole::unattached, because::higher_epoch},
    QuorumMove{QuorumRole::unattached, QuorumRole::prospective, because::election_timeout},
    QuorumMove{QuorumRole::unattached, QuorumRole::candidate, because::election_timeout},
    QuorumMove{QuorumRole::unattached, QuorumRole::follower, because::found_leader},
    QuorumMove{QuorumRole::prospective, QuorumRole::candidate, because::pre_votes},
    QuorumMove{QuorumRole::prospective, QuorumRole::follower, because::pre_vote_failed},
    QuorumMove{QuorumRole::prospective, QuorumRole::unattached, because::pre_vote_failed},
    QuorumMove{QuorumRole::prospective, QuorumRole::unattached, because::higher_epoch},
    QuorumMove{QuorumRole::prospective, QuorumRole::follower, because::found_leader},
    QuorumMove{QuorumRole::candidate, QuorumRole::leader, because::votes},
    QuorumMove{QuorumRole::candidate, QuorumRole::prospective, because::election_timeout},
    QuorumMove{QuorumRole::candidate, QuorumRole::candidate, because::election_timeout},
    QuorumMove{QuorumRole::candidate, QuorumRole::follower, because::found_leader},
    QuorumMove{QuorumRole::candidate, QuorumRole::unattached, because::higher_epoch},
    QuorumMove{QuorumRole::leader, QuorumRole::resigned, because::majority_silent},
    QuorumMove{QuorumRole::leader, QuorumRole::resigned, because::shutdown},
    QuorumMove{QuorumRole::leader, QuorumRole::follower, because::found_leader},
    QuorumMove{QuorumRole::leader, QuorumRole::unattached, because::higher_epoch},
    QuorumMove{QuorumRole::follower, QuorumRole::prospective, because::fetch_timeout},
    QuorumMove{QuorumRole::follower, QuorumRole::candidate, because::fetch_timeout},
    QuorumMove{QuorumRole::follower, QuorumRole::follower, because::found_leader},
    QuorumMove{QuorumRole::follower, QuorumRole::unattached, because::higher_epoch},
    QuorumMove{QuorumRole::resigned, QuorumRole::unattached, because::election_timeout},
    QuorumMove{QuorumRole::resigned, QuorumRole::candidate, because::election_timeout},
    QuorumMove{QuorumRole::resigned, QuorumRole::unattached, because::higher_epoch},
    QuorumMove{QuorumRole::resigned, QuorumRole::follower, because::found_leader},
};

}  // namespace gregor
