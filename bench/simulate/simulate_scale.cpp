#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <limits>

#include "ntksweep/core/error.hpp"
#include "table.hpp"

/// Simulates a job on many ranks, with the real scheduler in virtual time, and prints a row for each number of ranks.
namespace {

using namespace ntksweep;
using namespace ntksweep::simulate;

struct Arguments {
  std::string job;
  std::vector<Override> overrides;
  std::vector<int> ranks{16, 64, 256, 1024, 4096, 16384, 65536, 100000};
  double mean_s = 0;
  Spread spread;
  std::string ratios;
  Machine machine;
  bool own_core = false;
};

std::vector<double> read_numbers(const std::string& path) {
  std::ifstream file(path);
  std::vector<double> numbers{std::istream_iterator<double>(file), {}};
  if (numbers.empty()) throw InputError(path + " holds no numbers");
  return numbers;
}

void print_table(const Arguments& arguments) {
  const Job job = load_job(arguments.job, arguments.overrides);
  const Grid grid(job);
  const DataPool data = DataPool::load(job, {});
  CellTimeTable times = arguments.ratios.empty() ? CellTimeTable(job, grid, data, arguments.spread)
                                                 : CellTimeTable(job, grid, data, read_numbers(arguments.ratios));
  if (arguments.mean_s > 0) times.scale_to_mean(arguments.mean_s);
  print_head(grid, times);
  for (const int ranks : arguments.ranks) {
    Dispatcher dispatcher(
        job, grid, data, [](std::uint64_t) { return false; }, ranks, std::numeric_limits<double>::infinity());
    const auto times_of = [&times](std::uint64_t cell) { return times.of(cell); };
    print_row(std::to_string(ranks), ranks, lower_bound_s(grid, times, ranks),
              Simulation(arguments.machine, times_of, dispatcher).run());
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("Simulates a job on many ranks");
  Arguments given;
  std::vector<std::string> settings;
  program.add_option("job", given.job, "job file (TOML)")->required();
  program.add_option("--ranks", given.ranks, "numbers of ranks")->delimiter(',');
  program.add_option("--cell-seconds", given.mean_s, "scale the cells to this many seconds on average");
  program.add_option("--kind-spread", given.spread.of_kinds, "log-normal deviation of kinds from their prediction");
  program.add_option("--cell-spread", given.spread.of_cells, "log-normal deviation of cells from their kind");
  program.add_option("--ratios", given.ratios, "file of measured / predicted seconds to draw from instead");
  program.add_option("--set", settings, "section.key=text");
  program.add_option("--latency", given.machine.latency_s, "of a letter, s");
  program.add_option("--receive", given.machine.receive_letter_s, "rank zero, per letter, s");
  program.add_option("--send", given.machine.send_letter_s, "rank zero, per letter, s");
  program.add_option("--record", given.machine.record_s, "rank zero, per record, s");
  program.add_option("--task", given.machine.task_s, "rank zero, per task, s");
  program.add_option("--store", given.machine.store_record_s, "rank zero, storing a record, s");
  program.add_option("--commit", given.machine.commit_s, "rank zero, waiting for the disk at a commit, s");
  program.add_option("--worker-letter", given.machine.worker_letter_s, "worker, from a result to its letter, s");
  program.add_flag("--own-core", given.own_core, "rank zero's main thread has a core to itself");
  CLI11_PARSE(program, argc, argv);
  if (given.own_core) given.machine.main_thread = MainThread::has_core;
  for (const std::string& setting : settings) {
    const auto equals = setting.find('=');
    given.overrides.push_back({setting.substr(0, equals), setting.substr(equals + 1)});
  }
  print_table(given);
  return 0;
}
