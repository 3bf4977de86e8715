// The one main of all C++ tests. Beside Catch2's own tags every test case gets the tag of its
// folder, so that `gregor_tests "[folder:model/log]"` runs what lies in tests/model/log.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

/// "tests/model/log/segment_test.cpp" becomes "folder:model/log"; empty for a file outside tests/.
std::string folder_tag(const std::string& file)
{
    const std::string root = "tests/";
    const std::size_t start = file.rfind("/" + root);
    const std::size_t begin = file.starts_with(root)       ? root.size()
                              : start != std::string::npos ? start + 1 + root.size()
                                                           : std::string::npos;
    if (begin == std::string::npos) return "";
    const std::size_t end = file.rfind('/');
    return end <= begin ? "" : "folder:" + file.substr(begin, end - begin);
}

/// Catch2 2.13 adds tags to registered tests only through its sorted list, as its option -# does.
void add_folder_tags(const Catch::IConfig& config)
{
    auto& tests = const_cast<std::vector<Catch::TestCase>&>(Catch::getAllTestCasesSorted(config));
    for (Catch::TestCase& test : tests) {
        const std::string tag = folder_tag(test.lineInfo.file);
        if (tag.empty()) continue;
        std::vector<std::string> tags = test.tags;
        tags.push_back(tag);
        Catch::setTags(test, tags);
    }
}

/// Tests that start `gregor` as a child, or read scenarios and vectors, find them through these.
void set_default_environment()
{
    constexpr int keep_existing = 0;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
    ::setenv("GREGOR_SOURCE_DIR", GREGOR_SOURCE_DIR, keep_existing);
    ::setenv("GREGOR_BINARY", (self.parent_path() / "gregor").c_str(), keep_existing);
}

}  // namespace

int main(int argc, char* argv[])
{
    set_default_environment();
    Catch::Session session;
    const int bad_arguments = session.applyCommandLine(argc, argv);
    if (bad_arguments != 0) return bad_arguments;
    add_folder_tags(session.config());
    return session.run();
}
