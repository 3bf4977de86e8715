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
        lab::application::Send send{partition_of(effect, 1), effect[3].cast<std::int64_t>(), {}};
        if (!effect[4].is_none()) send.key = std::string(effect[4].cast<py::bytes>());
        return send;
    }
    if (letter == "w") {
        return lab::application::Work{nanoseconds(effect[1].cast<std::int64_t>())};
    }
    if (letter == "t") {
        return lab::application::SetTimer{effect[1].cast<std::uint32_t>(),
                                          nanoseconds(effect[2].cast<std::int64_t>())};
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
    try {
        return calls_.emplace_back(ask(occasion));
    } catch (py::error_already_set& error) {
        failure_ = ApplicationFailure{
            scenario_->clients[static_cast<std::size_t>(occasion.client.value)].name, occasion.at,
            occasion.event, error.value()};
    }
    simulation_->stop();
    return {};
}

lab::ApplicationEffects PythonApplications::ask(const lab::ApplicationOccasion& occasion) const
{
    py::list records;
    for (const lab::ApplicationOccasion::Records& each : occasion.records) {
        records.append(py::make_tuple(each.partition.topic.value, each.partition.partition,
                                      each.base_offset.value, each.count, each.producer.value,
                                      each.first_number, each.error));
    }
    py::list partitions;
    for (const TopicPartition each : occasion.partitions) partitions.append(tuple_of(each));
    const py::object asked = function_(static_cast<int>(occasion.kind), occasion.client.value,
                                       occasion.at.nanoseconds, occasion.event, occasion.life,
                                       occasion.timer, records, partitions, occasion.error);
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

std::shared_ptr<PythonApplications> python_applications(
    const py::object& function, const std::shared_ptr<const lab::Scenario>& scenario)
{
    if (function.is_none()) return nullptr;
    return std::make_shared<PythonApplications>(function, scenario);
}

}  // namespace gregor::python
