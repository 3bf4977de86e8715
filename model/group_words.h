#pragma once

#include <optional>
#include <string_view>
#include <vector>

/// The words in which Kafka's tools and requests name kinds and states of groups. Texts are read
/// without regard to case. Source: classes GroupType, GroupState, ClassicGroupState, GroupProtocol.
namespace gregor {

/// Kafka's spelling of a type; "Unknown" for any other text.
std::string_view group_type_named(std::string_view text);
/// Kafka's spelling of a state of a group of any type; "Unknown" for any other text.
std::string_view group_state_named(std::string_view text);
/// The same among the states of classic groups.
std::string_view classic_group_state_named(std::string_view text);
/// The states that groups of a type can be in, by name; nothing for type "Unknown".
std::vector<std::string_view> group_states_of(std::string_view type);
/// "CLASSIC" or "CONSUMER"; nothing for any other text.
std::optional<std::string_view> group_protocol_named(std::string_view text);

}  // namespace gregor
