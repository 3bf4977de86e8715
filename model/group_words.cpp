#include "model/group_words.h"

#include <algorithm>
#include <array>

namespace gregor {

namespace {

constexpr std::string_view unknown = "Unknown";
constexpr std::array<std::string_view, 5> types{"Unknown", "Consumer", "Classic", "Share",
                                                "Streams"};
constexpr std::array<std::string_view, 2> protocols{"CLASSIC", "CONSUMER"};

constexpr unsigned classic = 1, consumer = 2, share = 4, streams = 8;
struct StateWord {
    std::string_view name;
    unsigned of;  ///< types of groups that know it
};
constexpr std::array states{
    StateWord{"PreparingRebalance", classic | consumer},
    StateWord{"CompletingRebalance", classic | consumer},
    StateWord{"Stable", classic | consumer | share | streams},
    StateWord{"Dead", classic | consumer | share | streams},
    StateWord{"Empty", classic | consumer | share | streams},
    StateWord{"Assigning", consumer | streams},
    StateWord{"Reconciling", consumer | streams},
    StateWord{"NotReady", streams},
};

bool same_word(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view state_named(std::string_view text, unsigned of)
{
    for (const StateWord& each : states) {
        if ((each.of & of) != 0 && same_word(each.name, text)) return each.name;
    }
    return unknown;
}

}  // namespace

std::string_view group_type_named(std::string_view text)
{
    for (const std::string_view each : types) {
        if (same_word(each, text)) return each;
    }
    return unknown;
}

std::string_view group_state_named(std::string_view text)
{
    return state_named(text, classic | consumer | share | streams);
}

std::string_view classic_group_state_named(std::string_view text)
{
    return state_named(text, classic);
}

std::vector<std::string_view> group_states_of(std::string_view type)
{
    const std::string_view known = group_type_named(type);
    const unsigned of = known == "Classic"    ? classic
                        : known == "Consumer" ? consumer
                        : known == "Share"    ? share
                        : known == "Streams"  ? streams
                                              : 0;
    std::vector<std::string_view> names;
    for (const StateWord& each : states) {
        if ((each.of & of) != 0) names.push_back(each.name);
    }
    std::ranges::sort(names);
    return names;
}

std::optional<std::string_view> group_protocol_named(std::string_view text)
{
    for (const std::string_view each : protocols) {
        if (same_word(each, text)) return each;
    }
    return std::nullopt;
}

}  // namespace gregor
