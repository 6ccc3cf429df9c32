#include "row_body.h"

/* Comparing one by one to find the place is as fast as the processor foresees it: neighboring pixels
 * mostly have the same class. */
static void NAME(argmax)(int64_t rows, int64_t columns, const float *x, int64_t x_stride, float *y) {
  for (int64_t i = 0; i < rows; i++, x += x_stride) {
    const float top = NAME(row_largest)(columns, x)[0];
    int64_t place = 0;
    while (place < columns && x[place] != top) place++;
    y[i] = place < columns ? (float)place : 0.0f;
  }
}
