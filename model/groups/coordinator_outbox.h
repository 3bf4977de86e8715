#pragma once

#include "model/effects.h"
#include "model/record.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gregor {

/// A request whose answer waits.
struct ParkedRequest {
    Envelope from;
    std::uint32_t correlation{};
};

/// What the coordinator wants to be written to __consumer_offsets; it hears of the outcome by the
/// ticket.
struct CoordinatorAppend {
    std::int32_t partition{};
    RecordBatch batch;
    std::uint64_t ticket{};
    std::int64_t verification_guard = 0;  ///< of a transactional batch (KIP-890)
    std::int8_t transaction_version = 0;  ///< likewise
};

/// Where the parts of the coordinator put what leaves it.
struct CoordinatorOutbox {
    std::vector<CoordinatorAppend> appends;
    std::vector<ParkedRequest> answered;  ///< their connections may be read from again
    std::uint64_t next_ticket = 1;        ///< never 0
};

/// One step of the coordinator, as its parts see it.
struct CoordinatorStep {
    Time now;
    Effects& effects;
    CoordinatorOutbox& outbox;

    void answer(const ParkedRequest& to, MessageBody body) const
    {
        reply(effects, to.from, Message{to.correlation, std::move(body)});
        outbox.answered.push_back(to);
    }
    /// Asks for the records to be appended as one batch; the ticket of the answer.
    std::uint64_t append(std::int32_t partition, std::vector<CoordinatorRecord> records) const;
};

}  // namespace gregor
