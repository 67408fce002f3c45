/* sanitizer.h - which sanitizer the kernels are built with. Under the thread sanitizer the runtime itself is
 * built without it, with SHIM_TSAN, and tells it what fibers do. */
#ifndef FTBENCH_SHIM_SANITIZER_H
#define FTBENCH_SHIM_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define SHIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHIM_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#error "build the runtime with -fno-sanitize=thread -DSHIM_TSAN"
#endif

#ifdef SHIM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#ifdef SHIM_TSAN
#include <sanitizer/tsan_interface.h>
extern "C" {
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);
}
#endif

/* What the runtime does to a block's memory is no thread's doing. */
struct unobserved {
#ifdef SHIM_TSAN
    unobserved()
    {
        AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
        AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    }
    ~unobserved()
    {
        AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
        AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    }
#else
    unobserved() {}
#endif
    unobserved(const unobserved &) = delete;
    unobserved &operator=(const unobserved &) = delete;
};

/* What came before order_release(tag) comes before what follows order_acquire(tag). */
static inline void order_release(void *tag)
{
#ifdef SHIM_TSAN
    __tsan_release(tag);
#endif
    static_cast<void>(tag);
}

static inline void order_acquire(void *tag)
{
#ifdef SHIM_TSAN
    __tsan_acquire(tag);
#endif
    static_cast<void>(tag);
}

#endif
