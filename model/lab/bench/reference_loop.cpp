#include "model/lab/bench/reference_loop.h"

#include <ctime>
#include <queue>
#include <vector>

namespace gregor::lab {

double cpu_seconds()
{
    std::timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

namespace {

struct Entry {
    double at;
    std::uint64_t number;
    std::uint32_t kind, argument;
};
struct Later {
    bool operator()(const Entry& a, const Entry& b) const
    {
        return a.at > b.at || (a.at == b.at && a.number > b.number);
    }
};

double uniform(std::uint64_t& state)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<double>(state >> 11) * (1.0 / 9007199254740992.0);
}

}  // namespace

double reference_hold_rate(std::uint64_t events)
{
    constexpr std::uint32_t pending = 10'000;
    std::uint64_t state = 88'172'645'463'325'252ULL;
    std::priority_queue<Entry, std::vector<Entry>, Later> queue;
    std::uint64_t number = 0;
    for (std::uint32_t i = 0; i < pending; ++i) queue.push({2 * uniform(state), number++, 0, i});
    const double begin = cpu_seconds();
    double last = 0;
    for (std::uint64_t i = 0; i < events; ++i) {
        Entry entry = queue.top();
        queue.pop();
        last = entry.at;
        entry.at += 2 * uniform(state);
        entry.number = number++;
        queue.push(entry);
    }
    const double spent = cpu_seconds() - begin;
    return last > 0 ? static_cast<double>(events) / spent : 0;
}

}  // namespace gregor::lab
