#pragma once

#include "model/lab/conformance/areas.h"

#include <catch2/catch.hpp>

#include <algorithm>
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

/// So many cases are covered, and each of these passes.
inline void require_all_pass(const std::vector<lab::VectorOutcome>& outcomes, std::size_t covered)
{
    for (const lab::VectorOutcome& each : outcomes) {
        if (!each.covered) continue;
        INFO(each.id << "\n expected " << each.expected << "\n got      " << each.got);
        CHECK(each.passed);
    }
    const auto count = std::ranges::count_if(outcomes, &lab::VectorOutcome::covered);
    CHECK(static_cast<std::size_t>(count) == covered);
}

}  // namespace gregor::test
