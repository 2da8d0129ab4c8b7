// Parent and child share a page of counters, so that looking where the subscribers are costs the publisher no call.
#include "CFanoutYardstick.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

// On a cache line of its own.
typedef struct {
  _Alignas(64) _Atomic int64_t count;
} tally;

static struct shared {
  _Atomic int wanted, obeyed;
  int count;
  char endpoint[128];
  _Alignas(64) _Atomic int64_t last_heard;
  tally heard[fanout_ears_max];
} *shared;

static int64_t base[fanout_ears_max];

int64_t fanout_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void fanout_pause(int64_t nanos) {
  struct timespec pause = {nanos / 1000000000, nanos % 1000000000};
  nanosleep(&pause, NULL);
}

/* ---------- options: those of Socket.applyDefaults for a stream ---------- */

static const int options[fanout_options][2] = {
    {ZMQ_LINGER, 0},           {ZMQ_SNDHWM, 16384},         {ZMQ_RCVHWM, 16384},          {ZMQ_IPV6, 0},
    {ZMQ_RECONNECT_IVL, 20},   {ZMQ_RECONNECT_IVL_MAX, 1000}, {ZMQ_HANDSHAKE_IVL, 3000},  {ZMQ_HEARTBEAT_IVL, 1000},
    {ZMQ_HEARTBEAT_TIMEOUT, 3000}, {ZMQ_TCP_KEEPALIVE, 1},  {ZMQ_TCP_KEEPALIVE_IDLE, 15},
};

int fanout_option(int place) { return options[place][0]; }
int fanout_option_value(int place) { return options[place][1]; }

static void *open_socket(void *context, int type) {
  void *socket = zmq_socket(context, type);
  if (!socket) return NULL;
  for (int i = 0; i < fanout_options; i++)
    zmq_setsockopt(socket, options[i][0], &options[i][1], sizeof options[i][1]);
  int64_t longest = 64 * 1024;
  zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &longest, sizeof longest);
  int interval = 5, count = 3;
  zmq_setsockopt(socket, ZMQ_TCP_KEEPALIVE_INTVL, &interval, sizeof interval);
  zmq_setsockopt(socket, ZMQ_TCP_KEEPALIVE_CNT, &count, sizeof count);
  return socket;
}

/* ---------- the subscribers ---------- */

/* Takes in what is there, of one. */
static void drain(void *socket, zmq_msg_t *message, tally *to) {
  int64_t count = atomic_load_explicit(&to->count, memory_order_relaxed);
  while (zmq_msg_recv(message, socket, ZMQ_DONTWAIT) >= 0)
    if (!zmq_msg_more(message)) atomic_store_explicit(&to->count, ++count, memory_order_release);
  atomic_store_explicit(&shared->last_heard, fanout_now(), memory_order_release);
}

static void hear(void *context, int order) {
  static zmq_pollitem_t items[fanout_ears_max];
  int count = shared->count;
  for (int i = 0; i < count; i++) {
    atomic_store(&shared->heard[i].count, 0);
    void *socket = open_socket(context, ZMQ_SUB);
    if (!socket || zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0) != 0 || zmq_connect(socket, shared->endpoint) != 0)
      _exit(1);
    items[i] = (zmq_pollitem_t){socket, 0, ZMQ_POLLIN, 0};
  }
  zmq_msg_t message;
  zmq_msg_init(&message);
  atomic_store(&shared->obeyed, order);
  while (atomic_load(&shared->wanted) == order) {
    if (zmq_poll(items, count, 20) <= 0) continue;
    for (int i = 0; i < count; i++)
      if (items[i].revents) drain(items[i].socket, &message, &shared->heard[i]);
  }
  zmq_msg_close(&message);
  for (int i = 0; i < count; i++) zmq_close(items[i].socket);
}

int fanout_start_ears(void) {
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 0;
  pid_t parent = getpid(), child = fork();
  if (child != 0) return child > 0;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  void *context = zmq_ctx_new();
  for (int order = 0;;) {
    int wanted = atomic_load(&shared->wanted);
    if (wanted == order) {
      fanout_pause(1000000);
    } else {
      order = wanted;
      hear(context, order);
    }
  }
}

