#include "trainer/commands/command.h"
#include "trainer/data/reviews.h"

#include <string.h>

static int print_text(enum status status, struct text *content, struct error *error)
{
    if (status == STATUS_OK) status = command_print(content, error);
    text_free(content);
    return status == STATUS_OK ? EXIT_DONE : command_complain(error);
}

int generate_command(int count, char **arguments)
{
    struct error error = {0};
    struct text content = {0};
    if (count == 1 && strcmp(arguments[0], "vocab") == 0)
        return print_text(reviews_vocabulary(&content, &error), &content, &error);
    if (count < 1 || strcmp(arguments[0], "reviews") != 0)
        return command_usage("what can be generated is: reviews, vocab",
                             count < 1 ? "generate" : arguments[0]);
    unsigned long rows = 1000, seed = 42;
    for (int i = 1; i < count; i += 2) {
        bool known = strcmp(arguments[i], "--rows") == 0 || strcmp(arguments[i], "--seed") == 0;
        if (!known || i + 1 >= count) return command_usage("takes --rows N and --seed S", arguments[i]);
        bool is_rows = strcmp(arguments[i], "--rows") == 0;
        if (!command_whole_number(arguments[i + 1], is_rows ? 1 : 0, is_rows ? REVIEWS_ROWS_MAX : 4294967295u,
                                  is_rows ? &rows : &seed))
            return command_usage(is_rows ? "must be a whole number from 1 to 100000"
                                         : "must be a whole number below 2^32",
                                 arguments[i + 1]);
    }
    return print_text(reviews_generate((int)rows, (uint32_t)seed, &content, &error), &content, &error);
}
