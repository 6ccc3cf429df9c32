#include "depthwise.h"

/* Floats of one vector of channels of a band of rows, of the input and of the gradient: fits a
 * first-level cache. */
#define BAND_FLOATS (8 * 1024)

#define BODY "depthwise_gradient_body.h"
#include "each_isa.h"

void ek_depthwise_input_gradient_f32(ek_isa isa, const ek_depthwise_shape *shape, const float *dy,
                                     const float *weights, int64_t first_row, int64_t end_row,
                                     float *dx) {
  DISPATCH(isa, depthwise_input, shape, dy, weights, first_row, end_row, dx);
}

void ek_depthwise_weight_gradient_f32(ek_isa isa, const ek_depthwise_shape *shape, const float *x,
                                      const float *dy, int64_t first_row, int64_t end_row,
                                      float *dw) {
  DISPATCH(isa, depthwise_taps, shape, x, dy, first_row, end_row, dw);
}
