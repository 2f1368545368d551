#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <functional>
#include <vector>

#include "../../src/cluster/messages.hpp"
#include "../../src/cluster/postbox.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/store/result_file.hpp"
#include "ntksweep/sweep/allotment.hpp"

/// What rank zero's code paths take on this machine, in processor time per piece, as options of simulate_scale.
/// Usage: mpirun -n 2 measure_costs [folder for a result file]
namespace {

using namespace ntksweep;

constexpr int letters = 4000;
constexpr std::uint64_t cells = 20000;
constexpr std::uint64_t stride = 7919;  ///< prime to `cells`
constexpr const char* job_text = R"([grid]
width = [8, 16, 32, 64]
samples = [8, 16]
seed = 2500
[statistics]
only = ["training", "movement"]
)";

struct Sweep {
  Job job = parse_job(job_text, "bench.toml", {});
  Grid grid{job};
  DataPool data = DataPool::load(job, {});
};

double thread_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double used_s(const std::function<void()>& work) {
  const double start = thread_s();
  work();
  return thread_s() - start;
}

Record some_record(std::uint64_t cell) {
  Record record;
  record.cell = cell;
  record.status = Status::converged;
  record.values.assign(64, 0.5);
  record.wall_time_s = 1;
  record.training_s = 0.5;
  return record;
}

/// Rank 1 sends, rank 0 takes what has come; then the other way round.
void measure_letters(const Cluster& cluster) {
  Postbox postbox;
  const auto send_all = [&](int to) {
    for (int i = 0; i < letters; ++i) postbox.send(to, Tag::results, std::vector<std::byte>(700));
    while (!postbox.all_sent()) continue;
  };
  const auto take_all = [&] {
    for (int taken = 0; taken < letters;) taken += postbox.receive() ? 1 : 0;
  };
  if (cluster.rank() == 1) {
    send_all(0);
    cluster.broadcast({});
    take_all();
    return;
  }
  cluster.broadcast({});  // here after rank 1
  fmt::print("--receive {:.2e} ", used_s(take_all) / letters);
  fmt::print("--send {:.2e} ", used_s([&] { send_all(1); }) / letters);
}

void measure_records() {
  std::vector<Result> results;
  for (int i = 0; i < 1000; ++i) results.emplace_back(some_record(0));
  const auto bytes = encode_results(results);
  std::size_t count = 0;
  const double decode_s = used_s([&] {
    for (int i = 0; i < 20; ++i) count += decode_results(bytes.front()).size();
  });
  fmt::print("--record {:.2e} ", decode_s / static_cast<double>(count));
}

/// Choosing, encoding and booking a task of one cell.
void measure_tasks(const Sweep& sweep) {
  Dispatcher dispatcher(
      sweep.job, sweep.grid, sweep.data, [](std::uint64_t) { return false; }, 64, INFINITY);
  Allotment allotment(dispatcher);
  std::uint64_t done = 0;
  const double all_s = used_s([&] {
    auto grants = allotment.start();
    while (!grants.empty()) {
      std::vector<Grant> next;
      for (const Grant& grant : grants) {
        encode_tasks(grant.tasks);
        for (const Task& task : grant.tasks) {
          for (const std::uint64_t cell : task.cells) allotment.cell_finished(cell, 1e-2, 1e-2);
          allotment.task_finished(grant.rank, 0);
          ++done;
        }
        for (Grant& more : allotment.refill(grant.rank)) next.push_back(std::move(more));
      }
      grants = std::move(next);
    }
  });
  fmt::print("--task {:.2e} ", all_s / static_cast<double>(done));
}

/// Stored as they come from many ranks: in no order, so that hardly two neighbours are written by one call.
void measure_store(const Sweep& sweep, const std::string& path) {
  std::filesystem::remove(path);
  const Extents extents = grid_extents(sweep.job, sweep.data);  // all cells have the same
  ResultFile file = ResultFile::open_or_create(path, sweep.job, sweep.grid, extents, 1, "bench");
  Record record = some_record(0);
  record.extents = extents;
  record.values.assign(make_layout(selected_statistics(sweep.job), extents).size, 0.5);
  const double write_s = used_s([&] {
    for (std::uint64_t i = 0; i < cells; ++i) {
      record.cell = i * stride % cells;
      file.write(record, record.extents, {.rank = 0, .host = "bench"});
      if (i % 5000 == 4999) file.commit();
    }
  });
  record.cell = 0;
  file.write(record, record.extents, {.rank = 0, .host = "bench"});
  const auto start = std::chrono::steady_clock::now();
  file.commit();
  const std::chrono::duration<double> commit = std::chrono::steady_clock::now() - start;
  fmt::print("--store {:.2e} --commit {:.2e}\n", write_s / cells, commit.count());
  std::filesystem::remove(path);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : "/tmp";
  Cluster cluster(argc, argv);
  if (cluster.size() > 1) measure_letters(cluster);
  if (cluster.rank() != 0) return 0;
  const Sweep sweep;
  measure_records();
  measure_tasks(sweep);
  measure_store(sweep, folder + "/measure_costs.h5");
  return 0;
}
