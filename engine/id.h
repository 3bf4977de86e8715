#pragma once

#include <compare>

namespace gregor {

/// A strong type for one kind of identifier or offset: two kinds never mix by accident.
template <class Tag, class Int>
struct Id {
    Int value{};
    constexpr auto operator<=>(const Id&) const = default;
};

}  // namespace gregor
