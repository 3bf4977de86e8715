#include "model/lab/cli/commands.h"
#include "model/lab/cli/console.h"
#include "model/lab/event_text.h"
#include "model/lab/opened_recording.h"
#include "model/lab/segments_text.h"
#include "model/lab/shape.h"
#include "model/lab/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>
#include <optional>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

OpenedRecording open(const std::string& file)
{
    ProgressBar bar("opening " + file);
    return OpenedRecording::open(file, [&](Time now, Time end) {
        bar.show(static_cast<double>(now.nanoseconds) / static_cast<double>(end.nanoseconds));
    });
}

/// Says where a recording and its re-execution part; false when they do not.
bool differs(const OpenedRecording& recording, const std::string& file)
{
    if (!recording.difference()) return false;
    print_error(fmt::format("{}: event {} is the first that differs; re-execution made of it:\n{}",
                            file, recording.difference()->event, recording.difference()->what));
    return true;
}

int verify(const std::vector<std::string>& files)
{
    int code = exit_code::as_expected;
    for (const std::string& file : files) {
        const OpenedRecording recording = open(file);
        if (recording.difference()) {
            fmt::print("{}: differs, event {} is the first; re-execution made of it:\n{}\n", file,
                       recording.difference()->event, recording.difference()->what);
            code = exit_code::not_as_expected;
            continue;
        }
        fmt::print("{}: same hash {}, {} events{}\n", file, hash_text(recording.final_hash()),
                   recording.event_count(),
                   recording.complete() ? "" : " (the run was interrupted there)");
    }
    return code;
}

int show(const std::string& file, const std::string& at_text, const std::string& about,
         bool as_json)
{
    const Time at = parse_instant(at_text, "--at");
    OpenedRecording recording = open(file);
    if (differs(recording, file)) return exit_code::not_as_expected;
    if (at > recording.end()) {
        throw BadInput("gregor", {{"--at", excerpt(Json(at_text)),
                                   "0s to " + exact_seconds(recording.end()), ""}});
    }
    const Snapshot snapshot = Snapshot::of(recording.seek(at));
    if (!about.empty()) {
        const Snapshot::Partition* partition = snapshot.partition_named(about);
        if (partition == nullptr) {
            std::string names;
            for (const auto& each : snapshot.partitions) {
                if (!each.internal) names += (names.empty() ? "" : ", ") + each.name;
            }
            throw BadInput("gregor", {{"--about", excerpt(Json(about)), names, ""}});
        }
        if (as_json) {
            Json replicas = Json::array();
            for (const auto& each : partition->replicas) {
                replicas.push_back(
                    {{"broker", each.broker.value}, {"segments", segments_json(each)}});
            }
            write_json("-", {{"partition", about}, {"replicas", replicas}});
        } else {
            fmt::print("{}", segments_text(*partition));
        }
        return exit_code::as_expected;
    }
    if (!as_json) {
        fmt::print("{}", snapshot.to_text());
        return exit_code::as_expected;
    }
    Json json = snapshot.to_json();
    json["time_ms"] = in_milliseconds(at - Time{});
    json["resources"] = recording.identity().resources;
    json["hash"] = hash_text(recording.final_hash());
    write_json("-", json);
    return exit_code::as_expected;
}

struct EventFilter {
    std::vector<std::string> kinds, subjects;

    bool accepts(const EventText& event) const
    {
        const bool kind = kinds.empty() || std::ranges::find(kinds, event.kind) != kinds.end();
        const auto about = [&](const std::string& subject) { return event.is_about(subject); };
        return kind && std::ranges::all_of(subjects, about);
    }
};

/// Prints each event that the filter accepts.
class Printer final : public RunListener {
public:
    Printer(const Names& names, const EventFilter& filter, bool as_json)
        : names_(names), filter_(filter), as_json_(as_json)
    {
    }
    bool wants_messages() const override { return true; }
    void on_message(const StepOf& step, const Message& message) override
    {
        arrived_ = describe(step, &message, names_);
    }
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t) override
    {
        const bool message = arrived_ && arrived_->number == step.number;
        print(message ? *arrived_ : describe(step, nullptr, names_));
        arrived_.reset();
        std::uint64_t number = step.number;
        for (const Event& event : events) print(describe(step, ++number, event, names_));
    }
    std::uint64_t printed() const { return printed_; }

private:
    void print(const EventText& event)
    {
        if (!filter_.accepts(event)) return;
        ++printed_;
        if (!as_json_) {
            fmt::print("{}\n", event.line());
            return;
        }
        const auto replace = Json::error_handler_t::replace;
        fmt::print("{}\n  {}", printed_ == 1 ? "" : ",",
                   event.to_json().dump(-1, ' ', false, replace));
    }

    const Names& names_;
    const EventFilter& filter_;
    bool as_json_;
    std::optional<EventText> arrived_;
    std::uint64_t printed_ = 0;
};

