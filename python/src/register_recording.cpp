#include "model/lab/opened_recording.h"
#include "model/lab/snapshot.h"
#include "model/lab/verdict.h"
#include "python/src/columns.h"
#include "python/src/course_json.h"
#include "python/src/event_columns.h"
#include "python/src/interruption.h"
#include "python/src/json_text.h"
#include "python/src/metric_samples.h"
#include "python/src/registers.h"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <memory>
#include <mutex>
#include <optional>

namespace gregor::python {

namespace py = pybind11;
using lab::OpenedRecording;
using lab::Simulation;
using lab::Snapshot;

namespace {

/// A recording that was opened. Its cursor moves, so one thread looks at a time; what it gives out
/// is values.
class Recording {
public:
    static std::unique_ptr<Recording> from_bytes(const py::bytes& bytes, const std::string& name)
    {
        const std::string content = bytes;
        const py::gil_scoped_release unlocked;
        return std::unique_ptr<Recording>(new Recording(content, name));
    }

    std::string identity() const
    {
        const lab::RunIdentity& identity = opened_.identity();
        nlohmann::json set = nlohmann::json::array();
        for (const auto& [path, value] : identity.overrides) set.push_back({path, value});
        return json_text({{"file", identity.file},
                          {"scenario", identity.scenario},
                          {"title", opened_.scenario().title},
                          {"leg", identity.leg},
                          {"point", nlohmann::json(identity.point)},
                          {"set", set},
                          {"seed", identity.seed},
                          {"resources", identity.resources},
                          {"command", identity.command()},
                          {"hash", lab::hash_text(opened_.final_hash())},
                          {"events", opened_.event_count()},
                          {"complete", opened_.complete()},
                          {"end_ns", opened_.end().nanoseconds}});
    }
    std::optional<std::pair<std::uint64_t, std::string>> difference() const
    {
        if (!opened_.difference()) return std::nullopt;
        return std::pair{opened_.difference()->event, opened_.difference()->what};
    }

    std::shared_ptr<const Snapshot> at(std::int64_t nanoseconds)
    {
        const py::gil_scoped_release unlocked;
        const std::lock_guard<std::mutex> one_at_a_time(mutex_);
        return std::make_shared<const Snapshot>(Snapshot::of(opened_.seek(Time{nanoseconds})));
    }

    py::dict events(std::int64_t from, std::int64_t to, EventSelection selection)
    {
        const lab::Names names = opened_.names();
        EventColumns columns(names, std::move(selection));
        {
            const py::gil_scoped_release unlocked;
            const std::lock_guard<std::mutex> one_at_a_time(mutex_);
            opened_.replay(Time{from}, Time{to}, columns);
        }
        return columns.take();
    }

    /// One event in words, as JSON.
    std::string event(std::uint64_t number)
    {
        const py::gil_scoped_release unlocked;
        const auto found = find(number);
        return found ? json_text(found->to_json()) : std::string("null");
    }
    std::string line(std::uint64_t number)
    {
        const py::gil_scoped_release unlocked;
        const auto found = find(number);
        return found ? found->line() : std::string("nothing");
    }
    std::uint64_t cause_of(std::uint64_t event) const { return course_.cause_of(event); }

    /// The entry of the leg as `gregor run --json` writes it.
    std::string leg()
    {
        const py::gil_scoped_release unlocked;
        const std::lock_guard<std::mutex> one_at_a_time(mutex_);
        const Simulation& end = opened_.seek(opened_.end());
        Simulation judged(end, end.state(), end.resources().clone());
        if (opened_.complete()) judged.finish();
        lab::LegResult result = lab::judge_leg(judged);
        result.interrupted = !opened_.complete();
        result.as_expected = result.as_expected && opened_.complete();
        nlohmann::json entry = to_json(result);
        entry["interrupted"] = !opened_.complete();
        entry["command"] = opened_.identity().command();
        if (!opened_.identity().point.empty()) entry["set"] = opened_.identity().point;
        return json_text(entry);
    }

