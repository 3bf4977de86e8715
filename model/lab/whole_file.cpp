#include "model/lab/whole_file.h"

#include "model/lab/diagnostic.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace gregor::lab {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& found,
                         const std::string& allowed)
{
    throw BadInput(name, {{"/", found, allowed, ""}});
}

std::string read_stream(std::istream& stream, const std::string& name, std::size_t largest)
{
    std::string content;
    char block[65'536];
    while (stream.read(block, sizeof block) || stream.gcount() > 0) {
        content.append(block, static_cast<std::size_t>(stream.gcount()));
        if (content.size() > largest) {
            refuse(name, "more than " + std::to_string(largest) + " bytes", "a smaller file");
        }
    }
    return content;
}

std::string temporary_name(const std::string& name)
{
    return name + ".part" + std::to_string(::getpid());
}

}  // namespace

std::string read_whole_file(const std::string& name, std::size_t largest)
{
    if (name == "-") return read_stream(std::cin, name, largest);
    std::error_code error;
    const auto status = std::filesystem::status(name, error);
    if (!std::filesystem::exists(status)) refuse(name, "no such file", "a file that exists");
    if (std::filesystem::is_directory(status)) refuse(name, "a folder", "a file");
    std::ifstream stream(name, std::ios::binary);
    if (!stream) refuse(name, std::strerror(errno), "a file that can be read");
    return read_stream(stream, name, largest);
}

void write_whole_file(const std::string& name, std::string_view content)
{
    if (name == "-") {
        std::cout.write(content.data(), static_cast<std::streamsize>(content.size()));
        std::cout.flush();
        return;
    }
    const std::string beside = temporary_name(name);
    {
        std::ofstream stream(beside, std::ios::binary | std::ios::trunc);
        stream.write(content.data(), static_cast<std::streamsize>(content.size()));
        stream.flush();
        if (!stream) {
            const std::string reason = std::strerror(errno);
            std::remove(beside.c_str());
            refuse(name, reason, "a place that can be written to");
        }
    }
    if (std::rename(beside.c_str(), name.c_str()) != 0) {
        const std::string reason = std::strerror(errno);
        std::remove(beside.c_str());
        refuse(name, reason, "a place that can be written to");
    }
}

void check_writable(const std::string& name)
{
    if (name == "-" || name.empty()) return;
    if (std::filesystem::is_directory(name)) refuse(name, "a folder", "the name of a file");
    const std::string beside = temporary_name(name);
    std::ofstream stream(beside, std::ios::binary);
    const std::string reason = stream ? "" : std::strerror(errno);
    stream.close();
    std::remove(beside.c_str());
    if (!reason.empty()) refuse(name, reason, "a place that can be written to");
}

}  // namespace gregor::lab
