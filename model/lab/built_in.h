#pragma once

#include "model/lab/assertion_outcome.h"
#include "model/lab/run_view.h"
#include "model/lab/scenario.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The properties that `"inv": NAME` asserts. Those about the course of a run are fed with events,
/// those about its result look at the end.
namespace gregor::lab::built_in {

/// What a property remembers of a run; each uses a part of it. A value.
struct Memory {
    struct WrittenKey {
        Offset offset;
        std::string key;
        bool tombstone = false;
    };
    std::map<TopicPartition, std::vector<WrittenKey>> written;  // LASTVAL, by offset
    std::map<TopicPartition, Offset> highest;                   // HWMONO: high watermark ever
    std::map<QuorumEpoch, NodeId> controllers;                  // ONECTRL: active in each epoch
    std::map<std::pair<std::string, TopicPartition>, std::pair<ClientId, std::int32_t>> owners;
    std::map<std::string, std::int32_t> generations;                         // STABLE, by group
    std::map<TopicPartition, LeaderEpoch> epochs;                            // STABLE
    std::map<TopicPartition, Time> unserved_since;                           // AVAIL
    Duration longest_unserved;                                               // AVAIL
    std::pair<Offset, std::optional<Time>> stable{no_offset, std::nullopt};  // LSO: where and since
    Duration longest_stable;                                                 // LSO
    std::optional<Time> waiting_since;                                       // PROGRESS
    Time last_progress;                                                      // PROGRESS
    std::int64_t seen = 0;     // things that were checked
    std::int64_t changes = 0;  // STABLE
};

struct Watch {
    const Assertion& assertion;
    Memory& memory;
    const RunView& view;
    AssertionOutcome& outcome;
    std::uint64_t event{};  ///< its number
    NodeId node = no_node;  ///< that reported it
    Time faults_end;        ///< from here on PROGRESS without `max` asks for work
    Time window_begin;      ///< of `from` or `after`
    Time window_end = never;

    Time now() const { return view.kernel().now(); }
    void violate(Value witness, std::string what) const;
    void hold(std::string what) const;
    void nothing_to_check(std::string what) const;
    bool is_about(TopicPartition partition) const;
    bool is_about_group(const std::string& group) const;
};

/// Whether the property has to see the events of a run.
bool wants_events(std::string_view invariant);
/// What an event must have touched for `look` to be worth a call.
std::uint32_t reads(std::string_view invariant);

/// One event, in order.
void observe(const Watch& watch, const Event& event);
/// The state after an event that touched something of `reads`.
void look(const Watch& watch);
/// The end of the run: decides.
void judge(const Watch& watch);

}  // namespace gregor::lab::built_in
