#include "edge_plot.h"

#include <stdlib.h>
#include <string.h>

#include "cairo_library.h"

struct edge_canvas {
  cairo_library cairo;
  edge_canvas_kind kind;
  cairo_surface *surface;
  cairo_context *context;
  int failure;        /* libcairo's status of what failed outside the context */
  uint8_t *bytes;     /* the file so far */
  size_t count, capacity;
};

static const char family[] = "DejaVu Sans";

/* MARK: Making and ending */

static int append(void *context, const unsigned char *bytes, unsigned int count) {
  edge_canvas *canvas = context;
  if (count > canvas->capacity - canvas->count) {
    size_t capacity = (canvas->capacity + count) * 2;
    uint8_t *grown = realloc(canvas->bytes, capacity);
    if (grown == NULL) return STATUS_WRITE_ERROR;
    canvas->bytes = grown;
    canvas->capacity = capacity;
  }
  memcpy(canvas->bytes + canvas->count, bytes, count);
  canvas->count += count;
  return STATUS_SUCCESS;
}

static void make_surface(edge_canvas *canvas, int width, int height) {
  const cairo_library *cairo = &canvas->cairo;
  if (canvas->kind == EDGE_CANVAS_SVG) {
    canvas->surface = cairo->svg_surface_create_for_stream(append, canvas, width, height);
    cairo->svg_surface_set_document_unit(canvas->surface, SVG_UNIT_PIXEL);
  } else {
    canvas->surface = cairo->image_surface_create(FORMAT_RGB24, width, height);
  }
}

/* Text is placed as its outlines are, not on whole pixels: the same layout at every scale. */
static void prepare_text(edge_canvas *canvas) {
  const cairo_library *cairo = &canvas->cairo;
  cairo_font_options *options = cairo->font_options_create();
  cairo->font_options_set_antialias(options, ANTIALIAS_GRAY);
  cairo->font_options_set_hint_style(options, HINT_STYLE_NONE);
  cairo->font_options_set_hint_metrics(options, HINT_METRICS_OFF);
  cairo->set_font_options(canvas->context, options);
  cairo->font_options_destroy(options);
}

static edge_plot_status status_of(const edge_canvas *canvas) {
  int status = canvas->failure;
  if (status == STATUS_SUCCESS) status = canvas->cairo.status(canvas->context);
  if (status == STATUS_SUCCESS) return EDGE_PLOT_OK;
  int is_memory = status == STATUS_NO_MEMORY || status == STATUS_WRITE_ERROR;
  return is_memory ? EDGE_PLOT_OUT_OF_MEMORY : EDGE_PLOT_FAILED;
}

static void select_font(edge_canvas *canvas, double size, int bold) {
  canvas->cairo.select_font_face(canvas->context, family, 0, bold);
  canvas->cairo.set_font_size(canvas->context, size);
}

/* Without any font, libcairo writes with strokes of its own. */
static int has_font(edge_canvas *canvas) {
  select_font(canvas, 12, 0);
  cairo_scaled_font *font = canvas->cairo.get_scaled_font(canvas->context);
  return canvas->cairo.scaled_font_get_type(font) != FONT_TYPE_USER;
}

edge_canvas *edge_canvas_create(const char *library, edge_canvas_kind kind, int width, int height,
                                double scale, edge_plot_status *status) {
  edge_canvas *canvas = calloc(1, sizeof *canvas);
  *status = EDGE_PLOT_OUT_OF_MEMORY;
  if (canvas == NULL) return NULL;
  *status = cairo_library_load(library, &canvas->cairo);
  if (*status != EDGE_PLOT_OK) {
    free(canvas);
    return NULL;
  }
  canvas->kind = kind;
  make_surface(canvas, width, height);
  canvas->context = canvas->cairo.create(canvas->surface);
  canvas->cairo.scale(canvas->context, scale, scale);
  prepare_text(canvas);
  *status = status_of(canvas);
  if (*status == EDGE_PLOT_OK && !has_font(canvas)) *status = EDGE_PLOT_NO_FONT;
  if (*status == EDGE_PLOT_OK) return canvas;
  edge_canvas_destroy(canvas);
  return NULL;
}

