#pragma once

#include "engine/time.h"
#include "model/message.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace gregor {

/// Partitions whose leader wants another ISR, one request to the controller in flight for all
/// (KIP-497). There is no time limit: a change is asked for until it is answered.
/// Source: class AlterPartitionManager; KIP-497.
class AlterPartitionQueue {
public:
    static constexpr Duration retry_interval = milliseconds(50);

    void submit(TopicPartition partition)
    {
        if (std::find(waiting_.begin(), waiting_.end(), partition) == waiting_.end()) {
            waiting_.push_back(partition);
        }
    }
    bool may_send() const { return !in_flight_ && !waiting_.empty(); }
    /// The partitions of the request that goes out now.
    const std::vector<TopicPartition>& begin(std::uint32_t correlation)
    {
        in_flight_ = true;
        correlation_ = correlation;
        sent_.swap(waiting_);
        waiting_.clear();
        return sent_;
    }
    bool in_flight() const { return in_flight_; }
    bool is_answer(std::uint32_t correlation) const
    {
        return in_flight_ && correlation == correlation_;
    }
    void answered()
    {
        in_flight_ = false;
        sent_.clear();
    }
    /// No answer will come: everything is to be asked again.
    void failed()
    {
        if (!in_flight_) return;
        in_flight_ = false;
        for (const TopicPartition partition : sent_) submit(partition);
        sent_.clear();
    }

private:
    std::vector<TopicPartition> waiting_, sent_;
    std::uint32_t correlation_ = 0;
    bool in_flight_ = false;
};

}  // namespace gregor
