#pragma once

#include "engine/step.h"
#include "model/lab/assertions.h"
#include "model/lab/history.h"
#include "model/lab/message_rules.h"
#include "model/lab/names.h"
#include "model/lab/observations.h"
#include "model/lab/run_view.h"
#include "model/lab/scenario.h"
#include "model/lab/world.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gregor::lab {

/// A step of the script as it really happened.
struct FiredStep {
    std::size_t step{};  ///< index in Scenario::script
    Time at;
    std::uint64_t event{};  ///< number of its first fault event
    bool undone = false;    ///< the end of its "for"
};
/// A caption or question whose moment has come.
struct ToldLine {
    std::size_t index{};  ///< in Lesson::captions or Lesson::predict
    bool question = false;
    Time at;
    std::uint64_t event{};  ///< that made its condition true
};

/// Carries a scenario's script out on a run: arms triggers, fires actions, keeps message rules,
/// marks, assertions and captions. A value: part of a keyframe. It changes the run only through
/// the kernel's script functions, so what it does is numbered and hashed like everything else.
///
/// Conditions are looked at after an event that touched what they read, from the first event
/// behind time 0 on: those at time 0 form the cluster. A condition that is true already when it is
/// armed fires at once. All that are true at one instant fire, in the order of the file.
/// Steps at time 0 that only concern links, messages, disks, clocks and marks fire before the first
/// event; others when the processes have started.
/// Semantics: scenario-language page, sections 2 and 4.
class Script {
public:
    struct Context {
        KafkaKernel& kernel;
        const History& history;
        const Names& names;
        Resources& resources;
    };

    Script(std::shared_ptr<const Scenario> scenario, const Names& names);

    /// At time 0, before the first event.
    void start(Context context);
    /// A time asked for with Kernel::wake.
    void on_wake(Context context, std::uint32_t id);
    /// After an event: `touched` says what it may have changed (lab::reads); `events` are those it
    /// reported. Conditions that are true now fire at once, before the next event.
    void after_step(Context context, const gregor::Step<Message>& step,
                    std::span<const Event> events, std::uint32_t touched);
    /// The horizon is reached: heals links, restarts nodes, releases nothing. No step fires after
    /// it; what a step began with "for" still ends in its time.
    void settle(Context context);
    /// The end of the run: decides what is still undecided.
    void finish(Context context);

    bool has_message_rules() const { return !rules_.empty(); }
    Verdict intercept(Context context, NodeId from, NodeId to, Message& message);
    void held(Context context, std::uint32_t parcel);

    const std::vector<FiredStep>& fired() const { return fired_; }
    const std::vector<ToldLine>& told() const { return told_; }
    /// Steps that never fired, by their name or place in the file.
    std::vector<std::string> unreached() const;
    /// Actions that could not do what they say, e.g. a node expression that named nobody.
    const std::vector<std::string>& problems() const { return problems_; }
    const std::vector<AssertionOutcome>& outcomes() const { return assertions_.outcomes(); }
    /// When a mark or named step fired.
    std::optional<Time> time_of(std::string_view name) const { return observations_.time_of(name); }
    /// The run as expressions see it now; `values` are more names they may use.
    RunView view(const KafkaKernel& kernel, const History& history, const Names& names,
                 const std::map<std::string, Value>* values = nullptr) const
    {
        return RunView({kernel, history, names, observations_, rules_, values});
    }

private:
    enum class Stage : std::uint8_t { idle, armed, waiting, fired, missed };
    /// A step, caption or question on its way to happen.
    struct Armable {
        enum class Kind : std::uint8_t { step, caption, question };
        const Trigger* trigger;
        std::size_t index{};
        Kind kind{};
        Stage stage = Stage::idle;
        std::uint64_t cause{};  ///< of the firing, once it is known
    };
    struct Wakeup {
        enum class Kind : std::uint8_t { fire, deadline, undo, program };
        Kind kind{};
        std::size_t index{};  ///< of the armable, of the firing, of the program
    };
    struct Program {
        std::size_t client{};
        NodeId node;
        std::size_t next = 0;                   ///< call
        bool sleeping = false;                  ///< in a wait for time
        const Expression* condition = nullptr;  ///< in a wait for it
        bool suspended = false;                 ///< its process does not run
    };
    /// How to take back one thing that a step with "for" did.
    struct Undo {
        enum class Kind : std::uint8_t {
            heal,
            effect,
            rule,
            restart,
            resume,
            thaw,
            disk,
            clock,
            config,
            start_client
        };
        Kind kind{};
        NodeId node, to;
        TopicId topic{no_topic};  ///< of a setting
        std::optional<PathEffect> effect;
        MessageRules::RuleId rule{};
        DiskSpec disk;
        Duration jump;
        std::string key, value;
        control::Subsystem subsystem{};
    };
    struct Firing {
        std::size_t step{};
        std::uint64_t event{};
        std::vector<Undo> undos;
    };
    /// One action being carried out.
    struct Doing {
        Context context;
        std::size_t step{};
        std::uint64_t cause{};
        std::uint64_t digest{};       ///< of the action
        std::uint64_t event{};        ///< of its last fault event
        std::uint64_t first_event{};  ///< of the step
        std::vector<Undo>* undos{};
    };
    using Pair = std::pair<NodeId, NodeId>;

