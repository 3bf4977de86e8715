#pragma once

#include "engine/time.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gregor {

/// Orders everything that happens at one nanosecond: the number of the event that asked for it,
/// then the position among what that event asked for. A completion carries the number of its
/// request, so ties order alike however long the request took to be served.
struct SequenceNumber {
    std::uint64_t value{};

    static constexpr int index_bits = 20;
    static constexpr SequenceNumber of(std::uint64_t event, std::uint32_t index)
    {
        return {event << index_bits | index};
    }
    constexpr std::uint64_t cause() const { return value >> index_bits; }
    constexpr auto operator<=>(const SequenceNumber&) const = default;
};

/// What a pending entry is about; the kernel gives the meaning of `subject` and `payload`.
struct Pending {
    Time at;
    SequenceNumber sequence;
    std::uint32_t subject{};
    std::uint32_t payload{};
};

/// Pending events in the total order (time, sequence number).
/// A four-way heap; taking the earliest leaves a hole at the root that the next insertion fills,
/// since a step that takes an event usually asks for another one.
class EventQueue {
public:
    bool empty() const { return size() == 0; }
    std::size_t size() const { return heap_.size() - (hole_ ? 1U : 0U); }

    /// The earliest entry. Precondition: not empty.
    const Pending& top()
    {
        if (hole_) close_hole();
        return heap_.front();
    }
    /// Takes the earliest entry. Precondition: not empty.
    Pending pop()
    {
        if (hole_) close_hole();
        hole_ = true;
        return heap_.front();
    }
    void push(const Pending& entry)
    {
        if (hole_) {
            hole_ = false;
            sink(entry);
        } else {
            heap_.push_back(entry);
            rise(heap_.size() - 1, entry);
        }
    }
    /// Every pending entry, in no particular order (snapshots, checks).
    template <class Visit>
    void for_each(Visit&& visit) const
    {
        for (std::size_t i = hole_ ? 1 : 0; i < heap_.size(); ++i) visit(heap_[i]);
    }

private:
    static bool earlier(const Pending& a, const Pending& b)
    {
        return a.at < b.at || (a.at == b.at && a.sequence < b.sequence);
    }
    void close_hole()
    {
        hole_ = false;
        const Pending last = heap_.back();
        heap_.pop_back();
        if (!heap_.empty()) sink(last);
    }
    void rise(std::size_t position, const Pending& entry)
    {
        while (position > 0) {
            const std::size_t parent = (position - 1) / 4;
            if (!earlier(entry, heap_[parent])) break;
            heap_[position] = heap_[parent];
            position = parent;
        }
        heap_[position] = entry;
    }
    void sink(const Pending& entry)
    {
        const std::size_t count = heap_.size();
        std::size_t position = 0;
        for (;;) {
            const std::size_t first = position * 4 + 1;
            if (first >= count) break;
            const std::size_t last = first + 4 < count ? first + 4 : count;
            std::size_t least = first;
            for (std::size_t child = first + 1; child < last; ++child) {
                least = earlier(heap_[child], heap_[least]) ? child : least;
            }
            if (!earlier(heap_[least], entry)) break;
            heap_[position] = heap_[least];
            position = least;
        }
        heap_[position] = entry;
    }

    std::vector<Pending> heap_;
    bool hole_ = false;  // the root was taken and not yet replaced
};

}  // namespace gregor
