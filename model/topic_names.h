#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What a topic may be called. Source: class Topic.
namespace gregor {

inline constexpr std::size_t longest_topic_name = 249;

/// Kafka's words against a name, without those of the exception; nothing for a legal one.
std::optional<std::string> objection_to_topic_name(std::string_view name);
/// Kafka's own topics: offsets of groups, states of transactions and of share groups.
bool is_internal_topic(std::string_view name);
/// '.' and '_' are the same letter in the names of metrics, so that topics may collide there.
bool has_collision_characters(std::string_view name);
/// The name with every '.' as '_'.
std::string unified_topic_name(std::string_view name);
bool topic_names_collide(std::string_view a, std::string_view b);

}  // namespace gregor
