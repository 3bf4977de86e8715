#pragma once

#include "engine/time.h"
#include "model/lab/value.h"

#include <cstdint>
#include <string>

namespace gregor::lab {

/// What became of one assertion.
struct AssertionOutcome {
    enum class Verdict : std::uint8_t { undecided, holds, violated, vacuous };
    std::string id;
    Verdict verdict = Verdict::undecided;
    std::uint64_t event{};  ///< at which it was decided
    Time at;
    Value witness;     ///< the smallest proof of a violation, e.g. the records lost
    std::string what;  ///< one sentence

    bool decided() const { return verdict != Verdict::undecided; }
};

}  // namespace gregor::lab
