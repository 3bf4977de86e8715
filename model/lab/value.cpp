#include "model/lab/value.h"

#include "model/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gregor::lab {

IntervalSet IntervalSet::of(std::int64_t begin, std::int64_t end)
{
    IntervalSet set;
    set.insert(begin, end);
    return set;
}

IntervalSet IntervalSet::of(std::vector<std::int64_t> numbers)
{
    std::ranges::sort(numbers);
    IntervalSet set;
    for (const std::int64_t number : numbers) {
        if (number < std::numeric_limits<std::int64_t>::max()) set.insert(number);
    }
    return set;
}

void IntervalSet::insert(std::int64_t begin, std::int64_t end)
{
    if (begin >= end) return;
    if (ranges_.empty() || begin > ranges_.back().end) {
        ranges_.push_back({begin, end});
        return;
    }
    // The first range that touches [begin, end) and the first one behind it.
    const auto first = std::ranges::lower_bound(ranges_, begin, {}, &Range::end);
    const auto last = std::ranges::upper_bound(first, ranges_.end(), end, {}, &Range::begin);
    if (first == last) {
        ranges_.insert(first, {begin, end});
        return;
    }
    first->begin = std::min(first->begin, begin);
    first->end = std::max(std::prev(last)->end, end);
    ranges_.erase(std::next(first), last);
}

bool IntervalSet::contains(std::int64_t number) const
{
    const auto after = std::ranges::upper_bound(ranges_, number, {}, &Range::begin);
    return after != ranges_.begin() && number < std::prev(after)->end;
}

std::int64_t IntervalSet::size() const
{
    std::int64_t sum = 0;
    for (const Range& range : ranges_) sum += range.end - range.begin;
    return sum;
}

IntervalSet IntervalSet::united_with(const IntervalSet& other) const
{
    IntervalSet result;
    result.ranges_.reserve(ranges_.size() + other.ranges_.size());
    auto a = ranges_.begin();
    auto b = other.ranges_.begin();
    while (a != ranges_.end() || b != other.ranges_.end()) {
        const bool take_a =
            b == other.ranges_.end() || (a != ranges_.end() && a->begin <= b->begin);
        const Range& next = take_a ? *a++ : *b++;
        result.insert(next.begin, next.end);
    }
    return result;
}

IntervalSet IntervalSet::minus(const IntervalSet& other) const
{
    IntervalSet result;
    auto hole = other.ranges_.begin();
    for (Range range : ranges_) {
        while (hole != other.ranges_.end() && hole->end <= range.begin) ++hole;
        for (auto each = hole; each != other.ranges_.end() && each->begin < range.end; ++each) {
            result.insert(range.begin, std::min(each->begin, range.end));
            range.begin = std::max(range.begin, each->end);
        }
        result.insert(range.begin, range.end);
    }
    return result;
}

bool IntervalSet::is_subset_of(const IntervalSet& other) const
{
    auto cover = other.ranges_.begin();
    for (const Range& range : ranges_) {
        while (cover != other.ranges_.end() && cover->end <= range.begin) ++cover;
        if (cover == other.ranges_.end() || cover->begin > range.begin) return false;
        if (cover->end < range.end) return false;
    }
    return true;
}

bool IntervalSet::is_disjoint_from(const IntervalSet& other) const
{
    auto a = ranges_.begin();
    auto b = other.ranges_.begin();
    while (a != ranges_.end() && b != other.ranges_.end()) {
        if (a->end <= b->begin) {
            ++a;
        } else if (b->end <= a->begin) {
            ++b;
        } else {
            return false;
        }
    }
    return true;
}

std::string_view to_string(Kind kind)
{
    switch (kind) {
        case Kind::any: return "value";
        case Kind::null: return "null";
        case Kind::boolean: return "condition";
        case Kind::number: return "number";
        case Kind::duration: return "time";
        case Kind::text: return "text";
        case Kind::records: return "set of records";
        case Kind::list: return "list";
    }
    return "";
}

Kind Value::kind() const
{
    constexpr Kind kinds[] = {Kind::null,     Kind::boolean, Kind::number,  Kind::number,
                              Kind::duration, Kind::text,    Kind::records, Kind::list};
    return kinds[data.index()];
}

bool Value::is_true() const
{
    const bool* value = std::get_if<bool>(&data);
    return value != nullptr && *value;
}

std::shared_ptr<const IntervalSet> as_records(const Value& value)
{
    if (const auto* set = std::get_if<std::shared_ptr<const IntervalSet>>(&value.data)) return *set;
    const auto* list = std::get_if<ValueList>(&value.data);
    if (list == nullptr) return nullptr;
    std::vector<std::int64_t> numbers;
    for (const Value& each : *list) {
        if (each.integer() == nullptr) return nullptr;
        numbers.push_back(*each.integer());
    }
    return std::make_shared<const IntervalSet>(IntervalSet::of(std::move(numbers)));
}

