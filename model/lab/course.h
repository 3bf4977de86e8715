#pragma once

#include "model/lab/simulation.h"
#include "model/lab/story.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gregor::lab {

/// The course of a whole run along its axis of time, for who draws it: what a reader wants to know
/// of, faults with their duration, and metrics in equal slices of time.
struct Course {
    enum class MarkKind : std::uint8_t {
        election,  ///< partitions got another leader
        isr_shrank,
        isr_grew,
        truncation,
        rebalance,
        join,    ///< a member joined a group, or left it
        fenced,  ///< a broker was fenced
        unfenced,
        controller,  ///< another active controller
    };
    struct Mark {
        Time at;
        std::uint64_t event{};
        MarkKind kind{};
        std::string label;    ///< short: "orders-0", "broker 1", "billing"
        std::string subject;  ///< name of the partition, node or group; empty: several
    };
    enum class FaultKind : std::uint8_t { crash, pause, cut, slow_disk, clock, message, other };
    struct Fault {
        Time from;
        Time to = never;  ///< never: it lasts to the end of the run
        std::uint64_t event{};
        std::size_t step{};  ///< line of the script
        FaultKind kind{};
        std::string label;     ///< "crash broker 1"
        std::string sentence;  ///< as the report tells it
        std::vector<std::string> nodes;
    };
    struct Series {
        std::string name;
        std::vector<double> values;  ///< one a slice; NaN: nothing was measured in it
    };
    struct Metric {
        std::string title, unit;
        std::string kafka_name;  ///< of the MBean or client metric that measures it
        std::vector<Series> series;
    };

    /// A caption or question of the scenario's lesson whose moment came.
    struct Told {
        Time at;
        std::uint64_t event{};
        std::string text;
        std::vector<std::string> choices;  ///< of a question; empty: a caption
        std::string answer;                ///< what the whole run says, as a text
        bool is_question() const { return !choices.empty(); }
    };

    Time end;
    Duration slice;  ///< of time, in which a value is taken
    std::vector<StoryLine> story;
    std::vector<Mark> marks;
    std::vector<Fault> faults;
    std::vector<Metric> metrics;
    std::vector<Told> told;             ///< in order of time
    std::vector<std::uint64_t> causes;  ///< by event number; 0: the beginning
    std::vector<bool> reported;         ///< by event number: by a process, in a step before it

    std::size_t slice_of(Time at) const;
    std::uint64_t cause_of(std::uint64_t event) const;
    bool is_reported(std::uint64_t event) const
    {
        return event < reported.size() && reported[event];
    }
    /// The lines of the story that led to one of them, oldest first, itself last. Two lines are
    /// linked when one's event is among the causes of the other's, or when its text names it.
    std::vector<const StoryLine*> why(const StoryLine& line) const;
};

/// Takes the course of a run down as it goes. Attach it before the run begins.
class CourseWriter final : public RunListener {
public:
    CourseWriter(const Simulation& simulation, Time end);
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash) override;
    /// After the run, or as far as it went.
    Course finish() const;

private:
    /// What one partition showed last.
    struct Known {
        BrokerId leader{no_broker};
        BrokerList isr;
    };
    void on(const StepOf& step, std::uint64_t number, const Event& event);
    void on_changes(const StepOf& step, std::uint64_t number, const std::vector<Event>& changes);
    void note_formed();
    void note_lags(Time before);
    Course::Mark& mark(const StepOf& step, std::uint64_t number, Course::MarkKind kind);
    std::vector<std::string> nodes_of(std::size_t line) const;
    void add_faults(Course& course) const;
    void add_metrics(Course& course) const;
    void add_told(Course& course) const;

    const Simulation& simulation_;
    StoryTeller story_;
    Time end_;
    Duration slice_;
    std::vector<std::uint64_t> causes_;
    std::vector<bool> reported_;
    std::vector<Course::Mark> marks_;
    std::map<TopicPartition, Known> partitions_;
    std::map<TopicPartition, Offset> high_watermarks_;
    std::map<TopicPartition, Offset> positions_;  // of the consumer that reads it
    std::map<TopicPartition, std::size_t> replica_counts_;
    std::map<std::string, std::int32_t> members_;
    std::map<TopicPartition, std::vector<double>> lags_;
    std::vector<double> appended_, under_replicated_;
    std::size_t sampled_ = 0;  // slices whose lags are known
};

}  // namespace gregor::lab
