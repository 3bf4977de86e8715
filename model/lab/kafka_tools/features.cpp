#include "model/lab/kafka_tools/argparse.h"
#include "model/lab/kafka_tools/feature_levels.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/tools.h"

#include <fmt/format.h>

#include <algorithm>

/// kafka-features.sh (org.apache.kafka.tools.FeatureCommand).
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view metadata_version = "metadata.version";

/// What the tool ends with, as it is.
struct Failed {
    std::string message;
};

const KnownFeature* feature_named(std::string_view name)
{
    const auto found = std::ranges::find(known_features(), name, &KnownFeature::name);
    return found == known_features().end() ? nullptr : &*found;
}

/// "group.version=1".
std::pair<std::string, int> parse_level(const std::string& text)
{
    const std::size_t equals = text.find('=');
    const auto level =
        equals == std::string::npos ? std::nullopt : parse_java_int(trim(text.substr(equals + 1)));
    if (!level) throw NotModelled{"what kafka-features says of \"" + text + "\" is not modelled"};
    return {trim(text.substr(0, equals)), *level};
}

const MetadataRelease& release_for(const std::string& text)
{
    if (const MetadataRelease* release = release_named(text)) return *release;
    throw Failed{fmt::format("Unknown metadata.version '{}'. Supported metadata.version are: {}",
                             text, release_names())};
}

ToolResult version_mapping(const ParsedArguments& arguments)
{
    const auto asked = arguments.value("--release-version");
    const MetadataRelease& release = asked ? release_for(*asked) : latest_release();
    const auto levels = levels_in(release);
    ToolResult result;
    for (const KnownFeature& each : known_features()) {
        const bool metadata = each.name == metadata_version;
        result.out += fmt::format(
            "{}={}{}\n", each.name, levels.at(std::string(each.name)),
            metadata ? fmt::format(" ({})", asked.value_or(std::string(release.name))) : "");
    }
    return result;
}

std::string level_text(std::string_view feature, int level)
{
    const MetadataRelease* release =
        feature == metadata_version ? release_of_level(level) : nullptr;
    return fmt::format("{}={}{}", feature, level,
                       release == nullptr ? "" : fmt::format(" ({})", release->name));
}

ToolResult feature_dependencies(const ParsedArguments& arguments)
{
    ToolResult result;
    for (const std::string& text : arguments.values("--feature")) {
        const auto [name, level] = parse_level(text);
        const KnownFeature* feature = feature_named(name);
        if (feature == nullptr) throw Failed{"Unknown feature: " + name};
        const bool known = name == metadata_version ? release_of_level(level) != nullptr
                                                    : level >= 0 && level <= feature->highest;
        if (!known && name == metadata_version) {
            throw NotModelled{"what kafka-features says of an unknown level is not modelled"};
        }
        if (!known) throw Failed{fmt::format("No feature:{} with feature level {}", name, level)};
        const int needed = needed_metadata_level(name, level);
        result.out += level_text(name, level) +
                      (needed == 0 ? " has no dependencies.\n"
                                   : fmt::format(" requires:\n    {}\n",
                                                 level_text(metadata_version, needed)));
    }
    return result;
}

/// What shall be done to which features, by name.
std::map<std::string, int> wanted_levels(const ParsedArguments& arguments)
{
    std::map<std::string, int> wanted;
    if (const auto release = arguments.value("--release-version")) {
        if (arguments.has("--feature") || arguments.has("--metadata")) {
            throw NotModelled{"what kafka-features says of a release and features is not modelled"};
        }
        return levels_in(release_for(*release));
    }
    if (arguments.has("--metadata")) {
        throw NotModelled{"the deprecated --metadata is not modelled"};
    }
    for (const std::string& text : arguments.values("--feature")) {
        if (arguments.command == "disable") {
            wanted[text] = 0;
            continue;
        }
        wanted.insert(parse_level(text));
    }
    if (wanted.empty()) {
        throw NotModelled{"what kafka-features says without a feature is not modelled"};
    }
    return wanted;
}

/// The controller's words against one update; empty: it may be.
std::string objection(const std::string& name, int level, bool upgrade, const ClusterState& state)
{
    const std::string begin =
        fmt::format("Invalid update version {} for feature {}. ", level, name);
    const KnownFeature* feature = feature_named(name);
    if (feature == nullptr) {
        return begin + "Local controller 101 does not support this feature.";
    }
    const auto present = state.features.find(name);
    const int now = present == state.features.end() ? 0 : present->second;
    if (upgrade && level < now) {
        return begin +
               "Can't downgrade the version of this feature without setting the upgrade type to "
               "either safe or unsafe downgrade.";
    }
    if (level > feature->highest || level < 0 || (!upgrade && level > now) ||
        (!upgrade && name == metadata_version)) {
        throw NotModelled{"what the controller says of this level is not modelled"};
    }
    return "";
}

struct Words {
    std::string_view plain, past;
};

ToolResult update(const ParsedArguments& arguments, ClusterState& state)
{
    if (state.features.empty()) {
        throw NotModelled{"the state does not say which features the cluster has"};
    }
    const Words words = arguments.command == "upgrade"     ? Words{"upgrade", "upgraded"}
                        : arguments.command == "downgrade" ? Words{"downgrade", "downgraded"}
                                                           : Words{"disable", "disabled"};
    const bool dry = arguments.has("--dry-run"), disable = words.plain == "disable";
    const std::map<std::string, int> wanted = wanted_levels(arguments);
    std::string refused;
    for (const auto& [name, level] : wanted) {
        if (refused.empty()) refused = objection(name, level, words.plain == "upgrade", state);
    }
    ToolResult result{.exit_code = refused.empty() ? 0 : 1, .changes = refused.empty() && !dry};
    for (const auto& [name, level] : wanted) {
        const std::string to = disable ? "" : fmt::format(" to {}", level);
        if (!refused.empty()) {
            result.out += fmt::format(
                "Could not {} {}{}. The update failed for all features since the following feature "
                "had an error: {}\n",
                words.plain, name, to, refused);
            continue;
        }
        result.out += fmt::format("{} {} {}{}.\n", name, dry ? "can be" : "was", words.past, to);
        if (!dry) state.features[name] = level;
    }
    if (!refused.empty()) {
        result.err =
            fmt::format("{} out of {} operation(s) failed.\n", wanted.size(), wanted.size());
    }
    return result;
}

ToolResult act(const ParsedArguments& arguments, ClusterState& state)
{
    if (arguments.command == "version-mapping") return version_mapping(arguments);
    if (arguments.command == "feature-dependencies") return feature_dependencies(arguments);
    if (arguments.command == "describe") {
        throw NotModelled{"the epoch of the features is not modelled"};
    }
    return update(arguments, state);
}

}  // namespace

ToolResult run_features(const Invocation& invocation, ClusterState& state)
{
    try {
        return act(parse_argparse("features", invocation.arguments), state);
    } catch (const HelpAsked& help) {
        return {.out = std::string(help.page)};
    } catch (const WrongArguments& wrong) {
        return {.err = fmt::format("Command line error: {}. Type --help for help.", wrong.message),
                .exit_code = 1};
    } catch (const Failed& failed) {
        return {.err = failed.message + "\n", .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
