#include "model/record_view.h"

namespace gregor {

std::string key_of(const CoordinatorRecord& record)
{
    // A group's id is a text without zero bytes.
    if (record.kind != CoordinatorRecord::Kind::offset_commit) return record.group;
    return record.group + '\0' + std::to_string(record.partition.topic.value) + '-' +
           std::to_string(record.partition.partition);
}

}  // namespace gregor
