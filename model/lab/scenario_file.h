#pragma once

#include "model/lab/diagnostic.h"
#include "model/lab/scenario.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gregor::lab {

/// PATH=VALUE of `--set`: "clients.P.config.acks", "params.bounce", "levels.truncation". Things in
/// lists are named by their name or id.
using Override = std::pair<std::string, nlohmann::json>;
/// One value for each parameter that the sweep varies.
using SweepPoint = std::map<std::string, nlohmann::json>;

/// A scenario file as written, with all its legs and its sweep.
class ScenarioFile {
public:
    static constexpr std::size_t largest = 16u << 20;  ///< bytes

    /// Throws BadInput when the text is not JSON or not in outline a scenario.
    static ScenarioFile parse(std::string text, std::string file_name);
    /// Reads the file first; throws BadInput when it cannot be read.
    static ScenarioFile read(const std::string& file_name);

    /// Every mistake in any leg and point of the sweep, at most 50.
    std::vector<Diagnostic> check() const;
    /// One leg at one point; later overrides win. Throws BadInput with every mistake found.
    Scenario resolve(std::string_view leg, const SweepPoint& point = {},
                     const std::vector<Override>& overrides = {}) const;
    /// The same, with the point by number from 0.
    Scenario resolve(std::string_view leg, std::size_t point,
                     const std::vector<Override>& overrides = {}) const;

    std::vector<std::string> leg_names() const;
    /// Every point of the sweep in order; a file without sweep has one, which is empty.
    std::vector<SweepPoint> sweep_points() const;
    const nlohmann::json& document() const { return document_; }
    const std::string& text() const { return text_; }
    const std::string& file_name() const { return file_name_; }

private:
    nlohmann::json resolved_document(std::string_view leg, const SweepPoint& point,
                                     const std::vector<Override>& overrides,
                                     Diagnostics& diagnostics) const;

    std::string text_;
    std::string file_name_;
    nlohmann::json document_;
};

/// VALUE of `--set PATH=VALUE`: JSON if it is JSON, else a text. Throws BadInput without "=".
Override parse_override(std::string_view text);

}  // namespace gregor::lab
