#include "simd.h"

/* Floats of the planes of a band of rows: a part of a second-level cache. */
#define PLANE_FLOATS (32 * 1024)

#define BODY "grouped_body.h"
#include "each_isa.h"

/* Where the planes of a band lie. A side with one channel a group has none: it is a plane. */
typedef struct {
  int64_t rows;                        /* of outputs, that are done at once */
  int64_t input_stride, output_stride; /* floats between planes */
  int64_t input_count;                 /* floats of all planes of inputs, before those of outputs */
  int64_t output_count;
  ek_depthwise_shape shape; /* of a band, but for its rows */
} ek_bands;

/* Rows from the first to the last that an output reads. */
static int64_t ek_span(const ek_depthwise_shape *s) {
  return (s->kernel_height - 1) * s->dilation + 1;
}

static ek_bands ek_bands_of(const ek_depthwise_shape *s, int64_t inputs, int64_t outputs) {
  ek_bands b = {.shape = *s};
  const int64_t input_row = s->width * s->channels, output_row = s->output_width * s->channels;
  const int64_t floats = (inputs > 1 ? inputs * input_row * s->stride : 0) +
                         (outputs > 1 ? outputs * output_row : 0);
  b.rows = ek_larger(1, PLANE_FLOATS / ek_larger(1, floats));
  if (inputs > 1) {
    b.input_stride = (b.rows * s->stride + ek_span(s)) * input_row;
    b.shape.input_pixel_stride = s->channels;
  }
  if (outputs > 1) {
    b.output_stride = (b.rows + ek_span(s) + 2) * output_row;
    b.shape.output_pixel_stride = s->channels;
  }
  b.input_count = inputs * b.input_stride;
  b.output_count = outputs * b.output_stride;
  return b;
}

int64_t ek_grouped_scratch_count(const ek_depthwise_shape *shape, int64_t inputs,
                                 int64_t outputs) {
  const ek_bands bands = ek_bands_of(shape, inputs, outputs);
  return bands.input_count + bands.output_count;
}

/* Pixels as planes: in scratch, or where they are if they are one. */
static const float *ek_as_planes(ek_isa isa, int64_t pixels, int64_t groups, int64_t count,
                                 const float *x, int64_t stride, float *planes,
                                 int64_t plane_stride) {
  if (count == 1) return x;
  DISPATCH(isa, to_planes, pixels, groups, count, x, stride, planes, plane_stride);
  return planes;
}

/* Goes on to output rows first..<end: their shape, and the planes of the input rows that they
 * read. */
static const float *ek_enter_outputs(ek_isa isa, ek_bands *b, const ek_depthwise_shape *s,
                                     int64_t inputs, int64_t first, int64_t end, const float *x,
                                     float *scratch) {
  const int64_t top = first * s->stride - s->padding_top;
  const int64_t last = (end - 1) * s->stride - s->padding_top + ek_span(s);
  const int64_t row = ek_smaller(ek_larger(0, top), s->height);
  b->shape.height = ek_larger(0, ek_smaller(last, s->height) - row);
  b->shape.output_height = end - first;
  b->shape.padding_top = row - top;
  b->shape.planes = inputs;
  b->shape.plane_stride = b->input_stride;
  return ek_as_planes(isa, b->shape.height * s->width, s->channels, inputs,
                      x + row * s->width * s->input_pixel_stride, s->input_pixel_stride, scratch,
                      b->input_stride);
}

/* Goes on to input rows first..<end: their shape, and the planes of the output rows that they
 * reach. */
static const float *ek_enter_inputs(ek_isa isa, ek_bands *b, const ek_depthwise_shape *s,
                                    int64_t outputs, int64_t first, int64_t end, const float *y,
                                    float *scratch) {
  const int64_t top = ek_larger(0, first + s->padding_top - ek_span(s) + 1) / s->stride;
  const int64_t last = (end - 1 + s->padding_top) / s->stride + 1;
  const int64_t row = ek_smaller(top, s->output_height);
  b->shape.output_height = ek_larger(0, ek_smaller(last, s->output_height) - row);
  b->shape.height = end - first;
  b->shape.padding_top = first + s->padding_top - row * s->stride;
  b->shape.planes = outputs;
  b->shape.plane_stride = b->output_stride;
  return ek_as_planes(isa, b->shape.output_height * s->output_width, s->channels, outputs,
                      y + row * s->output_width * s->output_pixel_stride, s->output_pixel_stride,
                      scratch + b->input_count, b->output_stride);
}

