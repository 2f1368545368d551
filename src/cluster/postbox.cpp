#include "postbox.hpp"

#include <algorithm>
#include <climits>
#include <set>
#include <utility>

#include "mpi_call.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

/// Transfers under way at once: bounds the memory for letters that wait to be read.
constexpr std::size_t max_receiving = 64;

}  // namespace

Postbox::~Postbox() {
  // Only after an error is anything left. MPI still owns those buffers, and waiting for a rank that
  // may be gone could take forever: they are given up, the process is about to end.
  for (Transfers* transfers : {&sending_, &receiving_}) {
    for (auto& transfer : *transfers) {
      if (!is_complete(*transfer)) static_cast<void>(transfer.release());
    }
  }
}

void Postbox::send(int rank, Tag tag, std::vector<std::byte> bytes) {
  if (bytes.size() > INT_MAX)
    throw SystemError("a message between ranks is longer than 2 GiB (record fewer numbers per cell)");
  sending_.push_back(std::make_unique<Transfer>(Transfer{{rank, tag, std::move(bytes)}, MPI_REQUEST_NULL}));
  Transfer& transfer = *sending_.back();
  const int code = MPI_Isend(transfer.letter.bytes.data(), static_cast<int>(transfer.letter.bytes.size()), MPI_BYTE,
                             rank, static_cast<int>(tag), MPI_COMM_WORLD, &transfer.request);
  if (code == MPI_SUCCESS) return;
  sending_.pop_back();
  unreachable_.push_back(rank);
}

std::optional<Postbox::Letter> Postbox::receive() {
  accept_incoming();
  const auto first = first_received();
  if (first == receiving_.end()) return std::nullopt;
  Letter letter = std::move((*first)->letter);
  receiving_.erase(first);
  return letter;
}

/// In the order of each sender; a letter that does not come to its end holds up those of its sender only.
Postbox::Transfers::iterator Postbox::first_received() {
  std::set<int> incomplete;
  return std::ranges::find_if(receiving_, [&](const auto& transfer) {
    if (incomplete.contains(transfer->letter.rank)) return false;
    if (is_complete(*transfer)) return true;
    incomplete.insert(transfer->letter.rank);
    return false;
  });
}

bool Postbox::all_sent() {
  while (!sending_.empty() && is_complete(*sending_.front())) sending_.pop_front();
  return sending_.empty();
}

void Postbox::give_up(int rank) {
  for (Transfers* transfers : {&sending_, &receiving_}) {
    std::erase_if(*transfers, [&](auto& transfer) {
      if (transfer->letter.rank != rank) return false;
      if (!is_complete(*transfer)) static_cast<void>(transfer.release());
      return true;
    });
  }
}

std::vector<int> Postbox::take_unreachable() { return std::exchange(unreachable_, {}); }

void Postbox::accept_incoming() {
  while (!stopped_ && receiving_.size() < max_receiving) {
    int found = 0;
    MPI_Status status;
    check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &found, &status), "MPI_Iprobe");
    if (!found) return;
    int size = 0;
    check_mpi(MPI_Get_count(&status, MPI_BYTE, &size), "MPI_Get_count");
    receiving_.push_back(std::make_unique<Transfer>(Transfer{
        {status.MPI_SOURCE, static_cast<Tag>(status.MPI_TAG), std::vector<std::byte>(static_cast<std::size_t>(size))},
        MPI_REQUEST_NULL}));
    Transfer& transfer = *receiving_.back();
    check_mpi(MPI_Irecv(transfer.letter.bytes.data(), size, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD,
                        &transfer.request),
              "MPI_Irecv");
    stopped_ = transfer.letter.tag == Tag::stop;
  }
}

/// A transfer that fails is never complete; its rank is named.
bool Postbox::is_complete(Transfer& transfer) {
  int complete = 0;
  if (MPI_Test(&transfer.request, &complete, MPI_STATUS_IGNORE) == MPI_SUCCESS) return complete != 0;
  unreachable_.push_back(transfer.letter.rank);
  return false;
}

}  // namespace ntksweep
