#include "simd.h"

/* Tiles whose lines, of both arrays, stay in the first-level cache. */
#define TILE 16

void ek_transpose_f32(int64_t rows, int64_t columns, const float *x, int64_t x_stride, float *y,
                      int64_t y_stride) {
  for (int64_t i = 0; i < rows; i += TILE) {
    const int64_t last_row = ek_smaller(i + TILE, rows);
    for (int64_t j = 0; j < columns; j += TILE) {
      const int64_t last_column = ek_smaller(j + TILE, columns);
      for (int64_t c = j; c < last_column; c++)
        for (int64_t r = i; r < last_row; r++) y[c * y_stride + r] = x[r * x_stride + c];
    }
  }
}
