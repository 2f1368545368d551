#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace ntksweep {

/// The state of a cell in training, as its training wrote it.
struct CellState {
  std::uint64_t cell;  ///< number in the grid
  std::uint64_t key;   ///< of the cell
  std::vector<std::byte> bytes;
};

/// Where a thread that trains leaves the state of its cell for another thread, which asks for it. Neither waits for
/// the other: a state is left at the next step boundary after the question, and stays until a newer one, or the end of
/// the cell, takes its place.
class StateSlot {
 public:
  /// By the thread that wants the state. May be repeated.
  void ask() noexcept { asked_.store(true, std::memory_order_relaxed); }

  /// By the thread that trains, at every step boundary: costs a load.
  bool is_asked() const noexcept { return asked_.load(std::memory_order_relaxed); }

  /// By the thread that trains. Answers the question.
  void leave(CellState state) {
    const std::lock_guard lock(mutex_);
    bytes_.store(state.bytes.size(), std::memory_order_relaxed);
    newest_ = std::move(state);
    asked_.store(false, std::memory_order_relaxed);
  }

  /// By the thread that trains, when the cell is through: there is nothing to go on from.
  void clear() {
    const std::lock_guard lock(mutex_);
    newest_.reset();
  }

  /// Of the last state that was left, by whatever cell.
  std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

  /// What was left last; nothing where none was left since the cell began, or since the last call.
  std::optional<CellState> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(newest_, std::nullopt);
  }

 private:
  std::atomic<bool> asked_ = false;
  std::atomic<std::size_t> bytes_ = 0;
  std::mutex mutex_;
  std::optional<CellState> newest_;
};

}  // namespace ntksweep
