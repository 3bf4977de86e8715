#include "model/lab/shape.h"

#include "model/lab/expression.h"
#include "model/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gregor::lab {
namespace {

using Json = nlohmann::json;
using Form = Shape::Form;

class Checker {
public:
    explicit Checker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    void check(const Json& json, const Shape& shape, const std::string& path)
    {
        if (diagnostics_.full()) return;
        switch (shape.form) {
            case Form::object:
            case Form::tagged: check_object(json, shape, path); break;
            case Form::map: check_map(json, shape, path); break;
            case Form::list: check_list(json, shape, path); break;
            case Form::either: check_either(json, shape, path); break;
            case Form::any: break;
            default:
                if (!accepts_scalar(json, shape)) refuse(json, shape, path);
        }
    }

private:
    void refuse(const Json& json, const Shape& shape, const std::string& path)
    {
        std::vector<std::string_view> words;
        add_words(shape, words);
        std::string nearest;
        if (json.is_string()) nearest = nearest_word(json.get_ref<const std::string&>(), words);
        diagnostics_.add({path, excerpt(json), describe(shape), nearest});
    }

    /// The words of every choice among the alternatives.
    static void add_words(const Shape& shape, std::vector<std::string_view>& words)
    {
        if (shape.form == Form::choice) {
            words.insert(words.end(), shape.words.begin(), shape.words.end());
        }
        if (shape.form != Form::either) return;
        for (const ShapePointer& form : shape.forms) add_words(*form, words);
    }

    void check_object(const Json& json, const Shape& shape, const std::string& path)
    {
        if (!json.is_object()) return refuse(json, shape, path);
        for (const auto& [key, value] : json.items()) {
            const auto field = std::ranges::find(shape.fields, key, &Field::name);
            if (field == shape.fields.end()) {
                refuse_key(key, shape, path);
            } else {
                check(value, *field->shape, child_path(path, key));
            }
        }
        if (shape.form == Form::tagged) {
            if (json.size() != 1) {
                diagnostics_.add({path, fmt::format("{} keys", json.size()),
                                  "exactly one of " + field_names(shape), ""});
            }
            return;
        }
        for (const Field& field : shape.fields) {
            if (field.required && !json.contains(field.name)) {
                diagnostics_.add({child_path(path, field.name), "nothing",
                                  describe(*field.shape) + " (required)", ""});
            }
        }
    }

    void refuse_key(const std::string& key, const Shape& shape, const std::string& path)
    {
        std::vector<std::string_view> known;
        for (const Field& each : shape.fields) known.push_back(each.name);
        diagnostics_.add({child_path(path, key), "unknown key " + excerpt(key), field_names(shape),
                          nearest_word(key, known)});
    }

    static std::string field_names(const Shape& shape)
    {
        std::string names;
        for (const Field& each : shape.fields) {
            if (!names.empty()) names += ", ";
            names += each.name;
        }
        return names;
    }

    void check_map(const Json& json, const Shape& shape, const std::string& path)
    {
        if (!json.is_object()) return refuse(json, shape, path);
        for (const auto& [key, value] : json.items()) {
            check(value, *shape.forms.front(), child_path(path, key));
        }
    }

    void check_list(const Json& json, const Shape& shape, const std::string& path)
    {
        if (!json.is_array()) return refuse(json, shape, path);
        if (static_cast<std::int64_t>(json.size()) < shape.least) {
            diagnostics_.add({path, fmt::format("{} items", json.size()),
                              fmt::format("at least {}", shape.least), ""});
        }
        for (std::size_t i = 0; i < json.size() && !diagnostics_.full(); ++i) {
            check(json[i], *shape.forms.front(), child_path(path, i));
        }
    }

    /// The mistakes shown are those against the form that the value was most likely meant to have.
    void check_either(const Json& json, const Shape& shape, const std::string& path)
    {
        Diagnostics of_container;
        for (const ShapePointer& form : shape.forms) {
            if (!has_type_of(json, *form)) continue;
            Diagnostics tried;
            check_shape(json, *form, path, tried);
            if (tried.empty()) return;
            if (is_container(*form) && of_container.empty()) of_container = std::move(tried);
        }
        for (const Diagnostic& each : of_container.all()) diagnostics_.add(each);
        if (of_container.empty()) refuse(json, shape, path);
    }

    static bool is_container(const Shape& shape)
    {
        return shape.form == Form::object || shape.form == Form::tagged ||
               shape.form == Form::map || shape.form == Form::list;
    }

