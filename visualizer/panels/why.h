#pragma once

#include "model/lab/course.h"
#include "model/lab/snapshot.h"
#include "visualizer/draw/theme.h"
#include "visualizer/view_state.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::visualizer {

/// One link of a chain of causes.
struct WhyLink {
    Time at;
    std::string title;   ///< what happened, without its reason
    std::string detail;  ///< the reason, or the rest of the sentence; may be empty
    std::string where;   ///< node, client or group; empty when the title names it
    Token token = Token::sky;
    bool is_pending = false;  ///< after the playhead: a hollow dot
    bool skips = false;       ///< links between the one above and this one are left out
    std::uint64_t event = 0;  ///< to which a click goes; 0: it is a state, not an event
};

/// A question that fits the subject's state, and the chain of causes that answers it.
struct Why {
    std::string question;
    std::vector<WhyLink> links;  ///< oldest first, at most `most_links`
    static constexpr std::size_t most_links = 5, fewest_links = 3;

    /// Leaves the second link out: what began it all and what happened last stay.
    void shorten();
};

/// Nothing when the story has nothing about the subject. Looks only at what the recording holds:
/// causes up to the playhead, and at most one thing that comes after it.
std::optional<Why> why_of(const lab::Snapshot& snapshot, const lab::Course& course,
                          const Subject& subject);

/// A line of the story as a link: the sentence and its reason apart, numbers of events left out.
WhyLink link_of(const lab::Snapshot& snapshot, const lab::Course& course,
                const lab::StoryLine& line);

/// "1 -> 2" as "1 → 2".
std::string with_arrows(std::string text);

/// The line of an event's number, or the nearest before it within the same instant; null: none.
const lab::StoryLine* line_of(const lab::Course& course, std::uint64_t event);

/// Whether a line is about something: its text names it as a whole word, or it happened there.
bool names(const lab::StoryLine& line, std::string_view name);

}  // namespace gregor::visualizer
