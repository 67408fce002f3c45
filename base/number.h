/* number.h - numbers as text, the same on every machine and in every locale: the point is a '.', always.
 *
 * What is written reads back to the same bits; what is read is read whole or refused. */
#ifndef FTBENCH_BASE_NUMBER_H
#define FTBENCH_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

enum { NUMBER_TEXT = 32 }; /* bytes that hold any number's text, the NUL included */

/* The shortest of %.15g, %.16g, %.17g that reads back to the same double, its exponent as people write it
 * (2e-5); "NaN", "Infinity", "-Infinity" otherwise. Two equal doubles have one text (but -0, which is "-0"),
 * so the text may be hashed and compared.
 */
void number_shortest(double value, char text[NUMBER_TEXT]);

/* The same for a float: the shortest of %.6g .. %.9g that, read as a double and rounded, gives the same
 * float. */
void number_shortest_float(float value, char text[NUMBER_TEXT]);

/* A finite decimal number, read to the end of the text: [+-] digits [. digits] [e [+-] digits], with at least
 * one digit before the exponent. Refused (false, `value` untouched): blanks, hexadecimal, nan, inf, what
 * overflows, and what is not zero but would become zero. */
bool number_parse(const char *text, double *value);

/* A whole number in decimal digits with an optional sign, read to the end; false when it does not fit 64
 * bits. */
bool number_parse_integer(const char *text, int64_t *value);

#endif
