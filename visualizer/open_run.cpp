#include "visualizer/open_run.h"

#include "model/lab/diagnostic.h"
#include "model/lab/scenario_file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

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

fs::path runner()
{
    std::error_code error;
    const fs::path own = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path("gregor") : own.parent_path() / "gregor";
}

/// Runs a program to its end and returns its exit code; -1 when it could not be started.
int run_program(const std::vector<std::string>& arguments)
{
    std::vector<char*> list;
    for (const std::string& each : arguments) list.push_back(const_cast<char*>(each.c_str()));
    list.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        // Its story is not wanted here; its progress and its errors are.
        if (freopen("/dev/null", "w", stdout) != nullptr) execvp(list.front(), list.data());
        _exit(127);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool is_recording(const std::string& file)
{
    return fs::path(file).extension() == ".gregor";
}

std::string record(const RunChoice& choice, const fs::path& folder)
{
    const lab::ScenarioFile file = lab::ScenarioFile::read(choice.file);  // throws what is wrong
    const std::string leg = choice.leg.empty() ? file.leg_names().front() : choice.leg;
    const fs::path recording = folder / "run.gregor";
    std::vector<std::string> arguments{runner().string(), "run", choice.file, "--leg", leg, "-o",
                                       recording.string()};
    if (!choice.resources.empty()) {
        arguments.insert(arguments.end(), {"--resources", choice.resources});
    }
    const int code = run_program(arguments);
    std::vector<fs::path> written;
    for (const auto& entry : fs::directory_iterator(folder)) written.push_back(entry.path());
    if (written.empty()) throw RunRefused{code < 0 ? 3 : code};
    return fs::exists(recording) ? recording.string() : written.front().string();
}

}  // namespace

Playback open_run(const RunChoice& choice,
                  const std::function<void(const std::string& what, double share)>& progress)
{
    const OwnFolder folder;
    std::string file = choice.file;
    if (!is_recording(file)) {
        progress("running " + choice.file, 0);
        file = record(choice, folder.path());
    }
    lab::Course course;
    lab::OpenedRecording recording = lab::OpenedRecording::open(
        file,
        [&](Time now, Time end) {
            progress("opening",
                     static_cast<double>(now.nanoseconds) /
                         static_cast<double>(std::max<std::int64_t>(end.nanoseconds, 1)));
        },
        &course);
    return Playback(std::move(recording), std::move(course));
}

}  // namespace gregor::visualizer
