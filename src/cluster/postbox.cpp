#include "postbox.hpp"

#include <climits>
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
      int complete = 0;
      if (MPI_Test(&transfer->request, &complete, MPI_STATUS_IGNORE) != MPI_SUCCESS || !complete) {
        static_cast<void>(transfer.release());
      }
    }
  }
}

void Postbox::send(int rank, Tag tag, std::vector<std::byte> bytes) {
  if (bytes.size() > INT_MAX)
    throw SystemError("a message between ranks is longer than 2 GiB (record fewer numbers per cell)");
  sending_.push_back(std::make_unique<Transfer>(Transfer{{rank, tag, std::move(bytes)}, MPI_REQUEST_NULL}));
  Transfer& transfer = *sending_.back();
  check_mpi(MPI_Isend(transfer.letter.bytes.data(), static_cast<int>(transfer.letter.bytes.size()), MPI_BYTE, rank,
                      static_cast<int>(tag), MPI_COMM_WORLD, &transfer.request),
            "MPI_Isend");
}

std::optional<Postbox::Letter> Postbox::receive() {
  accept_incoming();
  if (!front_is_complete(receiving_)) return std::nullopt;
  Letter letter = std::move(receiving_.front()->letter);
  receiving_.pop_front();
  return letter;
}

bool Postbox::all_sent() {
  while (front_is_complete(sending_)) sending_.pop_front();
  return sending_.empty();
}

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

bool Postbox::front_is_complete(Transfers& transfers) {
  if (transfers.empty()) return false;
  int complete = 0;
  check_mpi(MPI_Test(&transfers.front()->request, &complete, MPI_STATUS_IGNORE), "MPI_Test");
  return complete != 0;
}

}  // namespace ntksweep
