#include "model/lab/observations.h"

#include <algorithm>
#include <concepts>
#include <tuple>

namespace gregor::lab {

namespace {

/// A field of an event as a value; null for what has no single value.
class FieldValue {
public:
    explicit FieldValue(const Names& names) : names_(names) {}

    Value of(TopicPartition value) const { return names_.of(value); }
    Value of(ClientId value) const
    {
        return value == no_client ? Value() : Value(names_.of(value));
    }
    Value of(TopicId value) const { return names_.topic(value); }
    Value of(Error value) const { return std::string(name_of(value)); }
    Value of(Time value) const { return value; }
    Value of(Duration value) const { return value; }
    Value of(bool value) const { return value; }
    Value of(std::string_view value) const { return std::string(value); }
    Value of(const std::string& value) const { return value; }
    Value of(const BrokerList& value) const
    {
        ValueList list;
        for (const BrokerId each : value) list.emplace_back(static_cast<std::int64_t>(each.value));
        return list;
    }
    Value of(const std::vector<TopicPartition>& value) const
    {
        ValueList list;
        for (const TopicPartition each : value) list.push_back(of(each));
        return list;
    }
    template <class Tag, class Int>
    Value of(Id<Tag, Int> value) const
    {
        return static_cast<std::int64_t>(value.value);
    }
    template <std::integral Int>
    Value of(Int value) const
    {
        return static_cast<std::int64_t>(value);
    }

private:
    const Names& names_;
};

const IntervalSet nothing;

template <class Map, class Key>
const IntervalSet& find_set(const Map& map, const Key& key)
{
    const auto found = map.find(key);
    return found == map.end() ? nothing : found->second;
}

}  // namespace

bool has_field(const Event& event, std::string_view name, const Value& value, const Names& names)
{
    const FieldValue as_value(names);
    return std::visit(
        [&](const auto& each) {
            std::string_view rest = each.names;
            bool equal = false;
            const auto look = [&](const auto& field) {
                const std::size_t comma = std::min(rest.find(", "), rest.size());
                if (rest.substr(0, comma) == name) equal = equals(as_value.of(field), value);
                rest.remove_prefix(std::min(comma + 2, rest.size()));
            };
            std::apply([&](const auto&... fields) { (look(fields), ...); }, each.fields());
            return equal;
        },
        event);
}

Observations::Observations(std::span<const Expression* const> expressions, bool deliveries)
    : deliveries_kept_(deliveries)
{
    for (const Expression* each : expressions) {
        find_counters(*each);
        watch_conditions(*each);
    }
}

void Observations::find_counters(const Expression& expression)
{
    for (const ExpressionNode& node : expression.nodes()) {
        if (node.function == nullptr) continue;
        const std::string_view function = node.function->name;
        deliveries_kept_ |= function == "delivered" || function == "processed";
        if (function != "count") continue;
        Counter counter;
        counter.kind = *expression.nodes()[node.children.front()].literal.text();
        for (const auto& [name, index] : node.named) {
            counter.fields.emplace_back(name, expression.nodes()[index].literal);
        }
        if (!count(counter.kind, counter.fields)) counters_.push_back(std::move(counter));
    }
    for (const Expression& condition : expression.conditions()) find_counters(condition);
}

void Observations::watch_conditions(const Expression& expression)
{
    for (const Expression& condition : expression.conditions()) {
        const bool known = std::ranges::any_of(
            firsts_, [&](const First& each) { return each.condition->text() == condition.text(); });
        if (!known) firsts_.push_back({&condition, std::nullopt});
        watched_ |= condition.reads();
        watch_conditions(condition);
    }
}

bool Observations::watch(const StateView& view, Time now, std::uint32_t touched)
{
    if ((touched & watched_) == 0) return false;
    bool news = false;
    watched_ = 0;
    for (First& each : firsts_) {
        if (each.at) continue;
        if ((each.condition->reads() & touched) != 0 && each.condition->evaluate(view).is_true()) {
            each.at = now;
            news = true;
        } else {
            watched_ |= each.condition->reads();
        }
    }
    return news;
}

std::optional<Time> Observations::time_of(std::string_view name) const
{
    const auto found = fired_.find(name);
    if (found == fired_.end()) return std::nullopt;
    return found->second;
}

std::optional<Time> Observations::first(std::string_view condition) const
{
    for (const First& each : firsts_) {
        if (each.condition->text() == condition) return each.at;
    }
    return std::nullopt;
}

std::optional<std::int64_t> Observations::count(std::string_view kind,
                                                const NamedValues& fields) const
{
    const auto same = [&](const Counter& counter) {
        return counter.kind == kind &&
               std::ranges::equal(counter.fields, fields, [](const auto& a, const auto& b) {
                   return a.first == b.first && equals(a.second, b.second);
               });
    };
    const auto found = std::ranges::find_if(counters_, same);
    if (found == counters_.end()) return std::nullopt;
    return found->count;
}

void Observations::record(std::span<const Event> events, const History& history, const Names& names)
{
    for (const Event& event : events) {
        for (Counter& counter : counters_) {
            if (counter.kind != kind_of(event)) continue;
            const bool all = std::ranges::all_of(counter.fields, [&](const auto& field) {
                return has_field(event, field.first, field.second, names);
            });
            if (all) ++counter.count;
        }
        if (!deliveries_kept_) continue;
        if (const auto* delivered = std::get_if<event::RecordsDelivered>(&event)) {
            on(*delivered, history);
        } else if (const auto* processed = std::get_if<event::RecordsProcessed>(&event)) {
            on(*processed, history);
        }
    }
}

void Observations::on(const event::RecordsDelivered& event, const History& history)
{
    runs_[{event.client, event.partition}].push_back(DeliveredRun{
        event.base_offset.value, event.record_count, event.first_number, event.producer});
    if (event.producer == no_client) return;
    history.add_sequences(event.producer, event.partition, event.first_number, event.record_count,
                          delivered_[{event.client, event.producer}]);
}

/// The newest delivery of an offset says which record it was.
void Observations::on(const event::RecordsProcessed& event, const History& history)
{
    const std::int64_t begin = event.base_offset.value;
    IntervalSet& offsets = processed_offsets_[{event.client, event.partition}];
    offsets.insert(begin, begin + event.record_count);
    const auto& runs = runs_[{event.client, event.partition}];
    IntervalSet left = IntervalSet::of(begin, begin + event.record_count);
    for (std::size_t i = runs.size(); i-- > 0 && !left.empty();) {
        const DeliveredRun& run = runs[i];
        const IntervalSet here = IntervalSet::of(run.base_offset, run.base_offset + run.count);
        const IntervalSet found = left.minus(left.minus(here));
        for (const IntervalSet::Range& range : found.ranges()) {
            if (run.producer == no_client) continue;
            history.add_sequences(
                run.producer, event.partition, run.first_number + range.begin - run.base_offset,
                range.end - range.begin, processed_[{event.client, run.producer}]);
        }
        left = left.minus(here);
    }
}

const IntervalSet& Observations::delivered(ClientId consumer, ClientId producer) const
{
    return find_set(delivered_, Pair{consumer, producer});
}

const IntervalSet& Observations::processed(ClientId consumer, ClientId producer) const
{
    return find_set(processed_, Pair{consumer, producer});
}

const IntervalSet& Observations::processed(ClientId consumer, TopicPartition partition) const
{
    return find_set(processed_offsets_, std::pair{consumer, partition});
}

}  // namespace gregor::lab