struct EventOptions {
    std::string file, from = "0s", to;
    std::vector<std::string> kinds, about;
    bool json = false;
};

/// "1" and "broker 1" are the same; clients, topics, partitions and groups go by their names.
std::string subject_named(std::string text, const Names& names)
{
    if (!text.empty() && text[0] == 'b' && text.size() > 1 &&
        std::all_of(text.begin() + 1, text.end(),
                    [](unsigned char c) { return std::isdigit(c); })) {
        text.erase(0, 1);
    }
    const bool number = !text.empty() && text.size() < 9 &&
                        std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); });
    if (number) text = node_name(BrokerId{std::stoi(text)});
    const std::int32_t servers = names.layout.brokers + names.layout.controllers;
    std::vector<std::string> known;
    known.reserve(static_cast<std::size_t>(servers));
    for (std::int32_t i = 0; i < servers; ++i) {
        known.push_back(names.of(NodeId{i}));
    }
    for (const auto* list : {&names.clients, &names.topics, &names.groups}) {
        for (const std::string& each : *list) {
            if (!each.empty()) known.push_back(each);
        }
    }
    if (std::ranges::find(known, text) != known.end() || names.partition_named(text)) return text;
    const std::vector<std::string_view> words(known.begin(), known.end());
    std::string all;
    for (const std::string& each : known) all += (all.empty() ? "" : ", ") + each;
    throw BadInput("gregor", {{"--about", excerpt(Json(text)), all + ", or a partition",
                               nearest_word(text, words)}});
}

int events(const EventOptions& options)
{
    const Time from = parse_instant(options.from, "--from");
    const Time to = options.to.empty() ? never : parse_instant(options.to, "--to");
    EventFilter filter{.kinds = options.kinds};
    std::vector<std::string_view> kinds = event_kinds();
    for (const std::string_view each : step_kinds()) kinds.push_back(each);
    for (const std::string& kind : filter.kinds) check_choice(kind, kinds, "--kind");
    OpenedRecording recording = open(options.file);
    if (differs(recording, options.file)) return exit_code::not_as_expected;
    for (const std::string& each : options.about) {
        filter.subjects.push_back(subject_named(each, recording.names()));
    }
    const Names names = recording.names();
    Printer printer(names, filter, options.json);
    if (options.json) {
        const RunIdentity& identity = recording.identity();
        fmt::print(
            "{{\"gregor\": 1, \"scenario\": {}, \"seed\": {}, \"resources\": {},\n"
            " \"hash\": \"{}\", \"events\": [",
            Json(identity.scenario).dump(), identity.seed, Json(identity.resources).dump(),
            hash_text(recording.final_hash()));
    }
    recording.replay(from, to, printer);
    if (options.json) fmt::print("\n]}}\n");
    return exit_code::as_expected;
}

}  // namespace

void add_recording_commands(CLI::App& app, Command& command)
{
    CLI::App* verifying =
        app.add_subcommand("verify", "Re-execute recordings with their recorded durations");
    auto files = std::make_shared<std::vector<std::string>>();
    verifying->add_option("files", *files, "recordings")->required();
    verifying->callback([files, &command] { command = [files] { return verify(*files); }; });

    CLI::App* showing =
        app.add_subcommand("show", "The whole cluster at one instant of a recording");
    auto file = std::make_shared<std::string>();
    auto at = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    showing->add_option("file", *file, "recording")->required();
    showing->add_option("--at", *at, "instant, like 11.9s")->required();
    showing->add_flag("--json", *json, "as data");
    auto about = std::make_shared<std::string>();
    showing->add_option("--about", *about,
                        "a partition, like orders-0: its replicas as the files of their logs");
    showing->callback([=, &command] { command = [=] { return show(*file, *at, *about, *json); }; });

    CLI::App* listing = app.add_subcommand("events", "The numbered events of a recording");
    auto options = std::make_shared<EventOptions>();
    listing->add_option("file", options->file, "recording")->required();
    listing->add_option("--from", options->from, "first instant");
    listing->add_option("--to", options->to, "last instant");
    listing->add_option("--kind", options->kinds, "only this kind, like PartitionChanged")
        ->allow_extra_args(false);
    listing
        ->add_option("--about", options->about,
                     "only what concerns this broker, client, topic, partition or group")
        ->allow_extra_args(false);
    listing->add_flag("--json", options->json, "as data");
    listing->callback([options, &command] { command = [options] { return events(*options); }; });
}

}  // namespace gregor::lab
