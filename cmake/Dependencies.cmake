# Every third-party library, as an imported target. All of them are Debian packages.
find_package(Threads REQUIRED)
# For the provenance of result files: which MPI this is.
set(MPI_DETERMINE_LIBRARY_VERSION TRUE)
find_package(MPI REQUIRED COMPONENTS CXX)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(ZLIB REQUIRED)

# ntksweep_find_library(<target> HEADER <header> [LIBRARY <names>...] [PATHS <header sub-folders>...])
function(ntksweep_find_library target)
  cmake_parse_arguments(FIND "" "HEADER" "LIBRARY;PATHS" ${ARGN})
  string(MAKE_C_IDENTIFIER "${target}" id)
  find_path(${id}_INCLUDE NAMES ${FIND_HEADER} PATH_SUFFIXES ${FIND_PATHS} REQUIRED)
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${target} SYSTEM INTERFACE "${${id}_INCLUDE}")
  if(FIND_LIBRARY)
    find_library(${id}_LIBRARY NAMES ${FIND_LIBRARY} PATH_SUFFIXES openblas-pthread REQUIRED)
    target_link_libraries(${target} INTERFACE "${${id}_LIBRARY}")
  endif()
endfunction()

ntksweep_find_library(BLAS::openblas HEADER cblas.h LIBRARY openblas PATHS openblas-pthread openblas)
# OpenBLAS as Spack and most modules build it has LAPACKE inside; Debian has it in a library of its own.
ntksweep_find_library(LAPACK::lapacke HEADER lapacke.h LIBRARY lapacke openblas PATHS openblas)
ntksweep_find_library(xxHash::xxhash HEADER xxhash.h LIBRARY xxhash)
ntksweep_find_library(Random123::random123 HEADER Random123/philox.h)
# Only the layers that speak HDF5 see its headers.
add_library(HDF5::c INTERFACE IMPORTED GLOBAL)
target_include_directories(HDF5::c SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(HDF5::c INTERFACE ${HDF5_C_LIBRARIES})

# Dense products go to OpenBLAS, which picks its kernels by CPU at run time; the same definition
# everywhere, or the one-definition rule breaks. Eigen's own threads stay off.
add_library(ntksweep_eigen INTERFACE)
target_link_libraries(ntksweep_eigen INTERFACE Eigen3::Eigen BLAS::openblas)
target_compile_definitions(ntksweep_eigen INTERFACE EIGEN_USE_BLAS EIGEN_DONT_PARALLELIZE)
