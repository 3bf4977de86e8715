#pragma once

#include "model/lab/kafka_tools/cluster_state.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>

namespace gregor::lab::kafka_cases {

using nlohmann::json;

/// Puts texts of the right length where a recording has `${PORT:1}` and the like, the same for the
/// same name, and a mark where what stood there cannot be repeated.
class Placeholders {
public:
    explicit Placeholders(std::string bootstrap) : bootstrap_(std::move(bootstrap)) {}
    std::string filled(std::string_view text);
    json filled_json(const json& value);

    /// Stands for a number or a time that no two runs share.
    static constexpr char anything = '\x01';
    static constexpr std::string_view log_time = "2023-11-15 00:00:00,000";

private:
    std::string of(const std::string& name);
    std::string numbered(std::string_view kind, const std::string& name, std::size_t length);

    std::string bootstrap_;
    std::map<std::string, std::size_t> numbers_;
};

int port_of(int node);

/// The cluster as a case records it. `records` is what the driver of its scene produced.
kafka_tools::ClusterState state_of_case(const json& state, const json& records,
                                        std::int64_t case_number);

/// What a case says of the state after its command, and what the tool made of it, as far as that is
/// the command's doing and not chance.
struct StateAfter {
    json recorded, got;
};
StateAfter state_after(const json& vector, const json& state, const json& after,
                       kafka_tools::ClusterState cluster);

/// Whether what was printed is what was recorded, in the sense of the case's `compare` and `order`.
bool same_text(const std::string& expected, const std::string& got, const json& vector);

}  // namespace gregor::lab::kafka_cases
