/* Checks the kernels' NEON results against plain loops in double precision, over sizes around the
 * vector widths. Built and run by Scripts/test-arm64, on processors of another family under qemu.
 *
 * Arrays end at a page that can't be touched, so a read or write past the end stops the program.
 * Gaps between rows hold a guard: a NaN in inputs, which would show in a result, and in outputs a
 * number that has to stay. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "edge_kernels.h"

/* ---- memory ------------------------------------------------------------------------------- */

#define LIVE 64
static struct {
  char *pages;
  size_t bytes;
} live[LIVE];
static int live_count;

static void *ending_at_a_wall(size_t bytes) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t used = (bytes + page - 1) / page * page;
  char *pages = mmap(NULL, used + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED || live_count == LIVE || mprotect(pages + used, page, PROT_NONE) != 0) {
    fprintf(stderr, "no memory\n");
    exit(2);
  }
  live[live_count].pages = pages;
  live[live_count++].bytes = used + page;
  return pages + used - bytes;
}

static void release_all(void) {
  while (live_count > 0) {
    live_count--;
    munmap(live[live_count].pages, live[live_count].bytes);
  }
}

static uint64_t seed = 1;

/* In [-1, 1). */
static float next_float(void) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (float)(int32_t)(seed >> 32) * 0x1p-31f;
}

typedef struct {
  int64_t rows, columns, stride;
  float *at;
} matrix;

static const float untouched = -7.25e11f;

/* The last row has no gap behind it: there is the wall. */
static matrix make(int64_t rows, int64_t columns, int64_t gap, float guard) {
  matrix m = {rows, columns, columns + gap, NULL};
  const int64_t count = rows > 0 ? rows * m.stride - gap : 0;
  m.at = ending_at_a_wall((size_t)count * sizeof(float));
  for (int64_t i = 0; i < count; i++) m.at[i] = guard;
  return m;
}

static matrix input(int64_t rows, int64_t columns, int64_t gap) {
  matrix m = make(rows, columns, gap, NAN);
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++) m.at[i * m.stride + j] = next_float();
  return m;
}

static matrix output(int64_t rows, int64_t columns, int64_t gap) {
  return make(rows, columns, gap, untouched);
}

#define AT(m, i, j) ((double)(m).at[(i) * (m).stride + (j)])

/* ---- the count ------------------------------------------------------------------------------ */

static ek_isa isa;
static int failures;
static const char *family;
static int64_t family_cases;
static double family_worst;

static void begin(const char *name) {
  family = name;
  family_cases = 0;
  family_worst = 0;
}

/* Compares one result; `worst` of a family is in parts of what is allowed. */
static void check(matrix m, int64_t i, int64_t j, double expected, double allowed) {
  const double found = AT(m, i, j);
  if (found == expected) return;
  const double part = fabs(found - expected) / allowed;
  if (part > family_worst) family_worst = part;
  if (!(part <= 1) && failures++ < 20)
    printf("%s %ld x %ld [%ld, %ld]: found %.9g, expected %.9g within %.1e\n", family,
           (long)m.rows, (long)m.columns, (long)i, (long)j, found, expected, allowed);
}

/* The guards of a result, and the end of a case. */
static void finish(matrix m) {
  for (int64_t i = 0; i + 1 < m.rows; i++)
    for (int64_t j = m.columns; j < m.stride; j++)
      if (m.at[i * m.stride + j] != untouched && failures++ < 20)
        printf("%s %ld x %ld: wrote behind row %ld\n", family, (long)m.rows, (long)m.columns,
               (long)i);
  family_cases++;
  release_all();
}

static void end(void) {
  printf("  %-24s %6ld cases, largest error %4.0f%% of what is allowed\n", family,
         (long)family_cases, 100 * family_worst);
}

static const int64_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 22, 31, 33, 64};
#define SIZES (int)(sizeof sizes / sizeof *sizes)

static double activated(ek_activation activation, double x) {
  switch (activation) {
    case EK_GELU:
      return x * 0.5 * erfc(-x / sqrt(2));
    case EK_HARDSWISH:
      return x * fmin(fmax(x + 3, 0), 6) / 6;
    default:
      return x;
  }
}

