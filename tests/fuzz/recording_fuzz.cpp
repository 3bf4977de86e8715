// The reader of recordings on arbitrary bytes: an error or a recording, and nothing else.
// Checksums would stop almost every input at once, so each is also tried with those put right.

#include "engine/recorded_resources.h"
#include "engine/recording.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void put(std::string& bytes, std::size_t at, std::uint64_t value)
{
    for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

std::uint64_t get(const std::string& bytes, std::size_t at)
{
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

/// Follows the format in recording.h as far as the bytes go.
std::string with_right_checksums(std::string bytes)
{
    const auto sum = [&](std::size_t begin, std::size_t size) {
        return gregor::checksum(std::string_view(bytes).substr(begin, size));
    };
    if (bytes.size() < 48) return bytes;
    put(bytes, 16, bytes.size());
    put(bytes, 40, sum(0, 40));
    std::size_t at = 48;
    while (bytes.size() - at >= 40) {
        const std::size_t left = bytes.size() - at - 40;
        const auto size =
            static_cast<std::size_t>(std::min<std::uint64_t>(get(bytes, at + 16), left));
        put(bytes, at + 24, sum(at + 40, size));
        put(bytes, at + 32, sum(at, 32));
        at += 40 + size;
    }
    return bytes;
}

void read(std::string_view bytes)
{
    try {
        const gregor::Recording recording = gregor::decode(bytes);
        if (gregor::decode(gregor::encode(recording)) != recording) std::abort();
        const auto log = gregor::DurationLog::decode(recording.durations);
        if (gregor::DurationLog::decode(log.encode()) != log) std::abort();
    } catch (const gregor::RecordingError& error) {
        if (error.offset > bytes.size()) std::abort();
    } catch (const gregor::DurationLogError&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    read(bytes);
    read(with_right_checksums(bytes));
    return 0;
}
