#include "model/lab/application_calls.h"

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
        // As bytes: a key need not be UTF-8.
        if (each.key) json.push_back(Json::binary({each.key->begin(), each.key->end()}));
        return json;
    }
    Json operator()(const application::Work& each) const { return {"w", each.time.nanoseconds}; }
    Json operator()(const application::SetTimer& each) const
    {
        return {"t", each.timer, each.delay.nanoseconds};
    }
    Json operator()(const application::CancelTimer& each) const { return {"x", each.timer}; }
    Json operator()(const application::Stop&) const { return {"e"}; }
};

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
        application::Send send{partition(json, 1), integer(3), {}};
        if (json.size() > 4) {
            const auto& key = json.at(4).get_binary();
            send.key.emplace(key.begin(), key.end());
        }
        return send;
    }
    if (letter == "w") return application::Work{nanoseconds(integer(1))};
    if (letter == "t") {
        return application::SetTimer{json.at(1).get<std::uint32_t>(), nanoseconds(integer(2))};
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

std::string encode(const ApplicationCalls& calls)
{
    if (calls.empty()) return {};
    Json all = Json::array();
    for (const ApplicationEffects& call : calls) {
        Json effects = Json::array();
        for (const ApplicationEffect& each : call) effects.push_back(std::visit(Encoder{}, each));
        all.push_back(std::move(effects));
    }
    const std::vector<std::uint8_t> bytes = Json::to_cbor(all);
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
        const Json all = Json::from_cbor(bytes);
        for (const Json& call : all) {
            ApplicationEffects& effects = calls.emplace_back();
            for (const Json& each : call) effects.push_back(decode_effect(each));
            if (!std::ranges::all_of(effects, any)) fail("a call that the scenario cannot have");
        }
    } catch (const Json::exception&) {
        fail("something else");
    }
    return calls;
}

}  // namespace gregor::lab