    // Time and conditions: script.cpp
    RunView view(const Context& context) const;
    Assertions::Instant instant(const RunView& view, std::uint64_t event) const;
    void wake(Context context, Time at, Wakeup wakeup);
    void arm(Context context, Armable& armable);
    void name_fired(Context context, const std::string& name, std::uint64_t event);
    void touch(std::uint32_t what);
    void refresh();
    /// The event that a condition may have come true by, and what it reported.
    struct Occasion {
        std::uint64_t number{};
        std::span<const Event> events;
        std::uint64_t cause_of(std::uint32_t reads) const;
    };
    void look_around(Context context, const Occasion& occasion);
    std::vector<std::size_t> look(Context context, const Occasion& occasion);
    void fire_due(Context context);
    void come_true(Context context, Armable& armable, std::uint64_t cause);
    void fire(Context context, std::size_t armable);
    void fire_step(Context context, std::size_t step, std::uint64_t cause);
    void undo(Context context, std::size_t firing);
    bool can_precede_start(const Step& step) const;

    // Programs of clients: script_programs.cpp
    void advance(Context context, Program& program, std::uint64_t cause);
    bool issue(Context context, NodeId client, const Call& call, std::uint64_t cause);
    void find_not_started(const Names& names);
    void on_client_started(Context context, NodeId node, std::uint64_t cause);

    // Actions: script_actions.cpp and script_faults.cpp
    void act(Doing& doing, const Action& action);
    std::uint64_t note(Doing& doing, NodeId node);
    void carry_out(Doing& doing, const action::Link& link);
    void carry_out(Doing& doing, const action::Message& message);
    void carry_out(Doing& doing, const action::Release& release);
    void carry_out(Doing& doing, const action::Node& node);
    void carry_out(Doing& doing, const action::Disk& disk);
    void carry_out(Doing& doing, const action::Clock& clock);
    void carry_out(Doing& doing, const action::Set& set);
    void carry_out(Doing& doing, const action::Level& level);
    void carry_out(Doing& doing, const action::Admin& admin);
    void create_topic(Doing& doing, const action::Admin& admin, NodeId node, std::uint64_t event);
    void ask_leader(Doing& doing, const action::Admin& admin, TopicPartition partition,
                    std::uint64_t event);
    const Replica* replica_at(Doing& doing, NodeId node, const std::string& name);
    void flip_byte(Doing& doing, const action::Disk& action, NodeId node);
    void carry_out(Doing& doing, const action::Client& client);
    void carry_out(Doing& doing, const action::Mark& mark);
    void take_back(Context context, const Undo& undo, std::uint64_t event);
    void act_on_process(Doing& doing, const action::Node& action, NodeId node);
    void hold_back(Doing& doing, const action::Disk& disk, NodeId node);
    void cut(Context context, Pair pair);
    void heal(Context context, Pair pair, bool entirely);
    void set_effect(Context context, Pair pair, const std::optional<PathEffect>& effect);
    PathEffect changed_effect(const Context& context, Pair pair, const action::Link& link) const;
    std::string config_before(const action::Set& set) const;
    /// The nodes of a set at this instant, with those that share their hosts, in order.
    std::vector<NodeId> resolve(const Context& context, const std::vector<NodeSet>& sets) const;
    std::vector<NodeId> resolve(const Context& context, const NodeSet& set) const;
    bool same_host(const Context& context, NodeId a, NodeId b) const;
    void complain(const Doing& doing, std::string what);

    /// Beside lab::reads: something was armed and has not been looked at.
    static constexpr std::uint32_t newly_armed = 1U << 31;

    std::shared_ptr<const Scenario> scenario_;
    Observations observations_;
    Assertions assertions_;
    MessageRules rules_;
    std::vector<Armable> armables_;
    std::vector<Wakeup> wakeups_;  // by the id of Kernel::wake
    std::deque<std::size_t> due_;  // armables to fire now
    std::vector<Program> programs_;
    std::vector<Firing> firings_;
    std::vector<FiredStep> fired_;
    std::vector<ToldLine> told_;
    std::vector<std::string> problems_;
    std::map<Pair, int> cuts_;
    std::map<Pair, PathEffect> effects_;
    std::vector<std::pair<NodeId, control::Subsystem>> frozen_;
    std::set<std::string> deleted_topics_;
    std::vector<NodeId> not_started_;  // clients that a step starts
    std::uint32_t watched_ = 0;        // what armed conditions, assertions and first() read
    std::uint32_t pending_ = 0;        // touched, and conditions not looked at since
    Time faults_end_;
    bool busy_ = false;  // acting: what that touches is looked at afterwards
    bool settled_ = false;
};

}  // namespace gregor::lab
