#include "disk.hpp"

#include <cstring>
#include <filesystem>

#include "raw_calls.hpp"

namespace ntksweep::test {

/// Never destroyed: HDF5 closes files after the end of main.
Disk& Disk::instance() {
  static Disk& disk = *new Disk;
  return disk;
}

void Disk::watch(const std::string& folder) {
  const std::string aside = folder + ".aside";
  if (!aside_.empty()) std::filesystem::remove_all(aside_);
  if (!folder.empty()) std::filesystem::create_directory(aside);
  const std::lock_guard guard(mutex_);
  folder_ = folder;
  aside_ = folder.empty() ? "" : aside;
  open_.clear();
  logs_.clear();
  undo_names_.clear();
  calls_ = at_ = put_aside_ = 0;
  fault_ = Fault::none;
  stopped_ = met_ = false;
}

void Disk::arm(long call, Fault fault, int error, std::uint64_t seed) {
  const std::lock_guard guard(mutex_);
  calls_ = 0;
  at_ = call;
  fault_ = fault;
  error_ = error;
  met_ = false;
  random_.seed(seed);
}

void Disk::stop() {
  const std::lock_guard guard(mutex_);
  stopped_ = true;
}

void Disk::revive() {
  const std::lock_guard guard(mutex_);
  stopped_ = false;
}

void Disk::lose_power(Loss loss, std::uint64_t seed) {
  const std::lock_guard guard(mutex_);
  stopped_ = false;
  random_.seed(seed);
  for (auto& [number, log] : logs_) log->lose(loss, random_);
  const std::size_t kept = loss == Loss::all_unsynced ? 0 : random_() % (undo_names_.size() + 1);
  for (; undo_names_.size() > kept; undo_names_.pop_back()) undo_names_.back()();
  undo_names_.clear();
}

/// The folder, or a name in it.
bool Disk::is_watched(const char* path) const {
  if (folder_.empty() || std::strncmp(path, folder_.c_str(), folder_.size()) != 0) return false;
  const char after = path[folder_.size()];
  return after == '\0' || (after == '/' && std::strchr(path + folder_.size() + 1, '/') == nullptr);
}

bool Disk::is_followed(int descriptor) const {
  const std::lock_guard guard(mutex_);
  return open_.contains(descriptor);
}

std::shared_ptr<FileLog> Disk::log_of(int descriptor) const {
  const auto it = open_.find(descriptor);
  return it == open_.end() ? nullptr : it->second;
}

void Disk::follow(int descriptor, const char* path) {
  struct stat info {};
  if (fstat(descriptor, &info) != 0) return;
  if (S_ISDIR(info.st_mode)) {
    open_[descriptor] = nullptr;
    return;
  }
  std::shared_ptr<FileLog>& log = logs_[info.st_ino];
  if (!log) log = std::make_shared<FileLog>(raw_open(path, O_RDWR | O_CLOEXEC, 0));
  open_[descriptor] = log;
}

Fault Disk::next(const char* name, const char* path) {
  if (stopped_) return Fault::stop;
  if (++calls_ != at_) return Fault::none;
  met_ = true;
  last_ = std::string(name) + (*path == '\0' ? "" : " ") + path;
  stopped_ = fault_ == Fault::stop;
  return fault_;
}

/// Of a call that no signal can interrupt on a local disk.
Fault Disk::next_steady(const char* name, const char* path) {
  const Fault fault = next(name, path);
  return fault == Fault::error && error_ == EINTR ? Fault::none : fault;
}

int Disk::open(const char* path, int flags, mode_t mode) {
  const std::lock_guard guard(mutex_);
  if (!is_watched(path)) return raw_open(path, flags, mode);
  if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0) {
    const Fault fault = next_steady("open", path);
    if (fault == Fault::error) return fail(error_);
    if (fault == Fault::stop) flags &= ~(O_CREAT | O_EXCL | O_TRUNC);
  }
  const bool is_new = (flags & O_CREAT) != 0 && !exists(path);
  const int descriptor = raw_open(path, flags & ~O_TRUNC, mode);
  if (descriptor < 0) return descriptor;
  follow(descriptor, path);
  if (is_new) undo_names_.emplace_back([name = std::string(path)] { raw_unlink(name.c_str()); });
  if ((flags & O_TRUNC) != 0) {
    open_[descriptor]->before_resize();
    syscall(SYS_ftruncate, descriptor, 0);
  }
  return descriptor;
}

int Disk::close(int descriptor) {
  const std::lock_guard guard(mutex_);
  open_.erase(descriptor);
  return static_cast<int>(syscall(SYS_close, descriptor));
}

ssize_t Disk::write(int descriptor, const void* data, std::size_t size, off_t offset) {
  const std::lock_guard guard(mutex_);
  const std::shared_ptr<FileLog> log = log_of(descriptor);
  if (log) {
    const bool was_dead = stopped_;
    const Fault fault = next("write");
    if (was_dead) return static_cast<ssize_t>(size);
    if (fault == Fault::error) return fail(error_);
    if (fault == Fault::half) size = (size + 1) / 2;
    const std::size_t sectors = size / FileLog::sector;
    const std::size_t done = fault == Fault::stop ? random_() % (sectors + 1) * FileLog::sector : size;
    log->before_write(offset, static_cast<off_t>(done));
    if (fault == Fault::stop) {
      syscall(SYS_pwrite64, descriptor, data, done, offset);
      return static_cast<ssize_t>(size);
    }
  }
  return syscall(SYS_pwrite64, descriptor, data, size, offset);
}

int Disk::truncate(int descriptor, off_t size) {
  const std::lock_guard guard(mutex_);
  if (const std::shared_ptr<FileLog> log = log_of(descriptor)) {
    const Fault fault = next_steady("ftruncate");
    if (fault == Fault::error) return fail(error_);
    if (fault == Fault::stop) return 0;
    log->before_resize();
  }
  return static_cast<int>(syscall(SYS_ftruncate, descriptor, size));
}

int Disk::allocate(int descriptor, int mode, off_t offset, off_t size) {
  const std::lock_guard guard(mutex_);
  if (const std::shared_ptr<FileLog> log = log_of(descriptor)) {
    const Fault fault = next("fallocate");
    if (fault == Fault::error) return fail(error_);
    if (fault == Fault::stop) return 0;
    log->before_resize();
  }
  return static_cast<int>(syscall(SYS_fallocate, descriptor, mode, offset, size));
}

int Disk::sync(int descriptor, long system_call) {
  const std::lock_guard guard(mutex_);
  if (open_.contains(descriptor)) {
    const std::shared_ptr<FileLog> log = log_of(descriptor);
    const Fault fault = next(log ? "sync" : "sync of the folder");
    if (fault == Fault::error && error_ == EIO && log) log->sync_failed(random_);
    if (fault == Fault::error) return fail(error_);
    if (fault == Fault::stop) return 0;
    log ? log->synced() : undo_names_.clear();
    return 0;  // the tests' files are in memory, or need not last
  }
  return static_cast<int>(syscall(system_call, descriptor));
}

int Disk::advise(int descriptor, off_t offset, off_t size, int advice) {
  const std::lock_guard guard(mutex_);
  const std::shared_ptr<FileLog> log = log_of(descriptor);
  if (log && advice == POSIX_FADV_DONTNEED && !stopped_) log->forget_clean_pages();
  return static_cast<int>(syscall(SYS_fadvise64, descriptor, offset, size, advice));
}

}  // namespace ntksweep::test