/* ---- products ---------------------------------------------------------------------------- */

/* The nearest float16, for normal ones. */
static double float16(double x) {
  int exponent;
  if (x == 0) return 0;
  frexp(x, &exponent);
  const double place = fmax(ldexp(1, exponent - 11), 0x1p-24);
  return nearbyint(x / place) * place;
}

enum { TERMS_BIAS = 1, TERMS_SCALE = 2, TERMS_RESIDUAL = 4 };

static void product(int half, int64_t m, int64_t n, int64_t k, int64_t segments,
                    ek_activation activation, int terms) {
  const int64_t depth = segments * k, segment = k + 3 * (segments > 1);
  const int64_t panels = (n + ek_panel_columns(isa) - 1) / ek_panel_columns(isa);
  matrix a = input(m, (segments - 1) * segment + k, 3), b = input(depth, n, 2);
  matrix bias = input(1, n, 0), scale = input(1, n, 0), residual = input(m, n, 1);
  matrix c = output(m, n, 2);
  const ek_left left = {a.at, a.stride, segments, segment};
  const ek_epilogue epilogue = {terms & TERMS_BIAS ? bias.at : NULL, activation,
                                terms & TERMS_SCALE ? scale.at : NULL,
                                terms & TERMS_RESIDUAL ? residual.at : NULL, residual.stride};
  const size_t packed_count = (size_t)ek_packed_count(isa, depth, n);
  if (half) {
    uint16_t *packed = ending_at_a_wall(packed_count * sizeof *packed);
    ek_pack_f16(isa, depth, n, b.at, b.stride, 1, packed);
    ek_matmul_f16(isa, m, n, k, &left, packed, 0, panels, c.at, c.stride, &epilogue);
  } else {
    float *packed = ending_at_a_wall(packed_count * sizeof *packed);
    ek_pack_f32(isa, depth, n, b.at, b.stride, 1, packed);
    ek_matmul_f32(isa, m, n, k, &left, packed, 0, panels, c.at, c.stride, &epilogue);
  }
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      double sum = 0;
      for (int64_t p = 0; p < depth; p++) {
        const double right = AT(b, p, j);
        sum += AT(a, i, p / k * segment + p % k) * (half ? float16(right) : right);
      }
      if (terms & TERMS_BIAS) sum += AT(bias, 0, j);
      double value = activated(activation, sum);
      if (terms & TERMS_SCALE) value *= AT(scale, 0, j);
      if (terms & TERMS_RESIDUAL) value += AT(residual, i, j);
      /* Partial sums grow with the root of their length, so their roundings add up to 1.4e-8 times
       * the length on average; six times that is allowed. */
      check(c, i, j, value, 1e-6 + 8e-8 * (double)depth);
    }
  }
  finish(c);
}

static void products(int half) {
  begin(half ? "product, float16 weights" : "product");
  for (int m = 0; m < SIZES; m++)
    for (int n = 0; n < SIZES; n++)
      product(half, sizes[m], sizes[n], 1 + (sizes[m] + sizes[n]) % 23, 1, EK_IDENTITY, 0);
  for (int terms = 0; terms < 8; terms++)
    for (ek_activation activation = EK_IDENTITY; activation <= EK_HARDSWISH; activation++)
      for (int64_t n = 15; n <= 34; n++)
        product(half, 1 + n % 3 * 9, n, 20, 1, activation, terms);
  for (int64_t k = 1; k < 20; k++) product(half, k % 4 * 5 + 1, 21, k, 4, EK_IDENTITY, TERMS_BIAS);
  product(half, 150, 40, 700, 1, EK_IDENTITY, 0);
  end();
}

/* ---- depthwise convolution ----------------------------------------------------------------- */

