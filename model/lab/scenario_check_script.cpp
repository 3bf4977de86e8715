#include "model/lab/scenario_reader.h"
#include "model/lab/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace gregor::lab {
namespace {

/// When each step can fire at the earliest; finds steps that wait for themselves.
class Earliest {
public:
    Earliest(const Scenario& scenario, Loading& loading)
        : script_(scenario.script), loading_(loading), times_(script_.size())
    {
        for (std::size_t i = 0; i < script_.size(); ++i) {
            if (!script_[i].name.empty()) by_name_.emplace(script_[i].name, i);
        }
        for (std::size_t i = 0; i < script_.size(); ++i) {
            if (!times_[i]) find(i);
        }
    }

    Time of(std::size_t step) const { return times_[step].value_or(Time{}); }

    /// The earliest time of a trigger, be it of a step or of a caption.
    Time of(const Trigger& trigger) const
    {
        if (trigger.at) return *trigger.at;
        const auto before = by_name_.find(trigger.after);
        const Time from = before == by_name_.end() ? Time{} : of(before->second);
        return from + trigger.delay;
    }

    bool knows(const std::string& name) const { return by_name_.contains(name); }
    std::string nearest(const std::string& name) const
    {
        std::vector<std::string_view> known;
        for (const auto& [each, step] : by_name_) known.push_back(each);
        return nearest_word(name, known);
    }

private:
    /// Follows `after` back to a step whose time is known, then forward again. Not recursive:
    /// chains may be long.
    void find(std::size_t step)
    {
        std::vector<std::size_t> chain;
        std::set<std::size_t> seen;
        for (std::size_t at = step;;) {
            if (!seen.insert(at).second) return refuse_cycle(chain, at);
            chain.push_back(at);
            const auto before = by_name_.find(script_[at].trigger.after);
            if (before == by_name_.end() || times_[before->second]) break;
            at = before->second;
        }
        for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
            times_[*at] = of(script_[*at].trigger);
        }
    }

    void refuse_cycle(const std::vector<std::size_t>& chain, std::size_t step)
    {
        for (const std::size_t each : chain) times_[each] = Time{};
        const std::string& name = script_[step].trigger.after;
        const bool own = script_[step].name == name;
        loading_.diagnostics.add(
            {child_path(script_[step].path, "after"),
             excerpt(Json(name)) + (own ? ", the step itself" : ", which waits for this step"),
             "a step that does not wait for this one", ""});
    }

    const std::vector<Step>& script_;
    Loading& loading_;
    std::map<std::string, std::size_t> by_name_;
    std::vector<std::optional<Time>> times_;
};

/// A trigger that can never happen makes every run unreached.
void check_trigger(const Trigger& trigger, const std::string& path, const Scenario& scenario,
                   const Earliest& earliest, Loading& loading)
{
    if (!trigger.after.empty() && !earliest.knows(trigger.after)) {
        loading.refuse(child_path(path, "after"), trigger.after, "the name of a step",
                       earliest.nearest(trigger.after));
        return;
    }
    // A step behind one that is too late is not told again.
    const Time first = earliest.of(trigger);
    const Time from = trigger.at ? Time{} : first - trigger.delay;
    if (first > scenario.horizon && from <= scenario.horizon) {
        loading.diagnostics.add({child_path(path, trigger.at ? "at" : "delay"),
                                 "a trigger at " + to_text(first - Time{}) + " or later",
                                 "at most the horizon, " + to_text(scenario.horizon - Time{}), ""});
    }
    if (trigger.when && trigger.when->is_constant()) {
        struct Nothing final : StateView {
            Value call(std::string_view, const std::vector<Value>&,
                       const NamedValues&) const override
            {
                return {};
            }
            std::optional<Value> name(std::string_view) const override { return std::nullopt; }
        };
        if (!trigger.when->evaluate(Nothing{}).is_true()) {
            loading.refuse(child_path(path, "when"), trigger.when->text(),
                           "a condition that can become true");
        }
    }
}

