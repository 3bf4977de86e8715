#pragma once

#include "model/lab/conformance/areas.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace gregor::test {

/// A file of tests/vectors.
inline std::string read_vectors(const std::string& name)
{
    const char* source = std::getenv("GREGOR_SOURCE_DIR");
    const std::string folder = source == nullptr ? "." : source;
    std::ifstream file(folder + "/tests/vectors/" + name);
    REQUIRE(file.good());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// What came of the cases that are covered: "900 pass", or with what failed: "899 pass, 1 fail" and
/// a paragraph for each of the first few.
inline std::string verdict(const std::vector<lab::VectorOutcome>& outcomes)
{
    constexpr int shown = 5;
    int passed = 0;
    int failed = 0;
    std::string failures;
    for (const lab::VectorOutcome& each : outcomes) {
        if (!each.covered) continue;
        if (each.passed) {
            ++passed;
        } else if (++failed <= shown) {
            failures += "\n" + each.id + "\n expected " + each.expected + "\n got      " + each.got;
        }
    }
    const std::string passes = std::to_string(passed) + " pass";
    return failed == 0 ? passes : passes + ", " + std::to_string(failed) + " fail" + failures;
}

}  // namespace gregor::test
