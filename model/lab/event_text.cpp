#include "model/lab/event_text.h"

#include "engine/check.h"
#include "model/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <type_traits>

namespace gregor::lab {

namespace {

constexpr std::array<std::string_view, 9> step_kind_names{
    "Started",   "MessageReceived", "TimerFired",    "DiskDone", "ComputeDone",
    "Connected", "Disconnected",    "ScriptControl", "Fault"};

constexpr std::array<std::string_view, 4> start_reasons{"first", "after a stop", "after a crash",
                                                        "after a power loss"};

/// Turns the fields of one event into text and JSON, and notes what they are about.
class FieldWriter {
public:
    FieldWriter(EventText& out, const Names& names) : out_(out), names_(names) {}

    void add(std::string_view name, TopicPartition value)
    {
        put(name, names_.of(value));
        about(names_.of(value));
        about(names_.topic(value.topic));
    }
    void add(std::string_view name, BrokerId value)
    {
        put(name, value == no_broker ? "none" : std::to_string(value.value), value.value);
        about(node_name(value));
    }
    void add(std::string_view name, const BrokerList& value)
    {
        nlohmann::json list = nlohmann::json::array();
        for (const BrokerId each : value) {
            list.push_back(each.value);
            about(node_name(each));
        }
        put(name, to_text(value), std::move(list));
    }
    void add(std::string_view name, ClientId value)
    {
        const std::string text = value == no_client ? "none" : names_.of(value);
        put(name, text);
        about(text);
    }
    void add(std::string_view name, TopicId value)
    {
        put(name, names_.topic(value));
        about(names_.topic(value));
    }
    void add(std::string_view name, Error value) { put(name, std::string(name_of(value))); }
    void add(std::string_view name, Time value)
    {
        put(with_unit(name), exact_seconds(value), in_milliseconds(value - Time{}));
    }
    void add(std::string_view name, Duration value)
    {
        put(with_unit(name), gregor::to_text(value), in_milliseconds(value));
    }
    void add(std::string_view name, const std::vector<TopicPartition>& value)
    {
        nlohmann::json list = nlohmann::json::array();
        std::string text;
        for (const TopicPartition each : value) {
            list.push_back(names_.of(each));
            text += (text.empty() ? "" : ",") + names_.of(each);
            about(names_.of(each));
        }
        put(name, "[" + text + "]", std::move(list));
    }
    void add(std::string_view name, bool value) { put(name, value ? "true" : "false", value); }
    template <class Tag, class Int>
    void add(std::string_view name, Id<Tag, Int> value)
    {
        put(name, std::to_string(value.value), value.value);
    }
    template <class Int>
    requires std::integral<Int>
    void add(std::string_view name, Int value) { put(name, std::to_string(value), value); }
    void add(std::string_view name, std::string_view value)
    {
        put(name, std::string(value));
        if (name == "group" || name == "name" || name == "member_id") about(std::string(value));
    }
    void add(std::string_view name, const std::string& value)
    {
        add(name, std::string_view(value));
    }

private:
    /// In text the value carries its unit, in JSON its name does.
    static std::string with_unit(std::string_view name) { return std::string(name) + "_ms"; }
    void put(std::string_view name, std::string text)
    {
        nlohmann::json json = text;
        put(name, std::move(text), std::move(json));
    }
    void put(std::string_view name, std::string text, nlohmann::json json)
    {
        const bool has_spaces = text.find(' ') != std::string::npos;
        if (has_spaces) text = "'" + text + "'";
        out_.fields.push_back({std::string(name), std::move(text), std::move(json)});
    }
    void about(std::string subject) { out_.subjects.push_back(std::move(subject)); }

