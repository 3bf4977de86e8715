#include "python/src/event_columns.h"

#include "python/src/columns.h"
#include "python/src/json_text.h"

#include <pybind11/stl.h>

#include <algorithm>

namespace gregor::python {

namespace py = pybind11;

EventColumns::EventColumns(const lab::Names& names, EventSelection selection)
    : names_(names), selection_(std::move(selection)), kind_names_(lab::step_kinds())
{
    step_kind_count_ = kind_names_.size();
    for (const std::string_view each : event_kinds()) kind_names_.push_back(each);
    for (const std::string_view each : kind_names_) {
        kind_wanted_.push_back(selection_.kinds.empty() ||
                               std::ranges::find(selection_.kinds, each) != selection_.kinds.end());
    }
}

bool EventColumns::wanted(std::size_t kind, std::uint64_t number) const
{
    if (!kind_wanted_[kind]) return false;
    return selection_.numbers.empty() || std::ranges::binary_search(selection_.numbers, number);
}

bool EventColumns::about_all(const lab::EventText& text) const
{
    return std::ranges::all_of(selection_.subjects,
                               [&](const auto& subject) { return text.is_about(subject); });
}

void EventColumns::on_message(const StepOf& step, const Message& message)
{
    const auto kind = static_cast<std::size_t>(step.kind);
    if (wanted(kind, step.number)) arrived_ = lab::describe(step, &message, names_);
}

void EventColumns::on_step(const StepOf& step, std::span<const Event> events, std::uint64_t)
{
    const bool in_words = selection_.fields || !selection_.subjects.empty();
    const auto kind = static_cast<std::size_t>(step.kind);
    if (wanted(kind, step.number)) {
        if (in_words) {
            const bool message = arrived_ && arrived_->number == step.number;
            const lab::EventText text =
                message ? std::move(*arrived_) : lab::describe(step, nullptr, names_);
            if (about_all(text)) add(step, step.number, kind, step.cause, &text);
        } else {
            add(step, step.number, kind, step.cause, nullptr);
        }
    }
    arrived_.reset();
    std::uint64_t number = step.number;
    for (const Event& event : events) {
        ++number;
        const std::size_t reported = step_kind_count_ + event.index();
        if (!wanted(reported, number)) continue;
        if (!in_words) {
            add(step, number, reported, step.number, nullptr);
            continue;
        }
        const lab::EventText text = lab::describe(step, number, event, names_);
        if (about_all(text)) add(step, number, reported, step.number, &text);
    }
}

void EventColumns::add(const StepOf& step, std::uint64_t number, std::size_t kind,
                       std::uint64_t cause, const lab::EventText* text)
{
    numbers_.push_back(number);
    times_.push_back(step.at.nanoseconds);
    nodes_.push_back(step.node == no_node ? -1 : step.node.value);
    kinds_.push_back(static_cast<std::int32_t>(kind));
    causes_.push_back(cause);
    if (!selection_.fields || text == nullptr) return;
    for (const lab::EventText::Field& each : text->fields) add_field(each);
}

/// The first value of a field says what it is; events of other kinds have none.
void EventColumns::add_field(const lab::EventText::Field& field)
{
    const auto [place, is_new] = fields_.try_emplace(field.name);
    Field& into = place->second;
    const nlohmann::json& value = field.json;
    if (is_new) {
        field_order_.push_back(field.name);
        into.type = value.is_boolean()          ? FieldType::boolean
                    : value.is_number_integer() ? FieldType::integer
                    : value.is_number()         ? FieldType::real
                                                : FieldType::word;
    }
    const std::size_t row = numbers_.size() - 1;
    into.present.resize(row);
    into.present.push_back(1);
    if (into.type == FieldType::real) {
        into.reals.resize(row);
        into.reals.push_back(value.get<double>());
        return;
    }
    into.values.resize(row);
    if (into.type == FieldType::boolean) {
        into.values.push_back(value.get<bool>() ? 1 : 0);
    } else if (into.type == FieldType::integer && value.is_number()) {
        into.values.push_back(value.get<std::int64_t>());
    } else {
        into.type = FieldType::word;
        std::string word = value.is_string() ? value.get<std::string>() : json_text(value);
        const auto [number, added] = into.word_numbers.try_emplace(
            word, static_cast<std::int64_t>(into.word_numbers.size()));
        if (added) into.words.push_back(std::move(word));
        into.values.push_back(number->second);
    }
}

py::dict EventColumns::take()
{
    const std::size_t rows = numbers_.size();
    py::dict fields;
    constexpr const char* type_names[] = {"integer", "real", "boolean", "word"};
    for (const std::string& name : field_order_) {
        Field& field = fields_[name];
        field.present.resize(rows);
        field.values.resize(field.type == FieldType::real ? 0 : rows);
        field.reals.resize(field.type == FieldType::real ? rows : 0);
        py::object values = field.type == FieldType::real
                                ? py::object(column(std::move(field.reals)))
                                : py::object(column(std::move(field.values)));
        fields[py::str(name)] =
            py::make_tuple(type_names[static_cast<std::size_t>(field.type)], values,
                           column(std::move(field.present)), field.words);
    }
    py::list nodes;
    const auto count =
        static_cast<std::size_t>(names_.layout.first_client().value) + names_.clients.size();
    for (std::size_t i = 0; i < count; ++i) {
        nodes.append(names_.of(NodeId{static_cast<std::int32_t>(i)}));
    }
    py::dict all;
    all["event"] = column(std::move(numbers_));
    all["time"] = column(std::move(times_));
    all["node"] = column(std::move(nodes_));
    all["kind"] = column(std::move(kinds_));
    all["cause"] = column(std::move(causes_));
    all["nodes"] = nodes;
    all["kinds"] = kind_names_;
    all["fields"] = fields;
    return all;
}

}  // namespace gregor::python
