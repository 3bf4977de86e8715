#include "model/lab/cli/commands.h"
#include "model/lab/cli/console.h"

#include <unistd.h>

#include <filesystem>

namespace gregor::lab {

namespace {

/// Becomes the visualizer, which stands beside this program and is another one: it has no SimGrid.
int become_visualizer(const std::vector<std::string>& arguments)
{
    std::error_code error;
    const auto own = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::string program = own.parent_path() / "gregor_visualizer";
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> list;
    list.reserve(words.size() + 1);
    for (std::string& each : words) list.push_back(each.data());
    list.push_back(nullptr);
    execv(program.c_str(), list.data());
    print_error("gregor view: found no " + program +
                ", allowed a build with Dear ImGui, GLFW, FreeType and libpng installed");
    return exit_code::bad_input;
}

}  // namespace

void add_view(CLI::App& app, Command& command)
{
    CLI::App* view = app.add_subcommand("view", "Shows a run: a recording, or a scenario");
    view->prefix_command();
    view->set_help_flag();  // the visualizer has its own
    view->callback([view, &command] {
        command = [arguments = view->remaining()] { return become_visualizer(arguments); };
    });
}

}  // namespace gregor::lab