    static bool has_type_of(const Json& json, const Shape& shape)
    {
        switch (shape.form) {
            case Form::object:
            case Form::tagged:
            case Form::map: return json.is_object();
            case Form::list: return json.is_array();
            case Form::either:
                return std::ranges::any_of(shape.forms, [&](const ShapePointer& form) {
                    return has_type_of(json, *form);
                });
            case Form::any: return true;
            default: return !json.is_structured();
        }
    }

    static bool accepts_scalar(const Json& json, const Shape& shape)
    {
        switch (shape.form) {
            case Form::scalar: return json.is_string() || json.is_number() || json.is_boolean();
            case Form::text:
                if (!json.is_string()) return false;
                return shape.accepts == nullptr ||
                       shape.accepts(json.get_ref<const std::string&>());
            case Form::choice:
                return json.is_string() &&
                       std::ranges::find(shape.words, json.get_ref<const std::string&>()) !=
                           shape.words.end();
            case Form::boolean: return json.is_boolean();
            case Form::integer: return accepts_integer(json, shape);
            case Form::number:
                return json.is_number() && json.get<double>() >= shape.low &&
                       json.get<double>() <= shape.high;
            case Form::expression: return json.is_string() || json.is_boolean() || json.is_number();
            default: return accepts_quantity(json, shape);
        }
    }

    static bool accepts_integer(const Json& json, const Shape& shape)
    {
        if (!json.is_number_integer()) return false;
        if (json.is_number_unsigned() &&
            json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
            return false;
        }
        const auto value = json.get<std::int64_t>();
        return value >= shape.least && value <= shape.most;
    }

    static bool accepts_quantity(const Json& json, const Shape& shape)
    {
        if (json.is_number()) {
            // Seconds or bytes; both must fit into 64 bits, seconds as nanoseconds.
            const double limit = shape.form == Form::duration ? 9.2e9 : 9.2e18;
            const double value = json.get<double>();
            const double least = shape.form == Form::duration
                                     ? static_cast<double>(shape.least) / 1e9
                                 : shape.form == Form::byte_rate ? 1.0
                                                                 : 0.0;
            return value >= std::max(least, -limit) && value <= limit;
        }
        if (!json.is_string()) return false;
        const auto& text = json.get_ref<const std::string&>();
        switch (shape.form) {
            case Form::duration: {
                const auto duration = parse_duration(text);
                return duration && duration->nanoseconds >= shape.least;
            }
            case Form::bytes: return parse_bytes(text).value_or(-1) >= 0;
            case Form::byte_rate: return parse_bytes_per_second(text).value_or(-1) >= 1;
            default: return parse_rate(text) || parse_bytes_per_second(text).value_or(-1) >= 0;
        }
    }

    Diagnostics& diagnostics_;
};

std::string describe_words(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& each : words) {
        if (!text.empty()) text += ", ";
        text += '"' + each + '"';
    }
    return text;
}

std::string describe_integer(const Shape& shape)
{
    const bool least = shape.least != std::numeric_limits<std::int64_t>::min();
    const bool most = shape.most != std::numeric_limits<std::int64_t>::max();
    if (least && most) return fmt::format("a whole number from {} to {}", shape.least, shape.most);
    if (least) return fmt::format("a whole number, at least {}", shape.least);
    return "a whole number";
}

std::string describe_duration(const Shape& shape)
{
    std::string text = "a time such as \"250ms\", \"1.5s\", \"2h\" or a number of seconds";
    if (shape.least > 0) text += ", at least " + to_text(Duration{shape.least});
    return text;
}

std::string describe_either(const Shape& shape)
{
    std::string text;
    for (const ShapePointer& form : shape.forms) {
        if (!text.empty()) text += " or ";
        text += describe(*form);
    }
    return text;
}

}  // namespace

std::string describe(const Shape& shape)
{
    switch (shape.form) {
        case Form::object:
        case Form::tagged: return "an object: " + shape.title;
        case Form::map: return "an object: " + shape.title;
        case Form::list: return "a list of " + describe(*shape.forms.front());
        case Form::either: return describe_either(shape);
        case Form::any:
        case Form::scalar:
        case Form::text:
        case Form::expression: return shape.title;
        case Form::choice: return describe_words(shape.words);
        case Form::boolean: return "true or false";
        case Form::integer: return describe_integer(shape);
        case Form::number: return fmt::format("a number from {} to {}", shape.low, shape.high);
        case Form::duration: return describe_duration(shape);
        case Form::bytes: return "a size such as \"16KiB\" or a number of bytes";
        case Form::byte_rate:
            return "a rate such as \"20MB/s\" or a number of bytes per second, at least 1";
        case Form::record_rate:
            return "a rate such as \"100/s\" or \"20MB/s\", or a number of records per second";
    }
    return "";
}

