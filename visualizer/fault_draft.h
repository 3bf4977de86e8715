#pragma once

#include "model/lab/course.h"
#include "model/lab/snapshot.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gregor::visualizer {

/// A fault that the user is about to inject: nothing but a line of script that is not yet in it.
struct FaultDraft {
    enum class Kind : std::uint8_t { crash, power_off, pause, cut, slow_disk, clock, restart };
    static constexpr std::array kinds{Kind::crash,     Kind::power_off, Kind::pause,  Kind::cut,
                                      Kind::slow_disk, Kind::clock,     Kind::restart};

    Kind kind{};
    std::string target;  ///< name of the node
    Time at;
    std::optional<Duration> lasts;  ///< none: for good, or until the script repairs it

    bool operator==(const FaultDraft&) const = default;
};

/// "Crash", "Cut off from everybody".
std::string_view title_of(FaultDraft::Kind kind);
/// What a user sees happen.
std::string_view meaning_of(FaultDraft::Kind kind);
/// How the timeline draws it.
lab::Course::FaultKind shown_as(FaultDraft::Kind kind);

/// Nodes that it can befall at this instant: those that run, for a restart those that do not.
std::vector<std::string> targets_of(FaultDraft::Kind kind, const lab::Snapshot& snapshot);
/// The first whole millisecond after an instant: nothing that was seen up to it changes.
Time time_of_injection(Time now);
/// The line in the scenario language.
nlohmann::json line_of(const FaultDraft& draft);
/// "crash broker 2 at 20.501 s for 5 s".
std::string text_of(const FaultDraft& draft);

}  // namespace gregor::visualizer
