// Any bytes are either a scenario or refused with diagnostics: no crash, no hang, no other way out.
// Run: check_fuzz -max_len=8192 tests/fuzz/corpus/check
#include "model/lab/scenario_file.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace gregor::lab;
    try {
        const auto file =
            ScenarioFile::parse(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
        for (const Diagnostic& each : file.check()) {
            if (each.text().find('\n') != std::string::npos) std::abort();
        }
        // What check() lets pass must resolve.
        if (file.check().empty()) (void)file.resolve(file.leg_names().front(), std::size_t{0});
    } catch (const BadInput& bad) {
        if (bad.diagnostics().empty()) std::abort();
    }
    return 0;
}
