#include "visualizer/fault_draft.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace gregor::visualizer {

namespace {

using Kind = FaultDraft::Kind;
using Json = nlohmann::json;

constexpr std::string_view slow_latency = "200ms", clock_offset = "1h";
constexpr std::int64_t millisecond = 1'000'000;

/// "20.501s": the script's form, in milliseconds.
std::string script_time(std::int64_t nanoseconds)
{
    const std::int64_t ms = nanoseconds / millisecond;
    if (ms % 1'000 == 0) return fmt::format("{}s", ms / 1'000);
    std::string decimals = fmt::format("{:03}", ms % 1'000);
    decimals.erase(decimals.find_last_not_of('0') + 1);
    return fmt::format("{}.{}s", ms / 1'000, decimals);
}

/// The number behind "broker " or "controller "; none for a client.
std::optional<std::int32_t> id_of(std::string_view name)
{
    for (const std::string_view role : {"broker ", "controller "}) {
        if (!name.starts_with(role)) continue;
        std::int32_t id = 0;
        const std::string_view digits = name.substr(role.size());
        if (std::from_chars(digits.data(), digits.data() + digits.size(), id).ec == std::errc{}) {
            return id;
        }
    }
    return {};
}

std::string_view act_of(Kind kind)
{
    switch (kind) {
        case Kind::power_off: return "power-off";
        case Kind::pause: return "pause";
        case Kind::restart: return "restart";
        default: return "crash";
    }
}

Json action_of(const FaultDraft& draft)
{
    const auto id = id_of(draft.target);
    if (!id) return {{"client", {{"name", draft.target}, {"act", act_of(draft.kind)}}}};
    switch (draft.kind) {
        case Kind::cut: {
            const Json all{"brokers", "controllers", "clients"};
            return Json::array({{{"link", {{"from", *id}, {"to", all}, {"effect", "cut"}}}},
                                {{"link", {{"from", all}, {"to", *id}, {"effect", "cut"}}}}});
        }
        case Kind::slow_disk: return {{"disk", {{"id", *id}, {"latency", slow_latency}}}};
        case Kind::clock: return {{"clock", {{"id", *id}, {"offset", clock_offset}}}};
        default: return {{"node", {{"id", *id}, {"act", act_of(draft.kind)}}}};
    }
}

}  // namespace

std::string_view title_of(Kind kind)
{
    switch (kind) {
        case Kind::crash: return "Crash";
        case Kind::power_off: return "Power off";
        case Kind::pause: return "Pause";
        case Kind::cut: return "Cut off";
        case Kind::slow_disk: return "Slow disk";
        case Kind::clock: return "Clock skew";
        case Kind::restart: return "Restart";
    }
    return "";
}

std::string_view meaning_of(Kind kind)
{
    switch (kind) {
        case Kind::crash: return "the process dies, its page cache stays";
        case Kind::power_off: return "the machine dies: what was not flushed is gone";
        case Kind::pause: return "the process stands still and still believes";
        case Kind::cut: return "no message leaves it or reaches it";
        case Kind::slow_disk: return "every access takes 200 ms longer";
        case Kind::clock: return "its wall clock shows an hour more";
        case Kind::restart: return "the process starts again with its disk";
    }
    return "";
}

lab::Course::FaultKind shown_as(Kind kind)
{
    using Shown = lab::Course::FaultKind;
    switch (kind) {
        case Kind::crash:
        case Kind::power_off: return Shown::crash;
        case Kind::pause: return Shown::pause;
        case Kind::cut: return Shown::cut;
        case Kind::slow_disk: return Shown::slow_disk;
        case Kind::clock: return Shown::clock;
        case Kind::restart: break;
    }
    return Shown::other;
}

std::vector<std::string> targets_of(Kind kind, const lab::Snapshot& snapshot)
{
    std::vector<std::string> targets;
    const auto add = [&](const auto& nodes) {
        for (const auto& each : nodes) {
            if (each.process.running != (kind == Kind::restart))
                targets.push_back(each.process.name);
        }
    };
    add(snapshot.brokers);
    if (kind != Kind::slow_disk && kind != Kind::clock) add(snapshot.controllers);
    if (kind == Kind::crash || kind == Kind::pause) {
        add(snapshot.producers);
        add(snapshot.consumers);
    }
    return targets;
}

Time time_of_injection(Time now)
{
    return Time{(now.nanoseconds / millisecond + 1) * millisecond};
}

nlohmann::json line_of(const FaultDraft& draft)
{
    Json line{{"at", script_time(draft.at.nanoseconds)}, {"do", action_of(draft)}};
    if (draft.lasts) line["for"] = script_time(draft.lasts->nanoseconds);
    return line;
}

std::string text_of(const FaultDraft& draft)
{
    std::string text(title_of(draft.kind));
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
    text += fmt::format(" {} at {}", draft.target, script_time(draft.at.nanoseconds));
    if (draft.lasts) text += " for " + script_time(draft.lasts->nanoseconds);
    return text;
}

}  // namespace gregor::visualizer