void check_names(const Scenario& scenario, Loading& loading)
{
    std::map<std::string, std::string> places;
    const auto add = [&](const std::string& name, const std::string& path) {
        const auto [at, is_new] = places.emplace(name, path);
        if (!is_new) {
            loading.diagnostics.add({path, excerpt(Json(name)) + ", also at " + at->second,
                                     "a name of its own for each step and mark", ""});
        }
    };
    for (const Step& step : scenario.script) {
        if (!step.name.empty()) add(step.name, child_path(step.path, "name"));
        for (std::size_t i = 0; i < step.actions.size(); ++i) {
            const auto* mark = std::get_if<action::Mark>(&step.actions[i]);
            if (mark != nullptr) add(mark->name, child_path(step.path, "do") + "/mark");
        }
    }
}

/// A held message must be let go some time, unless the rule says how often it applies.
void check_holds(const Scenario& scenario, Loading& loading)
{
    std::set<std::string> released;
    for (const Step& step : scenario.script) {
        for (const Action& each : step.actions) {
            if (const auto* release = std::get_if<action::Release>(&each)) {
                released.insert(release->name);
            }
        }
    }
    for (const Step& step : scenario.script) {
        for (const Action& each : step.actions) {
            const auto* message = std::get_if<action::Message>(&each);
            if (message == nullptr || message->hold.empty()) continue;
            if (message->times || step.lasts || released.contains(message->hold)) continue;
            loading.diagnostics.add({child_path(step.path, "do"),
                                     "hold " + excerpt(Json(message->hold)) + " without release",
                                     "a release of this name, \"times\" or \"for\"", ""});
        }
    }
}

/// The log directories of the brokers that a fault is for: the only ones that can fail.
void check_failed_directories(const Scenario& scenario, Loading& loading)
{
    for (const Step& step : scenario.script) {
        for (const Action& each : step.actions) {
            const auto* disk = std::get_if<action::Disk>(&each);
            if (disk == nullptr || disk->failed_directory.empty()) continue;
            std::set<std::string> known;
            for (const Broker& broker : scenario.cluster.brokers) {
                const bool meant =
                    disk->node.kind != NodeSet::Kind::id || disk->node.id == broker.id;
                if (!meant) continue;
                const auto directories =
                    BrokerConfig::from(scenario.cluster.config_of(broker)).log_dirs;
                known.insert(directories.begin(), directories.end());
            }
            if (known.contains(disk->failed_directory)) continue;
            loading.refuse(child_path(step.path, "do") + "/disk/fail", disk->failed_directory,
                           fmt::format("a directory of log.dirs: {}", fmt::join(known, ", ")));
        }
    }
}

void check_created_topics(const Scenario& scenario, Loading& loading)
{
    const auto brokers = static_cast<std::int32_t>(scenario.cluster.brokers.size());
    for (const Step& step : scenario.script) {
        for (const Action& each : step.actions) {
            const auto* admin = std::get_if<action::Admin>(&each);
            if (admin == nullptr || admin->replication_factor <= brokers) continue;
            loading.diagnostics.add({child_path(step.path, "do"),
                                     fmt::format("rf {}", admin->replication_factor),
                                     fmt::format("1 to {}, the number of brokers", brokers), ""});
        }
    }
}

}  // namespace

void check_script(const Scenario& scenario, Loading& loading)
{
    check_names(scenario, loading);
    check_failed_directories(scenario, loading);
    const Earliest earliest(scenario, loading);
    for (const Step& step : scenario.script) {
        check_trigger(step.trigger, step.path, scenario, earliest, loading);
    }
    const Lesson& lesson = scenario.lesson;
    for (std::size_t i = 0; i < lesson.captions.size(); ++i) {
        check_trigger(lesson.captions[i].trigger, child_path("/lesson/captions", i), scenario,
                      earliest, loading);
    }
    for (std::size_t i = 0; i < lesson.predict.size(); ++i) {
        check_trigger(lesson.predict[i].trigger, child_path("/lesson/predict", i), scenario,
                      earliest, loading);
    }
    check_holds(scenario, loading);
    check_created_topics(scenario, loading);
}

}  // namespace gregor::lab
