/* 12 chains hide a latency of 4 cycles at two or three multiply-adds a cycle, and with the factor
 * and the term they fit in 16 registers. */
static void NAME(peak)(int64_t iterations, float *sink, double *flops) {
  vf sum[12];
  UNROLL for (int i = 0; i < 12; i++) sum[i] = (vf)(float)i;
  /* From memory, so that nothing can be computed in advance; the sums converge. */
  const volatile float *source = sink;
  vf factor = (vf)(source[0] * 0.0f + 0.5f), term = (vf)(source[0] * 0.0f + 0.25f);
  KEEP_ROLLED for (int64_t n = 0; n < iterations; n++) {
    UNROLL for (int i = 0; i < 12; i++) sum[i] = vfma(sum[i], factor, term);
  }
  vf total = (vf)0.0f;
  UNROLL for (int i = 0; i < 12; i++) total += sum[i];
  *sink = vsum(total);
  *flops = (double)iterations * 12 * VW * 2;
}
