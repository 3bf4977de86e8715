#include "model/lab/swarm_parts.h"

#include <algorithm>
#include <array>
#include <functional>

/// The schedule of a drawn scenario: which faults, and when.
namespace gregor::lab::swarm {

namespace {

using Json = nlohmann::json;

/// Draws steps one after another. Each seed leaves out some kinds of faults: what only happens when
/// nothing else does would else never be seen (swarm testing).
class Schedule {
public:
    Schedule(Draw draw, const Plan& plan) : draw_(draw), plan_(plan), partitions_(plan.partitions())
    {
        const std::array kinds{
            Kind{"crash", 30, &Schedule::crash},
            Kind{"isolate", 20, &Schedule::isolate},
            Kind{"cut", 12, &Schedule::cut_pair},
            Kind{"pause", 12, &Schedule::pause},
            Kind{"slow link", 8, &Schedule::slow_link},
            Kind{"lost message", 10, &Schedule::lose_messages},
            Kind{"late message", 6, &Schedule::delay_messages},
            Kind{"controller", 10, &Schedule::strike_controller},
            Kind{"stop", 5, &Schedule::stop},
            Kind{"freeze", 4, &Schedule::freeze_fetchers},
            Kind{"disk", 4, &Schedule::slow_disk},
            Kind{"clock", 2, &Schedule::move_clock},
            Kind{"admin", 5, &Schedule::administer},
        };
        for (const Kind& each : kinds) {
            if (draw_.percent(60)) kinds_.push_back(each);
        }
        if (plan.power_losses) kinds_.push_back({"power", 30, &Schedule::power_off});
        if (kinds_.empty()) kinds_.push_back(kinds.front());
        mortal_ = static_cast<std::int32_t>(draw_.between(1, plan.brokers));
    }

    Json steps()
    {
        if (draw_.percent(25)) {
            if (plan_.power_losses) last_one_standing();
            if (!plan_.power_losses) leader_after_laggard();
        }
        const std::int64_t count = draw_.weighted({3, 5, 9, 12, 15, 15, 15, 12, 8, 5, 5});
        for (std::int64_t i = 0; i < count || all_.empty(); ++i) {
            Json step = trigger(static_cast<std::int64_t>(all_.size()));
            (this->*kind())(step);
            add(std::move(step));
        }
        return std::move(all_);
    }

private:
    using Fault = void (Schedule::*)(Json& step);
    struct Kind {
        std::string name;
        std::int64_t weight;
        Fault fault;
    };

    Fault kind()
    {
        std::int64_t sum = 0;
        for (const Kind& each : kinds_) sum += each.weight;
        std::int64_t left = draw_.between(0, sum - 1);
        for (const Kind& each : kinds_) {
            if (left < each.weight) return each.fault;
            left -= each.weight;
        }
        return kinds_.back().fault;
    }

    void add(Json step)
    {
        step["name"] = fmt::format("step-{}", all_.size() + 1);
        all_.push_back(std::move(step));
    }
    std::string last_step() const { return fmt::format("step-{}", all_.size()); }

    // --- two faults that belong together ---------------------------------------------------------

    /// A follower falls out of the ISR, and what waited for it is acknowledged; the leader ends
    /// before the others hear of that.
    void leader_after_laggard()
    {
        const std::string& partition = draw_.one_of(partitions_);
        const std::vector<std::int32_t>& replicas = replicas_of(partition);
        if (replicas.size() < 3) return;
        const auto last = static_cast<std::int64_t>(replicas.size()) - 1;
        const std::int32_t follower = replicas[static_cast<std::size_t>(draw_.between(1, last))];
        earliest_.push_back(draw_.uniform(seconds(1), plan_.horizon / 3));
        Json step = {{"at", Draw::text(earliest_.back())}};
        switch (draw_.weighted({50, 30, 20})) {
            case 0:
                step["do"] = {{"node", {{"id", follower}, {"act", {{"freeze", "fetchers"}}}}}};
                break;
            case 1: cut(step, follower, Json::array({"brokers"}), true); break;
            default: step["do"] = {{"node", {{"id", follower}, {"act", "pause"}}}};
        }
        const Duration limit = plan_.lag_limit * 3 / 2;
        step["for"] = Draw::text(draw_.uniform(limit, limit + plan_.broker_session * 2));
        add(std::move(step));
        Json end = {{"when", fmt::format("size(isr('{}')) <= {}", partition, last)},
                    {"after", last_step()},
                    {"within", Draw::text(plan_.horizon)}};
        end["delay"] = Draw::text(draw_.about(milliseconds(2), milliseconds(400)));
        earliest_.push_back(earliest_.back());
        end_process(end, fmt::format("leader('{}')", partition), "crash");
        add(std::move(end));
    }

