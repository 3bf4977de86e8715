#include "model/lab/branch.h"
#include "visualizer/app.h"
#include "visualizer/find.h"
#include "visualizer/panels/fault_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

/// What keys do to the window.
namespace gregor::visualizer {

namespace {

constexpr double slowest = 0.001, fastest = 1'000;

}  // namespace

void App::press(Key key)
{
    view_.notice.clear();
    if (view_.entry) return edit_text(key);
    if (press_in_overlay(key)) return;
    const auto slow_down = [&](double factor) {
        const double speed = playback_.speed() * factor;
        const double size = std::clamp(std::abs(speed), slowest, fastest);
        playback_.set_speed(speed < 0 ? -size : size);
    };
    switch (key) {
        case Key::play: playback_.play(!playback_.playing()); break;
        case Key::next_event: playback_.step(1); break;
        case Key::previous_event: playback_.step(-1); break;
        case Key::next_of_subject: follow_subject(1); break;
        case Key::previous_of_subject: follow_subject(-1); break;
        case Key::next_bookmark: follow_bookmark(1); break;
        case Key::previous_bookmark: follow_bookmark(-1); break;
        case Key::bookmark: add_bookmark(view_.bookmarks, playback_.now()); break;
        case Key::faster: slow_down(2); break;
        case Key::slower: slow_down(0.5); break;
        case Key::turn_round: playback_.set_speed(-playback_.speed()); break;
        case Key::to_begin: playback_.seek(Time{}); break;
        case Key::to_end: playback_.seek(playback_.end()); break;
        case Key::follow: view_.follow = !view_.follow; break;
        case Key::legends: view_.legends = !view_.legends; break;
        case Key::theme: view_.light = !view_.light; break;
        case Key::keys: view_.keys_shown = !view_.keys_shown; break;
        case Key::inject: view_.menu = Menu::faults; break;
        case Key::exports: view_.menu = Menu::exports; break;
        case Key::compare:
            view_.side_by_side = !view_.side_by_side && beside_.has_value();
            if (!beside_) view_.notice = "No run stands beside this one: inject a fault first.";
            break;
        case Key::find: view_.entry = {TextEntry::Purpose::find, {}, {}, {}}; break;
        case Key::clear: clear(); break;
        case Key::next_choice:
        case Key::duration:
        case Key::accept:
        case Key::erase: break;
    }
}

/// Keys mean something else while a menu or the draft of a fault is open. True when they did.
bool App::press_in_overlay(Key key)
{
    if (view_.menu != Menu::none && key == Key::clear) {
        view_.menu = Menu::none;
        return true;
    }
    if (!view_.draft) return false;
    FaultDraft& draft = *view_.draft;
    switch (key) {
        case Key::accept: accept(); return true;
        case Key::clear: view_.draft.reset(); return true;
        case Key::duration: draft.lasts = next_duration(draft.lasts); return true;
        case Key::next_choice: {
            const auto targets = targets_of(draft.kind, playback_.snapshot());
            const auto at = std::ranges::find(targets, draft.target);
            if (targets.empty()) return true;
            const bool is_last = at == targets.end() || at + 1 == targets.end();
            draft.target = is_last ? targets.front() : *(at + 1);
            return true;
        }
        default: return false;
    }
}

void App::type(std::string_view letters)
{
    if (view_.entry) {
        constexpr std::size_t longest = 120;  // bytes
        if (view_.entry.text.size() + letters.size() <= longest) view_.entry.text += letters;
        view_.entry.told.clear();
    } else if (view_.menu != Menu::none && letters.size() == 1 && letters[0] >= '1' &&
               letters[0] <= '9') {
        choose(static_cast<std::size_t>(letters[0] - '1'));
    }
}

void App::edit_text(Key key)
{
    TextEntry& entry = view_.entry;
    if (key == Key::clear) entry = {};
    if (key == Key::erase && !entry.text.empty()) {
        while (entry.text.size() > 1 && (entry.text.back() & 0xC0) == 0x80) entry.text.pop_back();
        entry.text.pop_back();
        entry.told.clear();
    }
    if (key != Key::accept) return;
    if (entry.purpose == TextEntry::Purpose::find) return find_entry();
    if (entry.purpose == TextEntry::Purpose::filter) view_.filter = entry.text;
    const auto bookmark = std::ranges::find(view_.bookmarks, entry.bookmark, &Bookmark::at);
    if (entry.purpose == TextEntry::Purpose::rename && bookmark != view_.bookmarks.end() &&
        !entry.text.empty())
        bookmark->name = entry.text;
    entry = {};
}

void App::find_entry()
{
    const auto found = find(playback_.snapshot(), playback_.course(), view_.entry.text);
    if (!found) {
        view_.entry.told = "Nothing of that name at this instant, and no such words in the story.";
        return;
    }
    view_.entry = {};
    if (found->event) playback_.seek_event(*found->event);
    if (found->at) playback_.seek(*found->at);
    if (!found->subject) return;
    view_.selected = found->subject;
    if (found->subject.kind == Subject::Kind::record) {
        constexpr std::int64_t before = 6;  // offsets that stay visible left of it
        view_.first_offset[found->subject.name] =
            std::max<std::int64_t>(0, found->subject.offset.value - before);
    }
}

/// A line of the open menu.
void App::choose(std::size_t line)
{
    const Menu menu = std::exchange(view_.menu, Menu::none);
    if (menu == Menu::faults && line < FaultDraft::kinds.size()) {
        playback_.play(false);
        view_.draft = begin_draft(FaultDraft::kinds[line], playback_.snapshot(), view_.selected);
        if (!view_.draft) view_.notice = "Nothing can be befallen by that at this instant.";
    }
    if (menu == Menu::exports && line <= static_cast<std::size_t>(Export::recording)) {
        export_wanted_ = static_cast<Export>(line);
    }
}

void App::accept()
{
    if (!view_.draft) return;
    line_wanted_ = line_of(*view_.draft);
    view_.draft.reset();
}

void App::clear()
{
    view_.selected = view_.focused = Subject{};
    view_.range.reset();
    view_.keys_shown = false;
    view_.expanded = Panel::none;
}

/// To the next line of the story that names the selected thing, or to any when nothing is selected.
void App::follow_subject(int direction)
{
    const auto& story = playback_.course().story;
    const std::string& name = view_.selected.name;
    const auto told = [&](const lab::StoryLine& line) {
        return line.event != 0 &&
               (name.empty() || line.where == name || line.text.find(name) != std::string::npos);
    };
    std::uint64_t found = 0;
    for (const lab::StoryLine& line : story) {
        if (!told(line)) continue;
        if (direction < 0 && line.event < playback_.event() && line.at < playback_.now()) {
            found = line.event;
        }
        if (direction > 0 && line.event > playback_.event()) {
            found = line.event;
            break;
        }
    }
    if (found != 0) playback_.seek_event(found);
}

void App::follow_bookmark(int direction)
{
    std::optional<Time> found;
    for (const Bookmark& each : view_.bookmarks) {
        if (direction < 0 && each.at < playback_.now()) found = each.at;
        if (direction > 0 && each.at > playback_.now() && !found) found = each.at;
    }
    if (found) playback_.seek(*found);
}

std::optional<nlohmann::json> App::take_line()
{
    return std::exchange(line_wanted_, std::nullopt);
}

void App::show_branch(Playback branch)
{
    const Time now = playback_.now();
    const std::uint64_t parted = lab::first_difference(playback_.recording(), branch.recording());
    const double speed = playback_.speed();
    beside_.emplace(std::exchange(playback_, std::move(branch)));
    playback_.set_speed(speed);
    playback_.seek(now);
    view_.notice =
        parted == 0
            ? std::string("Branched: the line changed nothing, every event is the same.")
            : fmt::format("Branched: the first {} events are the same. C compares the two runs.",
                          parted - 1);
}

void App::show_beside(Playback other)
{
    beside_.emplace(std::move(other));
    view_.side_by_side = true;
}

}  // namespace gregor::visualizer
