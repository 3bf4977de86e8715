#include "model/log/batch_list.h"

#include "engine/check.h"

#include <algorithm>

namespace gregor {

namespace {

/// Everything that a later batch of a run shares with the first.
bool same_kind(const RecordBatch& a, const RecordBatch& b)
{
    return a.record_count == b.record_count && a.size_in_bytes == b.size_in_bytes &&
           a.producer_id == b.producer_id && a.producer_epoch == b.producer_epoch &&
           a.partition_leader_epoch == b.partition_leader_epoch && a.client == b.client &&
           a.transactional == b.transactional && a.log_append_time == b.log_append_time &&
           a.codec == b.codec && a.uncompressed_bytes == b.uncompressed_bytes &&
           a.content == b.content && a.base_timestamp_ms == b.base_timestamp_ms;
}

bool can_stand_in_a_run(const RecordBatch& batch)
{
    return batch.data == nullptr && !batch.control && !batch.bad_checksum &&
           !batch.has_delete_horizon && batch.offsets_without_record == 0 && batch.record_count > 0;
}

}  // namespace

RecordBatch BatchList::Run::at(std::int32_t index) const
{
    if (index == 0) return first;
    RecordBatch batch = first;
    const std::int64_t records = std::int64_t{index} * first.record_count;
    batch.base_offset = first.base_offset + records;
    batch.first_number = first.first_number + records;
    batch.max_timestamp_ms = first.max_timestamp_ms + timestamp_step_ms * index;
    if (first.base_sequence >= 0) {
        batch.base_sequence =
            static_cast<std::int32_t>((first.base_sequence + records) % (std::int64_t{1} << 31));
    }
    return batch;
}

bool BatchList::Run::extends_to(const RecordBatch& batch) const
{
    if (!can_stand_in_a_run(first) || !can_stand_in_a_run(batch) || !same_kind(first, batch)) {
        return false;
    }
    const RecordBatch last = at(count - 1);
    const bool sequence_goes_on =
        last.base_sequence < 0
            ? batch.base_sequence < 0
            : batch.base_sequence == next_sequence(last.base_sequence, last.record_count);
    return batch.base_offset == last.next_offset() &&
           batch.first_number == last.first_number + last.record_count && sequence_goes_on &&
           (count == 1 || batch.max_timestamp_ms - last.max_timestamp_ms == timestamp_step_ms);
}

BatchList::Cursor::Cursor(const BatchList& list, std::size_t chunk, std::size_t run,
                          std::int32_t in_run)
    : list_(&list), chunk_(chunk), run_(run), in_run_(in_run)
{
    if (in_run_ > 0) made_ = this->run().at(in_run_);
}

std::int64_t BatchList::Cursor::position() const
{
    return run().position + std::int64_t{in_run_} * run().first.size_in_bytes;
}

void BatchList::Cursor::next()
{
    if (++in_run_ < run().count) {
        made_ = run().at(in_run_);
        return;
    }
    in_run_ = 0;
    if (++run_ < list_->chunks_[chunk_]->runs.size()) return;
    run_ = 0;
    if (++chunk_ == list_->chunks_.size()) list_ = nullptr;
}

BatchList::Chunk& BatchList::own_last()
{
    if (chunks_.back().use_count() > 1) {
        auto own = std::make_shared<Chunk>();
        own->runs.reserve(chunk_runs);
        own->runs.assign(chunks_.back()->runs.begin(), chunks_.back()->runs.end());
        chunks_.back() = std::move(own);
    }
    return *chunks_.back();
}

void BatchList::push(const RecordBatch& batch)
{
    GREGOR_CHECK(batch.size_in_bytes > 0);
    const std::int64_t position = size_in_bytes_;
    size_in_bytes_ += batch.size_in_bytes;
    if (!empty()) {
        ordered_ = ordered_ && batch.base_offset >= chunks_.back()->runs.back().next_offset();
        if (chunks_.back()->runs.back().extends_to(batch)) {
            Run& run = own_last().runs.back();
            run.timestamp_step_ms = batch.max_timestamp_ms - run.at(run.count - 1).max_timestamp_ms;
            ++run.count;
            return;
        }
    }
    if (empty() || chunks_.back()->runs.size() >= chunk_runs) {
        chunks_.push_back(std::make_shared<Chunk>());
    }
    own_last().runs.push_back(Run{batch, position, 0, 1});
}

RecordBatch BatchList::back() const
{
    const Run& run = chunks_.back()->runs.back();
    return run.at(run.count - 1);
}

BatchList::Cursor BatchList::cursor_at_run(std::size_t chunk, std::size_t run) const
{
    if (chunk < chunks_.size() && run == chunks_[chunk]->runs.size()) {
        ++chunk;
        run = 0;
    }
    return chunk == chunks_.size() ? Cursor() : Cursor(*this, chunk, run, 0);
}

BatchList::Cursor BatchList::seek(Offset offset, std::int64_t from_position) const
{
    if (empty()) return {};
    if (!ordered_) {
        Cursor cursor = at_position(from_position);
        while (!cursor.at_end() && cursor.batch().last_offset() < offset) cursor.next();
        return cursor;
    }
    const auto ends_before = [offset](const Run& run) { return run.next_offset() <= offset; };
    const auto chunk = std::partition_point(chunks_.begin(), chunks_.end(), [&](const auto& each) {
        return ends_before(each->runs.back());
    });
    if (chunk == chunks_.end()) return {};
    const auto& runs = (*chunk)->runs;
    const auto run = std::partition_point(runs.begin(), runs.end(), ends_before);
    const std::int64_t into = offset - run->first.base_offset;
    const std::int64_t in_run = run->count == 1 || into <= 0 ? 0 : into / run->first.record_count;
    return {*this, static_cast<std::size_t>(chunk - chunks_.begin()),
            static_cast<std::size_t>(run - runs.begin()), static_cast<std::int32_t>(in_run)};
}

BatchList::Cursor BatchList::at_position(std::int64_t position) const
{
    const auto ends_before = [position](const Run& run) { return run.end_position() <= position; };
    const auto chunk = std::partition_point(chunks_.begin(), chunks_.end(), [&](const auto& each) {
        return ends_before(each->runs.back());
    });
    if (chunk == chunks_.end()) return {};
    const auto& runs = (*chunk)->runs;
    const auto run = std::partition_point(runs.begin(), runs.end(), ends_before);
    const std::int64_t in_run = (position - run->position) / run->first.size_in_bytes;
    return {*this, static_cast<std::size_t>(chunk - chunks_.begin()),
            static_cast<std::size_t>(run - runs.begin()), static_cast<std::int32_t>(in_run)};
}

void BatchList::truncate_to_position(std::int64_t position)
{
    while (!empty() && size_in_bytes_ > position) {
        auto& runs = own_last().runs;
        Run& run = runs.back();
        const std::int64_t keep =
            std::max<std::int64_t>(position - run.position, 0) / run.first.size_in_bytes;
        run.count = static_cast<std::int32_t>(std::min<std::int64_t>(keep, run.count));
        size_in_bytes_ = run.end_position();
        if (run.count > 0) break;
        runs.pop_back();
        if (runs.empty()) chunks_.pop_back();
    }
}

void BatchList::replace(std::int64_t position, const RecordBatch& damaged)
{
    std::vector<RecordBatch> all;
    for (Cursor cursor = begin(); !cursor.at_end(); cursor.next()) {
        all.push_back(cursor.position() == position ? damaged : cursor.batch());
    }
    clear();
    for (const RecordBatch& each : all) push(each);
}

void BatchList::clear()
{
    chunks_.clear();
    size_in_bytes_ = 0;
    ordered_ = true;
}

std::size_t BatchList::run_count() const
{
    std::size_t runs = 0;
    for (const auto& chunk : chunks_) runs += chunk->runs.size();
    return runs;
}

}  // namespace gregor