    /// A leader loses its followers, and then its power.
    void last_one_standing()
    {
        const std::string& partition = draw_.one_of(partitions_);
        mortal_ = replicas_of(partition).front();
        earliest_.push_back(draw_.uniform(seconds(1), plan_.horizon / 2));
        Json step = {{"at", Draw::text(earliest_.back())}};
        cut(step, mortal_, Json::array({"brokers"}), true);
        step["for"] = Draw::text(draw_.uniform(plan_.lag_limit * 2, plan_.horizon));
        add(std::move(step));
        Json end = {{"when", fmt::format("size(isr('{}')) <= 1", partition)},
                    {"after", last_step()},
                    {"within", Draw::text(plan_.horizon)}};
        earliest_.push_back(earliest_.back());
        end_process(end, mortal_, "power-off");
        add(std::move(end));
    }

    // --- when ------------------------------------------------------------------------------------

    /// One that can come before the horizon.
    Json trigger(std::int64_t number)
    {
        const std::string before = fmt::format("step-{}", number);
        const Duration since = number == 0 ? Duration{} : earliest_.back();
        const auto shape =
            number == 0 ? draw_.weighted({60, 40}) : draw_.weighted({25, 25, 30, 20});
        Json step;
        Duration delay{};
        if (shape == 0) {
            delay = draw_.uniform(milliseconds(500), plan_.horizon);
            step = {{"at", Draw::text(delay)}};
        } else if (shape == 3) {
            delay = draw_.about(microseconds(100), seconds(8));
            step = {{"after", before}, {"delay", Draw::text(delay)}};
        } else {
            step = {{"when", condition()}, {"within", Draw::text(plan_.horizon)}};
            const auto pause = draw_.weighted({40, 30, 30});
            if (pause == 1) delay = draw_.about(microseconds(100), milliseconds(20));
            if (pause == 2) delay = draw_.about(milliseconds(20), seconds(3));
            if (pause != 0) step["delay"] = Draw::text(delay);
            if (shape == 2) step["after"] = before;
        }
        earliest_.push_back(shape < 2 ? delay : since + delay);
        if (earliest_.back() < plan_.horizon) return step;
        earliest_.back() = draw_.uniform(milliseconds(500), plan_.horizon);
        return {{"at", Draw::text(earliest_.back())}};
    }

    std::string condition()
    {
        const std::string& p = draw_.one_of(partitions_);
        const std::vector<std::int32_t>& replicas = replicas_of(p);
        const auto size = static_cast<std::int64_t>(replicas.size());
        switch (draw_.weighted({25, 20, 15, 15, 15, 10})) {
            case 0: return fmt::format("epoch('{}') >= {}", p, draw_.between(1, 3));
            case 1:
                return fmt::format("size(isr('{}')) <= {}", p,
                                   draw_.between(1, std::max<std::int64_t>(1, size - 1)));
            case 2: return fmt::format("size(isr('{}')) >= {}", p, draw_.between(1, size));
            case 3: return fmt::format("{} in isr('{}')", draw_.one_of(replicas), p);
            case 4: return fmt::format("leader('{}') == {}", p, draw_.one_of(replicas));
            default:
                return fmt::format("size(acked({})) >= {}", draw_.one_of(plan_.producers).name,
                                   draw_.between(1, 60));
        }
    }

    const std::vector<std::int32_t>& replicas_of(const std::string& partition) const
    {
        for (const DrawnTopic& topic : plan_.topics) {
            for (std::size_t i = 0; i < topic.replicas.size(); ++i) {
                if (partition == fmt::format("{}-{}", topic.name, i)) return topic.replicas[i];
            }
        }
        return plan_.topics.front().replicas.front();
    }

    // --- who -------------------------------------------------------------------------------------

    /// The leader of a partition at that instant, or a broker.
    Json broker()
    {
        if (draw_.percent(50)) return fmt::format("leader('{}')", draw_.one_of(partitions_));
        return draw_.between(1, plan_.brokers);
    }
    Json some_broker() { return draw_.between(1, plan_.brokers); }
    Json controller()
    {
        if (draw_.percent(60)) return "controller()";
        return (plan_.combined ? 0 : 100) + draw_.between(1, plan_.controllers);
    }
    void lasts(Json& step, Duration low, Duration high)
    {
        step["for"] = Draw::text(draw_.about(low, high));
    }

    // --- what ------------------------------------------------------------------------------------

    void end_process(Json& step, const Json& id, const char* act)
    {
        step["do"] = {{"node", {{"id", id}, {"act", act}}}};
        if (draw_.percent(60)) lasts(step, milliseconds(100), seconds(8));
    }
    /// Only as many brokers end without a clean stop as the promise allows (see swarm.h).
    void crash(Json& step)
    {
        end_process(step, plan_.power_losses ? Json(mortal_) : broker(), "crash");
    }
    void power_off(Json& step) { end_process(step, mortal_, "power-off"); }
    void stop(Json& step) { end_process(step, broker(), "stop"); }
    void pause(Json& step)
    {
        step["do"] = {{"node", {{"id", broker()}, {"act", "pause"}}}};
        lasts(step, milliseconds(50), plan_.broker_session * 3);
    }
    void freeze_fetchers(Json& step)
    {
        step["do"] = {{"node", {{"id", some_broker()}, {"act", {{"freeze", "fetchers"}}}}}};
        lasts(step, milliseconds(50), plan_.lag_limit * 3);
    }