void fanout_listen(const char *endpoint, int count) {
  shared->count = count;
  strncpy(shared->endpoint, endpoint, sizeof shared->endpoint - 1);
  memset(base, 0, sizeof base);
  int order = atomic_fetch_add(&shared->wanted, 1) + 1;
  while (atomic_load(&shared->obeyed) != order) fanout_pause(1000000);
}

void fanout_mark(void) {
  for (int i = 0; i < shared->count; i++) base[i] = atomic_load(&shared->heard[i].count);
}

int64_t fanout_least(void) {
  int64_t least = INT64_MAX;
  for (int i = 0; i < shared->count; i++) {
    int64_t heard = atomic_load_explicit(&shared->heard[i].count, memory_order_acquire) - base[i];
    if (heard < least) least = heard;
  }
  return least;
}

int64_t fanout_last_heard(void) { return atomic_load(&shared->last_heard); }

/* Waits until everyone has received so many; gives up when for five seconds nothing has come. */
static int await(int64_t wanted) {
  int64_t least = fanout_least(), since = fanout_now();
  while (least < wanted) {
    fanout_pause(50000);
    int64_t now_least = fanout_least();
    if (now_least != least) {
      least = now_least;
      since = fanout_now();
    } else if (fanout_now() - since > 5000000000) {
      return 0;
    }
  }
  return 1;
}

int fanout_pace(int64_t sent) { return await(sent - fanout_window); }

/* The last of a batch is counted before its time is taken. */
int fanout_await(int64_t sent) {
  int done = await(sent);
  fanout_pause(5000000);
  return done && fanout_least() == sent;
}

/* ---------- the raw publisher ---------- */

typedef struct {
  size_t topic, topic_size, body, body_size;
} kept;

static kept *messages;
static size_t message_count, message_room;
static char *bytes;
static size_t byte_count, byte_room;

static void *publisher;

const char *fanout_open(void) {
  static char endpoint[64];
  size_t room = sizeof endpoint;
  publisher = open_socket(zmq_ctx_new(), ZMQ_PUB);
  if (!publisher || zmq_bind(publisher, "tcp://127.0.0.1:*") != 0) return NULL;
  return zmq_getsockopt(publisher, ZMQ_LAST_ENDPOINT, endpoint, &room) == 0 ? endpoint : NULL;
}

int fanout_send(const void *topic, size_t topic_size, const void *body, size_t body_size) {
  return zmq_send(publisher, topic, topic_size, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
         zmq_send(publisher, body, body_size, ZMQ_DONTWAIT) >= 0;
}

/* Room for so much more; false when memory ends. */
static int grow(void **place, size_t *room, size_t wanted, size_t size) {
  if (wanted <= *room) return 1;
  size_t larger = wanted < 4096 ? 4096 : 2 * wanted;
  void *moved = realloc(*place, larger * size);
  if (!moved) return 0;
  *place = moved;
  *room = larger;
  return 1;
}

static size_t copy(const void *from, size_t size) {
  memcpy(bytes + byte_count, from, size);
  byte_count += size;
  return byte_count - size;
}

int fanout_keep(const void *topic, size_t topic_size, const void *body, size_t body_size) {
  if (!grow((void **)&messages, &message_room, message_count + 1, sizeof *messages) ||
      !grow((void **)&bytes, &byte_room, byte_count + topic_size + body_size, 1))
    return 0;
  size_t topic_place = copy(topic, topic_size);
  messages[message_count++] = (kept){topic_place, topic_size, copy(body, body_size), body_size};
  return 1;
}

int64_t fanout_send_kept(void) {
  for (size_t i = 0; i < message_count; i++) {
    const kept *message = &messages[i];
    if (!fanout_send(bytes + message->topic, message->topic_size, bytes + message->body, message->body_size))
      return -1;
    if ((i + 1) % fanout_look == 0 && !fanout_pace((int64_t)i + 1)) return -1;
  }
  return (int64_t)message_count;
}
