#include "model/lab/message_rules.h"

#include "model/lab/error_response.h"

#include <algorithm>

namespace gregor::lab {

namespace {

bool includes(const std::vector<NodeId>& nodes, NodeId node)
{
    return nodes.empty() || std::ranges::find(nodes, node) != nodes.end();
}

}  // namespace

bool MessageRules::Rule::spent() const
{
    if (rule->times) return applied >= *rule->times;
    return rule->match.nth && applied > 0;
}

MessageRules::RuleId MessageRules::add(const action::Message& rule, Target target)
{
    rules_.push_back(Rule{next_id_, &rule, std::move(target)});
    return next_id_++;
}

void MessageRules::remove(RuleId id)
{
    std::erase_if(rules_, [&](const Rule& rule) { return rule.id == id; });
}

bool MessageRules::matches(const Rule& rule, const MatchContext& context,
                           const Message& message) const
{
    using Direction = action::Match::Direction;
    const action::Match& match = rule.rule->match;
    if (api_name(message) != match.api) return false;
    if (match.direction != Direction::both &&
        is_request(message) != (match.direction == Direction::request)) {
        return false;
    }
    return includes(rule.target.from, context.from) && includes(rule.target.to, context.to) &&
           has_fields(message, match, rule.target.partition, context);
}

Verdict MessageRules::intercept(const MatchContext& context, const Network& network,
                                Message& message)
{
    for (Rule& rule : rules_) {
        if (!matches(rule, context, message)) continue;
        ++rule.matched;
        if (rule.rule->match.nth && rule.matched != *rule.rule->match.nth) continue;
        ++rule.applied;
        const Verdict verdict = apply(rule, context, network, message);
        std::erase_if(rules_, [](const Rule& each) { return each.spent(); });
        return verdict;
    }
    return {};
}

Verdict MessageRules::apply(const Rule& rule, const MatchContext& context, const Network& network,
                            Message& message)
{
    using Act = action::Message::Act;
    switch (rule.rule->act) {
        case Act::drop: return {.act = Verdict::Act::drop, .delay = {}, .bytes = 0};
        case Act::duplicate: return {.act = Verdict::Act::duplicate, .delay = {}, .bytes = 0};
        case Act::delay: return {.act = Verdict::Act::delay, .delay = rule.rule->delay, .bytes = 0};
        case Act::hold:
            holding_ = rule.rule->hold;
            return {.act = rule.rule->detach ? Verdict::Act::hold_detached : Verdict::Act::hold,
                    .delay = {},
                    .bytes = 0};
        case Act::error: break;
    }
    auto response = error_response(message, error_named(rule.rule->error));
    if (!response) return {};  // a response, or without an error code: there is nothing to refuse
    message = std::move(*response);
    return {.act = Verdict::Act::answer,
            .delay = network.topology().latency(context.from, context.to),
            .bytes = wire_size(message)};
}

void MessageRules::held(const Network& network, std::uint32_t parcel)
{
    held_.push_back({holding_, parcel, network.parcels()[parcel].sequence.value});
}

bool MessageRules::is_live(const Held& held, const Network& network)
{
    const Parcel& parcel = network.parcels()[held.parcel];
    return parcel.live && parcel.sequence.value == held.sequence;
}

bool MessageRules::is_held(std::string_view name, const Network& network) const
{
    return std::ranges::any_of(
        held_, [&](const Held& each) { return each.name == name && is_live(each, network); });
}

std::vector<std::uint32_t> MessageRules::take(std::string_view name, const Network& network)
{
    std::vector<std::uint32_t> parcels;
    std::erase_if(held_, [&](const Held& each) {
        if (each.name != name) return false;
        if (is_live(each, network)) parcels.push_back(each.parcel);
        return true;
    });
    return parcels;
}

}  // namespace gregor::lab
