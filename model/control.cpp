#include "model/control.h"

#include "model/digest.h"

namespace gregor {

namespace {

struct Digest {
    std::uint64_t seed;
    std::uint64_t operator()(const control::SetConfig& c) const
    {
        return fold_all(seed, c.key, c.value, c.topic);
    }
    std::uint64_t operator()(const control::Poison& c) const
    {
        return fold_all(seed, c.partition, c.offset);
    }
    std::uint64_t operator()(const control::FailLogDir& c) const { return fold(seed, c.directory); }
    std::uint64_t operator()(const control::FlipByte& c) const
    {
        return fold_all(seed, c.partition, c.offset);
    }
    std::uint64_t operator()(const control::CreateTopic& c) const
    {
        std::uint64_t hash = fold_all(seed, c.topic.name, c.topic.partitions,
                                      c.topic.replication_factor, c.topic.assignments, c.topic.id);
        for (const auto& [key, value] : c.topic.configs) hash = fold_all(hash, key, value);
        return hash;
    }
    std::uint64_t operator()(const control::DeleteTopic& c) const
    {
        return fold_all(seed, c.topic);
    }
    std::uint64_t operator()(const control::AddPartitions& c) const
    {
        return fold_all(seed, c.topic, c.count, c.assignments);
    }
    std::uint64_t operator()(const control::Reassign& c) const
    {
        return fold_all(seed, c.partition, c.replicas);
    }
    std::uint64_t operator()(const control::DeleteRecords& c) const
    {
        return fold_all(seed, c.partition, c.before);
    }
    std::uint64_t operator()(const control::AbortTransaction& c) const
    {
        return fold_all(seed, c.partition, c.producer);
    }
    std::uint64_t operator()(const control::Freeze& c) const
    {
        return fold_all(seed, c.subsystem, c.frozen);
    }
    std::uint64_t operator()(const control::Send& c) const
    {
        const std::uint64_t hash =
            fold_all(seed, c.partition, c.count, c.key, c.has_key, c.tombstone, c.timestamp_ms);
        if (!c.content) return hash;
        std::uint64_t content = fold_all(hash, c.content->value);
        for (const RecordHeader& each : c.content->headers) {
            content = fold_all(content, each.key, each.value, each.null_value);
        }
        return content;
    }
    std::uint64_t operator()(const control::End& c) const { return fold_all(seed, c.commit); }
    std::uint64_t operator()(const control::Poll& c) const { return fold_all(seed, c.max_records); }
    std::uint64_t operator()(const control::ElectLeader& c) const
    {
        return fold_all(seed, c.partition, c.unclean);
    }
    std::uint64_t operator()(const control::CommitOffsets& c) const
    {
        std::uint64_t hash = fold_all(seed, c.wait);
        for (const auto& each : c.offsets) hash = fold_all(hash, each.partition, each.offset);
        return hash;
    }
    std::uint64_t operator()(const control::Processed& c) const
    {
        return fold_all(seed, c.partition, c.base_offset, c.record_count);
    }
    std::uint64_t operator()(const control::Seek& c) const
    {
        return fold_all(seed, c.partition, c.offset);
    }
    std::uint64_t operator()(const control::PausePartitions& c) const
    {
        std::uint64_t hash = fold_all(seed, c.paused);
        for (const TopicPartition each : c.partitions) hash = fold_all(hash, each);
        return hash;
    }
    template <class Plain>
    std::uint64_t operator()(const Plain&) const
    {
        return seed;
    }
};

}  // namespace

std::uint64_t digest(const Control& control)
{
    return std::visit(Digest{control.index()}, control);
}

}  // namespace gregor
