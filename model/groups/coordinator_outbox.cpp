#include "model/groups/coordinator_outbox.h"

#include <memory>
#include <set>
#include <string_view>

namespace gregor {

namespace {

constexpr std::int32_t topic_name = 2 + 10;

/// As the three records that Kafka writes of a member, in one: names, and for each partition four
/// bytes of its number.
void measure_member(CoordinatorRecord& record)
{
    record.key_size += 2 + static_cast<std::int32_t>(record.member_id.size());
    if (record.member == nullptr) return;
    const ConsumerMemberRecord& member = *record.member;
    constexpr std::size_t numbers = 3 * 2 + 4 + 4 + 4 + 1 + 3 * 16;
    const std::size_t names = member.client_id.size() + member.instance_id.size() +
                              member.rack.size() + member.assignor.size() + 4;
    const std::size_t partitions =
        member.target.size() + member.assigned.size() + member.pending_revocation.size();
    record.value_size = static_cast<std::int32_t>(numbers + names + 4 * partitions) +
                        topic_name * static_cast<std::int32_t>(member.topics.size());
}

/// One member of GroupMetadataValue: names, the two time-outs, and what ConsumerProtocol makes of
/// its subscription and its assignment (schemas ConsumerProtocolSubscription and -Assignment).
std::int32_t size_of(const MemberRecord& member)
{
    constexpr std::size_t host = std::string_view("/127.0.0.1").size();
    constexpr std::size_t numbers = 4 * 2 + host + 2 * 4;
    constexpr std::size_t subscription = 4 + 2 + 4 + 4 + 4 + 4 + 2, assignment = 4 + 2 + 4 + 4;
    const std::size_t names =
        member.member_id.size() + member.instance_id.size() + member.client_id.size();
    std::set<TopicId> topics;
    for (const TopicPartition each : member.assignment) topics.insert(each.topic);
    return static_cast<std::int32_t>(names + numbers + subscription + assignment +
                                     member.assignment.size() * 4) +
           topic_name * static_cast<std::int32_t>(member.subscription.size()) +
           (topic_name + 4) * static_cast<std::int32_t>(topics.size());
}

/// Bytes of a record's key and value (schemas OffsetCommitKey/Value, GroupMetadataKey/Value), with
/// ten bytes for a topic's name.
void measure(CoordinatorRecord& record)
{
    const auto group = static_cast<std::int32_t>(record.group.size());
    record.key_size = 2 + 2 + group;
    using Kind = CoordinatorRecord::Kind;
    if (record.kind == Kind::tombstone) return;
    if (record.kind == Kind::consumer_group) {
        record.value_size = 2 + 4 + 8 + 2 + 4;
        return;
    }
    if (record.kind == Kind::consumer_member) {
        measure_member(record);
        return;
    }
    if (record.kind == Kind::offset_commit) {
        record.key_size += topic_name + 4;
        if (record.offset == no_offset) return;
        record.value_size = 2 + 8 + 4 + 2 + 8;
        return;
    }
    auto value = static_cast<std::int32_t>(2 + 2 + 8 + 4 + 2 + record.protocol.size() + 2 +
                                           record.leader.size() + 8 + 4);
    for (const MemberRecord& member : record.members) value += size_of(member);
    record.value_size = value;
}

}  // namespace

std::uint64_t CoordinatorStep::append(std::int32_t partition,
                                      std::vector<CoordinatorRecord> records) const
{
    CoordinatorAppend asked;
    asked.partition = partition;
    asked.ticket = outbox.next_ticket++;
    RecordBatch& batch = asked.batch;
    batch.record_count = static_cast<std::int32_t>(records.size());
    batch.max_timestamp_ms = to_milliseconds(effects.wall_clock());
    batch.size_in_bytes = batch_header_bytes;
    std::int32_t delta = 0;
    for (CoordinatorRecord& record : records) {
        measure(record);
        record.offset_delta = delta++;
        batch.size_in_bytes += static_cast<std::uint32_t>(
            record_size(record.offset_delta, 0, record.key_size, record.value_size));
    }
    auto data = std::make_shared<RecordData>();
    data->coordinator = std::move(records);
    batch.data = std::move(data);
    outbox.appends.push_back(std::move(asked));
    return outbox.appends.back().ticket;
}

}  // namespace gregor
