#include "engine/recording.h"

#include "engine/check.h"
#include "engine/hash.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace gregor {

namespace {

constexpr std::string_view magic = "GREGOR\r\n";
constexpr std::size_t head_size = 48;
constexpr std::size_t section_head_size = 40;
constexpr std::array<std::string_view, 5> section_names = {"header", "inputs", "durations",
                                                           "external", "chain"};
constexpr std::uint32_t packed_flag = 1;
constexpr std::uint64_t unpacked_slack = 64 * 1024;
constexpr std::uint64_t unpacked_ratio = 40'000;  // zstd itself reaches 32,768
constexpr int packing_level = 6;

void put(std::string& out, std::uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t count)
{
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

std::string number(std::uint64_t value)
{
    return std::to_string(value);
}

/// Fields one after another; every error knows where it is in the file.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::size_t position() const { return position_; }
    std::size_t left() const { return bytes_.size() - position_; }
    std::uint64_t take(std::size_t count)
    {
        const std::uint64_t value = get(bytes_, position_, count);
        position_ += count;
        return value;
    }
    std::string_view take_bytes(std::size_t count)
    {
        const std::string_view taken = bytes_.substr(position_, count);
        position_ += count;
        return taken;
    }
    /// The next field is the checksum of everything since `begin`.
    void expect_checksum(std::size_t begin, const std::string& of)
    {
        const std::size_t at = position_;
        const std::uint64_t computed = checksum(bytes_.substr(begin, at - begin));
        if (take(8) != computed) {
            throw RecordingError(at, "a wrong checksum of " + of, "undamaged bytes");
        }
    }

private:
    std::string_view bytes_;
    std::size_t position_ = 0;
};

struct Section {
    std::size_t content_at = 0;
    bool packed = false;
    std::uint64_t unpacked_size = 0;
    std::string_view content;
};

struct Head {
    std::uint64_t event_count = 0;
    std::uint64_t final_hash = 0;
};

Head take_head(Reader& reader, std::string_view bytes)
{
    const std::size_t shown = std::min(bytes.size(), magic.size());
    if (bytes.substr(0, shown) != magic.substr(0, shown) || bytes.empty()) {
        throw RecordingError(0, bytes.empty() ? "an empty file" : "a file of another kind",
                             "a Gregor recording");
    }
    if (bytes.size() < head_size) {
        throw RecordingError(bytes.size(), "the end of the file", number(head_size) + " bytes");
    }
    reader.take_bytes(magic.size());
    const std::uint64_t version = reader.take(4);
    if (version != recording_format_version) {
        throw RecordingError(8, "format version " + number(version),
                             "version " + number(recording_format_version));
    }
    const std::uint64_t sections = reader.take(4);
    const std::uint64_t length = reader.take(8);
    const Head head{reader.take(8), reader.take(8)};
    reader.expect_checksum(0, "the file's head");
    if (sections != section_names.size()) {
        throw RecordingError(12, number(sections) + " sections", number(section_names.size()));
    }
    if (length != bytes.size()) {
        throw RecordingError(bytes.size(), "a file of " + number(bytes.size()) + " bytes",
                             number(length) + " bytes");
    }
    return head;
}

Section take_section(Reader& reader, std::size_t index)
{
    const std::string name = "section " + std::string(section_names[index]);
    const std::size_t begin = reader.position();
    if (reader.left() < section_head_size) {
        throw RecordingError(begin, "the end of the file", "the head of " + name);
    }
    const std::uint64_t id = reader.take(4);
    const std::uint64_t flags = reader.take(4);
    Section section;
    section.unpacked_size = reader.take(8);
    const std::uint64_t size = reader.take(8);
    const std::uint64_t content_checksum = reader.take(8);
    reader.expect_checksum(begin, "the head of " + name);
    if (id != index + 1) {
        throw RecordingError(begin, "section " + number(id), number(index + 1));
    }
    if (flags > packed_flag) {
        throw RecordingError(begin + 4, "flags " + number(flags), "0 or 1");
    }
    section.packed = flags == packed_flag;
    if (size > reader.left()) {
        throw RecordingError(begin + 16, name + " of " + number(size) + " bytes",
                             "at most " + number(reader.left()));
    }
    const std::uint64_t most = section.packed ? unpacked_slack + unpacked_ratio * size : size;
    const std::uint64_t least = section.packed ? 0 : size;
    if (section.unpacked_size > most || section.unpacked_size < least) {
        throw RecordingError(begin + 8,
                             name + " of " + number(section.unpacked_size) + " bytes unpacked",
                             number(least) + " to " + number(most));
    }
    section.content_at = reader.position();
    section.content = reader.take_bytes(static_cast<std::size_t>(size));
    if (checksum(section.content) != content_checksum) {
        throw RecordingError(section.content_at, "a wrong checksum of " + name, "undamaged bytes");
    }
    return section;
}

std::string unpack(const Section& section)
{
    if (!section.packed) return std::string(section.content);
    const auto declared = ZSTD_getFrameContentSize(section.content.data(), section.content.size());
    std::string text;
    if (declared == section.unpacked_size) {
        text.resize(static_cast<std::size_t>(section.unpacked_size));
        const std::size_t size = ZSTD_decompress(text.data(), text.size(), section.content.data(),
                                                 section.content.size());
        if (size == section.unpacked_size) return text;
    }
    throw RecordingError(section.content_at, "packed bytes that do not unpack",
                         number(section.unpacked_size) + " bytes of content");
}

void put_section(std::string& out, std::size_t index, std::string_view content)
{
    std::string packed(ZSTD_compressBound(content.size()), '\0');
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), packing_level);
    GREGOR_CHECK(ZSTD_isError(size) == 0);
    packed.resize(size);
    const bool use_packed = size < content.size();
    const std::string_view stored = use_packed ? std::string_view(packed) : content;
    const std::size_t begin = out.size();
    put(out, index + 1, 4);
    put(out, use_packed ? packed_flag : 0, 4);
    put(out, content.size(), 8);
    put(out, stored.size(), 8);
    put(out, checksum(stored), 8);
    put(out, checksum(std::string_view(out).substr(begin)), 8);
    out.append(stored);
}

}  // namespace

