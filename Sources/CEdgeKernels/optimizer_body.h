/* Flat arrays of any length. What is done to one vector is a function of the n lanes that count,
 * VW but for the last vector; these run it along the arrays. */
#define EACH_VECTOR(...)                                 \
  {                                                      \
    int64_t j = 0;                                       \
    for (; j + VW <= count; j += VW) {                   \
      const int64_t n = VW;                              \
      __VA_ARGS__                                        \
    }                                                    \
    if (j < count) {                                     \
      const int64_t n = count - j;                       \
      __VA_ARGS__                                        \
    }                                                    \
  }

/* As many bytes as a vector of floats. */
typedef double NAME(vd) __attribute__((ext_vector_type(VW / 2)));
#define vd NAME(vd)

/* The other lanes are zero. */
INLINE vf NAME(take)(const float *x, int64_t n) { return n == VW ? vload(x) : vload_part(x, n); }

INLINE void NAME(put)(float *y, vf value, int64_t n) {
  if (n == VW) vstore(y, value);
  else vstore_part(y, value, n);
}

/* The squares of both halves, added up. */
INLINE vd NAME(squares)(vf x) {
  vd low = __builtin_convertvector(x.lo, vd), high = __builtin_convertvector(x.hi, vd);
  return low * low + high * high;
}

INLINE double NAME(total)(vd v) {
  double sum = 0;
  UNROLL for (int i = 0; i < VW / 2; i++) sum += v[i];
  return sum;
}

/* Brings the moments up to date; the step to take for a learning rate of 1. */
INLINE vf NAME(adam_direction)(ek_adam s, vf p, vf g, int64_t n, float *m, float *v) {
  g = vfma((vf)s.l2, p, g * (vf)s.gradient_factor);
  vf mean = NAME(take)(m, n), square = NAME(take)(v, n);
  mean = vfma((vf)s.share1, g - mean, mean);
  square = vfma((vf)s.share2, vfma(g, g, -square), square);
  NAME(put)(m, mean, n);
  NAME(put)(v, square, n);
  vf root = vfma(__builtin_elementwise_sqrt(square), (vf)s.correction2, (vf)s.epsilon);
  return vfma((vf)s.decay, p, mean * (vf)s.correction1 / root);
}

static void NAME(adam)(int64_t count, ek_adam s, const float *g, float *p, float *m, float *v) {
  const vf step = (vf)-s.learning_rate;
  EACH_VECTOR(
    vf value = NAME(take)(p + j, n), gradient = NAME(take)(g + j, n);
    vf direction = NAME(adam_direction)(s, value, gradient, n, m + j, v + j);
    NAME(put)(p + j, vfma(step, direction, value), n);)
}

static void NAME(lamb_direction)(int64_t count, ek_adam s, const float *p, float *g, float *m,
                                 float *v, double squares[2]) {
  vd values = (vd)0.0, directions = (vd)0.0;
  EACH_VECTOR(
    vf value = NAME(take)(p + j, n), gradient = NAME(take)(g + j, n);
    vf direction = NAME(adam_direction)(s, value, gradient, n, m + j, v + j);
    NAME(put)(g + j, direction, n);
    values += NAME(squares)(value);
    directions += NAME(squares)(n == VW ? direction : NAME(take)(g + j, n));)
  squares[0] = NAME(total)(values);
  squares[1] = NAME(total)(directions);
}

INLINE void NAME(sgd_as)(const int has_momentum, int64_t count, ek_sgd s, const float *g, float *p,
                         float *m) {
  const vf step = (vf)-s.learning_rate, momentum = (vf)s.momentum;
  EACH_VECTOR(
    vf value = NAME(take)(p + j, n);
    vf direction = vfma((vf)s.l2, value, NAME(take)(g + j, n) * (vf)s.gradient_factor);
    if (has_momentum) {
      vf velocity = vfma(momentum, NAME(take)(m + j, n), direction);
      NAME(put)(m + j, velocity, n);
      direction = s.nesterov ? vfma(momentum, velocity, direction) : velocity;
    }
    NAME(put)(p + j, vfma(step, direction, value), n);)
}

static void NAME(sgd)(int64_t count, ek_sgd s, const float *g, float *p, float *m) {
  if (m) NAME(sgd_as)(1, count, s, g, p, m);
  else NAME(sgd_as)(0, count, s, g, p, m);
}

static void NAME(average)(int64_t count, float share, const float *x, float *average) {
  EACH_VECTOR(
    vf old = NAME(take)(average + j, n);
    NAME(put)(average + j, vfma((vf)share, NAME(take)(x + j, n) - old, old), n);)
}

static double NAME(square_sum)(int64_t count, const float *x) {
  vd sum[2] = {(vd)0.0, (vd)0.0};
  EACH_VECTOR(sum[j / VW % 2] += NAME(squares)(NAME(take)(x + j, n));)
  return NAME(total)(sum[0] + sum[1]);
}

static void NAME(add_scaled)(int64_t count, float factor, const float *x, float *y) {
  EACH_VECTOR(
    NAME(put)(y + j, vfma((vf)factor, NAME(take)(x + j, n), NAME(take)(y + j, n)), n);)
}

static void NAME(clamp)(int64_t count, float limit, float *x) {
  const vf high = (vf)limit, low = (vf)-limit;
  /* In this order a NaN stays. */
  EACH_VECTOR(NAME(put)(x + j, vmax(low, vmin(high, NAME(take)(x + j, n))), n);)
}

static int64_t NAME(first_nonfinite)(int64_t count, const float *x) {
  const int64_t block = 16 * VW;
  for (int64_t start = 0; start < count; start += block) {
    const int64_t end = ek_smaller(start + block, count);
    /* x - x is zero, or NaN for what is not finite. */
    vf sum = (vf)0.0f;
    for (int64_t j = start; j < end; j += VW) {
      vf v = NAME(take)(x + j, ek_smaller(VW, end - j));
      sum += v - v;
    }
    if (vsum(sum) == 0.0f) continue;
    for (int64_t j = start; j < end; j++)
      if (x[j] - x[j] != 0.0f) return j;
  }
  return -1;
}
#undef EACH_VECTOR
#undef vd