static void depthwise(int64_t kernel, int64_t stride, int64_t dilation, int64_t height,
                      int64_t width, int64_t channels, int has_bias) {
  const int64_t padding = kernel / 2 * dilation;
  const int64_t reach = (kernel - 1) * dilation + 1;
  const int64_t out_height = (height + 2 * padding - reach) / stride + 1;
  const int64_t out_width = (width + 2 * padding - reach) / stride + 1;
  matrix x = input(height * width, channels, 2), weights = input(kernel * kernel, channels, 0);
  matrix bias = input(1, channels, 0), y = output(out_height * out_width, channels, 1);
  const ek_depthwise_shape shape = {height, width, channels, x.stride, out_height, out_width,
                                    y.stride, kernel, kernel, stride, padding, padding, dilation};
  const int64_t middle = out_height / 2;
  const float *term = has_bias ? bias.at : NULL;
  ek_depthwise_f32(isa, &shape, x.at, weights.at, term, 0, middle, y.at);
  ek_depthwise_f32(isa, &shape, x.at, weights.at, term, middle, out_height, y.at);
  for (int64_t out = 0; out < out_height * out_width; out++) {
    for (int64_t c = 0; c < channels; c++) {
      double sum = has_bias ? AT(bias, 0, c) : 0;
      for (int64_t tap = 0; tap < kernel * kernel; tap++) {
        const int64_t iy = out / out_width * stride - padding + tap / kernel * dilation;
        const int64_t ix = out % out_width * stride - padding + tap % kernel * dilation;
        if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
        sum += AT(x, iy * width + ix, c) * AT(weights, tap, c);
      }
      check(y, out, c, sum, 1e-6 + 1e-6 * (double)kernel);
    }
  }
  finish(y);
}

static void depthwise_all(void) {
  begin("depthwise convolution");
  for (int64_t kernel = 3; kernel <= 9; kernel += 2)
    for (int64_t width = 1; width <= 19; width += 3)
      for (int64_t channels = 1; channels <= 13; channels++)
        depthwise(kernel, 1, 1, 6, width, channels, channels % 2 == 0);
  for (int64_t channels = 1; channels <= 36; channels++) {
    depthwise(3, 2, 1, 9, 8, channels, 1);
    depthwise(3, 1, 2, 7, 9, channels, 0);
    depthwise(4, 3, 1, 11, 10, channels, 1);
  }
  end();
}

/* ---- products and sums over rows ------------------------------------------------------------ */

/* The rows of B in groups, with a gap behind each. */
static void row_product(int64_t m, int64_t n, int64_t k, int64_t group, int accumulate) {
  matrix a = input(k, m, 3), b = input((k + group - 1) / group, group * n, 2);
  matrix c = output(m, n, 1);
  const size_t scratch_count = (size_t)ek_matmul_tn_scratch_count(m, n);
  float *scratch = ending_at_a_wall(scratch_count * sizeof(float));
  const ek_rows rows = {b.at, n, group, b.stride};
  for (int64_t i = 0; i < m && accumulate; i++)
    for (int64_t j = 0; j < n; j++) c.at[i * c.stride + j] = 0.5f;
  ek_matmul_tn_f32(isa, m, n, k, a.at, a.stride, &rows, accumulate, c.at, c.stride, scratch);
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      double sum = accumulate ? 0.5 : 0;
      for (int64_t p = 0; p < k; p++) sum += AT(a, p, i) * AT(b, p / group, p % group * n + j);
      check(c, i, j, sum, 1e-6 + 1e-6 * sqrt((double)k));
    }
  }
  finish(c);
}

static void row_sums(int64_t rows, int64_t columns) {
  matrix x = input(rows, columns, 3), y = output(1, columns, 0), total = output(1, 1, 0);
  ek_sum_rows_f32(isa, rows, columns, x.at, x.stride, 0, y.at);
  ek_sum_f32(isa, rows, columns, x.at, x.stride, total.at);
  double everything = 0;
  for (int64_t j = 0; j < columns; j++) {
    double sum = 0;
    for (int64_t i = 0; i < rows; i++) sum += AT(x, i, j);
    everything += sum;
    check(y, 0, j, sum, 1.5e-5);
  }
  check(total, 0, 0, everything, 1e-4);
  finish(y);
}

