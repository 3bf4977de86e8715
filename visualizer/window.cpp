#include "visualizer/window.h"

#include "visualizer/draw/controls.h"
#include "visualizer/draw/headless.h"
#include "visualizer/draw/png_file.h"
#include "visualizer/draw/raster.h"
#include "visualizer/open_run.h"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace gregor::visualizer {

namespace {

constexpr int bad_input = 2;

/// What the keyboard did since the last frame.
struct Keyboard {
    std::vector<Key> pressed;
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
        case GLFW_KEY_F: return Key::follow;
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

Input input_now()
{
    const ImGuiIO& io = ImGui::GetIO();
    Input input;
    input.mouse = io.MousePos;
    input.down = io.MouseDown[0];
    input.pressed = io.MouseClicked[0];
    input.double_clicked = io.MouseDoubleClicked[0];
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

/// Writes what the window shows, as the rasterizer draws it, into the present folder.
void save_picture(App& app)
{
    const double at = static_cast<double>(app.playback().now().nanoseconds) / 1e9;
    const std::string name = fmt::format("{}-{:.6f}s.png", app.playback().snapshot().scenario, at);
    try {
        const Theme& theme = app.view().light ? light_theme() : dark_theme();
        const Coverage atlas = coverage_of(*ImGui::GetIO().Fonts);
        write_png(rasterize(*ImGui::GetDrawData(), atlas, theme[Token::bg]), name);
        app.view().notice = "saved " + name;
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

void end_frame(const Window& window)
{
    int width = 0, height = 0;
    glfwGetFramebufferSize(window.handle(), &width, &height);
    glViewport(0, 0, width, height);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    glfwSwapBuffers(window.handle());
}

void draw_waiting(const Painter& painter, ImVec2 size, const GalleryChoice& choice)
{
    const std::string text = "running " + choice.file + " …";
    const Pill pill{.text = text, .token = Token::sky, .icon = Icon::hourglass, .height = 30};
    const float width = pill_width(painter, pill);
    draw_pill(painter, {(size.x - width) / 2, size.y - 36}, pill);
}

/// Runs what was chosen and shows it; what is wrong is told where the window was started from.
void open_choice(Show& show, const GalleryChoice& choice, bool& in_gallery)
{
    try {
        show.app.emplace(show.open(choice));
        show.app->view().light = show.light;
        in_gallery = false;
    } catch (const std::exception& error) {
        fmt::print(stderr, "gregor view: {}\n", error.what());
    } catch (const RunRefused&) {  // has been told
    }
}

}  // namespace

int run_window(Show& show, ImVec2 size, float scale)
{
    Window window(size, scale);
    if (window.handle() == nullptr) {
        fmt::print(stderr, "gregor view: no display was found; --screenshot OUT.png needs none\n");
        return bad_input;
    }
    const Fonts fonts = Fonts::load(*ImGui::GetIO().Fonts, scale);
    for (const std::string& each : fonts.missing()) fmt::print(stderr, "gregor view: {}\n", each);
    double last = glfwGetTime();
    float scroll = 0;
    bool in_gallery = !show.app.has_value();
    std::optional<GalleryChoice> wanted;  // is opened after a frame that says so
    while (glfwWindowShouldClose(window.handle()) == GLFW_FALSE) {
        glfwPollEvents();
        if (std::exchange(window.keyboard.gallery, false)) in_gallery = !in_gallery || !show.app;
        for (const Key key : std::exchange(window.keyboard.pressed, {})) {
            if (key == Key::clear && show.app) in_gallery = false;
            if (show.app && !in_gallery) show.app->press(key);
        }
        const ImVec2 points = begin_frame(window, scale);
        const double now = glfwGetTime();
        if (in_gallery) {
            const Painter painter = make_painter(*ImGui::GetBackgroundDrawList(),
                                                 show.light ? light_theme() : dark_theme(), fonts);
            const auto chosen = draw_gallery(painter, points, input_now(), show.gallery, scroll);
            if (wanted) draw_waiting(painter, points, *wanted);
            if (wanted) open_choice(show, *wanted, in_gallery);
            wanted = in_gallery ? chosen : std::nullopt;
        } else {
            show.app->frame(fonts, points, input_now(), std::min(now - last, 0.25));
            show.light = show.app->view().light;
        }
        last = now;
        ImGui::Render();
        if (!in_gallery && show.app->take_export()) save_picture(*show.app);
        end_frame(window);
    }
    return 0;
}

}  // namespace gregor::visualizer
