#include "depthwise.h"

/* Input floats of one vector of channels of a band of rows: fits a first-level cache. */
#define BAND_FLOATS (8 * 1024)

#define BODY "depthwise_body.h"
#include "each_isa.h"

void ek_depthwise_f32(ek_isa isa, const ek_depthwise_shape *shape, const float *x,
                      const float *weights, const float *bias, ek_activation activation,
                      int64_t first_row, int64_t end_row, float *y) {
  DISPATCH(isa, depthwise, shape, x, weights, bias, activation, first_row, end_row, y);
}