static void sums_all(void) {
  begin("product over rows");
  for (int64_t m = 1; m <= 17; m++)
    for (int n = 0; n < SIZES; n++) row_product(m, sizes[n], 1 + (m * 5 + n) % 29, 7, n % 2);
  row_product(185, 262, 300, 56, 0);
  end();
  begin("sum of rows");
  for (int columns = 0; columns < SIZES; columns++)
    for (int rows = 0; rows < SIZES; rows++) row_sums(sizes[rows], sizes[columns]);
  row_sums(300, 520);
  end();
}

/* ---- derivatives of the depthwise convolution ------------------------------------------------ */

static void depthwise_gradients(int64_t kernel, int64_t stride, int64_t height, int64_t width,
                                int64_t channels) {
  const int64_t padding = kernel / 2;
  const int64_t out_height = (height + 2 * padding - kernel) / stride + 1;
  const int64_t out_width = (width + 2 * padding - kernel) / stride + 1;
  matrix x = input(height * width, channels, 2), dy = input(out_height * out_width, channels, 1);
  matrix weights = input(kernel * kernel, channels, 0), dx = output(height * width, channels, 2);
  matrix dw = output(kernel * kernel, channels, 0);
  const ek_depthwise_shape shape = {height, width, channels, x.stride, out_height, out_width,
                                    dy.stride, kernel, kernel, stride, padding, padding, 1};
  for (int64_t i = 0; i < kernel * kernel * channels; i++) dw.at[i] = 0;
  ek_depthwise_weight_gradient_f32(isa, &shape, x.at, dy.at, 0, out_height, dw.at);
  ek_depthwise_input_gradient_f32(isa, &shape, dy.at, weights.at, 0, height, dx.at);
  for (int64_t c = 0; c < channels; c++) {
    double to_weight[81] = {0}, to_input[400] = {0};
    for (int64_t out = 0; out < out_height * out_width; out++) {
      for (int64_t tap = 0; tap < kernel * kernel; tap++) {
        const int64_t iy = out / out_width * stride - padding + tap / kernel;
        const int64_t ix = out % out_width * stride - padding + tap % kernel;
        if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
        to_weight[tap] += AT(x, iy * width + ix, c) * AT(dy, out, c);
        to_input[iy * width + ix] += AT(weights, tap, c) * AT(dy, out, c);
      }
    }
    for (int64_t tap = 0; tap < kernel * kernel; tap++) check(dw, tap, c, to_weight[tap], 1e-5);
    for (int64_t i = 0; i < height * width; i++) check(dx, i, c, to_input[i], 1e-5);
  }
  finish(dx);
}

static void depthwise_gradients_all(void) {
  begin("depthwise derivatives");
  for (int64_t kernel = 3; kernel <= 9; kernel += 2)
    for (int64_t width = 1; width <= 19; width += 3)
      for (int64_t channels = 1; channels <= 13; channels++)
        depthwise_gradients(kernel, 1 + width % 2, 6, width, channels);
  for (int64_t channels = 1; channels <= 36; channels++) depthwise_gradients(4, 2, 9, 8, channels);
  end();
}

/* ---- rows -------------------------------------------------------------------------------- */

static void layer_norm(int64_t columns, int terms) {
  matrix x = input(4, columns, 3), weight = input(1, columns, 0), bias = input(1, columns, 0);
  matrix y = output(4, columns, 2);
  /* Columns that are nearly equal would magnify the rounding of their mean. */
  for (int64_t i = 0; i < 4; i++)
    for (int64_t j = 0; j < columns; j++) x.at[i * x.stride + j] += (float)(3 * (j % 2));
  ek_layer_norm_f32(isa, 4, columns, x.at, x.stride, terms & 1 ? weight.at : NULL,
                    terms & 2 ? bias.at : NULL, 1e-6f, y.at, y.stride);
  for (int64_t i = 0; i < 4; i++) {
    double mean = 0, variance = 0;
    for (int64_t j = 0; j < columns; j++) mean += AT(x, i, j) / (double)columns;
    for (int64_t j = 0; j < columns; j++)
      variance += (AT(x, i, j) - mean) * (AT(x, i, j) - mean) / (double)columns;
    for (int64_t j = 0; j < columns; j++) {
      double value = (AT(x, i, j) - mean) / sqrt(variance + 1e-6);
      if (terms & 1) value *= AT(weight, 0, j);
      if (terms & 2) value += AT(bias, 0, j);
      check(y, i, j, value, 5e-6);
    }
  }
  finish(y);
}

