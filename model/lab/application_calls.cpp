#include "model/lab/application_calls.h"

#include "model/control.h"
#include "model/lab/diagnostic.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

/// The letters are the format: a list for each effect, its letter first.
struct Encoder {
    Json operator()(const application::Commit& each) const
    {
        Json offsets = Json::array();
        for (const auto& [partition, offset] : each.offsets) {
            offsets.push_back({partition.topic.value, partition.partition, offset.value});
        }
        return {"c", each.wait, std::move(offsets)};
    }
    Json operator()(const application::Processed& each) const
    {
        return {"p", each.partition.topic.value, each.partition.partition, each.base_offset.value,
                each.count};
    }
    Json operator()(const application::Send& each) const
    {
        Json json{"s", each.partition.topic.value, each.partition.partition, each.count};
        if (each.key || each.value) json.push_back(bytes(each.key));
        if (!each.value) return json;
        json.push_back(bytes(each.value));
        Json headers = Json::array();
        for (const auto& header : each.headers)
            headers.push_back({header.key, bytes(header.value)});
        json.push_back(std::move(headers));
        return json;
    }
    Json operator()(const application::Seek& each) const
    {
        return {"k", each.partition.topic.value, each.partition.partition, each.offset.value};
    }
    Json operator()(const application::Pause& each) const
    {
        Json partitions = Json::array();
        for (const TopicPartition one : each.partitions) {
            partitions.push_back({one.topic.value, one.partition});
        }
        return {"h", each.paused, std::move(partitions)};
    }
    Json operator()(const application::Work& each) const { return {"w", each.time.nanoseconds}; }
    Json operator()(const application::SetTimer& each) const
    {
        return {"t", each.timer, each.delay.nanoseconds};
    }
    Json operator()(const application::CancelTimer& each) const { return {"x", each.timer}; }
    Json operator()(const application::Stop&) const { return {"e"}; }

private:
    /// As bytes: a key need not be UTF-8.
    static Json bytes(const std::optional<std::string>& text)
    {
        if (!text) return nullptr;
        return Json::binary({text->begin(), text->end()});
    }
};

std::optional<std::string> bytes_of(const Json& json)
{
    if (json.is_null()) return std::nullopt;
    if (json.is_string()) return json.get<std::string>();
    if (json.is_array()) {
        std::string text;
        for (const Json& each : json) text.push_back(static_cast<char>(each.get<std::uint8_t>()));
        return text;
    }
    const auto& binary = json.get_binary();
    return std::string(binary.begin(), binary.end());
}

/// One effect; throws Json::exception for what is none.
ApplicationEffect decode_effect(const Json& json)
{
    const auto integer = [&](std::size_t at) { return json.at(at).get<std::int64_t>(); };
    const auto partition = [](const Json& list, std::size_t at) {
        return TopicPartition{TopicId{list.at(at).get<std::int32_t>()},
                              list.at(at + 1).get<std::int32_t>()};
    };
    const auto letter = json.at(0).get<std::string>();
    if (letter == "c") {
        application::Commit commit;
        commit.wait = json.at(1).get<bool>();
        for (const Json& each : json.at(2)) {
            commit.offsets.push_back({partition(each, 0), Offset{each.at(2).get<std::int64_t>()}});
        }
        return commit;
    }
    if (letter == "p") {
        return application::Processed{partition(json, 1), Offset{integer(3)}, integer(4)};
    }
    if (letter == "s") {
        application::Send send{partition(json, 1), integer(3), {}, {}, {}};
        if (json.size() > 4) send.key = bytes_of(json.at(4));
        if (json.size() > 5) send.value = bytes_of(json.at(5));
        for (const Json& each : json.size() > 6 ? json.at(6) : Json::array()) {
            send.headers.push_back({each.at(0).get<std::string>(), bytes_of(each.at(1))});
        }
        return send;
    }
    if (letter == "w") return application::Work{nanoseconds(integer(1))};
    if (letter == "t") {
        return application::SetTimer{json.at(1).get<std::uint32_t>(), nanoseconds(integer(2))};
    }
    if (letter == "k") return application::Seek{partition(json, 1), Offset{integer(3)}};
    if (letter == "h") {
        application::Pause pause;
        pause.paused = json.at(1).get<bool>();
        for (const Json& each : json.at(2)) pause.partitions.push_back(partition(each, 0));
        return pause;
    }
    if (letter == "x") return application::CancelTimer{json.at(1).get<std::uint32_t>()};
    if (letter == "e") return application::Stop{};
    throw Json::other_error::create(600, "unknown effect " + letter, &json);
}

