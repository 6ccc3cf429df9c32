#include "activation_body.h"

/* y = value for one row, in terms of the vectors a and b. */
#define BINARY_ROW(value)                                                     \
  int64_t j = 0;                                                              \
  for (; j + VW <= columns; j += VW) {                                        \
    vf a = vload(a_row + j), b = vload(b_row + j);                            \
    vstore(y_row + j, value);                                                 \
  }                                                                           \
  if (j < columns) {                                                          \
    vf a = vload_part(a_row + j, columns - j), b = vload_part(b_row + j, columns - j); \
    vstore_part(y_row + j, value, columns - j);                               \
  }

static void NAME(add)(int64_t rows, int64_t columns, const float *a_row, int64_t a_stride,
                      const float *b_row, int64_t b_stride, float *y_row, int64_t y_stride) {
  for (; rows > 0; rows--, a_row += a_stride, b_row += b_stride, y_row += y_stride) {
    BINARY_ROW(a + b)
  }
}

static void NAME(multiply)(int64_t rows, int64_t columns, const float *a_row, int64_t a_stride,
                           const float *b_row, int64_t b_stride, float *y_row, int64_t y_stride) {
  for (; rows > 0; rows--, a_row += a_stride, b_row += b_stride, y_row += y_stride) {
    BINARY_ROW(a * b)
  }
}
#undef BINARY_ROW

static void NAME(multiply_add)(int64_t rows, int64_t columns, const float *a, int64_t a_stride,
                               const float *b, int64_t b_stride, const float *c,
                               int64_t c_stride, float *y, int64_t y_stride) {
  for (; rows > 0; rows--, a += a_stride, b += b_stride, c += c_stride, y += y_stride) {
    int64_t j = 0;
    for (; j + VW <= columns; j += VW)
      vstore(y + j, vfma(vload(a + j), vload(b + j), vload(c + j)));
    const int64_t rest = columns - j;
    if (rest > 0) {
      vf sum = vfma(vload_part(a + j, rest), vload_part(b + j, rest), vload_part(c + j, rest));
      vstore_part(y + j, sum, rest);
    }
  }
}

static void NAME(affine)(int64_t rows, int64_t columns, float factor, float term, const float *x,
                         int64_t x_stride, float *y, int64_t y_stride) {
  const vf a = (vf)factor, b = (vf)term;
  for (; rows > 0; rows--, x += x_stride, y += y_stride) {
    int64_t j = 0;
    for (; j + VW <= columns; j += VW) vstore(y + j, vfma(vload(x + j), a, b));
    if (j < columns)
      vstore_part(y + j, vfma(vload_part(x + j, columns - j), a, b), columns - j);
  }
}

INLINE void NAME(scale_shift_as)(ek_activation activation, int64_t rows, int64_t columns,
                                 const float *x, int64_t x_stride, const float *scale,
                                 const float *shift, float *y, int64_t y_stride) {
  const vf one = (vf)1.0f, zero = (vf)0.0f;
  for (; rows > 0; rows--, x += x_stride, y += y_stride) {
    int64_t j = 0;
    for (; j + VW <= columns; j += VW) {
      vf factor = scale ? vload(scale + j) : one, term = shift ? vload(shift + j) : zero;
      vstore(y + j, NAME(activate)(activation, vfma(vload(x + j), factor, term)));
    }
    int64_t rest = columns - j;
    if (rest > 0) {
      vf factor = scale ? vload_part(scale + j, rest) : one;
      vf term = shift ? vload_part(shift + j, rest) : zero;
      vf value = NAME(activate)(activation, vfma(vload_part(x + j, rest), factor, term));
      vstore_part(y + j, value, rest);
    }
  }
}

static void NAME(scale_shift)(ek_activation activation, int64_t rows, int64_t columns,
                              const float *x, int64_t x_stride, const float *scale,
                              const float *shift, float *y, int64_t y_stride) {
  BY_ACTIVATION(activation, NAME(scale_shift_as), rows, columns, x, x_stride, scale, shift, y,
                y_stride)
}
