#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

/// The running hash after every event, small enough to keep for every run: its low 8 bits for each
/// event, and all 64 for every 1,024th. Names the first event at which a re-executed run differs
/// (a difference goes unseen for k events with a chance of 2^-8k), and proves that none does.
class HashChain {
public:
    static constexpr std::uint64_t link_interval = 1024;

    /// The hash after the next event; the first is event 1.
    void append(std::uint64_t hash)
    {
        bytes_.push_back(static_cast<std::uint8_t>(hash));
        if (bytes_.size() % link_interval == 0) links_.push_back(hash);
    }
    std::uint64_t size() const { return bytes_.size(); }
    /// Whether event `number` left this hash; false behind the end and for event 0.
    bool matches(std::uint64_t number, std::uint64_t hash) const
    {
        if (number - 1 >= bytes_.size()) return false;
        if (bytes_[number - 1] != static_cast<std::uint8_t>(hash)) return false;
        return number % link_interval != 0 || links_[number / link_interval - 1] == hash;
    }
    /// The first event at which two chains differ (also: that one of them lacks); 0 if none.
    static std::uint64_t first_difference(const HashChain& a, const HashChain& b);

    std::string encode() const;
    /// Throws RecordingError, with offsets into `bytes`.
    static HashChain decode(std::string_view bytes);

    bool operator==(const HashChain&) const = default;

private:
    std::vector<std::uint8_t> bytes_;
    std::vector<std::uint64_t> links_;
};

/// One run, complete enough to be executed again and compared event by event.
struct Recording {
    std::string header;     ///< JSON: versions, scenario, seed, resources, parent of a fork
    std::string inputs;     ///< the scenario's text and the traces it uses
    std::string durations;  ///< DurationLog::encode
    std::string external;   ///< effects of processes outside; mostly empty
    HashChain chain;
    std::uint64_t event_count = 0;
    std::uint64_t final_hash = 0;

    bool operator==(const Recording&) const = default;
};

/// The bytes are not a recording: foreign, damaged, cut off, or of another format version.
class RecordingError : public std::runtime_error {
public:
    RecordingError(std::uint64_t at, std::string what_found, std::string what_allowed);
    std::uint64_t offset;
    std::string found;
    std::string allowed;
};

inline constexpr std::uint32_t recording_format_version = 1;
/// Of all sections together when unpacked.
inline constexpr std::uint64_t recording_size_limit = std::uint64_t{1} << 30;

/// The file, all numbers little-endian:
///     "GREGOR\r\n", u32 format version, u32 sections, u64 length of the file, u64 events,
///     u64 final hash, u64 checksum of the bytes up to here;
/// then five sections in the order header, inputs, durations, external, chain, each:
///     u32 id (1 to 5), u32 flags (1: packed by zstd), u64 size unpacked, u64 size here,
///     u64 checksum of the content here, u64 checksum of the fields up to here, content.
std::string encode(const Recording& recording);

/// Throws RecordingError. Checks every checksum before it unpacks anything, and every size before
/// it allocates: at most the limit above, and 64 KiB plus 40,000 times the size packed.
Recording decode(std::string_view bytes);

/// The checksum used above.
std::uint64_t checksum(std::string_view bytes);

}  // namespace gregor
