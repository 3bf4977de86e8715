#include "model/lab/conformance/registry.h"

#include "model/lab/conformance/kafka_tools_area.h"
#include "model/lab/conformance/transaction_areas.h"
#include "model/lab/diagnostic.h"
#include "model/lab/whole_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>

namespace gregor::lab {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct Area {
    std::string_view kind;
    std::vector<VectorOutcome> (*run)(std::string_view text) = nullptr;
    /// Instead of `run`, where the cases need what lies beside their file.
    std::vector<VectorOutcome> (*run_beside)(std::string_view text,
                                             const std::string& file) = nullptr;
};

/// Which function judges which kind of file.
constexpr std::array areas{
    Area{"clients/assignor-cooperative-sticky", conform_assignors},
    Area{"clients/assignor-range", conform_assignors},
    Area{"clients/assignor-roundrobin", conform_assignors},
    Area{"clients/assignor-server-range", conform_server_assignors},
    Area{"clients/assignor-sticky", conform_assignors},
    Area{"clients/backoff", conform_backoff},
    Area{"clients/coordinator-partition", conform_coordinator_partition},
    Area{"clients/errors", conform_errors},
    Area{"clients/group-state", conform_group_state},
    Area{"clients/idempotence", conform_written_idempotence},
    Area{"clients/isolation", conform_isolation},
    Area{"clients/group-timeline", conform_group_timeline},
    Area{"clients/kip848-member", conform_reconciliation},
    Area{"clients/murmur2", conform_murmur2},
    Area{"clients/partitioner", conform_partitioner},
    Area{"clients/record-size", conform_record_size},
    Area{"clients/transactions", conform_written_transactions},
    Area{"golden/cli/acl", nullptr, conform_kafka_tools},
    Area{"golden/cli/acl-none", nullptr, conform_kafka_tools},
    Area{"golden/cli/acl-tty", nullptr, conform_kafka_tools},
    Area{"golden/cli/console", nullptr, conform_kafka_tools},
    Area{"golden/cli/dumplog", nullptr, conform_kafka_tools},
    Area{"golden/cli/extra", nullptr, conform_kafka_tools},
    Area{"golden/cli/failures", nullptr, conform_kafka_tools},
    Area{"golden/cli/groups", nullptr, conform_kafka_tools},
    Area{"golden/cli/misc", nullptr, conform_kafka_tools},
    Area{"golden/cli/misc2", nullptr, conform_kafka_tools},
    Area{"golden/cli/perf", nullptr, conform_kafka_tools},
    Area{"golden/cli/reassign", nullptr, conform_kafka_tools},
    Area{"golden/cli/reset", nullptr, conform_kafka_tools},
    Area{"golden/cli/topics", nullptr, conform_kafka_tools},
    Area{"golden/cli/txn", nullptr, conform_kafka_tools},
    Area{"golden/failover/defaults", conform_defaults},
    Area{"golden/failover/reassignment", conform_reassignment},
    Area{"golden/failover/reregistration", conform_reregistration},
    Area{"golden/failover/timelines", conform_failover_timelines},
    Area{"golden/failover/timelines_timing", conform_failover_timelines},
    Area{"golden/groups/eos", conform_exactly_once},
    Area{"golden/groups/transactions", conform_transactions},
    Area{"golden/groups/txn_protocol", conform_transaction_protocol},
    Area{"golden/groups/classic_protocol", conform_classic_protocol},
    Area{"golden/groups/consumer_protocol", conform_consumer_protocol},
    Area{"golden/groups/rebalance", conform_group_rebalances},
    Area{"golden/groups/rebalance_timing", conform_group_rebalances},
    Area{"golden/placement/assignors_client", conform_assignors},
    Area{"golden/placement/assignors_server", conform_server_assignors},
    Area{"golden/placement/backoff", conform_backoff},
    Area{"golden/placement/coordinator_hash", conform_coordinator_partition},
    Area{"golden/placement/interval_and_timestamps", conform_encodings},
    Area{"golden/placement/leader_election", conform_leader_election},
    Area{"golden/placement/murmur2", conform_murmur2},
    Area{"golden/placement/regex_and_names", conform_configs},
    Area{"golden/placement/replica_placement", conform_replica_placement},
    Area{"golden/placement/sticky_partitioner", conform_partitioner},
    Area{"golden/protocol/errors-4.3.1", conform_error_table},
    Area{"golden/storage/append_roll", conform_append_roll},
    Area{"golden/storage/batch_bytes", conform_batch_bytes},
    Area{"golden/storage/compaction", conform_compaction},
    Area{"golden/storage/epochs", conform_leader_epochs},
    Area{"golden/storage/high_watermark", conform_high_watermark},
    Area{"golden/storage/producer_state", conform_producer_state},
    Area{"golden/storage/read", conform_log_reads},
    Area{"golden/storage/recovery", conform_recovery},
    Area{"golden/storage/retention", conform_retention},
    Area{"storage/cleanable", conform_cleanable},
    Area{"storage/compaction", conform_written_compaction},
    Area{"storage/controller", conform_controller},
    Area{"storage/leader_epoch_cache", conform_leader_epochs},
    Area{"storage/producer_state", conform_written_producer_state},
    Area{"storage/record_encoding", conform_batch_bytes},
    Area{"storage/retention_and_roll", conform_retention_and_roll},
};

/// Inputs and tables beside the cases.
constexpr std::array<std::string_view, 4> not_cases{"records.json", "metrics.json",
                                                    "small_latencies.json", "connect_rest.json"};

constexpr std::size_t largest_file = std::size_t{256} << 20;

std::string kind_of_file(const fs::path& file, const fs::path& folder)
{
    const fs::path whole = fs::absolute(file).lexically_normal();
    std::string below;
    bool inside = false;
    for (const fs::path& part : whole) {
        if (inside) below += (below.empty() ? "" : "/") + part.string();
        if (part == "vectors") {
            inside = true;
            below.clear();
        }
    }
    if (!inside) below = fs::relative(file, folder).generic_string();
    return below.substr(0, below.size() - file.extension().string().size());
}

/// The area of a kind. A folder handed over in part has lost the beginning of its kinds.
const Area* area_of(const std::string& kind, const std::string& suffix)
{
    for (const Area& each : areas) {
        if (each.kind == kind) return &each;
    }
    const Area* found = nullptr;
    for (const Area& each : areas) {
        const bool golden = each.kind.starts_with("golden/");
        if (golden != (suffix == ".jsonl") || !each.kind.ends_with("/" + kind)) continue;
        if (found != nullptr) return nullptr;
        found = &each;
    }
    return found;
}

/// How many cases a file of an unknown kind holds.
std::int64_t count_cases(const std::string& text, const std::string& suffix)
{
    if (suffix == ".jsonl") {
        std::int64_t lines = 0;
        bool blank = true;
        for (const char c : text) {
            if (c == '\n') {
                lines += blank ? 0 : 1;
                blank = true;
            } else if (c != ' ' && c != '\r' && c != '\t') {
                blank = false;
            }
        }
        return lines + (blank ? 0 : 1);
    }
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_array()) return static_cast<std::int64_t>(json.size());
    if (!json.is_object()) return 1;
    for (const char* key : {"cases", "vectors", "calls", "tools"}) {
        if (json.contains(key)) return static_cast<std::int64_t>(json[key].size());
    }
    return 1;
}

