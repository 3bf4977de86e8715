#include "model/lab/run_view.h"

#include "model/lab/client_measures.h"

#include <algorithm>
#include <cmath>

namespace gregor::lab {

/// The arguments of one call, read as what the function takes.
struct RunView::Arguments {
    const RunView& view;
    const std::vector<Value>& values;
    const NamedValues& named;

    BrokerId broker() const
    {
        const auto id = as_real(values[0]);
        return id ? BrokerId{static_cast<std::int32_t>(std::lround(*id))} : no_broker;
    }
    const std::string& text(std::size_t index) const
    {
        static const std::string none;
        const std::string* text = values[index].text();
        return text == nullptr ? none : *text;
    }
    TopicPartition partition(std::size_t index) const
    {
        return view.names().partition_named(text(index)).value_or(TopicPartition{});
    }
    ClientId client() const { return view.names().client_named(text(0)); }
    const Value* find(std::string_view name) const
    {
        for (const auto& [each, value] : named) {
            if (each == name) return &value;
        }
        return nullptr;
    }
    /// The one that `client=` names, else the only one that wrote there.
    ClientId writer(const std::vector<TopicPartition>& partitions) const
    {
        const Value* name = find("client");
        if (name == nullptr || name->text() == nullptr) return view.only_writer(partitions);
        return view.names().client_named(*name->text());
    }
    Time time(std::string_view name, Time otherwise) const
    {
        const Value* value = find(name);
        if (value == nullptr) return otherwise;
        if (value->duration() != nullptr) return Time{} + *value->duration();
        const auto seconds = as_real(*value);
        // A mark that has not fired gives no time: nothing lies after it.
        return seconds ? Time{static_cast<std::int64_t>(std::llround(*seconds * 1e9))} : never;
    }
    Window window() const { return {time("from", Time{}), time("to", never)}; }
};

namespace {

Value number(std::int64_t value)
{
    return value;
}

}  // namespace

// --- answers about brokers and logs --------------------------------------------------------------

Value RunView::isr(const Arguments& of) const
{
    const PartitionRecord* record = partition(of.partition(0));
    if (record == nullptr) return {};
    ValueList ids;
    for (const BrokerId each : record->isr) ids.push_back(number(each.value));
    std::ranges::sort(ids, [](const Value& a, const Value& b) { return compare(a, b) < 0; });
    return ids;
}
Value RunView::leader(const Arguments& of) const
{
    const PartitionRecord* record = partition(of.partition(0));
    return record == nullptr ? Value() : number(record->leader.value);
}
Value RunView::epoch(const Arguments& of) const
{
    const PartitionRecord* record = partition(of.partition(0));
    return record == nullptr ? Value() : number(record->leader_epoch.value);
}
Value RunView::fenced(const Arguments& of) const
{
    const MetadataImage* known = image();
    const BrokerRegistration* broker = known == nullptr ? nullptr : known->broker(of.broker());
    return broker == nullptr ? Value() : Value(broker->fenced);
}
Value RunView::controller(const Arguments&) const
{
    return number(active_controller().value);
}
Value RunView::online(const Arguments& of) const
{
    return online(of.broker());
}
Value RunView::leo(const Arguments& of) const
{
    const Replica* found = replica(of.broker(), of.partition(1));
    return found == nullptr ? Value() : number(found->log.log_end_offset().value);
}
Value RunView::hw(const Arguments& of) const
{
    const Replica* found = replica(of.broker(), of.partition(1));
    return found == nullptr ? Value() : number(found->high_watermark().value);
}
Value RunView::lso(const Arguments& of) const
{
    const Replica* found = serving(of.partition(0));
    return found == nullptr ? Value() : number(found->log.last_stable_offset().value);
}
Value RunView::bytes(const Arguments& of) const
{
    const Replica* found = replica(of.broker(), of.partition(1));
    return found == nullptr ? Value() : number(found->log.size_in_bytes());
}
Value RunView::log(const Arguments& of) const
{
    const TopicPartition partition = of.partition(1);
    const Replica* found = replica(of.broker(), partition);
    const ClientId writer = of.writer({partition});
    if (found == nullptr || writer == no_client) return {};
    IntervalSet records;
    add_records(found->log, partition, writer, Offset{}, found->log.log_end_offset(), records);
    return records;
}
Value RunView::readable(const Arguments& of) const
{
    const TopicId topic = names().topic_named(of.text(0));
    const ClientId writer = of.writer(partitions_of(topic));
    if (topic == no_topic) return {};
    const bool committed = std::ranges::any_of(of.named, [](const auto& each) {
        const std::string* text = each.second.text();
        return each.first == "isolation" && text != nullptr && *text == "read_committed";
    });
    if (writer != no_client) {
        return committed ? readable_committed(topic, writer) : readable(topic, writer);
    }
    // Nobody wrote: nothing to read. Several did: which records are meant is not said.
    for (std::size_t i = 0; i < history().client_count(); ++i) {
        for (const auto& [partition, stream] :
             history().client(ClientId{static_cast<std::int16_t>(i)}).streams) {
            if (partition.topic == topic) return {};
        }
    }
    return IntervalSet();
}
Value RunView::held(const Arguments& of) const
{
    return sources_.rules.is_held(of.text(0), kernel().network());
}

// --- answers about clients -----------------------------------------------------------------------

Value RunView::sent(const Arguments& of) const
{
    return IntervalSet::of(0, history().client(of.client()).sent);
}
Value RunView::acked(const Arguments& of) const
{
    return history().client(of.client()).acknowledged;
}
Value RunView::failed(const Arguments& of) const
{
    return history().client(of.client()).failed;
}
Value RunView::unknown(const Arguments& of) const
{
    return history().client(of.client()).unknown;
}
Value RunView::delivered(const Arguments& of) const
{
    const ClientId writer = of.writer(partitions());
    if (writer == no_client) return {};
    return observations().delivered(of.client(), writer);
}
Value RunView::processed(const Arguments& of) const
{
    const ClientId writer = of.writer(partitions());
    if (writer == no_client) return {};
    return observations().processed(of.client(), writer);
}
Value RunView::committed(const Arguments& of) const
{
    const History::Commits& commits = history().commits(of.text(0));
    const auto found = commits.find(of.partition(1));
    return found == commits.end() ? Value() : number(found->second.value);
}
Value RunView::lag(const Arguments& of) const
{
    const auto records = lag(of.text(0), of.partition(1));
    return records ? number(*records) : Value();
}
Value RunView::generation(const Arguments& of) const
{
    return number(history().generation(of.text(0)));
}
Value RunView::owner(const Arguments& of) const
{
    const ClientId client = history().owner(of.text(0), of.partition(1));
    return client == no_client ? Value() : Value(names().of(client));
}
Value RunView::latency(const Arguments& of) const
{
    return latency_list(history(), of.client(), of.window(), kernel().now());
}
Value RunView::stall(const Arguments& of) const
{
    return longest_stall(history(), of.client(), of.window(), kernel().now());
}
Value RunView::rate(const Arguments& of) const
{
    const auto rate = acknowledged_rate(history(), of.client(), of.window(), kernel().now());
    return rate ? Value(*rate) : Value();
}

// --- answers about the run -----------------------------------------------------------------------

Value RunView::now(const Arguments&) const
{
    return kernel().now();
}
Value RunView::at(const Arguments& of) const
{
    const auto time = observations().time_of(of.text(0));
    return time ? Value(*time) : Value();
}
Value RunView::first(const Arguments& of) const
{
    const auto time = observations().first(of.text(0));
    return time ? Value(*time) : Value();
}
Value RunView::count(const Arguments& of) const
{
    const auto count = observations().count(of.text(0), of.named);
    return count ? number(*count) : Value();
}

const std::map<std::string_view, RunView::Answer>& RunView::answers()
{
    static const std::map<std::string_view, Answer> table{
        {"isr", &RunView::isr},
        {"leader", &RunView::leader},
        {"epoch", &RunView::epoch},
        {"fenced", &RunView::fenced},
        {"controller", &RunView::controller},
        {"online", &RunView::online},
        {"leo", &RunView::leo},
        {"hw", &RunView::hw},
        {"lso", &RunView::lso},
        {"log", &RunView::log},
        {"bytes", &RunView::bytes},
        {"readable", &RunView::readable},
        {"held", &RunView::held},
        {"sent", &RunView::sent},
        {"acked", &RunView::acked},
        {"failed", &RunView::failed},
        {"unknown", &RunView::unknown},
        {"delivered", &RunView::delivered},
        {"processed", &RunView::processed},
        {"committed", &RunView::committed},
        {"lag", &RunView::lag},
        {"generation", &RunView::generation},
        {"owner", &RunView::owner},
        {"latency", &RunView::latency},
        {"stall", &RunView::stall},
        {"rate", &RunView::rate},
        {"now", &RunView::now},
        {"at", &RunView::at},
        {"first", &RunView::first},
        {"count", &RunView::count},
    };
    return table;
}

Value RunView::call(std::string_view function, const std::vector<Value>& arguments,
                    const NamedValues& named) const
{
    const auto found = answers().find(function);
    GREGOR_CHECK(found != answers().end());
    return (this->*found->second)(Arguments{*this, arguments, named});
}

std::optional<Value> RunView::name(std::string_view word) const
{
    if (const auto time = observations().time_of(word)) return Value(*time);
    if (sources_.values == nullptr) return std::nullopt;
    const auto found = sources_.values->find(std::string(word));
    if (found == sources_.values->end()) return std::nullopt;
    return found->second;
}

}  // namespace gregor::lab
