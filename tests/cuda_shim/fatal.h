/* fatal.h - the end of a program that did what CUDA forbids: one line on stderr, then abort. */
#ifndef FTBENCH_SHIM_FATAL_H
#define FTBENCH_SHIM_FATAL_H

[[noreturn]] void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
