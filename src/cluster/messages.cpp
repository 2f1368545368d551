#include "messages.hpp"

#include <fmt/format.h>

#include <new>

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

enum class ResultKind : std::uint8_t { record, task_done, failure, state, stop_request, saved };

void put(ByteWriter& out, const Record& record) {
  out.put(ResultKind::record);
  out.put(record.cell);
  out.put(record.key);
  out.put(record.status);
  out.put_text(record.message);
  out.put(record.extents);
  out.put_span(std::span<const double>(record.values));
  out.put(record.wall_time_s);
  out.put(record.training_s);
}

void put(ByteWriter& out, const TaskDone& done) {
  out.put(ResultKind::task_done);
  out.put(done.busy_s);
}

void put(ByteWriter& out, const Failure& failure) {
  out.put(ResultKind::failure);
  out.put(failure.kind);
  out.put_text(failure.message);
}

void put_state(ByteWriter& out, const CellState& state) {
  out.put(state.cell);
  out.put(state.key);
  out.put_span(std::span<const std::byte>(state.bytes));
}

CellState get_state(ByteReader& in) {
  const auto cell = in.get<std::uint64_t>();
  const auto key = in.get<std::uint64_t>();
  return {cell, key, in.get_vector<std::byte>()};
}

void put(ByteWriter& out, const CellState& state) {
  out.put(ResultKind::state);
  put_state(out, state);
}

void put(ByteWriter& out, const StopRequest& request) {
  out.put(ResultKind::stop_request);
  out.put(request.signal);
}

void put(ByteWriter& out, const Saved&) { out.put(ResultKind::saved); }

Record get_record(ByteReader& in) {
  Record record;
  record.cell = in.get<std::uint64_t>();
  record.key = in.get<std::uint64_t>();
  record.status = in.get<Status>();
  record.message = in.get_text();
  record.extents = in.get<Extents>();
  record.values = in.get_vector<double>();
  record.wall_time_s = in.get<double>();
  record.training_s = in.get<double>();
  return record;
}

Failure get_failure(ByteReader& in) {
  const auto kind = in.get<Failure::Kind>();
  return Failure{kind, in.get_text()};
}

Result get_result(ByteReader& in) {
  switch (in.get<ResultKind>()) {
    case ResultKind::record:
      return get_record(in);
    case ResultKind::task_done:
      return TaskDone{in.get<double>()};
    case ResultKind::failure:
      return get_failure(in);
    case ResultKind::state:
      return get_state(in);
    case ResultKind::stop_request:
      return StopRequest{in.get<int>()};
    case ResultKind::saved:
      return Saved{};
  }
  throw SystemError("a message between ranks has an unknown kind (do all ranks run the same binary?)");
}

std::size_t bytes_in(const Result& result) {
  if (const auto* state = std::get_if<CellState>(&result)) return 64 + state->bytes.size();
  const auto* record = std::get_if<Record>(&result);
  return record == nullptr ? 64 : 64 + record->message.size() + sizeof(double) * record->values.size();
}

/// At least one, and then as many as fit.
std::size_t results_in_letter(std::span<const Result> results, std::size_t letter_size) {
  std::size_t count = 1;
  for (std::size_t size = bytes_in(results[0]); count < results.size(); ++count) {
    size += bytes_in(results[count]);
    if (size > letter_size) break;
  }
  return count;
}

}  // namespace

std::vector<std::byte> encode_tasks(std::span<const Task> tasks) {
  return ByteWriter::exactly([tasks](ByteWriter& out) {
    out.put(tasks.size());
    for (const Task& task : tasks) {
      out.put_span(std::span<const std::uint64_t>(task.cells));
      out.put(task.predicted_s);
      out.put(task.ranks);
      out.put(task.states.size());
      for (const CellState& state : task.states) put_state(out, state);
    }
  });
}

std::vector<Task> decode_tasks(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  std::vector<Task> tasks(in.get<std::size_t>());
  for (Task& task : tasks) {
    task.cells = in.get_vector<std::uint64_t>();
    task.predicted_s = in.get<double>();
    task.ranks = in.get<int>();
    for (auto count = in.get<std::size_t>(); count > 0; --count) task.states.push_back(get_state(in));
  }
  return tasks;
}

std::vector<std::vector<std::byte>> encode_results(std::span<const Result> results, std::size_t letter_size) {
  std::vector<std::vector<std::byte>> letters;
  while (!results.empty()) {
    const std::size_t count = results_in_letter(results, letter_size);
    letters.push_back(ByteWriter::exactly([letter = results.first(count)](ByteWriter& out) {
      out.put(letter.size());
      for (const Result& result : letter) {
        std::visit([&out](const auto& part) { put(out, part); }, result);
      }
    }));
    results = results.subspan(count);
  }
  return letters;
}

std::vector<Result> decode_results(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  std::vector<Result> results;
  for (auto count = in.get<std::size_t>(); count > 0; --count) results.push_back(get_result(in));
  return results;
}

Failure current_failure() {
  try {
    throw;
  } catch (const InputError& error) {
    return {Failure::Kind::input, error.what()};
  } catch (const std::bad_alloc&) {
    return {Failure::Kind::system,
            "out of memory (the node's memory is too small for its ranks; try fewer ranks per node)"};
  } catch (const std::exception& error) {
    return {Failure::Kind::system, error.what()};
  } catch (...) {
    return {Failure::Kind::system, "an exception of unknown type; please report it"};
  }
}

void throw_failure(const Failure& failure, const std::string& where) {
  const std::string message = fmt::format("{}: {}", where, failure.message);
  if (failure.kind == Failure::Kind::input) throw InputError(message);
  throw SystemError(message);
}

}  // namespace ntksweep
