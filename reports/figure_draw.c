#include "reports/figure_draw.h"

#include "base/file.h"
#include "reports/gnuplot.h"

#include <stdio.h>
#include <string.h>

enum status figure_draw(const struct text *script, const char *folder, const char *file,
                        char failure[FIGURES_FAILURE_BYTES], struct error *error)
{
    enum status status;
    struct text picture = {0};
    struct error refused = {0};
    char path[4096], script_path[4096];
    TRY(text_status(script, error));
    TRY_TO(done, file_join(folder, file, path, sizeof path, error));
    /* The script lies beside the picture: .svg becomes .gnuplot. */
    int needed = snprintf(script_path, sizeof script_path, "%.*s.gnuplot", (int)(strlen(path) - 4), path);
    if (needed < 0 || (size_t)needed >= sizeof script_path) {
        status = error_set(error, STATUS_BAD_INPUT, "%s: the path is too long", path);
        goto done;
    }
    TRY_TO(done, file_write(script_path, text_string(script), script->length, error));
    status = gnuplot_render(script_path, &picture, &refused);
    if (status == STATUS_UNSUPPORTED) {
        snprintf(failure, FIGURES_FAILURE_BYTES, "%.*s", FIGURES_FAILURE_BYTES - 1, refused.text);
        status = STATUS_OK;
    } else if (status != STATUS_OK) {
        error_set(error, status, "%s", refused.text);
    } else {
        status = file_write(path, text_string(&picture), picture.length, error);
    }
done:
    text_free(&picture);
    return status;
}
