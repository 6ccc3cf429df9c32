/* What the products over rows share. Each number format is one pair of files, as for matmul.h:
 * `matmul_tn_x_body.h` says how rows are packed and multiplied, and includes matmul_tn_body.h. */
#ifndef MATMUL_TN_H
#define MATMUL_TN_H

#include "simd.h"

/* Packed rows of one chunk, whose products are summed in registers and then added to C: few enough
 * for the rounding errors to stay small. A packed row is one row, or a pair of bfloat16 ones. */
#define CHUNK 256
/* Columns of A and of B in a block. What a chunk has of both fits a second-level cache of 512 KB. */
#define LEFT_COLUMNS 180
#define RIGHT_COLUMNS 256
/* Strips of packed columns are a line further apart than they are long: at multiples of a page they
 * would share few sets of the cache. */
#define STRIP_GAP 16

typedef struct {
  int64_t m, n, k;
  const float *a;
  int64_t a_stride;
  const ek_rows *b;
  float *c;
  int64_t c_stride;
  int accumulate;
  float *scratch;
} ek_row_product;

/* The row that is read next. */
typedef struct {
  const ek_rows *rows;
  const float *group;
  int64_t index; /* in its group */
} ek_row_cursor;

static inline ek_row_cursor ek_row_at(const ek_rows *rows, int64_t p) {
  ek_row_cursor cursor = {rows, rows->at, p};
  if (p >= rows->group) {
    cursor.group += p / rows->group * rows->group_stride;
    cursor.index = p % rows->group;
  }
  return cursor;
}

static inline const float *ek_next_row(ek_row_cursor *cursor) {
  const float *row = cursor->group + cursor->index * cursor->rows->stride;
  if (++cursor->index == cursor->rows->group) {
    cursor->index = 0;
    cursor->group += cursor->rows->group_stride;
  }
  return row;
}

#endif
