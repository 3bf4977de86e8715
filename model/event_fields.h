#pragma once

#include <array>
#include <string_view>
#include <tuple>

/// The kind of an event, the names of its fields, and the fields as a tuple: texts, JSON and hashes
/// are all made from these.
#define GREGOR_EVENT(KIND, ...)                    \
    static constexpr std::string_view kind = KIND; \
    auto fields() const                            \
    {                                              \
        return std::tie(__VA_ARGS__);              \
    }                                              \
    static constexpr std::string_view names = #__VA_ARGS__
