#include "row_body.h"

/* ---- one class of each row ------------------------------------------------------------------ */

/* Whether a label is one of the classes; NaN isn't. */
static inline int NAME(is_class)(float label, int64_t columns) {
  return label >= 0.0f && label < (float)columns;
}

/* The negative logarithm of the softmax of one class. */
INLINE float NAME(class_loss)(int64_t columns, const float *z, int64_t class) {
  const vf lowest = (vf)-INFINITY;
  const vf top = NAME(row_largest)(columns, z);
  vf sum = (vf)0.0f;
  EACH_VECTOR(sum += NAME(exp)(NAME(take)(z + j, n, lowest) - top);)
  return (float)log((double)vsum(sum)) - (z[class] - top[0]);
}

static void NAME(indexed_cross_entropy)(int64_t rows, int64_t columns, const float *z,
                                        int64_t z_stride, const float *labels, float *y) {
  for (int64_t i = 0; i < rows; i++, z += z_stride) {
    const int counts = NAME(is_class)(labels[i], columns);
    y[i] = counts ? NAME(class_loss)(columns, z, (int64_t)labels[i]) : 0.0f;
  }
}

static void NAME(indexed_cross_entropy_gradient)(int64_t rows, int64_t columns, const float *dy,
                                                 const float *z, int64_t z_stride,
                                                 const float *labels, float *dz,
                                                 int64_t dz_stride) {
  const vf lowest = (vf)-INFINITY, zero = (vf)0.0f;
  /* The exponentials are computed twice: reading them back would wait for partial stores. */
  for (int64_t i = 0; i < rows; i++, z += z_stride, dz += dz_stride) {
    if (!NAME(is_class)(labels[i], columns)) {
      EACH_VECTOR(NAME(put)(dz + j, zero, n);)
      continue;
    }
    const vf top = NAME(row_largest)(columns, z);
    vf sum = zero;
    EACH_VECTOR(sum += NAME(exp)(NAME(take)(z + j, n, lowest) - top);)
    const vf share = (vf)(dy[i] / vsum(sum));
    const int64_t class = (int64_t)labels[i];
    const vf own = NAME(exp)((vf)z[class] - top) * share;
    EACH_VECTOR(NAME(put)(dz + j, NAME(exp)(NAME(take)(z + j, n, lowest) - top) * share, n);)
    dz[class] = own[0] - dy[i];
  }
}

static void NAME(background_loss)(int64_t rows, int64_t columns, const float *z, int64_t z_stride,
                                  const float *labels, float *y) {
  for (int64_t i = 0; i < rows; i++, z += z_stride)
    y[i] = labels[i] == 0.0f ? NAME(class_loss)(columns, z, 0) : 0.0f;
}

/* ---- boxes ---------------------------------------------------------------------------------- */

static void NAME(smooth_l1)(int64_t rows, int64_t columns, const float *p, int64_t p_stride,
                            const float *t, int64_t t_stride, const float *labels, float *y) {
  const vf half = (vf)0.5f, one = (vf)1.0f, zero = (vf)0.0f;
  for (int64_t i = 0; i < rows; i++, p += p_stride, t += t_stride) {
    vf sum = zero;
    if (labels[i] > 0.0f) {
      EACH_VECTOR(
        vf d = vabs(NAME(take)(p + j, n, zero) - NAME(take)(t + j, n, zero));
        sum += d < one ? half * d * d : d - half;)
    }
    y[i] = vsum(sum);
  }
}

static void NAME(smooth_l1_gradient)(int64_t rows, int64_t columns, const float *dy,
                                     const float *p, int64_t p_stride, const float *t,
                                     int64_t t_stride, const float *labels, float *dp,
                                     int64_t dp_stride) {
  const vf one = (vf)1.0f, zero = (vf)0.0f;
  for (int64_t i = 0; i < rows; i++, p += p_stride, t += t_stride, dp += dp_stride) {
    if (!(labels[i] > 0.0f)) {
      EACH_VECTOR(NAME(put)(dp + j, zero, n);)
      continue;
    }
    const vf factor = (vf)dy[i];
    EACH_VECTOR(
      vf d = NAME(take)(p + j, n, zero) - NAME(take)(t + j, n, zero);
      NAME(put)(dp + j, factor * vmin(one, vmax(-one, d)), n);)
  }
}
