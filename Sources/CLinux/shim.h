// What Glibc's overlay leaves out.
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>

extern char **environ;

// GNU's own, hidden from a compiler in strict mode; in glibc since 2.29, 2.34 and 2.32.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
const char *sigabbrev_np(int signal);
int pipe2(int ends[2], int flags);

// Swift 6 refuses to read a global variable of C; a function it accepts.
static inline char **waggle_environ(void) { return environ; }

// The status macros of wait(2) are not imported.
static inline int waggle_exited(int status) { return (status & 0x7f) == 0; }
static inline int waggle_exit_code(int status) { return (status >> 8) & 0xff; }
static inline int waggle_exit_signal(int status) { return status & 0x7f; }
