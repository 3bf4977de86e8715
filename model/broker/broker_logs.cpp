#include "model/broker/broker.h"
#include "model/log/log_config.h"

/// This broker's log directory: settings of logs, background work, failure (classes LogManager,
/// LogCleaner, LogDirFailureChannel).
namespace gregor {

LogSettings Broker::log_settings(TopicId topic) const
{
    static const ConfigMap nothing;
    const MetadataImage& image = metadata_.image();
    const TopicImage* known = image.topic(topic);
    return gregor::log_settings(setup_.config, image.cluster_configs(),
                                known == nullptr ? nothing : known->configs);
}

LogStep Broker::log_step(Time now, Effects& effects)
{
    return {now, setup_.config, replicas_, next_tag_, effects};
}

void Broker::start_logs(Time now, StartReason reason, Effects& effects)
{
    const LogStep step = log_step(now, effects);
    const LogError error = log_manager_.start(step, reason);
    if (!error.none()) {
        fail_log_dir(error.exception, effects);
        return effects.halt();
    }
    log_cleaner_.start(step, setup_.profile.uncleanable_partitions);
    if (log_manager_.is_reading()) lifecycle_.wait_for_logs();
}

/// Logs are read once the metadata says which there are (BrokerMetadataPublisher).
void Broker::read_logs(Time now, Effects& effects)
{
    if (lifecycle_.state() != LifecycleState::recovery || !log_manager_.is_reading()) return;
    log_manager_.read_on(log_step(now, effects));
}

bool Broker::on_log_timer(Time now, TimerKey key, Effects& effects)
{
    if (key == LogCleaner::timer) {
        log_cleaner_.on_timer(log_step(now, effects), log_manager_);
        return true;
    }
    if (key < LogManager::retention_timer || key > LogManager::deletion_timer) return false;
    log_manager_.on_timer(log_step(now, effects), key);
    return true;
}

bool Broker::on_log_disk(Time now, Tag tag, Effects& effects)
{
    const LogStep step = log_step(now, effects);
    if (log_manager_.on_disk(step, tag)) {
        if (!log_manager_.is_reading()) lifecycle_.logs_were_read(now, effects);
        if (!roles_applied_) apply_metadata(now, effects);
        return true;
    }
    return log_cleaner_.on_disk(step, log_manager_, tag);
}

void Broker::fail_log_dir(std::string_view because, Effects& effects)
{
    if (log_dir_failed_) return;
    log_dir_failed_ = true;
    effects.trace(event::LogDirFailed{because});
}

}  // namespace gregor
