#pragma once

#include "model/lab/conformance/areas.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// What became of one file of vectors.
struct VectorFile {
    std::string file;
    std::string kind;  ///< its path below the vectors' root, without suffix
    std::int64_t total = 0, passed = 0, not_covered = 0;
    std::vector<VectorOutcome> failures;
};

struct ConformanceResult {
    std::vector<VectorFile> files;
    std::int64_t total() const;
    std::int64_t passed() const;
    std::int64_t not_covered() const;
    bool failed() const { return passed() + not_covered() < total(); }
    nlohmann::json to_json() const;
};

/// Every file of vectors below a folder, in order. The root of the kinds is the folder named
/// `vectors` on the way, if there is one, else the folder itself. Throws BadInput when the folder
/// does not exist.
std::vector<std::string> find_vector_files(const std::string& folder);

/// Runs one file through the model. A file of a kind that the model does not know counts as not
/// covered; a file that cannot be read as what its kind is counts as failed.
VectorFile run_vector_file(const std::string& file, const std::string& folder);

}  // namespace gregor::lab
