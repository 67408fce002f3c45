/* isa.h - one source, several instruction sets.
 *
 * The families of the CPU backend are compiled once for each instruction set, with -DFT_ISA=<name> (avx512,
 * avx2, portable) and the compiler's flags for it. What such a file exports is named CPU_FN(name):
 * name_avx512 and so on. */
#ifndef FTBENCH_KERNELS_CPU_ISA_H
#define FTBENCH_KERNELS_CPU_ISA_H

#include <stdbool.h>

/* This machine and its operating system can run what was compiled for the instruction set. */
bool isa_usable_portable(void);
bool isa_usable_avx2(void);
bool isa_usable_avx512(void);

#ifdef FT_ISA
#define CPU_PASTE_(name, isa) name##_##isa
#define CPU_PASTE(name, isa) CPU_PASTE_(name, isa)
#define CPU_FN(name) CPU_PASTE(name, FT_ISA)
#define CPU_TEXT_(isa) #isa
#define CPU_TEXT(isa) CPU_TEXT_(isa)
#define CPU_ISA_NAME CPU_TEXT(FT_ISA)
#endif

/* Before a loop: its iterations are independent, even where output and input are the same memory. */
#if defined(__clang__)
#define FT_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#define FT_UNROLL _Pragma("clang loop unroll(full)")
#else
#define FT_INDEPENDENT _Pragma("GCC ivdep")
#define FT_UNROLL _Pragma("GCC unroll 32")
#endif

#endif
