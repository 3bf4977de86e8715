#pragma once

#include "model/lab/event_text.h"
#include "model/lab/simulation.h"

#include <pybind11/pybind11.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::python {

/// Which events are wanted; what is empty takes all.
struct EventSelection {
    std::vector<std::string> kinds;      ///< by their names; unknown ones select nothing
    std::vector<std::string> subjects;   ///< "broker 1", "orders-0", "billing": all of them
    std::vector<std::uint64_t> numbers;  ///< sorted
    bool fields = false;                 ///< the fields of each event too
};

/// Takes the numbered events of a run down as columns.
class EventColumns final : public lab::RunListener {
public:
    EventColumns(const lab::Names& names, EventSelection selection);
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash) override;
    bool wants_messages() const override { return selection_.fields; }
    void on_message(const StepOf& step, const Message& message) override;

    /// {"event", "time", "node", "kind", "cause": NumPy columns; "nodes", "kinds": their words;
    /// "fields": {name: (type, values, present, words)}}. Empties this. Holds the interpreter's
    /// lock.
    pybind11::dict take();

private:
    enum class FieldType : std::uint8_t { integer, real, boolean, word };
    struct Field {
        FieldType type{};
        std::vector<std::int64_t> values;  // integer, boolean; of a word its number
        std::vector<double> reals;
        std::vector<std::uint8_t> present;
        std::vector<std::string> words;
        std::map<std::string, std::int64_t, std::less<>> word_numbers;
    };
    bool wanted(std::size_t kind, std::uint64_t number) const;
    void add(const StepOf& step, std::uint64_t number, std::size_t kind, std::uint64_t cause,
             const lab::EventText* text);
    void add_field(const lab::EventText::Field& field);
    bool about_all(const lab::EventText& text) const;

    const lab::Names& names_;
    EventSelection selection_;
    std::vector<std::string_view> kind_names_;  // steps first, then events
    std::vector<bool> kind_wanted_;
    std::size_t step_kind_count_ = 0;
    std::optional<lab::EventText> arrived_;
    std::vector<std::uint64_t> numbers_, causes_;
    std::vector<std::int64_t> times_;
    std::vector<std::int32_t> nodes_;
    std::vector<std::int32_t> kinds_;
    std::map<std::string, Field> fields_;
    std::vector<std::string> field_order_;
};

}  // namespace gregor::python
