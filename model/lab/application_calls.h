#pragma once

#include "model/lab/scenario.h"
#include "model/record.h"
#include "model/types.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What goes between the simulation and an application outside it: a client's own code, which is no
/// part of this program. Decision 6 says why it is recorded, not simulated.
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
    /// What records in a row hold, as far as the model has it.
    struct Content {
        std::int64_t count = 0;
        std::int64_t first_sequence = -1;  ///< of the producer's sends; -1: not of a client
        /// Record i is stamped with the millisecond of created + i * spacing, and `shift_ms`.
        Time created;
        Duration spacing;
        std::int64_t shift_ms = 0;
        std::vector<Record> records;    ///< explicit ones; else the value has a size only
        std::vector<std::string> keys;  ///< of a load with keys; else they have none
        std::int32_t value_size = 0;
    };
    /// Consecutive records of one partition and one producer.
    struct Records {
        TopicPartition partition;
        Offset base_offset;  ///< -1: not known (of a failed send)
        std::int64_t count = 0;
        ClientId producer{no_client};
        std::int64_t first_number = 0;  ///< of the producer's stream to the partition
        std::string_view error;         ///< Kafka's name; of results
        std::vector<Content> contents;  ///< one after the other
    };
    /// A partition assigned to the consumer, as it stands when the call is made.
    struct Assigned {
        TopicPartition partition;
        Offset position{no_offset};        ///< -1: not known yet
        Offset high_watermark{no_offset};  ///< likewise
        bool paused = false;
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
    std::vector<Assigned> assignment;
    std::int64_t sent = 0;  ///< records that a producer has sent when it starts
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
    /// None: of a size only, as the records of a load.
    std::optional<std::string> value;
    struct Header {
        std::string key;
        std::optional<std::string> value;
        bool operator==(const Header&) const = default;
    };
    std::vector<Header> headers;  ///< only beside a value
    bool operator==(const Send&) const = default;
};
/// seek(), seekToBeginning() (offset -2), seekToEnd() (-1).
struct Seek {
    TopicPartition partition;
    Offset offset;
    bool operator==(const Seek&) const = default;
};
/// pause() or resume().
struct Pause {
    std::vector<TopicPartition> partitions;
    bool paused = true;
    bool operator==(const Pause&) const = default;
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
                 application::SetTimer, application::CancelTimer, application::Stop,
                 application::Seek, application::Pause>;
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
    /// Whether it looks at contents and assignments; else they are left out.
    virtual bool looks() const { return true; }
    /// The run is at its end, after so many calls.
    virtual void finished(std::uint64_t calls, std::uint64_t hash) const
    {
        static_cast<void>(calls);
        static_cast<void>(hash);
    }
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
    bool looks() const override { return false; }

private:
    ApplicationCalls calls_;
};

/// Calls that a scenario file carries, so that one run can be made again without the applications.
struct RecordedCalls {
    std::uint64_t seed = 0;
    std::uint64_t hash = 0;  ///< of the whole run
    ApplicationCalls calls;
};

/// Answers from the scenario's own calls, for the run that they are of and no other. Throws
/// BadInput when it turns out to be another one.
class ScenarioCalls final : public ApplicationHost {
public:
    ScenarioCalls(std::shared_ptr<const Scenario> scenario, std::uint64_t seed);
    ApplicationEffects call(std::uint64_t number, const ApplicationOccasion& occasion) override;
    const ApplicationCalls& calls() const override { return scenario_->calls->calls; }
    bool looks() const override { return false; }
    void finished(std::uint64_t calls, std::uint64_t hash) const override;

private:
    [[noreturn]] void refuse(const std::string& found) const;

    std::shared_ptr<const Scenario> scenario_;
};

/// As JSON, in the form of a scenario file's `calls/effects`.
nlohmann::json to_json(const ApplicationCalls& calls);
/// Throws nlohmann::json::exception for what is none.
ApplicationCalls application_calls(const nlohmann::json& json);

/// The section of a recording; empty for no calls.
std::string encode(const ApplicationCalls& calls);
/// Throws BadInput naming `file_name`: not of that form, or about what the scenario does not have.
ApplicationCalls decode_application_calls(std::string_view bytes, const Scenario& scenario,
                                          const std::string& file_name);

/// One sentence for what an application may not ask for in this scenario; nothing when it may.
std::optional<std::string> refusal(const ApplicationEffect& effect, const Client& client,
                                   const Scenario& scenario);

}  // namespace gregor::lab
