#include "model/lab/schema.h"

#include "model/config.h"
#include "model/lab/scenario_shapes.h"

#include <algorithm>
#include <limits>
#include <map>

namespace gregor::lab {
namespace {

using Schema = nlohmann::ordered_json;
using Form = Shape::Form;

constexpr const char* parameter = "#/$defs/parameter";
constexpr const char* time_pattern = "^[+-]?[0-9]+(\\.[0-9]+)? ?(ns|us|ms|s|m|min|h|d)$";
constexpr const char* bytes_pattern = "^[0-9]+(\\.[0-9]+)? ?([kKMGT]?B|[KMGT]iB)$";
constexpr const char* byte_rate_pattern =
    "^[0-9]+(\\.[0-9]+)? ?([kKMGT]?B/s|[KMGT]iB/s|[kKMG]bit/s|[kKMG]bps)$";
constexpr const char* record_rate_pattern = "^[0-9]+(\\.[0-9]+)? ?/(ns|us|ms|s|m|min|h|d)$";

Schema reference(const char* to)
{
    return {{"$ref", to}};
}

Schema text_of_pattern(const char* pattern)
{
    return {{"type", "string"}, {"pattern", pattern}};
}

/// A number, or a text of one of the patterns, or a parameter.
Schema quantity(Schema number, std::initializer_list<const char*> patterns)
{
    Schema forms = Schema::array({std::move(number)});
    for (const char* each : patterns) forms.push_back(text_of_pattern(each));
    forms.push_back(reference(parameter));
    return {{"anyOf", forms}};
}

Schema or_parameter(Schema schema)
{
    return {{"anyOf", Schema::array({std::move(schema), reference(parameter)})}};
}

class Writer {
public:
    Schema definitions = Schema::object();

    Schema schema_of(const Shape& shape)
    {
        switch (shape.form) {
            case Form::object:
            case Form::tagged: return object(shape);
            case Form::map: return shape.words.empty() ? map(shape) : config(shape);
            case Form::list: return list(shape);
            case Form::either: return either(shape);
            case Form::any: return {{"description", shape.title}};
            default: return scalar(shape);
        }
    }

private:
    Schema object(const Shape& shape)
    {
        Schema properties = Schema::object();
        Schema required = Schema::array();
        for (const Field& field : shape.fields) {
            Schema property = schema_of(*field.shape);
            property["description"] = field.doc;
            properties[field.name] = std::move(property);
            if (field.required) required.push_back(field.name);
        }
        Schema schema{{"type", "object"}, {"title", shape.title}, {"properties", properties}};
        schema["additionalProperties"] = false;
        if (!required.empty()) schema["required"] = required;
        if (shape.form == Form::tagged) {
            schema["minProperties"] = 1;
            schema["maxProperties"] = 1;
        }
        return schema;
    }

    Schema map(const Shape& shape)
    {
        return {{"type", "object"},
                {"title", shape.title},
                {"additionalProperties", schema_of(*shape.forms.front())}};
    }

    /// Settings of Kafka are long lists: written once for each set of scopes.
    Schema config(const Shape& shape)
    {
        std::string name;
        for (const std::string& scope : shape.words) name += scope + "-";
        name += "config";
        if (!definitions.contains(name)) definitions[name] = config_definition(shape);
        return reference(("#/$defs/" + name).c_str());
    }

    Schema config_definition(const Shape& shape)
    {
        std::map<std::string_view, const ConfigDefinition*> all;
        for (const ConfigScope scope :
             {ConfigScope::broker, ConfigScope::topic, ConfigScope::producer, ConfigScope::consumer,
              ConfigScope::admin}) {
            if (std::ranges::find(shape.words, to_string(scope)) == shape.words.end()) continue;
            for (const ConfigDefinition* each : configs_of(scope)) all.emplace(each->name, each);
        }
        Schema properties = Schema::object();
        Schema names = Schema::array();
        for (const auto& [name, definition] : all) {
            names.push_back(name);
            std::string text = definition->modelled ? "" : "No effect in this version. ";
            if (definition->doc.empty()) {
                properties[std::string(name)] = {{"description", "No effect in this version."}};
                continue;
            }
            text += definition->doc;
            text += " Allowed: " + describe_allowed(*definition) + ".";
            if (!definition->default_value.empty()) {
                text += " Default: " + std::string(definition->default_value) + ".";
            }
            properties[std::string(name)] = {{"description", text}};
        }
        return {{"type", "object"},
                {"title", shape.title},
                {"properties", properties},
                {"propertyNames", {{"enum", names}}},
                {"additionalProperties", schema_of(*shape.forms.front())}};
    }

    Schema list(const Shape& shape)
    {
        Schema schema{{"type", "array"}, {"items", schema_of(*shape.forms.front())}};
        if (shape.least > 0) schema["minItems"] = shape.least;
        return schema;
    }

    Schema either(const Shape& shape)
    {
        Schema forms = Schema::array();
        for (const ShapePointer& form : shape.forms) forms.push_back(schema_of(*form));
        return {{"anyOf", forms}};
    }

    static Schema scalar(const Shape& shape)
    {
        switch (shape.form) {
            case Form::scalar: return {{"type", {"string", "number", "boolean"}}};
            case Form::expression:
                return {{"type", {"string", "number", "boolean"}}, {"title", shape.title}};
            case Form::text: return text(shape);
            case Form::choice: return or_parameter({{"enum", shape.words}});
            case Form::boolean: return or_parameter({{"type", "boolean"}});
            case Form::integer: return or_parameter(integer(shape));
            case Form::number:
                return or_parameter(
                    {{"type", "number"}, {"minimum", shape.low}, {"maximum", shape.high}});
            case Form::duration: return duration(shape);
            case Form::bytes:
                return quantity({{"type", "number"}, {"minimum", 0}}, {bytes_pattern});
            case Form::byte_rate:
                return quantity({{"type", "number"}, {"minimum", 1}}, {byte_rate_pattern});
            default:
                return quantity({{"type", "number"}, {"minimum", 0}},
                                {record_rate_pattern, byte_rate_pattern});
        }
    }

    static Schema text(const Shape& shape)
    {
        Schema schema{{"type", "string"}, {"title", shape.title}};
        if (shape.pattern.empty()) return schema;
        schema["pattern"] = shape.pattern;
        return or_parameter(std::move(schema));
    }

    static Schema integer(const Shape& shape)
    {
        Schema schema{{"type", "integer"}};
        if (shape.least != std::numeric_limits<std::int64_t>::min()) {
            schema["minimum"] = shape.least;
        }
        if (shape.most != std::numeric_limits<std::int64_t>::max()) schema["maximum"] = shape.most;
        return schema;
    }

    static Schema duration(const Shape& shape)
    {
        Schema number{{"type", "number"}};
        if (shape.least == 0) number["minimum"] = 0;
        if (shape.least > 0) number["exclusiveMinimum"] = 0;
        return quantity(std::move(number), {time_pattern});
    }
};

}  // namespace

nlohmann::ordered_json scenario_schema()
{
    Writer writer;
    writer.definitions["parameter"] = {{"type", "string"},
                                       {"pattern", "^\\$[A-Za-z0-9_]+$"},
                                       {"description", "A parameter of params, put in."}};
    Schema scenario = writer.schema_of(scenario_shape());
    Schema schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                  {"title", "A scenario of Gregor"}};
    for (auto& [key, value] : scenario.items()) {
        if (key != "title") schema[key] = value;
    }
    schema["$defs"] = writer.definitions;
    return schema;
}

std::string scenario_schema_text()
{
    return scenario_schema().dump(1) + "\n";
}

}  // namespace gregor::lab