std::optional<double> as_real(const Value& value)
{
    if (const auto* integer = value.integer()) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&value.data)) return *real;
    if (const auto* duration = value.duration()) {
        return static_cast<double>(duration->nanoseconds) / 1e9;
    }
    return std::nullopt;
}

namespace {

/// Every element of a list once, as text, in order: lists are compared as sets.
std::vector<std::string> distinct_texts(const ValueList& list)
{
    std::vector<std::string> texts;
    for (const Value& each : list) texts.push_back(to_text(each));
    std::ranges::sort(texts);
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    return texts;
}

std::string real_text(double real)
{
    if (!std::isfinite(real)) return "null";
    return fmt::format("{:.6g}", real);
}

}  // namespace

bool equals(const Value& a, const Value& b)
{
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
    if (const auto* left = std::get_if<bool>(&a.data)) {
        const auto* right = std::get_if<bool>(&b.data);
        return right != nullptr && *left == *right;
    }
    const auto left_set = as_records(a);
    const auto right_set = as_records(b);
    if (left_set && right_set) return *left_set == *right_set;
    const auto* left_list = std::get_if<ValueList>(&a.data);
    const auto* right_list = std::get_if<ValueList>(&b.data);
    if (left_list != nullptr && right_list != nullptr) {
        return distinct_texts(*left_list) == distinct_texts(*right_list);
    }
    return compare(a, b) == 0;
}

std::partial_ordering compare(const Value& a, const Value& b)
{
    if (a.integer() != nullptr && b.integer() != nullptr) return *a.integer() <=> *b.integer();
    if (a.duration() != nullptr && b.duration() != nullptr) return *a.duration() <=> *b.duration();
    if (a.text() != nullptr && b.text() != nullptr) return a.text()->compare(*b.text()) <=> 0;
    const auto left = as_real(a);
    const auto right = as_real(b);
    if (left && right) return *left <=> *right;
    return std::partial_ordering::unordered;
}

std::string to_text(const Value& value)
{
    struct Writer {
        std::string operator()(std::monostate) const { return "null"; }
        std::string operator()(bool each) const { return each ? "true" : "false"; }
        std::string operator()(std::int64_t each) const { return std::to_string(each); }
        std::string operator()(double each) const { return real_text(each); }
        std::string operator()(Duration each) const
        {
            return real_text(static_cast<double>(each.nanoseconds) / 1e9) + "s";
        }
        std::string operator()(const std::string& each) const { return each; }
        std::string operator()(const std::shared_ptr<const IntervalSet>& set) const
        {
            std::string text = "{";
            for (const auto& range : set->ranges()) {
                if (text.size() > 1) text += ", ";
                text += std::to_string(range.begin);
                if (range.end - range.begin > 1) text += ".." + std::to_string(range.end - 1);
            }
            return text + "}";
        }
        std::string operator()(const ValueList& list) const
        {
            std::string text = "[";
            for (const Value& each : list) {
                if (text.size() > 1) text += ", ";
                text += to_text(each);
            }
            return text + "]";
        }
    };
    return std::visit(Writer{}, value.data);
}

nlohmann::json to_json(const Value& value)
{
    struct Writer {
        nlohmann::json operator()(std::monostate) const { return nullptr; }
        nlohmann::json operator()(bool each) const { return each; }
        nlohmann::json operator()(std::int64_t each) const { return each; }
        nlohmann::json operator()(double each) const { return each; }
        nlohmann::json operator()(Duration each) const
        {
            return static_cast<double>(each.nanoseconds) / 1e9;
        }
        nlohmann::json operator()(const std::string& each) const { return each; }
        nlohmann::json operator()(const std::shared_ptr<const IntervalSet>& set) const
        {
            constexpr std::int64_t most_listed = 10'000;
            if (set->size() > most_listed) return to_text(Value(*set));
            nlohmann::json list = nlohmann::json::array();
            for (const auto& range : set->ranges()) {
                for (std::int64_t each = range.begin; each < range.end; ++each) {
                    list.push_back(each);
                }
            }
            return list;
        }
        nlohmann::json operator()(const ValueList& list) const
        {
            nlohmann::json array = nlohmann::json::array();
            for (const Value& each : list) array.push_back(to_json(each));
            return array;
        }
    };
    return std::visit(Writer{}, value.data);
}

Value from_json(const nlohmann::json& json)
{
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_number_unsigned() &&
        json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
        return json.get<double>();
    }
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (json.is_number()) return json.get<double>();
    if (json.is_string()) {
        const auto& text = json.get_ref<const std::string&>();
        if (const auto duration = parse_duration(text)) return *duration;
        return text;
    }
    if (!json.is_array()) return {};
    ValueList list;
    for (const auto& each : json) list.push_back(from_json(each));
    return list;
}

}  // namespace gregor::lab
