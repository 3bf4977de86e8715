#include "model/lab/cli/console.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace gregor::lab {

namespace {

volatile sig_atomic_t interruption = 0;

void on_signal(int)
{
    interruption = 1;
}

bool colour_wanted()
{
    const char* no_colour = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return (no_colour == nullptr || *no_colour == '\0') &&
           (terminal == nullptr || std::string_view(terminal) != "dumb");
}

}  // namespace

int exit_code::worse(int a, int b)
{
    constexpr std::array order{as_expected, not_as_expected, bad_input, interrupted, defect};
    const auto rank = [&](int code) { return std::ranges::find(order, code) - order.begin(); };
    return rank(a) >= rank(b) ? a : b;
}

void watch_for_interruption()
{
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupted()
{
    return interruption != 0;
}

bool fancy_terminal()
{
    return ::isatty(STDERR_FILENO) == 1 && colour_wanted();
}

std::string coloured(std::string_view text, std::string_view colour)
{
    if (::isatty(STDOUT_FILENO) != 1 || !colour_wanted()) return std::string(text);
    const int code = colour == "red" ? 31 : colour == "green" ? 32 : 1;
    return fmt::format("\033[{}m{}\033[0m", code, text);
}

ProgressBar::ProgressBar(std::string title)
    : title_(std::move(title)), started_(Clock::now()), shown_(started_)
{
}

ProgressBar::~ProgressBar()
{
    clear();
}

void ProgressBar::show(double fraction, std::string_view detail)
{
    const auto now = Clock::now();
    const auto since = now - started_;
    fraction = std::clamp(fraction, 0.0, 1.0);
    if (fancy_terminal()) {
        if (since < std::chrono::milliseconds(300)) return;
        if (drawn_ && now - shown_ < std::chrono::milliseconds(100)) return;
        constexpr int width = 30;
        const int full = static_cast<int>(fraction * width);
        const std::string bar = std::string(static_cast<std::size_t>(full), '#') +
                                std::string(static_cast<std::size_t>(width - full), '.');
        fmt::print(stderr, "\r\033[K{} [{}] {:3.0f}% {}", title_, bar, fraction * 100, detail);
        std::fflush(stderr);
        drawn_ = true;
        shown_ = now;
        return;
    }
    const int tenths = static_cast<int>(fraction * 10);
    const bool time_to_tell = now - shown_ > std::chrono::seconds(2);
    if (since < std::chrono::seconds(2) || tenths <= shown_tenths_ || !time_to_tell) return;
    fmt::print(stderr, "{}: {:.0f}% {}\n", title_, fraction * 100, detail);
    shown_tenths_ = tenths;
    shown_ = now;
}

void ProgressBar::clear()
{
    if (!drawn_) return;
    fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
    drawn_ = false;
}

}  // namespace gregor::lab
