#pragma once

#include "model/lab/shape.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The tables of the scenario language. Words and keys stand here and nowhere else.
namespace gregor::lab {

/// A whole scenario file.
const Shape& scenario_shape();

// Parts, for the file of the whole and for single lines (`gregor fork --do`).
namespace shapes {
ShapePointer cluster();
ShapePointer topic();
ShapePointer client();
ShapePointer call();
ShapePointer action();
ShapePointer step();
ShapePointer assertion();
ShapePointer levels();
ShapePointer leg();
ShapePointer lesson();

// Shared by several parts.
ShapePointer name();       ///< of a client, step, mark, leg, parameter ...
ShapePointer partition();  ///< "topic-0"
ShapePointer node();       ///< id or expression
ShapePointer nodes();      ///< node, class of nodes, or a list
/// Values by Kafka's names, of these scopes together.
ShapePointer config(std::vector<std::string> scopes);
ShapePointer condition();
ShapePointer value_expression();
std::vector<Field> trigger_fields();
}  // namespace shapes

/// "2.4" or "0.10.2": its numbers, without zeros at the end, so that 2.4 is 2.4.0.
using KafkaVersion = std::vector<std::int32_t>;
/// Nothing when it is not a version from 0.8 to 4.3, or a patch of one.
std::optional<KafkaVersion> parse_kafka_version(std::string_view text);

/// A protocol switch: KIPs and older behaviour as data.
struct LevelDefinition {
    std::string_view name;
    std::vector<std::string_view> values;  ///< "true" and "false" for a switch
    std::string_view preset;               ///< of Kafka 4.3
    std::string_view doc;
    /// From which version on new clusters had which value, oldest first; empty: not known, or not a
    /// matter of versions. Each is the release that brought it (KIP-101: 0.11, ...).
    struct Since {
        KafkaVersion version;
        std::string_view value;
    };
    std::vector<Since> history;

    /// The value that clusters of that version had.
    std::string_view value_in(const KafkaVersion& version) const;
};
std::span<const LevelDefinition> levels();
const LevelDefinition* find_level(std::string_view name);
/// The plain form of a level's value (on, true -> "true"), or nothing when it is not allowed.
std::string plain_level_value(const LevelDefinition& level, const nlohmann::json& value);

/// A property checked by Gregor itself, with the arguments an assertion may give it.
struct InvariantDefinition {
    std::string_view name;
    std::vector<std::string_view> required, optional;
    std::string_view doc;
};
std::span<const InvariantDefinition> invariants();
const InvariantDefinition* find_invariant(std::string_view name);

/// Names of Kafka's requests, and of fields that a match may ask for.
std::span<const std::string_view> api_names();
std::span<const std::string_view> match_fields();
/// Arguments of each administrator's operation.
struct AdminDefinition {
    std::string_view name;
    std::vector<std::string_view> required, optional;
};
std::span<const AdminDefinition> admin_operations();

}  // namespace gregor::lab
