#include "visualizer/window.h"

#include "model/lab/whole_file.h"
#include "visualizer/draw/controls.h"
#include "visualizer/draw/headless.h"
#include "visualizer/draw/png_file.h"
#include "visualizer/draw/raster.h"
#include "visualizer/errands.h"
#include "visualizer/exports.h"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

namespace gregor::visualizer {

namespace {

constexpr int bad_input = 2;

/// What the keyboard did since the last frame.
struct Keyboard {
    std::vector<Key> pressed;
    std::string typed;     ///< UTF-8
    bool gallery = false;  ///< it was asked for
};

std::optional<Key> meaning_of(int key, int modifiers)
{
    const bool shift = (modifiers & GLFW_MOD_SHIFT) != 0;
    const bool ctrl = (modifiers & GLFW_MOD_CONTROL) != 0;
    switch (key) {
        case GLFW_KEY_SPACE: return Key::play;
        case GLFW_KEY_RIGHT:
            return ctrl ? Key::next_bookmark : shift ? Key::next_of_subject : Key::next_event;
        case GLFW_KEY_LEFT:
            return ctrl    ? Key::previous_bookmark
                   : shift ? Key::previous_of_subject
                           : Key::previous_event;
        case GLFW_KEY_HOME: return Key::to_begin;
        case GLFW_KEY_END: return Key::to_end;
        case GLFW_KEY_B: return Key::bookmark;
        case GLFW_KEY_F: return ctrl ? Key::find : Key::follow;
        case GLFW_KEY_I: return Key::inject;
        case GLFW_KEY_E: return Key::exports;
        case GLFW_KEY_C: return Key::compare;
        case GLFW_KEY_D: return Key::duration;
        case GLFW_KEY_R: return Key::turn_round;
        case GLFW_KEY_TAB: return Key::next_choice;
        case GLFW_KEY_ENTER:
        case GLFW_KEY_KP_ENTER: return Key::accept;
        case GLFW_KEY_BACKSPACE: return Key::erase;
        case GLFW_KEY_L: return Key::legends;
        case GLFW_KEY_T: return Key::theme;
        case GLFW_KEY_ESCAPE: return Key::clear;
        case GLFW_KEY_EQUAL:
        case GLFW_KEY_KP_ADD: return Key::faster;
        case GLFW_KEY_MINUS:
        case GLFW_KEY_KP_SUBTRACT: return Key::slower;
        case GLFW_KEY_SLASH: return shift ? std::optional(Key::keys) : std::nullopt;
        case GLFW_KEY_F1: return Key::keys;
        default: return std::nullopt;
    }
}

void on_key(GLFWwindow* window, int key, int, int action, int modifiers)
{
    if (action == GLFW_RELEASE) return;
    if (key == GLFW_KEY_Q && (modifiers & GLFW_MOD_CONTROL) != 0) {
        glfwSetWindowShouldClose(window, GLFW_TRUE);
        return;
    }
    auto& keyboard = *static_cast<Keyboard*>(glfwGetWindowUserPointer(window));
    if (key == GLFW_KEY_G) keyboard.gallery = true;
    if (const auto meaning = meaning_of(key, modifiers)) keyboard.pressed.push_back(*meaning);
}

void on_letter(GLFWwindow* window, unsigned int code)
{
    std::string& typed = static_cast<Keyboard*>(glfwGetWindowUserPointer(window))->typed;
    const auto add = [&](unsigned int byte) { typed += static_cast<char>(byte); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xC0 | code >> 6);
        add(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        add(0xE0 | code >> 12);
        add(0x80 | (code >> 6 & 0x3F));
        add(0x80 | (code & 0x3F));
    }
}

Input input_now()
{
    const ImGuiIO& io = ImGui::GetIO();
    Input input;
    input.mouse = io.MousePos;
    input.down = io.MouseDown[0];
    input.pressed = io.MouseClicked[0];
    input.double_clicked = io.MouseDoubleClicked[0];
    input.middle_down = io.MouseDown[2];
    input.wheel = io.MouseWheel;
    input.shift = io.KeyShift;
    input.ctrl = io.KeyCtrl;
    return input;
}

/// GLFW, a window and ImGui's backends, in the order in which they depend on each other.
class Window {
public:
    Window(ImVec2 size, float scale)
    {
        glfwSetErrorCallback([](int, const char*) {});
        if (glfwInit() == GLFW_FALSE) return;
        glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
        glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
        glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
        handle_ = glfwCreateWindow(static_cast<int>(size.x * scale),
                                   static_cast<int>(size.y * scale), "Gregor", nullptr, nullptr);
        if (handle_ == nullptr) return;
        glfwMakeContextCurrent(handle_);
        glfwSwapInterval(1);
        glfwSetWindowUserPointer(handle_, &keyboard);
        glfwSetKeyCallback(handle_, on_key);
        glfwSetCharCallback(handle_, on_letter);
        ImGui::CreateContext();
        apply_common_settings(scale);
        ImGui_ImplGlfw_InitForOpenGL(handle_, true);
        ImGui_ImplOpenGL3_Init("#version 150");
    }
    ~Window()
    {
        if (handle_ != nullptr) {
            ImGui_ImplOpenGL3_Shutdown();
            ImGui_ImplGlfw_Shutdown();
            ImGui::DestroyContext();
            glfwDestroyWindow(handle_);
        }
        glfwTerminate();
    }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    GLFWwindow* handle() const { return handle_; }
    Keyboard keyboard;

private:
    GLFWwindow* handle_ = nullptr;
};

/// What the window shows, as the rasterizer draws it. After ImGui::Render.
Image picture_of(App& app)
{
    const Theme& theme = app.view().light ? light_theme() : dark_theme();
    return rasterize(*ImGui::GetDrawData(), coverage_of(*ImGui::GetIO().Fonts), theme[Token::bg]);
}

TimeRange visible_range(App& app)
{
    const ViewState& view = app.view();
    if (view.visible_from < view.visible_to) return {view.visible_from, view.visible_to};
    return {Time{}, std::max(app.playback().end(), Time{1})};
}

/// Writes into the present folder; returns the name of the file.
std::string write_export(App& app, Export wanted)
{
    const Playback& playback = app.playback();
    std::string name = export_name(playback);
    switch (wanted) {
        case Export::picture: write_png(picture_of(app), name += ".png"); break;
        case Export::plots:
            lab::write_whole_file(
                name += ".svg",
                plots_as_svg(playback.course(), playback.snapshot().title, visible_range(app)));
            break;
        case Export::page:
            lab::write_whole_file(name += ".html",
                                  run_as_page(playback, picture_of(app), visible_range(app)));
            break;
        case Export::scenario:
            name = std::filesystem::path(playback.recording().identity().file).filename().string();
            if (playback.origin() != Origin::branch) name = "copy-of-" + name;
            lab::write_whole_file(name, playback.recording().scenario_text());
            break;
        case Export::recording:
            lab::write_whole_file(name += ".gregor", playback.recording().encode());
            break;
        case Export::movie: break;
    }
    return name;
}

/// Carries out what the app asks for and cannot do itself.
void serve(App& app, Errands& errands, ImVec2 size)
{
    try {
        if (const auto wanted = app.take_export()) {
            if (*wanted != Export::movie) {
                app.view().notice = "saved " + write_export(app, *wanted);
            } else if (!errands.busy()) {
                errands.movie(app, size);
            }
        }
        if (const auto line = app.take_line()) {
            if (!errands.busy()) errands.branch(app.playback().recording(), *line);
        }
    } catch (const std::exception& error) {
        app.view().notice = error.what();
    }
}

/// Returns the size in points.
ImVec2 begin_frame(const Window& window, float scale)
{
    int width = 0, height = 0;
    glfwGetFramebufferSize(window.handle(), &width, &height);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGuiIO& io = ImGui::GetIO();
    const ImVec2 points{static_cast<float>(std::max(width, 1)) / scale,
                        static_cast<float>(std::max(height, 1)) / scale};
    const float to_points = points.x / std::max(io.DisplaySize.x, 1.0F);
    io.MousePos = {io.MousePos.x * to_points, io.MousePos.y * to_points};
    io.DisplaySize = points;
    io.DisplayFramebufferScale = {scale, scale};
    ImGui::NewFrame();
    return points;
}

/// Glyphs lie on whole pixels, so that the nearest texel is the right one; a software OpenGL is
/// slow at mixing four.
void sharpen_fonts()
{
    const auto texture =
        static_cast<GLuint>(reinterpret_cast<std::intptr_t>(ImGui::GetIO().Fonts->TexID));
    glBindTexture(GL_TEXTURE_2D, texture);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
}

void end_frame(const Window& window, ImU32 ground)
{
    int width = 0, height = 0;
    glfwGetFramebufferSize(window.handle(), &width, &height);
    glViewport(0, 0, width, height);
    const ImVec4 color = ImGui::ColorConvertU32ToFloat4(ground);
    glClearColor(color.x, color.y, color.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    glfwSwapBuffers(window.handle());
}

void draw_waiting(const Painter& painter, ImVec2 size, const std::string& what)
{
    const std::string text = what + " · Esc gives it up";
    const Pill pill{.text = text, .token = Token::sky, .icon = Icon::hourglass, .height = 30};
    const float width = pill_width(painter, pill);
    draw_pill(painter, {(size.x - width) / 2, size.y - 36}, pill);
}

/// The state of the window beside that of the app.
struct Desk {
    bool in_gallery = false;
    float scroll = 0;  ///< of the gallery
    Errands errands;
};

void take_keys(Show& show, Desk& desk, Keyboard& keyboard)
{
    const bool typing = show.app && !desk.in_gallery && show.app->view().entry;
    if (std::exchange(keyboard.gallery, false) && !typing) {
        desk.in_gallery = !desk.in_gallery || !show.app;
    }
    for (const Key key : std::exchange(keyboard.pressed, {})) {
        if (key == Key::clear && desk.errands.busy()) {
            desk.errands.give_up();
            continue;
        }
        if (key == Key::clear && show.app) desk.in_gallery = false;
        if (show.app && !desk.in_gallery) show.app->press(key);
    }
    const std::string typed = std::exchange(keyboard.typed, {});
    if (show.app && !desk.in_gallery && !typed.empty()) show.app->type(typed);
}

void draw_desk(Show& show, Desk& desk, const Fonts& fonts, ImVec2 size, double wall_seconds)
{
    const Painter painter = make_painter(*ImGui::GetBackgroundDrawList(),
                                         show.light ? light_theme() : dark_theme(), fonts);
    if (desk.in_gallery) {
        const auto chosen = draw_gallery(painter, size, input_now(), show.gallery, desk.scroll);
        if (chosen && !desk.errands.busy()) desk.errands.open(*chosen);
    } else {
        show.app->frame(fonts, size, input_now(), wall_seconds);
        show.light = show.app->view().light;
    }
    if (desk.errands.busy()) draw_waiting(painter, size, desk.errands.told());
}

/// What is wrong is told in the window, and where it was started from.
void finish_errand(Show& show, Desk& desk)
{
    const bool was_busy = desk.errands.busy();
    const std::string wrong = desk.errands.finish(show);
    if (!was_busy || desk.errands.busy()) return;
    if (wrong.empty()) {
        desk.in_gallery = false;
        return;
    }
    fmt::print(stderr, "gregor view: {}\n", wrong);
    if (show.app) show.app->view().notice = wrong;
}

}  // namespace

int run_window(Show& show, ImVec2 size, float scale, double measured_seconds)
{
    Window window(size, scale);
    if (window.handle() == nullptr) {
        fmt::print(stderr, "gregor view: no display was found; --screenshot OUT.png needs none\n");
        return bad_input;
    }
    const Fonts fonts = Fonts::load(*ImGui::GetIO().Fonts, scale);
    for (const std::string& each : fonts.missing()) fmt::print(stderr, "gregor view: {}\n", each);
    ImGui_ImplOpenGL3_NewFrame();  // makes the texture of the fonts
    sharpen_fonts();
    double last = glfwGetTime();
    const double begin = last;
    std::uint64_t frames = 0;
    Desk desk{.in_gallery = !show.app.has_value()};
    while (glfwWindowShouldClose(window.handle()) == GLFW_FALSE) {
        glfwPollEvents();
        take_keys(show, desk, window.keyboard);
        finish_errand(show, desk);
        const ImVec2 points = begin_frame(window, scale);
        const double now = glfwGetTime();
        draw_desk(show, desk, fonts, points, std::min(now - last, 0.25));
        last = now;
        ImGui::Render();
        if (!desk.in_gallery) serve(*show.app, desk.errands, points);
        end_frame(window, (show.light ? light_theme() : dark_theme())[Token::bg]);
        ++frames;
        if (measured_seconds > 0 && now - begin > measured_seconds) break;
    }
    if (measured_seconds > 0) {
        fmt::print("{:.1f} frames a second\n", static_cast<double>(frames) / (last - begin));
    }
    return 0;
}

}  // namespace gregor::visualizer
