// The visualizer: `gregor view`. With --screenshot it needs no window.
#include "model/lab/diagnostic.h"
#include "model/lab/scenario_file.h"
#include "model/lab/whole_file.h"
#include "visualizer/app.h"
#include "visualizer/draw/headless.h"
#include "visualizer/draw/png_file.h"
#include "visualizer/exports.h"
#include "visualizer/find.h"
#include "visualizer/measure.h"
#include "visualizer/movie.h"
#include "visualizer/open_run.h"
#include "visualizer/window.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <functional>
#include <stdexcept>

namespace {

using namespace gregor;
using namespace gregor::visualizer;

struct Options {
    RunChoice run;
    std::string at, screenshot, size = "1600x1000", select;
    std::string movie, to, plots, page, beside;
    double speed = 0.25;
    float scale = 1;
    double frame_rate = 0;
    bool light = false, measured = false;
};

constexpr int bad_input = 2, defect = 3;

[[noreturn]] void refuse(const std::string& option, const std::string& found,
                         const std::string& allowed)
{
    throw lab::BadInput(option, {{"/", found, allowed, ""}});
}

ImVec2 size_of(const std::string& text)
{
    int width = 0, height = 0, used = 0;
    const bool read = std::sscanf(text.c_str(), "%dx%d%n", &width, &height, &used) == 2 &&
                      static_cast<std::size_t>(used) == text.size();
    if (!read || width < 1 || height < 1 || width > 16'384 || height > 16'384) {
        refuse("--size", text, "WIDTHxHEIGHT, each from 1 to 16384");
    }
    return {static_cast<float>(width), static_cast<float>(height)};
}

/// A time outside of the run is brought into it, and said.
void seek(Playback& playback, const std::string& text)
{
    if (text.empty()) return;
    const auto at = parse_duration(text);
    if (!at) refuse("--at", text, "a time such as 20.5s");
    const Time wanted = Time{} + *at;
    playback.seek(wanted);
    if (playback.now() != wanted) {
        fmt::print(stderr, "gregor view: {} is outside the run, which goes from 0 s to {:.3f} s\n",
                   text, static_cast<double>(playback.end().nanoseconds) / 1e9);
    }
}

Subject selected(const Playback& playback, const std::string& name)
{
    if (name.empty()) return {};
    const auto subject = subject_named(playback.snapshot(), name);
    if (!subject) {
        refuse("--select", name,
               "broker 1, controller 101, a client, a partition, one@offset, or group G");
    }
    return *subject;
}

/// One frame without a window.
Image picture(const Options& options, const std::function<void(const Fonts&, ImVec2)>& draw)
{
    const ImVec2 size = size_of(options.size);
    Headless headless({.width = static_cast<int>(size.x),
                       .height = static_cast<int>(size.y),
                       .scale = options.scale,
                       .theme = options.light ? &light_theme() : &dark_theme()});
    for (const std::string& each : headless.fonts().missing()) {
        fmt::print(stderr, "gregor view: {}\n", each);
    }
    return headless.frame([&] { draw(headless.fonts(), size); });
}

/// The library beside the build, or in the present folder.
std::string scenario_folder()
{
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path own = fs::read_symlink("/proc/self/exe", error);
    const fs::path beside = own.parent_path().parent_path().parent_path() / "scenarios";
    return fs::is_directory("scenarios", error) ? std::string("scenarios") : beside.string();
}

App opened(const Options& options)
{
    const bool told = isatty(STDERR_FILENO) != 0;
    App app = open_app({options.run.file, options.run.leg, options.beside}, options.run.resources,
                       [&](const std::string& what, double share) {
                           if (told && share >= 0) {
                               fmt::print(stderr, "\r{} {:3.0f} %  ", what, share * 100);
                           }
                       });
    if (told) fmt::print(stderr, "\r\033[K");
    return app;
}

/// From --at to --to.
int record_movie(const Options& options, Show& show)
{
    if (!show.app) refuse("--movie", "no file", "a recording or a scenario");
    Playback& playback = show.app->playback();
    Movie movie{.file = options.movie, .from = playback.now(), .to = playback.end()};
    movie.speed = options.speed;
    if (!options.to.empty()) {
        const auto to = parse_duration(options.to);
        if (!to || Time{} + *to <= movie.from) {
            refuse("--to", options.to, "a time such as 21s, later than --at");
        }
        movie.to = std::min(Time{} + *to, playback.end());
    }
    const ImVec2 size = size_of(options.size);
    Headless headless({.width = static_cast<int>(size.x),
                       .height = static_cast<int>(size.y),
                       .scale = options.scale,
                       .theme = options.light ? &light_theme() : &dark_theme()});
    const bool told = isatty(STDERR_FILENO) != 0;
    try {
        write_movie(*show.app, headless, movie, [&](double share) {
            if (told) fmt::print(stderr, "\rdrawing {:3.0f} %  ", share * 100);
        });
    } catch (const std::runtime_error& error) {
        fmt::print(stderr, "gregor view: {}\n", error.what());
        return bad_input;
    }
    if (told) fmt::print(stderr, "\r\033[K");
    return 0;
}

/// What needs no window.
void write_files(const Options& options, Show& show)
{
    const Image image = picture(options, [&](const Fonts& fonts, ImVec2 size) {
        float scroll = 0;
        if (show.app) {
            show.app->frame(fonts, size, Input{}, 0);
        } else {
            const Painter painter =
                make_painter(*ImGui::GetBackgroundDrawList(),
                             options.light ? light_theme() : dark_theme(), fonts);
            draw_gallery(painter, size, Input{}, show.gallery, scroll);
        }
    });
    if (!options.screenshot.empty()) write_png(image, options.screenshot);
    if (options.plots.empty() && options.page.empty()) return;
    if (!show.app) refuse("--plots, --page", "no file", "a recording or a scenario");
    const Playback& playback = show.app->playback();
    const TimeRange whole{Time{}, std::max(playback.end(), Time{1})};
    if (!options.plots.empty()) {
        lab::write_whole_file(options.plots,
                              plots_as_svg(playback.course(), playback.snapshot().title, whole));
    }
    if (!options.page.empty()) {
        lab::write_whole_file(options.page, run_as_page(playback, image, whole));
    }
}

int view(const Options& options)
{
    Show show;
    show.gallery = read_gallery(scenario_folder());
    show.light = options.light;
    const bool is_recording = std::filesystem::path(options.run.file).extension() == ".gregor";
    if (!options.beside.empty() && (options.run.file.empty() || is_recording)) {
        refuse("--beside", options.run.file.empty() ? "no file" : options.run.file, "a scenario");
    }
    if (!options.run.file.empty()) {
        show.app.emplace(opened(options));
        seek(show.app->playback(), options.at);
        show.app->view().selected = selected(show.app->playback(), options.select);
        show.app->view().light = options.light;
    }
    if (options.measured) {
        if (!show.app) refuse("--measure", "no file", "a recording or a scenario");
        fmt::print("{}", measure(*show.app, size_of(options.size)));
        return 0;
    }
    if (!options.movie.empty()) return record_movie(options, show);
    const bool writes =
        !options.screenshot.empty() || !options.plots.empty() || !options.page.empty();
    if (!writes) {
        if (show.app && options.frame_rate > 0) show.app->playback().play(true);
        return run_window(show, size_of(options.size), options.scale, options.frame_rate);
    }
    write_files(options, show);
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    Options options;
    CLI::App app("Shows a run: a recording, or a scenario that is run first", "gregor view");
    app.add_option("file", options.run.file,
                   "A recording (.gregor) or a scenario (.json); without it, the scenario library");
    app.add_option("--at", options.at, "Where the playhead stands, e.g. 20.5s");
    app.add_option("--leg", options.run.leg, "Of a scenario: which leg; else the first");
    app.add_option("--resources", options.run.resources, "Of a scenario's run: simgrid or fixed");
    app.add_option("--beside", options.beside, "Another leg, side by side with the first");
    app.add_option("--screenshot", options.screenshot, "Writes a PNG; needs no window");
    app.add_option("--plots", options.plots, "Writes the plots as SVG; needs no window");
    app.add_option("--page", options.page, "Writes one HTML file; needs no window");
    app.add_option("--movie", options.movie, "Writes OUT.mp4 or OUT.gif with ffmpeg, from --at on");
    app.add_option("--to", options.to, "Where the movie ends; else the end of the run");
    app.add_option("--speed", options.speed, "Of the movie: simulated seconds a second")
        ->check(CLI::Range(0.0001, 1000.0))
        ->capture_default_str();
    app.add_option("--size", options.size, "WIDTHxHEIGHT in points")->capture_default_str();
    app.add_option("--scale", options.scale, "Pixels a point")
        ->check(CLI::Range(1.0F, 3.0F))
        ->capture_default_str();
    app.add_option("--select", options.select, "What is selected: orders-0, orders-0@58, broker 1");
    app.add_flag("--measure", options.measured, "Tells how long frames and seeks take");
    app.add_option("--frame-rate", options.frame_rate,
                   "Plays for so many seconds in the window and tells the frames a second")
        ->check(CLI::Range(0.0, 3600.0));
    app.add_flag("--light", options.light, "For projectors and print");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        fmt::print(stderr, "gregor view: {}; see gregor view --help\n", error.what());
        return bad_input;
    }
    try {
        return view(options);
    } catch (const RunRefused& refused) {
        return refused.code;
    } catch (const lab::BadInput& bad) {
        fmt::print(stderr, "{}\n", bad.what());
        return bad_input;
    } catch (const std::exception& error) {
        fmt::print(stderr, "gregor view: {}\n", error.what());
        return defect;
    }
}
