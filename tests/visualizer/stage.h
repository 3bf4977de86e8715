#pragma once

#include "model/lab/branch.h"
#include "visualizer/app.h"
#include "visualizer/draw/headless.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

/// The window of a test: a run of the library on `fixed`, drawn without a display.
namespace gregor::visualizer {

inline std::filesystem::path scenarios()
{
    const char* folder = std::getenv("GREGOR_SOURCE_DIR");
    REQUIRE(folder != nullptr);
    return std::filesystem::path(folder) / "scenarios";
}

inline std::vector<std::string> library()
{
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scenarios())) {
        const bool schema = entry.path().parent_path().filename() == "scenarios";
        if (entry.path().extension() == ".json" && !schema) files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// Runs it on `fixed` and opens what was recorded; without identity, the first leg.
inline Playback run_of(const lab::ScenarioFile& file, const std::string& name,
                       const lab::RunIdentity& identity)
{
    lab::Course course;
    auto opened =
        lab::OpenedRecording::from_bytes(lab::record_on_fixed(file, identity), name, {}, &course);
    return Playback(std::move(opened), std::move(course));
}

inline Playback run_of(const lab::ScenarioFile& file, const std::string& name)
{
    return run_of(
        file, name,
        {.file = name, .leg = file.leg_names().front(), .point = file.sweep_points().front()});
}

inline Playback run_of(const std::string& name)
{
    return run_of(lab::ScenarioFile::read(name), name);
}

struct Shape {
    int width, height;
    float scale;
};

/// One window, drawn once.
class Stage {
public:
    Stage(App& app, const Shape& shape)
        : app_(app), headless_({.width = shape.width, .height = shape.height, .scale = shape.scale})
    {
    }
    Image draw(const Input& input = {}, double wall_seconds = 0)
    {
        texts.clear();
        const ImVec2 size{static_cast<float>(headless_.options().width),
                          static_cast<float>(headless_.options().height)};
        return headless_.frame(
            [&] { app_.frame(headless_.fonts(), size, input, wall_seconds, &texts); });
    }
    std::vector<TextBox> texts;

private:
    App& app_;
    Headless headless_;
};

/// The part of a text that can be seen.
inline Box seen(const TextBox& text)
{
    return {{std::max(text.min.x, text.clip.x), std::max(text.min.y, text.clip.y)},
            {std::min(text.max.x, text.clip.z), std::min(text.max.y, text.clip.w)}};
}

inline bool overlap(const TextBox& a, const TextBox& b)
{
    const Box one = seen(a);
    const Box other = seen(b);
    const float wide = std::min(one.max.x, other.max.x) - std::max(one.min.x, other.min.x);
    const float high = std::min(one.max.y, other.max.y) - std::max(one.min.y, other.min.y);
    // Lines of text have room above and below their letters.
    return wide > 1 && high > 5;
}

inline std::vector<std::string> overlaps(const std::vector<TextBox>& texts)
{
    std::vector<std::string> found;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (std::size_t j = i + 1; j < texts.size(); ++j) {
            if (texts[i].panel != texts[j].panel || !overlap(texts[i], texts[j])) continue;
            found.push_back(texts[i].text + " | " + texts[j].text);
        }
    }
    return found;
}

inline constexpr Shape usual{1600, 1000, 1};

}  // namespace gregor::visualizer
