// Single rules of the classic group protocol, and short courses of events from a given state.
#include "model/groups/offset_expiry.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/coordinator_desk.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <stdexcept>

namespace gregor::lab {

namespace {

using nlohmann::json;

constexpr std::array states{GroupState::empty, GroupState::preparing_rebalance,
                            GroupState::completing_rebalance, GroupState::stable, GroupState::dead};

GroupState state_named(const std::string& name)
{
    for (const GroupState each : states) {
        if (name_of(each) == name) return each;
    }
    throw std::runtime_error("no state of classic groups: " + name);
}

/// A group of given members in a given state, brought there from a Stable one in the log.
class StagedGroup {
public:
    static constexpr auto name = "g";
    struct Member {
        std::string id, instance_id;
        bool leads = false;
        Duration rebalance_timeout = seconds(300);
    };
    struct Stage {
        GroupState state = GroupState::stable;
        std::int32_t generation = 1;
        std::vector<Member> members;
        Duration session_timeout = seconds(45);
    };

    explicit StagedGroup(const Stage& stage) : desk({}, 1), stage_(stage)
    {
        const bool rebalances = stage.state == GroupState::completing_rebalance;
        CoordinatorRecord record;
        record.kind = CoordinatorRecord::Kind::group_metadata;
        record.group = name;
        record.generation = stage.generation - (rebalances ? 1 : 0);
        record.protocol = "range";
        record.protocol_type = "consumer";
        for (const Member& each : stage.members) {
            if (stage.state == GroupState::empty) break;
            MemberRecord& member = record.members.emplace_back();
            member.member_id = each.id;
            member.instance_id = each.instance_id;
            member.session_timeout_ms = to_milliseconds(stage.session_timeout);
            member.rebalance_timeout_ms = to_milliseconds(each.rebalance_timeout);
            if (each.leads) record.leader = each.id;
        }
        desk.load({record});
        if (rebalances) complete_joins();
        if (stage.state == GroupState::preparing_rebalance) begin_rebalance();
        answers();
    }

    /// \param changed  with another subscription than before
    std::uint32_t join(const Member& as, bool changed)
    {
        JoinGroupRequest request{.group = name, .member_id = as.id, .client_id = "c"};
        request.instance_id = as.instance_id;
        request.session_timeout = stage_.session_timeout;
        request.rebalance_timeout = as.rebalance_timeout;
        request.protocols = {"range"};
        if (changed) request.topics = {"another"};
        return desk.send(std::move(request));
    }
    std::uint32_t sync(const Member& as)
    {
        return desk.send(SyncGroupRequest{.group = name,
                                          .generation = stage_.generation,
                                          .member_id = as.id,
                                          .assignments = {},
                                          .instance_id = as.instance_id,
                                          .protocol = "range"});
    }
    std::uint32_t heartbeat(const Member& as, std::int32_t generation)
    {
        return desk.send(HeartbeatRequest{name, generation, as.id, as.instance_id});
    }
    std::uint32_t commit(const Member& as, std::int32_t generation)
    {
        OffsetCommitRequest request{
            .group = name, .generation = generation, .member_id = as.id, .partitions = {}};
        request.partitions.push_back({{TopicId{0}, 0}, Offset{1}});
        return desk.send(std::move(request));
    }
    const ClassicGroup& group() const { return desk.coordinator.groups().at(name); }
    std::map<std::uint32_t, MessageBody> answers()
    {
        std::map<std::uint32_t, MessageBody> all;
        for (auto& [number, answer] : desk.take_answers()) all[number] = std::move(answer);
        return all;
    }

    CoordinatorDesk desk;

private:
    void complete_joins()
    {
        for (const Member& each : stage_.members) {
            if (each.leads) join(each, false);
        }
        for (const Member& each : stage_.members) {
            if (!each.leads) join(each, false);
        }
    }
    /// Somebody comes and goes again: the members are asked to join anew, and none has.
    void begin_rebalance()
    {
        const std::uint32_t asked = join({}, false);
        Member guest;
        guest.id = std::get<JoinGroupResponse>(answers().at(asked)).member_id;
        join(guest, false);
        desk.send(LeaveGroupRequest{name, {{guest.id, ""}}});
    }

