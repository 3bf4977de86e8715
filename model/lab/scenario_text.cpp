#include "model/lab/scenario_text.h"

#include "model/lab/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gregor::lab {
namespace {

using Json = nlohmann::json;

constexpr std::size_t deepest = 64;

std::string place_of(const std::string& text, std::size_t byte)
{
    const std::string_view before = std::string_view(text).substr(0, byte);
    const auto lines = std::ranges::count(before, '\n');
    const std::size_t start = before.rfind('\n');
    const std::size_t column = start == std::string_view::npos ? byte : byte - start - 1;
    return fmt::format("line {}, column {} (byte {})", lines + 1, column + 1, byte);
}

/// The first byte nested deeper than any scenario; done before parsing, whatever the text is.
std::size_t find_too_deep(const std::string& text)
{
    std::size_t depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_text) {
            if (c == '\\') ++i;
            if (c == '"') in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepest) return i;
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return std::string::npos;
}

/// Watches the parser for keys that stand twice in one object: the second would win unseen.
class Keys {
public:
    explicit Keys(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    void see(Json::parse_event_t event, const Json& parsed)
    {
        switch (event) {
            case Json::parse_event_t::object_start:
            case Json::parse_event_t::array_start:
                count_in_list();
                levels_.push_back({});
                levels_.back().is_list = event == Json::parse_event_t::array_start;
                break;
            case Json::parse_event_t::object_end:
            case Json::parse_event_t::array_end:
                if (!levels_.empty()) levels_.pop_back();
                break;
            case Json::parse_event_t::key: see_key(parsed.get<std::string>()); break;
            case Json::parse_event_t::value: count_in_list(); break;
        }
    }

private:
    struct Level {
        bool is_list = false;
        std::size_t next = 0;
        std::string key;
        std::set<std::string> keys;
    };

    void count_in_list()
    {
        if (levels_.empty() || !levels_.back().is_list) return;
        levels_.back().key = std::to_string(levels_.back().next++);
    }

    void see_key(std::string key)
    {
        Level& level = levels_.back();
        level.key = key;
        if (level.keys.insert(std::move(key)).second) return;
        std::string path;
        for (const Level& each : levels_) path = child_path(path, each.key);
        diagnostics_.add({path, "the key twice", "each key once", ""});
    }

    std::vector<Level> levels_;
    Diagnostics& diagnostics_;
};

/// What the parser says, without its own prefix and position.
std::string reason_of(const Json::exception& error)
{
    std::string text = error.what();
    const std::size_t bracket = text.find("] ");
    if (bracket != std::string::npos) text.erase(0, bracket + 2);
    const std::size_t dash = text.find(" - ");
    if (dash != std::string::npos) text.erase(0, dash + 3);
    constexpr std::size_t longest = 160;
    if (text.size() > longest) text = text.substr(0, longest) + "...";
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 32 || static_cast<unsigned char>(c) > 126) c = '?';
    }
    return text;
}

}  // namespace

Json parse_json(const std::string& text, std::size_t largest, Diagnostics& diagnostics)
{
    if (text.size() > largest) {
        diagnostics.add({"", fmt::format("{} bytes", text.size()),
                         fmt::format("at most {} bytes", largest), ""});
        return nullptr;
    }
    if (const std::size_t byte = find_too_deep(text); byte != std::string::npos) {
        diagnostics.add(
            {place_of(text, byte), "JSON nested deeper than 64 levels", "at most 64 levels", ""});
        return nullptr;
    }
    Keys keys(diagnostics);
    const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
        keys.see(event, parsed);
        return true;
    };
    try {
        Json document = Json::parse(text, watch);
        if (diagnostics.empty()) return document;
    } catch (const Json::parse_error& error) {
        const std::size_t byte = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
        diagnostics.add({place_of(text, byte), reason_of(error), "JSON", ""});
    } catch (const Json::exception& error) {
        diagnostics.add({"", reason_of(error), "JSON with numbers that fit", ""});
    }
    return nullptr;
}

}  // namespace gregor::lab
