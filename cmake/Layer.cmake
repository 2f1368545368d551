# A layer is one static library built from src/<layer>, with its public headers in include/ntksweep/<layer>.

# Options that every target of the project shares.
function(ntksweep_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  # No -ffast-math and no contraction: bits must not depend on what the optimizer happens to fuse,
  # and NaN checks must stay.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                           -ffp-contract=off
                                           $<$<BOOL:${NTKSWEEP_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()

# Headers that take most of a compiler's time, read once for all sources of the target. A source still includes what it
# uses: builds with ccache, which keeps no results of precompiled headers, go without (scripts/build.sh).
function(ntksweep_precompile target)
  target_precompile_headers(${target} PRIVATE <algorithm> <filesystem> <functional> <map> <memory> <optional> <set>
                                              <string> <variant> <vector> ${ARGN})
endfunction()

# ntksweep_layer(<name> [PUBLIC <libraries>...] [PRIVATE <libraries>...] [PRECOMPILED <headers>...])
function(ntksweep_layer name)
  cmake_parse_arguments(LAYER "" "" "PUBLIC;PRIVATE;PRECOMPILED" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
  add_library(ntksweep_${name} STATIC ${sources})
  add_library(ntksweep::${name} ALIAS ntksweep_${name})
  target_include_directories(ntksweep_${name} PUBLIC "${PROJECT_SOURCE_DIR}/include"
                                              PRIVATE "${PROJECT_SOURCE_DIR}/src/${name}")
  target_link_libraries(ntksweep_${name} PUBLIC ${LAYER_PUBLIC} PRIVATE ${LAYER_PRIVATE})
  ntksweep_compile_options(ntksweep_${name})
  ntksweep_precompile(ntksweep_${name} ${LAYER_PRECOMPILED})
endfunction()