std::string excerpt(const nlohmann::json& json)
{
    constexpr std::size_t longest = 60;
    if (json.is_object() && json.size() > 8) return fmt::format("an object of {}", json.size());
    if (json.is_array() && json.size() > 8) return fmt::format("a list of {}", json.size());
    std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.size() <= longest) return text;
    std::size_t cut = longest;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    return text.substr(0, cut) + "…";
}

std::string child_path(const std::string& path, std::string_view key)
{
    std::string child = path + "/";
    for (const char c : key) {
        if (c == '~') {
            child += "~0";
        } else if (c == '/') {
            child += "~1";
        } else {
            child += c;
        }
    }
    return child;
}

std::string child_path(const std::string& path, std::size_t index)
{
    return path + "/" + std::to_string(index);
}

void check_shape(const nlohmann::json& json, const Shape& shape, const std::string& path,
                 Diagnostics& diagnostics)
{
    Checker(diagnostics).check(json, shape, path);
}

namespace shape {
namespace {

ShapePointer with(Form form, std::string title = "")
{
    auto made = std::make_shared<Shape>();
    made->form = form;
    made->title = std::move(title);
    return made;
}

ShapePointer keyed(Form form, std::string title, std::vector<Field> fields)
{
    auto made = std::make_shared<Shape>();
    made->form = form;
    made->title = std::move(title);
    made->fields = std::move(fields);
    return made;
}

}  // namespace

ShapePointer object(std::string title, std::vector<Field> fields)
{
    return keyed(Form::object, std::move(title), std::move(fields));
}
ShapePointer tagged(std::string title, std::vector<Field> fields)
{
    return keyed(Form::tagged, std::move(title), std::move(fields));
}
ShapePointer map(std::string title, ShapePointer element, std::vector<std::string> scopes)
{
    auto made = std::make_shared<Shape>();
    made->form = Form::map;
    made->title = std::move(title);
    made->forms = {std::move(element)};
    made->words = std::move(scopes);
    return made;
}
ShapePointer list(ShapePointer element, std::int64_t least)
{
    auto made = std::make_shared<Shape>();
    made->form = Form::list;
    made->forms = {std::move(element)};
    made->least = least;
    return made;
}
ShapePointer one_or_list(ShapePointer element)
{
    return either({element, list(element, 1)});
}
ShapePointer either(std::vector<ShapePointer> forms)
{
    auto made = std::make_shared<Shape>();
    made->form = Form::either;
    made->forms = std::move(forms);
    return made;
}
ShapePointer any(std::string title)
{
    return with(Form::any, std::move(title));
}
ShapePointer scalar(std::string title)
{
    return with(Form::scalar, std::move(title));
}
ShapePointer text(std::string title)
{
    return pattern(std::move(title), "", nullptr);
}
ShapePointer pattern(std::string title, std::string regex, bool (*accepts)(std::string_view))
{
    auto made = std::make_shared<Shape>();
    made->form = Form::text;
    made->title = std::move(title);
    made->pattern = std::move(regex);
    made->accepts = accepts;
    return made;
}
ShapePointer choice(std::vector<std::string> words)
{
    auto made = std::make_shared<Shape>();
    made->form = Form::choice;
    made->words = std::move(words);
    return made;
}
ShapePointer boolean()
{
    return with(Form::boolean);
}
ShapePointer integer(std::int64_t least, std::int64_t most)
{
    auto made = std::make_shared<Shape>();
    made->form = Form::integer;
    made->least = least;
    made->most = most;
    return made;
}
ShapePointer number(double low, double high)
{
    auto made = std::make_shared<Shape>();
    made->form = Form::number;
    made->low = low;
    made->high = high;
    return made;
}
ShapePointer duration(Duration least)
{
    auto made = std::make_shared<Shape>();
    made->form = Form::duration;
    made->least = least.nanoseconds;
    return made;
}
ShapePointer bytes()
{
    return with(Form::bytes);
}
ShapePointer byte_rate()
{
    return with(Form::byte_rate);
}
ShapePointer record_rate()
{
    return with(Form::record_rate);
}
ShapePointer expression(std::string title)
{
    return with(Form::expression, std::move(title));
}

}  // namespace shape
}  // namespace gregor::lab
