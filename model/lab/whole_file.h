#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gregor::lab {

/// The content of a file; "-" is standard input. Throws BadInput.
std::string read_whole_file(const std::string& name, std::size_t largest);

/// Writes beside the place and renames: the file appears whole or not at all. "-" is standard
/// output. Throws BadInput.
void write_whole_file(const std::string& name, std::string_view content);

/// Throws BadInput unless a file of that name could be written; leaves nothing behind.
void check_writable(const std::string& name);

}  // namespace gregor::lab
