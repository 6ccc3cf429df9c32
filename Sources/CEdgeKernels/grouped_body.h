/* The channels of groups, `count` of each, as planes of the p-th channels and back. Pairs go by
 * whole vectors. */

typedef float NAME(pairs) __attribute__((ext_vector_type(2 * VW), aligned(4), may_alias));

static void NAME(to_planes)(int64_t pixels, int64_t groups, int64_t count, const float *x,
                            int64_t stride, float *planes, int64_t plane_stride) {
  for (; pixels > 0; pixels--, x += stride, planes += groups) {
    int64_t g = 0;
    for (; count == 2 && g + VW <= groups; g += VW) {
      NAME(pairs) both = *(const NAME(pairs) *)(x + 2 * g);
      vstore(planes + g, both.even);
      vstore(planes + plane_stride + g, both.odd);
    }
    for (int64_t p = 0; p < count; p++)
      for (int64_t i = g; i < groups; i++) planes[p * plane_stride + i] = x[i * count + p];
  }
}

static void NAME(from_planes)(int64_t pixels, int64_t groups, int64_t count, const float *planes,
                              int64_t plane_stride, float *y, int64_t stride) {
  for (; pixels > 0; pixels--, y += stride, planes += groups) {
    int64_t g = 0;
    for (; count == 2 && g + VW <= groups; g += VW) {
      NAME(pairs) both;
      both.even = vload(planes + g);
      both.odd = vload(planes + plane_stride + g);
      *(NAME(pairs) *)(y + 2 * g) = both;
    }
    for (int64_t p = 0; p < count; p++)
      for (int64_t i = g; i < groups; i++) y[i * count + p] = planes[p * plane_stride + i];
  }
}
