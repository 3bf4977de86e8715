#pragma once

#include "model/lab/diagnostic.h"
#include "model/lab/scenario.h"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// From checked JSON to the structs of scenario.h. The form has been checked against the shapes, so
/// that these functions only report what the shapes cannot see: expressions, settings, names.
namespace gregor::lab {

using Json = nlohmann::json;

/// What reading needs beside the JSON, and what it finds on the way.
struct Loading {
    /// Where an expression or line names something of the scenario; checked when all is read.
    struct Use {
        std::string path;
        Reference reference;
    };

    Diagnostics& diagnostics;
    Parameters parameters;
    std::vector<std::string> client_names;
    std::vector<std::string> measure_names;
    std::vector<Use> uses;

    void refuse(std::string path, const Json& found, std::string allowed, std::string nearest = "");
    void use(std::string path, Argument kind, std::string name);
};

// --- values
// ---------------------------------------------------------------------------------------

Duration read_duration(const Json& json);
Time read_time(const Json& json);
std::int64_t read_bytes(const Json& json);
std::int64_t read_byte_rate(const Json& json);
/// A member as text, or empty.
std::string read_text(const Json& object, const char* key);

template <class Value, class Read>
void read_optional(const Json& object, const char* key, std::optional<Value>& into, Read read)
{
    if (const auto at = object.find(key); at != object.end()) into = read(*at);
}
template <class Number>
void read_number(const Json& object, const char* key, Number& into)
{
    if (const auto at = object.find(key); at != object.end()) into = at->template get<Number>();
}

/// Nothing, with a diagnostic, when it is no expression or not of this kind.
std::optional<Expression> read_expression(const Json& json, const std::string& path, Kind wanted,
                                          Loading& loading);
/// The member of an object, if it is there.
std::optional<Expression> read_expression_at(const Json& object, const char* key,
                                             const std::string& path, Kind wanted,
                                             Loading& loading);
/// Settings in plain form; a name is looked up in each scope in turn.
ConfigMap read_config(const Json& json, const std::string& path,
                      std::initializer_list<ConfigScope> scopes, Loading& loading);
NodeSet read_node(const Json& json, const std::string& path, Loading& loading);
std::vector<NodeSet> read_nodes(const Json& json, const std::string& path, Loading& loading);
/// The plain value of a level, or empty with a diagnostic.
std::string read_level(const std::string& level, const Json& value, const std::string& path,
                       Loading& loading);

// --- parts
// ----------------------------------------------------------------------------------------

void read_cluster(const Json& json, Scenario& scenario, Loading& loading);
/// Calls of applications; the rest of the scenario has been read and checked.
void read_calls(const Json& json, Scenario& scenario, Loading& loading);
void read_topics(const Json& json, Scenario& scenario, Loading& loading);
void read_clients(const Json& json, Scenario& scenario, Loading& loading);
void read_levels(const Json& json, Scenario& scenario, Loading& loading);
std::vector<ConfigScope> scopes_of(Client::Kind kind);
Call read_call(const Json& json, const std::string& path, Loading& loading);
Trigger read_trigger(const Json& json, const std::string& path, Loading& loading);
void read_script(const Json& json, Scenario& scenario, Loading& loading);
void read_asserts(const Json& json, Scenario& scenario, Loading& loading);
void read_measures(const Json& json, Scenario& scenario, Loading& loading);
/// The expectation of the leg with this index.
void read_expectation(const Json& json, const std::string& path, Scenario& scenario,
                      Loading& loading);
void read_lesson(const Json& json, Scenario& scenario, Loading& loading);

/// What a scenario must be beyond the form of each line: things exist, counts fit, steps can fire,
/// holds are released.
void check_scenario(const Scenario& scenario, Loading& loading);
/// The part of it about the script: names, triggers, holds.
void check_script(const Scenario& scenario, Loading& loading);
void check_settings(const Scenario& scenario, Loading& loading);

}  // namespace gregor::lab
