#include "simd.h"

#define BODY "peak_body.h"
#include "each_isa.h"

double ek_peak_flops(ek_isa isa, int64_t iterations, float *sink) {
  double flops = 0;
  *sink = 0.0f;
  DISPATCH(isa, peak, iterations, sink, &flops);
  return flops;
}
