#include "model/lab/cli/job_pool.h"

#include "model/lab/cli/console.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace gregor::lab {

namespace {

/// All bytes, whatever signals arrive; false at the end of the stream or on an error.
bool write_all(int file, const void* data, std::size_t size)
{
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t written = ::write(file, at, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        at += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

bool read_all(int file, void* data, std::size_t size)
{
    char* at = static_cast<char*>(data);
    while (size > 0) {
        const ssize_t got = ::read(file, at, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

struct Worker {
    pid_t process = -1;
    int orders = -1;   // the parent writes numbers of jobs
    int results = -1;  // the child writes lengths and texts
    std::size_t job = 0;
    std::size_t done = 0;
    bool busy = false;
    bool told_to_stop = false;
};

[[noreturn]] void work(int orders, int results, const JobPool::Job& job)
{
    std::uint64_t number = 0;
    while (read_all(orders, &number, sizeof number)) {
        const std::string text = job(static_cast<std::size_t>(number));
        const std::uint64_t size = text.size();
        if (!write_all(results, &size, sizeof size) || !write_all(results, text.data(), size)) {
            break;
        }
    }
    ::_exit(0);  // nothing of the parent's is to be flushed twice
}

std::string how_it_ended(pid_t process)
{
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {}
    if (WIFSIGNALED(status))
        return fmt::format("its process was ended by signal {}", WTERMSIG(status));
    return fmt::format("its process ended with code {}", WEXITSTATUS(status));
}

/// The parent's side.
class Foreman {
public:
    Foreman(const JobPool& pool, std::size_t count, const JobPool::Job& job,
            const JobPool::Done& done)
        : pool_(pool), count_(count), job_(job), done_(done)
    {
        const std::size_t wanted = pool.workers == 0 ? core_count() : pool.workers;
        workers_.resize(std::max<std::size_t>(std::min(wanted, count), 1));
    }

    void run()
    {
        while (true) {
            for (Worker& worker : workers_) give_work(worker);
            if (std::ranges::none_of(workers_, &Worker::busy)) break;
            wait();
        }
        for (Worker& worker : workers_) dismiss(worker);
    }

private:
    void hire(Worker& worker)
    {
        int orders[2];
        int results[2];
        if (::pipe(orders) != 0 || ::pipe(results) != 0) throw std::runtime_error("no pipe");
        std::fflush(nullptr);
        const pid_t process = ::fork();
        if (process < 0) throw std::runtime_error("no child process");
        if (process == 0) {
            ::close(orders[1]);
            ::close(results[0]);
            for (const Worker& other : workers_) {
                if (other.orders >= 0) ::close(other.orders);
                if (other.results >= 0) ::close(other.results);
            }
            work(orders[0], results[1], job_);
        }
        ::close(orders[0]);
        ::close(results[1]);
        worker = Worker{process, orders[1], results[0]};
    }

    void give_work(Worker& worker)
    {
        if (worker.busy || next_ == count_ || interrupted()) return;
        const bool spent = pool_.jobs_per_process != 0 && worker.done == pool_.jobs_per_process;
        if (worker.process >= 0 && spent) dismiss(worker);
        if (worker.process < 0) hire(worker);
        worker.job = next_++;
        worker.busy = true;
        const std::uint64_t number = worker.job;
        write_all(worker.orders, &number, sizeof number);  // a dead child shows when it is read
    }

    void dismiss(Worker& worker)
    {
        if (worker.process < 0) return;
        ::close(worker.orders);
        ::close(worker.results);
        how_it_ended(worker.process);
        worker = Worker{};
    }

    void wait()
    {
        std::vector<pollfd> files;
        std::vector<Worker*> waiting;
        for (Worker& worker : workers_) {
            if (!worker.busy) continue;
            if (interrupted() && !worker.told_to_stop) {
                worker.told_to_stop = true;
                ::kill(worker.process, SIGINT);
            }
            files.push_back({worker.results, POLLIN, 0});
            waiting.push_back(&worker);
        }
        constexpr int milliseconds = 200;
        if (::poll(files.data(), files.size(), milliseconds) <= 0) return;
        for (std::size_t i = 0; i < files.size(); ++i) {
            if (files[i].revents != 0) collect(*waiting[i]);
        }
    }

    void collect(Worker& worker)
    {
        std::uint64_t size = 0;
        std::string text;
        bool whole = read_all(worker.results, &size, sizeof size);
        if (whole) {
            text.resize(static_cast<std::size_t>(size));
            whole = read_all(worker.results, text.data(), text.size());
        }
        worker.busy = false;
        ++worker.done;
        const std::size_t job = worker.job;
        if (whole) {
            done_(job, std::move(text), "");
            return;
        }
        ::close(worker.orders);
        ::close(worker.results);
        const std::string reason = how_it_ended(worker.process);
        worker = Worker{};
        done_(job, "", reason);
    }

    const JobPool& pool_;
    std::size_t count_;
    const JobPool::Job& job_;
    const JobPool::Done& done_;
    std::vector<Worker> workers_;
    std::size_t next_ = 0;
};

}  // namespace

void JobPool::run(std::size_t count, const Job& job, const Done& done) const
{
    if (count > 0) Foreman(*this, count, job, done).run();
}

std::size_t core_count()
{
    const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? static_cast<std::size_t>(online) : 1;
}

}  // namespace gregor::lab
