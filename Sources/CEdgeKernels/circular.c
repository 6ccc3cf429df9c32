#include "simd.h"

/* Outputs, or taps, whose sums are kept in registers at once. */
#define BLOCK 8

/* Whether a line is convolved by halves. Of shorter ones the sums and differences cost as much as
 * they save. */
static inline int ek_is_halved(int64_t extent) { return extent % 2 == 0 && extent >= 10; }

#define BODY "circular_body.h"
#include "each_isa.h"

int64_t ek_circular_tap_rows(int64_t extent) { return 2 * extent; }

/* At most taps, a line of inputs, one of outputs and its halves, in vectors of 16 floats. */
int64_t ek_circular_scratch_count(int64_t extent) { return 5 * extent * 16; }

/* Row m has the tap of the difference m - (extent - 1) between the places of input and output. By
 * halves of h pixels, row m has half the sum of the taps of the differences m - (h - 1) and
 * m - (h - 1) + h, and row 2 h - 1 + m half their difference. */
void ek_circular_prepare_f32(int64_t extent, int64_t taps, int64_t channels, const float *weights,
                             int backward, float *prepared, int64_t prepared_stride) {
  const int halved = ek_is_halved(extent);
  const int64_t length = halved ? extent / 2 : extent;
  for (int64_t m = 0; m < 2 * length - 1; m++) {
    const int64_t difference = m - (length - 1);
    const int64_t near = ((backward ? -difference : difference) + extent) % extent;
    const int64_t far = (near + length) % extent;
    float *row = prepared + m * prepared_stride;
    float *other = row + (2 * length - 1) * prepared_stride;
    for (int64_t c = 0; c < channels; c++) {
      const float a = near < taps ? weights[c * taps + near] : 0.0f;
      const float b = far < taps ? weights[c * taps + far] : 0.0f;
      row[c] = halved ? 0.5f * (a + b) : a;
      if (halved) other[c] = 0.5f * (a - b);
    }
  }
}

void ek_circular_f32(ek_isa isa, const ek_circular_shape *shape, const float *x,
                     const float *prepared, const float *bias, int64_t first_line,
                     int64_t end_line, float *y, float *scratch) {
  DISPATCH(isa, circular, shape, x, prepared, bias, first_line, end_line, y, scratch);
}

void ek_circular_weight_gradient_f32(ek_isa isa, const ek_circular_shape *shape, int64_t taps,
                                     const float *x, const float *dy, int64_t first_line,
                                     int64_t end_line, float *dw, float *scratch) {
  DISPATCH(isa, circular_taps, shape, taps, x, dy, first_line, end_line, dw, scratch);
}
