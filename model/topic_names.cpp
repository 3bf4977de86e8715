#include "model/topic_names.h"

#include <algorithm>
#include <array>

namespace gregor {

namespace {

bool is_legal_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

/// Characters as Java counts them in a name that is UTF-8: those beyond U+FFFF count twice.
std::size_t java_length(std::string_view name)
{
    std::size_t length = 0;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0U) != 0x80U) length += byte >= 0xf0U ? 2 : 1;
    }
    return length;
}

}  // namespace

std::optional<std::string> objection_to_topic_name(std::string_view name)
{
    const std::string begin = "Topic name is invalid: ";
    const std::string quoted = "'" + std::string(name) + "'";
    if (name.empty()) return begin + "the empty string is not allowed";
    if (name == "." || name == "..") return begin + quoted + " is not allowed";
    if (java_length(name) > longest_topic_name) {
        return begin + "the length of " + quoted + " is longer than the max allowed length " +
               std::to_string(longest_topic_name);
    }
    if (std::ranges::all_of(name, is_legal_character)) return std::nullopt;
    return begin + quoted +
           " contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";
}

bool is_internal_topic(std::string_view name)
{
    constexpr std::array<std::string_view, 3> own{"__consumer_offsets", "__transaction_state",
                                                  "__share_group_state"};
    return std::ranges::find(own, name) != own.end();
}

bool has_collision_characters(std::string_view name)
{
    return name.find_first_of("._") != std::string_view::npos;
}

std::string unified_topic_name(std::string_view name)
{
    std::string unified(name);
    std::ranges::replace(unified, '.', '_');
    return unified;
}

bool topic_names_collide(std::string_view a, std::string_view b)
{
    return unified_topic_name(a) == unified_topic_name(b);
}

}  // namespace gregor