std::uint64_t checksum(std::string_view bytes)
{
    std::uint64_t hash = 0x8f1bbcdcca62c1d6ULL;
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) hash = mix(hash, get(bytes, at, 8));
    hash = mix(hash, get(bytes, at, bytes.size() - at));
    return mix(hash, bytes.size());
}

RecordingError::RecordingError(std::uint64_t at, std::string what_found, std::string what_allowed)
    : std::runtime_error("recording: found " + what_found + " at byte " + number(at) +
                         ", expected " + what_allowed),
      offset(at),
      found(std::move(what_found)),
      allowed(std::move(what_allowed))
{
}

std::uint64_t HashChain::first_difference(const HashChain& a, const HashChain& b)
{
    const auto [in_a, in_b] =
        std::mismatch(a.bytes_.begin(), a.bytes_.end(), b.bytes_.begin(), b.bytes_.end());
    const auto [link_a, link_b] =
        std::mismatch(a.links_.begin(), a.links_.end(), b.links_.begin(), b.links_.end());
    const auto byte = static_cast<std::uint64_t>(in_a - a.bytes_.begin()) + 1;
    const auto link = (static_cast<std::uint64_t>(link_a - a.links_.begin()) + 1) * link_interval;
    const std::uint64_t longest = std::max(a.size(), b.size());
    const std::uint64_t first = std::min(byte, link);
    return first <= longest ? first : 0;
}

std::string HashChain::encode() const
{
    std::string out;
    out.reserve(8 + bytes_.size() + 8 * links_.size());
    put(out, bytes_.size(), 8);
    for (const std::uint8_t byte : bytes_) out.push_back(static_cast<char>(byte));
    for (const std::uint64_t link : links_) put(out, link, 8);
    return out;
}

HashChain HashChain::decode(std::string_view bytes)
{
    if (bytes.size() < 8) {
        throw RecordingError(bytes.size(), "the end of the hash chain", "its size");
    }
    const std::uint64_t size = get(bytes, 0, 8);
    const std::uint64_t links = size / link_interval;
    if (size > bytes.size() || bytes.size() - 8 != size + 8 * links) {
        throw RecordingError(0, "a hash chain of " + number(size) + " events",
                             "a number that fits " + number(bytes.size()) + " bytes");
    }
    HashChain chain;
    const std::string_view low = bytes.substr(8, static_cast<std::size_t>(size));
    chain.bytes_.assign(low.begin(), low.end());
    for (std::size_t i = 0; i < links; ++i) {
        const std::uint64_t link = get(bytes, 8 + low.size() + 8 * i, 8);
        const std::size_t last = (i + 1) * link_interval - 1;
        if (static_cast<std::uint8_t>(link) != chain.bytes_[last]) {
            throw RecordingError(8 + low.size() + 8 * i, "a link that contradicts its event",
                                 "the hash after event " + number(last + 1));
        }
        chain.links_.push_back(link);
    }
    return chain;
}

std::string encode(const Recording& recording)
{
    const std::string chain = recording.chain.encode();
    GREGOR_CHECK(recording.header.size() + recording.inputs.size() + recording.durations.size() +
                     recording.external.size() + chain.size() <=
                 recording_size_limit);
    std::string out(magic);
    put(out, recording_format_version, 4);
    put(out, section_names.size(), 4);
    const std::size_t length_at = out.size();
    out.resize(head_size, '\0');  // the rest of the head is known when all else is
    put_section(out, 0, recording.header);
    put_section(out, 1, recording.inputs);
    put_section(out, 2, recording.durations);
    put_section(out, 3, recording.external);
    put_section(out, 4, chain);

    std::string head = out.substr(0, length_at);
    put(head, out.size(), 8);
    put(head, recording.event_count, 8);
    put(head, recording.final_hash, 8);
    put(head, checksum(head), 8);
    GREGOR_CHECK(head.size() == head_size);
    out.replace(0, head_size, head);
    return out;
}

Recording decode(std::string_view bytes)
{
    Reader reader(bytes);
    const Head head = take_head(reader, bytes);
    std::array<Section, section_names.size()> sections;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < sections.size(); ++i) {
        sections[i] = take_section(reader, i);
        total += sections[i].unpacked_size;
    }
    if (reader.left() != 0) {
        throw RecordingError(reader.position(), number(reader.left()) + " more bytes",
                             "the end of the file");
    }
    if (total > recording_size_limit) {
        throw RecordingError(head_size, number(total) + " bytes unpacked",
                             "at most " + number(recording_size_limit));
    }
    Recording recording;
    recording.event_count = head.event_count;
    recording.final_hash = head.final_hash;
    recording.header = unpack(sections[0]);
    recording.inputs = unpack(sections[1]);
    recording.durations = unpack(sections[2]);
    recording.external = unpack(sections[3]);
    recording.chain = HashChain::decode(unpack(sections[4]));
    return recording;
}

}  // namespace gregor
