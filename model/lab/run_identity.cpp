#include "model/lab/run_identity.h"

#include "engine/recording.h"
#include "model/lab/shape.h"
#include "model/lab/simulation.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

/// Fields of the header, each with the type it must have.
class HeaderReader {
public:
    HeaderReader(const Json& json, const std::string& file) : json_(json), file_(file) {}

    std::string text(const char* key) const
    {
        const Json& value = at(key);
        if (!value.is_string()) fail(key, value, "a text");
        return value.get<std::string>();
    }
    std::uint64_t number(const char* key) const
    {
        const Json& value = at(key);
        if (!value.is_number_unsigned()) fail(key, value, "a whole number from 0");
        return value.get<std::uint64_t>();
    }
    bool boolean(const char* key) const
    {
        const Json& value = at(key);
        if (!value.is_boolean()) fail(key, value, "true or false");
        return value.get<bool>();
    }
    const Json& at(const char* key) const
    {
        const auto found = json_.find(key);
        if (found == json_.end()) {
            throw BadInput(file_, {{std::string("/header/") + key, "nothing", "a value", ""}});
        }
        return *found;
    }
    [[noreturn]] void fail(const std::string& key, const Json& value,
                           const std::string& allowed) const
    {
        throw BadInput(file_, {{"/header/" + key, excerpt(value), allowed, ""}});
    }

private:
    const Json& json_;
    const std::string& file_;
};

RunIdentity read_identity(const HeaderReader& reader)
{
    RunIdentity identity;
    identity.file = reader.text("file");
    identity.scenario = reader.text("scenario");
    identity.leg = reader.text("leg");
    identity.seed = reader.number("seed");
    identity.resources = reader.text("resources");
    const Json& point = reader.at("point");
    if (!point.is_object()) reader.fail("point", point, "an object");
    for (const auto& [name, value] : point.items()) identity.point[name] = value;
    const Json& overrides = reader.at("set");
    if (!overrides.is_array()) reader.fail("set", overrides, "a list");
    for (const Json& each : overrides) {
        if (!each.is_array() || each.size() != 2 || !each[0].is_string()) {
            reader.fail("set", each, "a path and a value");
        }
        identity.overrides.emplace_back(each[0].get<std::string>(), each[1]);
    }
    return identity;
}

}  // namespace

std::string shell_word(std::string_view word)
{
    const auto plain = [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("_-./=,:+@%").find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (!word.empty() && std::ranges::all_of(word, plain)) return std::string(word);
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

std::string hash_text(std::uint64_t hash)
{
    return fmt::format("{:016x}", hash);
}

std::vector<std::string> RunIdentity::arguments() const
{
    std::vector<std::string> words{file};
    if (!leg.empty()) words.insert(words.end(), {"--leg", leg});
    words.insert(words.end(), {"--seed", std::to_string(seed), "--resources", resources});
    const auto set = [&](const std::string& path, const Json& value) {
        // A text that would be read back as something else keeps its quotes.
        const bool plain = value.is_string() && !Json::accept(value.get<std::string>());
        const std::string shown = plain ? value.get<std::string>() : value.dump();
        words.insert(words.end(), {"--set", path + "=" + shown});
    };
    for (const auto& [name, value] : point) set("params." + name, value);
    for (const auto& [path, value] : overrides) set(path, value);
    return words;
}

std::string RunIdentity::command(std::string_view verb) const
{
    std::string text = fmt::format("gregor {}", verb);
    for (const std::string& word : arguments()) text += " " + shell_word(word);
    return text;
}

std::string RecordingHeader::encode() const
{
    Json set = Json::array();
    for (const auto& [path, value] : identity.overrides) set.push_back({path, value});
    Json point = Json::object();
    for (const auto& [name, value] : identity.point) point[name] = value;
    const Json json{{"gregor", 1},
                    {"format", recording_format_version},
                    {"model", model},
                    {"scenario", identity.scenario},
                    {"file", identity.file},
                    {"leg", identity.leg},
                    {"point", point},
                    {"set", set},
                    {"seed", identity.seed},
                    {"resources", identity.resources},
                    {"end_ns", static_cast<std::uint64_t>(end.nanoseconds)},
                    {"complete", complete},
                    {"parent", nullptr}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RecordingHeader RecordingHeader::decode(const std::string& text, const std::string& file_name)
{
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) {
        throw BadInput(file_name, {{"/header", "no JSON object", "the header of a run", ""}});
    }
    const HeaderReader reader(json, file_name);
    RecordingHeader header;
    const std::uint64_t model = reader.number("model");
    if (model != static_cast<std::uint64_t>(model_version)) {
        throw BadInput(file_name, {{"/header/model", fmt::format("model version {}", model),
                                    fmt::format("{}, that of this build", model_version), ""}});
    }
    header.model = model_version;
    header.identity = read_identity(reader);
    const std::uint64_t end = reader.number("end_ns");
    constexpr auto latest = static_cast<std::uint64_t>(never.nanoseconds);
    if (end > latest) reader.fail("end_ns", json["end_ns"], fmt::format("at most {}", latest));
    header.end = Time{static_cast<std::int64_t>(end)};
    header.complete = reader.boolean("complete");
    return header;
}

}  // namespace gregor::lab
