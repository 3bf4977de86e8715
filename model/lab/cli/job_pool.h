#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace gregor::lab {

/// Many independent jobs in child processes: every core works, a crash takes one job with it, and
/// SimGrid, which can run once in a process, gets a process for each run.
struct JobPool {
    std::size_t workers = 0;           ///< 0: as many as there are cores
    std::size_t jobs_per_process = 0;  ///< a child ends after so many; 0: no limit

    /// Carried out in a child; the text is what it gives back.
    using Job = std::function<std::string(std::size_t number)>;
    /// In the caller, in the order in which jobs end. `failure` is empty when the job was done.
    using Done = std::function<void(std::size_t number, std::string result, std::string failure)>;

    /// Jobs 0 to count - 1 are handed out in order. Stops handing out when interrupted: then jobs
    /// under way are told to stop, and those not begun are never done.
    void run(std::size_t count, const Job& job, const Done& done) const;
};

std::size_t core_count();

}  // namespace gregor::lab