/// Answers in one sentence what an application may not ask for.
class Refuser {
public:
    Refuser(const Client& client, const Scenario& scenario) : client_(client), scenario_(scenario)
    {
    }
    using Answer = std::optional<std::string>;

    Answer operator()(const application::Commit& each) const
    {
        if (auto answer = only(Client::Kind::consumer, "commit")) return answer;
        if (!client_.config.contains("group.id")) return std::string("commit without a group.id");
        for (const auto& [partition, offset] : each.offsets) {
            if (auto answer = unknown(partition)) return answer;
            if (offset.value < 0) return fmt::format("an offset of {}, below 0", offset.value);
        }
        return {};
    }
    Answer operator()(const application::Processed& each) const
    {
        if (auto answer = only(Client::Kind::consumer, "processed")) return answer;
        if (auto answer = unknown(each.partition)) return answer;
        if (each.count < 1 || each.count > most) {
            return fmt::format("{} records processed, allowed from 1", each.count);
        }
        return {};
    }
    Answer operator()(const application::Send& each) const
    {
        if (auto answer = only(Client::Kind::producer, "send")) return answer;
        const bool any = each.partition.partition == -1;
        if (auto answer = unknown(any ? TopicPartition{each.partition.topic, 0} : each.partition)) {
            return answer;
        }
        if (each.count < 1 || each.count > most) {
            return fmt::format("{} records to send, allowed from 1 to {}", each.count, most);
        }
        if (!each.value && !each.headers.empty()) return std::string("headers without a value");
        return {};
    }
    Answer operator()(const application::Seek& each) const
    {
        if (auto answer = only(Client::Kind::consumer, "seek")) return answer;
        if (auto answer = unknown(each.partition)) return answer;
        if (each.offset.value < control::Seek::beginning) {
            return fmt::format("an offset of {}, below 0", each.offset.value);
        }
        return {};
    }
    Answer operator()(const application::Pause& each) const
    {
        if (auto answer = only(Client::Kind::consumer, "pause")) return answer;
        for (const TopicPartition partition : each.partitions) {
            if (auto answer = unknown(partition)) return answer;
        }
        return {};
    }
    Answer operator()(const application::Work& each) const { return too_long(each.time); }
    Answer operator()(const application::SetTimer& each) const { return too_long(each.delay); }
    Answer operator()(const application::CancelTimer&) const { return {}; }
    Answer operator()(const application::Stop&) const { return {}; }

private:
    static constexpr std::int64_t most = 1'000'000'000;

    Answer only(Client::Kind kind, std::string_view what) const
    {
        if (client_.kind == kind) return {};
        return fmt::format("{} by a {}, allowed for a {}", what,
                           kind == Client::Kind::consumer ? "producer" : "consumer",
                           kind == Client::Kind::consumer ? "consumer" : "producer");
    }
    Answer unknown(TopicPartition partition) const
    {
        const auto topic = static_cast<std::size_t>(partition.topic.value);
        if (partition.topic.value < 0 || topic >= scenario_.topics.size()) {
            return std::string("a topic that the scenario does not have");
        }
        const Topic& known = scenario_.topics[topic];
        if (partition.partition < 0 || partition.partition >= known.partitions) {
            return fmt::format("{}-{}, allowed partitions 0 to {}", known.name, partition.partition,
                               known.partitions - 1);
        }
        return {};
    }
    static Answer too_long(Duration time)
    {
        constexpr Duration longest = seconds(365 * 24 * 3600);
        if (time >= Duration{} && time <= longest) return {};
        return fmt::format("a time of {} ns, allowed from 0 to a year", time.nanoseconds);
    }

    const Client& client_;
    const Scenario& scenario_;
};

}  // namespace

std::optional<std::string> refusal(const ApplicationEffect& effect, const Client& client,
                                   const Scenario& scenario)
{
    return std::visit(Refuser(client, scenario), effect);
}

ApplicationCallMissing::ApplicationCallMissing(std::uint64_t number)
    : std::runtime_error(
          fmt::format("call {} of an application, which the recording does not have", number + 1))
{
}

