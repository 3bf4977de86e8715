#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace gregor::lab {

/// One mistake in an input, in words.
struct Diagnostic {
    std::string path;  ///< JSON pointer, or "line 3, column 5 (byte 41)"
    std::string found;
    std::string allowed;
    std::string nearest;  ///< the right word that was perhaps meant, or empty

    /// "/topics/0/rf: found 5, allowed 1 to 3 (did you mean ...?)", always one line.
    std::string text() const;
    bool operator==(const Diagnostic&) const = default;
};

/// Collects mistakes, each once, and stops collecting at the limit.
class Diagnostics {
public:
    static constexpr std::size_t most = 50;

    void add(Diagnostic diagnostic);
    bool empty() const { return all_.empty(); }
    bool full() const { return all_.size() >= most; }
    std::size_t size() const { return all_.size(); }
    const std::vector<Diagnostic>& all() const { return all_; }

private:
    std::vector<Diagnostic> all_;
};

/// An input that cannot be used; nothing was done. Thrown and caught only in model/lab.
class BadInput : public std::runtime_error {
public:
    BadInput(std::string file, std::vector<Diagnostic> diagnostics);
    const std::string& file() const { return file_; }
    const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

private:
    std::string file_;
    std::vector<Diagnostic> diagnostics_;
};

}  // namespace gregor::lab
