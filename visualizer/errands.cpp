#include "visualizer/errands.h"

#include "model/lab/diagnostic.h"
#include "model/lab/event_text.h"
#include "visualizer/exports.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace gregor::visualizer {

App open_app(const GalleryChoice& choice, const std::string& resources, const OnProgress& progress)
{
    App app(open_run({choice.file, choice.leg, resources}, progress));
    if (!choice.beside.empty()) {
        app.show_beside(open_run({choice.file, choice.beside, resources}, progress));
    }
    return app;
}

void Errands::begin(std::function<Outcome(const OnProgress&)> work)
{
    task_ = std::make_unique<Task<Outcome>>(std::move(work));
}

void Errands::give_up()
{
    if (task_) task_->give_up();
}

void Errands::open(const GalleryChoice& choice)
{
    begin([choice](const OnProgress& progress) -> Outcome {
        auto app = std::make_shared<App>(open_app(choice, {}, progress));
        return [app](Show& show) {
            show.app.emplace(std::move(*app));
            show.app->view().light = show.light;
        };
    });
}

void Errands::branch(const lab::OpenedRecording& parent, const nlohmann::json& line)
{
    const lab::Branch branch = lab::branch_of(parent, line);
    begin([branch](const OnProgress& progress) -> Outcome {
        auto run = std::make_shared<Playback>(open_branch(branch, progress));
        return [run](Show& show) {
            if (show.app) show.app->show_branch(std::move(*run));
        };
    });
}

void Errands::movie(App& app, ImVec2 size)
{
    const ViewState& view = app.view();
    const Playback& playback = app.playback();
    const bool whole = view.visible_from >= view.visible_to;
    const Time from = whole ? Time{} : view.visible_from;
    const Time to = whole ? playback.end() : view.visible_to;
    const std::string name = export_name(playback);
    std::vector<std::string> arguments{
        "--at",    lab::exact_seconds(from),
        "--to",    lab::exact_seconds(to),
        "--speed", fmt::format("{}", std::abs(playback.speed())),
        "--size",  fmt::format("{}x{}", static_cast<int>(size.x), static_cast<int>(size.y)),
        "--movie", name + ".mp4"};
    if (view.light) arguments.emplace_back("--light");
    begin([arguments, name,
           bytes = playback.recording().encode()](const OnProgress& progress) -> Outcome {
        const int code = run_self_on(bytes, arguments, "making " + name + ".mp4", progress);
        return [code, name](Show& show) {
            if (!show.app) return;
            show.app->view().notice = code == 0 ? "saved " + name + ".mp4"
                                                : "no movie: is ffmpeg installed? See the terminal";
        };
    });
}

std::string Errands::finish(Show& show)
{
    if (!task_ || !task_->ready()) return {};
    const auto task = std::exchange(task_, nullptr);
    try {
        task->take()(show);
        return {};
    } catch (const GivenUp&) {
        return "Given up.";
    } catch (const RunRefused& refused) {
        return fmt::format("The scenario did not run (exit code {}); see the terminal.",
                           refused.code);
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace gregor::visualizer