static void softmax(int64_t columns) {
  matrix x = input(4, columns, 3), y = output(4, columns, 2);
  for (int64_t i = 0; i < 4; i++)
    for (int64_t j = 0; j < columns; j++) x.at[i * x.stride + j] *= 40;
  ek_softmax_f32(isa, 4, columns, x.at, x.stride, y.at, y.stride);
  for (int64_t i = 0; i < 4; i++) {
    double most = -INFINITY, sum = 0;
    for (int64_t j = 0; j < columns; j++) most = fmax(most, AT(x, i, j));
    for (int64_t j = 0; j < columns; j++) sum += exp(AT(x, i, j) - most);
    for (int64_t j = 0; j < columns; j++) {
      const double value = exp(AT(x, i, j) - most) / sum;
      /* The difference rounds, which grows with it. exp is 0 below -88, where it is 6e-39. */
      check(y, i, j, value, (1e-6 + 6e-8 * (most - AT(x, i, j))) * value + 1e-38);
    }
  }
  finish(y);
}

static void mean_rows(int64_t rows, int64_t columns) {
  matrix x = input(rows, columns, 3), y = output(1, columns, 0);
  ek_mean_rows_f32(isa, rows, columns, x.at, x.stride, y.at);
  for (int64_t j = 0; j < columns; j++) {
    double sum = 0;
    for (int64_t i = 0; i < rows; i++) sum += AT(x, i, j);
    check(y, 0, j, sum / (double)rows, 5e-7);
  }
  finish(y);
}

static void attention(int64_t tokens, int64_t width) {
  matrix qkv = input(tokens, 3 * width, 2), y = output(tokens, width, 3);
  const size_t scratch_count = (size_t)ek_xca_scratch_count(isa, width);
  float *scratch = ending_at_a_wall(scratch_count * sizeof(float));
  const float temperature = 2.5f;
  ek_xca_f32(isa, tokens, width, qkv.at, qkv.at + width, qkv.at + 2 * width, qkv.stride,
             temperature, y.at, y.stride, scratch);
  double *weights = malloc((size_t)(width * width) * sizeof(double));
  for (int64_t i = 0; i < width; i++) {
    double sum = 0;
    for (int64_t j = 0; j < width; j++) {
      double dot = 0, q = 0, k = 0;
      for (int64_t t = 0; t < tokens; t++) {
        dot += AT(qkv, t, i) * AT(qkv, t, width + j);
        q += AT(qkv, t, i) * AT(qkv, t, i);
        k += AT(qkv, t, width + j) * AT(qkv, t, width + j);
      }
      const double norms = fmax(sqrt(q), 1e-12) * fmax(sqrt(k), 1e-12);
      weights[i * width + j] = exp(temperature * dot / norms);
      sum += weights[i * width + j];
    }
    for (int64_t j = 0; j < width; j++) weights[i * width + j] /= sum;
  }
  for (int64_t t = 0; t < tokens; t++) {
    for (int64_t i = 0; i < width; i++) {
      double value = 0;
      for (int64_t j = 0; j < width; j++)
        value += weights[i * width + j] * AT(qkv, t, 2 * width + j);
      check(y, t, i, value, 3e-6);
    }
  }
  free(weights);
  finish(y);
}

