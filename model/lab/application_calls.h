#pragma once

#include "model/lab/names.h"
#include "model/lab/scenario.h"
#include "model/types.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What goes between the simulation and an application outside it: a client's own code, which is no
/// part of this program. Decision 5 says why it is recorded, not simulated.
namespace gregor::lab {

/// Why the application is called, and with what.
struct ApplicationOccasion {
    enum class Kind : std::uint8_t {
        start,     ///< its process runs, for the first time or again; nothing is remembered
        records,   ///< poll() returned them
        timer,     ///< one that it set
        revoked,   ///< onPartitionsRevoked: they go when this call is done
        lost,      ///< onPartitionsLost: they are gone already
        assigned,  ///< onPartitionsAssigned
        results,   ///< of send(): acknowledged or failed
        commit     ///< commitSync or commitAsync returned
    };
    /// Consecutive records of one partition and one producer.
    struct Records {
        TopicPartition partition;
        Offset base_offset;  ///< -1: not known (of a failed send)
        std::int64_t count = 0;
        ClientId producer{no_client};
        std::int64_t first_number = 0;  ///< of the producer's stream to the partition
        std::string_view error;         ///< Kafka's name; of results
    };
    Kind kind{};
    ClientId client{no_client};
    Time at;
    std::uint64_t event = 0;  ///< by which it came
    std::uint32_t life = 0;   ///< 1: the first start of the process
    std::uint32_t timer = 0;
    std::vector<Records> records;
    std::vector<TopicPartition> partitions;
    std::string_view error;  ///< of a commit
};

/// What the application asks for in one call. Carried out one after the other, in its own thread:
/// what waits holds up what comes after it.
namespace application {
struct Commit {
    struct One {
        TopicPartition partition;
        Offset offset;
        bool operator==(const One&) const = default;
    };
    std::vector<One> offsets;  ///< empty: the positions
    bool wait = true;          ///< commitSync
    bool operator==(const Commit&) const = default;
};
struct Processed {
    TopicPartition partition;
    Offset base_offset;
    std::int64_t count = 0;
    bool operator==(const Processed&) const = default;
};
struct Send {
    TopicPartition partition;  ///< -1: the partitioner decides
    std::int64_t count = 1;
    std::optional<std::string> key;
    bool operator==(const Send&) const = default;
};
/// It computes, or waits for something else.
struct Work {
    Duration time;
    bool operator==(const Work&) const = default;
};
struct SetTimer {
    std::uint32_t timer = 0;
    Duration delay;
    bool operator==(const SetTimer&) const = default;
};
struct CancelTimer {
    std::uint32_t timer = 0;
    bool operator==(const CancelTimer&) const = default;
};
/// close() of the client: the process ends.
struct Stop {
    bool operator==(const Stop&) const = default;
};
}  // namespace application

using ApplicationEffect =
    std::variant<application::Commit, application::Processed, application::Send, application::Work,
                 application::SetTimer, application::CancelTimer, application::Stop>;
/// Of one call.
using ApplicationEffects = std::vector<ApplicationEffect>;
/// Of all calls of a run, in order.
using ApplicationCalls = std::vector<ApplicationEffects>;

/// Carries calls out: the applications themselves, or what they did in an earlier run.
class ApplicationHost {
public:
    virtual ~ApplicationHost() = default;
    /// `number`: how many calls there were before, in the whole run.
    virtual ApplicationEffects call(std::uint64_t number, const ApplicationOccasion& occasion) = 0;
    /// All calls up to now, for a recording.
    virtual const ApplicationCalls& calls() const = 0;
};

/// A recorded run calls an application more often than the recording has answers.
class ApplicationCallMissing : public std::runtime_error {
public:
    explicit ApplicationCallMissing(std::uint64_t number);
};

/// What they did in an earlier run.
class RecordedApplications final : public ApplicationHost {
public:
    explicit RecordedApplications(ApplicationCalls calls) : calls_(std::move(calls)) {}
    ApplicationEffects call(std::uint64_t number, const ApplicationOccasion& occasion) override;
    const ApplicationCalls& calls() const override { return calls_; }

private:
    ApplicationCalls calls_;
};

/// The section of a recording; empty for no calls.
std::string encode(const ApplicationCalls& calls);
/// Throws BadInput naming `file_name`: not of that form, or about what the scenario does not have.
ApplicationCalls decode_application_calls(std::string_view bytes, const Scenario& scenario,
                                          const std::string& file_name);

/// One sentence for what an application may not ask for in this scenario; nothing when it may.
std::optional<std::string> refusal(const ApplicationEffect& effect, const Client& client,
                                   const Scenario& scenario);

}  // namespace gregor::lab
