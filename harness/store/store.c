#include "harness/store/store.h"

#include "base/file.h"
#include "base/memory.h"
#include "harness/store/schema.h"
#include "harness/store/seal.h"
#include "harness/store/store_handle.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char database_name[] = "ftbench.sqlite";
static const char lock_name[] = "ftbench.lock";

enum { MOST_WAITS = 100 }; /* of 20 ms, for a lock whose holder was killed */

/* Whether the open file is still the one of this path: store_discard removes a lock that others may have
 * opened already, and a lock on what is removed would let two in. */
static bool is_at(int lock, const char *path)
{
    struct stat here, there;
    return fstat(lock, &here) == 0 && stat(path, &there) == 0 && here.st_dev == there.st_dev &&
           here.st_ino == there.st_ino;
}

static void read_holder(int lock, char holder[32])
{
    ssize_t got = pread(lock, holder, 31, 0);
    holder[got > 0 ? strspn(holder, "0123456789") : 0] = '\0';
}

/* The holder was killed, and the lock is kept by a child of it that has forked and not yet become a trainer:
 * that lasts for a moment only. */
static bool holder_is_gone(const char *holder)
{
    long pid = strtol(holder, NULL, 10);
    return pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* The lock is on the file, not in it: the system drops it when its holder dies, however it dies. The number
 * inside says who holds it, and whether waiting a little is worth it. */
static enum status take_lock(struct store *store, struct error *error)
{
    char path[SPEC_PATH_BYTES];
    TRY(file_join(store->folder, lock_name, path, sizeof path, error));
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0) return error_set(error, STATUS_IO, "%s: cannot be opened: %s", path, strerror(errno));
    const struct timespec moment = {.tv_nsec = 20000000};
    int waits = 0;
    while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        int number = errno;
        char holder[32] = "";
        read_holder(lock, holder);
        if (number == EWOULDBLOCK && waits++ < MOST_WAITS && holder_is_gone(holder)) {
            nanosleep(&moment, NULL);
            continue;
        }
        close(lock);
        if (number != EWOULDBLOCK)
            return error_set(error, STATUS_IO, "%s: cannot be locked: %s", path, strerror(number));
        return error_set(error, STATUS_BUSY, "%s: another ftbench (pid %s) is running here", store->folder,
                         holder[0] == '\0' ? "unknown" : holder);
    }
    if (!is_at(lock, path)) {
        close(lock);
        return error_set(error, STATUS_BUSY, "%s: another ftbench is leaving this folder; try again",
                         store->folder);
    }
    store->lock = lock;
    char own[32];
    int length = snprintf(own, sizeof own, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) != 0 || pwrite(lock, own, (size_t)length, 0) != length)
        return error_set(error, STATUS_IO, "%s: cannot be written: %s", path, strerror(errno));
    return STATUS_OK;
}

static enum status create_tables(struct store *store, struct error *error)
{
    struct text sql = {0};
    schema_create_sql(&sql);
    enum status status = text_status(&sql, error);
    if (status == STATUS_OK) status = database_execute(&store->database, text_string(&sql), error);
    text_free(&sql);
    return status;
}

static const char *way_out(const struct store *store)
{
    return store->copy ? "save it again with this one" : "give another --output";
}

/* Is this a store that this program understands? An empty database, which is also what is left of a program
 * that was killed as it made one, becomes a store when we may write. */
static enum status check_format(struct store *store, struct error *error)
{
    struct database *database = &store->database;
    int64_t tables = 0, application = 0, version = 0;
    TRY(database_integer(database, "SELECT count(*) FROM sqlite_master", &tables, error));
    TRY(database_integer(database, "PRAGMA application_id", &application, error));
    TRY(database_integer(database, "PRAGMA user_version", &version, error));
    if (tables == 0 && application == 0 && version == 0) {
        store->created = store->writable;
        if (store->writable) return create_tables(store, error);
        return error_set(error, STATUS_BAD_INPUT, "%s: no experiment has been started here yet",
                         store->folder);
    }
    if (application != SCHEMA_APPLICATION)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: a database of another program, not a store of ftbench; %s", database->path,
                         way_out(store));
    if (version != SCHEMA_VERSION)
        return error_set(
            error, STATUS_BAD_INPUT,
            "%s: written in store format %lld, this ftbench reads format %d; use the ftbench that "
            "wrote it, or %s",
            database->path, (long long)version, SCHEMA_VERSION, way_out(store));
    return STATUS_OK;
}

