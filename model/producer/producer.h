#pragma once

#include "model/client/connections.h"
#include "model/client/metadata.h"
#include "model/config.h"
#include "model/control.h"
#include "model/load.h"
#include "model/producer/key_source.h"
#include "model/producer/record_accumulator.h"
#include "model/producer/sender.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace gregor {

struct ProducerSettings {
    ClientId id{no_client};
    std::string name;
    ClusterLayout layout;
    ProducerConfig config;
    std::optional<Load> load;         ///< absent: sends only what the script calls for
    std::vector<std::string> topics;  ///< that the script's calls may name, beside the load's
    std::int32_t value_size = 100;    ///< of records sent by the script
    PayloadContent content = PayloadContent::random_letters;  ///< what values are made of
    std::uint64_t seed = 0;
    std::int8_t transaction_version = 2;  ///< that the brokers offer
    /// Of the load of a transactional producer: so many records, or so much time, are one
    /// transaction.
    std::int64_t transaction_records = INT64_MAX;
    Duration transaction_interval = seconds(1);
    /// Its place in a process that has a consumer beside it.
    Channel first_channel = channel::client;
    TimerKey first_timer = 0;
};

/// A Kafka producer and the application that calls it: one thread that sends the records of the
/// load when they are due and the script's as they come, and blocks for metadata or memory as
/// send() does. Records without keys cost by the batch: what the load brings between two steps is
/// computed, and one timer stands for the next moment that matters.
class Producer {
public:
    explicit Producer(ProducerSettings settings);

    void on_start(Time now, StartReason reason, Effects& effects);
    void on_message(Time now, const Envelope& from, Message&& message, Effects& effects);
    void on_timer(Time now, TimerKey key, Effects& effects);
    void on_disk(Time, Tag, Effects&) {}
    void on_compute(Time now, Tag tag, Effects& effects);
    void on_connection(Time now, const Envelope& peer, ConnectionChange change, Effects& effects);
    void on_control(Time now, const Control& control, Effects& effects);
    void on_end(Time now, StartReason reason);

    enum class Blocked : std::uint8_t { no, metadata, memory, transaction };

    const ProducerSettings& settings() const { return settings_; }
    const RecordAccumulator& accumulator() const { return accumulator_; }
    const ClientMetadata& metadata() const { return metadata_; }
    const Sender& sender() const { return sender_; }
    std::int64_t buffered_bytes() const { return accumulator_.buffered_bytes(); }
    std::size_t requests_in_flight() const { return connections_.in_flight(); }
    /// Calls of send() so far.
    std::int64_t records_sent() const { return next_sequence_; }
    Blocked blocked() const { return blocked_; }
    bool paused() const { return paused_; }
    const TransactionLink& transactions() const { return sender_.transactions(); }

    // ---- calls of an application in the same process: queued, one behind the other ----
    void send(Time now, const control::Send& call) { queue({.send = call}, now); }
    void begin_transaction(Time now) { queue({.kind = Call::Kind::begin}, now); }
    void end_transaction(Time now, bool commit)
    {
        queue({.kind = Call::Kind::end, .commit = commit}, now);
    }
    void send_offsets(Time now, TransactionLink::Offsets offsets);
    void flush(Time now) { queue({.kind = Call::Kind::flush}, now); }
    /// All calls have returned.
    bool idle() const { return calls_.empty(); }
    /// Carries queued calls out.
    void go_on(Time now, Effects& effects) { advance(now, effects); }
    /// What calls threw since the last time it was asked; empty: nothing.
    ExceptionChain take_thrown() { return std::exchange(thrown_, {}); }

private:
    static constexpr TimerKey wake_timer = 1;
    static constexpr TimerKey housekeeping_timer = 2;
    static constexpr std::uint32_t metadata_cookie = 1;

