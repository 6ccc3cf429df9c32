/* What the bodies of softmax attention share. */
#ifndef SOFTMAX_ATTENTION_H
#define SOFTMAX_ATTENTION_H

#include "edge_attention.h"
#include "simd.h"

/* Columns of a tile of scores: whole panels of every instruction set. */
#define QUERIES EK_ATTENTION_QUERIES

static inline ek_token_grid ek_even_grid(int64_t stride) {
  return (ek_token_grid){INT64_MAX, stride, 0};
}

/* The token that is read or written next. */
typedef struct {
  const ek_token_grid *grid;
  int64_t column, offset; /* its place in its row, and after the first token */
} ek_token_cursor;

static inline ek_token_cursor ek_token_at(const ek_token_grid *grid, int64_t t) {
  const int64_t row = t / grid->columns, column = t % grid->columns;
  return (ek_token_cursor){grid, column, row * grid->row_stride + column * grid->stride};
}

/* The next token's offset. */
static inline int64_t ek_next_token(ek_token_cursor *cursor) {
  const ek_token_grid *grid = cursor->grid;
  const int64_t offset = cursor->offset;
  cursor->offset += grid->stride;
  if (++cursor->column == grid->columns) {
    cursor->column = 0;
    cursor->offset += grid->row_stride - grid->columns * grid->stride;
  }
  return offset;
}

#endif