    std::string course() const { return json_text(to_json(course_)); }

    py::dict latencies(const std::string& client, bool of_deliveries)
    {
        std::optional<LatencyColumns> columns;
        {
            const py::gil_scoped_release unlocked;
            const std::lock_guard<std::mutex> one_at_a_time(mutex_);
            columns = latency_columns(opened_.seek(opened_.end()), client, of_deliveries);
        }
        py::dict all;
        if (!columns) return all;
        all["time"] = column(std::move(columns->times));
        all["created"] = column(std::move(columns->created));
        all["latency"] = column(std::move(columns->latencies));
        all["partition"] = column(std::move(columns->partitions));
        all["partitions"] = columns->partition_names;
        return all;
    }

    /// By metric and label: one value for each slice.
    py::list metrics(const std::vector<std::string>& wanted, std::int64_t every)
    {
        std::vector<MetricSeries> sampled;
        {
            const py::gil_scoped_release unlocked;
            const std::lock_guard<std::mutex> one_at_a_time(mutex_);
            sampled = sample_metrics(opened_, wanted, Duration{every}, [] {
                if (interruption_wanted()) throw Interrupted{};
            });
        }
        py::list all;
        for (MetricSeries& each : sampled) {
            all.append(py::make_tuple(each.metric, each.label, column(std::move(each.values))));
        }
        return all;
    }

private:
    struct Finder final : lab::RunListener {
        Finder(const lab::Names& of, std::uint64_t wanted) : names(of), number(wanted) {}
        bool wants_messages() const override { return true; }
        void on_message(const StepOf& step, const Message& message) override
        {
            if (step.number == number) found = lab::describe(step, &message, names);
        }
        void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t) override
        {
            if (step.number == number && !found) found = lab::describe(step, nullptr, names);
            const bool inside = number > step.number && number <= step.number + events.size();
            if (inside) {
                found = lab::describe(step, number, events[number - step.number - 1], names);
            }
        }
        lab::Names names;
        std::uint64_t number;
        std::optional<lab::EventText> found;
    };

    /// Its instant is found by seeking to it.
    std::optional<lab::EventText> find(std::uint64_t number)
    {
        const std::lock_guard<std::mutex> one_at_a_time(mutex_);
        const Time at = opened_.seek_event(number).now();
        Finder finder(opened_.names(), number);
        opened_.replay(at, at, finder);
        return finder.found;
    }

    Recording(const std::string& bytes, const std::string& name)
        : opened_(OpenedRecording::from_bytes(
              bytes, name,
              [](Time, Time) {
                  if (interruption_wanted()) throw Interrupted{};
              },
              &course_))
    {
    }

