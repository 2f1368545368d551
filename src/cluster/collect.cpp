#include <mpi.h>

#include <memory>
#include <thread>
#include <utility>

#include "backoff.hpp"
#include "messages.hpp"
#include "mpi_call.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/core/bytes.hpp"

namespace ntksweep {

namespace {

using Clock = std::chrono::steady_clock;
using Answers = std::vector<std::optional<std::vector<std::byte>>>;

constexpr int tag = static_cast<int>(Tag::answer);

/// The letter outlives this where it does not leave in time: MPI may still read it.
void send_to_rank_zero(std::vector<std::byte> bytes, Clock::time_point end) {
  auto letter = std::make_unique<std::vector<std::byte>>(std::move(bytes));
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Isend(letter->data(), static_cast<int>(letter->size()), MPI_BYTE, 0, tag, MPI_COMM_WORLD, &request),
            "MPI_Isend");
  Backoff backoff(Backoff::Time(20));
  for (int sent = 0; Clock::now() < end;) {
    check_mpi(MPI_Test(&request, &sent, MPI_STATUS_IGNORE), "MPI_Isend");
    if (sent) return;
    std::this_thread::sleep_for(backoff.next(Backoff::Time(1000)));
  }
  static_cast<void>(letter.release());
}

/// Whether the rank's letter of this round was there. One of an earlier round came too late and is dropped.
bool take_answer(int rank, std::uint32_t round, std::optional<std::vector<std::byte>>& answer) {
  int found = 0, size = 0;
  MPI_Status status;
  check_mpi(MPI_Iprobe(rank, tag, MPI_COMM_WORLD, &found, &status), "MPI_Iprobe");
  if (!found) return false;
  check_mpi(MPI_Get_count(&status, MPI_BYTE, &size), "MPI_Get_count");
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  check_mpi(MPI_Recv(bytes.data(), size, MPI_BYTE, rank, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE), "MPI_Recv");
  ByteReader reader(bytes);
  if (reader.get<std::uint32_t>() != round) return false;
  answer = reader.get_vector<std::byte>();
  return true;
}

/// Of all ranks that have not answered yet; a rank may be a round ahead.
std::size_t take_answers(std::uint32_t round, Answers& answers) {
  std::size_t taken = 0;
  for (std::size_t rank = 1; rank < answers.size(); ++rank) {
    if (!answers[rank] && take_answer(static_cast<int>(rank), round, answers[rank])) ++taken;
  }
  return taken;
}

}  // namespace

Answers Cluster::collect(std::vector<std::byte> own, std::chrono::seconds limit) {
  const auto end = Clock::now() + limit;
  ++rounds_;
  if (rank_ != 0) {
    ByteWriter letter;
    letter.put(rounds_);
    letter.put_span(std::span<const std::byte>(own));
    send_to_rank_zero(std::move(letter).take(), end);
    return {};
  }
  Answers answers(static_cast<std::size_t>(size_));
  answers.front() = std::move(own);
  Backoff backoff(Backoff::Time(20));
  for (std::size_t missing = answers.size() - 1; missing > 0 && Clock::now() < end;) {
    const std::size_t taken = take_answers(rounds_, answers);
    missing -= taken;
    if (taken > 0) backoff.reset();
    std::this_thread::sleep_for(backoff.next(Backoff::Time(1000)));
  }
  return answers;
}

}  // namespace ntksweep
