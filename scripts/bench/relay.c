/*
 * The yardstick of the tick-to-venue benchmark: the colony's chain of processes with only libzmq in it.
 *
 * Five processes with the same sockets, frame counts and frame sizes as feed, signal, risk, executor, venue:
 *   feed (PUB) -> signal (SUB, PUB) -> risk (SUB, DEALER) -> executor (ROUTER, DEALER) -> venue (ROUTER)
 * For every tick the feed publishes a best quote and metrics, as Waggle's does, and signal answers the second
 * of the two; risk and executor hear the feed too, and drop it. For every target the executor sends so many
 * cancels and then so many orders; the venue times the orders. Every frame carries the time at which the feed
 * began the tick and the time at which it was sent; each process prints, when told to stop (SIGTERM), the
 * distribution of what had passed at its receipt. Waggle's own figures are taken between the same points.
 *
 * relay feed OUT TOP METRICS RATE SECONDS | relay signal IN OUT METRICS SIZE | relay risk FEED IN OUT SIZE |
 * relay executor FEED IN OUT CANCELS CANCEL ORDERS ORDER | relay venue IN ORDER | relay version |
 * relay observers PUBLISHER COUNT (so many subscribers to everything, who drop it and tell how much it was)
 * (TOP, METRICS, SIZE, CANCEL, ORDER: bytes of a frame; CANCELS, ORDERS: how many; RATE: ticks a second)
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { MAX_FRAME = 65536, MIN_FRAME = 16, MAX_BURST = 200, MAX_SAMPLES = 1 << 20, MAX_OBSERVERS = 200 };

static volatile sig_atomic_t stopped;
static void on_signal(int number) { (void)number; stopped = 1; }

static void *context;
static char in_frame[MAX_FRAME], out_frame[MAX_FRAME];

static int64_t now_nanos(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Sleeping, not spinning: Waggle's processes wait for their sockets too. */
static void sleep_nanos(int64_t nanos) {
  struct timespec pause = {nanos / 1000000000, nanos % 1000000000};
  if (nanos > 0) nanosleep(&pause, NULL);
}

static void *open_socket(int type, const char *endpoint, int binds) {
  void *socket = zmq_socket(context, type);
  int zero = 0;
  zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
  if (type == ZMQ_SUB) zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
  if ((binds ? zmq_bind(socket, endpoint) : zmq_connect(socket, endpoint)) != 0) {
    fprintf(stderr, "relay: %s: %s\n", endpoint, zmq_strerror(zmq_errno()));
    exit(1);
  }
  return socket;
}

/* ---------- samples ---------- */

typedef struct {
  int64_t *values;
  size_t count;
} samples;

static samples hop, since_origin;

static void add(samples *to, int64_t value) {
  if (!to->values) to->values = calloc(MAX_SAMPLES, sizeof *to->values);
  if (to->values && to->count < MAX_SAMPLES) to->values[to->count++] = value;
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* The smallest value that so many thousandths of all do not exceed, in microseconds. */
static double percentile(const samples *from, size_t thousandths) {
  size_t rank = (from->count * thousandths + 999) / 1000;
  return (double)from->values[rank ? rank - 1 : 0] / 1e3;
}

static void print_samples(const char *name, samples *from) {
  printf("\"%s\":{\"count\":%zu", name, from->count);
  if (from->count > 0) {
    qsort(from->values, from->count, sizeof *from->values, ascending);
    printf(",\"p50\":%.2f,\"p99\":%.2f,\"p999\":%.2f", percentile(from, 500), percentile(from, 990),
           percentile(from, 999));
  }
  printf("}");
}

static void print_all(void) {
  printf("{");
  print_samples("hop", &hop);
  printf(",");
  print_samples("sinceOrigin", &since_origin);
  printf("}\n");
}

/* ---------- frames: 8 bytes time of the tick, 8 bytes time of sending, filling ---------- */

static void stamp(char *frame, int64_t tick) {
  int64_t sent = now_nanos();
  memcpy(frame, &tick, sizeof tick);
  memcpy(frame + sizeof tick, &sent, sizeof sent);
}

/* Takes the times of a received frame; gives the time of the tick. */
static int64_t take(const char *frame) {
  int64_t tick, sent, now = now_nanos();
  memcpy(&tick, frame, sizeof tick);
  memcpy(&sent, frame + sizeof tick, sizeof sent);
  add(&hop, now - sent);
  add(&since_origin, now - tick);
  return tick;
}

static void publish(void *socket, const char *topic, const char *frame, size_t size) {
  zmq_send(socket, topic, strlen(topic), ZMQ_SNDMORE);
  zmq_send(socket, frame, size, 0);
}

/* The last frame of the next message, whatever precedes it; its size, or -1 when nothing is there. */
static int receive_last(void *socket, char *frame) {
  int size, more;
  size_t length = sizeof more;
  do {
    size = zmq_recv(socket, frame, MAX_FRAME, ZMQ_DONTWAIT);
    if (size < 0) return -1;
    zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &length);
  } while (more);
  return size;
}

static int wait_for(void *socket) {
  zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
  return zmq_poll(&item, 1, 100) > 0;
}

/* Waits for either; whether the first has something. What the second has is dropped. */
static int wait_for_first(void *first, void *second) {
  zmq_pollitem_t items[] = {{first, 0, ZMQ_POLLIN, 0}, {second, 0, ZMQ_POLLIN, 0}};
  if (zmq_poll(items, 2, 100) <= 0) return 0;
  if (items[1].revents)
    while (receive_last(second, in_frame) >= 0) continue;
  return items[0].revents;
}

/* ---------- roles ---------- */

