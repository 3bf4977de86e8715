#include "model/lab/schema.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

namespace gregor::lab {

TEST_CASE("schema: scenarios/schema.json is the one made from the code", "[lab]")
{
    const char* root = std::getenv("GREGOR_SOURCE_DIR");
    const std::string file = std::string(root == nullptr ? "." : root) + "/scenarios/schema.json";
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    // When this fails: write scenario_schema_text() to the file.
    CHECK((text.str() == scenario_schema_text()));
}

TEST_CASE("schema: every key of an object is explained", "[lab]")
{
    const auto schema = scenario_schema();
    std::vector<std::string> bare;
    const std::function<void(const nlohmann::ordered_json&)> look = [&](const auto& node) {
        if (!node.is_structured()) return;
        if (node.is_object() && node.contains("properties")) {
            for (const auto& [name, property] : node["properties"].items()) {
                if (!property.contains("description")) bare.push_back(name);
            }
        }
        for (const auto& each : node) look(each);
    };
    look(schema);
    CHECK(bare == std::vector<std::string>{});
    CHECK(schema["required"].size() == 8);
    CHECK(schema["properties"]["cluster"]["properties"].contains("combined"));
}

}  // namespace gregor::lab
