# The CUDA toolkit and the flags of every .cu file (docs/cuda.md). Included once, by the top CMakeLists.txt: a language is
# enabled there or not at all.
#   FTBENCH_CUDA                 AUTO: the CUDA backend is built where nvcc works; ON: it must be; OFF: nothing is looked for
#   FTBENCH_CUDA_ARCHITECTURES   as CMAKE_CUDA_ARCHITECTURES; the default runs on every GPU from compute capability 7.5 on
# Sets FTBENCH_CUDA_BUILT, and then ftbench_cuda_flags: what decides the arithmetic of a .cu file, and of a run's record.
set(FTBENCH_CUDA AUTO CACHE STRING "The CUDA backend: AUTO (where nvcc works), ON or OFF")
set_property(CACHE FTBENCH_CUDA PROPERTY STRINGS AUTO ON OFF)
# One virtual architecture, the oldest that current toolkits know: the driver of any GPU from 7.5 on, also of those to come,
# compiles it when the program first starts there, and keeps the result. The real ones start without that: 8.0 serves all of
# 8.x, 9.0 the H100. PTX names every rounding, so all of them have the same bits.
set(FTBENCH_CUDA_ARCHITECTURES "75-virtual;80-real;90-real" CACHE STRING "GPUs to build for, as CMAKE_CUDA_ARCHITECTURES")
set(ftbench_cuda_flags --fmad=false --ftz=false --prec-div=true --prec-sqrt=true -Xcompiler=-ffp-contract=off)
set(FTBENCH_CUDA_BUILT OFF)
if(NOT FTBENCH_CUDA MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "FTBENCH_CUDA=${FTBENCH_CUDA}: AUTO, ON or OFF is expected")
endif()
set(ftbench_cuda_oldest 11.8) # C++17, and the first that knows compute capability 9.0

function(ftbench_without_cuda why)
  if(FTBENCH_CUDA STREQUAL "AUTO")
    message(STATUS "CUDA backend: not built, ${why}")
  else()
    message(FATAL_ERROR "FTBENCH_CUDA=${FTBENCH_CUDA}, but ${why}. Put nvcc into PATH or name it in CUDACXX; "
      "-DFTBENCH_CUDA=OFF builds without the CUDA backend.")
  endif()
endfunction()

if(FTBENCH_CUDA STREQUAL "OFF")
  message(STATUS "CUDA backend: not built, FTBENCH_CUDA=OFF")
else()
  if(NOT DEFINED CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
    find_program(FTBENCH_NVCC nvcc PATHS ENV CUDA_HOME ENV CUDA_PATH /usr/local/cuda PATH_SUFFIXES bin)
    mark_as_advanced(FTBENCH_NVCC)
    if(FTBENCH_NVCC)
      set(ENV{CUDACXX} "${FTBENCH_NVCC}")
    endif()
  endif()
  if(NOT DEFINED ENV{CUDAARCHS})
    set(ENV{CUDAARCHS} "75") # for CMake's own tries, which else are of architectures that toolkits of today no longer know
  endif()
  include(CheckLanguage)
  check_language(CUDA) # builds a small program: finds an nvcc that refuses the host's compiler, too
  if(NOT CMAKE_CUDA_COMPILER)
    if(DEFINED ENV{CUDACXX})
      ftbench_without_cuda("$ENV{CUDACXX} does not work (${CMAKE_BINARY_DIR}/CMakeFiles/CheckCUDA)")
    else()
      ftbench_without_cuda("there is no nvcc in PATH, CUDACXX, CUDA_HOME or /usr/local/cuda")
    endif()
  else()
    set(CMAKE_CUDA_STANDARD 17)
    set(CMAKE_CUDA_STANDARD_REQUIRED ON)
    set(CMAKE_CUDA_EXTENSIONS OFF)
    set(CMAKE_CUDA_RUNTIME_LIBRARY Static) # the program starts where there is no CUDA
    enable_language(CUDA)
    set(CMAKE_CUDA_FLAGS_RELEASE "-O3 -lineinfo -Xcompiler=-g")
    if(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS ftbench_cuda_oldest)
      ftbench_without_cuda("nvcc ${CMAKE_CUDA_COMPILER_VERSION} is older than ${ftbench_cuda_oldest}")
    else()
      find_package(CUDAToolkit REQUIRED)
      set(FTBENCH_CUDA_BUILT ON)
      message(STATUS "CUDA backend: nvcc ${CMAKE_CUDA_COMPILER_VERSION} for ${FTBENCH_CUDA_ARCHITECTURES}")
    endif()
  endif()
endif()
