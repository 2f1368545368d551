#pragma once

#include <mpi.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "messages.hpp"

namespace ntksweep {

/// Messages of bytes between ranks, point to point. No call waits: blocking sends and receives spin
/// in MPI for as long as the other side sleeps, on a core that the compute thread needs. A rank that is gone, or in the
/// middle of a letter, holds up nobody else. Progress is made inside the calls; main thread only.
class Postbox {
 public:
  struct Letter {
    int rank;  ///< the other side
    Tag tag;
    std::vector<std::byte> bytes;
  };

  Postbox() = default;
  Postbox(const Postbox&) = delete;
  Postbox& operator=(const Postbox&) = delete;
  ~Postbox();

  /// Begins to send. Throws SystemError at 2 GiB (MPI counts with an int).
  void send(int rank, Tag tag, std::vector<std::byte> bytes);

  /// The next letter that has arrived in full, in the order of each sender. A stop is the last: what
  /// comes after it is for the postbox of the next run.
  std::optional<Letter> receive();

  /// True once every letter has left its buffer.
  bool all_sent();

  /// No longer waits for letters to or from this rank that are under way. MPI keeps their buffers.
  void give_up(int rank);

  /// Ranks that MPI could not reach since the last call (Open MPI 4.1 never says so; others do).
  std::vector<int> take_unreachable();

 private:
  struct Transfer {
    Letter letter;
    MPI_Request request;
  };
  using Transfers = std::deque<std::unique_ptr<Transfer>>;

  void accept_incoming();
  Transfers::iterator first_received();
  bool is_complete(Transfer& transfer);

  Transfers sending_, receiving_;
  std::vector<int> unreachable_;
  bool stopped_ = false;
};

}  // namespace ntksweep
