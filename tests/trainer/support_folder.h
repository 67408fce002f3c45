/* support_folder.h - a temporary folder of a test, and the files that it puts there. */
#ifndef FTBENCH_TESTS_SUPPORT_FOLDER_H
#define FTBENCH_TESTS_SUPPORT_FOLDER_H

#include <stddef.h>

struct folder {
    char path[512];
};

/* A new empty folder; the test fails when it cannot be made. */
void folder_make(struct folder *folder);
/* Write a file and give its path in `path`. */
void folder_write(const struct folder *folder, const char *name, const char *bytes, size_t length,
                  char path[1024]);
/* The same for a string. */
void folder_print(const struct folder *folder, const char *name, const char *text, char path[1024]);
/* Files in it. */
int folder_count(const struct folder *folder);
/* Remove the folder and all that is in it. */
void folder_remove(const struct folder *folder);

#endif
