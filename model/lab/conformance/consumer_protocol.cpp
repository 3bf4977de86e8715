// Heartbeats of KIP-848 members, one after the other, against what a broker answered.
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/coordinator_desk.h"
#include "model/lab/conformance/topic_partitions.h"

#include <algorithm>
#include <set>

namespace gregor::lab {

namespace {

using nlohmann::json;

BrokerConfig recorded_config()
{
    BrokerConfig config;
    config.group_consumer_assignment_interval_ms = milliseconds(0);
    config.offsets_topic_num_partitions = 4;
    return config;
}

class HeartbeatConversation {
public:
    /// \param order  topics with members in the order of their ids, which are random
    HeartbeatConversation(const json& recorded, const std::vector<std::string>& order)
        : desk_(recorded_config(), 1), group_("c8-" + recorded.at("id").get<std::string>())
    {
        const json& topics = recorded.at("topics");
        for (const std::string& name : order) {
            if (topics.contains(name)) topics_.add(name, topics.at(name));
        }
        for (const auto& [name, count] : topics.items()) {
            if (std::ranges::find(order, name) == order.end()) topics_.add(name, count);
        }
        desk_.tell_topics(topics_.all());
    }

    void judge(const json& steps, VectorOutcome& outcome)
    {
        outcome.passed = true;
        for (std::size_t at = 0; at < steps.size() && outcome.passed; ++at) {
            const std::string prefix = "step " + std::to_string(at) + ": ";
            desk_.run_until(desk_.now + milliseconds(20));
            // A coordinator hears of new partitions some time after those who made them.
            HeartbeatConversation informed = *this;
            outcome.passed = take_step(steps[at], prefix, outcome);
            if (outcome.passed || informed.news_.empty()) continue;
            informed.hear_news();
            VectorOutcome later;
            outcome.passed = informed.take_step(steps[at], prefix, later);
            if (outcome.passed) *this = std::move(informed);
        }
    }

private:
    bool take_step(const json& step, const std::string& prefix, VectorOutcome& outcome)
    {
        const json got = carry_out(step);
        if (step.contains("group")) described_ = step.at("group");
        const json group = described_.is_null() ? json() : described();
        outcome.expected = prefix + json{step.at("resp"), described_}.dump();
        outcome.got = prefix + json{got, group}.dump();
        return got == step.at("resp") && group == described_;
    }

    void hear_news()
    {
        for (const auto& [topic, count] : news_) topics_.add(topic, count);
        news_.clear();
        desk_.tell_topics(topics_.all());
    }

    json carry_out(const json& step)
    {
        const std::string what = step.at("do");
        if (what == "parts") {
            news_[step.at("topic")] = step.at("count");
            return {{"err", "NONE"}};
        }
        if (what == "hb") {
            desk_.send(heartbeat_of(step));
        } else {
            const TopicPartition partition = topics_.at(step.at("topic"), step.at("part"));
            const std::string member = step.at("m");
            if (what == "commit") {
                OffsetCommitRequest request{.group = group_,
                                            .generation = step.at("epoch"),
                                            .member_id = member,
                                            .partitions = {},
                                            .instance_id = ""};
                request.partitions.push_back(
                    {partition, Offset{step.at("off").get<std::int64_t>()}});
                desk_.send(std::move(request));
            } else {
                desk_.send(OffsetFetchRequest{group_, {partition}, member, step.at("epoch")});
            }
        }
        const auto answers = desk_.take_answers();
        return answers.size() == 1 ? told(answers[0].second) : json("no answer, or several");
    }

    ConsumerGroupHeartbeatRequest heartbeat_of(const json& step) const
    {
        ConsumerGroupHeartbeatRequest request{.group = group_, .member_id = step.at("m")};
        request.member_epoch = step.at("epoch");
        request.instance_id = step.value("instance", "");
        if (step.value("rebalance", -1) >= 0) {
            request.rebalance_timeout = milliseconds(step.at("rebalance"));
        }
        if (step.contains("topics") && !step.at("topics").is_null()) {
            request.topics.emplace();
            for (const std::string name : step.at("topics")) {
                request.topics->push_back(topics_.inner_name(name));
            }
        }
        if (step.contains("assignor") && !step.at("assignor").is_null()) {
            request.assignor = step.at("assignor").get<std::string>();
        }
        if (step.contains("owned") && !step.at("owned").is_null()) {
            request.owned = topics_.read(step.at("owned"));
        }
        return request;
    }

    json told(const MessageBody& body) const
    {
        if (const auto* beat = std::get_if<ConsumerGroupHeartbeatResponse>(&body)) {
            json answer{{"err", name_of(beat->error)}};
            if (beat->error != Error::none) return answer;
            answer["epoch"] = beat->member_epoch;
            answer["asg"] = beat->assignment ? topics_.write(*beat->assignment) : json();
            return answer;
        }
        if (const auto* committed = std::get_if<OffsetCommitResponse>(&body)) {
            return {{"err", name_of(committed->partitions.at(0).error)}};
        }
        const auto& fetched = std::get<OffsetFetchResponse>(body);
        if (fetched.error != Error::none) return {{"err", name_of(fetched.error)}};
        return {{"err", "NONE"}, {"off", fetched.partitions.at(0).offset.value}};
    }

