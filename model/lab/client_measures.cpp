#include "model/lab/client_measures.h"

#include <algorithm>

namespace gregor::lab {

namespace {

constexpr std::size_t longest_list = 1'000'000;

/// The records of the run that were created in the window.
History::LatencyRun within(const History::LatencyRun& run, const Window& window)
{
    History::LatencyRun part = run;
    const std::int64_t step = run.step.nanoseconds;
    if (step <= 0) {
        if (run.created < window.from || run.created >= window.to) part.count = 0;
        return part;
    }
    const auto steps_to = [&](Time time) {
        const std::int64_t ahead = (time - run.created).nanoseconds;
        return ahead <= 0 ? 0 : std::min(run.count, (ahead - 1) / step + 1);
    };
    const std::int64_t begin = steps_to(window.from);
    const std::int64_t end = window.to == never ? run.count : steps_to(window.to);
    part.count = std::max<std::int64_t>(0, end - begin);
    part.created = run.created + run.step * begin;
    part.first = run.first - run.step * begin;
    return part;
}

/// Calls `visit` with a latency run for each stretch of records that have no answer yet.
template <class Visit>
void for_each_waiting(const History::Client& client, Time now, Visit&& visit)
{
    const IntervalSet open = waiting_records(client);
    if (open.empty()) return;
    for (const auto& [partition, stream] : client.streams) {
        stream.runs.for_each([&, tp = partition](const History::SendRun& run) {
            const IntervalSet all =
                IntervalSet::of(run.first_sequence, run.first_sequence + run.count);
            const IntervalSet here = all.minus(all.minus(open));
            for (const IntervalSet::Range& range : here.ranges()) {
                const Time created = run.created + run.spacing * (range.begin - run.first_sequence);
                visit(History::LatencyRun{now, created, now - created, run.spacing,
                                          range.end - range.begin, tp});
            }
        });
    }
}

template <class Visit>
void for_each_latency(const History& history, ClientId id, const Window& window, Time now,
                      Visit&& visit)
{
    const History::Client& client = history.client(id);
    const auto give = [&](const History::LatencyRun& run) {
        const History::LatencyRun part = within(run, window);
        if (part.count > 0) visit(part);
    };
    if (client.sent == 0) {
        client.deliveries.for_each(give);
        return;
    }
    client.acknowledgements.for_each(give);
    for_each_waiting(client, now, give);
}

}  // namespace

IntervalSet waiting_records(const History::Client& client)
{
    if (client.sent == 0) return {};
    return IntervalSet::of(0, client.sent)
        .minus(client.acknowledged)
        .minus(client.failed)
        .minus(client.unknown);
}

LatencySample latencies(const History& history, ClientId client, const Window& window, Time now)
{
    LatencySample sample;
    for_each_latency(history, client, window, now,
                     [&](const History::LatencyRun& run) { sample.add(run); });
    return sample;
}

ValueList latency_list(const History& history, ClientId client, const Window& window, Time now)
{
    std::vector<std::int64_t> all;
    for_each_latency(history, client, window, now, [&](const History::LatencyRun& run) {
        for (std::int64_t i = 0; i < run.count; ++i) {
            all.push_back(run.first.nanoseconds - i * run.step.nanoseconds);
        }
    });
    std::sort(all.begin(), all.end());
    const std::size_t size = std::min(all.size(), longest_list);
    ValueList list;
    list.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
        const std::size_t rank = size == all.size() ? i : i * (all.size() - 1) / (size - 1);
        list.emplace_back(Duration{all[rank]});
    }
    return list;
}

Duration longest_stall(const History& history, ClientId id, const Window& window, Time now)
{
    struct Acknowledged {
        Time at, created;
    };
    const History::Client& client = history.client(id);
    std::vector<Acknowledged> answers;
    client.acknowledgements.for_each([&](const History::LatencyRun& run) {
        answers.push_back({run.at, run.created});
    });
    Time oldest = never;  // of the records that wait at this moment or were sent after it
    for_each_waiting(client, now, [&](const History::LatencyRun& run) {
        oldest = std::min(oldest, run.created);
    });
    Duration longest;
    const auto consider = [&](Time begin, Time end) {
        begin = std::max(begin, window.from);
        end = std::min(end, window.to);
        if (end > begin) longest = std::max(longest, end - begin);
    };
    if (oldest != never) {
        const Time last = answers.empty() ? Time{} : answers.back().at;
        consider(std::max(last, oldest), now);
    }
    for (std::size_t i = answers.size(); i-- > 0;) {
        oldest = std::min(oldest, answers[i].created);
        const Time before = i == 0 ? Time{} : answers[i - 1].at;
        consider(std::max(before, oldest), answers[i].at);
    }
    return longest;
}

std::optional<double> acknowledged_rate(const History& history, ClientId id, const Window& window,
                                        Time now)
{
    const Time end = std::min(window.to, now);
    if (end <= window.from) return std::nullopt;
    std::int64_t count = 0;
    const auto& client = history.client(id);
    const auto add = [&](const History::LatencyRun& run) {
        if (run.at >= window.from && run.at < window.to) count += run.count;
    };
    if (client.sent == 0) {
        client.deliveries.for_each(add);
    } else {
        client.acknowledgements.for_each(add);
    }
    return static_cast<double>(count) * 1e9 / static_cast<double>((end - window.from).nanoseconds);
}

}  // namespace gregor::lab
