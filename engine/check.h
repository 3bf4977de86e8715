#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace gregor {

/// A defect of Gregor itself: something that must hold did not. Never thrown for what Kafka
/// answers (that is a value) nor for bad input. The lab prints it with seed, time, event number
/// and the command that replays it, and ends with exit code 3.
class CheckFailed : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line)
{
    throw CheckFailed(std::string(file) + ":" + std::to_string(line) + ": " + condition);
}

}  // namespace gregor

/// Always on, in every build: a simulation that goes on after a broken rule proves nothing.
#define GREGOR_CHECK(condition) \
    ((condition) ? void(0) : ::gregor::check_failed(#condition, __FILE__, __LINE__))
