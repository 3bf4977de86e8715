#pragma once

#include "visualizer/frame.h"
#include "visualizer/layout.h"
#include "visualizer/playback.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gregor::visualizer {

/// What a key means.
enum class Key : std::uint8_t {
    play,
    next_event,
    previous_event,
    next_of_subject,
    previous_of_subject,
    next_bookmark,
    previous_bookmark,
    bookmark,
    faster,
    slower,
    turn_round,
    to_begin,
    to_end,
    follow,
    legends,
    theme,
    keys,
    inject,
    exports,
    compare,
    find,
    next_choice,  ///< Tab
    duration,     ///< how long a fault lasts
    accept,       ///< Enter
    erase,        ///< Backspace
    clear,        ///< Esc
};

/// The whole window: a playhead on a run, or on two side by side, and what the user chose. Draws
/// with ImGui's current context; knows nothing of windows, files and processes: what needs those is
/// asked for by the `take_` functions.
class App {
public:
    explicit App(Playback playback);

    Playback& playback() { return playback_; }
    const std::optional<Playback>& beside() const { return beside_; }
    ViewState& view() { return view_; }
    void press(Key key);
    /// Letters that were typed, as UTF-8: into a line of text, or the number of a choice.
    void type(std::string_view letters);
    /// Moves the playhead on, draws everything, then does what was asked for by mouse. To be called
    /// between ImGui::NewFrame and ImGui::Render, on a ground that has the theme's Token::bg.
    /// Sizes in points.
    void frame(const Fonts& fonts, ImVec2 size, const Input& input, double wall_seconds,
               std::vector<TextBox>* texts = nullptr);

    /// What the user wants to keep; once.
    std::optional<Export> take_export() { return std::exchange(export_wanted_, std::nullopt); }
    /// The line of script that the user wants this run to be branched with; once.
    std::optional<nlohmann::json> take_line();
    /// Goes on with the branch at the same instant; this run stands beside it from now on.
    void show_branch(Playback branch);
    /// Shows another run beside this one, at the same instant.
    void show_beside(Playback other);

private:
    void edit_text(Key key);
    bool press_in_overlay(Key key);
    void choose(std::size_t line);
    void accept();
    void clear();
    void find_entry();
    void follow_subject(int direction);
    void follow_bookmark(int direction);
    void go_on(double wall_seconds);
    void move_splitters(const Layout& layout, ImVec2 size, const Input& input);
    void draw_panels(Frame& frame, const Layout& layout, const Input& input);
    void draw_beside(const Frame& frame, const Layout& layout);
    void draw_bar(Frame& frame, const Layout& layout);
    void draw_overlays(Frame& frame, ImVec2 size);
    std::optional<Box> overlay_box(ImVec2 size) const;
    void obey();

    Playback playback_;
    std::optional<Playback> beside_;
    ViewState view_;
    std::optional<Export> export_wanted_;
    std::optional<nlohmann::json> line_wanted_;
};

}  // namespace gregor::visualizer
