// The layouts are those of Sources/Wire/messages.xml, as packed structs that are copied whole.
#include "CCodecYardstick.h"

#include <string.h>

#define WIRE __attribute__((packed))

typedef struct WIRE {
  uint16_t block_length, template_id, schema_id, version;
} header;

typedef struct WIRE {
  uint16_t sender, flags;
  uint32_t epoch;
  uint64_t sequence;
  int64_t sent, origin;
  uint64_t correlation_high, correlation_low;
} envelope;

typedef struct WIRE {
  uint16_t block_length, count;
} group;

typedef struct WIRE {
  int64_t price, quantity;
} level;

typedef struct WIRE {
  double offset_bps;
  int64_t quantity;
  double urgency;
} quote;

typedef struct WIRE {
  header header;
  envelope envelope;
  uint16_t account;
  uint32_t instrument;
  char cl_ord_id[36];
  uint8_t side, ord_type, time_in_force, exec_inst;
  int64_t price, quantity, request_nanos, recv_window_nanos, stop_price;
  char linked_cl_ord_id[36];
} new_order;

typedef struct WIRE {
  header header;
  envelope envelope;
  uint32_t instrument;
  int64_t event_nanos, bid_price, bid_quantity, ask_price, ask_quantity;
  uint64_t venue_update_id;
} top_of_book;

typedef struct WIRE {
  header header;
  envelope envelope;
  uint32_t instrument;
  int64_t event_nanos, mid, micro_price;
  double spread, volatility, uncertainty, imbalance, adverse_selection, buy_rate, sell_rate;
  uint8_t state;
} market_metrics;

typedef struct WIRE {
  header header;
  envelope envelope;
  uint16_t strategy;
  uint32_t instrument;
  uint64_t revision, fill_sequence_seen;
  int64_t reference_price, valid_until, event_nanos;
  double taker_buy_rate, taker_sell_rate;
} quote_signal;

typedef struct WIRE {
  header header;
  envelope envelope;
  uint16_t account, strategy;
  uint32_t instrument;
  uint64_t revision, fill_sequence_seen;
  int64_t valid_until, event_nanos;
} target_quotes;

typedef struct WIRE {
  header header;
  envelope envelope;
  uint32_t instrument;
  int64_t event_nanos;
  uint64_t venue_update_id;
} book_delta;

// MARK: - Values

static new_order orders[yardstick_variants];
static top_of_book tops[yardstick_variants];
static market_metrics metrics[yardstick_variants];
static quote_signal signals[yardstick_variants];
static target_quotes targets[yardstick_variants];
static book_delta deltas[yardstick_variants];
static level levels[yardstick_variants][yardstick_book_levels];
static quote quotes[yardstick_variants][yardstick_quote_levels];

#define HEADER(type, id) ((header){sizeof(type) - sizeof(header), id, 1, 3})

static envelope envelope_of(int64_t i) {
  return (envelope){5, 0, 3, 1000 + i, 1700000000000000000 + i, 1700000000000000000 - i, 7, i};
}

void yardstick_prepare(void) {
  for (int64_t i = 0; i < yardstick_variants; i++) {
    envelope e = envelope_of(i);
    orders[i] = (new_order){HEADER(new_order, 60), e, 1, 1, "", 1, 2, 1, 1, 60000000000000 + i, 1000000 + i,
                            1700000000000000000 + i, 5000000000, 59000000000000};
    memcpy(orders[i].cl_ord_id, "W-1-3-1000", 10);
    tops[i] = (top_of_book){HEADER(top_of_book, 4), e, 1, 1600000000000000000 + i, 60000000000000 + i,
                            2000000 + i, 60001000000000 + i, 3000000 + i, 77 + i};
    metrics[i] = (market_metrics){HEADER(market_metrics, 6), e, 1, 1600000000000000000 + i,
                                  60000500000000 + i, 60000400000000 + i, 1.5 + i, 0.5 + i, 0.05 + i,
                                  0.25 + i, 0.125 + i, 5 + i, 4 + i, 2};
    signals[i] = (quote_signal){HEADER(quote_signal, 20), e, 1, 1, 9 + i, 4, 60000500000000 + i,
                                1700000001000000000 + i, 1600000000000000000 + i, 0.5, 0.25};
    targets[i] = (target_quotes){HEADER(target_quotes, 30), e, 1, 1, 1, 9 + i, 4,
                                 1700000001000000000 + i, 1600000000000000000 + i};
    deltas[i] = (book_delta){HEADER(book_delta, 3), e, 1, 1600000000000000000 + i, 77 + i};
    for (int64_t k = 0; k < yardstick_book_levels; k++)
      levels[i][k] = (level){60000000000000 + i - 10000000 * k, 1000000 + k};
    for (int64_t k = 0; k < yardstick_quote_levels; k++) quotes[i][k] = (quote){1.5 + k, 1000000 + i, 0.5};
  }
}