static void feed(void *out, size_t top, size_t metrics, double rate, double seconds) {
  int64_t gap = (int64_t)(1e9 / rate);
  sleep_nanos(1000000000); /* subscriptions arrive */
  int64_t next = now_nanos(), end = next + (int64_t)(seconds * 1e9);
  while (!stopped && next < end) {
    sleep_nanos(next - now_nanos());
    int64_t tick = now_nanos();
    stamp(out_frame, tick);
    publish(out, "market.top.BTCUSDT.SIM.", out_frame, top);
    publish(out, "market.metrics.BTCUSDT.SIM.", out_frame, metrics);
    next += gap;
  }
  while (!stopped) sleep_nanos(10000000);
}

static void relay_signal(void *in, void *out, int metrics, size_t size) {
  while (!stopped) {
    if (!wait_for(in)) continue;
    for (int got; (got = receive_last(in, in_frame)) >= 0;) {
      if (got != metrics) continue;
      stamp(out_frame, take(in_frame));
      publish(out, "signal.quote.1.BTCUSDT.SIM.", out_frame, size);
    }
  }
}

static void relay_risk(void *feed, void *in, void *out, size_t size) {
  while (!stopped) {
    if (!wait_for_first(in, feed)) continue;
    while (receive_last(in, in_frame) >= 0) {
      stamp(out_frame, take(in_frame));
      zmq_send(out, out_frame, size, ZMQ_DONTWAIT);
    }
  }
}

/* All frames of a turn carry the time at which its sending began, as Waggle's do. */
static void relay_executor(
    void *feed, void *in, void *out, long cancels, size_t cancel, long orders, size_t order) {
  while (!stopped) {
    if (!wait_for_first(in, feed)) continue;
    while (receive_last(in, in_frame) >= 0) {
      stamp(out_frame, take(in_frame));
      for (long i = 0; i < cancels; i++) zmq_send(out, out_frame, cancel, ZMQ_DONTWAIT);
      for (long i = 0; i < orders; i++) zmq_send(out, out_frame, order, ZMQ_DONTWAIT);
    }
  }
}

static void venue(void *in, int order) {
  while (!stopped) {
    if (!wait_for(in)) continue;
    for (int got; (got = receive_last(in, in_frame)) >= 0;)
      if (got == order) take(in_frame);
  }
}

static void observers(const char *publisher, long count) {
  static zmq_pollitem_t items[MAX_OBSERVERS];
  long taken = 0;
  for (long i = 0; i < count; i++)
    items[i] = (zmq_pollitem_t){open_socket(ZMQ_SUB, publisher, 0), 0, ZMQ_POLLIN, 0};
  while (!stopped) {
    if (zmq_poll(items, (int)count, 100) <= 0) continue;
    for (long i = 0; i < count; i++)
      while (items[i].revents && receive_last(items[i].socket, in_frame) >= 0) taken++;
  }
  printf("{\"taken\":%ld}\n", taken);
}

static long number(const char *word, long least, long most) {
  char *end;
  errno = 0;
  long value = strtol(word, &end, 10);
  if (errno || *end || value < least || value > most) {
    fprintf(stderr, "relay: '%s' is no whole number from %ld to %ld\n", word, least, most);
    exit(64);
  }
  return value;
}

static size_t size_of(const char *word) { return (size_t)number(word, MIN_FRAME, MAX_FRAME); }

static long how_many(const char *word) { return number(word, 0, MAX_BURST); }

static double positive(const char *word) {
  char *end;
  double value = strtod(word, &end);
  if (*end || !(value > 0)) {
    fprintf(stderr, "relay: '%s' is no number above 0\n", word);
    exit(64);
  }
  return value;
}

int main(int count, char **words) {
  signal(SIGTERM, on_signal);
  signal(SIGINT, on_signal);
  context = zmq_ctx_new();
  const char *role = count > 1 ? words[1] : "";
  if (!strcmp(role, "feed") && count == 7) {
    feed(open_socket(ZMQ_PUB, words[2], 1), size_of(words[3]), size_of(words[4]), positive(words[5]),
         positive(words[6]));
    return 0;
  } else if (!strcmp(role, "signal") && count == 6) {
    relay_signal(open_socket(ZMQ_SUB, words[2], 0), open_socket(ZMQ_PUB, words[3], 1), (int)size_of(words[4]),
                 size_of(words[5]));
  } else if (!strcmp(role, "risk") && count == 6) {
    relay_risk(open_socket(ZMQ_SUB, words[2], 0), open_socket(ZMQ_SUB, words[3], 0),
               open_socket(ZMQ_DEALER, words[4], 0), size_of(words[5]));
  } else if (!strcmp(role, "executor") && count == 9) {
    relay_executor(open_socket(ZMQ_SUB, words[2], 0), open_socket(ZMQ_ROUTER, words[3], 1),
                   open_socket(ZMQ_DEALER, words[4], 0), how_many(words[5]), size_of(words[6]),
                   how_many(words[7]), size_of(words[8]));
  } else if (!strcmp(role, "venue") && count == 4) {
    venue(open_socket(ZMQ_ROUTER, words[2], 1), (int)size_of(words[3]));
  } else if (!strcmp(role, "observers") && count == 4) {
    observers(words[2], number(words[3], 1, MAX_OBSERVERS));
    return 0;
  } else if (!strcmp(role, "version") && count == 2) {
    int major, minor, patch;
    zmq_version(&major, &minor, &patch);
    printf("%d.%d.%d\n", major, minor, patch);
    return 0;
  } else {
    fprintf(stderr, "relay: see the comment at the top of relay.c for its words\n");
    return 64;
  }
  print_all();
  return 0;
}