static enum status open_copy(struct store *store, struct error *error)
{
    if (!file_exists(store->folder))
        return error_set(error, STATUS_BAD_INPUT, "%s: there is no such file", store->folder);
    if (file_is_directory(store->folder))
        return error_set(error, STATUS_BAD_INPUT, "%s: is a folder; the file of a saved store is needed",
                         store->folder);
    TRY(database_open(store->folder, false, &store->database, error));
    TRY(database_begin(&store->database, false, error));
    return database_end(&store->database, check_format(store, error), error);
}

static enum status open_database(struct store *store, struct error *error)
{
    char path[SPEC_PATH_BYTES];
    if (store->copy) return open_copy(store, error);
    TRY(file_join(store->folder, database_name, path, sizeof path, error));
    if (!store->writable) {
        if (!file_is_directory(store->folder))
            return error_set(error, STATUS_BAD_INPUT, "%s: %s", store->folder,
                             file_exists(store->folder) ? "is a file; the folder of results is needed"
                                                        : "there is no such folder");
        if (!file_exists(path))
            return error_set(error, STATUS_BAD_INPUT, "%s: no results of ftbench here: %s is missing",
                             store->folder, database_name);
    }
    TRY(database_open(path, store->writable, &store->database, error));
    TRY(database_begin(&store->database, store->writable, error));
    return database_end(&store->database, check_format(store, error), error);
}

static enum status open_store(const char *folder, enum store_access access, bool copy, struct store **store,
                              struct error *error)
{
    *store = NULL;
    struct store *opened = memory_zeroed(1, sizeof *opened);
    if (opened == NULL) return error_no_memory(error, sizeof *opened);
    enum status status = STATUS_OK;
    opened->lock = -1;
    opened->writable = access == STORE_WRITE;
    opened->copy = copy;
    int needed = snprintf(opened->folder, sizeof opened->folder, "%s", folder);
    if (needed < 0 || (size_t)needed >= sizeof opened->folder) {
        status = error_set(error, STATUS_BAD_INPUT, "%s: the path is too long", folder);
        goto failed;
    }
    if (opened->writable) {
        TRY_TO(failed, file_make_directories(folder, error));
        TRY_TO(failed, take_lock(opened, error));
    }
    TRY_TO(failed, open_database(opened, error));
    *store = opened;
    return STATUS_OK;
failed:
    store_close(opened);
    return status;
}

enum status store_open(const char *folder, enum store_access access, struct store **store,
                       struct error *error)
{
    return open_store(folder, access, false, store, error);
}

/* A file that lies for months, in repositories and caches, may be damaged where nothing reads it that day. */
static enum status check_sound(struct store *store, struct error *error)
{
    int64_t problems = 0;
    TRY(database_integer(&store->database,
                         "SELECT count(*) FROM pragma_integrity_check(1) WHERE integrity_check <> 'ok'",
                         &problems, error));
    if (problems == 0) return seal_check(&store->database, error);
    return error_set(error, STATUS_BAD_INPUT,
                     "%s: damaged: its pages do not fit together (PRAGMA integrity_check)",
                     store->database.path);
}

enum status store_open_file(const char *path, struct store **store, struct error *error)
{
    TRY(open_store(path, STORE_READ, true, store, error));
    enum status status = check_sound(*store, error);
    if (status == STATUS_OK) return STATUS_OK;
    store_close(*store);
    *store = NULL;
    return status;
}

void store_close(struct store *store)
{
    if (store == NULL) return;
    database_close(&store->database);
    if (store->lock >= 0) close(store->lock);
    memory_free(store);
}

void store_discard(struct store *store)
{
    if (store != NULL && store->created) {
        static const char *const names[] = {database_name, lock_name};
        char path[SPEC_PATH_BYTES];
        database_close(&store->database);
        /* While the lock is held: whoever comes now finds it taken, or a folder without one. */
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            if (file_join(store->folder, names[i], path, sizeof path, NULL) == STATUS_OK) unlink(path);
        }
        rmdir(store->folder); /* refused when anything else is in it */
    }
    store_close(store);
}
