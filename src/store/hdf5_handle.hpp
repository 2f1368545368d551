#pragma once

#include <hdf5.h>

#include <string>
#include <vector>

namespace ntksweep {

/// Owns one HDF5 identifier and closes it.
class Hdf5Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  /// Takes what an HDF5 call returned; throws SystemError "cannot <doing>: <reason>" when that was a failure.
  Hdf5Handle(hid_t id, Closer closer, const std::string& doing);
  Hdf5Handle(Hdf5Handle&& other) noexcept;
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept;
  ~Hdf5Handle();

  hid_t get() const { return id_; }

  /// Closes now, and throws SystemError when that fails (for files: what was buffered did not reach the disk).
  void close(const std::string& doing);

 private:
  hid_t id_;
  Closer closer_;
};

/// Passes on what an HDF5 call returned; throws SystemError "cannot <doing>: <reason>" when it is negative.
/// Every HDF5 call that does not return a handle goes through here.
long long hdf5_checked(long long returned, const std::string& doing);

/// The innermost message of HDF5's error stack, which is then cleared.
std::string hdf5_reason();

/// A new file in the earliest format, without HDF5's own file lock, creation order tracked on the root.
Hdf5Handle create_hdf5_file(const std::string& path);

/// HDF5's own words for a missing or foreign file are hard to read: throws InputError before it says them.
void require_hdf5_file(const std::string& path);

/// For reading, without HDF5's own file lock, so that it works beside a writer. Throws InputError naming the file
/// when it is missing, unreadable, not HDF5 or truncated.
Hdf5Handle open_hdf5_file(const std::string& path);

/// The same for a file that this process is making.
Hdf5Handle open_hdf5_file_to_change(const std::string& path);

Hdf5Handle open_dataset(hid_t parent, const std::string& name);

/// Sizes of the dataset's dimensions.
std::vector<hsize_t> dataset_shape(hid_t dataset, const std::string& name);

}  // namespace ntksweep
