#include "changed_coordinates.hpp"

#include <fmt/format.h>

#include <span>
#include <variant>

#include "file_layout.hpp"
#include "hdf5_attribute.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_types.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

template <class Number>
std::vector<std::byte> bytes_of(const std::vector<Number>& numbers) {
  const auto bytes = std::as_bytes(std::span(numbers));
  return {bytes.begin(), bytes.end()};
}

template <class Number>
std::vector<Number> numbers_of(const Hdf5Handle& dataset, const Variable& variable) {
  std::vector<Number> numbers(variable.count());
  hdf5_checked(
      H5Dread(dataset.get(), element_type(variable.element).get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()),
      "read " + variable.name);
  return numbers;
}

bool has_texts(const Hdf5Handle& dataset, const Variable& variable, const std::vector<std::string>& expected) {
  const Hdf5Handle type = element_type(variable.element);
  std::vector<char*> texts(expected.size());
  hdf5_checked(H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()),
               "read " + variable.name);
  bool same = true;
  for (std::size_t i = 0; i < texts.size(); ++i) same = same && texts[i] != nullptr && expected[i] == texts[i];
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose, "look at the shape of " + variable.name);
  H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, texts.data());
  return same;
}

}  // namespace

std::vector<ChangedCoordinate> changed_coordinates(hid_t file, const Grid& grid, const RecordLayout& layout) {
  std::vector<ChangedCoordinate> changed;
  for (const Coordinate& coordinate : coordinates(grid, layout)) {
    const Variable& variable = coordinate.variable;
    const Hdf5Handle dataset = open_dataset(file, variable.name);
    if (variable.count() == 0) continue;
    if (dataset_shape(dataset.get(), variable.name) != std::vector<hsize_t>{variable.count()}) {
      throw SystemError(fmt::format("its variable {} has another shape", variable.name));
    }
    const auto compare = [&]<class Number>(const std::vector<Number>& expected) {
      if constexpr (std::is_same_v<Number, std::string>) {
        if (has_texts(dataset, variable, expected)) return;
        throw SystemError(fmt::format("its variable {} does not have the values of its job", variable.name));
      } else if (numbers_of<Number>(dataset, variable) != expected) {
        changed.push_back({variable.name, H5Dget_offset(dataset.get()), bytes_of(expected)});
      }
    };
    std::visit(compare, coordinate.values);
  }
  return changed;
}

void require_own_settings(hid_t file, const Job& job) {
  const auto differences = settings_differences(read_attribute(file, "settings").value_or(""), resolved_settings(job),
                                                "its settings", "its job");
  for (const std::string& difference : differences) {
    // A setting of another version of the program is on one side only.
    if (difference.find("not there") == std::string::npos) throw SystemError(difference);
  }
}

}  // namespace ntksweep
