#include "python/src/python_applications.h"

namespace gregor::python {

namespace py = pybind11;
using lab::ApplicationEffect;

namespace {

py::tuple tuple_of(TopicPartition partition)
{
    return py::make_tuple(partition.topic.value, partition.partition);
}

TopicPartition partition_of(const py::tuple& effect, std::size_t at)
{
    return {TopicId{effect[at].cast<decltype(TopicId::value)>()},
            effect[at + 1].cast<std::int32_t>()};
}

py::object bytes_of(const std::string& text, bool null)
{
    if (null) return py::none();
    return py::bytes(text);
}

py::object headers_of(const Record& record)
{
    py::tuple headers(record.headers.size());
    for (std::size_t i = 0; i < record.headers.size(); ++i) {
        const RecordHeader& each = record.headers[i];
        headers[i] = py::make_tuple(each.key, bytes_of(each.value, each.null_value));
    }
    return headers;
}

/// (count, sequence, created, spacing, shift in ms, size of values, keys, explicit records).
py::tuple tuple_of(const lab::ApplicationOccasion::Content& content)
{
    py::object keys = py::none();
    if (!content.keys.empty()) {
        py::list all;
        for (const std::string& each : content.keys) all.append(py::bytes(each));
        keys = std::move(all);
    }
    py::object records = py::none();
    if (!content.records.empty()) {
        py::list all;
        for (const Record& each : content.records) {
            all.append(py::make_tuple(each.timestamp_ms, bytes_of(each.key, each.null_key),
                                      bytes_of(each.value, each.null_value || each.value_by_size),
                                      headers_of(each), each.value_by_size));
        }
        records = std::move(all);
    }
    return py::make_tuple(content.count, content.first_sequence, content.created.nanoseconds,
                          content.spacing.nanoseconds, content.shift_ms, content.value_size, keys,
                          records);
}

py::list contents_of(const std::vector<lab::ApplicationOccasion::Content>& contents)
{
    py::list all;
    for (const auto& each : contents) all.append(tuple_of(each));
    return all;
}

std::optional<std::string> text_of(const py::object& value)
{
    if (value.is_none()) return std::nullopt;
    return std::string(value.cast<py::bytes>());
}

/// ("w", 5000000) and so on: the letters of a recording's own form.
ApplicationEffect effect_of(const py::tuple& effect)
{
    const auto letter = effect[0].cast<std::string>();
    if (letter == "c") {
        lab::application::Commit commit;
        commit.wait = effect[1].cast<bool>();
        for (const py::handle each : effect[2]) {
            const auto one = each.cast<py::tuple>();
            commit.offsets.push_back({partition_of(one, 0), Offset{one[2].cast<std::int64_t>()}});
        }
        return commit;
    }
    if (letter == "p") {
        return lab::application::Processed{partition_of(effect, 1),
                                           Offset{effect[3].cast<std::int64_t>()},
                                           effect[4].cast<std::int64_t>()};
    }
    if (letter == "s") {
        lab::application::Send send;
        send.partition = partition_of(effect, 1);
        send.count = effect[3].cast<std::int64_t>();
        send.key = text_of(effect[4]);
        send.value = text_of(effect[5]);
        for (const py::handle each : effect[6]) {
            const auto header = each.cast<py::tuple>();
            send.headers.push_back({header[0].cast<std::string>(), text_of(header[1])});
        }
        return send;
    }
    if (letter == "w") {
        return lab::application::Work{nanoseconds(effect[1].cast<std::int64_t>())};
    }
    if (letter == "t") {
        return lab::application::SetTimer{effect[1].cast<std::uint32_t>(),
                                          nanoseconds(effect[2].cast<std::int64_t>())};
    }
    if (letter == "k") {
        return lab::application::Seek{partition_of(effect, 1),
                                      Offset{effect[3].cast<std::int64_t>()}};
    }
    if (letter == "h") {
        lab::application::Pause pause;
        pause.paused = effect[1].cast<bool>();
        for (const py::handle each : effect[2]) {
            pause.partitions.push_back(partition_of(each.cast<py::tuple>(), 0));
        }
        return pause;
    }
    if (letter == "x") return lab::application::CancelTimer{effect[1].cast<std::uint32_t>()};
    return lab::application::Stop{};
}

}  // namespace

lab::ApplicationEffects PythonApplications::call(std::uint64_t,
                                                 const lab::ApplicationOccasion& occasion)
{
    if (failure_) return {};
    const py::gil_scoped_acquire lock;
    occasion_ = &occasion;
    try {
        lab::ApplicationEffects effects = ask(occasion);
        occasion_ = nullptr;
        return calls_.emplace_back(std::move(effects));
    } catch (py::error_already_set& error) {
        failure_ = ApplicationFailure{
            scenario_->clients[static_cast<std::size_t>(occasion.client.value)].name, occasion.at,
            occasion.event, error.value()};
    }
    occasion_ = nullptr;
    simulation_->stop();
    return {};
}

lab::ApplicationEffects PythonApplications::ask(const lab::ApplicationOccasion& occasion) const
{
    py::list records;
    for (const lab::ApplicationOccasion::Records& each : occasion.records) {
        records.append(py::make_tuple(each.partition.topic.value, each.partition.partition,
                                      each.base_offset.value, each.count, each.producer.value,
                                      each.first_number, each.error, contents_of(each.contents)));
    }
    py::list partitions;
    for (const TopicPartition each : occasion.partitions) partitions.append(tuple_of(each));
    const py::object asked =
        function_(static_cast<int>(occasion.kind), occasion.client.value, occasion.at.nanoseconds,
                  occasion.event, occasion.life, occasion.timer, records, partitions,
                  occasion.error, occasion.sent, assigned_);
    const lab::Client& client = scenario_->clients[static_cast<std::size_t>(occasion.client.value)];
    lab::ApplicationEffects effects;
    for (const py::handle each : asked) {
        effects.push_back(effect_of(each.cast<py::tuple>()));
        const auto refused = lab::refusal(effects.back(), client, *scenario_);
        if (!refused) continue;
        const py::object error_class = py::module_::import("gregor.errors").attr("BadInput");
        PyErr_SetObject(error_class.ptr(),
                        error_class(client.name + " asks for " + *refused).ptr());
        throw py::error_already_set();
    }
    return effects;
}

/// (topic, partition, position, high watermark, paused) of each; -1: not known.
py::list PythonApplications::assigned() const
{
    py::list all;
    if (occasion_ == nullptr) return all;
    for (const lab::ApplicationOccasion::Assigned& each : occasion_->assignment) {
        all.append(py::make_tuple(each.partition.topic.value, each.partition.partition,
                                  each.position.value, each.high_watermark.value, each.paused));
    }
    return all;
}

std::shared_ptr<PythonApplications> python_applications(
    const py::object& function, const std::shared_ptr<const lab::Scenario>& scenario)
{
    if (function.is_none()) return nullptr;
    return std::make_shared<PythonApplications>(function, scenario);
}

}  // namespace gregor::python
