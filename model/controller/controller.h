#pragma once

#include "model/config.h"
#include "model/control.h"
#include "model/controller/broker_registry.h"
#include "model/controller/metadata_image.h"
#include "model/controller/partition_changes.h"
#include "model/controller/quorum.h"
#include "model/controller/topic_creation.h"
#include "model/effects.h"
#include "model/levels.h"

#include <deque>
#include <string>
#include <vector>

namespace gregor {

/// A KRaft controller as a process: a voter of the metadata quorum and, while it leads, the active
/// controller: a request comes in, records leave for the metadata log, the answer waits until they
/// are committed (classes QuorumController, ReplicationControlManager, ClusterControlManager).
class Controller {
public:
    struct Setup {
        BrokerId id;
        ClusterLayout layout;
        BrokerConfig config;
        ProtocolProfile profile;
        std::uint64_t seed{};
        std::vector<MetadataBatchPtr> bootstrap;  ///< the metadata log that the run begins with
    };
    explicit Controller(Setup setup);

    /// A cluster as at the end of its start: what `bootstrap` makes into a metadata log.
    struct FormedCluster {
        struct Broker {
            BrokerId id;
            std::string rack;
        };
        std::vector<Broker> brokers;
        std::vector<CreateTopicsRequest::Topic> topics;
    };
    /// The log of a formed cluster: 101 leads epoch 1, every broker is registered (incarnation 1)
    /// and unfenced, the topics exist. Topics that cannot be created are left out; `refused` gets
    /// the place of each in `cluster.topics` and why.
    struct RefusedTopic {
        std::size_t index{};
        Error error{};
    };
    static std::vector<MetadataBatchPtr> bootstrap(const Setup& setup, const FormedCluster& cluster,
                                                   std::vector<RefusedTopic>* refused = nullptr);

    void on_start(Time now, StartReason reason, Effects& effects);
    void on_message(Time now, const Envelope& from, Message&& message, Effects& effects);
    void on_timer(Time now, TimerKey key, Effects& effects);
    void on_disk(Time now, Tag tag, Effects& effects);
    void on_compute(Time now, Tag tag, Effects& effects);
    void on_connection(Time now, const Envelope& peer, ConnectionChange change, Effects& effects);
    void on_control(Time now, const Control& control, Effects& effects);
    void on_end(Time now, StartReason reason);

    // What a snapshot shows.
    BrokerId id() const { return setup_.id; }
    const MetadataImage& image() const { return committed_; }
    const Quorum& quorum() const { return quorum_; }
    const BrokerRegistry& registry() const { return registry_; }
    QuorumRole role() const { return quorum_.role(); }
    QuorumEpoch epoch() const { return quorum_.epoch(); }
    BrokerId leader() const { return quorum_.leader(); }
    Offset high_watermark() const { return quorum_.high_watermark(); }
    Offset log_end() const { return quorum_.log_end(); }
    /// Leads the quorum and has replayed its log.
    bool is_active() const { return active_; }
    std::size_t waiting_answers() const { return purgatory_.size(); }

private:
    enum Timer : TimerKey {
        fencing_timer = Quorum::last_timer + 1,
        rebalance_timer,
        unclean_election_timer,
        no_op_timer,
        exit_timer,
    };
    using Records = PartitionChanges::Records;
    /// An answer to be given once everything below `until` is committed.
    struct Waiting {
        Offset until;
        Envelope to;
        Message message;
    };

    // What a change of the quorum means: controller.cpp
    void settle(Time now, Effects& effects);
    void activate(Time now, Effects& effects);
    void deactivate(Effects& effects);
    void apply_committed(Effects& effects);
    void report(const MetadataBatch& batch, const MetadataRecord& record, Effects& effects) const;
    void report_new_partition(const MetadataBatch& batch, const MetadataRecord& record,
                              const PartitionRecord& partition, Effects& effects) const;
    void write(Time now, Records records, Effects& effects);
    void answer(const Envelope& to, Message&& message, Effects& effects);
    void release(Effects& effects);
    void check_sessions(Time now, Effects& effects);
    void rebalance(Time now, Effects& effects);
    void elect_unclean(Time now, Effects& effects);
    void write_no_op(Time now, Effects& effects);
    void begin_shutdown(Time now, Effects& effects);
    PartitionChanges changes() const { return {speculative_, setup_.config, setup_.profile}; }

    // Requests to the active controller: controller_requests.cpp
    void serve(Time now, const Envelope& from, const Message& message, Effects& effects);
    BrokerRegistrationResponse handle(Time now, const BrokerRegistrationRequest& request,
                                      Effects& effects);
    BrokerHeartbeatResponse handle(Time now, const BrokerHeartbeatRequest& request,
                                   Effects& effects);
    AlterPartitionResponse handle(Time now, const AlterPartitionRequest& request, Effects& effects);
    CreateTopicsResponse handle(Time now, const CreateTopicsRequest& request, Effects& effects);
    AllocateProducerIdsResponse handle(Time now, const AllocateProducerIdsRequest& request,
                                       Effects& effects);
    ElectLeadersResponse handle(Time now, const ElectLeadersRequest& request, Effects& effects);
    AlterConfigResponse handle(Time now, const AlterConfigRequest& request, Effects& effects);
    TopicCreation topic_creation();
    void administer(Time now, const Control& control, Effects& effects);
    Records records_for(const BrokerRegistration& broker, BrokerControlState next) const;

    Setup setup_;
    Random random_;  // of the replica placer
    Quorum quorum_;
    BrokerRegistry registry_;
    MetadataImage committed_;
    MetadataImage speculative_;      // with what is appended, committed or not; only while active
    std::deque<Waiting> purgatory_;  // by offset
    Offset reported_{0};             // how far the trace was told; outlives the process
    bool active_ = false;
    bool stopping_ = false;
};

}  // namespace gregor
