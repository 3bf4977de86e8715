#include "engine/event_queue.h"

#include "engine/agenda.h"
#include "engine/random.h"

#include <catch2/catch.hpp>

#include <queue>
#include <set>
#include <tuple>

namespace gregor {
namespace {

using Key = std::tuple<Time, std::uint64_t>;

Key key(const Pending& entry)
{
    return {entry.at, entry.sequence.value};
}

struct Later {
    bool operator()(const Pending& a, const Pending& b) const { return key(a) > key(b); }
};

/// The queue and the reference it is held against; every operation on both.
class Twins {
public:
    explicit Twins(std::uint64_t seed) : random_(seed) {}

    void push()
    {
        // Few distinct times, so that ties are the rule.
        const Time at{static_cast<std::int64_t>(random_.below(50))};
        const Pending entry{at, SequenceNumber{++pushed_}, static_cast<std::uint32_t>(pushed_),
                            static_cast<std::uint32_t>(random_.next())};
        queue_.push(entry);
        reference_.push(entry);
    }
    bool pop_agrees()
    {
        const Pending expected = reference_.top();
        reference_.pop();
        const Pending taken = queue_.pop();
        return key(taken) == key(expected) && taken.subject == expected.subject &&
               taken.payload == expected.payload;
    }
    bool top_agrees() { return key(queue_.top()) == key(reference_.top()); }
    bool size_agrees() const
    {
        return queue_.size() == reference_.size() && queue_.empty() == reference_.empty();
    }
    bool contents_agree() const
    {
        std::set<Key> visited;
        queue_.for_each([&](const Pending& entry) { visited.insert(key(entry)); });
        std::set<Key> expected;
        for (auto copy = reference_; !copy.empty(); copy.pop()) expected.insert(key(copy.top()));
        return visited == expected;
    }
    bool empty() const { return reference_.empty(); }
    Random& random() { return random_; }

private:
    EventQueue queue_;
    std::priority_queue<Pending, std::vector<Pending>, Later> reference_;
    Random random_;
    std::uint64_t pushed_ = 0;
};

}  // namespace

TEST_CASE("event queue: same order as std::priority_queue on random workloads", "[engine]")
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Twins twins(seed);
        const std::uint64_t pushes = 3 + seed % 7;  // of 10: queues that shrink, last and grow
        bool agree = true;
        for (int i = 0; i < 5'000; ++i) {
            if (twins.empty() || twins.random().below(10) < pushes) {
                twins.push();
            } else {
                agree = twins.pop_agrees() && agree;
            }
            if (!twins.empty() && twins.random().below(3) == 0) agree = twins.top_agrees() && agree;
            agree = twins.size_agrees() && agree;
        }
        while (!twins.empty()) agree = twins.pop_agrees() && agree;
        INFO("seed " << seed);
        CHECK(agree);
    }
}

TEST_CASE("event queue: the entry that was taken is gone before another comes", "[engine]")
{
    Twins twins(7);
    for (int i = 0; i < 30; ++i) twins.push();
    bool agree = true;
    while (!twins.empty()) {
        agree = twins.pop_agrees() && twins.size_agrees() && twins.contents_agree() && agree;
        if (twins.random().below(3) != 0) continue;
        twins.push();  // fills the place of the one taken
        agree = twins.size_agrees() && twins.contents_agree() && agree;
    }
    CHECK(agree);
}

TEST_CASE("event queue: one entry taken and replaced, again and again", "[engine]")
{
    EventQueue queue;
    CHECK(queue.empty());
    queue.push({Time{1}, SequenceNumber{1}, 0, 0});
    for (std::int64_t t = 1; t < 100; ++t) {
        REQUIRE(queue.pop().at == Time{t});
        REQUIRE(queue.empty());
        queue.push({Time{t + 1}, SequenceNumber{1}, 0, 0});
        REQUIRE(queue.size() == 1);
    }
}

TEST_CASE("event queue: a copy goes on independently", "[engine]")
{
    EventQueue queue;
    for (std::int64_t t = 10; t > 0; --t) queue.push({Time{t}, SequenceNumber{1}, 0, 0});
    queue.pop();
    EventQueue copy = queue;
    copy.push({Time{0}, SequenceNumber{1}, 0, 0});
    CHECK(queue.size() == 9);
    CHECK(queue.top().at == Time{2});
    CHECK(copy.top().at == Time{0});
}

TEST_CASE("sequence number: ordered by the asking event, then by position", "[engine]")
{
    CHECK(SequenceNumber::of(7, 0) > SequenceNumber::of(6, 1'000'000));
    CHECK(SequenceNumber::of(7, 2) > SequenceNumber::of(7, 1));
    CHECK(SequenceNumber::of(123'456'789, 17).cause() == 123'456'789);
}

TEST_CASE("agenda: what one event asks for keeps its order, and nothing lies in the past",
          "[engine]")
{
    Agenda agenda;
    agenda.advance_to(Time{100});
    CHECK(agenda.begin_event() == 1);
    agenda.plan(Time{50}, 1, 0);  // moved to now
    agenda.plan(Time{100}, 2, 0);
    CHECK(agenda.begin_event() == 2);
    agenda.plan(Time{100}, 3, 0);
    for (std::uint32_t expected = 1; expected <= 3; ++expected) {
        const Pending entry = agenda.queue().pop();
        CHECK(entry.at == Time{100});
        CHECK(entry.subject == expected);
        CHECK(entry.sequence.cause() == (expected < 3 ? 1 : 2));
    }
    agenda.count_events(5);
    CHECK(agenda.event() == 7);
}

}  // namespace gregor