    Stage stage_;
};

VectorOutcome check_moves(const json& vector)
{
    const GroupState from = state_named(vector.at("input").at("from"));
    json allowed;
    for (const GroupState to : states) allowed[std::string(name_of(to))] = is_legal_move(from, to);
    return compare(vector, {{"allowed", allowed}});
}

/// What a group that is being deleted answers.
json answers_of_a_dead_group()
{
    Effects effects;
    CoordinatorOutbox outbox;
    const CoordinatorStep step{Time{}, effects, outbox};
    ClassicGroup group("g", 0, {seconds(3), 1});
    group.die(step);
    group.on_sync(step, {}, SyncGroupRequest{.group = "g", .generation = 1, .member_id = "f"});
    json synced;
    for (const auto& action : effects.actions()) {
        const auto* sent = std::get_if<Effects::Send>(&action);
        if (sent == nullptr) continue;
        synced = name_of(std::get<SyncGroupResponse>(sent->message.body).error);
    }
    return {{"heartbeat", name_of(group.on_heartbeat(Time{}, {"g", 1, "f", ""}))},
            {"syncGroup", synced},
            {"offsetCommit", name_of(group.on_commit(Time{}, {"g", 1, "f", {}, ""}))}};
}

/// A follower with the current generation asks.
VectorOutcome check_answers(const json& vector)
{
    const GroupState state = state_named(vector.at("input").at("state"));
    if (state == GroupState::dead) return compare(vector, answers_of_a_dead_group());
    StagedGroup::Stage stage{
        .state = state, .generation = 3, .members = {{"l", "", true}, {"f", ""}}};
    const auto ask = [&](auto deed) -> json {
        StagedGroup staged(stage);
        const std::uint32_t asked = deed(staged);
        const auto answers = staged.answers();
        const auto found = answers.find(asked);
        if (found == answers.end()) return "PARKED";
        if (const auto* beat = std::get_if<HeartbeatResponse>(&found->second)) {
            return name_of(beat->error);
        }
        if (const auto* synced = std::get_if<SyncGroupResponse>(&found->second)) {
            return name_of(synced->error);
        }
        return name_of(std::get<OffsetCommitResponse>(found->second).partitions.at(0).error);
    };
    const StagedGroup::Member follower{"f", ""};
    return compare(
        vector, {{"heartbeat", ask([&](auto& staged) { return staged.heartbeat(follower, 3); })},
                 {"syncGroup", ask([&](auto& staged) { return staged.sync(follower); })},
                 {"offsetCommit", ask([&](auto& staged) { return staged.commit(follower, 3); })}});
}

/// A new member: both steps of its join; the number of the second.
std::uint32_t join_anew(CoordinatorDesk& desk, const std::vector<std::string>& protocols,
                        Duration rebalance_timeout)
{
    JoinGroupRequest request{.group = "g", .client_id = "c"};
    request.session_timeout = seconds(60);
    request.rebalance_timeout = rebalance_timeout;
    request.protocols = protocols;
    desk.send(request);
    const auto answers = desk.take_answers();
    request.member_id = std::get<JoinGroupResponse>(answers.at(0).second).member_id;
    return desk.send(std::move(request));
}

VectorOutcome check_initial_delay(const json& vector)
{
    const json& input = vector.at("input");
    BrokerConfig config;
    config.group_initial_rebalance_delay_ms = milliseconds(input.at("initialRebalanceDelayMs"));
    CoordinatorDesk desk(config, 1);
    const Duration timeout = milliseconds(input.at("maxRebalanceTimeoutMs"));
    desk.run_until(Time{} + milliseconds(input.at("firstJoinAtMs")));
    join_anew(desk, {"range"}, timeout);
    const auto waits = [&] {
        return desk.coordinator.groups().at("g").state() == GroupState::preparing_rebalance;
    };
    for (const std::int64_t at : input.at("laterNewMembersAtMs")) {
        if (!waits()) break;
        desk.run_until(Time{} + milliseconds(at));
        if (waits()) join_anew(desk, {"range"}, timeout);
    }
    const Time last = Time{} + timeout + seconds(1);
    while (waits() && desk.now < last) desk.run_until(desk.now + milliseconds(1));
    return compare(vector, {{"joinPhaseCompletesAtMs", to_milliseconds(desk.now)}});
}

VectorOutcome check_protocol(const json& vector)
{
    BrokerConfig config;
    config.group_initial_rebalance_delay_ms = seconds(1);
    CoordinatorDesk desk(config, 1);
    for (const auto& [member, protocols] : vector.at("input").at("protocolsByMember").items()) {
        join_anew(desk, protocols, seconds(300));
    }
    desk.run_until(Time{} + seconds(10));
    return compare(vector, {{"selected", desk.coordinator.groups().at("g").protocol()}});
}

VectorOutcome check_expiry(const json& vector)
{
    const json& input = vector.at("input");
    OffsetExpiry rule{.now_ms = input.at("nowMs"), .retention_ms = input.at("retentionMs")};
    if (!input.at("protocolType").is_null()) rule.protocol_type = input.at("protocolType");
    rule.state = state_named(input.at("state"));
    if (!input.at("becameEmptyMs").is_null()) rule.became_empty_ms = input.at("becameEmptyMs");
    return compare(vector,
                   {{"expired", rule.expired(input.at("commitMs"), input.at("subscribed"))}});
}

/// Events at given times on a staged group; what is expected says what is looked at.
class Timeline {
public:
    explicit Timeline(const json& vector)
        : vector_(vector), stage_(stage_of(vector.at("input").at("start"))), staged_(stage_)
    {
    }

