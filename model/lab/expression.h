#pragma once

#include "model/lab/value.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gregor::lab {

/// What an expression looks at. After an event, only expressions that read something it touched
/// need evaluation. Expressions that read `time` may change at every instant.
namespace reads {
inline constexpr std::uint32_t metadata = 1;   ///< leaders, ISRs, epochs, fencing
inline constexpr std::uint32_t log = 2;        ///< offsets, high watermarks, records of a replica
inline constexpr std::uint32_t client = 4;     ///< what clients sent, got acknowledged, received
inline constexpr std::uint32_t group = 8;      ///< generations, owners, commits, lag
inline constexpr std::uint32_t liveness = 16;  ///< which processes run
inline constexpr std::uint32_t network = 32;   ///< messages held
inline constexpr std::uint32_t time = 64;      ///< the clock itself
inline constexpr std::uint32_t events = 128;   ///< events counted
inline constexpr std::uint32_t marks = 256;    ///< marks and steps that fired
}  // namespace reads

/// What a function takes in one place.
enum class Argument : std::uint8_t {
    broker,      ///< id of a broker, or an expression for it
    partition,   ///< 'topic-0'
    topic,       ///< 'topic'
    client,      ///< name of a client, with or without quotes
    group,       ///< group.id
    held,        ///< name under which a message is held
    fired,       ///< name of a mark or step
    event_kind,  ///< name of a kind of event
    condition,   ///< an expression watched during the whole run
    isolation,   ///< 'read_committed' or 'read_uncommitted'
    time,        ///< an instant
    value        ///< any expression
};
std::string_view to_string(Argument argument);

struct NamedArgument {
    std::string_view name;
    Argument kind{};
};

/// One built-in function: what may be called, with what, and what it gives.
struct Function {
    std::string_view name;
    std::vector<Argument> arguments = {};   ///< all required, in order
    std::vector<NamedArgument> named = {};  ///< all optional: name=value
    bool any_named = false;  ///< takes names that are not listed (fields of an event)
    Kind result{};
    std::uint32_t reads{};
    bool pure = false;  ///< computed from its arguments alone, never asked of the StateView
    std::string_view doc;
};
std::span<const Function> functions();
const Function* find_function(std::string_view name);
/// Kinds of events that count() knows.
std::vector<std::string_view> countable_events();

using NamedValues = std::vector<std::pair<std::string, Value>>;

/// The run as expressions see it, at one instant.
struct StateView {
    virtual ~StateView() = default;
    /// The value of a function that is not pure; null for what does not exist (yet). The condition
    /// of first() arrives as its text (`Expression::conditions`).
    virtual Value call(std::string_view function, const std::vector<Value>& arguments,
                       const NamedValues& named) const = 0;
    /// The instant at which a mark or step fired, or the value of a measure where the expectations
    /// of a leg use one; nothing before it exists, which makes it null.
    virtual std::optional<Value> name(std::string_view word) const = 0;
};

struct ExpressionError {
    std::size_t offset{};  ///< in the text of the expression
    std::string found;
    std::string allowed;
    std::string nearest;  ///< the right word that looks most like `found`, or empty
};

/// A thing of the scenario that an expression names.
struct Reference {
    Argument kind{};
    std::string name;
    std::size_t offset{};
    bool operator==(const Reference&) const = default;
};

using Parameters = std::map<std::string, Value>;

/// One node; a tree is a flat vector in which the root comes last.
struct ExpressionNode {
    enum class Operation : std::uint8_t {
        literal,
        name,
        call,
        list,
        logical_or,
        logical_and,
        logical_not,
        equal,
        not_equal,
        less,
        less_equal,
        greater,
        greater_equal,
        in,
        subset,
        disjoint,
        add,
        subtract,
        set_union,
        set_minus,
        multiply,
        divide,
        negate
    };
    Operation operation{};
    Kind kind = Kind::any;
    std::uint16_t depth = 1;
    Value literal;  ///< literal: the value; name: the text
    const Function* function = nullptr;
    std::vector<std::uint32_t> children;
    std::vector<std::pair<std::string, std::uint32_t>> named;
    std::size_t begin{}, end{};  ///< place in the text
};

/// An expression of the scenario language, parsed and checked: known functions, right arguments,
/// operators that fit their operands.
class Expression {
public:
    static constexpr std::size_t deepest = 200;
    static constexpr std::size_t longest = 65'536;

    /// `parameters` are put in for $name. Nothing when there are errors, which are appended.
    static std::optional<Expression> parse(std::string_view text, const Parameters& parameters,
                                           std::vector<ExpressionError>& errors);

    const std::string& text() const { return text_; }
    Kind kind() const { return nodes_.back().kind; }
    std::uint32_t reads() const { return reads_; }
    /// Clients, partitions, marks and so on that it names outright.
    const std::vector<Reference>& references() const { return references_; }
    /// Conditions inside first(): the run watches them and gives first() their text.
    const std::vector<Expression>& conditions() const { return conditions_; }
    /// True when it depends on nothing of the run.
    bool is_constant() const { return reads_ == 0; }

    Value evaluate(const StateView& state) const;
    /// The last node is the root.
    const std::vector<ExpressionNode>& nodes() const { return nodes_; }

private:
    friend class ExpressionParser;

    std::string text_;
    std::vector<ExpressionNode> nodes_;
    std::vector<Reference> references_;
    std::vector<Expression> conditions_;
    std::uint32_t reads_{};
};

inline std::uint32_t reads_of(const Expression& expression)
{
    return expression.reads();
}

/// The candidate that looks most like `word` (edit distance, at most a third of its letters);
/// empty when none does.
std::string nearest_word(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace gregor::lab
