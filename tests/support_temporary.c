#include "tests/support_temporary.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

void temporary_folder(char *path, size_t size)
{
    const char *base = getenv("TMPDIR");
    bool given = base != NULL && base[0] != '\0';
    int length = snprintf(path, size, "%s/ftbench-test-XXXXXX", given ? base : P_tmpdir);
    assert_in_range(length, 1, size - 1);
    assert_non_null(mkdtemp(path));
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

void temporary_remove(const char *path)
{
    enum { OPEN_AT_ONCE = 8 };
    assert_int_equal(nftw(path, remove_entry, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS), 0);
}
