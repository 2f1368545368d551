// Result files with a right seal and wrong content, as another version of the program or a hostile one could write
// them. The input has parts, each behind a line "== NAME": of a root attribute that gets this text, "rows" (48 bytes of
// a row's facts and the bytes of its values, for one cell after the other, with right checksums) or "tables" (bytes of
// the tables of text, from the first host on).

#include <cstring>
#include <filesystem>
#include <map>

#include "file_text.hpp"
#include "fuzz.hpp"
#include "hdf5_attribute.hpp"
#include "hdf5_handle.hpp"
#include "ntksweep/store/pack.hpp"
#include "ntksweep/store/repair.hpp"
#include "placement.hpp"
#include "raw_file.hpp"
#include "sample_result.hpp"

using namespace ntksweep;

namespace {

using Parts = std::map<std::string, std::string>;

Parts parts_of(std::string_view input) {
  constexpr std::string_view mark = "== ";
  Parts parts;
  while (input.starts_with(mark)) {
    input.remove_prefix(mark.size());
    const std::size_t line = std::min(input.find('\n'), input.size());
    const std::size_t next = std::min(input.find("\n== ", line), input.size());
    const std::size_t begin = std::min(line + 1, next);
    parts[std::string(input.substr(0, line))] = std::string(input.substr(begin, next - begin));
    input.remove_prefix(std::min(next + 1, input.size()));
  }
  return parts;
}

void write_attributes(const std::string& path, const Parts& parts) {
  Hdf5Handle file = open_hdf5_file_to_change(path);
  for (const auto& [name, text] : parts) {
    if (H5Aexists(file.get(), name.c_str()) <= 0) continue;
    hdf5_checked(H5Adelete(file.get(), name.c_str()), "delete an attribute");
    if (text != "(none)") write_attribute(file.get(), {name, text});
  }
  file.close("close the file");
}

RowFacts facts_from(std::string_view& bytes) {
  RowFacts facts;
  const auto take = [&](auto& value) {
    const std::size_t size = std::min(sizeof value, bytes.size());
    std::memcpy(&value, bytes.data(), size);
    bytes.remove_prefix(size);
  };
  take(facts.wall_time_s);
  take(facts.training_s);
  take(facts.key);
  take(facts.checksum);
  take(facts.host);
  take(facts.rank);
  take(facts.attempt);
  take(facts.message);
  take(facts.status);
  return facts;
}

void write_rows(const RawFile& file, const fuzz::SampleResult& sample, std::string_view bytes) {
  for (std::uint64_t cell = 0; cell < sample.sweep.grid.size() && !bytes.empty(); ++cell) {
    RowFacts facts = facts_from(bytes);
    if (facts.key < sample.sweep.grid.size()) facts.key += 0x8000000000000000U;  // easy to hit
    std::vector<double> values(sample.sweep.layout.size);
    const std::size_t size = std::min(values.size() * sizeof(double), bytes.size());
    std::memcpy(values.data(), bytes.data(), size);
    bytes.remove_prefix(size);
    const std::vector<std::byte> row = sample.shape.pack(values, facts);
    for (std::size_t i = 0; i < sample.shape.blocks().size(); ++i) {
      const RowShape::Block& block = sample.shape.blocks()[i];
      file.write(sample.offsets[i] + cell * block.bytes(), std::span(row).subspan(block.offset, block.bytes()));
    }
  }
}

void write_tables(const RawFile& file, const fuzz::SampleResult& sample, std::string_view bytes) {
  for (std::size_t table = sample.shape.blocks().size(); table < sample.variables.size() && !bytes.empty(); ++table) {
    const std::size_t size = std::min<std::size_t>(bytes.size(), 300);
    file.write(sample.offsets[table], std::as_bytes(std::span(bytes.substr(0, size))));
    bytes.remove_prefix(size);
  }
}

/// The parts of `status`, `verify` and `replay` that look at the file.
void read_all(const std::string& path) {
  const ResultReader file(path);
  const Job job = parse_job(file.job_text(), file.job_origin(), file.overrides());
  const RecordLayout layout = make_layout(selected_statistics(job), file.extents());
  file.damaged_cells(layout);
  for (std::uint64_t cell = 0; cell < file.cell_count(); ++cell) file.cell(cell, layout);
  for (const char* name : {"wall_time", "training_time", "rank", "attempt"}) file.column(name);
  file.statuses();
}

void use(const fuzz::SampleResult& sample, const fuzz::Folder& folder, const std::string& path, std::size_t choice) {
  const test::SmallSweep& sweep = sample.sweep;
  const std::string merged = folder.file("merged.h5"), packed = folder.file("packed.h5");
  for (const std::string& old : {merged, packed}) std::filesystem::remove(old);
  fuzz::accepted([&] { read_all(path); });
  fuzz::accepted([&] {
    switch (choice % 4) {
      case 0:
        return static_cast<void>(
            merge_result_files({path}, merged, sweep.job, sweep.grid, sweep.extents, sample.key_of()));
      case 1:
        return static_cast<void>(pack_result_file(path, packed));
      case 2:
        return static_cast<void>(repair_result_file(path));
      default:
        extend_result_file(path, sweep.job, sweep.grid, sweep.extents, sample.key_of());
        sweep.open(path).finish();
    }
  });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  const fuzz::SampleResult& sample = fuzz::sample_result();
  const std::string path = folder.file("out.h5");
  const Parts parts = parts_of(fuzz::as_text(data, size));
  if (parts.empty()) return 0;
  fuzz::write_file(path, sample.bytes);
  write_attributes(path, parts);
  {
    const RawFile file(path, RawFile::Mode::write);
    if (parts.contains("rows")) write_rows(file, sample, parts.at("rows"));
    if (parts.contains("tables")) write_tables(file, sample, parts.at("tables"));
  }
  write_seal(path, sample.numbers());
  use(sample, folder, path, size);
  return 0;
}
