#pragma once

#include "model/groups/group_coordinator.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace gregor::lab {

/// A coordinator of every group, whose records are written at once, and the clients that ask it.
/// A copy is a second coordinator with the same past.
class CoordinatorDesk {
public:
    CoordinatorDesk(const BrokerConfig& config, std::uint64_t seed);

    /// The number of the request; answers carry it, this one's and those of requests that waited.
    std::uint32_t send(MessageBody body);
    std::vector<std::pair<std::uint32_t, MessageBody>> take_answers();
    void run_until(Time until);
    /// Something besides requests, and what follows from it.
    template <class Deed>
    auto apply(Deed deed)
    {
        const auto result = deed(coordinator, now, effects_);
        settle();
        return result;
    }

    /// What topics there are from now on.
    void tell_topics(CoordinatorTopics topics);
    /// As if the log already held this.
    void load(std::vector<CoordinatorRecord> records);

    GroupCoordinator coordinator;
    Time now;
    std::vector<RecordBatch> log;  ///< what has been written, of all partitions
    bool writes_wait = false;  ///< records stay unwritten, and with them what is answered for them

private:
    void settle();
    void take_effects();

    Effects effects_;
    std::uint32_t requests_ = 0;
    Time timer_ = never;
    std::vector<std::pair<std::uint32_t, MessageBody>> answers_;
};

}  // namespace gregor::lab
