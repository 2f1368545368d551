#pragma once

#include <cstddef>

/// What fresh memory costs: on a virtual machine every page of 4 KiB takes 1 to 2 us when it is first
/// touched, which for a kernel of 512 samples is a third of its time.
namespace ntksweep {

/// Tells the allocator to keep up to 64 MiB of freed memory for the next cell, in one arena for all
/// threads, and to map only blocks above 32 MiB by themselves. Once, before other threads.
void keep_freed_memory();

/// Asks the kernel to back memory that nobody has touched yet with large pages; blocks below 4 MiB are
/// left alone. Advice only: never fails, and the content stays.
void ask_for_large_pages(void* begin, std::size_t bytes);

}  // namespace ntksweep