    void cut(Json& step, const Json& one, const Json& others, bool both)
    {
        step["do"] = Json::array({{{"link", {{"from", one}, {"to", others}, {"effect", "cut"}}}}});
        if (both) {
            step["do"].push_back({{"link", {{"from", others}, {"to", one}, {"effect", "cut"}}}});
        }
    }
    void isolate(Json& step)
    {
        Json others = Json::array({"brokers"});
        if (draw_.percent(40)) others.push_back("controllers");
        if (draw_.percent(30)) others.push_back("clients");
        cut(step, broker(), others, draw_.percent(70));
        lasts(step, milliseconds(200), plan_.horizon);
    }
    void cut_pair(Json& step)
    {
        Json to = some_broker();
        if (draw_.percent(20)) to = controller();
        if (draw_.percent(15)) to = "clients";
        cut(step, broker(), to, draw_.percent(40));
        lasts(step, milliseconds(50), plan_.horizon);
    }
    void slow_link(Json& step)
    {
        Json effect = {{"latency", Draw::text(draw_.about(milliseconds(5), seconds(1)))}};
        if (draw_.percent(40))
            effect["jitter"] = Draw::text(draw_.about(milliseconds(1), seconds(1)));
        if (draw_.percent(30)) effect["loss"] = 0.1;
        step["do"] = {{"link",
                       {{"from", broker()},
                        {"to", Json::array({draw_.percent(60) ? Json("brokers") : some_broker()})},
                        {"effect", std::move(effect)}}}};
        lasts(step, milliseconds(200), plan_.horizon);
    }

    /// Of what is alone on its connection: no network loses a message, or brings it late, and then
    /// delivers the next one of the same connection.
    Json match()
    {
        const char* const api =
            draw_.one_of({"Fetch", "Fetch", "Fetch", "AlterPartition", "BrokerHeartbeat"});
        Json match = {{"api", api}, {"dir", draw_.one_of({"request", "response"})}};
        if (draw_.percent(70)) {
            match[draw_.one_of({"from", "to"})] = broker();
        }
        if (std::string_view(api) == "Fetch" && draw_.percent(40)) {
            match["tp"] = draw_.one_of(partitions_);
        }
        return match;
    }
    void lose_messages(Json& step)
    {
        step["do"] = {
            {"msg",
             {{"match", match()}, {"act", "drop"}, {"times", draw_.one_of({1, 1, 2, 5, 20})}}}};
    }
    void delay_messages(Json& step)
    {
        const Duration late = draw_.about(milliseconds(5), seconds(3));
        step["do"] = {{"msg",
                       {{"match", match()},
                        {"act", {{"delay", Draw::text(late)}}},
                        {"times", draw_.one_of({1, 2, 5, 20})}}}};
    }

    /// Never a power loss: the metadata of one that leads may go with it, which no broker survives.
    void strike_controller(Json& step)
    {
        switch (draw_.weighted({40, 30, 30})) {
            case 0: end_process(step, controller(), "crash"); return;
            case 1: step["do"] = {{"node", {{"id", controller()}, {"act", "pause"}}}}; break;
            default:
                cut(step, controller(), Json::array({"controllers", "brokers"}), draw_.percent(60));
        }
        lasts(step, milliseconds(200), seconds(10));
    }

    void slow_disk(Json& step)
    {
        step["do"] = {{"disk",
                       {{"id", some_broker()},
                        {"latency", Draw::text(draw_.about(milliseconds(1), seconds(1)))}}}};
        lasts(step, milliseconds(200), seconds(10));
    }
    void move_clock(Json& step)
    {
        step["do"] = {
            {"clock",
             {{"id", some_broker()}, {"jump", draw_.one_of({"-1h", "-10s", "10s", "1h"})}}}};
    }
    void administer(Json& step)
    {
        const std::string& partition = draw_.one_of(partitions_);
        if (plan_.power_losses || draw_.percent(50)) {
            step["do"] = {{"admin", {{"op", "elect"}, {"tp", partition}}}};
            return;
        }
        std::vector<std::int32_t> brokers;
        for (std::int32_t b = 1; b <= plan_.brokers; ++b) brokers.push_back(b);
        draw_.shuffle(brokers);
        brokers.resize(replicas_of(partition).size());
        step["do"] = {{"admin", {{"op", "reassign"}, {"tp", partition}, {"replicas", brokers}}}};
    }

    Draw draw_;
    const Plan& plan_;
    std::vector<std::string> partitions_;
    std::vector<Kind> kinds_;
    Json all_ = Json::array();
    std::vector<Duration> earliest_;  ///< when at best each step fires
    std::int32_t mortal_ = 1;         ///< the one broker that may end uncleanly beside power losses
};

}  // namespace

Json draw_faults(Draw draw, const Plan& plan)
{
    return Schedule(draw, plan).steps();
}

}  // namespace gregor::lab::swarm
