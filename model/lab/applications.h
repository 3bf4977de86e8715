#pragma once

#include "engine/step.h"
#include "model/lab/application_calls.h"
#include "model/lab/history.h"
#include "model/lab/names.h"
#include "model/lab/world.h"

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <vector>

namespace gregor::lab {

/// The applications outside the simulation, as the simulation sees them: what each is to be told,
/// and what is left to carry out of what it asked for. A value: part of a keyframe. It changes the
/// run only by controls of the clients, which are numbered and hashed like everything else.
///
/// An application has one thread. Its methods are called one after the other, at the instant of
/// what they are about, and take no time but what they ask for (application::Work). When nothing is
/// left to do a consumer's thread calls poll() again.
class Applications {
public:
    struct Context {
        KafkaKernel& kernel;
        const Names& names;
        const History& history;
        ApplicationHost& host;
    };

    Applications(const Scenario& scenario, const Names& names);
    bool any() const { return !lives_.empty(); }
    /// Calls made up to now.
    std::uint64_t calls() const { return calls_; }

    void after_step(Context context, const gregor::Step<Message>& step,
                    std::span<const Event> events);
    /// Whether a time asked for with Kernel::wake is one of these.
    static bool owns(std::uint32_t wake) { return (wake & own_wake) != 0; }
    void on_wake(Context context, std::uint32_t wake);

private:
    static constexpr std::uint32_t own_wake = 1U << 31;
    static constexpr std::uint32_t timer_wake = 1U << 30;

    using Occasion = ApplicationOccasion;
    /// One client; `number` counts the lives of its process.
    struct Life {
        ClientId client{no_client};
        NodeId node = no_node;
        std::uint32_t number = 0;
        bool runs = false;
        bool active = false;            ///< being carried out: collect only
        bool planned = false;           ///< a wake is on its way
        bool waits_for_commit = false;  ///< its thread
        bool told_to_revoke = false;    ///< until the partitions are gone
        bool revoking = false;          ///< the call under way is onPartitionsRevoked
        Time busy_until;
        std::uint64_t cause = 0;  ///< event that the call under way is about
        std::deque<Occasion> waiting;
        std::deque<ApplicationEffect> program;
        std::map<std::uint32_t, std::uint32_t> timers;  ///< slot of each that is set
    };
    struct Timer {
        std::size_t life{};
        std::uint32_t number = 0;
        std::uint32_t timer = 0;
        bool used = false;
    };

    Life* life_on(NodeId node);
    void begin(const Context& context, Life& life, const gregor::Step<Message>& step);
    void collect(const Context& context, Life& life, const gregor::Step<Message>& step,
                 std::uint64_t number, const Event& event);
    Occasion& occasion(Life& life, const gregor::Step<Message>& step, std::uint64_t number,
                       Occasion::Kind kind, bool join);
    bool idle(const Context& context, const Life& life) const;
    void plan(const Context& context, Life& life, Time at);
    void advance(const Context& context, Life& life);
    bool work_on(const Context& context, Life& life);
    void carry_out(const Context& context, Life& life, const ApplicationEffect& effect);
    void set_timer(const Context& context, Life& life, const application::SetTimer& asked);
    std::size_t index_of(const Life& life) const
    {
        return static_cast<std::size_t>(&life - lives_.data());
    }

    std::vector<Life> lives_;
    std::vector<Timer> timers_;
    std::uint64_t calls_ = 0;
};

}  // namespace gregor::lab