    lab::Course course_;
    OpenedRecording opened_;
    std::mutex mutex_;
};

std::vector<py::tuple> batches(const Snapshot& snapshot, const std::string& partition,
                               std::int32_t broker)
{
    std::vector<py::tuple> all;
    const Snapshot::Partition* found = snapshot.partition_named(partition);
    const Snapshot::Replica* replica =
        found == nullptr ? nullptr : found->replica_on(BrokerId{broker});
    if (replica == nullptr) return all;
    for (Offset at = replica->log_start; at < replica->log_end;) {
        const auto batch = snapshot.batch_at(*replica, at);
        if (!batch) break;
        all.push_back(py::make_tuple(batch->first.value, batch->last.value, batch->epoch.value,
                                     batch->producer, batch->first_number, batch->bytes,
                                     batch->base_sequence));
        at = batch->last + 1;
    }
    return all;
}

/// Of a file that decodes; nothing is executed.
gregor::Recording decoded(const py::bytes& content, const std::string& name)
{
    try {
        return gregor::decode(std::string(content));
    } catch (const RecordingError& error) {
        throw lab::BadInput(
            name, {{"byte " + std::to_string(error.offset), error.found, error.allowed, ""}});
    }
}

/// The scenario's text and the name that its file had.
std::pair<std::string, std::string> inputs(const py::bytes& content, const std::string& name)
{
    const gregor::Recording recording = decoded(content, name);
    return {recording.inputs, lab::RecordingHeader::decode(recording.header, name).identity.file};
}

/// What applications asked for, as a scenario file's `calls/effects`; "[]" when there were none.
std::string recording_calls(const py::bytes& content, const std::string& name)
{
    const gregor::Recording recording = decoded(content, name);
    const lab::RunIdentity identity = lab::RecordingHeader::decode(recording.header, name).identity;
    const lab::ScenarioFile file = lab::ScenarioFile::parse(recording.inputs, name);
    const lab::Scenario scenario = file.resolve(identity.leg, identity.point, identity.overrides);
    return json_text(
        lab::to_json(lab::decode_application_calls(recording.external, scenario, name)));
}

/// The first event at which two recorded runs differ, and what each made of it; nothing when they
/// are the same.
std::optional<std::tuple<std::uint64_t, std::string, std::string>> first_difference(
    const py::bytes& first, const py::bytes& second)
{
    const gregor::Recording a = decoded(first, "first");
    const gregor::Recording b = decoded(second, "second");
    std::uint64_t event = HashChain::first_difference(a.chain, b.chain);
    if (event == 0 && a.final_hash == b.final_hash) return std::nullopt;
    if (event == 0) event = a.event_count;
    const auto told = [event](const py::bytes& content, std::uint64_t count) -> std::string {
        if (event > count) return "nothing: the run had ended";
        return Recording::from_bytes(content, "one of two runs")->line(event);
    };
    return std::tuple{event, told(first, a.event_count), told(second, b.event_count)};
}

std::string header(const py::bytes& content, const std::string& name)
{
    const gregor::Recording recording = decoded(content, name);
    lab::RecordingHeader::decode(recording.header, name);  // refuses what is none
    return recording.header;
}

}  // namespace

void register_recording(py::module_& module)
{
    py::class_<Snapshot, std::shared_ptr<Snapshot>>(module, "Snapshot")
        .def("json", [](const Snapshot& snapshot) { return json_text(snapshot.to_json()); })
        .def("text", &Snapshot::to_text)
        .def_property_readonly("violated", [](const Snapshot& s) { return s.violated; })
        .def("batches", &batches, py::arg("partition"), py::arg("broker"));

    py::class_<EventSelection>(module, "EventSelection")
        .def(py::init<>())
        .def_readwrite("kinds", &EventSelection::kinds)
        .def_readwrite("subjects", &EventSelection::subjects)
        .def_readwrite("numbers", &EventSelection::numbers)
        .def_readwrite("fields", &EventSelection::fields);

    py::class_<Recording>(module, "Recording")
        .def_static("from_bytes", &Recording::from_bytes, py::arg("content"), py::arg("name"))
        .def("identity", &Recording::identity)
        .def("difference", &Recording::difference)
        .def("at", &Recording::at, py::arg("nanoseconds"))
        .def("events", &Recording::events, py::arg("start"), py::arg("end"), py::arg("selection"))
        .def("event", &Recording::event, py::arg("number"))
        .def("cause_of", &Recording::cause_of, py::arg("event"))
        .def("leg", &Recording::leg)
        .def("course", &Recording::course)
        .def("latencies", &Recording::latencies, py::arg("client"), py::arg("of_deliveries"))
        .def("metrics", &Recording::metrics, py::arg("names"), py::arg("every"));

    module.def("recording_inputs", &inputs, py::arg("content"), py::arg("name"));
    module.def("recording_calls", &recording_calls, py::arg("content"), py::arg("name"));
    module.def("first_difference", &first_difference, py::arg("first"), py::arg("second"));
    module.def("recording_header", &header, py::arg("content"), py::arg("name"));

    std::vector<std::string_view> kinds = lab::step_kinds();
    for (const std::string_view each : event_kinds()) kinds.push_back(each);
    module.attr("event_kinds") = kinds;
    module.attr("metric_names") = metric_names();
}

}  // namespace gregor::python