    struct Call {
        enum class Kind : std::uint8_t { send, init, begin, end, offsets, flush };
        Kind kind = Kind::send;
        control::Send send{};
        bool commit = false;   ///< of `end`
        bool entered = false;  ///< it has begun, and waits
        TransactionLink::Offsets offsets{};
        std::int64_t remaining{};
        Time called{};
    };
    /// The load of a transactional producer.
    struct LoadTransaction {
        bool open = false;
        bool given_up = false;  ///< the producer is fenced
        std::int64_t records = 0;
        Time begun;
    };
    struct Target {
        std::size_t topic{};
        std::int32_t partition = RecordAccumulator::any_partition;
    };
    TimerKey timer(TimerKey own) const { return settings_.first_timer + own; }
    struct StreamEnd {
        TopicPartition partition;
        std::int64_t next_number{};
    };

    Sender::Step step(Time now, Effects& effects)
    {
        return {now, accumulator_, metadata_, connections_, effects};
    }
    void reset();
    void advance(Time now, Effects& effects);
    void refresh_metadata(const Sender::Step& step);
    void on_metadata(const Sender::Step& step, BrokerId from, const MetadataResponse& response);
    void on_loss(const Sender::Step& step, const Connections::Loss& loss, Error error);
    void keep_house(const Sender::Step& step);
    void finish_closing(const Sender::Step& step);

    void append_due(const Sender::Step& step, Time until);
    bool append_calls(const Sender::Step& step);
    bool append_call(const Sender::Step& step, Call& call);
    bool append_load(const Sender::Step& step, Time until);

    // Transactions: transactional_calls.cpp.
    void queue(Call call, Time now);
    bool transact(const Sender::Step& step, Call& call);
    ExceptionChain enter(const Call& call);
    bool call_is_over(const Call& call) const;
    void returned(const Sender::Step& step, const Call& call, const ExceptionChain& thrown);
    bool refuse_send(const Sender::Step& step, const Target& target, const RecordRun& run);
    bool call_has_returned() const;
    void trace_return(const Sender::Step& step, const Call& call,
                      const ExceptionChain& thrown) const;
    bool prepare_load(const Sender::Step& step, bool wants_to_send);
    void load_returned(Time now, const Call& call, const ExceptionChain& thrown);
    std::int64_t left_in_transaction() const
    {
        return std::max<std::int64_t>(settings_.transaction_records - load_transaction_.records, 1);
    }
    Time load_transaction_ends() const;
    void commit_load(Time now);
    std::optional<Target> target_of(const control::Send& send) const;
    std::optional<Target> target_of_load() const;
    RecordRun next_run(const Sender::Step& step, Time until) const;
    bool hand_over(const Sender::Step& step, const Target& target, const RecordRun& run,
                   std::int64_t& appended);
    void refuse_too_large(const Sender::Step& step, const Target& target, const RecordRun& run,
                          std::int64_t& refused);
    void block(const Sender::Step& step, Blocked reason);
    void unblock(Time now);
    void fail_blocked(const Sender::Step& step, std::optional<std::size_t> queue);
    void load_progress();

    Time next_wake(const Sender::Step& step);
    Time next_load_wake(const Sender::Step& step) const;
    Time memory_lasts_until() const;
    Time next_wake_anywhere(const Sender::Step& step, const Target& target, Time due) const;
    RecordRun coming_until(const Sender::Step& step, Time due, Time until) const;
    void arm(const Sender::Step& step, Time wake);

    ProducerSettings settings_;
    Random random_;
    Arrivals arrivals_;
    KeySource keys_;
    Connections connections_;
    ClientMetadata metadata_;
    RecordAccumulator accumulator_;
    Sender sender_;

    std::deque<Call> calls_;
    LoadTransaction load_transaction_;
    ExceptionChain thrown_;
    std::vector<StreamEnd> streams_;  // of earlier lives
    std::int64_t next_record_ = 0;    // of the load
    Time next_due_ = never;           // when it is due
    std::int64_t next_sequence_ = 0;
    Time resume_at_;  // the application's thread was busy until then
    Blocked blocked_ = Blocked::no;
    Time blocked_since_;
    std::size_t blocked_queue_ = 0;
    bool paused_ = false;
    Time paused_at_;
    bool closing_ = false;
    Time wake_at_ = never;
    Time housekeeping_at_ = never;
};

}  // namespace gregor
