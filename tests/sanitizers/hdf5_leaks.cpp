/// HDF5 1.10 leaks the header of the object that it was about to create when the disk fails in the middle of H5Dcreate2
/// (H5O__create_ohdr): no handle comes back that could be closed. Only the store's model, whose disk fails at every
/// call, leaves such leaks of HDF5's out.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }  // NOLINT(bugprone-reserved-identifier)
