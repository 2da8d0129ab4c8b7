// What Glibc's overlay leaves out.
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <unistd.h>

extern char **environ;

// GNU's own, hidden from a compiler in strict mode; in glibc since 2.29, 2.34 and 2.32.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
const char *sigabbrev_np(int signal);
int pipe2(int ends[2], int flags);

// Swift 6 refuses to read a global variable of C; a function it accepts.
static inline char **waggle_environ(void) { return environ; }

// The C library's wrappers take a type whose size is fixed when it is built; the kernel takes any.
long syscall(long number, ...);
static inline long waggle_get_affinity(int thread, unsigned long bytes, void *mask) {
  return syscall(SYS_sched_getaffinity, thread, bytes, mask);
}
static inline long waggle_set_affinity(int thread, unsigned long bytes, const void *mask) {
  return syscall(SYS_sched_setaffinity, thread, bytes, mask);
}

// The status macros of wait(2) are not imported.
static inline int waggle_exited(int status) { return (status & 0x7f) == 0; }
static inline int waggle_exit_code(int status) { return (status >> 8) & 0xff; }
static inline int waggle_exit_signal(int status) { return status & 0x7f; }

// The address of a fault lies in a union that Swift does not read.
static inline unsigned long waggle_fault_address(const siginfo_t *info) { return (unsigned long)info->si_addr; }

// Where the linker has put the program; what is added to it is the same in every run.
extern const char __executable_start[] __attribute__((visibility("hidden")));
extern const char etext[];

// One line on standard error, made of nothing that a signal handler may not use.
static inline void waggle_write_fatal_line(int number, unsigned long address) {
  static const char digits[] = "0123456789abcdef";
  unsigned long start = (unsigned long)__executable_start, end = (unsigned long)etext;
  char line[160];
  unsigned int at = 0;
#define WAGGLE_ADD(text) for (const char *next = (text); *next && at < sizeof line - 2; next++) line[at++] = *next
  WAGGLE_ADD("died of a bug, by SIG");
  const char *name = sigabbrev_np(number);
  WAGGLE_ADD(name ? name : "?");
  int isOurs = address >= start && address < end;
  if (isOurs) {
    WAGGLE_ADD(" at +0x");
    for (int shift = 60, begun = 0; shift >= 0; shift -= 4) {
      unsigned int digit = ((address - start) >> shift) & 15;
      begun |= digit != 0 || shift == 0;
      if (begun && at < sizeof line - 2) line[at++] = digits[digit];
    }
    WAGGLE_ADD(" of the program");
  }
#undef WAGGLE_ADD
  line[at++] = '\n';
  long written = write(2, line, at);
  (void)written;
}
