#pragma once

#include "model/log/unified_log.h"

#include <map>
#include <vector>

namespace gregor {

/// What an append will do to the producers, until it is in the file.
struct UnifiedLog::ProducerEffects {
    std::map<ProducerId, ProducerAppend> appends;
    std::vector<CompletedTransaction> completed;
    const ProducerBatchMetadata* duplicate = nullptr;
};

}  // namespace gregor
