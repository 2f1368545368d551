#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "disk.hpp"

namespace ntksweep::test {
namespace {

/// Past the definitions of disk_calls.cpp.
void put(int descriptor, off_t place, const FileLog::Sector& bytes) {
  syscall(SYS_pwrite64, descriptor, bytes.data(), bytes.size(), place);
}

FileLog::Sector content(int descriptor, off_t place) {
  FileLog::Sector bytes{};
  (void)!pread(descriptor, bytes.data(), bytes.size(), place);
  return bytes;
}

off_t size_of(int descriptor) {
  struct stat info {};
  fstat(descriptor, &info);
  return info.st_size;
}

}  // namespace

FileLog::~FileLog() { syscall(SYS_close, descriptor); }

void FileLog::before_write(off_t offset, off_t size) {
  if (size == 0) return;
  const off_t end = size_of(descriptor);
  if (offset + size > end) older_sizes.push_back(end);
  for (off_t place = offset / sector * sector; place < offset + size; place += sector) {
    std::vector<Sector>& contents = older[place];
    if (const auto it = lost.find(place); it != lost.end()) {
      contents.push_back(it->second);
      lost.erase(it);
    }
    contents.push_back(content(descriptor, place));
  }
}

void FileLog::before_resize() { older_sizes.push_back(size_of(descriptor)); }

void FileLog::synced() {
  older.clear();
  older_sizes.clear();
}

void FileLog::sync_failed(std::mt19937_64& random) {
  for (auto& [place, contents] : older) {
    if (random() % 2 == 0) lost.emplace(place, contents.front());
  }
  synced();
}

void FileLog::forget_clean_pages() {
  for (const auto& [place, bytes] : lost) put(descriptor, place, bytes);
  lost.clear();
}

void FileLog::lose(Loss loss, std::mt19937_64& random) {
  std::vector<off_t> sizes = older_sizes;
  sizes.push_back(size_of(descriptor));
  for (const auto& [place, contents] : older) {
    const std::size_t kept = loss == Loss::all_unsynced ? 0 : random() % (contents.size() + 1);
    if (kept < contents.size()) put(descriptor, place, contents[kept]);
  }
  forget_clean_pages();
  syscall(SYS_ftruncate, descriptor, sizes[loss == Loss::all_unsynced ? 0 : random() % sizes.size()]);
  synced();
}

}  // namespace ntksweep::test
