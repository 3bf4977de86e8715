#include "model/consumer/coordinator_link.h"

#include <utility>

namespace gregor {

CoordinatorLink::CoordinatorLink(const Settings& settings) : settings_(settings) {}

bool CoordinatorLink::ready(const ConsumerStep& step)
{
    if (known()) {
        return step.connections.prepare(step.now, {coordinator_, channel::coordinator},
                                        step.effects);
    }
    if (finding_ || step.now < not_before_) return false;
    const auto broker =
        step.connections.least_loaded(step.now, step.metadata.brokers(), step.effects);
    if (!broker) return false;
    finding_ = true;
    step.connections.send(step.now, {*broker}, find_cookie, FindCoordinatorRequest{settings_.group},
                          step.effects);
    return false;
}

std::uint32_t CoordinatorLink::send(const ConsumerStep& step, std::uint32_t cookie,
                                    MessageBody body) const
{
    return step.connections.send(step.now, {coordinator_, channel::coordinator}, cookie,
                                 std::move(body), step.effects);
}

void CoordinatorLink::on_found(const ConsumerStep& step, const FindCoordinatorResponse& response)
{
    finding_ = false;
    if (response.error != Error::none || response.coordinator == no_broker) {
        back_off(step.now);
        return;
    }
    failures_ = 0;
    coordinator_ = response.coordinator;
    step.connections.prepare(step.now, {coordinator_, channel::coordinator}, step.effects);
}

void CoordinatorLink::forget(Time now)
{
    coordinator_ = no_broker;
    not_before_ = now + retry_delay();
}

void CoordinatorLink::back_off(Time now)
{
    not_before_ = now + settings_.backoff.delay(failures_++, settings_.random);
}

Duration CoordinatorLink::retry_delay()
{
    return settings_.backoff.delay(0, settings_.random);
}

Time CoordinatorLink::next_deadline() const
{
    return known() || finding_ ? never : not_before_;
}

}  // namespace gregor
