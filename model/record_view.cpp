#include "model/record_view.h"

namespace gregor {

using namespace std::string_literals;

std::string key_of(const CoordinatorRecord& record)
{
    // A group's id is a text without zero bytes.
    using Kind = CoordinatorRecord::Kind;
    if (record.kind == Kind::consumer_member) return record.group + "\0member "s + record.member_id;
    if (record.kind != Kind::offset_commit) return record.group;
    return record.group + '\0' + std::to_string(record.partition.topic.value) + '-' +
           std::to_string(record.partition.partition);
}

}  // namespace gregor
