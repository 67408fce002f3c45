/* replay.c - a fuzz target without libFuzzer: it is given the content of each file named, and of each file in
 * the folders named. For regressions, in every build. Exit status 2 when there was no file. */
#include "tests/fuzz/support_fuzz.h"

#include "base/file.h"
#include "base/text.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int replayed;

static void replay_file(const char *path)
{
    struct text content = {0};
    struct error error = {0};
    if (file_read(path, 0, &content, &error) != STATUS_OK) fprintf(stderr, "%s\n", error.text);
    fuzz_check(error.status == STATUS_OK);
    /* The exact bytes, without the NUL that a text has. */
    char *bytes = fuzz_string(text_string(&content), content.length);
    fprintf(stderr, "%s\n", path);
    fuzz_check(LLVMFuzzerTestOneInput((const uint8_t *)bytes, content.length) == 0);
    replayed++;
    free(bytes);
    text_free(&content);
}

static void replay_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    fuzz_check(count >= 0);
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') replay_file(path);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (file_is_directory(argv[i]))
            replay_folder(argv[i]);
        else
            replay_file(argv[i]);
    }
    fprintf(stderr, "%d files\n", replayed);
    return replayed > 0 ? 0 : 2;
}
