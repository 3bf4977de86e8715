// Requests of the classic group protocol, one after the other, against what a broker answered.
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/coordinator_desk.h"

#include <algorithm>
#include <map>
#include <optional>

namespace gregor::lab {

namespace {

using nlohmann::json;

/// Member ids are random: which member Kafka takes from its hash table follows from them. A case
/// agrees when it does so for one of these seeds.
constexpr std::uint64_t seeds_tried = 400;

BrokerConfig recorded_config()
{
    BrokerConfig config;
    config.group_initial_rebalance_delay_ms = milliseconds(0);
    config.group_min_session_timeout_ms = milliseconds(100);
    config.offsets_topic_num_partitions = 4;
    return config;
}

std::vector<std::string> split(const std::string& list)
{
    std::vector<std::string> parts(1);
    for (const char c : list) {
        if (c == ',') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

/// One run of a case: names of the recording on one side, ids of the model on the other.
class Conversation {
public:
    Conversation(const json& recorded, std::uint64_t seed)
        : recorded_(recorded), desk_(recorded_config(), seed), group_("g-" + id_of(recorded))
    {
    }

    /// The first step that differs, with both sides; nothing when all agree.
    struct Difference {
        std::size_t step{};
        std::string expected, got;
    };
    std::optional<Difference> run()
    {
        const json& steps = recorded_.at("steps");
        for (std::size_t at = 0; at < steps.size(); ++at) {
            Conversation before = *this;
            auto different = carry_out(at, steps[at], false);
            if (!different) continue;
            // Between two steps the broker may have removed a group that is empty.
            *this = std::move(before);
            if (carry_out(at, steps[at], true)) return different;
        }
        return std::nullopt;
    }

    Conversation(const Conversation&) = default;
    Conversation(Conversation&&) = default;
    ~Conversation() = default;
    Conversation& operator=(const Conversation&) = delete;
    Conversation& operator=(Conversation&& other) noexcept
    {
        desk_ = std::move(other.desk_);
        model_of_ = std::move(other.model_of_);
        name_of_ = std::move(other.name_of_);
        asked_ = std::move(other.asked_);
        texts_ = std::move(other.texts_);
        state_ = std::move(other.state_);
        return *this;
    }

private:
    static std::string id_of(const json& recorded) { return recorded.at("id"); }

    std::optional<Difference> carry_out(std::size_t at, const json& step, bool expire_before)
    {
        desk_.now = desk_.now + milliseconds(20);
        desk_.run_until(desk_.now);
        if (expire_before) expire();
        json got = json::array();
        if (step.at("do") == "delete") {
            const Error error =
                desk_.apply([&](GroupCoordinator& coordinator, Time now, Effects& effects) {
                    return coordinator.delete_group(now, group_, effects);
                });
            got.push_back({at, {{"err", name_of(error)}}});
        } else {
            asked_[desk_.send(request_of(step))] = at;
        }
        const json& wanted = step.at("resp");
        const auto answers = desk_.take_answers();
        for (const auto& answer : answers) learn_name(answer.second, recorded_for(wanted, answer));
        for (const auto& answer : answers) {
            got.push_back(
                {asked_.at(answer.first), told(answer.second, recorded_for(wanted, answer))});
        }
        std::sort(got.begin(), got.end());
        if (step.contains("state")) state_ = {step.at("state"), step.at("size")};
        if (state_.is_array() && state_[0] == "GROUP_ID_NOT_FOUND") expire();
        const json state = state_.is_null() ? json() : described();
        if (got == sorted(wanted) && state == state_) return std::nullopt;
        return Difference{at, json{sorted(wanted), state_}.dump(), json{got, state}.dump()};
    }

    using Answer = std::pair<std::uint32_t, MessageBody>;
    /// What the recording has for the same request; an empty object when there is nothing.
    json recorded_for(const json& wanted, const Answer& answer) const
    {
        for (const json& each : wanted) {
            if (each[0] == asked_.at(answer.first)) return each[1];
        }
        return json::object();
    }
    /// A member's own answer names it; the leader's list names others.
    void learn_name(const MessageBody& body, const json& recorded)
    {
        const auto* joined = std::get_if<JoinGroupResponse>(&body);
        if (joined != nullptr && recorded.contains("member")) {
            name_of_id(joined->member_id, recorded.at("member"));
        }
    }

    static json sorted(json answers)
    {
        for (json& each : answers) {
            if (each[1].contains("members") && each[1].at("members").is_array() &&
                each[1].contains("leader")) {
                std::sort(each[1].at("members").begin(), each[1].at("members").end());
            }
        }
        std::sort(answers.begin(), answers.end());
        return answers;
    }

    void expire()
    {
        desk_.apply([](GroupCoordinator& coordinator, Time now, Effects& effects) {
            coordinator.expire_offsets(now, effects);
            return 0;
        });
    }

    json described() const
    {
        const auto& groups = desk_.coordinator.groups();
        const auto known = groups.find(group_);
        if (known == groups.end()) return {"GROUP_ID_NOT_FOUND", 0};
        return {name_of(known->second.state()), known->second.members().size()};
    }

    std::string model_id(const json& name) const
    {
        const auto known = model_of_.find(name.get<std::string>());
        return known == model_of_.end() ? name.get<std::string>() : known->second;
    }
    /// The recording's name of an id; a new one is what the recording says here.
    std::string name_of_id(const std::string& id, const json& recorded)
    {
        if (id.empty()) return "";
        const auto known = name_of_.find(id);
        if (known != name_of_.end()) return known->second;
        const std::string name = recorded.is_string() ? recorded.get<std::string>() : "";
        if (name.empty() || model_of_.contains(name)) return "unexpected " + id;
        model_of_[name] = id;
        return name_of_[id] = name;
    }

    /// Assignments are opaque to the coordinator: each text is a partition here.
    std::vector<TopicPartition> as_partitions(const std::string& text)
    {
        if (text.empty()) return {};
        const auto known = std::find(texts_.begin(), texts_.end(), text);
        const auto number = static_cast<std::int32_t>(known - texts_.begin());
        if (known == texts_.end()) texts_.push_back(text);
        return {{TopicId{0}, number}};
    }

    MessageBody request_of(const json& step)
    {
        const std::string what = step.at("do");
        const std::string instance = step.value("instance", "");
        const std::string member = step.contains("member") ? model_id(step.at("member")) : "";
        if (what == "join") return join_of(step, member, instance);
        if (what == "sync") {
            SyncGroupRequest request{.group = group_,
                                     .generation = step.at("gen"),
                                     .member_id = member,
                                     .assignments = {},
                                     .instance_id = instance,
                                     .protocol = step.at("proto")};
            for (const json& each : step.value("asg", json::array())) {
                request.assignments.push_back({model_id(each[0]), as_partitions(each[1])});
            }
            return request;
        }
        if (what == "hb") return HeartbeatRequest{group_, step.at("gen"), member, instance};
        if (what == "leave") {
            LeaveGroupRequest request{.group = group_, .members = {}};
            for (const json& each : step.at("members")) {
                const bool named = each.size() > 1 && each[1].is_string();
                request.members.push_back({model_id(each[0]), named ? std::string(each[1]) : ""});
            }
            return request;
        }
        if (what == "commit") {
            OffsetCommitRequest request{.group = group_,
                                        .generation = step.at("gen"),
                                        .member_id = member,
                                        .partitions = {},
                                        .instance_id = instance};
            request.partitions.push_back({{TopicId{1}, 0},
                                          Offset{step.at("off").get<std::int64_t>()},
                                          no_leader_epoch,
                                          step.value("metalen", 0)});
            return request;
        }
        return OffsetFetchRequest{group_, {{TopicId{1}, 0}, {TopicId{1}, 1}}};
    }

    MessageBody join_of(const json& step, const std::string& member, const std::string& instance)
    {
        JoinGroupRequest request{.group = group_, .member_id = member};
        request.client_id = step.at("a");
        request.instance_id = instance;
        request.session_timeout = milliseconds(step.value("session", 60'000));
        request.rebalance_timeout = seconds(60);
        request.protocol_type = step.value("ptype", "consumer");
        for (const json& each : step.at("protocols")) {
            request.protocols.push_back(each[0]);
            const std::vector<std::string> topics = split(each[1]);
            request.topics.insert(request.topics.end(), topics.begin(), topics.end());
        }
        return request;
    }

    /// An answer as the recording writes it.
    json told(const MessageBody& body, const json& recorded)
    {
        if (const auto* joined = std::get_if<JoinGroupResponse>(&body)) {
            return told(*joined, recorded);
        }
        if (const auto* synced = std::get_if<SyncGroupResponse>(&body)) {
            json answer{{"err", name_of(synced->error)}};
            if (synced->error != Error::none) return answer;
            answer["proto"] = synced->protocol;
            const auto& partitions = synced->partitions;
            const std::size_t text =
                partitions.empty() ? 0 : static_cast<std::size_t>(partitions[0].partition);
            answer["asg"] = partitions.empty() ? "" : texts_[text];
            return answer;
        }
        if (const auto* beat = std::get_if<HeartbeatResponse>(&body)) {
            return {{"err", name_of(beat->error)}};
        }
        if (const auto* left = std::get_if<LeaveGroupResponse>(&body)) {
            json answer{{"err", name_of(left->error)}, {"members", json::array()}};
            for (std::size_t i = 0; i < left->members.size(); ++i) {
                const json names = recorded.value("members", json::array());
                answer["members"].push_back(
                    {i < names.size() ? names[i][0] : json(), name_of(left->members[i])});
            }
            return answer;
        }
        if (const auto* committed = std::get_if<OffsetCommitResponse>(&body)) {
            json errors = json::array();
            for (const auto& each : committed->partitions) errors.push_back(name_of(each.error));
            return {{"err", errors}};
        }
        const auto& fetched = std::get<OffsetFetchResponse>(body);
        json answer{{"err", name_of(fetched.error)}};
        for (const auto& each : fetched.partitions) {
            answer["off"][std::to_string(each.partition.partition)] = each.offset.value;
        }
        return answer;
    }

    json told(const JoinGroupResponse& joined, const json& recorded)
    {
        json answer{{"err", name_of(joined.error)}};
        const bool named = joined.error == Error::none ||
                           joined.error == Error::member_id_required || recorded.contains("member");
        if (named) {
            answer["member"] = name_of_id(joined.member_id, recorded.value("member", json()));
        }
        if (joined.error != Error::none) return answer;
        answer["gen"] = joined.generation;
        answer["proto"] = joined.protocol;
        answer["leader"] = name_of_id(joined.leader, recorded.value("leader", json()));
        if (joined.skip_assignment) answer["skip"] = true;
        if (joined.members.empty()) return answer;
        json members = json::array();
        for (const auto& each : joined.members) {
            json& row = members.emplace_back(json::array());
            row.push_back(name_of_id(each.member_id, json()));
            if (!each.instance_id.empty()) row.push_back(each.instance_id);
        }
        std::sort(members.begin(), members.end());
        answer["members"] = std::move(members);
        return answer;
    }

    const json& recorded_;
    CoordinatorDesk desk_;
    std::string group_;
    std::map<std::string, std::string> model_of_, name_of_;
    std::map<std::uint32_t, std::size_t> asked_;  // request number to step
    std::vector<std::string> texts_;
    json state_;  // as recorded last: name and size
};

}  // namespace

std::vector<VectorOutcome> conform_classic_protocol(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& recorded : cases_of(text)) {
        VectorOutcome& outcome = outcomes.emplace_back();
        outcome.id = recorded.at("id");
        std::optional<std::size_t> furthest;
        for (std::uint64_t seed = 1; seed <= seeds_tried && !outcome.passed; ++seed) {
            const auto different = Conversation(recorded, seed).run();
            outcome.passed = !different;
            if (!different || (furthest && different->step <= *furthest)) continue;
            furthest = different->step;
            const std::string step = "step " + std::to_string(different->step) + ": ";
            outcome.expected = step + different->expected;
            outcome.got = step + different->got;
        }
    }
    return outcomes;
}

}  // namespace gregor::lab
