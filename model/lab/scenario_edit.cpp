#include "model/lab/scenario_edit.h"

#include "model/lab/expression.h"
#include "model/lab/shape.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace gregor::lab {
namespace {

using Json = nlohmann::json;

/// Walks a dotted path through a document, creating objects that are not there yet.
class Walk {
public:
    Walk(std::string_view path, const std::string& source, Diagnostics& diagnostics)
        : whole_(path), rest_(path), source_(source), diagnostics_(diagnostics)
    {
    }

    void set(Json& document, const Json& value)
    {
        if (!is_editable()) return;
        Json* at = &document;
        while (at != nullptr && !rest_.empty()) {
            Json* parent = at;
            at = at->is_array() ? item(*at) : member(*at, value);
            if (at == nullptr) return;
            if (rest_.empty() && value.is_null() && parent->is_object()) {
                parent->erase(last_);
                return;
            }
        }
        if (at != nullptr) *at = value;
    }

private:
    /// The frame of a file is not for a leg to change.
    bool is_editable()
    {
        constexpr std::array<std::string_view, 5> fixed{"gregor", "id", "legs", "sweep", "lesson"};
        const std::string_view first = rest_.substr(0, rest_.find('.'));
        if (!first.empty() && std::ranges::find(fixed, first) == fixed.end()) return true;
        refuse("the path of a part of the scenario, such as params.x or clients.P.config.acks", "");
        return false;
    }

    void refuse(std::string allowed, std::string nearest)
    {
        diagnostics_.add({child_path(source_, whole_), "no " + excerpt(Json(std::string(rest_))),
                          std::move(allowed), std::move(nearest)});
    }

    /// Whether the rest begins with this word, which then ends at a dot or at the end.
    bool begins_with(std::string_view word) const
    {
        return !word.empty() && rest_.starts_with(word) &&
               (rest_.size() == word.size() || rest_[word.size()] == '.');
    }

    void take(std::size_t length)
    {
        last_ = std::string(rest_.substr(0, length));
        rest_.remove_prefix(std::min(length + 1, rest_.size()));
    }

    Json* item(Json& list)
    {
        Json* found = nullptr;
        std::string_view name_found;
        std::vector<std::string> names;
        for (Json& each : list) {
            const std::string name = name_of(each);
            if (!name.empty()) names.push_back(name);
            if (begins_with(name) && name.size() >= name_found.size()) {
                found = &each;
                name_found = rest_.substr(0, name.size());
            }
        }
        if (found != nullptr) {
            take(name_found.size());
            return found;
        }
        const std::string_view word = rest_.substr(0, rest_.find('.'));
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
        if (error == std::errc{} && end == word.data() + word.size() && index < list.size()) {
            take(word.size());
            return &list[index];
        }
        const std::vector<std::string_view> known(names.begin(), names.end());
        refuse("the name, id or number of an entry of this list", nearest_word(word, known));
        return nullptr;
    }

    static std::string name_of(const Json& entry)
    {
        if (!entry.is_object()) return "";
        for (const char* key : {"name", "id"}) {
            const auto at = entry.find(key);
            if (at == entry.end()) continue;
            return at->is_string() ? at->get<std::string>() : at->dump();
        }
        return "";
    }

    Json* member(Json& object, const Json& value)
    {
        if (object.is_null()) object = Json::object();
        if (!object.is_object()) {
            refuse("the path of something that can be set (this is " + excerpt(object) + ")", "");
            return nullptr;
        }
        const std::string* longest = nullptr;
        for (auto& [key, each] : object.items()) {
            if (begins_with(key) && (longest == nullptr || key.size() > longest->size())) {
                longest = &key;
            }
        }
        const bool is_config = last_ == "config" || last_ == "defaults";
        const std::size_t length = is_config            ? rest_.size()
                                   : longest == nullptr ? std::min(rest_.find('.'), rest_.size())
                                                        : longest->size();
        const bool known = object.contains(rest_.substr(0, length));
        if (!known && last_ == "params") {
            std::vector<std::string_view> names;
            for (auto& [key, each] : object.items()) names.push_back(key);
            refuse("a parameter declared in params", nearest_word(rest_, names));
            return nullptr;
        }
        take(length);
        if (!known && value.is_null()) return nullptr;  // nothing to take away
        return &object[last_];
    }

    std::string_view whole_;
    std::string_view rest_;
    std::string last_;
    const std::string& source_;
    Diagnostics& diagnostics_;
};

/// The name in "$name", or empty.
std::string_view parameter_name(const Json& json)
{
    if (!json.is_string()) return "";
    const std::string_view text = json.get_ref<const std::string&>();
    if (text.size() < 2 || text.front() != '$') return "";
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    const std::string_view name = text.substr(1);
    return std::ranges::all_of(name, is_word) ? name : "";
}

class Substitution {
public:
    Substitution(const Json& parameters, Diagnostics& diagnostics)
        : parameters_(parameters), diagnostics_(diagnostics)
    {
    }

    /// False when the value is to be taken away.
    bool apply(Json& json, const std::string& path)
    {
        if (json.is_object()) {
            for (auto at = json.begin(); at != json.end();) {
                at = apply(at.value(), child_path(path, at.key())) ? std::next(at) : json.erase(at);
            }
        } else if (json.is_array()) {
            for (std::size_t i = 0, index = 0; i < json.size(); ++index) {
                if (apply(json[i], child_path(path, index))) {
                    ++i;
                } else {
                    json.erase(i);
                }
            }
        } else if (const std::string_view name = parameter_name(json); !name.empty()) {
            return replace(json, std::string(name), path);
        }
        return true;
    }

private:
    bool replace(Json& json, const std::string& name, const std::string& path)
    {
        const auto at = parameters_.find(name);
        if (at == parameters_.end()) {
            std::vector<std::string> names;
            for (auto& [key, each] : parameters_.items()) names.push_back("$" + key);
            const std::vector<std::string_view> known(names.begin(), names.end());
            diagnostics_.add({path, excerpt(json), "a parameter declared in params",
                              nearest_word("$" + name, known)});
            return true;
        }
        if (at->is_null()) return false;
        json = *at;
        return true;
    }

    const Json& parameters_;
    Diagnostics& diagnostics_;
};

}  // namespace

void edit(Json& document, std::string_view path, const Json& value, const std::string& source,
          Diagnostics& diagnostics)
{
    // "clients[0].load" is "clients.0.load".
    std::string plain(path);
    std::ranges::replace(plain, '[', '.');
    std::erase(plain, ']');
    Walk(plain, source, diagnostics).set(document, value);
}

void substitute(Json& json, const Json& parameters, const std::string& path,
                Diagnostics& diagnostics)
{
    Substitution(parameters, diagnostics).apply(json, path);
}

}  // namespace gregor::lab
