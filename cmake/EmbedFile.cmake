# Files and facts that travel inside the binary.

# ntksweep_embed(<layer> <name> <file>): defines `extern const unsigned char <name>_bytes[]` and
# `extern const std::size_t <name>_size` in namespace ntksweep::embedded.
function(ntksweep_embed layer name file)
  set(source "${PROJECT_BINARY_DIR}/embedded/${name}.cpp")
  add_custom_command(
    OUTPUT "${source}"
    COMMAND ${CMAKE_COMMAND} "-DINPUT=${PROJECT_SOURCE_DIR}/${file}" "-DOUTPUT=${source}" "-DNAME=${name}"
            -P "${PROJECT_SOURCE_DIR}/cmake/embed_bytes.cmake"
    DEPENDS "${PROJECT_SOURCE_DIR}/${file}" "${PROJECT_SOURCE_DIR}/cmake/embed_bytes.cmake"
    VERBATIM)
  target_sources(ntksweep_${layer} PRIVATE "${source}")
endfunction()

# Compiler, flags, git hash and library versions, for the provenance of result files.
function(ntksweep_build_info layer)
  set(source "${PROJECT_BINARY_DIR}/embedded/build_info.cpp")
  string(TOUPPER "${CMAKE_BUILD_TYPE}" configuration)
  string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${configuration}}" flags)
  string(REGEX REPLACE ",.*" "" mpi "${MPI_CXX_LIBRARY_VERSION_STRING}")
  add_custom_target(ntksweep_build_info_source
    COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${source}" "-DTEMPLATE=${PROJECT_SOURCE_DIR}/cmake/build_info.cpp.in"
            "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}" "-DVERSION=${PROJECT_VERSION}"
            "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
            "-DFLAGS=${flags} -ffp-contract=off"
            "-DEIGEN=${Eigen3_VERSION}" "-DHDF5=${HDF5_VERSION}" "-DMPI=${mpi}"
            -P "${PROJECT_SOURCE_DIR}/cmake/build_info.cmake"
    BYPRODUCTS "${source}" VERBATIM)
  set_source_files_properties("${source}" PROPERTIES GENERATED TRUE)
  target_sources(ntksweep_${layer} PRIVATE "${source}")
  add_dependencies(ntksweep_${layer} ntksweep_build_info_source)
endfunction()
