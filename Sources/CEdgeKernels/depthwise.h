/* What depthwise convolutions and their derivatives share. */
#ifndef DEPTHWISE_H
#define DEPTHWISE_H

#include "simd.h"

/* The taps of a row or column of the kernel that are inside an image of `extent` pixels, the first
 * tap being at `place`. */
static inline void ek_taps_inside(int64_t place, int64_t extent, int64_t taps, int64_t dilation,
                                  int64_t *first, int64_t *end) {
  *first = place >= 0 ? 0 : ek_smaller(ek_ceil_div(-place, dilation), taps);
  *end = extent > place ? ek_smaller((extent - place - 1) / dilation + 1, taps) : 0;
  *end = ek_larger(*first, *end);
}

#endif
