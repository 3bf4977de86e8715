#include "model/lab/kafka_tools/topic_ids.h"

#include "model/lab/kafka_tools/tool_result.h"

#include <fmt/format.h>

namespace gregor::lab::kafka_tools {

std::string uuid_text(std::uint64_t most, std::uint64_t least)
{
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    for (int i = 0; i < 22; ++i) {
        std::uint64_t six = 0;
        for (int bit = 6 * i; bit < 6 * i + 6; ++bit) {
            const std::uint64_t word = bit < 64 ? most : least;
            six = six << 1 | (bit < 128 ? word >> (63 - bit % 64) & 1 : 0);
        }
        text += letters[six];
    }
    return text;
}

void check_topic_id(std::string_view text)
{
    if (text.size() > 24) {
        throw illegal_argument(
            fmt::format("Input string with prefix `{}` is too long to be decoded as a base64 UUID",
                        text.substr(0, 24)));
    }
    std::string_view bare = text;
    while (bare.ends_with('=')) bare.remove_suffix(1);
    const std::size_t bytes = bare.size() * 6 / 8;
    if (bytes != 16) {
        throw illegal_argument(
            fmt::format("Input string `{}` decoded as {} bytes, which is not "
                        "equal to the expected 16 bytes of a base64-encoded UUID",
                        text, bytes));
    }
}

}  // namespace gregor::lab::kafka_tools
