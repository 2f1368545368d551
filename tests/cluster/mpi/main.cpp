#include <gtest/gtest.h>
#include <mpi.h>

#include "test_cluster.hpp"

namespace ntksweep {
namespace {

/// Rank zero prints; the others print their failures only.
void quiet_other_ranks(int rank) {
  if (rank == 0) return;
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  class FailurePrinter : public testing::EmptyTestEventListener {
    void OnTestPartResult(const testing::TestPartResult& part) override {
      if (part.failed()) fprintf(stderr, "%s:%d: %s\n", part.file_name(), part.line_number(), part.message());
    }
  };
  listeners.Append(new FailurePrinter);
}

}  // namespace

Cluster& test_cluster(Cluster* started) {
  static Cluster* cluster = started;
  return *cluster;
}

}  // namespace ntksweep

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  ntksweep::Cluster cluster(argc, argv);
  ntksweep::test_cluster(&cluster);
  ntksweep::quiet_other_ranks(cluster.rank());
  int failed = RUN_ALL_TESTS();
  int failed_anywhere = 1;
  MPI_Allreduce(&failed, &failed_anywhere, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  return failed_anywhere;
}
