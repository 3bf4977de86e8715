#pragma once

#include "visualizer/playback.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <string>

namespace gregor::visualizer {

/// Says what is being done and how far it is, 0 to 1; negative: nobody knows. Throws GivenUp when
/// the user does not want it any more.
using OnProgress = std::function<void(const std::string& what, double share)>;
struct GivenUp {};

/// Work that goes on beside the window. Its result is taken, or its exception rethrown, by the
/// thread of the window. Destroying it gives the work up and waits for its end.
template <class Result>
class Task {
public:
    explicit Task(std::function<Result(const OnProgress&)> work)
    {
        result_ = std::async(std::launch::async, [this, work = std::move(work)] {
            return work([this](const std::string& what, double share) {
                if (given_up_) throw GivenUp{};
                const std::lock_guard lock(mutex_);
                what_ = what;
                share_ = share;
            });
        });
    }
    ~Task()
    {
        give_up();
        if (result_.valid()) result_.wait();
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

    bool ready() const
    {
        return result_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }
    Result take() { return result_.get(); }
    void give_up() { given_up_ = true; }
    /// "running leader_crash.json 42 %".
    std::string told() const
    {
        const std::lock_guard lock(mutex_);
        if (share_ < 0) return what_;
        return what_ + " " + std::to_string(static_cast<int>(share_ * 100)) + " %";
    }

private:
    mutable std::mutex mutex_;
    std::string what_;
    double share_ = -1;
    std::atomic<bool> given_up_ = false;
    std::future<Result> result_;
};

}  // namespace gregor::visualizer
