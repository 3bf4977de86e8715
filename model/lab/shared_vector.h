#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace gregor::lab {

/// A vector that only grows and whose copies share what they have in common: full chunks are never
/// changed, the last one is copied before it is written while somebody else holds it.
template <class T, std::size_t ChunkSize = 512>
class SharedVector {
public:
    void push_back(const T& value)
    {
        if (size_ % ChunkSize == 0) {
            chunks_.push_back(std::make_shared<std::vector<T>>());
            chunks_.back()->reserve(ChunkSize);
        } else if (chunks_.back().use_count() > 1) {
            own_last();
        }
        chunks_.back()->push_back(value);
        ++size_;
    }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const T& operator[](std::size_t index) const
    {
        return (*chunks_[index / ChunkSize])[index % ChunkSize];
    }
    const T& back() const { return chunks_.back()->back(); }
    /// To change the last element in place.
    T& edit_back()
    {
        if (chunks_.back().use_count() > 1) own_last();
        return chunks_.back()->back();
    }
    template <class Visit>
    void for_each(Visit&& visit) const
    {
        for (const auto& chunk : chunks_) {
            for (const T& value : *chunk) visit(value);
        }
    }

private:
    void own_last()
    {
        auto own = std::make_shared<std::vector<T>>();
        own->reserve(ChunkSize);
        own->assign(chunks_.back()->begin(), chunks_.back()->end());
        chunks_.back() = std::move(own);
    }

    std::vector<std::shared_ptr<std::vector<T>>> chunks_;
    std::size_t size_ = 0;
};

}  // namespace gregor::lab
