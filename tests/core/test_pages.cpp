#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <vector>

#include "ntksweep/core/pages.hpp"

namespace ntksweep {
namespace {

long page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

/// Faults of taking 16 MiB, writing to all of it, and giving it back.
long faults_of_a_block() {
  const long before = page_faults();
  const std::vector<double> block(std::size_t{2} << 20, 1.0);
  EXPECT_EQ(std::ranges::count(block, 1.0), std::ssize(block));
  return page_faults() - before;
}

TEST(Pages, OfFreedMemoryAreKeptForTheNextCell) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
  GTEST_SKIP() << "another allocator";
#endif
  keep_freed_memory();
  faults_of_a_block();
  EXPECT_LT(faults_of_a_block(), 100);
}

TEST(Pages, KeepTheirContentWhenTheyAreToBeLarge) {
  for (const std::size_t size : {0, 1, 1000, 5'000'000}) {
    std::vector<char> block(size, 'x');
    ask_for_large_pages(block.data(), block.size());
    EXPECT_EQ(std::ranges::count(block, 'x'), std::ssize(block)) << size;
  }
}

}  // namespace
}  // namespace ntksweep
