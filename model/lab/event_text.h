#pragma once

#include "engine/step.h"
#include "model/events.h"
#include "model/lab/names.h"
#include "model/message.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gregor::lab {

/// One numbered thing of a run in words: a step of the kernel, or an event that a process reported.
struct EventText {
    struct Field {
        std::string name;
        std::string text;
        nlohmann::json json;
    };
    std::uint64_t number{};
    Time at;
    std::string node;
    std::string kind;
    std::vector<Field> fields;
    std::uint64_t cause{};
    /// What it is about: "broker 1", "orders", "orders-0", "P", a group.
    std::vector<std::string> subjects;

    bool is_about(std::string_view subject) const;
    /// "  1234    10.204500123s  controller 101  BrokerFenced broker=1  because of 1230".
    std::string line() const;
    nlohmann::json to_json() const;
};

/// A step; `message` is what arrived, null for other kinds of steps.
EventText describe(const gregor::Step<Message>& step, const Message* message, const Names& names);
/// The event that `step` reported under this number.
EventText describe(const gregor::Step<Message>& step, std::uint64_t number, const Event& event,
                   const Names& names);

/// "MessageReceived", "TimerFired", ...: the kinds of steps, in the order of StepKind.
std::vector<std::string_view> step_kinds();
std::string_view step_kind_name(StepKind kind);

/// "10.204500123s": seconds with all nine decimals.
std::string exact_seconds(Time at);
/// "[1,2,3]".
std::string to_text(const BrokerList& brokers);
/// "broker 1", "controller 101", "none".
std::string node_name(BrokerId id);
double in_milliseconds(Duration duration);

}  // namespace gregor::lab