void edge_canvas_destroy(edge_canvas *canvas) {
  canvas->cairo.destroy(canvas->context);
  canvas->cairo.surface_destroy(canvas->surface); /* an SVG's last bytes go to the canvas */
  free(canvas->bytes);
  free(canvas);
}

edge_plot_status edge_canvas_finish(edge_canvas *canvas, const uint8_t **bytes, size_t *count) {
  const cairo_library *cairo = &canvas->cairo;
  if (status_of(canvas) != EDGE_PLOT_OK) return status_of(canvas);
  if (canvas->kind == EDGE_CANVAS_SVG) {
    cairo->surface_finish(canvas->surface);
    canvas->failure = cairo->surface_status(canvas->surface);
  } else {
    cairo->surface_flush(canvas->surface);
    canvas->failure = cairo->surface_write_to_png_stream(canvas->surface, append, canvas);
  }
  *bytes = canvas->bytes;
  *count = canvas->count;
  return canvas->failure == STATUS_SUCCESS ? EDGE_PLOT_OK : status_of(canvas);
}

edge_plot_status edge_canvas_pixels(edge_canvas *canvas, int width, int height, uint8_t *rgb) {
  const cairo_library *cairo = &canvas->cairo;
  if (status_of(canvas) != EDGE_PLOT_OK) return status_of(canvas);
  if (canvas->kind != EDGE_CANVAS_PNG) return EDGE_PLOT_FAILED;
  cairo->surface_flush(canvas->surface);
  const unsigned char *rows = cairo->image_surface_get_data(canvas->surface);
  if (rows == NULL) return EDGE_PLOT_FAILED;
  size_t stride = (size_t)cairo->image_surface_get_stride(canvas->surface);
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++, rgb += 3) {
      uint32_t pixel;
      memcpy(&pixel, rows + (size_t)y * stride + (size_t)x * 4, sizeof pixel);
      rgb[0] = (uint8_t)(pixel >> 16);
      rgb[1] = (uint8_t)(pixel >> 8);
      rgb[2] = (uint8_t)pixel;
    }
  }
  return EDGE_PLOT_OK;
}

const char *edge_canvas_message(const edge_canvas *canvas) {
  int status = canvas->failure;
  if (status == STATUS_SUCCESS) status = canvas->cairo.status(canvas->context);
  return canvas->cairo.status_to_string(status);
}

/* MARK: Lines and areas */

static void set_color(edge_canvas *canvas, edge_color color) {
  canvas->cairo.set_source_rgba(canvas->context, color.red, color.green, color.blue, color.alpha);
}

static void add_rectangle(edge_canvas *canvas, edge_rectangle area) {
  canvas->cairo.rectangle(canvas->context, area.x, area.y, area.width, area.height);
}

void edge_canvas_fill(edge_canvas *canvas, edge_rectangle area, edge_color color) {
  set_color(canvas, color);
  add_rectangle(canvas, area);
  canvas->cairo.fill(canvas->context);
}

void edge_canvas_stroke(edge_canvas *canvas, const double *path, size_t count, double width,
                        double dash, edge_color color) {
  const cairo_library *cairo = &canvas->cairo;
  set_color(canvas, color);
  cairo->set_line_width(canvas->context, width);
  cairo->set_line_join(canvas->context, JOIN_ROUND);
  cairo->set_line_cap(canvas->context, dash > 0 ? CAP_BUTT : CAP_ROUND);
  cairo->set_dash(canvas->context, &dash, dash > 0 ? 1 : 0, 0);
  cairo->new_path(canvas->context);
  for (size_t i = 0; i < count; i++) cairo->line_to(canvas->context, path[2 * i], path[2 * i + 1]);
  cairo->stroke(canvas->context);
}

