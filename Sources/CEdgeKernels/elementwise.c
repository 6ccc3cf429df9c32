#include "simd.h"

#define BODY "elementwise_body.h"
#include "each_isa.h"

/* Rows without gaps are one long row: no tail per row. */
static void join_rows(int64_t *rows, int64_t *columns, int gapless) {
  if (gapless) {
    *columns *= *rows;
    *rows = 1;
  }
}

void ek_add_f32(ek_isa isa, int64_t rows, int64_t columns, const float *a, int64_t a_stride,
                const float *b, int64_t b_stride, float *y, int64_t y_stride) {
  join_rows(&rows, &columns, a_stride == columns && b_stride == columns && y_stride == columns);
  DISPATCH(isa, add, rows, columns, a, a_stride, b, b_stride, y, y_stride);
}

void ek_multiply_f32(ek_isa isa, int64_t rows, int64_t columns, const float *a, int64_t a_stride,
                     const float *b, int64_t b_stride, float *y, int64_t y_stride) {
  join_rows(&rows, &columns, a_stride == columns && b_stride == columns && y_stride == columns);
  DISPATCH(isa, multiply, rows, columns, a, a_stride, b, b_stride, y, y_stride);
}

void ek_multiply_add_f32(ek_isa isa, int64_t rows, int64_t columns, const float *a,
                         int64_t a_stride, const float *b, int64_t b_stride, const float *c,
                         int64_t c_stride, float *y, int64_t y_stride) {
  join_rows(&rows, &columns,
            a_stride == columns && b_stride == columns && c_stride == columns &&
                y_stride == columns);
  DISPATCH(isa, multiply_add, rows, columns, a, a_stride, b, b_stride, c, c_stride, y, y_stride);
}

void ek_scale_shift_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x,
                        int64_t x_stride, const float *scale, const float *shift,
                        ek_activation activation, float *y, int64_t y_stride) {
  join_rows(&rows, &columns, x_stride == columns && y_stride == columns && !scale && !shift);
  DISPATCH(isa, scale_shift, activation, rows, columns, x, x_stride, scale, shift, y, y_stride);
}

void ek_affine_f32(ek_isa isa, int64_t rows, int64_t columns, float factor, float term,
                   const float *x, int64_t x_stride, float *y, int64_t y_stride) {
  join_rows(&rows, &columns, x_stride == columns && y_stride == columns);
  DISPATCH(isa, affine, rows, columns, factor, term, x, x_stride, y, y_stride);
}

void ek_embed_f32(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                  int64_t first_column, int64_t y_columns, float *y, int64_t y_stride) {
  const size_t rest = (size_t)(y_columns - first_column - columns);
  for (; rows > 0; rows--, x += x_stride, y += y_stride) {
    memset(y, 0, (size_t)first_column * sizeof(float));
    memcpy(y + first_column, x, (size_t)columns * sizeof(float));
    memset(y + first_column + columns, 0, rest * sizeof(float));
  }
}

void ek_copy_f32(int64_t rows, int64_t columns, const float *x, int64_t x_stride, float *y,
                 int64_t y_stride) {
  join_rows(&rows, &columns, x_stride == columns && y_stride == columns);
  if (columns <= 0) return;
  for (; rows > 0; rows--, x += x_stride, y += y_stride)
    memcpy(y, x, (size_t)columns * sizeof(float));
}
