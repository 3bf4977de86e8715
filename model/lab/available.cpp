#include "model/lab/available.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace gregor::lab {

namespace {

constexpr std::array<std::string_view, 4> later_invariants{"ATOMIC", "LSO", "EO", "LASTVAL"};

class Finder {
public:
    explicit Finder(std::vector<Diagnostic>& found) : found_(found) {}

    void refuse(const std::string& path, std::string what, std::string allowed)
    {
        found_.push_back(
            {path, std::move(what) + ", which comes with a later version", std::move(allowed), ""});
    }
    void look_at(const std::string& path, const Call& call)
    {
        const bool transaction = call.kind == Call::Kind::begin || call.kind == Call::Kind::end ||
                                 call.kind == Call::Kind::init_transactions;
        if (transaction) refuse(path, "a call of a transaction", "send, poll, commit or wait");
    }

    void operator()(const action::Link& link)
    {
        if (link.bytes_per_second) refuse(path, "a rate of a link", "latency, jitter, loss, ...");
    }
    void operator()(const action::Disk& disk)
    {
        if (!disk.poison_partition.empty()) refuse(path, "poison", "other faults of disks");
    }
    void operator()(const action::Level&)
    {
        refuse(path, "a level in a run", "levels from the start");
    }
    void operator()(const action::Set& set)
    {
        if (set.scope != action::Set::Scope::topic) return;
        refuse(path, "a setting of a topic in a run", "settings of brokers and clients");
    }
    void operator()(const action::Admin& admin)
    {
        if (admin.operation == action::Admin::Operation::elect) return;
        refuse(path, "this operation", "elect");
    }
    void operator()(const action::Client& client)
    {
        if (client.call) look_at(path, *client.call);
    }
    template <class Other>
    void operator()(const Other&)
    {
    }

    std::string path;

private:
    std::vector<Diagnostic>& found_;
};

}  // namespace

std::vector<Diagnostic> find_unavailable(const Scenario& scenario)
{
    std::vector<Diagnostic> found;
    Finder finder(found);
    for (const Step& step : scenario.script) {
        finder.path = step.path + "/do";
        for (const Action& action : step.actions) std::visit(finder, action);
    }
    for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
        for (const Call& call : scenario.clients[i].program) {
            finder.look_at("/clients/" + std::to_string(i) + "/program", call);
        }
    }
    for (std::size_t i = 0; i < scenario.asserts.size(); ++i) {
        const std::string& name = scenario.asserts[i].invariant;
        if (std::ranges::find(later_invariants, name) == later_invariants.end()) continue;
        finder.refuse("/asserts/" + std::to_string(i) + "/inv", name,
                      "an invariant that needs neither transactions nor compaction");
    }
    return found;
}

}  // namespace gregor::lab
