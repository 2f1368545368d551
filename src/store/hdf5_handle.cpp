#include "hdf5_handle.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

/// HDF5 prints its error stack by default; here it becomes the message of an exception. All files are closed when the
/// program ends, so HDF5 has nothing to do then, and would crash over one that it failed to close (a full disk).
void silence() {
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

/// Without the sieve buffer: in it, what was once read would stay while a writer goes on, and a write that fails would
/// come to light only when the dataset is closed.
Hdf5Handle plain_access() {
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "set up file access");
  hdf5_checked(H5Pset_sieve_buf_size(access.get(), 0), "turn off the sieve buffer");
  hdf5_checked(H5Pset_file_locking(access.get(), false, true), "turn off HDF5 file locking");
  return access;
}

/// HDF5 puts time, addresses and a line break around what the system said.
std::string system_reason(const std::string& text) {
  constexpr std::string_view before = "error message = '";
  const std::size_t start = text.find(before), reason = start + before.size();
  if (start == std::string::npos) return text;
  return text.substr(0, text.find(':')) + ": " + text.substr(reason, text.find('\'', reason) - reason);
}

}  // namespace

Hdf5Handle::Hdf5Handle(hid_t id, Closer closer, const std::string& doing)
    : id_(static_cast<hid_t>(hdf5_checked(id, doing))), closer_(closer) {}

Hdf5Handle::Hdf5Handle(Hdf5Handle&& other) noexcept
    : id_(std::exchange(other.id_, H5I_INVALID_HID)), closer_(other.closer_) {}

Hdf5Handle& Hdf5Handle::operator=(Hdf5Handle&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(closer_, other.closer_);
  return *this;
}

Hdf5Handle::~Hdf5Handle() {
  if (id_ >= 0) closer_(id_);
}

void Hdf5Handle::close(const std::string& doing) { hdf5_checked(closer_(std::exchange(id_, H5I_INVALID_HID)), doing); }

long long hdf5_checked(long long returned, const std::string& doing) {
  if (returned < 0) throw SystemError(fmt::format("cannot {}: {}", doing, hdf5_reason()));
  return returned;
}

std::string hdf5_reason() {
  std::string reason = "HDF5 gives no reason";
  const auto keep_first = [](unsigned position, const H5E_error2_t* error, void* text) -> herr_t {
    if (position == 0 && error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  H5Eclear2(H5E_DEFAULT);
  return system_reason(reason);
}

Hdf5Handle create_hdf5_file(const std::string& path) {
  silence();
  const Hdf5Handle access = plain_access();
  hdf5_checked(H5Pset_libver_bounds(access.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST), "set the format's bounds");
  const Hdf5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "set up file creation");
  const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  hdf5_checked(H5Pset_link_creation_order(creation.get(), order), "track creation order");
  hdf5_checked(H5Pset_attr_creation_order(creation.get(), order), "track creation order");
  return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, "create " + path};
}

void require_hdf5_file(const std::string& path) {
  silence();
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    throw InputError(fmt::format("{}: {}; check the path", path, std::strerror(errno)));
  }
  if (S_ISDIR(info.st_mode)) throw InputError(fmt::format("{}: is a folder, an HDF5 file is needed", path));
  if (H5Fis_hdf5(path.c_str()) <= 0) {
    throw InputError(fmt::format("{}: is not an HDF5 file (or cannot be read); check the path", path));
  }
}

Hdf5Handle open_hdf5_file(const std::string& path) {
  require_hdf5_file(path);
  const Hdf5Handle access = plain_access();
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get());
  if (file < 0) throw InputError(fmt::format("{}: is a damaged HDF5 file: {}", path, hdf5_reason()));
  return {file, H5Fclose, "open " + path};
}

Hdf5Handle open_hdf5_file_to_change(const std::string& path) {
  return {H5Fopen(path.c_str(), H5F_ACC_RDWR, plain_access().get()), H5Fclose, "open " + path};
}

Hdf5Handle open_dataset(hid_t parent, const std::string& name) {
  return {H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose, "open the dataset " + name};
}

std::vector<hsize_t> dataset_shape(hid_t dataset, const std::string& name) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "look at the shape of " + name);
  std::vector<hsize_t> shape(
      static_cast<std::size_t>(hdf5_checked(H5Sget_simple_extent_ndims(space.get()), "count dimensions of " + name)));
  hdf5_checked(H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr), "read the shape of " + name);
  return shape;
}

}  // namespace ntksweep