    EventText& out_;
    const Names& names_;
};

/// "partition, base_offset, offset" one by one.
class FieldNames {
public:
    explicit FieldNames(std::string_view list) : rest_(list) {}
    std::string_view next()
    {
        const std::size_t comma = rest_.find(", ");
        const std::string_view name = rest_.substr(0, comma);
        rest_ = comma == std::string_view::npos ? "" : rest_.substr(comma + 2);
        return name;
    }

private:
    std::string_view rest_;
};

std::string text_name(const EventText::Field& field)
{
    // A time in text has its unit in the value: "created=1.5s", not "created_ms=1.5s".
    const bool has_unit = field.name.ends_with("_ms") && !field.text.empty() &&
                          field.text.back() >= 'a' && field.text.back() <= 'z';
    return has_unit ? field.name.substr(0, field.name.size() - 3) : field.name;
}

}  // namespace

bool EventText::is_about(std::string_view subject) const
{
    return node == subject || std::ranges::find(subjects, subject) != subjects.end();
}

std::string EventText::line() const
{
    std::string text;
    for (const Field& field : fields) text += fmt::format(" {}={}", text_name(field), field.text);
    if (cause != 0) text += fmt::format("  <- {}", cause);
    return fmt::format("{:>8} {:>16}  {:<14} {}{}", number, exact_seconds(at), node, kind, text);
}

nlohmann::json EventText::to_json() const
{
    nlohmann::json values = nlohmann::json::object();
    for (const Field& field : fields) values[field.name] = field.json;
    return {{"event", number}, {"time_ms", in_milliseconds(at - Time{})},
            {"node", node},    {"kind", kind},
            {"cause", cause},  {"fields", std::move(values)}};
}

EventText describe(const gregor::Step<Message>& step, const Message* message, const Names& names)
{
    EventText text{.number = step.number, .at = step.at, .node = names.of(step.node)};
    text.kind = step_kind_name(step.kind);
    text.cause = step.cause;
    const auto add = [&](const char* name, const std::string& value) {
        text.fields.push_back({name, value, value});
    };
    if (message != nullptr) {
        add("api", std::string(api_name(*message)));
        add("is", is_request(*message) ? "request" : "response");
    }
    if (step.from != no_node) {
        const std::string from = names.of(step.from);
        const char* quote = from.find(' ') == std::string::npos ? "" : "'";
        text.fields.push_back({"from", quote + from + quote, from});
        text.subjects.push_back(from);
    }
    if (step.kind == StepKind::timer) {
        text.fields.push_back({"timer", std::to_string(step.payload), step.payload});
    }
    if (step.kind == StepKind::start && step.payload < start_reasons.size()) {
        const std::string reason(start_reasons[step.payload]);
        text.fields.push_back({"reason", "'" + reason + "'", reason});
    }
    return text;
}

EventText describe(const gregor::Step<Message>& step, std::uint64_t number, const Event& event,
                   const Names& names)
{
    EventText text{.number = number, .at = step.at, .node = names.of(step.node)};
    text.kind = gregor::kind_of(event);
    text.cause = step.number;
    FieldWriter writer(text, names);
    std::visit(
        [&](const auto& each) {
            FieldNames field_names(each.names);
            std::apply(
                [&](const auto&... values) { (writer.add(field_names.next(), values), ...); },
                each.fields());
        },
        event);
    return text;
}

std::vector<std::string_view> step_kinds()
{
    return {step_kind_names.begin(), step_kind_names.end()};
}

std::string_view step_kind_name(StepKind kind)
{
    return step_kind_names[static_cast<std::size_t>(kind)];
}

std::string exact_seconds(Time at)
{
    return fmt::format("{}.{:09}s", at.nanoseconds / 1'000'000'000, at.nanoseconds % 1'000'000'000);
}

std::string to_text(const BrokerList& brokers)
{
    std::string text;
    for (const BrokerId each : brokers) {
        text += (text.empty() ? "" : ",") + std::to_string(each.value);
    }
    return "[" + text + "]";
}

std::string node_name(BrokerId id)
{
    if (id == no_broker) return "none";
    return fmt::format("{} {}", id.value > 100 ? "controller" : "broker", id.value);
}

double in_milliseconds(Duration duration)
{
    return static_cast<double>(duration.nanoseconds) / 1e6;
}

}  // namespace gregor::lab
