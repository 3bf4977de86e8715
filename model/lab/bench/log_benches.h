#pragma once

#include "model/lab/bench/benches.h"

namespace gregor::lab {

/// Synthetic batches of 1,000 records appended to one log and read back, on one core.
BenchFigure bench_log_append_read(const BenchTools& tools);
/// Memory of 10,000 partitions of 100 GB each, from what some of them take.
BenchFigure bench_log_memory(const BenchTools& tools);
/// A copy of 1,000 logs of 100 segments each, as a keyframe takes it.
BenchFigure bench_log_copy(const BenchTools& tools);
/// A pass of the cleaner over a log twice as long: how much longer it takes.
BenchFigure bench_log_clean(const BenchTools& tools);

}  // namespace gregor::lab
