#pragma once

#include "model/client/backoff.h"
#include "model/client/connections.h"
#include "model/client/metadata.h"
#include "model/effects.h"
#include "model/producer/transaction_client.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gregor {

/// A producer's way to the coordinators of its transactions: sends what TransactionClient asks for,
/// one request at a time, looks for the coordinator when it is not known, and hands the answers
/// over. Source: class Sender (maybeSendAndPollTransactionalRequest), class TransactionManager
/// (TxnRequestHandler).
class TransactionLink {
public:
    struct Settings {
        std::string id;  ///< transactional.id; empty: no transactions
        Duration timeout;
        std::int8_t version = 2;  ///< of the protocol, as the brokers offer it
        ExponentialBackoff backoff;
        Random random;
    };
    struct Step {
        Time now;
        ClientMetadata& metadata;
        Connections& connections;
        Effects& effects;
    };
    /// What sendOffsetsToTransaction is given.
    struct Offsets {
        std::string group, member_id, instance_id;
        std::int32_t generation = -1;
        std::vector<OffsetCommitRequest::Partition> partitions;
    };

    TransactionLink() = default;
    explicit TransactionLink(const Settings& settings);

    bool enabled() const { return !settings_.id.empty(); }
    const std::string& id() const { return settings_.id; }
    std::int8_t version() const { return settings_.version; }
    TransactionClient& client() { return client_; }
    const TransactionClient& client() const { return client_; }
    ExceptionChain send_offsets(Offsets offsets);

    /// Sends the next request if it may. `incomplete`: there are batches without an outcome, so
    /// that the transaction cannot be ended yet.
    void run(const Step& step, bool incomplete);
    void on_answer(const Step& step, std::uint32_t cookie, const MessageBody& body);
    /// The request failed with its connection, or timed out.
    void on_request_failed(Time now, std::uint32_t cookie);
    /// When `run` is worth calling again by time alone; valid after `run`.
    Time next_wake() const { return next_wake_; }
    static bool owns(std::uint32_t cookie)
    {
        return cookie >= find_cookie && cookie <= request_cookie;
    }

private:
    static constexpr std::uint32_t find_cookie = 2;
    static constexpr std::uint32_t find_group_cookie = 3;
    static constexpr std::uint32_t request_cookie = 4;

    MessageBody body_of(const TransactionClient::Request& request) const;
    bool find(const Step& step, bool of_group);
    void on_found(const Step& step, BrokerId& coordinator, const FindCoordinatorResponse& found);
    void back_off(Time now, Error error);

    Settings settings_;
    TransactionClient client_;
    Offsets offsets_;
    BrokerId coordinator_{no_broker};
    BrokerId group_coordinator_{no_broker};
    bool finding_ = false;
    bool asking_ = false;  // a request is under way
    bool to_group_ = false;
    Time not_before_;
    Time next_wake_ = never;
};

}  // namespace gregor