void edge_canvas_frame(edge_canvas *canvas, edge_rectangle area, double width, edge_color color) {
  set_color(canvas, color);
  canvas->cairo.set_line_width(canvas->context, width);
  canvas->cairo.set_line_join(canvas->context, JOIN_MITER);
  canvas->cairo.set_dash(canvas->context, NULL, 0, 0);
  add_rectangle(canvas, area);
  canvas->cairo.stroke(canvas->context);
}

void edge_canvas_disc(edge_canvas *canvas, double x, double y, double radius, edge_color color) {
  set_color(canvas, color);
  canvas->cairo.new_path(canvas->context);
  canvas->cairo.arc(canvas->context, x, y, radius, 0, 6.283185307179586);
  canvas->cairo.fill(canvas->context);
}

void edge_canvas_clip(edge_canvas *canvas, edge_rectangle area) {
  canvas->cairo.save(canvas->context);
  add_rectangle(canvas, area);
  canvas->cairo.clip(canvas->context);
}

void edge_canvas_move(edge_canvas *canvas, double x, double y) {
  canvas->cairo.translate(canvas->context, x, y);
}

void edge_canvas_unclip(edge_canvas *canvas) { canvas->cairo.restore(canvas->context); }

/* MARK: Text and pictures */

double edge_canvas_text_width(edge_canvas *canvas, const char *utf8, double size, int bold) {
  cairo_text_extents extents = {0};
  select_font(canvas, size, bold);
  canvas->cairo.text_extents(canvas->context, utf8, &extents);
  return extents.x_advance;
}

void edge_canvas_text(edge_canvas *canvas, const char *utf8, double x, double y, double size,
                      int bold, double angle, edge_color color) {
  const cairo_library *cairo = &canvas->cairo;
  cairo->save(canvas->context);
  set_color(canvas, color);
  select_font(canvas, size, bold);
  cairo->translate(canvas->context, x, y);
  cairo->rotate(canvas->context, angle);
  cairo->move_to(canvas->context, 0, 0);
  cairo->show_text(canvas->context, utf8);
  cairo->restore(canvas->context);
  cairo->new_path(canvas->context);
}

/* A surface with the picture's pixels: 32 bits each, 0x00RRGGBB. */
static cairo_surface *make_picture(const cairo_library *cairo, const uint8_t *rgb, int width,
                                   int height) {
  cairo_surface *picture = cairo->image_surface_create(FORMAT_RGB24, width, height);
  unsigned char *rows = cairo->image_surface_get_data(picture);
  if (rows == NULL) return picture; /* its status says why */
  size_t stride = (size_t)cairo->image_surface_get_stride(picture);
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++, rgb += 3) {
      uint32_t pixel = (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
      memcpy(rows + (size_t)y * stride + (size_t)x * 4, &pixel, sizeof pixel);
    }
  }
  cairo->surface_mark_dirty(picture);
  return picture;
}

void edge_canvas_image(edge_canvas *canvas, const uint8_t *rgb, int width, int height,
                       edge_rectangle area, int smooth) {
  const cairo_library *cairo = &canvas->cairo;
  cairo_surface *picture = make_picture(cairo, rgb, width, height);
  int status = cairo->surface_status(picture);
  if (status == STATUS_SUCCESS) {
    cairo->save(canvas->context);
    add_rectangle(canvas, area);
    cairo->translate(canvas->context, area.x, area.y);
    cairo->scale(canvas->context, area.width / width, area.height / height);
    cairo->set_source_surface(canvas->context, picture, 0, 0);
    cairo_pattern *pattern = cairo->get_source(canvas->context);
    cairo->pattern_set_filter(pattern, smooth ? FILTER_GOOD : FILTER_NEAREST);
    cairo->pattern_set_extend(pattern, EXTEND_PAD);
    cairo->fill(canvas->context);
    cairo->restore(canvas->context);
  } else if (canvas->failure == STATUS_SUCCESS) {
    canvas->failure = status;
  }
  cairo->surface_destroy(picture);
}
