#include "prepared_job.hpp"

#include <algorithm>

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/sweep/settings.hpp"

namespace ntksweep {

PreparedJob prepare(Job job) {
  Grid grid(job);
  check_cells(grid);
  DataPool data = DataPool::load(job, {read_hdf5_table, read_hdf5_parameters});
  check_stored_parameters(grid, data);
  check_losses(grid, data);
  selected_statistics(job);
  const Extents extents = grid_extents(job, data);
  return {std::move(job), std::move(grid), std::move(data), extents};
}

int most_threads(const Job& job) {
  auto most = std::get<std::int64_t>(job.value("threads"));
  for (const Axis& axis : job.axes) {
    if (axis.setting != setting_index("threads")) continue;
    most = 1;
    for (const Value& value : axis.values) most = std::max(most, std::get<std::int64_t>(value));
  }
  return static_cast<int>(most);
}

KeyOf key_of(const PreparedJob& prepared) {
  return [&prepared](std::uint64_t cell) { return prepared.data.key(prepared.grid.cell(cell)); };
}

std::vector<std::byte> to_bytes(const PreparedJob& prepared) {
  ByteWriter bytes;
  bytes.put_text(prepared.job.text);
  bytes.put_text(prepared.job.origin);
  bytes.put(prepared.job.overrides.size());
  for (const Override& given : prepared.job.overrides) {
    bytes.put_text(given.name);
    bytes.put_text(given.text);
  }
  bytes.put_span(std::span<const std::byte>(prepared.data.to_bytes()));
  bytes.put(prepared.extents);
  return std::move(bytes).take();
}

PreparedJob prepared_from_bytes(const std::vector<std::byte>& bytes) {
  ByteReader reader(bytes);
  const std::string text = reader.get_text();
  const std::string origin = reader.get_text();
  std::vector<Override> overrides(reader.get<std::size_t>());
  for (Override& given : overrides) {
    given.name = reader.get_text();
    given.text = reader.get_text();
  }
  Job job = parse_job(text, origin, overrides);
  Grid grid(job);
  DataPool data = DataPool::from_bytes(reader.get_vector<std::byte>());
  return {std::move(job), std::move(grid), std::move(data), reader.get<Extents>()};
}

}  // namespace ntksweep
