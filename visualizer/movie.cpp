#include "visualizer/movie.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace gregor::visualizer {

namespace {

namespace fs = std::filesystem;

constexpr int not_found = 127;

/// ffmpeg in a child process, reading frames from a pipe.
class Encoder {
public:
    Encoder(const std::string& file, const Image& first, int frames_a_second)
    {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe to ffmpeg can be made");
        const std::string size = fmt::format("{}x{}", first.width, first.height);
        const std::string rate = std::to_string(frames_a_second);
        std::vector<std::string> words{"ffmpeg",   "-loglevel", "error", "-f", "rawvideo",
                                       "-pix_fmt", "rgba",      "-s",    size, "-r",
                                       rate,       "-i",        "-"};
        if (!file.ends_with(".gif")) {  // this colour format needs even sizes
            words.insert(words.end(),
                         {"-pix_fmt", "yuv420p", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2"});
        }
        words.insert(words.end(), {"-y", file});
        std::vector<char*> list;
        for (std::string& each : words) list.push_back(each.data());
        list.push_back(nullptr);
        child_ = fork();
        if (child_ == 0) {
            dup2(ends[0], STDIN_FILENO);
            execvp(list.front(), list.data());
            _exit(not_found);
        }
        close(ends[0]);
        pipe_ = ends[1];
    }
    ~Encoder()
    {
        if (pipe_ >= 0) close(pipe_);
    }
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    /// False when ffmpeg does not read any more.
    bool add(const Image& image)
    {
        std::size_t sent = 0;
        while (sent < image.rgba.size()) {
            const ssize_t now = write(pipe_, image.rgba.data() + sent, image.rgba.size() - sent);
            if (now < 0 && errno == EINTR) continue;
            if (now <= 0) return false;
            sent += static_cast<std::size_t>(now);
        }
        return true;
    }
    int finish()
    {
        close(std::exchange(pipe_, -1));
        int status = 0;
        while (waitpid(child_, &status, 0) < 0 && errno == EINTR) {}
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t child_ = -1;
    int pipe_ = -1;
};

}  // namespace

void write_movie(App& app, Headless& headless, const Movie& movie,
                 const std::function<void(double)>& progress)
{
    const ImVec2 size{static_cast<float>(headless.options().width),
                      static_cast<float>(headless.options().height)};
    const auto draw = [&] {
        return headless.frame([&] { app.frame(headless.fonts(), size, Input{}, 0); });
    };
    std::signal(SIGPIPE, SIG_IGN);  // an encoder that ends early is told by its exit code
    const fs::path whole(movie.file);
    const fs::path partial = whole.parent_path() / (".partial-" + whole.filename().string());
    const double span = static_cast<double>((movie.to - movie.from).nanoseconds);
    const double step = movie.speed * 1e9 / movie.frames_a_second;
    const auto count = static_cast<std::int64_t>(std::floor(span / step)) + 1;
    app.playback().seek(movie.from);
    Encoder encoder(partial.string(), draw(), movie.frames_a_second);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto by = static_cast<std::int64_t>(std::llround(step * static_cast<double>(i)));
        app.playback().seek(movie.from + nanoseconds(by));
        if (!encoder.add(draw())) break;
        progress(static_cast<double>(i + 1) / static_cast<double>(count));
    }
    const int code = encoder.finish();
    std::error_code ignored;
    if (code == 0) {
        fs::rename(partial, whole);
        return;
    }
    fs::remove(partial, ignored);
    if (code == not_found) {
        throw std::runtime_error("the program ffmpeg is missing: apt-get install ffmpeg");
    }
    throw std::runtime_error(
        fmt::format("ffmpeg could not write {} (exit code {})", movie.file, code));
}

}  // namespace gregor::visualizer
