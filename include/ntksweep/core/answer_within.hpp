#pragma once

#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace ntksweep {

/// What `work` returns, or nothing where it takes longer: a call on a file of a server that is gone may never come
/// back. It runs on a thread of its own, which is left behind then, so `work` must own all that it uses. Exceptions of
/// `work` come through.
template <class Work>
auto answer_within(std::chrono::milliseconds limit, Work work) -> std::optional<decltype(work())> {
  std::packaged_task<decltype(work())()> task(std::move(work));
  auto answer = task.get_future();
  std::thread(std::move(task)).detach();
  if (answer.wait_for(limit) != std::future_status::ready) return std::nullopt;
  return answer.get();
}

}  // namespace ntksweep
