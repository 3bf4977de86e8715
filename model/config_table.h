#pragma once

#include "model/config.h"
#include "model/config_update.h"

#include <span>

namespace gregor::config_table {

/// Whose setting it is and, of brokers, who can be given another value while they run.
struct Whose {
    constexpr Whose(ConfigScope of, ConfigUpdate mode = {}) : scope(of), update(mode) {}
    ConfigScope scope;
    ConfigUpdate update;
};

/// One row of the table, written as a sentence: name, type, unit, default, then what limits it.
/// A row with `means` is one the model acts on. The others are only known by name and range, and
/// `would_mean` says what some of them do in Kafka.
struct Row : ConfigDefinition {
    ConfigUpdate update{};

    constexpr Row(Whose whose, std::string_view key, ConfigType kind, ConfigUnit counts,
                  std::string_view preset = "")
    {
        scope = whose.scope;
        update = whose.update;
        name = key;
        type = kind;
        unit = counts;
        default_value = preset;
    }
    constexpr Row at_least(std::int64_t least) const { return between(least, INT64_MAX); }
    constexpr Row between(std::int64_t least, std::int64_t most) const
    {
        Row row = *this;
        row.min = least;
        row.max = most;
        return row;
    }
    constexpr Row one_of(std::string_view words) const
    {
        Row row = *this;
        row.values = words;
        return row;
    }
    constexpr Row in_any_case() const
    {
        Row row = *this;
        row.ignore_case = true;
        return row;
    }
    constexpr Row means(std::string_view sentence) const
    {
        Row row = *this;
        row.modelled = true;
        row.doc = sentence;
        return row;
    }
    constexpr Row would_mean(std::string_view sentence) const
    {
        Row row = *this;
        row.doc = sentence;
        return row;
    }
};

/// Each in its own file, sorted by name.
std::span<const Row> broker_rows();
std::span<const Row> topic_rows();
std::span<const Row> group_rows();
std::span<const Row> producer_rows();
std::span<const Row> consumer_rows();
std::span<const Row> admin_rows();
std::span<const Row> client_rows();

}  // namespace gregor::config_table
