#include "model/config.h"
#include "model/group_words.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/topic_names.h"

/// Names of topics and words of Kafka's enumerations in golden/placement/regex_and_names.
namespace gregor::lab {

namespace {

using nlohmann::json;

VectorOutcome check_topic_name(const json& vector)
{
    const std::string name = vector.at("name");
    const auto objection = objection_to_topic_name(name);
    json got = vector;
    got["valid"] = !objection;
    got["error"] = objection ? json("InvalidTopicException: " + *objection) : json(nullptr);
    got["internal"] = is_internal_topic(name);
    got["hasCollisionChars"] = has_collision_characters(name);
    got["unified"] = unified_topic_name(name);
    return compare(vector, vector, got);
}

/// The values of a setting that takes words, each as it is.
bool is_value_of(ConfigScope scope, std::string_view setting, const std::string& text)
{
    const ConfigDefinition* definition = find_config(scope, setting);
    return definition != nullptr &&
           std::holds_alternative<std::string>(parse_config_value(*definition, text));
}

/// Kafka's word for a text; nothing when it refuses it; the whole is empty for another function.
std::optional<json> parsed(const std::string& function, const std::string& text)
{
    const auto word = [](std::string_view known) { return json(std::string(known)); };
    const auto accepted = [&](bool legal) { return legal ? json(text) : json(nullptr); };
    if (function == "GroupType.parse") return word(group_type_named(text));
    if (function == "GroupState.parse") return word(group_state_named(text));
    if (function == "ClassicGroupState.parse") return word(classic_group_state_named(text));
    if (function == "GroupProtocol.of") {
        const auto protocol = group_protocol_named(text);
        return protocol ? word(*protocol) : json(nullptr);
    }
    if (function == "CompressionType.forName") {
        return accepted(is_value_of(ConfigScope::producer, "compression.type", text));
    }
    if (function == "TimestampType.forName") {
        return accepted(text == "NoTimestampType" ||
                        is_value_of(ConfigScope::topic, "message.timestamp.type", text));
    }
    if (function == "AutoOffsetResetStrategy.fromString") {
        if (!is_value_of(ConfigScope::consumer, "auto.offset.reset", text)) return json(nullptr);
        return text.starts_with("by_duration:") ? json("by_duration by_duration") : json(text);
    }
    return std::nullopt;
}

}  // namespace

VectorOutcome check_name(const json& vector)
{
    const std::string kind = vector.at("kind");
    if (kind == "topic-name") return check_topic_name(vector);
    if (kind == "collision") {
        return compare(vector, vector.at("collides"),
                       topic_names_collide(vector.at("a").get<std::string>(),
                                           vector.at("b").get<std::string>()));
    }
    if (kind == "group-states-of-type") {
        const auto states = group_states_of(vector.at("type").get<std::string>());
        const json refused = json::array({"error IllegalArgumentException"});
        return compare(vector, vector.at("states"), states.empty() ? refused : json(states));
    }
    VectorOutcome none{.id = vector.at("id"), .covered = false, .expected = {}, .got = {}};
    if (kind != "parse" || !vector.at("input").is_string()) return none;
    const auto got = parsed(vector.at("function"), vector.at("input"));
    return got ? compare(vector, vector.at("result"), *got) : none;
}

}  // namespace gregor::lab
