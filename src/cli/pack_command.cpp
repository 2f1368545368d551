#include <fmt/format.h>

#include <memory>

#include "commands.hpp"
#include "exit_code.hpp"
#include "memory_limit.hpp"
#include "ntksweep/store/pack.hpp"

namespace ntksweep {

void add_pack_command(CLI::App& program, int& exit_code) {
  struct Arguments {
    std::string source, output;
  };
  auto* command = program.add_subcommand("pack", "Make a compressed copy of a result file, for archives");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("file", arguments->source, "result file (HDF5)")->required();
  command->add_option("-o,--output", arguments->output, "the new file")->required();
  command->footer(
      "Example:\n  ntksweep pack out.h5 -o packed.h5\n"
      "The copy has the same variables with the same bits and is read by the same tools. To go on with it: ntksweep "
      "merge packed.h5 -o out.h5.");
  command->callback([arguments, &exit_code] {
    const Packed packed = pack_result_file(arguments->source, arguments->output);
    const auto before = static_cast<double>(packed.bytes_before), after = static_cast<double>(packed.bytes_after);
    fmt::print("{}: {}, {:.0f} % of the {} of {}\n", arguments->output, format_bytes(after), 100 * after / before,
               format_bytes(before), arguments->source);
    if (!packed.damaged.empty()) {
      fmt::print(stderr,
                 "ntksweep: warning: the bytes of {} cells have been changed since they were written, here as there: "
                 "ntksweep verify --repair {}, run the job again, and pack that\n",
                 packed.damaged.size(), arguments->source);
    }
    exit_code = exit_code::success;
  });
}

}  // namespace ntksweep
