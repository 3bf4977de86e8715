#include "model/lab/cli/commands.h"

#include "model/lab/available.h"
#include "model/lab/shape.h"
#include "model/lab/whole_file.h"
#include "model/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace gregor::lab {

ScenarioFile read_scenario(const std::string& name)
{
    if (name != "-") return ScenarioFile::read(name);
    return ScenarioFile::parse(read_whole_file(name, ScenarioFile::largest), "standard input");
}

std::vector<Override> parse_overrides(const std::vector<std::string>& texts)
{
    std::vector<Override> overrides;
    overrides.reserve(texts.size());
    for (const std::string& each : texts) overrides.push_back(parse_override(each));
    return overrides;
}

Time parse_instant(const std::string& text, const std::string& option)
{
    std::optional<Duration> duration = parse_duration(text);
    if (!duration) duration = parse_decimal(text, seconds(1));
    if (!duration || *duration < Duration{}) {
        throw BadInput("gregor", {{option, excerpt(text), "a time like 11.9s or 250ms", ""}});
    }
    return Time{} + *duration;
}

std::uint64_t parse_seed(const std::string& text, const std::string& option)
{
    const auto number = parse_integer(text);
    if (!number || *number < 0) {
        throw BadInput("gregor", {{option, excerpt(text), "a whole number from 0", ""}});
    }
    return static_cast<std::uint64_t>(*number);
}

void check_choice(const std::string& word, const std::vector<std::string_view>& allowed,
                  const std::string& option)
{
    if (std::ranges::find(allowed, word) != allowed.end()) return;
    std::string all;
    for (const std::string_view each : allowed) {
        all += (all.empty() ? "" : ", ") + std::string(each);
    }
    throw BadInput("gregor", {{option, excerpt(word), all, nearest_word(word, allowed)}});
}

std::string project_folder(const std::string& name)
{
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::is_directory(name, error)) return name;
    fs::path at = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (; at.has_relative_path(); at = at.parent_path()) {
        if (fs::is_directory(at / name, error) && fs::is_directory(at / "model", error)) {
            return (at / name).string();
        }
    }
    return name;
}

void write_json(const std::string& file, const nlohmann::json& json)
{
    const auto replace = nlohmann::json::error_handler_t::replace;
    write_whole_file(file, json.dump(2, ' ', false, replace) + "\n");
}

void print_warnings(const std::string& file, const Scenario& scenario,
                    std::set<std::string>& printed)
{
    for (const std::string& each : find_without_effect(scenario)) {
        if (printed.insert(each).second) print_error(fmt::format("warning: {}: {}", file, each));
    }
}

void print_error(std::string_view text)
{
    fmt::print(stderr, "{}\n", text);
}

}  // namespace gregor::lab