    json described() const
    {
        const auto& groups = desk_.coordinator.consumer_groups();
        const auto known = groups.find(group_);
        if (known == groups.end()) return {{"state", "GROUP_ID_NOT_FOUND"}};
        const ConsumerGroup& group = known->second;
        json members = json::object();
        for (const auto& [id, member] : group.members()) {
            std::vector<TopicPartition> assigned;
            for (const auto& [partition, epoch] : member.current.assigned) {
                assigned.push_back(partition);
            }
            for (const auto& [partition, epoch] : member.current.pending_revocation) {
                assigned.push_back(partition);
            }
            members[id] = {{"epoch", member.current.epoch},
                           {"asg", topics_.write(assigned)},
                           {"target", topics_.write(member.target)}};
        }
        return {{"state", name_of(group.state())},
                {"gepoch", group.epoch()},
                {"aepoch", group.assignment_epoch()},
                {"assignor", group.assignor()},
                {"members", members}};
    }

    CoordinatorDesk desk_;
    std::string group_;
    NamedTopics topics_;
    std::map<std::string, std::int32_t> news_;  // partitions that the coordinator does not know
    json described_;                            // as recorded last
};

}  // namespace

namespace {

/// Kafka takes a member that joins without a subscription, while a target is due, for one that
/// subscribes like the others, as long as they all do alike. The model does not.
bool joins_without_subscription(const json& steps)
{
    std::string state;
    for (const json& step : steps) {
        const bool joins = step.at("do") == "hb" && step.at("epoch") == 0;
        const json topics = step.value("topics", json());
        const bool nothing = joins && topics.is_array() && topics.empty();
        if (nothing && state == name_of(ConsumerGroupState::assigning)) return true;
        if (step.contains("group")) state = step.at("group").value("state", "");
    }
    return false;
}

/// Those that a member asks for; the others have no part in any assignment.
std::vector<std::string> subscribed_topics(const json& steps)
{
    std::set<std::string> names;
    for (const json& step : steps) {
        const json topics = step.value("topics", json());
        if (step.at("do") != "hb" || !topics.is_array()) continue;
        for (const std::string name : topics) names.insert(name);
    }
    return {names.begin(), names.end()};
}

constexpr std::size_t most_topics = 6;  // 720 orders

std::string why_not_covered(const json& recorded)
{
    if (joins_without_subscription(recorded.at("steps"))) {
        return "a member joins without a subscription while a target is due";
    }
    return subscribed_topics(recorded.at("steps")).size() > most_topics
               ? "the order of topics follows their ids, which are not recorded; there are too "
                 "many "
                 "to try"
               : "";
}

}  // namespace

std::vector<VectorOutcome> conform_consumer_protocol(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& recorded : cases_of(text)) {
        VectorOutcome& outcome = outcomes.emplace_back();
        outcome.id = recorded.at("id");
        if (outcome.got = why_not_covered(recorded); !outcome.got.empty()) {
            outcome.covered = false;
            continue;
        }
        std::vector<std::string> order = subscribed_topics(recorded.at("steps"));
        do {
            HeartbeatConversation(recorded, order).judge(recorded.at("steps"), outcome);
        } while (!outcome.passed && std::next_permutation(order.begin(), order.end()));
    }
    return outcomes;
}

namespace {

json owned_of(const NamedTopics& topics, const CurrentAssignment::Partitions& partitions)
{
    std::vector<TopicPartition> list;
    for (const auto& [partition, epoch] : partitions) list.push_back(partition);
    return topics.write(list);
}

CurrentAssignment::Partitions since(std::int32_t epoch, const std::vector<TopicPartition>& list)
{
    CurrentAssignment::Partitions result;
    for (const TopicPartition each : list) result.emplace(each, epoch);
    return result;
}

ReconciliationState state_named(const std::string& name)
{
    for (const auto state :
         {ReconciliationState::unrevoked_partitions, ReconciliationState::unreleased_partitions}) {
        if (name_of(state) == name) return state;
    }
    return ReconciliationState::stable;
}

}  // namespace

std::vector<VectorOutcome> conform_reconciliation(std::string_view text)
{
    const json whole = json::parse(text, nullptr, false);
    const bool before_4_1 = whole.is_object() && whole.value("kafka", "").starts_with("4.0");
    std::vector<VectorOutcome> outcomes;
    for (const json& recorded : cases_of(text)) {
        const json& input = recorded.at("input");
        NamedTopics topics;
        CurrentAssignment current;
        current.state = state_named(input.at("state"));
        current.epoch = input.at("memberEpoch");
        current.previous_epoch = input.at("previousMemberEpoch");
        current.assigned = since(current.epoch, topics.read_new(input.at("assigned")));
        current.pending_revocation =
            since(current.epoch, topics.read_new(input.at("pendingRevocation")));
        ReconciliationGoal goal;
        goal.epoch = input.at("targetEpoch");
        goal.target = topics.read_new(input.at("target"));
        goal.counts_revocations = before_4_1;
        const json& held = input.at("partitionsHeldByOthers");
        const std::vector<TopicPartition> some =
            held.is_object() ? topics.read_new(held) : std::vector<TopicPartition>{};
        goal.held = [&](TopicPartition each) {
            return held == "all" || std::find(some.begin(), some.end(), each) != some.end();
        };
        if (!input.at("ownedInHeartbeat").is_null()) {
            goal.owned = topics.read_new(input.at("ownedInHeartbeat"));
        }
        const CurrentAssignment next = reconcile(current, goal);
        const json got{{"state", name_of(next.state)},
                       {"memberEpoch", next.epoch},
                       {"previousMemberEpoch", next.previous_epoch},
                       {"assigned", owned_of(topics, next.assigned)},
                       {"pendingRevocation", owned_of(topics, next.pending_revocation)}};
        VectorOutcome& outcome = outcomes.emplace_back();
        outcome.id = recorded.at("id");
        outcome.passed = got == recorded.at("expected");
        outcome.expected = recorded.at("expected").dump();
        outcome.got = got.dump();
    }
    return outcomes;
}

}  // namespace gregor::lab
