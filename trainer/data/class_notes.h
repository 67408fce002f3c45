/* class_notes.h - what a reader should know of the classes of a data set: how many rows each has, and which
 * may be one by mistake two. */
#ifndef FTBENCH_TRAINER_DATA_CLASS_NOTES_H
#define FTBENCH_TRAINER_DATA_CLASS_NOTES_H

#include "base/text.h"
#include "trainer/data/dataset.h"

/* "rows of each label, training + validation: bad 40 + 10, good 41 + 9"; of many classes the first ten. */
void class_notes_rows(const struct dataset *data, struct text *out);

/* A sentence on the first two classes whose names differ in upper and lower case (of ASCII letters) alone;
 * nothing when there are none. Blanks around a label are never part of it (table.h). */
void class_notes_alike(const struct dataset *data, struct text *out);

#endif
