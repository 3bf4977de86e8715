#pragma once

#include "model/client/backoff.h"
#include "model/consumer/fetcher.h"

#include <cstdint>
#include <string>

namespace gregor {

/// A consumer's way to the coordinator of its group: who it is, and when it may be asked for again.
/// The back-off is one for looking for it and for joining. Sources: classes AbstractCoordinator,
/// CoordinatorRequestManager.
class CoordinatorLink {
public:
    struct Settings {
        std::string group;
        ExponentialBackoff backoff;  ///< retry.backoff.ms, retry.backoff.max.ms
        Random random;
    };
    static constexpr std::uint32_t find_cookie = 2;

    CoordinatorLink() = default;
    explicit CoordinatorLink(const Settings& settings);

    BrokerId coordinator() const { return coordinator_; }
    bool known() const { return coordinator_ != no_broker; }
    /// Whether requests can be sent to it; looks for it when it is not known.
    bool ready(const ConsumerStep& step);
    std::uint32_t send(const ConsumerStep& step, std::uint32_t cookie, MessageBody body) const;
    void on_found(const ConsumerStep& step, const FindCoordinatorResponse& response);
    /// It is somebody else now, or gone.
    void forget(Time now);

    /// Nothing is tried before `not_before`, which grows from failure to failure.
    void back_off(Time now);
    void succeeded() { failures_ = 0; }
    Time not_before() const { return not_before_; }
    /// The first of those delays.
    Duration retry_delay();
    /// When it may be looked for; `never`: it is known, or being looked for.
    Time next_deadline() const;

private:
    Settings settings_;
    BrokerId coordinator_{no_broker};
    bool finding_ = false;
    std::int32_t failures_ = 0;
    Time not_before_;
};

}  // namespace gregor
