#pragma once

#include "model/lab/diagnostic.h"
#include "model/lab/value.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The form of a scenario file as data: one table from which files are checked and the JSON Schema
/// is generated, so that neither can differ from the other.
namespace gregor::lab {

struct Shape;
using ShapePointer = std::shared_ptr<const Shape>;

struct Field {
    std::string name;
    ShapePointer shape;
    bool required = false;
    std::string doc;
};

struct Shape {
    enum class Form : std::uint8_t {
        object,  ///< fixed keys
        tagged,  ///< exactly one of the keys
        map,     ///< any keys, all of one form
        list,
        either,  ///< one of several forms, told apart by the type of the value
        any,     ///< any JSON
        scalar,  ///< text, number or boolean
        text,
        choice,  ///< one of some words
        boolean,
        integer,
        number,
        duration,     ///< "250ms", or a number of seconds
        bytes,        ///< "16KiB", or a number of bytes
        byte_rate,    ///< "20MB/s", or a number of bytes per second
        record_rate,  ///< "100/s" or "20MB/s", or a number of records per second
        expression
    };
    Form form{};
    std::string title;  ///< in messages: "a partition such as \"orders-0\""
    std::vector<Field> fields;
    std::vector<ShapePointer> forms;  ///< either: alternatives; map, list: the element
    std::vector<std::string> words;   ///< choice; map of Kafka's settings: their scopes
    std::int64_t least = std::numeric_limits<std::int64_t>::min();  ///< or items of a list
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    double low = 0, high = 0;                     ///< number
    std::string pattern;                          ///< text: a regular expression, for the schema
    bool (*accepts)(std::string_view) = nullptr;  ///< text: the same in code
};

/// Checks a document against a shape: unknown keys with the nearest right word, missing keys, wrong
/// types and units, numbers out of range.
void check_shape(const nlohmann::json& json, const Shape& shape, const std::string& path,
                 Diagnostics& diagnostics);
/// What the shape allows, in a few words.
std::string describe(const Shape& shape);
/// A JSON value in at most 60 characters.
std::string excerpt(const nlohmann::json& json);
/// One more step of a JSON pointer, escaped.
std::string child_path(const std::string& path, std::string_view key);
std::string child_path(const std::string& path, std::size_t index);

// Builders of shapes, used by scenario_shapes_*.cpp.
namespace shape {

ShapePointer object(std::string title, std::vector<Field> fields);
ShapePointer tagged(std::string title, std::vector<Field> fields);
ShapePointer map(std::string title, ShapePointer element, std::vector<std::string> scopes = {});
ShapePointer list(ShapePointer element, std::int64_t least = 0);
ShapePointer one_or_list(ShapePointer element);
ShapePointer either(std::vector<ShapePointer> forms);
ShapePointer any(std::string title);
ShapePointer scalar(std::string title);
ShapePointer text(std::string title);
ShapePointer pattern(std::string title, std::string regex, bool (*accepts)(std::string_view));
ShapePointer choice(std::vector<std::string> words);
ShapePointer boolean();
ShapePointer integer(std::int64_t least, std::int64_t most);
ShapePointer number(double low, double high);
ShapePointer duration(Duration least);
ShapePointer bytes();
ShapePointer byte_rate();
ShapePointer record_rate();
ShapePointer expression(std::string title);

inline Field required(std::string name, ShapePointer shape, std::string doc)
{
    return {std::move(name), std::move(shape), true, std::move(doc)};
}
inline Field optional(std::string name, ShapePointer shape, std::string doc)
{
    return {std::move(name), std::move(shape), false, std::move(doc)};
}

}  // namespace shape
}  // namespace gregor::lab
