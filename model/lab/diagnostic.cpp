#include "model/lab/diagnostic.h"

#include <algorithm>

namespace gregor::lab {
namespace {

/// Control characters would break the rule of one line for each mistake.
std::string one_line(const std::string& text)
{
    std::string line;
    for (const char c : text) {
        line += static_cast<unsigned char>(c) < 32 || c == 127 ? ' ' : c;
    }
    return line;
}

std::string joined(const std::string& file, const std::vector<Diagnostic>& diagnostics)
{
    std::string text;
    for (const Diagnostic& each : diagnostics) {
        if (!text.empty()) text += '\n';
        text += file + ": " + each.text();
    }
    return text;
}

}  // namespace

std::string Diagnostic::text() const
{
    std::string line = path.empty() ? "/" : path;
    line += ": found " + found + ", allowed " + allowed;
    if (!nearest.empty()) line += " (did you mean " + nearest + "?)";
    return one_line(line);
}

void Diagnostics::add(Diagnostic diagnostic)
{
    if (full() || std::ranges::find(all_, diagnostic) != all_.end()) return;
    all_.push_back(std::move(diagnostic));
}

BadInput::BadInput(std::string file, std::vector<Diagnostic> diagnostics)
    : std::runtime_error(joined(file, diagnostics)),
      file_(std::move(file)),
      diagnostics_(std::move(diagnostics))
{
}

}  // namespace gregor::lab
