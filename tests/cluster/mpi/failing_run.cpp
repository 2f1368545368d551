#include <cstdio>
#include <cstring>
#include <new>
#include <thread>

#include "ntksweep/core/error.hpp"
#include "test_cluster.hpp"

/// A run that goes wrong in the way that the first argument names, ended as the program ends it:
/// the message on stderr, exit code 2 for bad input, 1 for the rest. The shell script beside it
/// looks at both.
namespace ntksweep {
namespace {

/// Goes wrong on the rank that `where` names; the others are at work for a minute.
TaskFunction going_wrong(const Cluster& cluster, const char* where, const char* how) {
  const bool here = (std::strcmp(where, "worker") == 0) == (cluster.rank() > 0);
  return [here, how](const Task& task, const std::function<void(Record &&)>& commit, StateSlot&) {
    if (here && std::strcmp(how, "input") == 0) throw InputError("data.path: no such file");
    if (here && std::strcmp(how, "memory") == 0) throw std::bad_alloc();
    for (const std::uint64_t cell : task.cells) {
      Record record;
      record.cell = cell;
      commit(std::move(record));
      std::this_thread::sleep_for(std::chrono::seconds(std::strcmp(how, "event") == 0 ? 1 : 60));
    }
  };
}

void lead(Cluster& cluster, const TaskFunction& run, const char* how) {
  TestSweep sweep(sixty_cells);
  Dispatcher dispatcher = sweep.dispatcher(cluster.size());
  const CoordinatorEvents events{[how](Record&&, int, const std::string&) {
                                   if (std::strcmp(how, "event") == 0) throw SystemError("disk full");
                                 },
                                 [] {}};
  try {
    coordinate(cluster, dispatcher, run, events);
  } catch (const InputError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    cluster.abort(2);
  } catch (const SystemError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    cluster.abort(1);
  }
}

}  // namespace
}  // namespace ntksweep

int main(int argc, char** argv) {
  ntksweep::Cluster cluster(argc, argv);
  const auto run = ntksweep::going_wrong(cluster, argv[1], argv[2]);
  if (cluster.rank() == 0) {
    ntksweep::lead(cluster, run, argv[2]);
  } else {
    ntksweep::work(cluster, run);
  }
  return 0;
}
