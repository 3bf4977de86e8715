#pragma once

#include "model/log/unified_log.h"

#include <boost/container/small_vector.hpp>

#include <utility>
#include <vector>

namespace gregor {

/// What an append will do to the producers, until it is in the file.
struct UnifiedLog::ProducerEffects {
    using OfProducer = std::pair<ProducerId, ProducerAppend>;
    boost::container::small_vector<OfProducer, 1> appends;
    std::vector<CompletedTransaction> completed;
    const ProducerBatchMetadata* duplicate = nullptr;
};

}  // namespace gregor
