#pragma once

#include "engine/time.h"
#include "model/message.h"

#include <cstdint>
#include <optional>

namespace gregor {

/// The producer ids that this broker may give out: a block of the controller's, and the next one,
/// asked for when nine tenths are used (KIP-730). Nobody waits for a block: while there is none,
/// InitProducerId is answered COORDINATOR_LOAD_IN_PROGRESS. Source: class RPCProducerIdManager.
class ProducerIds {
public:
    std::optional<ProducerId> take()
    {
        if (current_.left == 0) current_ = std::exchange(next_, Block{});
        if (current_.left == 0) return std::nullopt;
        --current_.left;
        return ProducerId{current_.next++};
    }
    /// Whether to ask the controller now.
    bool wants_block(Time now) const
    {
        return !asked_ && now >= not_before_ && next_.left == 0 &&
               current_.left * 10 <= current_.size;
    }
    void asked() { asked_ = true; }
    void on_answer(Time now, const AllocateProducerIdsResponse& answer)
    {
        asked_ = false;
        if (answer.error == Error::none) {
            next_ = Block{answer.first, answer.length, answer.length};
        } else {
            not_before_ = now + retry_backoff;
        }
    }

private:
    static constexpr Duration retry_backoff = milliseconds(50);
    struct Block {
        std::int64_t next = 0;
        std::int32_t left = 0;
        std::int32_t size = 0;
    };
    Block current_;
    Block next_;
    Time not_before_;
    bool asked_ = false;
};

}  // namespace gregor
