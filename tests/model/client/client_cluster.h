#pragma once

#include "engine/fixed_resources.h"
#include "engine/kernel.h"
#include "model/consumer/consumer.h"
#include "model/groups/group_coordinator.h"
#include "model/producer/producer.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace gregor::test {

/// What the brokers of a test share: static leaders, one copy of each log.
struct SharedLogs {
    std::int32_t partitions = 1;
    std::map<std::int32_t, std::vector<RecordBatch>> logs;  // of topic "t" (id 0)
    std::map<std::int32_t, BrokerId> leaders;
    std::map<std::int32_t, LeaderEpoch> epochs;
    std::vector<std::pair<Time, ProduceRequest>> produced;  // as they arrived
    std::vector<Error> produce_errors;                      // answered to the next requests
    std::int32_t brokers = 1;

    Offset end(std::int32_t partition)
    {
        auto& log = logs[partition];
        return log.empty() ? Offset{0} : log.back().next_offset();
    }
};

/// A broker that does as little as a client can tell: no replication, no disk.
class TestBroker {
public:
    TestBroker(BrokerId id, SharedLogs* shared) : id_(id), shared_(shared), coordinator_(id, {}, 1)
    {
    }

    void on_start(Time now, StartReason, Effects& effects)
    {
        if (id_.value != 1) return;
        for (std::int32_t p = 0; p < 50; ++p) coordinator_.on_elected(now, p, {}, effects);
        coordinator_.on_topics(now, {{"t", {TopicId{0}, shared_->partitions}}}, effects);
    }
    void on_message(Time now, const Envelope& from, Message&& message, Effects& effects);
    void on_timer(Time now, TimerKey key, Effects& effects);
    void on_disk(Time, Tag, Effects&) {}
    void on_compute(Time, Tag, Effects&) {}
    void on_connection(Time, const Envelope&, ConnectionChange, Effects&) {}
    void on_control(Time, const Control&, Effects&) {}
    void on_end(Time, StartReason) { parked_.clear(); }

    const GroupCoordinator& coordinator() const { return coordinator_; }

private:
    struct Parked {
        Envelope from;
        std::uint32_t correlation{};
        FetchRequest request;
        Time deadline;
    };
    MetadataResponse metadata() const;
    ProduceResponse produce(Time now, const ProduceRequest& request);
    bool answer_fetch(Time now, const Parked& parked, Effects& effects);
    void look_at_parked(Time now, Effects& effects);
    void settle(Time now, Effects& effects);
    bool leads(TopicPartition partition) const
    {
        return shared_->leaders.at(partition.partition) == id_;
    }

    BrokerId id_;
    SharedLogs* shared_;
    GroupCoordinator coordinator_;
    std::vector<Parked> parked_;
};

class TestNode {
public:
    using Role = std::variant<TestBroker, Producer, Consumer>;
    explicit TestNode(Role role) : role_(std::move(role)) {}

    void on_start(Time now, StartReason reason, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_start(now, reason, effects); }, role_);
    }
    void on_message(Time now, const Envelope& from, Message&& message, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_message(now, from, std::move(message), effects); },
                   role_);
    }
    void on_timer(Time now, TimerKey key, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_timer(now, key, effects); }, role_);
    }
    void on_disk(Time, Tag, Effects&) {}
    void on_compute(Time now, Tag tag, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_compute(now, tag, effects); }, role_);
    }
    void on_connection(Time now, const Envelope& peer, ConnectionChange change, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_connection(now, peer, change, effects); }, role_);
    }
    void on_control(Time now, const Control& control, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_control(now, control, effects); }, role_);
    }
    void on_end(Time now, StartReason reason)
    {
        std::visit([&](auto& each) { each.on_end(now, reason); }, role_);
    }
    template <class T>
    const T& as() const
    {
        return std::get<T>(role_);
    }

private:
    Role role_;
};

struct TestWorld {
    using Message = gregor::Message;
    using Event = gregor::Event;
    using Control = gregor::Control;
    using Process = TestNode;
    static std::uint64_t digest(const Message& message) { return gregor::digest(message); }
    static std::uint64_t digest(const Event& event) { return gregor::digest(event); }
    static std::uint64_t digest(const Control& control) { return gregor::digest(control); }
};

/// Brokers 1..n with topic "t", and clients, on the real kernel and network (0.5 ms one way).
class ClientCluster : public StepObserver<Message, Event> {
public:
    explicit ClientCluster(std::int32_t brokers = 1, std::int32_t partitions = 1,
                           std::size_t clients = 1);

    ClusterLayout layout() const { return {.brokers = shared.brokers}; }
    NodeId add(Producer producer) { return kernel.add(TestNode(std::move(producer))); }
    NodeId add(Consumer consumer) { return kernel.add(TestNode(std::move(consumer))); }
    void start_all();
    void after_step(const Step<Message>& step, std::span<const Event> events,
                    std::uint64_t) override
    {
        for (const Event& event : events) trace.emplace_back(step.at, event);
    }
    template <class E>
    std::vector<E> events() const
    {
        std::vector<E> found;
        for (const auto& [at, event] : trace) {
            if (const E* one = std::get_if<E>(&event)) found.push_back(*one);
        }
        return found;
    }
    template <class E>
    std::vector<Time> times() const
    {
        std::vector<Time> found;
        for (const auto& [at, event] : trace) {
            if (std::holds_alternative<E>(event)) found.push_back(at);
        }
        return found;
    }

    SharedLogs shared;
    Kernel<TestWorld> kernel;
    std::vector<std::pair<Time, Event>> trace;

private:
    FixedResources resources_;
};

}  // namespace gregor::test
