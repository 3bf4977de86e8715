#include "visualizer/measure.h"

#include "visualizer/draw/headless.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <vector>

namespace gregor::visualizer {

namespace {

constexpr int frames = 600, seeks = 200;

double processor_milliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::string line(std::string_view what, std::vector<double> times)
{
    std::ranges::sort(times);
    return fmt::format("{:<28} median {:6.2f} ms   99 % {:6.2f} ms   worst {:6.2f} ms\n", what,
                       times[times.size() / 2], times[times.size() * 99 / 100], times.back());
}

}  // namespace

std::string measure(App& app, ImVec2 size)
{
    const Headless headless;
    const auto build = [&](double wall_seconds) {
        ImGui::NewFrame();
        app.frame(headless.fonts(), size, Input{}, wall_seconds);
        ImGui::Render();
    };
    build(0);
    std::vector<double> playing, seeking;
    Playback& playback = app.playback();
    const auto length = static_cast<double>((playback.end() - Time{}).nanoseconds) / 1e9;
    constexpr double a_frame = 1.0 / 60;
    playback.set_speed(length / (frames * a_frame));
    playback.seek(Time{});
    playback.play(true);
    for (int i = 0; i < frames; ++i) {
        const double before = processor_milliseconds();
        build(a_frame);
        playing.push_back(processor_milliseconds() - before);
    }
    playback.play(false);
    std::uint64_t state = 1;
    for (int i = 0; i < seeks; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const double share = static_cast<double>(state >> 40) / static_cast<double>(1 << 24);
        const double before = processor_milliseconds();
        playback.seek(Time{} + nanoseconds(static_cast<std::int64_t>(share * length * 1e9)));
        build(0);
        seeking.push_back(processor_milliseconds() - before);
    }
    playback.seek(Time{} + nanoseconds(static_cast<std::int64_t>(length * 5e8)));
    std::vector<double> still;
    for (int i = 0; i < frames; ++i) {
        const double before = processor_milliseconds();
        build(0);
        still.push_back(processor_milliseconds() - before);
    }
    return line("a frame, standing still", still) + line("a frame, whole run in 10 s", playing) +
           line("a seek and its frame", seeking);
}

}  // namespace gregor::visualizer
