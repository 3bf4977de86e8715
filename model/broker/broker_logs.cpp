#include "model/broker/broker.h"
#include "model/log/log_config.h"

#include <algorithm>

/// This broker's log directories: settings of logs, background work, failure (classes LogManager,
/// LogCleaner, LogDirFailureChannel).
namespace gregor {

std::uint32_t Broker::slot_of(TopicPartition partition) const
{
    const auto topic = static_cast<std::size_t>(partition.topic.value);
    const auto number = static_cast<std::size_t>(partition.partition);
    if (topic >= slots_.size() || number >= slots_[topic].size()) return no_slot;
    return slots_[topic][number];
}

LogSettings Broker::log_settings(TopicId topic) const
{
    static const ConfigMap nothing;
    const MetadataImage& image = metadata_.image();
    const TopicImage* known = image.topic(topic);
    LogSettings settings = gregor::log_settings(setup_.config, image.cluster_configs(),
                                                known == nullptr ? nothing : known->configs);
    settings.verification = settings.verification && setup_.profile.transaction_verification;
    return settings;
}

LogStep Broker::log_step(Time now, Effects& effects)
{
    return {now, setup_.config, replicas_, next_tag_, effects};
}

void Broker::start_logs(Time now, StartReason reason, Effects& effects)
{
    const LogStep step = log_step(now, effects);
    for (const LogManager::Unreadable& each : log_manager_.start(step, reason)) {
        fail_log_dir(now, each.directory, each.error.exception(), effects);
    }
    if (must_halt()) return effects.halt();
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
    const bool periodic = key >= LogManager::retention_timer && key <= LogManager::deletion_timer;
    if (!periodic && key != LogManager::expiration_timer) return false;
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

/// The last byte of the batch, which its CRC covers.
void Broker::flip_byte(const control::FlipByte& damage)
{
    const std::uint32_t slot = slot_of(damage.partition);
    if (slot == no_slot) return;
    UnifiedLog& log = replicas_[slot].log;
    const std::size_t index = log.segment_index_of(damage.offset);
    const auto at = log.segments()[index]->seek(damage.offset);
    if (at.at_end()) return;
    const std::int64_t last = at.position() + at.batch().size_in_bytes - 1;
    log.own_segment(index).flip_byte(last, 1);
}

/// Partition.deleteRecordsOnLeader. The answer does not wait for the followers' log starts.
void Broker::delete_records(const control::DeleteRecords& asked, Effects& effects)
{
    const std::uint32_t slot = slot_of(asked.partition);
    Replica* replica = slot == no_slot ? nullptr : &replicas_[slot];
    Error error = Error::none;
    if (replica == nullptr || !replica->is_leader()) {
        error = Error::not_leader_or_follower;
    } else if (replica->holds_group_offsets) {
        error = Error::invalid_topic_exception;
    } else if (!replica->log.settings().cleanup_delete) {
        error = Error::policy_violation;
    } else {
        const Offset high_watermark = replica->high_watermark();
        const Offset before = asked.before == no_offset ? high_watermark : asked.before;
        const auto moved = replica->log.maybe_increment_log_start(before);
        error = moved ? Error::none : moved.error();
        if (moved && moved.value()) {
            effects.trace(event::RecordsDeleted{asked.partition, before});
            look_again(*replica, false);
        }
    }
    effects.trace(event::AdminRequestAnswered{"delete-records", asked.partition.topic, error});
}

void Broker::fail_log_dir(Time now, std::size_t directory, std::string_view because,
                          Effects& effects)
{
    if (std::ranges::find(failed_directories_, directory) != failed_directories_.end()) return;
    failed_directories_.push_back(directory);
    const auto in_it = [directory](const Replica& each) {
        return each.directory == directory && !each.removed;
    };
    effects.trace(event::LogDirFailed{setup_.config.log_dirs[directory], because,
                                      std::ranges::count_if(replicas_, in_it)});
    if (must_halt()) return;
    std::vector<TopicPartition> gone;
    for (Replica& replica : replicas_) {
        if (!in_it(replica)) continue;
        gone.push_back(replica.partition);
        replica.offline = true;
        step_down(now, replica, Error::kafka_storage_error, effects);
    }
    lifecycle_.replicas_went_offline(now, gone, effects);
}

bool Broker::must_halt() const
{
    const std::size_t with_metadata = 0;  // metadata.log.dir
    return std::ranges::find(failed_directories_, with_metadata) != failed_directories_.end();
}

/// The one with the fewest, of those that work (LogManager.nextLogDirs).
std::size_t Broker::directory_for_new_replica() const
{
    std::vector<std::int64_t> replicas = replicas_in_;
    for (const std::size_t failed : failed_directories_) replicas[failed] = INT64_MAX;
    return static_cast<std::size_t>(std::ranges::min_element(replicas) - replicas.begin());
}

}  // namespace gregor
