#include "model/events.h"

#include "model/digest.h"

namespace gregor {

std::string_view kind_of(const Event& event)
{
    return std::visit([](const auto& each) { return each.kind; }, event);
}

namespace {

template <std::size_t... Index>
std::vector<std::string_view> kinds(std::index_sequence<Index...>)
{
    return {std::variant_alternative_t<Index, Event>::kind...};
}

}  // namespace

std::vector<std::string_view> event_kinds()
{
    return kinds(std::make_index_sequence<std::variant_size_v<Event>>());
}

std::uint64_t digest(const Event& event)
{
    return std::visit(
        [&](const auto& each) {
            return std::apply(
                [&](const auto&... fields) { return fold_all(event.index(), fields...); },
                each.fields());
        },
        event);
}

}  // namespace gregor
