#include "tests/trainer/support_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/file.h"
#include "tests/support_temporary.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

void folder_make(struct folder *folder)
{
    temporary_folder(folder->path, sizeof folder->path);
}

void folder_write(const struct folder *folder, const char *name, const char *bytes, size_t length,
                  char path[1024])
{
    snprintf(path, 1024, "%s/%s", folder->path, name);
    assert_int_equal(file_write(path, bytes, length, NULL), STATUS_OK);
}

void folder_print(const struct folder *folder, const char *name, const char *text, char path[1024])
{
    folder_write(folder, name, text, strlen(text), path);
}

int folder_count(const struct folder *folder)
{
    int count = 0;
    DIR *listing = opendir(folder->path);
    assert_non_null(listing);
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing))
        count += entry->d_name[0] != '.';
    closedir(listing);
    return count;
}

void folder_remove(const struct folder *folder)
{
    temporary_remove(folder->path);
}
