#pragma once

#include "model/lab/expression.h"
#include "model/lab/history.h"
#include "model/lab/message_rules.h"
#include "model/lab/names.h"
#include "model/lab/observations.h"
#include "model/lab/world.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gregor::lab {

/// The run at one instant, as expressions see it: an answer for each function of the expression
/// language that is not pure. Valid until the next event.
///
/// * Metadata (isr, leader, epoch, fenced) is the committed image of the active controller: of the
///   running one that leads the quorum in the highest epoch; without one, the freshest image that
///   any broker has.
/// * What can be read of a partition lies below the high watermark of the log of its leader, if
///   that runs and has taken up its leadership; else nothing can be read.
/// * Record sets number the records of one client in the order of send(), from 0. Functions that
///   may have records of several clients take `client=`; an expression that compares them with
///   acked(P) or the like means P. Without it they stand for the only client that wrote there,
///   and are null when several did.
class RunView final : public StateView {
public:
    struct Sources {
        const KafkaKernel& kernel;
        const History& history;
        const Names& names;
        const Observations& observations;
        const MessageRules& rules;
        const std::map<std::string, Value>* values = nullptr;  ///< more names: measures
    };
    explicit RunView(const Sources& sources) : sources_(sources) {}

    Value call(std::string_view function, const std::vector<Value>& arguments,
               const NamedValues& named) const override;
    std::optional<Value> name(std::string_view word) const override;

    const KafkaKernel& kernel() const { return sources_.kernel; }
    const History& history() const { return sources_.history; }
    const Names& names() const { return sources_.names; }
    const Observations& observations() const { return sources_.observations; }

    BrokerId active_controller() const;
    /// Null when no process has any metadata.
    const MetadataImage* image() const;
    const PartitionRecord* partition(TopicPartition partition) const;
    /// Every partition of the scenario's topics, without __consumer_offsets.
    std::vector<TopicPartition> partitions() const;
    std::vector<TopicPartition> partitions_of(TopicId topic) const;
    bool online(BrokerId broker) const;
    const Replica* replica(BrokerId broker, TopicPartition partition) const;
    /// The replica that serves the partition: its leader's, as above.
    const Replica* serving(TopicPartition partition) const;
    /// Adds the client's records in a log from `from` up to `bound`.
    void add_records(const UnifiedLog& log, TopicPartition partition, ClientId client, Offset from,
                     Offset bound, IntervalSet& into) const;
    IntervalSet readable(TopicId topic, ClientId client) const;
    /// The client's records that a reader of committed ones could read now.
    IntervalSet readable_committed(TopicId topic, ClientId client) const;
    /// Records between the committed offset and the high watermark; nothing without a replica.
    std::optional<std::int64_t> lag(const std::string& group, TopicPartition partition) const;

private:
    struct Arguments;
    using Answer = Value (RunView::*)(const Arguments&) const;
    static const std::map<std::string_view, Answer>& answers();

    Value isr(const Arguments& of) const;
    Value leader(const Arguments& of) const;
    Value epoch(const Arguments& of) const;
    Value fenced(const Arguments& of) const;
    Value controller(const Arguments& of) const;
    Value online(const Arguments& of) const;
    Value leo(const Arguments& of) const;
    Value hw(const Arguments& of) const;
    Value lso(const Arguments& of) const;
    Value log(const Arguments& of) const;
    Value bytes(const Arguments& of) const;
    Value readable(const Arguments& of) const;
    Value held(const Arguments& of) const;
    Value sent(const Arguments& of) const;
    Value acked(const Arguments& of) const;
    Value failed(const Arguments& of) const;
    Value unknown(const Arguments& of) const;
    Value delivered(const Arguments& of) const;
    Value processed(const Arguments& of) const;
    Value committed(const Arguments& of) const;
    Value lag(const Arguments& of) const;
    Value generation(const Arguments& of) const;
    Value owner(const Arguments& of) const;
    Value latency(const Arguments& of) const;
    Value stall(const Arguments& of) const;
    Value rate(const Arguments& of) const;
    Value now(const Arguments& of) const;
    Value at(const Arguments& of) const;
    Value first(const Arguments& of) const;
    Value count(const Arguments& of) const;

    /// The only client that sent records to one of these partitions; no_client when several did.
    ClientId only_writer(const std::vector<TopicPartition>& partitions) const;

    Sources sources_;
};

}  // namespace gregor::lab
