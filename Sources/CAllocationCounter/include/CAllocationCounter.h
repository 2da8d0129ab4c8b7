#pragma once

#include <stdint.h>

/// Allocations made so far by the calling thread, freed or not; always -1 in a build with a sanitizer.
int64_t allocation_count_of_this_thread(void);
