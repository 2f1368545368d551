#pragma once

#include <hdf5.h>

#include <map>
#include <string>
#include <vector>

#include "file_layout.hpp"

namespace ntksweep {

/// Ties the axes of variables to dimension scales, by the HDF5 Dimension Scale Specification (attributes CLASS, NAME,
/// DIMENSION_LIST and REFERENCE_LIST). All ties are collected first and written once: the high-level library's
/// H5DSattach_scale rewrites a scale's list of references with every variable.
class DimensionScales {
 public:
  explicit DimensionScales(hid_t file) : file_(file) {}

  /// Makes the dataset of that name a scale. `label` is its NAME attribute.
  void add_scale(const std::string& name, const std::string& label);

  /// Writes the variable's DIMENSION_LIST; every dimension must have its scale already.
  void attach(const Variable& variable);

  /// Writes the scales' REFERENCE_LISTs; once, at the end.
  void finish();

 private:
  struct Use {
    hobj_ref_t dataset;
    int axis;
  };
  hid_t file_;
  std::map<std::string, std::vector<Use>> uses_;  ///< by scale
};

/// NAME of a scale that is a dimension without coordinate values, by which netCDF-4 knows it.
std::string plain_dimension_label(std::uint64_t size);

}  // namespace ntksweep
