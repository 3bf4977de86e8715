#pragma once

#include "model/lab/snapshot.h"
#include "visualizer/fault_draft.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gregor::visualizer {

/// One thing that can be pointed at.
struct Subject {
    enum class Kind : std::uint8_t {
        none,
        node,       ///< a broker, controller or client, by its name
        partition,  ///< by its name
        record,     ///< an offset of a partition on one broker
        group,
        message,  ///< by sender, receiver and the instant it was sent
        event,    ///< a line of the story, by its number
    };
    Kind kind = Kind::none;
    std::string name;
    BrokerId broker{no_broker};
    Offset offset{no_offset};
    std::uint64_t number = 0;  ///< of an event; of a message: when it was sent, in ns

    bool operator==(const Subject&) const = default;
    explicit operator bool() const { return kind != Kind::none; }

    static Subject node(std::string name) { return {Kind::node, std::move(name), {}, {}, 0}; }
    static Subject partition(std::string name)
    {
        return {Kind::partition, std::move(name), no_broker, no_offset, 0};
    }
    static Subject group(std::string name)
    {
        return {Kind::group, std::move(name), no_broker, no_offset, 0};
    }
    static Subject record(std::string partition, BrokerId broker, Offset offset)
    {
        return {Kind::record, std::move(partition), broker, offset, 0};
    }
    static Subject event(std::uint64_t number)
    {
        return {Kind::event, {}, no_broker, no_offset, number};
    }
};

/// The message, as the cluster panel points at it.
Subject subject_of(const lab::Snapshot::Flight& flight);

struct Bookmark {
    Time at;
    std::string name;
};

/// At an instant, unless there is one.
void add_bookmark(std::vector<Bookmark>& bookmarks, Time at);

/// What the held mouse button does to the timeline.
struct TimelineDrag {
    enum class What : std::uint8_t { none, scrub, select, pan, move, resize_from, resize_to };
    What what = What::none;
    Duration grip;  ///< of `move`: from the window's begin to where it was taken
    Time anchor;    ///< of `select` and `pan`: what was under the pointer when it began
};

/// A stretch of the run; from < to.
struct TimeRange {
    Time from, to;
};

/// A line of text that the user types.
struct TextEntry {
    enum class Purpose : std::uint8_t { none, find, rename, filter };
    Purpose purpose = Purpose::none;
    std::string text;
    std::string told;  ///< what came of it, when it could not be carried out
    Time bookmark;     ///< of `rename`

    explicit operator bool() const { return purpose != Purpose::none; }
};

/// A list that hangs from a button of the top bar.
enum class Menu : std::uint8_t { none, faults, exports };

/// What the user wants to keep of the run.
enum class Export : std::uint8_t { picture, plots, page, movie, scenario, recording };

/// Edges between panels that the mouse can move.
enum class Splitter : std::uint8_t { none, left, right, timeline };

enum class Panel : std::uint8_t { none, cluster, partitions, inspector, timeline };

/// Everything that the user chose, and nothing that the run decides.
struct ViewState {
    Subject selected, hovered;
    Subject next_hovered;  ///< found while this frame is drawn; counts from the next one on
    Subject focused;       ///< all that is not related to it fades
    Panel expanded = Panel::none;
    bool light = false;
    bool legends = true;
    bool keys_shown = false;
    bool follow = false;

    Time visible_from, visible_to;  ///< of the timeline; both 0: the whole run
    TimelineDrag timeline_drag;
    std::vector<std::size_t> metrics{0, 1, 2};  ///< which are plotted, from above
    std::vector<Bookmark> bookmarks;
    std::optional<Time> seek_to;  ///< asked for in this frame
    std::optional<std::uint64_t> seek_event_to;
    std::map<std::string, std::int64_t> first_offset;  ///< of a partition's strips, when scrolled
    float partitions_scroll = 0, inspector_scroll = 0;
    float left_width = 516, right_width = 344, timeline_height = 300;  ///< splitters, in points
    std::map<std::size_t, std::size_t> answers;  ///< by question in the course's told lines
    std::optional<std::size_t> asked;            ///< the question that holds the clock
    std::string notice;              ///< what was done for the user, until the next key or click
    std::string filter;              ///< of the partitions panel: a part of the name
    std::optional<TimeRange> range;  ///< chosen on the timeline; the inspector tells of it
    TextEntry entry;
    Menu menu = Menu::none;
    std::optional<FaultDraft> draft;  ///< shown on the timeline, not yet in the script
    bool draft_accepted = false;      ///< in this frame
    Splitter splitter = Splitter::none;
    bool side_by_side = false;  ///< with the run beside this one, if there is one
    Subject inspected;  ///< what inspector_scroll belongs to: another subject begins at its top
};

}  // namespace gregor::visualizer
