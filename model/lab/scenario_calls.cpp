#include "model/lab/application_calls.h"
#include "model/lab/scenario_reader.h"
#include "model/lab/shape.h"
#include "model/lab/simulation.h"

#include <algorithm>
#include <charconv>

namespace gregor::lab {

void read_calls(const Json& json, Scenario& scenario, Loading& loading)
{
    if (json["model"] != model_version) {
        return loading.refuse("/calls/model", json["model"],
                              std::to_string(model_version) + ", the model of this build");
    }
    const auto outside = [](const Client& client) { return !client.application.empty(); };
    if (std::ranges::none_of(scenario.clients, outside)) {
        return loading.refuse("/calls", "no client with an application", "such a client");
    }
    auto recorded = std::make_shared<RecordedCalls>();
    recorded->seed = json["seed"].get<std::uint64_t>();
    const auto hash = json["hash"].get<std::string>();
    std::from_chars(hash.data(), hash.data() + hash.size(), recorded->hash, 16);
    const Json& calls = json["effects"];
    for (std::size_t i = 0; i < calls.size(); ++i) {
        try {
            recorded->calls.push_back(application_calls(Json::array({calls[i]})).front());
        } catch (const Json::exception&) {
            return loading.refuse(child_path("/calls/effects", i), calls[i],
                                  "effects of an application");
        }
    }
    scenario.calls = std::move(recorded);
}

}  // namespace gregor::lab
