#include "model/groups/transactional_offsets.h"

#include <algorithm>

namespace gregor {

void TransactionalOffsets::put(ProducerId producer, const Commit& commit)
{
    pending_[producer].insert_or_assign(Key{commit.group, commit.partition}, commit);
}

bool TransactionalOffsets::is_unstable(const std::string& group, TopicPartition partition) const
{
    const Key key{group, partition};
    return std::ranges::any_of(pending_,
                               [&](const auto& each) { return each.second.contains(key); });
}

std::vector<TransactionalOffsets::Commit> TransactionalOffsets::complete(ProducerId producer,
                                                                         bool commits)
{
    const auto decided = pending_.extract(producer);
    std::vector<Commit> committed;
    if (decided.empty() || !commits) return committed;
    for (const auto& [key, commit] : decided.mapped()) {
        const auto [newest, is_first] = newest_.try_emplace(key, commit.written_at);
        if (!is_first && newest->second > commit.written_at) continue;
        newest->second = commit.written_at;
        committed.push_back(commit);
    }
    return committed;
}

}  // namespace gregor
