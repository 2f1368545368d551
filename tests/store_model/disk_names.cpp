#include "disk.hpp"
#include "raw_calls.hpp"

/// Names in the folder: each change can be undone until the folder is synced.
namespace ntksweep::test {

/// Keeps what a name stands for, so that its removal can be undone.
std::string Disk::put_aside(const char* path) {
  std::string kept = aside_ + "/" + std::to_string(put_aside_++);
  raw_link(path, kept.c_str());
  return kept;
}

int Disk::rename(const char* from, const char* to) {
  const std::lock_guard guard(mutex_);
  if (!is_watched(to)) return raw_rename(from, to);
  const Fault fault = next_steady("rename", to);
  if (fault == Fault::error) return fail(error_);
  if (fault == Fault::stop) return 0;
  const std::string replaced = exists(to) ? put_aside(to) : "";
  const int result = raw_rename(from, to);
  if (result == 0) {
    undo_names_.emplace_back([old_name = std::string(from), name = std::string(to), replaced] {
      raw_rename(name.c_str(), old_name.c_str());
      if (!replaced.empty()) raw_rename(replaced.c_str(), name.c_str());
    });
  }
  return result;
}

int Disk::link(const char* from, const char* to) {
  const std::lock_guard guard(mutex_);
  if (!is_watched(to)) return raw_link(from, to);
  const Fault fault = next_steady("link", to);
  if (fault == Fault::error) return fail(error_);
  if (fault == Fault::stop) return 0;
  const int result = raw_link(from, to);
  if (result == 0) undo_names_.emplace_back([name = std::string(to)] { raw_unlink(name.c_str()); });
  return result;
}

int Disk::unlink(const char* path) {
  const std::lock_guard guard(mutex_);
  if (!is_watched(path)) return raw_unlink(path);
  const Fault fault = next_steady("unlink", path);
  if (fault == Fault::error) return fail(error_);
  if (fault == Fault::stop) return 0;
  const std::string kept = exists(path) ? put_aside(path) : "";
  const int result = raw_unlink(path);
  if (result == 0) {
    undo_names_.emplace_back([name = std::string(path), kept] { raw_rename(kept.c_str(), name.c_str()); });
  }
  return result;
}

}  // namespace ntksweep::test
