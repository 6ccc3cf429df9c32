/* What the products of all number formats share. Each format is one pair of files, like a family:
 * `matmul_x_body.h` says how elements of A and of packed B are read and multiplied, and includes
 * matmul_body.h, which has the blocking and the way out. */
#ifndef MATMUL_H
#define MATMUL_H

#include "simd.h"

/* Bytes of A that a block of rows may have: half of a second-level cache of 512 KB. */
#define LEFT_BYTES (256 * 1024)

/* A product as the bodies see it. `k` and the strides of A count elements as the format multiplies
 * them: numbers, or pairs of bfloat16. */
typedef struct {
  int64_t m, n, k;
  const void *a;
  int64_t row_stride, segments, segment_stride;
  const void *packed;
  void *c;
  int64_t c_stride;
  const ek_epilogue *epilogue;
  int rounds_output; /* whether `c` is bfloat16 */
} ek_product;

static const ek_epilogue ek_no_epilogue = {0};

/* A product whose A and C are float32. */
static inline ek_product ek_float_product(int64_t m, int64_t n, int64_t k, const ek_left *left,
                                          const void *packed, float *c, int64_t c_stride,
                                          const ek_epilogue *epilogue) {
  ek_product product = {.m = m, .n = n, .k = k, .rounds_output = 0};
  product.a = left->a;
  product.row_stride = left->row_stride;
  product.segments = left->segments;
  product.segment_stride = left->segment_stride;
  product.packed = packed;
  product.c = c;
  product.c_stride = c_stride;
  product.epilogue = epilogue ? epilogue : &ek_no_epilogue;
  return product;
}

#endif