std::int64_t sum(const std::vector<VectorFile>& files, std::int64_t VectorFile::*member)
{
    return std::accumulate(
        files.begin(), files.end(), std::int64_t{0},
        [&](std::int64_t all, const VectorFile& file) { return all + file.*member; });
}

}  // namespace

std::int64_t ConformanceResult::total() const
{
    return sum(files, &VectorFile::total);
}
std::int64_t ConformanceResult::passed() const
{
    return sum(files, &VectorFile::passed);
}
std::int64_t ConformanceResult::not_covered() const
{
    return sum(files, &VectorFile::not_covered);
}

Json ConformanceResult::to_json() const
{
    Json list = Json::array();
    for (const VectorFile& file : files) {
        Json failures = Json::array();
        for (const VectorOutcome& each : file.failures) {
            failures.push_back({{"id", each.id}, {"expected", each.expected}, {"got", each.got}});
        }
        list.push_back({{"file", file.file},
                        {"kind", file.kind},
                        {"total", file.total},
                        {"passed", file.passed},
                        {"not_covered", file.not_covered},
                        {"failures", failures}});
    }
    return {{"gregor", 1},
            {"files", list},
            {"total", total()},
            {"passed", passed()},
            {"not_covered", not_covered()}};
}

std::vector<std::string> find_vector_files(const std::string& folder)
{
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        throw BadInput(folder, {{"/", "no such folder", "a folder of vectors", ""}});
    }
    std::vector<std::string> files;
    const auto options = fs::directory_options::follow_directory_symlink;
    for (auto at = fs::recursive_directory_iterator(folder, options, error);
         at != fs::recursive_directory_iterator(); at.increment(error)) {
        const fs::path& path = at->path();
        const std::string suffix = path.extension().string();
        if (suffix != ".json" && suffix != ".jsonl") continue;
        if (std::ranges::find(not_cases, path.filename().string()) != not_cases.end()) continue;
        files.push_back(path.string());
    }
    std::ranges::sort(files);
    return files;
}

VectorFile run_vector_file(const std::string& file, const std::string& folder)
{
    const fs::path path(file);
    const std::string suffix = path.extension().string();
    VectorFile result{.file = file, .kind = kind_of_file(path, folder)};
    const std::string text = read_whole_file(file, largest_file);
    const Area* area = area_of(result.kind, suffix);
    if (area == nullptr) {
        result.total = result.not_covered = count_cases(text, suffix);
        return result;
    }
    std::vector<VectorOutcome> outcomes;
    try {
        outcomes = area->run != nullptr ? area->run(text) : area->run_beside(text, file);
    } catch (const std::exception& wrong) {
        result.total = std::max<std::int64_t>(count_cases(text, suffix), 1);
        VectorOutcome& whole = result.failures.emplace_back();
        whole.id = "the whole file";
        whole.expected = "cases of kind " + result.kind;
        whole.got = wrong.what();
        return result;
    }
    result.total = static_cast<std::int64_t>(outcomes.size());
    for (VectorOutcome& each : outcomes) {
        if (!each.covered) {
            ++result.not_covered;
        } else if (each.passed) {
            ++result.passed;
        } else {
            result.failures.push_back(std::move(each));
        }
    }
    return result;
}

}  // namespace gregor::lab
