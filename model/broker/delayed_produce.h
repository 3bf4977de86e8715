#pragma once

#include "model/effects.h"

#include <cstdint>

namespace gregor {

/// An append that waits for the ISR (class DelayedProduce), and whom its outcome concerns.
struct DelayedProduce {
    enum class Purpose : std::uint8_t {
        client,              ///< a Produce request
        group_coordinator,   ///< a record of __consumer_offsets, by its ticket
        transaction_record,  ///< a record of __transaction_state, likewise
        markers,             ///< a WriteTxnMarkers request, by its ticket
    };
    Envelope from;
    std::uint32_t correlation = 0;
    Time deadline;
    ProduceResponse response;
    std::uint32_t pending = 0;
    std::uint64_t ticket = 0;
    Purpose purpose = Purpose::client;
    bool in_use = false;
    bool acknowledged = true;  ///< acks is not 0
    bool refused = false;      ///< some of it, which with acks=0 closes the connection
};

}  // namespace gregor
