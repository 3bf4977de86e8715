#include "visualizer/open_run.h"

#include "model/lab/diagnostic.h"
#include "model/lab/scenario_file.h"
#include "model/lab/whole_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <utility>

namespace gregor::visualizer {

namespace {

namespace fs = std::filesystem;

/// A folder of our own that is gone when the run is open.
class OwnFolder {
public:
    OwnFolder()
    {
        std::string name = (fs::temp_directory_path() / "gregor-view-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw lab::BadInput(name,
                                {{"/", "no folder can be made there", "a writable TMPDIR", ""}});
        }
        path_ = name;
    }
    ~OwnFolder()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

fs::path own_program()
{
    std::error_code error;
    const fs::path own = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path("gregor_visualizer") : own;
}

/// Runs a program to its end and returns its exit code; -1 when it could not be started. Its story
/// is not wanted here; its progress and its errors are.
int run_program(const std::vector<std::string>& arguments, const std::string& what,
                const OnProgress& progress)
{
    std::vector<char*> list;
    list.reserve(arguments.size() + 1);
    for (const std::string& each : arguments) list.push_back(const_cast<char*>(each.c_str()));
    list.push_back(nullptr);
    const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const pid_t child = fork();
    if (child == 0) {
        dup2(nothing, STDOUT_FILENO);
        execvp(list.front(), list.data());
        _exit(127);
    }
    if (nothing >= 0) close(nothing);
    if (child < 0) return -1;
    int status = 0;
    constexpr useconds_t a_while = 10'000;
    for (;;) {
        const pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child) break;
        if (ended < 0 && errno != EINTR) return -1;
        try {
            progress(what, -1);
        } catch (...) {
            kill(child, SIGINT);
            while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
            throw;
        }
        usleep(a_while);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

double share_of(Time now, Time end)
{
    return static_cast<double>(now.nanoseconds) /
           static_cast<double>(std::max<std::int64_t>(end.nanoseconds, 1));
}

lab::OpenedRecording::Progress opening(const OnProgress& progress)
{
    return [&progress](Time now, Time end) { progress("opening", share_of(now, end)); };
}

Playback open_file(const std::string& file, Origin origin, const OnProgress& progress)
{
    lab::Course course;
    auto recording = lab::OpenedRecording::open(file, opening(progress), &course);
    return Playback(std::move(recording), std::move(course), origin);
}

/// In this process, on `fixed`.
Playback run_here(const lab::ScenarioFile& file, const lab::RunIdentity& identity, Origin origin,
                  const OnProgress& progress)
{
    const std::string bytes = lab::record_on_fixed(file, identity, [&](Time now, Time end) {
        progress("running " + identity.file, share_of(now, end));
        return true;
    });
    lab::Course course;
    auto recording =
        lab::OpenedRecording::from_bytes(bytes, identity.file, opening(progress), &course);
    return Playback(std::move(recording), std::move(course), origin);
}

/// In a child process. `arguments`: what `gregor run` is to know beside the recording's name.
Playback run_in_child(std::vector<std::string> arguments, const std::string& name, Origin origin,
                      const OnProgress& progress)
{
    const OwnFolder folder;
    const fs::path recording = folder.path() / "run.gregor";
    arguments.insert(arguments.begin(), {(own_program().parent_path() / "gregor").string(), "run"});
    arguments.insert(arguments.end(), {"-o", recording.string()});
    const int code = run_program(arguments, "running " + name, progress);
    std::vector<fs::path> written;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        written.push_back(entry.path());
    }
    if (written.empty()) throw RunRefused{code < 0 ? 3 : code};
    const fs::path& file = fs::exists(recording) ? recording : written.front();
    return open_file(file.string(), origin, progress);
}

}  // namespace

Playback open_run(const RunChoice& choice, const OnProgress& progress)
{
    if (fs::path(choice.file).extension() == ".gregor") {
        return open_file(choice.file, Origin::recording, progress);
    }
    const lab::ScenarioFile file = lab::ScenarioFile::read(choice.file);  // throws what is wrong
    lab::RunIdentity identity;
    identity.file = choice.file;
    identity.leg = choice.leg.empty() ? file.leg_names().front() : choice.leg;
    identity.point = file.sweep_points().front();
    const lab::Scenario scenario = file.resolve(identity.leg, identity.point);
    identity.seed = scenario.first_seed;
    const std::string& resources = choice.resources.empty() ? scenario.resources : choice.resources;
    if (resources == "fixed") return run_here(file, identity, Origin::live, progress);
    return run_in_child({choice.file, "--leg", identity.leg, "--resources", resources}, choice.file,
                        Origin::recording, progress);
}

Playback open_branch(const lab::Branch& branch, const OnProgress& progress)
{
    const lab::RunIdentity& identity = branch.identity;
    if (identity.resources == "fixed") {
        return run_here(branch.file, identity, Origin::branch, progress);
    }
    const OwnFolder folder;
    lab::RunIdentity kept = identity;
    kept.file = (folder.path() / identity.file).string();
    lab::write_whole_file(kept.file, branch.file.text());
    return run_in_child(kept.arguments(), identity.file, Origin::branch, progress);
}

int run_self_on(const std::string& recording, const std::vector<std::string>& arguments,
                const std::string& what, const OnProgress& progress)
{
    const OwnFolder folder;
    const std::string file = (folder.path() / "run.gregor").string();
    lab::write_whole_file(file, recording);
    std::vector<std::string> words{own_program().string(), file};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run_program(words, what, progress);
}

}  // namespace gregor::visualizer
