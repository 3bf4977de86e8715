#include "python/src/course_json.h"

#include <array>

namespace gregor::python {

namespace {

using Json = nlohmann::json;

/// In the order of Course::MarkKind.
constexpr std::array<const char*, 9> mark_names{"election",  "isr_shrunk", "isr_grown",
                                                "truncated", "rebalance",  "membership",
                                                "fenced",    "unfenced",   "controller"};
/// In the order of Course::FaultKind.
constexpr std::array<const char*, 7> fault_names{"crash", "pause",   "cut",  "slow_disk",
                                                 "clock", "message", "other"};

}  // namespace

Json to_json(const lab::Course& course)
{
    Json story = Json::array();
    for (const lab::StoryLine& each : course.story) {
        story.push_back({{"time_ns", each.at.nanoseconds},
                         {"event", each.event},
                         {"where", each.where},
                         {"text", each.text}});
    }
    Json marks = Json::array();
    for (const lab::Course::Mark& each : course.marks) {
        marks.push_back({{"time_ns", each.at.nanoseconds},
                         {"event", each.event},
                         {"kind", mark_names[static_cast<std::size_t>(each.kind)]},
                         {"label", each.label},
                         {"subject", each.subject}});
    }
    Json faults = Json::array();
    for (const lab::Course::Fault& each : course.faults) {
        faults.push_back({{"from_ns", each.from.nanoseconds},
                          {"to_ns", nullptr},
                          {"event", each.event},
                          {"kind", fault_names[static_cast<std::size_t>(each.kind)]},
                          {"label", each.label},
                          {"sentence", each.sentence},
                          {"nodes", each.nodes}});
        if (each.to != never) faults.back()["to_ns"] = each.to.nanoseconds;
    }
    return {{"story", story}, {"marks", marks}, {"faults", faults}};
}

}  // namespace gregor::python
