#include "support_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <dlfcn.h>
#include <string.h>

#include <cmocka.h>

struct fake_record *record_of_fake(void)
{
    void *library = dlopen(FAKE_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(library);
    void *symbol = dlsym(library, "fake_cublas_record");
    fake_cublas_get_record *get = NULL;
    assert_non_null(symbol);
    memcpy(&get, &symbol, sizeof symbol);
    return get();
}
