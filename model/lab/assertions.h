#pragma once

#include "model/lab/assertion_outcome.h"
#include "model/lab/built_in.h"
#include "model/lab/run_view.h"
#include "model/lab/scenario.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gregor::lab {

/// The assertions of a scenario during a run. Each is looked at only after events that touch what
/// it reads, and only between its marks; a verdict once given stays.
/// * always, never: judged from `from` (or `after`) until `to`, where `given` is true.
/// * eventually: has to come true, together with `given`, within `within` from `after` on.
/// * at_end: judged once, at the end. Invariants: see built_in.h.
/// What had no occasion to be judged (its mark never came, `given` was never true, there were no
/// records) is vacuous: neither held nor violated.
class Assertions {
public:
    struct Instant {
        const RunView& view;
        std::uint64_t event{};  ///< number of the event that led here
        Time faults_end;        ///< when the last fault began or, while settling, ended
    };

    /// The scenario outlives this.
    explicit Assertions(const Scenario& scenario);

    const std::vector<AssertionOutcome>& outcomes() const { return outcomes_; }
    /// What those that are open and undecided read.
    std::uint32_t watched() const { return watched_; }
    bool wants_events() const { return event_watchers_ > 0; }

    /// A mark or step fired: windows open and close.
    void fired(std::string_view name, const Instant& instant);
    void observe(const Instant& instant, NodeId node, std::span<const Event> events);
    void evaluate(const Instant& instant, std::uint32_t touched);
    /// Decides what is still undecided.
    void finish(const Instant& instant);

private:
    struct State {
        const Assertion* assertion;
        bool open = false;
        bool fresh = true;    ///< not looked at since it was opened
        bool judged = false;  ///< at least once, with `given` true
        Time opened;
        std::optional<Time> closed;
        built_in::Memory memory;
    };

    void open(std::size_t index, Time at);
    void evaluate(std::size_t index, const Instant& instant);
    void finish(std::size_t index, const Instant& instant);
    void decide(std::size_t index, const Instant& instant, AssertionOutcome::Verdict verdict,
                std::string what);
    built_in::Watch watch(std::size_t index, const Instant& instant);
    bool past_deadline(std::size_t index, Time now) const;
    void refresh();

    std::vector<State> states_;
    std::vector<AssertionOutcome> outcomes_;
    /// What to show of a violated condition: of `A subset B` the records of A that are not in B.
    std::shared_ptr<const std::vector<std::optional<Expression>>> witnesses_;
    std::uint32_t watched_ = 0;
    int event_watchers_ = 0;
};

/// The expression whose value proves that a condition is false (or, for `never`, true); nothing
/// when the condition has no part that would.
std::optional<Expression> witness_of(const Expression& condition, const Parameters& parameters);

}  // namespace gregor::lab