void ek_grouped_f32(ek_isa isa, const ek_depthwise_shape *s, int64_t inputs, int64_t outputs,
                    const float *x, const float *weights, const float *bias,
                    ek_activation activation, int64_t first_row, int64_t end_row, float *y,
                    float *scratch) {
  ek_bands b = ek_bands_of(s, inputs, outputs);
  const int64_t groups = s->channels, taps = s->kernel_height * s->kernel_width;
  const int64_t y_stride = s->output_pixel_stride;
  for (int64_t row = first_row; row < end_row; row += b.rows) {
    const int64_t end = ek_smaller(row + b.rows, end_row);
    const float *from = ek_enter_outputs(isa, &b, s, inputs, row, end, x, scratch);
    float *to = y + row * s->output_width * y_stride;
    float *planes = outputs == 1 ? to : scratch + b.input_count;
    for (int64_t q = 0; q < outputs; q++)
      ek_depthwise_f32(isa, &b.shape, from, weights + q * inputs * taps * groups,
                       bias ? bias + q * groups : NULL, activation, 0, end - row,
                       planes + q * b.output_stride);
    if (outputs > 1) {
      DISPATCH(isa, from_planes, (end - row) * s->output_width, groups, outputs, planes,
               b.output_stride, to, y_stride);
    }
  }
}

void ek_grouped_input_gradient_f32(ek_isa isa, const ek_depthwise_shape *s, int64_t inputs,
                                   int64_t outputs, const float *dy, const float *weights,
                                   int64_t first_row, int64_t end_row, float *dx,
                                   float *scratch) {
  ek_bands b = ek_bands_of(s, inputs, outputs);
  const int64_t groups = s->channels, taps = s->kernel_height * s->kernel_width;
  const int64_t x_stride = s->input_pixel_stride;
  for (int64_t row = first_row; row < end_row; row += b.rows * s->stride) {
    const int64_t end = ek_smaller(row + b.rows * s->stride, end_row);
    const float *from = ek_enter_inputs(isa, &b, s, outputs, row, end, dy, scratch);
    float *to = dx + row * s->width * x_stride;
    float *planes = inputs == 1 ? to : scratch;
    for (int64_t p = 0; p < inputs; p++)
      ek_depthwise_input_gradient_f32(isa, &b.shape, from, weights + p * outputs * taps * groups,
                                      0, end - row, planes + p * b.input_stride);
    if (inputs > 1) {
      DISPATCH(isa, from_planes, (end - row) * s->width, groups, inputs, planes, b.input_stride,
               to, x_stride);
    }
  }
}

void ek_grouped_weight_gradient_f32(ek_isa isa, const ek_depthwise_shape *s, int64_t inputs,
                                    int64_t outputs, const float *x, const float *dy,
                                    int64_t first_row, int64_t end_row, float *dw,
                                    float *scratch) {
  ek_bands b = ek_bands_of(s, inputs, outputs);
  const int64_t groups = s->channels, taps = s->kernel_height * s->kernel_width;
  const int64_t y_stride = s->output_pixel_stride;
  for (int64_t row = first_row; row < end_row; row += b.rows) {
    const int64_t end = ek_smaller(row + b.rows, end_row);
    const float *from = ek_enter_outputs(isa, &b, s, inputs, row, end, x, scratch);
    const float *gradients = ek_as_planes(isa, (end - row) * s->output_width, groups, outputs,
                                          dy + row * s->output_width * y_stride, y_stride,
                                          scratch + b.input_count, b.output_stride);
    for (int64_t q = 0; q < outputs; q++)
      ek_depthwise_weight_gradient_f32(isa, &b.shape, from, gradients + q * b.output_stride, 0,
                                       end - row, dw + q * inputs * taps * groups);
  }
}
