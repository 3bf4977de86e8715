#pragma once

#include "engine/network.h"
#include "engine/step.h"
#include "model/lab/message_fields.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// The rules of a script about single messages, and the messages that they hold. A value.
class MessageRules {
public:
    using RuleId = std::uint32_t;
    struct Target {
        std::vector<NodeId> from, to;  ///< in order; empty: all
        std::optional<TopicPartition> partition;
    };

    /// Rules are tried in the order in which they came; the first that matches decides. `rule`
    /// belongs to the scenario, which outlives this.
    RuleId add(const action::Message& rule, Target target);
    void remove(RuleId id);
    void clear() { rules_.clear(); }
    bool empty() const { return rules_.empty(); }

    /// What becomes of a message that is about to leave. An answer with an error takes the place
    /// of the message.
    Verdict intercept(const MatchContext& context, const Network& network, Message& message);
    /// The parcel of the message that `intercept` just decided to hold.
    void held(const Network& network, std::uint32_t parcel);

    /// Whether a message is held under this name now. One whose connection was reset is gone.
    bool is_held(std::string_view name, const Network& network) const;
    /// Takes the messages held under a name out, oldest first, to be released.
    std::vector<std::uint32_t> take(std::string_view name, const Network& network);

private:
    struct Rule {
        RuleId id{};
        const action::Message* rule;
        Target target;
        std::int64_t matched = 0;
        std::int64_t applied = 0;
        bool spent() const;
    };
    struct Held {
        std::string name;
        std::uint32_t parcel{};
        std::uint64_t sequence{};  ///< of the parcel: its number is used again after its end
    };

    bool matches(const Rule& rule, const MatchContext& context, const Message& message) const;
    Verdict apply(const Rule& rule, const MatchContext& context, const Network& network,
                  Message& message);
    static bool is_live(const Held& held, const Network& network);

    std::vector<Rule> rules_;
    std::vector<Held> held_;
    std::string holding_;  // the name under which the next parcel is held
    RuleId next_id_ = 0;
};

}  // namespace gregor::lab
