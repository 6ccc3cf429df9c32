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

#include "edge_attention.h"
#include "edge_training_kernels.h"

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
    case EK_SILU:
      return x / (1 + exp(-x));
    case EK_RELU:
      return fmax(x, 0);
    case EK_RELU6:
      return fmin(fmax(x, 0), 6);
    case EK_HARDSIGMOID:
      return fmin(fmax(x + 3, 0), 6) / 6;
    case EK_SIGMOID:
      return 1 / (1 + exp(-x));
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

enum { TERMS_BIAS = 1, TERMS_SCALE = 2, TERMS_RESIDUAL = 4, TERMS_SUM = 8 };

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
                                terms & TERMS_RESIDUAL ? residual.at : NULL, residual.stride,
                                terms & TERMS_SUM};
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
      double value = terms & TERMS_SUM ? sum : activated(activation, sum);
      if (terms & TERMS_SCALE) value *= AT(scale, 0, j);
      if (terms & TERMS_RESIDUAL) value += AT(residual, i, j);
      if (terms & TERMS_SUM) value = activated(activation, value);
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
  for (int terms = 0; terms < 16; terms++)
    for (ek_activation activation = EK_IDENTITY; activation <= EK_SIGMOID; activation++)
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
                                    y.stride, kernel, kernel, stride, padding, padding, dilation, 1,
                                    0};
  const int64_t middle = out_height / 2;
  const float *term = has_bias ? bias.at : NULL;
  const ek_activation activation = has_bias ? EK_IDENTITY : EK_HARDSWISH;
  ek_depthwise_f32(isa, &shape, x.at, weights.at, term, activation, 0, middle, y.at);
  ek_depthwise_f32(isa, &shape, x.at, weights.at, term, activation, middle, out_height, y.at);
  for (int64_t out = 0; out < out_height * out_width; out++) {
    for (int64_t c = 0; c < channels; c++) {
      double sum = has_bias ? AT(bias, 0, c) : 0;
      for (int64_t tap = 0; tap < kernel * kernel; tap++) {
        const int64_t iy = out / out_width * stride - padding + tap / kernel * dilation;
        const int64_t ix = out % out_width * stride - padding + tap % kernel * dilation;
        if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
        sum += AT(x, iy * width + ix, c) * AT(weights, tap, c);
      }
      check(y, out, c, activated(activation, sum), 1e-6 + 1e-6 * (double)kernel);
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
    depthwise(5, 2, 1, 9, 17, channels, 0);
    depthwise(1, 1, 1, 3, 9, channels, 1);
    depthwise(3, 1, 2, 7, 9, channels, 0);
    depthwise(5, 1, 3, 8, 25, channels, 1);
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

static void depthwise_gradients(int64_t kernel, int64_t stride, int64_t dilation, int64_t height,
                                int64_t width, int64_t channels) {
  const int64_t padding = kernel / 2 * dilation, reach = (kernel - 1) * dilation + 1;
  const int64_t out_height = (height + 2 * padding - reach) / stride + 1;
  const int64_t out_width = (width + 2 * padding - reach) / stride + 1;
  matrix x = input(height * width, channels, 2), dy = input(out_height * out_width, channels, 1);
  matrix weights = input(kernel * kernel, channels, 0), dx = output(height * width, channels, 2);
  matrix dw = output(kernel * kernel, channels, 0);
  const ek_depthwise_shape shape = {height, width, channels, x.stride, out_height, out_width,
                                    dy.stride, kernel, kernel, stride, padding, padding, dilation,
                                    1, 0};
  for (int64_t i = 0; i < kernel * kernel * channels; i++) dw.at[i] = 0;
  ek_depthwise_weight_gradient_f32(isa, &shape, x.at, dy.at, 0, out_height, dw.at);
  ek_depthwise_input_gradient_f32(isa, &shape, dy.at, weights.at, 0, height, dx.at);
  for (int64_t c = 0; c < channels; c++) {
    double to_weight[81] = {0}, to_input[400] = {0};
    for (int64_t out = 0; out < out_height * out_width; out++) {
      for (int64_t tap = 0; tap < kernel * kernel; tap++) {
        const int64_t iy = out / out_width * stride - padding + tap / kernel * dilation;
        const int64_t ix = out % out_width * stride - padding + tap % kernel * dilation;
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
        depthwise_gradients(kernel, 1 + width % 2, 1, 6, width, channels);
  for (int64_t channels = 1; channels <= 36; channels++) {
    depthwise_gradients(4, 2, 1, 9, 8, channels);
    depthwise_gradients(3, 1 + channels % 2, 2, 7, 19, channels);
  }
  end();
}

/* ---- convolution in groups ------------------------------------------------------------------- */

static void grouped(int64_t groups, int64_t inputs, int64_t outputs, int64_t kernel,
                    int64_t stride) {
  const int64_t height = 7, width = 6, padding = kernel / 2, taps = kernel * kernel;
  const int64_t out_height = (height + 2 * padding - kernel) / stride + 1;
  const int64_t out_width = (width + 2 * padding - kernel) / stride + 1;
  matrix x = input(height * width, groups * inputs, 2), bias = input(outputs, groups, 0);
  matrix weights = input(outputs * inputs * taps, groups, 0);
  matrix y = output(out_height * out_width, groups * outputs, 1);
  const ek_depthwise_shape shape = {height, width, groups, x.stride, out_height, out_width,
                                    y.stride, kernel, kernel, stride, padding, padding, 1, 1, 0};
  const size_t scratch_count = (size_t)ek_grouped_scratch_count(&shape, inputs, outputs);
  float *scratch = ending_at_a_wall(scratch_count * sizeof(float));
  ek_grouped_f32(isa, &shape, inputs, outputs, x.at, weights.at, bias.at, EK_IDENTITY, 0,
                 out_height, y.at, scratch);
  for (int64_t out = 0; out < out_height * out_width; out++) {
    for (int64_t channel = 0; channel < groups * outputs; channel++) {
      const int64_t g = channel / outputs, q = channel % outputs;
      double sum = AT(bias, q, g);
      for (int64_t tap = 0; tap < taps; tap++) {
        const int64_t iy = out / out_width * stride - padding + tap / kernel;
        const int64_t ix = out % out_width * stride - padding + tap % kernel;
        if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
        for (int64_t p = 0; p < inputs; p++)
          sum += AT(x, iy * width + ix, g * inputs + p) *
                 AT(weights, (q * inputs + p) * taps + tap, g);
      }
      check(y, out, channel, sum, 8e-6);
    }
  }
  finish(y);
}

static void grouped_all(void) {
  begin("convolution in groups");
  for (int64_t groups = 1; groups <= 13; groups++)
    for (int64_t inputs = 1; inputs <= 3; inputs++)
      for (int64_t outputs = 1; outputs <= 3; outputs++)
        for (int64_t kernel = 1; kernel <= 3; kernel += 2)
          grouped(groups, inputs, outputs, kernel, 1 + groups % 2);
  end();
}

/* ---- circular convolution -------------------------------------------------------------------- */

/* Of rows, with the derivatives. */
static void circular(int64_t extent, int64_t taps, int64_t channels) {
  const int64_t lines = 2;
  matrix x = input(lines * extent, channels, 2), dy = input(lines * extent, channels, 1);
  matrix weights = input(channels, taps, 0), y = output(lines * extent, channels, 1);
  matrix dx = output(lines * extent, channels, 2), dw = output(taps, channels, 0);
  matrix prepared = output(ek_circular_tap_rows(extent), channels, 0);
  const size_t scratch_count = (size_t)ek_circular_scratch_count(extent);
  float *scratch = ending_at_a_wall(scratch_count * sizeof(float));
  const ek_circular_shape there = {extent, channels, extent * x.stride, x.stride,
                                   extent * y.stride, y.stride};
  const ek_circular_shape back = {extent, channels, extent * y.stride, y.stride,
                                  extent * x.stride, x.stride};
  for (int64_t i = 0; i < taps * channels; i++) dw.at[i] = 0;
  ek_circular_prepare_f32(extent, taps, channels, weights.at, 0, prepared.at, channels);
  ek_circular_f32(isa, &there, x.at, prepared.at, NULL, 0, lines, y.at, scratch);
  ek_circular_prepare_f32(extent, taps, channels, weights.at, 1, prepared.at, channels);
  ek_circular_f32(isa, &back, dy.at, prepared.at, NULL, 0, lines, dx.at, scratch);
  ek_circular_weight_gradient_f32(isa, &there, taps, x.at, dy.at, 0, lines, dw.at, scratch);
  for (int64_t c = 0; c < channels; c++) {
    double to_weight[80] = {0};
    for (int64_t i = 0; i < lines * extent; i++) {
      const int64_t line = i / extent * extent, place = i % extent;
      double sum = 0, to_input = 0;
      for (int64_t t = 0; t < taps; t++) {
        sum += AT(weights, c, t) * AT(x, line + (place + t) % extent, c);
        to_input += AT(weights, c, t) * AT(dy, line + (place - t + extent) % extent, c);
        to_weight[t] += AT(x, line + (place + t) % extent, c) * AT(dy, i, c);
      }
      check(y, i, c, sum, 6e-6);
      check(dx, i, c, to_input, 6e-6);
    }
    for (int64_t t = 0; t < taps; t++) check(dw, t, c, to_weight[t], 1e-5);
  }
  finish(y);
}

static void circular_all(void) {
  begin("circular convolution");
  for (int64_t extent = 1; extent <= 34; extent++)
    for (int64_t channels = 1; channels <= 13; channels++)
      circular(extent, channels % 2 ? extent : (extent + 1) / 2, channels);
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

/* ---- attention among tokens, resampling -------------------------------------------------- */

/* Row t of a group of tokens: those at the first pixel of the patches of an image. */
static int64_t token(int64_t t, int64_t columns, int64_t patch) {
  return t / columns * patch * patch * columns + t % columns * patch;
}

static ek_token_grid grid(matrix m, int64_t columns, int64_t patch) {
  return (ek_token_grid){columns, patch * m.stride, patch * patch * columns * m.stride};
}

/* The softmax of every query's scores. */
static double *token_weights(matrix qkv, int64_t tokens, int64_t columns, int64_t patch,
                             int64_t width, double scale) {
  double *weights = malloc((size_t)(tokens * tokens) * sizeof(double));
  for (int64_t i = 0; i < tokens; i++) {
    const int64_t query = token(i, columns, patch);
    double sum = 0;
    for (int64_t j = 0; j < tokens; j++) {
      const int64_t key = token(j, columns, patch);
      double score = 0;
      for (int64_t p = 0; p < width; p++)
        score += AT(qkv, query, p) * AT(qkv, key, width + p);
      sum += weights[i * tokens + j] = exp(scale * score);
    }
    for (int64_t j = 0; j < tokens; j++) weights[i * tokens + j] /= sum;
  }
  return weights;
}

/* Of rows x columns tokens, one at the first pixel of each patch. */
static void softmax_attention(int64_t rows, int64_t columns, int64_t patch, int64_t width) {
  const int64_t tokens = rows * columns, pixels = tokens * patch * patch;
  matrix qkv = input(pixels, 3 * width, 2), y = output(pixels, width, 3);
  const size_t count = (size_t)ek_softmax_attention_scratch_count(isa, tokens, width);
  float *scratch = ending_at_a_wall(count * sizeof(float));
  const ek_token_grid y_grid = grid(y, columns, patch);
  const ek_attention_head head = {
      tokens, width, 0.75f, qkv.at, qkv.at + width, qkv.at + 2 * width, grid(qkv, columns, patch)};
  ek_softmax_attention_f32(isa, &head, 0, tokens, y.at, &y_grid, scratch);
  double *weights = token_weights(qkv, tokens, columns, patch, width, 0.75);
  for (int64_t i = 0; i < tokens; i++) {
    for (int64_t p = 0; p < width; p++) {
      double value = 0;
      for (int64_t j = 0; j < tokens; j++)
        value += weights[i * tokens + j] * AT(qkv, token(j, columns, patch), 2 * width + p);
      check(y, token(i, columns, patch), p, value, 2e-6);
    }
  }
  free(weights);
  finish(y);
}

/* Evenly spaced tokens. */
static void softmax_attention_gradient(int64_t tokens, int64_t width) {
  matrix qkv = input(tokens, 3 * width, 2), dy = input(tokens, width, 1);
  matrix d = output(tokens, 3 * width, 4);
  const size_t count = (size_t)ek_softmax_attention_gradient_scratch_count(isa, tokens, width);
  float *scratch = ending_at_a_wall(count * sizeof(float));
  const ek_token_grid dy_grid = grid(dy, tokens, 1), d_grid = grid(d, tokens, 1);
  const ek_attention_head head = {tokens, width, 0.75f, qkv.at, qkv.at + width,
                                  qkv.at + 2 * width, grid(qkv, tokens, 1)};
  ek_softmax_attention_gradient_f32(isa, &head, dy.at, &dy_grid, d.at, d.at + width,
                                    d.at + 2 * width, &d_grid, scratch);
  double *weights = token_weights(qkv, tokens, tokens, 1, width, 0.75);
  double *expected = calloc((size_t)(tokens * 3 * width), sizeof(double));
  for (int64_t i = 0; i < tokens; i++) {
    double *w = weights + i * tokens, mean = 0;
    for (int64_t j = 0; j < tokens; j++)
      for (int64_t p = 0; p < width; p++) mean += w[j] * AT(dy, i, p) * AT(qkv, j, 2 * width + p);
    for (int64_t j = 0; j < tokens; j++) {
      double slope = -mean;
      for (int64_t p = 0; p < width; p++) slope += AT(dy, i, p) * AT(qkv, j, 2 * width + p);
      slope *= 0.75 * w[j];
      for (int64_t p = 0; p < width; p++) {
        expected[i * 3 * width + p] += slope * AT(qkv, j, width + p);
        expected[j * 3 * width + width + p] += slope * AT(qkv, i, p);
        expected[j * 3 * width + 2 * width + p] += w[j] * AT(dy, i, p);
      }
    }
  }
  for (int64_t i = 0; i < tokens; i++)
    for (int64_t p = 0; p < 3 * width; p++) check(d, i, p, expected[i * 3 * width + p], 3e-6);
  free(weights);
  free(expected);
  finish(d);
}

static void transposed_convolution(int64_t pixels, int64_t channels, int64_t stride) {
  matrix x = input(pixels, channels, 2), weights = input(stride, channels, 0);
  matrix bias = input(1, channels, 0), y = output(pixels * stride, channels, 3);
  ek_depthwise_transposed_f32(isa, pixels, channels, stride, x.at, x.stride, weights.at, bias.at,
                              y.at, y.stride);
  for (int64_t i = 0; i < pixels * stride; i++)
    for (int64_t c = 0; c < channels; c++)
      check(y, i, c, AT(x, i / stride, c) * AT(weights, i % stride, c) + AT(bias, 0, c), 2e-7);
  finish(y);
}

/* A row of `from` pixels to one of `to`, and back. */
static void resized_row(int64_t from, int64_t to, int64_t channels) {
  matrix top = input(from, channels, 1), bottom = input(from, channels, 1);
  matrix y = output(to, channels, 2), dx = output(from, channels, 3);
  ek_linear_tap *taps = malloc((size_t)to * sizeof(ek_linear_tap));
  double *expected = calloc((size_t)(from * channels), sizeof(double));
  for (int64_t i = 0; i < to; i++)
    taps[i] = (ek_linear_tap){i * 5 % from, i * 3 % from, 0.5f + 0.5f * next_float()};
  float *scratch = ending_at_a_wall((size_t)(from * channels) * sizeof(float));
  ek_resize_row_f32(isa, from, to, channels, taps, 0.25f, top.at, bottom.at, top.stride, y.at,
                    y.stride, scratch);
  for (int64_t i = 0; i < from; i++) memset(dx.at + i * dx.stride, 0, (size_t)channels * 4);
  ek_resize_row_gradient_f32(isa, to, channels, taps, 0.25f, y.at, y.stride, dx.at, dx.stride);
  for (int64_t i = 0; i < to; i++) {
    const int64_t a = taps[i].first, b = taps[i].second;
    const double share = (double)taps[i].share;
    for (int64_t c = 0; c < channels; c++) {
      const double above = (1 - share) * AT(top, a, c) + share * AT(top, b, c);
      const double below = (1 - share) * AT(bottom, a, c) + share * AT(bottom, b, c);
      check(y, i, c, 0.75 * above + 0.25 * below, 5e-7);
      expected[a * channels + c] += 0.25 * (1 - share) * AT(y, i, c);
      expected[b * channels + c] += 0.25 * share * AT(y, i, c);
    }
  }
  for (int64_t i = 0; i < from; i++)
    for (int64_t c = 0; c < channels; c++) check(dx, i, c, expected[i * channels + c], 2e-6);
  free(taps);
  free(expected);
  finish(dx);
}

static void tokens_all(void) {
  begin("softmax attention");
  for (int64_t width = 1; width <= 21; width += 4)
    for (int64_t columns = 1; columns <= 13; columns += 3)
      for (int64_t patch = 1; patch <= 2; patch++) softmax_attention(5, columns, patch, width);
  end();
  begin("its derivatives");
  for (int64_t width = 1; width <= 21; width++)
    for (int64_t tokens = 1; tokens <= 70; tokens += 23) softmax_attention_gradient(tokens, width);
  end();
  begin("resampling");
  for (int index = 0; index < SIZES; index++) {
    for (int64_t stride = 1; stride <= 4; stride++)
      transposed_convolution(5, sizes[index], stride);
    for (int64_t to = 1; to <= 9; to += 4) resized_row(4, to, sizes[index]);
  }
  end();
}

/* ---- element by element ------------------------------------------------------------------ */

static void elements(int64_t columns, int64_t gap, int repeats) {
  matrix a = input(3, columns, gap), b = input(3, columns, 2 * gap);
  matrix sum = output(3, columns, gap), times = output(3, columns, gap);
  matrix copy = output(3, columns, gap), both = output(3, columns, gap);
  const int64_t b_stride = repeats ? 0 : b.stride;
  ek_add_f32(isa, 3, columns, a.at, a.stride, b.at, b_stride, sum.at, sum.stride);
  ek_multiply_f32(isa, 3, columns, a.at, a.stride, b.at, b_stride, times.at, times.stride);
  ek_multiply_add_f32(isa, 3, columns, a.at, a.stride, b.at, b_stride, a.at, a.stride, both.at,
                      both.stride);
  ek_copy_f32(3, columns, a.at, a.stride, copy.at, copy.stride);
  for (int64_t i = 0; i < 3; i++) {
    for (int64_t j = 0; j < columns; j++) {
      const double x = AT(a, i, j), y = AT(b, repeats ? 0 : i, j);
      check(sum, i, j, (double)(float)(x + y), 1e-30);
      check(times, i, j, (double)(float)(x * y), 1e-30);
      check(both, i, j, x * y + x, 2e-7);
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
      /* The activation's own bound, and the rounding of what goes into it. */
      check(y, i, j, activated(activation, value), 8e-7 * fmax(1, fabs(value)));
    }
  }
  finish(y);
}

static double slope(ek_activation activation, double x) {
  const double sigmoid = 1 / (1 + exp(-x));
  switch (activation) {
    case EK_GELU:
      return erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * acos(-1));
    case EK_HARDSWISH:
      return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
    case EK_SILU:
      return sigmoid * (1 + x * (1 - sigmoid));
    case EK_RELU:
      return x > 0;
    case EK_RELU6:
      return x > 0 && x < 6;
    case EK_HARDSIGMOID:
      return x > -3 && x < 3 ? 1.0 / 6 : 0;
    case EK_SIGMOID:
      return sigmoid * (1 - sigmoid);
    default:
      return 1;
  }
}

static void activation_gradient(int64_t columns, int64_t gap, ek_activation activation) {
  matrix x = input(3, columns, gap), dy = input(3, columns, gap);
  matrix y = output(3, columns, gap), dx = output(3, columns, gap);
  for (int64_t i = 0; i < 3; i++)
    for (int64_t j = 0; j < columns; j++) x.at[i * x.stride + j] *= 8;
  ek_activation_with_gradient_f32(isa, 3, columns, activation, dy.at, dy.stride, x.at, x.stride,
                                  y.at, y.stride, dx.at, dx.stride);
  for (int64_t i = 0; i < 3; i++) {
    for (int64_t j = 0; j < columns; j++) {
      const double at = AT(x, i, j);
      check(y, i, j, activated(activation, at), 3e-7 * fmax(1, fabs(at)));
      check(dx, i, j, AT(dy, i, j) * slope(activation, at), 4e-7);
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
    for (ek_activation activation = EK_IDENTITY; activation <= EK_SIGMOID; activation++)
      for (int terms = 0; terms < 4; terms++)
        scale_shift(columns, terms % 2 * 2, activation, terms);
  end();
  begin("activation's gradient");
  for (int64_t columns = 1; columns <= 40; columns++)
    for (ek_activation activation = EK_IDENTITY; activation <= EK_SIGMOID; activation++)
      activation_gradient(columns, columns % 2 * 2, activation);
  end();
}

/* ---- max pooling ----------------------------------------------------------------------------- */

/* The pixel that an output takes: the first of the largest. */
static int64_t pooled_pixel(const ek_pool_shape *s, matrix x, int64_t output, int64_t channel) {
  int64_t best = -1;
  for (int64_t tap = 0; tap < s->size * s->size; tap++) {
    const int64_t iy = output / s->output_width * s->stride - s->padding + tap / s->size;
    const int64_t ix = output % s->output_width * s->stride - s->padding + tap % s->size;
    if (iy < 0 || iy >= s->height || ix < 0 || ix >= s->width) continue;
    const int64_t pixel = iy * s->width + ix;
    if (best < 0 || AT(x, pixel, channel) > AT(x, best, channel)) best = pixel;
  }
  return best;
}

static void max_pool(int64_t size, int64_t stride, int64_t height, int64_t width,
                     int64_t channels) {
  const int64_t padding = size / 2;
  const int64_t out_height = (height + 2 * padding - size) / stride + 1;
  const int64_t out_width = (width + 2 * padding - size) / stride + 1;
  matrix x = input(height * width, channels, 1), dy = input(out_height * out_width, channels, 2);
  matrix y = output(out_height * out_width, channels, 2), dx = output(height * width, channels, 3);
  matrix sums = make(height * width, channels, 0, 0);
  for (int64_t i = 0; i < x.rows; i++)
    for (int64_t j = 0; j < channels; j++)
      x.at[i * x.stride + j] = rintf(3 * x.at[i * x.stride + j]);
  const ek_pool_shape shape = {height, width, channels, x.stride, out_height, out_width,
                               y.stride, size, stride, padding};
  ek_max_pool_f32(isa, &shape, x.at, 0, out_height, y.at);
  ek_max_pool_gradient_f32(isa, &shape, dy.at, x.at, height / 2, height, dx.at, dx.stride);
  ek_max_pool_gradient_f32(isa, &shape, dy.at, x.at, 0, height / 2, dx.at, dx.stride);
  for (int64_t i = 0; i < y.rows; i++) {
    for (int64_t j = 0; j < channels; j++) {
      const int64_t pixel = pooled_pixel(&shape, x, i, j);
      check(y, i, j, AT(x, pixel, j), 1e-30);
      sums.at[pixel * channels + j] += dy.at[i * dy.stride + j];
    }
  }
  for (int64_t i = 0; i < dx.rows; i++)
    for (int64_t j = 0; j < channels; j++) check(dx, i, j, AT(sums, i, j), 2e-6);
  finish(y);
}

static void max_pool_all(void) {
  begin("max pool and gradient");
  for (int64_t channels = 1; channels <= 20; channels++)
    for (int64_t size = 1; size <= 4; size++)
      for (int64_t stride = 1; stride <= 3; stride++) max_pool(size, stride, 7, 5, channels);
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
    grouped_all();
    circular_all();
    sums_all();
    rows_all();
    tokens_all();
    elements_all();
    max_pool_all();
  }
  if (failures > 0) printf("%d results are wrong\n", failures);
  return failures > 0;
}
