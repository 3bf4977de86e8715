#include "model/log/stepped_pairs.h"

#include <algorithm>

namespace gregor {

void SteppedPairs::push(Pair pair)
{
    if (!runs_.empty()) {
        Run& last = runs_.back();
        const Pair from = last.at(last.count - 1);
        const Pair step{pair.first - from.first, pair.second - from.second};
        if (last.count == 1 || step == last.step) {
            last.step = step;
            ++last.count;
            return;
        }
    }
    const std::int64_t index = size();
    runs_.push_back(Run{pair, {}, index, 1});
}

void SteppedPairs::keep(std::int64_t count)
{
    while (!runs_.empty() && runs_.back().index >= count) runs_.pop_back();
    if (!runs_.empty())
        runs_.back().count = std::min(runs_.back().count, count - runs_.back().index);
}

SteppedPairs::Pair SteppedPairs::at(std::int64_t index) const
{
    auto run = std::upper_bound(runs_.begin(), runs_.end(), index,
                                [](std::int64_t wanted, const Run& r) { return wanted < r.index; });
    --run;
    return run->at(index - run->index);
}

}  // namespace gregor