ApplicationEffects RecordedApplications::call(std::uint64_t number, const ApplicationOccasion&)
{
    if (number >= calls_.size()) throw ApplicationCallMissing(number);
    return calls_[number];
}

ScenarioCalls::ScenarioCalls(std::shared_ptr<const Scenario> scenario, std::uint64_t seed)
    : scenario_(std::move(scenario))
{
    if (seed != scenario_->calls->seed) refuse(fmt::format("seed {}", seed));
}

ApplicationEffects ScenarioCalls::call(std::uint64_t number, const ApplicationOccasion& occasion)
{
    const ApplicationCalls& calls = scenario_->calls->calls;
    if (number >= calls.size()) refuse(fmt::format("call {} of an application", number + 1));
    const Client& client = scenario_->clients[static_cast<std::size_t>(occasion.client.value)];
    for (const ApplicationEffect& each : calls[number]) {
        if (const auto refused = refusal(each, client, *scenario_)) {
            refuse(fmt::format("{} at call {}", *refused, number + 1));
        }
    }
    return calls[number];
}

void ScenarioCalls::finished(std::uint64_t calls, std::uint64_t hash) const
{
    if (calls != scenario_->calls->calls.size()) refuse(fmt::format("{} calls", calls));
    if (hash != scenario_->calls->hash) refuse(fmt::format("hash {:016x}", hash));
}

void ScenarioCalls::refuse(const std::string& found) const
{
    const RecordedCalls& recorded = *scenario_->calls;
    throw BadInput(scenario_->id,
                   {{"/calls", found,
                     fmt::format("only the run that the calls were recorded of: seed {}, resources "
                                 "fixed, {} calls, hash {:016x}",
                                 recorded.seed, recorded.calls.size(), recorded.hash),
                     ""}});
}

namespace {

Json encoded(const ApplicationCalls& calls)
{
    Json all = Json::array();
    for (const ApplicationEffects& call : calls) {
        Json effects = Json::array();
        for (const ApplicationEffect& each : call) effects.push_back(std::visit(Encoder{}, each));
        all.push_back(std::move(effects));
    }
    return all;
}

/// Bytes as a text where they are UTF-8, else as a list of numbers.
void make_readable(Json& json)
{
    if (json.is_binary()) {
        const std::vector<std::uint8_t> bytes = json.get_binary();
        Json text = std::string(bytes.begin(), bytes.end());
        try {
            static_cast<void>(text.dump());
            json = std::move(text);
        } catch (const Json::type_error&) {
            json = bytes;
        }
    } else if (json.is_array()) {
        for (Json& each : json) make_readable(each);
    }
}

}  // namespace

nlohmann::json to_json(const ApplicationCalls& calls)
{
    Json all = encoded(calls);
    make_readable(all);
    return all;
}

ApplicationCalls application_calls(const nlohmann::json& json)
{
    ApplicationCalls calls;
    for (const Json& call : json) {
        ApplicationEffects& effects = calls.emplace_back();
        for (const Json& each : call) effects.push_back(decode_effect(each));
    }
    return calls;
}

std::string encode(const ApplicationCalls& calls)
{
    if (calls.empty()) return {};
    const std::vector<std::uint8_t> bytes = Json::to_cbor(encoded(calls));
    return {bytes.begin(), bytes.end()};
}

ApplicationCalls decode_application_calls(std::string_view bytes, const Scenario& scenario,
                                          const std::string& file_name)
{
    const auto fail = [&](const std::string& found) {
        throw BadInput(file_name, {{"/external", found, "the calls of applications", ""}});
    };
    ApplicationCalls calls;
    if (bytes.empty()) return calls;
    const auto any = [&](const ApplicationEffect& effect) {
        return std::ranges::any_of(scenario.clients, [&](const Client& client) {
            return !client.application.empty() && !refusal(effect, client, scenario);
        });
    };
    try {
        calls = application_calls(Json::from_cbor(bytes));
    } catch (const Json::exception&) {
        fail("something else");
    }
    for (const ApplicationEffects& effects : calls) {
        if (!std::ranges::all_of(effects, any)) fail("a call that the scenario cannot have");
    }
    return calls;
}

}  // namespace gregor::lab
