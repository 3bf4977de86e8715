#pragma once

#include "model/lab/built_in.h"

#include <vector>

/// Properties judged by the logs and histories as they are at the end.
namespace gregor::lab::built_in {

/// The producers that the assertion is about, and that sent anything.
std::vector<ClientId> producers(const Watch& watch);
/// Its partitions.
std::vector<TopicPartition> partitions(const Watch& watch);
IntervalSet intersection(const IntervalSet& a, const IntervalSet& b);
/// "P: {1, 2}" of several clients, or the plain set of one.
class RecordsByClient {
public:
    void add(const Watch& watch, ClientId client, const IntervalSet& records);
    bool empty() const { return size_ == 0; }
    std::int64_t size() const { return size_; }
    Value value() const;

private:
    std::vector<std::pair<std::string, IntervalSet>> records_;
    std::int64_t size_ = 0;
};

void judge_durability(const Watch& watch);
void judge_match(const Watch& watch);
void judge_duplicates(const Watch& watch);
void judge_order(const Watch& watch);
void judge_truth(const Watch& watch);
void judge_skips(const Watch& watch);
void judge_atomicity(const Watch& watch);
/// LSO remembers since when readers of committed records wait.
void watch_stable_offset(const Watch& watch, const Event& event);
void judge_stable_offset(const Watch& watch);
/// LASTVAL remembers which keys were written.
void watch_keys(const Watch& watch, const Event& event);
void judge_last_values(const Watch& watch);

}  // namespace gregor::lab::built_in
