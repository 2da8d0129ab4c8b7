#pragma once

#include <stddef.h>
#include <stdint.h>

/// What `waggle-bench fanout` measures Waggle's publisher against: a loop of `zmq_send` over frames made before, and
/// the subscribers to both, in a process of their own.
enum {
  /// Subscribers at once.
  fanout_ears_max = 64,
  /// Messages under way that a publisher may be ahead of its slowest subscriber. Below half of the least queue on the
  /// way (16,384 messages a side; a sender learns of half a queue at a time that it has been read), so none is dropped.
  fanout_window = 4096,
  /// A publisher looks after so many messages where its subscribers are.
  fanout_look = 256,
  /// Socket options of type int that both publishers have alike.
  fanout_options = 11,
};

/// Starts the subscribers' process, which ends with this one; false if it cannot. Call before anything in this
/// process starts a thread.
int fanout_start_ears(void);

/// Has so many subscribers connect to `endpoint` and subscribe to everything, those before them gone.
void fanout_listen(const char *endpoint, int count);

/// What has arrived so far does not count; the number counted starts at 0.
void fanout_mark(void);

/// What the subscriber that has least has received since the mark.
int64_t fanout_least(void);

/// Waits while `sent` is more than the window ahead of the slowest subscriber; false when it stands still.
int fanout_pace(int64_t sent);

/// Waits until everyone has received `sent` messages; false when one has not and nothing more comes.
int fanout_await(int64_t sent);

/// When a subscriber last took something in, on the clock of `fanout_now`.
int64_t fanout_last_heard(void);
int64_t fanout_now(void);
void fanout_pause(int64_t nanos);

/// The number of an option, and the value it has here.
int fanout_option(int place);
int fanout_option_value(int place);

/// Opens the raw publisher, a PUB socket on a free port, and gives its endpoint; NULL if it cannot be opened.
const char *fanout_open(void);

/// Publishes one message by the raw publisher; false if it was refused.
int fanout_send(const void *topic, size_t topic_size, const void *body, size_t body_size);

/// Keeps a copy of a message for `fanout_send_kept`; false when memory ends.
int fanout_keep(const void *topic, size_t topic_size, const void *body, size_t body_size);

/// Publishes all that were kept, at the pace of the subscribers; how many, or -1 when one was refused or subscribers
/// stood still.
int64_t fanout_send_kept(void);
