#pragma once

#include "model/types.h"

namespace gregor {

/// A producer id with its epoch, as requests carry them; -1 and -1: none.
struct ProducerIdAndEpoch {
    ProducerId id{no_producer_id};
    ProducerEpoch epoch{no_producer_epoch};
    bool operator==(const ProducerIdAndEpoch&) const = default;
};

}  // namespace gregor