// MARK: - Encoding

__attribute__((noinline)) void yardstick_barrier(void) { __asm__ volatile("" ::: "memory"); }

static uint8_t *put_levels(uint8_t *out, const level *from, uint16_t count) {
  group head = {sizeof(level), count};
  memcpy(out, &head, sizeof head);
  memcpy(out + sizeof head, from, count * sizeof(level));
  return out + sizeof head + count * sizeof(level);
}

static uint8_t *put_quotes(uint8_t *out, const quote *from, uint16_t count) {
  group head = {sizeof(quote), count};
  memcpy(out, &head, sizeof head);
  memcpy(out + sizeof head, from, count * sizeof(quote));
  return out + sizeof head + count * sizeof(quote);
}

#define PUT(value) (memcpy(frame, &(value), sizeof(value)), frame + sizeof(value))

size_t yardstick_encode(yardstick_message message, size_t variant, uint8_t *frame) {
  uint8_t *end = frame;
  uint16_t no_text = 0;
  switch (message) {
    case yardstick_new_order: end = PUT(orders[variant]); break;
    case yardstick_top_of_book: end = PUT(tops[variant]); break;
    case yardstick_market_metrics: end = PUT(metrics[variant]); break;
    case yardstick_quote_signal:
      end = put_quotes(PUT(signals[variant]), quotes[variant], yardstick_quote_levels);
      end = put_quotes(end, quotes[variant], yardstick_quote_levels);
      memcpy(end, &no_text, sizeof no_text);
      end += sizeof no_text;
      break;
    case yardstick_target_quotes:
      end = put_levels(PUT(targets[variant]), levels[variant], yardstick_quote_levels);
      end = put_levels(end, levels[variant], yardstick_quote_levels);
      break;
    case yardstick_book_delta:
      end = put_levels(PUT(deltas[variant]), levels[variant], yardstick_book_levels);
      end = put_levels(end, levels[variant], yardstick_book_levels);
      break;
  }
  return (size_t)(end - frame);
}

uint64_t yardstick_encode_many(yardstick_message message, size_t count, uint8_t *frame) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    sum += yardstick_encode(message, i % yardstick_variants, frame);
    yardstick_barrier();
  }
  return sum;
}

// MARK: - Decoding

static int is_message(const uint8_t *frame, size_t length, uint16_t id, size_t size) {
  header h;
  if (length < size) return 0;
  memcpy(&h, frame, sizeof h);
  return h.template_id == id && h.schema_id == 1 && h.block_length >= size - sizeof h;
}

static uint64_t bits(double value) {
  uint64_t word;
  memcpy(&word, &value, sizeof word);
  return word;
}

static uint64_t sum_envelope(envelope e) {
  return e.sender + e.flags + e.epoch + e.sequence + (uint64_t)e.sent + (uint64_t)e.origin + e.correlation_high +
         e.correlation_low;
}

/* Reads a group of levels; NULL when it does not fit. */
static const uint8_t *sum_levels(const uint8_t *at, const uint8_t *end, uint64_t *sum) {
  group head;
  if (end - at < (ptrdiff_t)sizeof head) return NULL;
  memcpy(&head, at, sizeof head);
  at += sizeof head;
  if (head.block_length < sizeof(level) || end - at < (ptrdiff_t)head.count * head.block_length) return NULL;
  for (uint16_t k = 0; k < head.count; k++, at += head.block_length) {
    level l;
    memcpy(&l, at, sizeof l);
    *sum += (uint64_t)l.price + (uint64_t)l.quantity;
  }
  return at;
}

static const uint8_t *sum_quotes(const uint8_t *at, const uint8_t *end, uint64_t *sum) {
  group head;
  if (end - at < (ptrdiff_t)sizeof head) return NULL;
  memcpy(&head, at, sizeof head);
  at += sizeof head;
  if (head.block_length < sizeof(quote) || end - at < (ptrdiff_t)head.count * head.block_length) return NULL;
  for (uint16_t k = 0; k < head.count; k++, at += head.block_length) {
    quote q;
    memcpy(&q, at, sizeof q);
    *sum += bits(q.offset_bps) + (uint64_t)q.quantity + bits(q.urgency);
  }
  return at;
}

