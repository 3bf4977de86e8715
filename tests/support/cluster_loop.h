#pragma once

#include "engine/fixed_resources.h"
#include "tests/support/control_plane_node.h"

#include <array>
#include <initializer_list>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace gregor::test {

struct ClusterOptions {
    std::int32_t brokers = 3;
    std::int32_t controllers = 3;
    BrokerConfig config;
    ProtocolProfile profile;
    std::uint64_t seed = 1;
    std::vector<CreateTopicsRequest::Topic> topics;
    bool formed = true;  ///< begins as a running cluster, 101 being the active controller
};

/// Controllers and data-less brokers on the real kernel, half a millisecond apart.
class ClusterLoop : public StepObserver<Message, Event> {
public:
    using Kernel = gregor::Kernel<ControlPlaneWorld>;
    struct Seen {
        Time at;
        NodeId node;
        Event event;
    };

    explicit ClusterLoop(const ClusterOptions& options)
        : layout{options.brokers, options.controllers, false},
          topology_(Topology::star(nodes(options), link(), link())),
          resources_(topology_.links()),
          kernel(topology_, options.seed, NetworkSettings{})
    {
        Controller::Setup setup{.layout = layout,
                                .config = options.config,
                                .profile = options.profile,
                                .seed = options.seed};
        if (options.formed) {
            Controller::FormedCluster formed{.topics = options.topics};
            for (std::int32_t i = 1; i <= options.brokers; ++i)
                formed.brokers.push_back({BrokerId{i}, ""});
            setup.bootstrap = Controller::bootstrap(setup, formed);
        }
        kernel.attach(&resources_);
        kernel.attach(this);
        for (std::int32_t i = 0; i < options.brokers + options.controllers; ++i) {
            setup.id = layout.id_of(NodeId{i});
            if (i < options.brokers) {
                kernel.add(ControlPlaneNode(ControlPlaneBroker(setup)));
            } else {
                kernel.add(ControlPlaneNode(Controller(setup)));
            }
        }
        for (std::int32_t i = 0; i < options.brokers + options.controllers; ++i) {
            kernel.start(NodeId{i});
        }
    }
    ClusterLoop(const ClusterLoop&) = delete;
    ClusterLoop& operator=(const ClusterLoop&) = delete;

    void run_to(Time until) { kernel.run_until(until); }
    void run_for(Duration duration) { kernel.run_until(kernel.now() + duration); }
    NodeId node(std::int32_t id) const { return layout.node_of(BrokerId{id}); }
    void ask(std::int32_t broker, BrokerId controller, MessageBody body)
    {
        kernel.control(node(broker), Ask{controller, Message{1, std::move(body)}}, 0);
    }
    void stop(std::int32_t id) { kernel.control(node(id), control::Stop{}, 0); }
    void isolate(std::int32_t id, bool isolated)
    {
        for (std::size_t i = 0; i < kernel.node_count(); ++i) {
            const NodeId other{static_cast<std::int32_t>(i)};
            if (other == node(id)) continue;
            if (isolated) {
                kernel.cut(node(id), other);
                kernel.cut(other, node(id));
            } else {
                kernel.heal(node(id), other);
                kernel.heal(other, node(id));
            }
        }
    }

    const Controller& controller(std::int32_t id) const
    {
        return std::get<Controller>(kernel.process(node(id)).role());
    }
    const ControlPlaneBroker& broker(std::int32_t id) const
    {
        return std::get<ControlPlaneBroker>(kernel.process(node(id)).role());
    }
    /// The one active controller of the highest epoch; -1: none.
    std::int32_t active() const
    {
        std::int32_t found = -1;
        for (std::int32_t i = 101; i < 101 + layout.controllers; ++i) {
            if (!kernel.running(node(i)) || !controller(i).is_active()) continue;
            if (found == -1 || controller(i).epoch() > controller(found).epoch()) found = i;
        }
        return found;
    }
    const PartitionRecord& partition(std::int32_t number) const
    {
        return *controller(active()).image().partition({TopicId{0}, number});
    }

    /// The first event of this kind at or after `from` that satisfies the predicate.
    template <class E, class Predicate>
    std::optional<Seen> first(Time from, Predicate predicate) const
    {
        for (const Seen& seen : events) {
            const auto* event = std::get_if<E>(&seen.event);
            if (seen.at >= from && event != nullptr && predicate(*event)) return seen;
        }
        return std::nullopt;
    }
    template <class E>
    std::optional<Seen> first(Time from = Time{}) const
    {
        return first<E>(from, [](const E&) { return true; });
    }

    void after_step(const Step<Message>& step, std::span<const Event> reported,
                    std::uint64_t) override
    {
        for (const Event& event : reported) events.push_back({step.at, step.node, event});
    }
    bool wants_messages() const override { return true; }
    void on_message(const Step<Message>& step, const Message& message) override
    {
        if (const auto* heartbeat = std::get_if<BrokerHeartbeatRequest>(&message.body)) {
            last_heartbeat[static_cast<std::size_t>(heartbeat->broker.value)] = step.at;
        }
    }

    std::vector<Seen> events;
    std::array<Time, 64> last_heartbeat{};  ///< arrival at a controller, by broker
    const ClusterLayout layout;

private:
    static std::size_t nodes(const ClusterOptions& options)
    {
        return static_cast<std::size_t>(options.brokers + options.controllers);
    }
    static LinkSpec link() { return {125'000'000, microseconds(250)}; }

    Topology topology_;
    FixedResources resources_;

public:
    Kernel kernel;
};

inline CreateTopicsRequest::Topic topic_on(std::vector<std::int32_t> replicas,
                                           std::int32_t partitions = 1)
{
    CreateTopicsRequest::Topic topic;
    topic.name = "orders";
    BrokerList list;
    for (const std::int32_t id : replicas) list.push_back(BrokerId{id});
    topic.assignments.assign(static_cast<std::size_t>(partitions), list);
    return topic;
}

inline BrokerList ids(std::initializer_list<std::int32_t> numbers)
{
    BrokerList list;
    for (const std::int32_t each : numbers) list.push_back(BrokerId{each});
    return list;
}

}  // namespace gregor::test
