#pragma once

#include "model/lab/course.h"
#include "model/lab/snapshot.h"
#include "visualizer/draw/cards.h"
#include "visualizer/panels/why.h"
#include "visualizer/view_state.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What the inspector says of a subject, as values: a sheet of blocks from above. Nothing is drawn
/// here, so a test can read it.
namespace gregor::visualizer {

/// A grey label over a value in mono.
struct Fact {
    std::string label, value;
    Token token = Token::text_hi;
    int columns = 1;  ///< of four that it takes
    Subject subject;  ///< what a click on it selects, if anything
};
using FactGrid = std::vector<Fact>;

/// The name of a section, and a grey note at its right.
struct Heading {
    std::string title, note;
};

/// Running text, wrapped.
struct Paragraph {
    std::string text;
    Token token = Token::text_mid;
    bool is_title = false;
    std::size_t most_lines = 8;
};

/// A dark box of keys and values in mono.
struct RecordBox {
    struct Line {
        std::string key, value;
        Token token = Token::text_mid;
    };
    std::vector<Line> lines;
};

/// One line of a list: a sign, a name, a grey word and numbers in columns from the right.
struct Row {
    std::optional<ReplicaState> replica;  ///< its sign
    Icon icon = Icon::none;               ///< the sign, when it is not of a replica
    Token sign = Token::text_mid;         ///< colour of the icon
    std::string name, detail;
    struct Number {
        std::string text;
        Token token = Token::text_hi;
    };
    std::vector<Number> numbers;  ///< left to right
    Subject subject;
};
using Rows = std::vector<Row>;

/// How far a group is behind in each of its partitions.
struct LagBars {
    struct Bar {
        std::string name, owner;
        std::optional<std::int64_t> lag;  ///< records; none: the leader is down, nobody knows
        Subject subject;
    };
    std::vector<Bar> bars;
    std::int64_t full = 10;  ///< records that fill a bar
};
/// Records from which a lag is drawn in orange.
inline constexpr std::int64_t lag_threshold = 100;

/// Properties that hold at this instant, or do not.
struct Check {
    std::string text;
    std::optional<bool> holds;  ///< none: without a leader there is nothing to compare with
    std::string where = {};     ///< the partition in which it is broken
};
using Checks = std::vector<Check>;

/// How far something is on its way, 0 to 1.
struct Progress {
    double share = 0;
    Token token = Token::sky;
};

using Block =
    std::variant<FactGrid, Heading, Paragraph, RecordBox, Rows, LagBars, Checks, Progress, Why>;

struct Sheet {
    Icon icon = Icon::none;
    std::string name;  ///< of the subject, for the pill; empty: the run as a whole
    std::vector<Block> blocks;
};

/// What a sheet is made from.
struct Asked {
    const lab::Snapshot& snapshot;
    const lab::Course& course;
    const Subject& subject;
};

/// Everything the inspector knows of the subject at the instant of the snapshot.
Sheet sheet_of(const Asked& asked);

// The sheets of one kind of subject: inspector_logs.cpp, inspector_clients.cpp.
Sheet partition_sheet(const Asked& asked, const lab::Snapshot::Partition& partition);
Sheet record_sheet(const Asked& asked, const lab::Snapshot::Partition& partition);
Sheet producer_sheet(const Asked& asked, const lab::Snapshot::Producer& producer);
Sheet consumer_sheet(const Asked& asked, const lab::Snapshot::Consumer& consumer);
Sheet group_sheet(const Asked& asked, const lab::Snapshot::Group& group);
/// Of a group that has committed nothing yet.
Sheet new_group_sheet(const Asked& asked);

// Pieces that several sheets share.
/// "3 142": digits in threes.
std::string count_text(std::int64_t count);
/// "512 B", "1.5 KiB".
std::string size_text(std::int64_t bytes);
/// "12.480 s".
std::string seconds_text(Time at);
std::string offset_text(Offset offset);  ///< "–" for none
std::string broker_name(BrokerId id);    ///< "B1", or "none"
std::string list_text(const BrokerList& brokers);
/// The process's state, which every node has.
Fact state_fact(const lab::Snapshot::Process& process);
/// The bars of a group, at most `most`, the subject's own partition always among them.
void add_lags(Sheet& sheet, const lab::Snapshot& snapshot, const lab::Snapshot::Group& group,
              const std::string& own = {});
/// The replica that leads and runs; null: none does.
const lab::Snapshot::Replica* running_leader_of(const lab::Snapshot::Partition& partition);
/// How far a group's offset is behind; nothing while no leader runs.
std::optional<std::int64_t> known_lag(const lab::Snapshot& snapshot,
                                      const lab::Snapshot::Committed& committed);
/// The Why card, if there is anything to tell.
void add_why(Sheet& sheet, const Asked& asked);
/// The partition's state on a replica, for its sign.
ReplicaState state_of(const lab::Snapshot::Partition& partition, const lab::Snapshot::Replica& on);
std::string_view word_of(ReplicaState state, const lab::Snapshot::Replica& replica);
/// Records that a replica's log ends before the leader's; "+3": after it.
Row::Number behind_of(const lab::Snapshot::Partition& partition,
                      const lab::Snapshot::Replica& replica);
/// What must hold of a partition at any instant, looked at now.
Checks checks_of(const lab::Snapshot::Partition& partition);

}  // namespace gregor::visualizer
