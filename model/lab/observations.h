#pragma once

#include "model/events.h"
#include "model/lab/expression.h"
#include "model/lab/history.h"
#include "model/lab/names.h"
#include "model/lab/shared_vector.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gregor::lab {

/// What is kept of a run beside its history, and only because an expression of the scenario asks:
/// counted events, records delivered and processed, when marks and steps fired and when a
/// condition inside first() came true. A value: part of a keyframe.
class Observations {
public:
    /// Whose calls of count() and first() have to be answered. `deliveries`: records delivered and
    /// processed are asked for.
    Observations(std::span<const Expression* const> expressions, bool deliveries);

    bool wants_events() const { return deliveries_kept_ || !counters_.empty(); }
    void record(std::span<const Event> events, const History& history, const Names& names);

    /// Conditions that first() watches and that are not true yet.
    std::uint32_t watched() const { return watched_; }
    /// Looks at those that read something of `touched`; true when one came true.
    bool watch(const StateView& view, Time now, std::uint32_t touched);

    void note_fired(const std::string& name, Time at) { fired_.emplace(name, at); }
    /// The first time that a mark or step of this name fired.
    std::optional<Time> time_of(std::string_view name) const;
    std::optional<Time> first(std::string_view condition) const;
    /// Nothing for a combination that no expression named outright.
    std::optional<std::int64_t> count(std::string_view kind, const NamedValues& fields) const;

    /// Numbers of the producer's records that poll() gave to the consumer, or that it finished.
    const IntervalSet& delivered(ClientId consumer, ClientId producer) const;
    const IntervalSet& processed(ClientId consumer, ClientId producer) const;
    /// Offsets of a partition that the consumer finished.
    const IntervalSet& processed(ClientId consumer, TopicPartition partition) const;

private:
    struct Counter {
        std::string kind;
        NamedValues fields;
        std::int64_t count = 0;
    };
    struct First {
        const Expression* condition;
        std::optional<Time> at;
    };
    struct DeliveredRun {
        std::int64_t base_offset{}, count{}, first_number{};
        ClientId producer;
    };
    using Pair = std::pair<ClientId, ClientId>;

    void find_counters(const Expression& expression);
    void watch_conditions(const Expression& expression);
    void on(const event::RecordsDelivered& event, const History& history);
    void on(const event::RecordsProcessed& event, const History& history);

    bool deliveries_kept_ = false;
    std::uint32_t watched_ = 0;
    std::vector<Counter> counters_;
    std::vector<First> firsts_;
    std::map<std::string, Time, std::less<>> fired_;
    std::map<std::pair<ClientId, TopicPartition>, SharedVector<DeliveredRun>> runs_;
    std::map<Pair, IntervalSet> delivered_, processed_;
    std::map<std::pair<ClientId, TopicPartition>, IntervalSet> processed_offsets_;
};

/// Whether the event has this value in the field of that name. Partitions are 'topic-0', clients
/// their names, errors Kafka's names, brokers numbers.
bool has_field(const Event& event, std::string_view name, const Value& value, const Names& names);

}  // namespace gregor::lab
