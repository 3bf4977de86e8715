#include "model/lab/script.h"

#include <utility>

namespace gregor::lab {

namespace {

/// What a send says of its records beside key and size; null: nothing.
std::shared_ptr<const Record> content_of(const Call& call)
{
    if (call.headers.empty()) return nullptr;
    auto record = std::make_shared<Record>();
    record->key = call.key.value_or("");
    record->null_key = !call.key;
    record->value_by_size = true;
    for (const auto& [key, text] : call.headers) record->headers.push_back({key, text});
    return record;
}

/// The call as a value for the process; a wait has none.
std::optional<Control> control_of(const Call& call, const Names& names)
{
    switch (call.kind) {
        case Call::Kind::send: {
            control::Send send;
            const TopicId topic = names.topic_named(call.partition);
            if (topic != no_topic) {
                send.partition = {topic, -1};
            } else {
                send.partition = names.partition_named(call.partition).value_or(TopicPartition{});
            }
            send.count = call.count;
            send.has_key = call.key.has_value();
            send.key = call.key.value_or("");
            send.tombstone = call.tombstone;
            send.timestamp_ms = call.timestamp_ms.value_or(-1);
            send.content = content_of(call);
            return send;
        }
        case Call::Kind::begin: return control::Begin{};
        case Call::Kind::end: return control::End{call.commit_transaction};
        case Call::Kind::poll: {
            control::Poll poll;
            if (call.max) poll.max_records = static_cast<std::int32_t>(*call.max);
            return poll;
        }
        case Call::Kind::commit: return control::Commit{};
        case Call::Kind::init_transactions: return control::InitTransactions{};
        case Call::Kind::wait: break;
    }
    return std::nullopt;
}

}  // namespace

/// False for a wait, which is no call of the client.
bool Script::issue(Context context, NodeId client, const Call& call, std::uint64_t cause)
{
    const auto control = control_of(call, context.names);
    if (!control) return false;
    context.kernel.control(client, *control, cause);
    return true;
}

/// A client's process runs, for the first time or again: its program begins or goes on.
void Script::on_client_started(Context context, NodeId node, std::uint64_t cause)
{
    for (Program& program : programs_) {
        if (program.node != node) continue;
        const bool first = program.next == 0 && !program.suspended;
        program.suspended = false;
        if (!first && (program.sleeping || program.condition != nullptr)) continue;
        const bool outer = std::exchange(busy_, true);
        advance(context, program, cause);
        busy_ = outer;
    }
}

/// Calls until the next wait. Calls do not wait for each other: what send() or poll() leads to is
/// the client's own affair.
void Script::advance(Context context, Program& program, std::uint64_t cause)
{
    const std::vector<Call>& calls = scenario_->clients[program.client].program;
    while (program.next < calls.size()) {
        if (!context.kernel.running(program.node)) {
            program.suspended = true;
            return;
        }
        const Call& call = calls[program.next++];
        if (issue(context, program.node, call, cause)) continue;
        if (call.time) {
            program.sleeping = true;
            const auto index = static_cast<std::size_t>(&program - programs_.data());
            return wake(context, context.kernel.now() + *call.time, {Wakeup::Kind::program, index});
        }
        program.condition = &*call.condition;
        refresh();
        return touch(program.condition->reads() | newly_armed);
    }
}

}  // namespace gregor::lab