static uint64_t decode_order(const uint8_t *frame, size_t length) {
  if (!is_message(frame, length, 60, sizeof(new_order))) return 0;
  new_order m;
  memcpy(&m, frame, sizeof m);
  uint64_t id = (uint64_t)(uint8_t)m.cl_ord_id[0] + (uint8_t)m.cl_ord_id[sizeof m.cl_ord_id - 1];
  return sum_envelope(m.envelope) + m.account + m.instrument + id + m.side + m.ord_type + m.time_in_force +
         m.exec_inst + (uint64_t)m.price + (uint64_t)m.quantity + (uint64_t)m.request_nanos +
         (uint64_t)m.recv_window_nanos + (uint64_t)m.stop_price;
}

static uint64_t decode_top(const uint8_t *frame, size_t length) {
  if (!is_message(frame, length, 4, sizeof(top_of_book))) return 0;
  top_of_book m;
  memcpy(&m, frame, sizeof m);
  return sum_envelope(m.envelope) + m.instrument + (uint64_t)m.event_nanos + (uint64_t)m.bid_price +
         (uint64_t)m.bid_quantity + (uint64_t)m.ask_price + (uint64_t)m.ask_quantity + m.venue_update_id;
}

static uint64_t decode_metrics(const uint8_t *frame, size_t length) {
  if (!is_message(frame, length, 6, sizeof(market_metrics))) return 0;
  market_metrics m;
  memcpy(&m, frame, sizeof m);
  return sum_envelope(m.envelope) + m.instrument + (uint64_t)m.event_nanos + (uint64_t)m.mid +
         (uint64_t)m.micro_price + bits(m.spread) + bits(m.volatility) + bits(m.uncertainty) + bits(m.imbalance) +
         bits(m.adverse_selection) + bits(m.buy_rate) + bits(m.sell_rate) + m.state;
}

static uint64_t decode_signal(const uint8_t *frame, size_t length) {
  if (!is_message(frame, length, 20, sizeof(quote_signal))) return 0;
  quote_signal m;
  memcpy(&m, frame, sizeof m);
  uint64_t sum = sum_envelope(m.envelope) + m.strategy + m.instrument + m.revision + m.fill_sequence_seen +
                 (uint64_t)m.reference_price + (uint64_t)m.valid_until + (uint64_t)m.event_nanos +
                 bits(m.taker_buy_rate) + bits(m.taker_sell_rate);
  const uint8_t *end = frame + length, *at = sum_quotes(frame + sizeof m, end, &sum);
  if (at) at = sum_quotes(at, end, &sum);
  return at ? sum : 0;
}

static uint64_t decode_targets(const uint8_t *frame, size_t length) {
  if (!is_message(frame, length, 30, sizeof(target_quotes))) return 0;
  target_quotes m;
  memcpy(&m, frame, sizeof m);
  uint64_t sum = sum_envelope(m.envelope) + m.account + m.strategy + m.instrument + m.revision +
                 m.fill_sequence_seen + (uint64_t)m.valid_until + (uint64_t)m.event_nanos;
  const uint8_t *end = frame + length, *at = sum_levels(frame + sizeof m, end, &sum);
  if (at) at = sum_levels(at, end, &sum);
  return at ? sum : 0;
}

static uint64_t decode_delta(const uint8_t *frame, size_t length) {
  if (!is_message(frame, length, 3, sizeof(book_delta))) return 0;
  book_delta m;
  memcpy(&m, frame, sizeof m);
  uint64_t sum = sum_envelope(m.envelope) + m.instrument + (uint64_t)m.event_nanos + m.venue_update_id;
  const uint8_t *end = frame + length, *at = sum_levels(frame + sizeof m, end, &sum);
  if (at) at = sum_levels(at, end, &sum);
  return at ? sum : 0;
}

static uint64_t decode(yardstick_message message, const uint8_t *frame, size_t length) {
  switch (message) {
    case yardstick_new_order: return decode_order(frame, length);
    case yardstick_top_of_book: return decode_top(frame, length);
    case yardstick_market_metrics: return decode_metrics(frame, length);
    case yardstick_quote_signal: return decode_signal(frame, length);
    case yardstick_target_quotes: return decode_targets(frame, length);
    case yardstick_book_delta: return decode_delta(frame, length);
  }
  return 0;
}

uint64_t yardstick_decode_many(yardstick_message message, size_t count, const uint8_t *frame, size_t length) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    sum += decode(message, frame, length);
    yardstick_barrier();
  }
  return sum;
}