static void rows_all(void) {
  begin("layer norm");
  for (int64_t columns = 1; columns <= 70; columns++)
    for (int terms = 0; terms < 4; terms++) layer_norm(columns, terms);
  layer_norm(584, 3);
  end();
  begin("softmax");
  for (int64_t columns = 1; columns <= 70; columns++) softmax(columns);
  end();
  begin("mean of rows");
  for (int rows = 0; rows < SIZES; rows++)
    for (int columns = 0; columns < SIZES; columns++) mean_rows(sizes[rows], sizes[columns]);
  end();
  begin("attention");
  for (int64_t width = 1; width <= 30; width++)
    for (int64_t tokens = 1; tokens <= 150; tokens += 37) attention(tokens, width);
  end();
}

/* ---- element by element ------------------------------------------------------------------ */

static void elements(int64_t columns, int64_t gap, int repeats) {
  matrix a = input(3, columns, gap), b = input(3, columns, 2 * gap);
  matrix sum = output(3, columns, gap), times = output(3, columns, gap);
  matrix copy = output(3, columns, gap);
  const int64_t b_stride = repeats ? 0 : b.stride;
  ek_add_f32(isa, 3, columns, a.at, a.stride, b.at, b_stride, sum.at, sum.stride);
  ek_multiply_f32(isa, 3, columns, a.at, a.stride, b.at, b_stride, times.at, times.stride);
  ek_copy_f32(3, columns, a.at, a.stride, copy.at, copy.stride);
  for (int64_t i = 0; i < 3; i++) {
    for (int64_t j = 0; j < columns; j++) {
      const double x = AT(a, i, j), y = AT(b, repeats ? 0 : i, j);
      check(sum, i, j, (double)(float)(x + y), 1e-30);
      check(times, i, j, (double)(float)(x * y), 1e-30);
      check(copy, i, j, x, 1e-30);
    }
  }
  finish(sum);
}

static void scale_shift(int64_t columns, int64_t gap, ek_activation activation, int terms) {
  matrix x = input(3, columns, gap), scale = input(1, columns, 0), shift = input(1, columns, 0);
  matrix y = output(3, columns, gap);
  for (int64_t i = 0; i < 3; i++)
    for (int64_t j = 0; j < columns; j++) x.at[i * x.stride + j] *= 8;
  ek_scale_shift_f32(isa, 3, columns, x.at, x.stride, terms & 1 ? scale.at : NULL,
                     terms & 2 ? shift.at : NULL, activation, y.at, y.stride);
  for (int64_t i = 0; i < 3; i++) {
    for (int64_t j = 0; j < columns; j++) {
      double value = AT(x, i, j);
      if (terms & 1) value *= AT(scale, 0, j);
      if (terms & 2) value += AT(shift, 0, j);
      /* GELU's own bound, and the rounding of what goes into it. */
      check(y, i, j, activated(activation, value), 8e-7 * fmax(1, fabs(value)));
    }
  }
  finish(y);
}

static void elements_all(void) {
  begin("add, multiply, copy");
  for (int64_t columns = 1; columns <= 40; columns++)
    for (int64_t gap = 0; gap < 3; gap += 2)
      for (int repeats = 0; repeats < 2; repeats++) elements(columns, gap, repeats);
  end();
  begin("scale, shift, activation");
  for (int64_t columns = 1; columns <= 40; columns++)
    for (ek_activation activation = EK_IDENTITY; activation <= EK_HARDSWISH; activation++)
      for (int terms = 0; terms < 4; terms++)
        scale_shift(columns, terms % 2 * 2, activation, terms);
  end();
}

int main(void) {
  const ek_isa checked[] = {EK_NEON, EK_PORTABLE};
  const char *const names[] = {"neon", "portable"};
  if (ek_best_isa() != EK_NEON || ek_bf16_available(EK_NEON)) {
    printf("NEON is not what this build chooses\n");
    return 1;
  }
  /* So that all that was found is seen where a wall stops the program. */
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (int index = 0; index < 2; index++) {
    isa = checked[index];
    printf("%s:\n", names[index]);
    products(0);
    products(1);
    depthwise_all();
    depthwise_gradients_all();
    sums_all();
    rows_all();
    elements_all();
  }
  if (failures > 0) printf("%d results are wrong\n", failures);
  return failures > 0;
}
