#pragma once

#include "model/lab/applications.h"

#include <memory>
#include <vector>

/// What an application outside may see of records and of its client when it is called. All of it is
/// left out for a host that does not look.
namespace gregor::lab {

using Contents = std::vector<ApplicationOccasion::Content>;

/// Of records that poll() has just returned to the client of this node.
Contents delivered_contents(const Applications::Context& context, NodeId node,
                            const event::RecordsDelivered& delivered);
/// Of records whose send() came to an end: when they were sent, and as which.
Contents sent_contents(const Applications::Context& context, ClientId client,
                       TopicPartition partition, std::int64_t first_number, std::int64_t count);
/// The partitions of a consumer, ascending.
std::vector<ApplicationOccasion::Assigned> assignment_of(const Applications::Context& context,
                                                         NodeId node);
/// What a send asks for beside the key; null when it gives no value.
std::shared_ptr<const Record> content_of(const application::Send& send);

}  // namespace gregor::lab
