#pragma once

#include "engine/time.h"

#include <nlohmann/json_fwd.hpp>

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gregor::lab {

/// A set of record numbers as sorted, disjoint, half-open ranges: a million consecutive records
/// cost as much as one.
class IntervalSet {
public:
    struct Range {
        std::int64_t begin{};
        std::int64_t end{};  ///< not included
        bool operator==(const Range&) const = default;
    };

    IntervalSet() = default;
    static IntervalSet of(std::int64_t begin, std::int64_t end);
    static IntervalSet of(std::vector<std::int64_t> numbers);

    /// In constant time at the end of the set, else as long as the set has ranges.
    void insert(std::int64_t begin, std::int64_t end);
    void insert(std::int64_t number) { insert(number, number + 1); }

    bool contains(std::int64_t number) const;
    bool empty() const { return ranges_.empty(); }
    std::int64_t size() const;
    const std::vector<Range>& ranges() const { return ranges_; }

    IntervalSet united_with(const IntervalSet& other) const;
    IntervalSet minus(const IntervalSet& other) const;
    bool is_subset_of(const IntervalSet& other) const;
    bool is_disjoint_from(const IntervalSet& other) const;
    bool operator==(const IntervalSet&) const = default;

private:
    std::vector<Range> ranges_;
};

/// What a value is, as far as it is known before a run. `any` is known only in the run.
enum class Kind : std::uint8_t { any, null, boolean, number, duration, text, records, list };
std::string_view to_string(Kind kind);

struct Value;
using ValueList = std::vector<Value>;

/// A value of the expression language. Sets are shared, never changed: a copy costs nothing.
/// Instants are durations since the start of the run.
struct Value {
    std::variant<std::monostate, bool, std::int64_t, double, Duration, std::string,
                 std::shared_ptr<const IntervalSet>, ValueList>
        data;

    Value() = default;
    Value(bool value) : data(value) {}
    Value(std::int64_t value) : data(value) {}
    Value(double value) : data(value) {}
    Value(Duration value) : data(value) {}
    Value(Time value) : data(value - Time{}) {}
    Value(std::string value) : data(std::move(value)) {}
    Value(const char* value) : data(std::string(value)) {}
    Value(IntervalSet value) : data(std::make_shared<const IntervalSet>(std::move(value))) {}
    Value(ValueList value) : data(std::move(value)) {}

    Kind kind() const;
    bool is_null() const { return std::holds_alternative<std::monostate>(data); }
    /// Only a boolean true is true.
    bool is_true() const;
    const std::string* text() const { return std::get_if<std::string>(&data); }
    const Duration* duration() const { return std::get_if<Duration>(&data); }
    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data); }
};

/// Numbers by value, whatever their type; lists and record sets as sets; a duration equals a number
/// of seconds. Values of other different kinds are not equal.
bool equals(const Value& a, const Value& b);
/// Below zero, zero, above; nothing where the kinds have no common order.
std::partial_ordering compare(const Value& a, const Value& b);

/// The value as a set of record numbers; nothing when it is not a set or list of whole numbers.
std::shared_ptr<const IntervalSet> as_records(const Value& value);
/// A number or a duration in seconds, as a real; nothing for other kinds.
std::optional<double> as_real(const Value& value);

/// "12", "1.5s", "{0..99, 120}", "[a, b]".
std::string to_text(const Value& value);
/// Durations in seconds; sets of up to 10,000 records as a list, larger ones as ranges in text.
nlohmann::json to_json(const Value& value);
/// Texts with a time unit become durations ("250ms"), lists become lists.
Value from_json(const nlohmann::json& json);

}  // namespace gregor::lab