    std::optional<json> run()
    {
        const json& wanted = vector_.at("expected");
        json got = json::object();
        if (wanted.contains("parkedSyncsAnsweredWith")) park_sync_of_leader();
        for (const json& event : vector_.at("input").at("events")) {
            run_until(milliseconds(event.at("at")));
            if (!happen(event)) return std::nullopt;
            const std::string at = "at" + std::to_string(event.at("at").get<std::int64_t>());
            if (wanted.contains(at)) got[at] = described(wanted.at(at));
        }
        const ClassicGroup& group = staged_.group();
        for (const auto& [key, value] : wanted.items()) {
            if (key == "state") {
                got[key] = name_of(group.state());
            } else if (key == "generation") {
                got[key] = group.generation();
            } else if (key == "rebalance") {
                got[key] = rebalanced();
            } else if (key == "answers") {
                got[key] = errors_;
            } else if (key == "answer") {
                got[key] = last_answer(value);
            } else if (key == "parkedSyncsAnsweredWith") {
                got[key] = parked_;
            } else if (key == "oldMemberId") {
                const auto space = value.get<std::string>().find(' ');
                const std::string old = value.get<std::string>().substr(0, space);
                got[key] = group.members().contains(old) ? json("still there") : value;
            } else if (!got.contains(key)) {
                return std::nullopt;
            }
        }
        return got;
    }

private:
    static StagedGroup::Stage stage_of(const json& start)
    {
        StagedGroup::Stage stage{.state = state_named(start.at("state")),
                                 .generation = start.at("generation"),
                                 .members = {}};
        const std::int64_t common = start.value("rebalanceTimeoutMs", 300'000);
        if (start.contains("sessionTimeoutMs")) {
            stage.session_timeout = milliseconds(start.at("sessionTimeoutMs"));
        }
        for (const json& each : start.at("members")) {
            stage.members.push_back({each.at("id"), each.value("instance", ""),
                                     each.value("leader", false),
                                     milliseconds(each.value("rebalanceTimeoutMs", common))});
        }
        return stage;
    }

    StagedGroup::Member member_of(const json& asked) const
    {
        StagedGroup::Member member{asked.at("memberId"), asked.value("instance", "")};
        for (const auto& each : stage_.members) {
            const bool same =
                !member.id.empty() ? each.id == member.id : each.instance_id == member.instance_id;
            if (same) member.rebalance_timeout = each.rebalance_timeout;
        }
        return member;
    }

    /// Heartbeats of the members that send them, at whole seconds, or once at a given time.
    void run_until(Duration until)
    {
        const json& members = vector_.at("input").at("start").at("members");
        while (staged_.desk.now < Time{} + until) {
            const Time next = std::min(staged_.desk.now + seconds(1), Time{} + until);
            staged_.desk.run_until(next);
            for (const json& each : members) {
                const bool once =
                    next == Time{} + milliseconds(each.value("lastHeartbeat", std::int64_t{-1}));
                if (!once && !each.value("heartbeats", false)) continue;
                staged_.heartbeat({each.at("id"), each.value("instance", "")}, stage_.generation);
            }
        }
    }

    bool happen(const json& event)
    {
        std::uint32_t asked = 0;
        if (event.contains("join")) {
            const json& join = event.at("join");
            asked = staged_.join(member_of(join), join.value("metadata", "") == "changed");
        } else if (event.contains("heartbeat")) {
            const json& beat = event.at("heartbeat");
            asked = staged_.heartbeat(member_of(beat), beat.at("generation"));
        } else if (event.contains("commit")) {
            const json& commit = event.at("commit");
            asked = staged_.commit(member_of(commit), commit.at("generation"));
        } else if (event.contains("leave")) {
            const StagedGroup::Member who = member_of(event.at("leave"));
            asked = staged_.desk.send(
                LeaveGroupRequest{StagedGroup::name, {{who.id, who.instance_id}}});
        } else if (!event.contains("check")) {
            return false;
        }
        for (auto& [number, answer] : staged_.answers()) {
            if (number == asked) take(answer);
            const auto* synced = std::get_if<SyncGroupResponse>(&answer);
            if (number == parked_sync_ && synced != nullptr) parked_ = name_of(synced->error);
        }
        return true;
    }

    void take(const MessageBody& answer)
    {
        answered_ = json::object();
        if (const auto* joined = std::get_if<JoinGroupResponse>(&answer)) {
            answered_["error"] = name_of(joined->error);
            answered_["generation"] = joined->generation;
            answered_["memberId"] = joined->member_id;
        } else if (const auto* beat = std::get_if<HeartbeatResponse>(&answer)) {
            answered_["error"] = name_of(beat->error);
        } else if (const auto* committed = std::get_if<OffsetCommitResponse>(&answer)) {
            answered_["error"] = name_of(committed->partitions.at(0).error);
        } else if (const auto* left = std::get_if<LeaveGroupResponse>(&answer)) {
            const Error error = left->members.empty() ? left->error : left->members[0];
            answered_["error"] = name_of(error);
        }
        errors_.push_back(answered_["error"]);
    }

    json last_answer(const json& wanted) const
    {
        json got;
        for (const auto& [key, value] : wanted.items()) {
            if (key == "newMemberId") {
                const std::string id = answered_.value("memberId", "");
                got[key] = !id.empty() &&
                           std::ranges::none_of(stage_.members,
                                                [&](const auto& each) { return each.id == id; });
            } else {
                got[key] = answered_.value(key, json());
            }
        }
        return got;
    }

    json described(const json& wanted) const
    {
        const ClassicGroup& group = staged_.group();
        if (wanted.is_string()) return name_of(group.state());
        json members = json::array();
        for (const auto& [id, member] : group.members()) members.push_back(id);
        return {{"state", name_of(group.state())},
                {"generation", group.generation()},
                {"members", members},
                {"leader", group.leader()}};
    }

    bool rebalanced() const
    {
        const ClassicGroup& group = staged_.group();
        return group.state() == GroupState::preparing_rebalance ||
               group.generation() != stage_.generation;
    }

    void park_sync_of_leader()
    {
        staged_.desk.writes_wait = true;
        for (const auto& each : stage_.members) {
            if (each.leads) parked_sync_ = staged_.sync(each);
        }
    }

    const json& vector_;
    StagedGroup::Stage stage_;
    StagedGroup staged_;
    json answered_ = json::object(), errors_ = json::array(), parked_;
    std::uint32_t parked_sync_ = 0;
};

}  // namespace

std::vector<VectorOutcome> conform_group_state(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        const json& input = vector.at("input");
        if (input.contains("from")) {
            outcomes.push_back(check_moves(vector));
        } else if (input.contains("initialRebalanceDelayMs")) {
            outcomes.push_back(check_initial_delay(vector));
        } else if (input.contains("protocolsByMember")) {
            outcomes.push_back(check_protocol(vector));
        } else if (input.contains("retentionMs")) {
            outcomes.push_back(check_expiry(vector));
        } else if (input.contains("state")) {
            outcomes.push_back(check_answers(vector));
        } else {
            outcomes.push_back(not_covered(vector));
        }
    }
    return outcomes;
}

std::vector<VectorOutcome> conform_group_timeline(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        const std::optional<json> got = Timeline(vector).run();
        outcomes.push_back(got ? compare(vector, *got) : not_covered(vector));
    }
    return outcomes;
}

}  // namespace gregor::lab
