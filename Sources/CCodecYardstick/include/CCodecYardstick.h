#pragma once

#include <stddef.h>
#include <stdint.h>

/// Six messages of the schema, encoded and decoded by hand in C: what `waggle-bench codec` measures Waggle's
/// generated codecs against.
typedef enum {
  yardstick_new_order,
  yardstick_top_of_book,
  yardstick_market_metrics,
  yardstick_quote_signal,
  yardstick_target_quotes,
  yardstick_book_delta,
} yardstick_message;

enum {
  /// Different values of each message; both sides take them in turn.
  yardstick_variants = 64,
  /// Levels a side of a quote signal or of target quotes, and of a book delta.
  yardstick_quote_levels = 3,
  yardstick_book_levels = 10,
  /// No frame here is longer.
  yardstick_frame_max = 1024,
};

/// Fills in the values. Call once before the rest.
void yardstick_prepare(void);

/// Encodes one variant and gives the length of the frame.
size_t yardstick_encode(yardstick_message message, size_t variant, uint8_t *frame);

/// Encodes `count` frames, one over the other; gives the sum of their lengths.
uint64_t yardstick_encode_many(yardstick_message message, size_t count, uint8_t *frame);

/// Checks and decodes a frame `count` times; gives the sum of all its fields (of a text, of its first and last byte),
/// the same as the Swift side's. 0 for a frame that is not this message.
uint64_t yardstick_decode_many(yardstick_message message, size_t count, const uint8_t *frame, size_t length);

/// Does nothing that a compiler can see: whatever memory others can reach must be written before and read after.
void yardstick_barrier(void);
