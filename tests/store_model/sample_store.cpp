#include "sample_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "placement.hpp"

namespace ntksweep::test {
namespace {

class ReadOnly {
 public:
  explicit ReadOnly(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error(path + " cannot be opened");
  }
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;
  ~ReadOnly() { ::close(descriptor_); }
  void read(std::uint64_t place, void* out, std::size_t bytes) const {
    if (pread(descriptor_, out, bytes, static_cast<off_t>(place)) != static_cast<ssize_t>(bytes)) {
      throw std::runtime_error("the file is too short");
    }
  }

 private:
  int descriptor_;
};

std::string table_text(const ReadOnly& file, std::uint64_t place, const TextTable& table, std::int32_t row) {
  if (row < 0) return {};
  std::string text(table.bytes, '\0');
  file.read(place + std::uint64_t{table.bytes} * static_cast<std::uint64_t>(row), text.data(), text.size());
  return text.substr(0, text.find('\0'));
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

/// Texts lie among the metadata.
void require_values(hid_t file, const Coordinate& coordinate) {
  const auto compare = [&]<class Number>(const std::vector<Number>& expected) {
    if constexpr (!std::is_same_v<Number, std::string>) {
      std::vector<Number> found(expected.size());
      const Hdf5Handle type = element_type(coordinate.variable.element);
      H5Dread(open_dataset(file, coordinate.variable.name).get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
              found.data());
      if (found != expected)
        throw std::runtime_error("the coordinate " + coordinate.variable.name + " has other values");
    }
  };
  std::visit(compare, coordinate.values);
}

}  // namespace

SampleStore::SampleStore(const std::string& job, Extents extents, std::vector<std::uint64_t> cells)
    : sweep_(job, extents),
      cells_(std::move(cells)),
      shape_(sweep_.layout),
      variables_(filled_variables(sweep_.grid, sweep_.layout)) {}

/// Its position among cells(), or a number of its own beyond them.
std::uint64_t SampleStore::identity(std::uint64_t cell) const {
  const auto found = std::ranges::find(cells_, cell);
  return found == cells_.end() ? cells_.size() + cell : static_cast<std::uint64_t>(found - cells_.begin());
}

KeyOf SampleStore::key_of() const {
  return [this](std::uint64_t cell) { return sweep_.record(identity(cell)).key; };
}

/// Every third set of numbers is that of a cell that failed: a message, and nothing computed.
Record SampleStore::record(std::uint64_t cell, int numbers) const {
  Record record = sweep_.record(identity(cell));
  record.cell = cell;
  record.status = numbers % 3 == 0 ? Status::failed : numbers % 3 == 1 ? Status::converged : Status::max_steps;
  record.wall_time_s = numbers;
  for (double& value : record.values) value += 1e6 * numbers;
  if (record.status != Status::failed) return record;
  record.message = "cell " + std::to_string(identity(cell)) + " failed for reason " + std::to_string(numbers);
  record.values.clear();
  return record;
}

Origin SampleStore::origin(int numbers) const { return {.rank = numbers, .host = "host-" + std::to_string(numbers)}; }

void SampleStore::find_places(const std::string& path) {
  const Hdf5Handle file = open_hdf5_file(path);
  places_ = variable_offsets(file.get(), path, variables_);
  for (const Coordinate& coordinate : coordinates(sweep_.grid, sweep_.layout)) require_values(file.get(), coordinate);
}

int SampleStore::numbers_of(std::uint64_t cell, const StoredCell& stored) const {
  const std::string who = "cell " + std::to_string(cell);
  if (stored.integrity != Integrity::intact) throw std::runtime_error(who + " is finished and its bytes are damaged");
  const int numbers = static_cast<int>(stored.wall_time_s);
  const Record expected = record(cell, numbers);
  const std::vector<double> missing(sweep_.layout.size, std::numeric_limits<double>::quiet_NaN());
  const bool is_it = stored.status == expected.status && stored.key == expected.key &&
                     stored.checksum == record_checksum(expected) &&
                     same(stored.values, expected.values.empty() ? missing : expected.values);
  if (!is_it) throw std::runtime_error(who + " is finished with numbers that nobody wrote");
  if (stored.message != expected.message || stored.host != origin(numbers).host) {
    throw std::runtime_error(who + " has the text \"" + stored.message + "\", \"" + stored.host + "\"");
  }
  return numbers;
}

std::vector<int> SampleStore::numbers_of_each(const std::vector<Status>& statuses,
                                              const std::function<StoredCell(std::uint64_t)>& read) const {
  std::vector<int> numbers;
  for (const std::uint64_t cell : cells_) {
    numbers.push_back(statuses[cell] == Status::pending ? 0 : numbers_of(cell, read(cell)));
  }
  const auto pending = std::ranges::count(statuses, Status::pending);
  if (pending != std::ssize(statuses) - std::ssize(numbers) + std::ranges::count(numbers, 0)) {
    throw std::runtime_error("a cell has a status that nobody gave it");
  }
  return numbers;
}

std::vector<int> SampleStore::numbers_in(const std::string& path) const {
  const ReadOnly file(path);
  const std::size_t blocks = shape_.blocks().size();
  std::vector<Status> statuses(sweep_.grid.size());
  file.read(places_[shape_.status()], statuses.data(), statuses.size());
  return numbers_of_each(statuses, [&](std::uint64_t cell) -> StoredCell {
    std::vector<std::byte> row(shape_.bytes());
    for (std::size_t i = 0; i < blocks; ++i) {
      const RowShape::Block& block = shape_.blocks()[i];
      file.read(places_[i] + cell * block.bytes(), &row[block.offset], block.bytes());
    }
    const RowFacts facts = shape_.facts(row);
    const bool is_intact = shape_.is_whole(row);
    return {.key = facts.key,
            .status = facts.status,
            .message = table_text(file, places_[blocks + 1], message_table, facts.message),
            .values = shape_.values(row),
            .checksum = facts.checksum,
            .wall_time_s = facts.wall_time_s,
            .training_s = facts.training_s,
            .rank = facts.rank,
            .attempt = facts.attempt,
            .host = table_text(file, places_[blocks], host_table, facts.host),
            .integrity = is_intact ? Integrity::intact : Integrity::damaged};
  });
}

std::vector<int> SampleStore::numbers_read(const std::string& path) const {
  const ResultReader reader(path);
  return numbers_of_each(reader.statuses(), [&](std::uint64_t cell) { return reader.cell(cell, sweep_.layout); });
}

std::string SampleStore::metadata_of(const std::string& path) const {
  const ReadOnly file(path);
  std::map<std::uint64_t, std::uint64_t> numbers;  // first byte, past the last
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    numbers[places_[i]] = places_[i] + variables_[i].count() * element_size(variables_[i].element);
  }
  numbers[std::filesystem::file_size(path)] = 0;
  std::string bytes;
  std::uint64_t next = 0;
  for (const auto& [begin, end] : numbers) {
    bytes.resize(bytes.size() + begin - next);
    file.read(next, bytes.data() + bytes.size() - (begin - next), begin - next);
    next = end;
  }
  return bytes;
}

}  // namespace ntksweep::test
