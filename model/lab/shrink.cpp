#include "model/lab/shrink.h"

#include <string>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

/// A step that waited for this one and for a condition now waits for the condition alone; one that
/// has nothing else to wait for goes with it.
void forget_step(Json& script, const std::string& name)
{
    for (std::size_t i = script.size(); i-- > 0;) {
        if (script[i].value("after", "") != name) continue;
        script[i].erase("after");
        if (script[i].contains("when")) continue;
        const std::string gone = script[i].value("name", "");
        script.erase(i);
        forget_step(script, gone);
        return forget_step(script, name);
    }
}

/// What is asserted of a client goes with it.
void forget_client(Json& scenario, const std::string& name)
{
    for (std::size_t i = scenario["asserts"].size(); i-- > 0;) {
        const Json& each = scenario["asserts"][i];
        if (each.value("client", "") != name) continue;
        for (Json& leg : scenario["legs"]) {
            for (const char* list : {"holds", "violates"}) {
                if (!leg["expect"].contains(list)) continue;
                Json kept = Json::array();
                for (const Json& id : leg["expect"][list]) {
                    if (id != each["id"]) kept.push_back(id);
                }
                leg["expect"][list] = std::move(kept);
            }
        }
        scenario["asserts"].erase(i);
    }
}

Json without(const Json& scenario, const char* part, std::size_t index)
{
    Json less = scenario;
    const std::string name = less[part][index].value("name", "");
    less[part].erase(index);
    if (std::string(part) == "script") forget_step(less[part], name);
    if (std::string(part) == "clients") forget_client(less, name);
    return less;
}

}  // namespace

Json shrink(Json scenario, const std::function<bool(const Json&)>& still_shows)
{
    bool smaller = true;
    while (smaller) {  // what one step needed, another may not need any more
        smaller = false;
        for (const char* part : {"script", "clients"}) {
            for (std::size_t i = scenario[part].size(); i-- > 0;) {
                if (i >= scenario[part].size()) continue;  // went with another
                Json less = without(scenario, part, i);
                if (!still_shows(less)) continue;
                scenario = std::move(less);
                smaller = true;
            }
        }
    }
    return scenario;
}

}  // namespace gregor::lab
