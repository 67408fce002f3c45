/* behaviour.h - what the synthetic trainer is told to do, in the environment variable FTBENCH_SYNTHETIC: a
 * list "name=value,name=value". Steps count from 1; a misbehaviour at step S happens before the line of step
 * S is printed, and at step 0 before the first line.
 *
 * What is trained
 *   samples=N, validation=N   sizes of the data that it claims to have (64, 20)
 *   unlabelled=1              it does not say the labels of the validation rows
 *   mean=X, sigma=X           F1 of the best evaluation: mean + sigma * z, z standard normal and a pure
 *                             function of the three seeds (0.85, 0.01)
 *   best_rate=X, penalty=X    less penalty * log10(learning_rate / best_rate)^2, held within [0, 1] (0.001,
 *                             0.05): a sweep's best value is best_rate
 *   apart=1                   z is a function of the seeds and the learning rate: settings that are swept
 *                             over it share their seeds, but not their luck
 *   night=N                   z is a function of N too (0: it is not): the same runs on another night, as if
 *                             bits had changed and chaos had done the rest
 *   shape=converged|overfit|stalled|oscillating   the way of the losses and of F1 to there
 *   nan_f1=1                  F1, precision and recall are undefined
 *   slow=MS                   milliseconds that each step takes
 *   note=WORD                 one note
 *   gpu=WORD                  the GPU that it claims to have
 *   loop=X                    seconds of its fixed loop (0: not said); a step takes step=X (0.002)
 *   cost=X                    and as many of the processor's seconds (0: it has no such clock)
 *
 * Who misbehaves: everybody, or
 *   only_seed=N               runs one of whose seeds is N
 *   only_rate=X               runs with this learning rate
 *
 * How
 *   crash_at=S                dies by SIGSEGV
 *   exit_at=S, exit=CODE      leaves without an end line, with the code (1) and a line on standard error
 *   hang_at=S                 does nothing any more
 *   nan_at=S                  the loss is NaN and the run ends as diverged
 *   rubbish_at=S              prints a line that is no observation
 *   long_at=S                 prints a line that never ends
 *   half_at=S                 prints half a line and leaves
 *   back_at=S                 prints the step before once more
 *   close_at=S                closes its output and lives on
 *   fail_at=S                 ends as failed, with a message
 *   stop_at=S                 ends as stopped from outside
 *   interrupt_at=S            sends its parent SIGINT and waits; once more when it is itself asked to stop,
 *                             unless it ignores that
 *   no_end=1, wrong_id=1, after_end=1, no_begin=1
 *   ignore_term=1             SIGTERM does nothing
 *   linger=1                  lives on after its end line
 *   pid_file=PATH             writes its process id there
 *   checkpoint_at=S           writes the number of the step before to the file of its checkpoint; whoever
 *                             finds such a file says that it is resumed there, after 100 seconds
 *   refuse_checkpoint=1       ends as refused when it finds one
 *   refuse_always=1           ends as refused in any case
 *   lie=WORD                  says what has the right form and cannot be true (lies.h): metrics, class...
 *   refuse=1                  `plan` refuses with a line on standard error and exit code 2 */
#ifndef FTBENCH_TESTS_SYNTHETIC_BEHAVIOUR_H
#define FTBENCH_TESTS_SYNTHETIC_BEHAVIOUR_H

#include "tests/synthetic/lies.h"
#include "trainer/spec/run_spec.h"

#include <stdbool.h>

enum shape { SHAPE_CONVERGED, SHAPE_OVERFIT, SHAPE_STALLED, SHAPE_OSCILLATING };

/* Steps of misbehaviours: -1 for never. */
struct behaviour {
    long samples, validation, night;
    double mean, sigma, best_rate, penalty;
    bool apart;
    enum shape shape;
    bool nan_f1, unlabelled;
    long slow;
    double loop, step, cost;
    char note[64], gpu[64];
    long crash_at, exit_at, exit_code, hang_at, nan_at, rubbish_at, long_at, half_at, back_at, close_at,
        fail_at, stop_at, interrupt_at, checkpoint_at;
    bool no_end, wrong_id, after_end, no_begin, ignore_term, linger, refuse, refuse_checkpoint, refuse_always;
    enum lie lie;
    char pid_file[SPEC_PATH_BYTES];
};

/* Read `text` (NULL: "") for a run. False for a name or a value that is not in the list above; the text in
 * `wrong` says which. */
bool behaviour_read(const char *text, const struct run_spec *spec, struct behaviour *behaviour,
                    char wrong[128]);

#endif
