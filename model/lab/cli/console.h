#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace gregor::lab {

/// What a command ends with; see the command line's reference.
namespace exit_code {
inline constexpr int as_expected = 0;
inline constexpr int not_as_expected = 1;
inline constexpr int bad_input = 2;
inline constexpr int defect = 3;
inline constexpr int interrupted = 130;
/// The graver of two.
int worse(int a, int b);
}  // namespace exit_code

/// Ctrl-C sets a flag; runs look at it after every event.
void watch_for_interruption();
bool interrupted();

/// Whether standard error is a terminal that takes colour and bars.
bool fancy_terminal();
/// "red", "green" or "bold" on a terminal; the plain text elsewhere. For standard output.
std::string coloured(std::string_view text, std::string_view colour);

/// How far a command is: a bar on a terminal, now and then a plain line elsewhere. On standard
/// error; silent for what takes less than a second.
class ProgressBar {
public:
    explicit ProgressBar(std::string title);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// `fraction` from 0 to 1.
    void show(double fraction, std::string_view detail = {});
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    std::string title_;
    Clock::time_point started_;
    Clock::time_point shown_;
    int shown_tenths_ = 0;
    bool drawn_ = false;
};

/// Seconds of wall time since it was made.
class Stopwatch {
public:
    double seconds() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

private:
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace gregor::lab
