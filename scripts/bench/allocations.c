/*
 * Counts the allocations of a process it is preloaded into, all threads and libraries together, and the
 * commits of its databases:
 *
 *   LD_PRELOAD=allocations.so ALLOCATIONS_FOLDER=DIR program
 *
 * At a normal end both counts are written to DIR/NAME.PID, decimal numbers. Of two runs that differ only in
 * the number of events, the difference of the counts is what the events cost.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_long allocations, commits;

static void count_one(void) { atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed); }

void *malloc(size_t size) {
  count_one();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_one();
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  count_one();
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count_one();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  count_one();
  void *found = __libc_memalign(alignment, size);
  if (!found) return ENOMEM;
  *memory = found;
  return 0;
}

static int count_commit(void *nothing) {
  (void)nothing;
  atomic_fetch_add_explicit(&commits, 1, memory_order_relaxed);
  return 0;
}

/* Declared here, so that SQLite's headers are not needed. */
int sqlite3_open_v2(const char *path, void **database, int flags, const char *vfs) {
  int (*open)(const char *, void **, int, const char *) = dlsym(RTLD_NEXT, "sqlite3_open_v2");
  void *(*hook)(void *, int (*)(void *), void *) = dlsym(RTLD_NEXT, "sqlite3_commit_hook");
  int result = open(path, database, flags, vfs);
  if (result == 0 && hook) hook(*database, count_commit, NULL);
  return result;
}

__attribute__((destructor)) static void write_count(void) {
  const char *folder = getenv("ALLOCATIONS_FOLDER");
  char path[4096];
  if (!folder) return;
  snprintf(path, sizeof path, "%s/%s.%d", folder, program_invocation_short_name, getpid());
  FILE *file = fopen(path, "w");
  if (!file) return;
  fprintf(file, "%ld %ld\n", atomic_load(&allocations), atomic_load(&commits));
  fclose(file);
}
