#pragma once

#include "model/error.h"
#include "model/lab/conformance/areas.h"
#include "model/log/leader_epoch_cache.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

/// What the functions that judge recordings of one partition's storage share.
namespace gregor::lab::storage {

using nlohmann::json;

/// Collects what differs between a recorded case and what the model did; the first counts.
class Comparison {
public:
    explicit Comparison(const json& vector) { outcome_.id = vector.at("id"); }

    bool same(const std::string& where, const json& expected, const json& got)
    {
        if (expected == got) return true;
        if (outcome_.expected.empty()) {
            outcome_.expected = where + ": " + expected.dump();
            outcome_.got = got.dump();
        }
        return false;
    }
    bool ok() const { return outcome_.expected.empty(); }
    VectorOutcome outcome() const
    {
        VectorOutcome result = outcome_;
        result.passed = ok();
        return result;
    }

private:
    VectorOutcome outcome_;
};

inline json optional_offset(const std::optional<Offset>& offset)
{
    return offset ? json(offset->value) : json(nullptr);
}

inline json epochs_of(const LeaderEpochCache& epochs)
{
    json list = json::array();
    for (const auto& each : epochs.entries()) {
        list.push_back({each.epoch.value, each.start_offset.value});
    }
    return list;
}

}  // namespace gregor::lab::storage
