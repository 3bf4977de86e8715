#include "model/lab/action_digest.h"

#include "model/digest.h"

namespace gregor::lab {

namespace {

/// Folds one field after the other.
class Digest {
public:
    explicit Digest(std::uint64_t seed) : hash_(seed) {}

    template <class... Values>
    std::uint64_t of(const Values&... values)
    {
        (add(values), ...);
        return hash_;
    }

    std::uint64_t operator()(const action::Link& a)
    {
        return of(a.from, a.to, a.effect, a.latency, a.jitter, a.loss, a.duplicate, a.reorder,
                  a.bytes_per_second);
    }
    std::uint64_t operator()(const action::Message& a)
    {
        for (const auto& [name, value] : a.match.fields) of(name, to_text(value));
        return of(a.match.api, a.match.direction, a.match.from, a.match.to, a.match.partition,
                  a.match.nth, a.act, a.hold, a.detach, a.delay, a.error, a.times);
    }
    std::uint64_t operator()(const action::Release& a) { return of(a.name); }
    std::uint64_t operator()(const action::Node& a)
    {
        return of(a.node, a.act, a.subsystem, a.starts_in);
    }
    std::uint64_t operator()(const action::Disk& a)
    {
        return of(a.node, a.bytes_per_second, a.latency, a.capacity, a.unflushed_partition,
                  a.unflushed_from, a.poison_partition, a.poison_offset, a.failed_directory,
                  a.flip_partition, a.flip_offset);
    }
    std::uint64_t operator()(const action::Clock& a) { return of(a.node, a.offset, a.jump); }
    std::uint64_t operator()(const action::Set& a) { return of(a.scope, a.name, a.key, a.value); }
    std::uint64_t operator()(const action::Level& a) { return of(a.nodes, a.key, a.value); }
    std::uint64_t operator()(const action::Admin& a)
    {
        for (const auto& [key, value] : a.config) of(key, value);
        for (const auto& list : a.replicas) of(list);
        return of(a.operation, a.partition, a.topic, a.transactional_id, a.unclean, a.offset,
                  a.partitions, a.replication_factor);
    }
    std::uint64_t operator()(const action::Client& a)
    {
        of(a.name, a.act);
        if (a.call) {
            of(a.call->kind, a.call->partition, a.call->count, a.call->key, a.call->max,
               a.call->tombstone, a.call->timestamp_ms);
            for (const auto& [key, text] : a.call->headers) of(key, text);
        }
        return hash_;
    }
    std::uint64_t operator()(const action::Mark& a) { return of(a.name); }

private:
    void add(double value) { hash_ = fold(hash_, static_cast<std::int64_t>(value * 1e9)); }
    void add(const NodeSet& set)
    {
        of(set.kind, set.id, set.name, set.expression ? set.expression->text() : std::string());
    }
    void add(const std::vector<NodeSet>& sets)
    {
        add(sets.size());
        for (const NodeSet& set : sets) add(set);
    }
    template <class Value>
    void add(const std::optional<Value>& value)
    {
        add(value.has_value());
        if (value) add(*value);
    }
    template <class Value>
    void add(const Value& value)
    {
        hash_ = fold(hash_, value);
    }

    std::uint64_t hash_;
};

}  // namespace

std::uint64_t digest_of(const Action& action)
{
    return std::visit(Digest(action.index()), action);
}

}  // namespace gregor::lab
