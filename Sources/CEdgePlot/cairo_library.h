/* The part of libcairo's stable interface (libcairo.so.2, since 1.16) that a canvas needs, found by
 * name at run time. */
#ifndef CAIRO_LIBRARY_H
#define CAIRO_LIBRARY_H

#include "edge_plot.h"

typedef struct cairo_context cairo_context;
typedef struct cairo_surface cairo_surface;
typedef struct cairo_pattern cairo_pattern;
typedef struct cairo_scaled_font cairo_scaled_font;
typedef struct cairo_font_options cairo_font_options;

typedef struct cairo_text_extents {
  double x_bearing, y_bearing, width, height, x_advance, y_advance;
} cairo_text_extents;

typedef int (*cairo_writer)(void *context, const unsigned char *bytes, unsigned int count);

enum { STATUS_SUCCESS = 0, STATUS_NO_MEMORY = 1, STATUS_WRITE_ERROR = 11 };
enum { FORMAT_RGB24 = 1, SVG_UNIT_PIXEL = 3, CAP_BUTT = 0, CAP_ROUND = 1 };
enum { JOIN_MITER = 0, JOIN_ROUND = 1 };
enum { FILTER_GOOD = 1, FILTER_NEAREST = 3, EXTEND_PAD = 3, FONT_TYPE_USER = 4 };
enum { ANTIALIAS_GRAY = 2, HINT_STYLE_NONE = 1, HINT_METRICS_OFF = 1 };

/* Every function: its result, its name after "cairo_" and its parameters. */
#define CAIRO_FUNCTIONS(FUNCTION)                                                                 \
  FUNCTION(cairo_surface *, image_surface_create, (int format, int width, int height))            \
  FUNCTION(unsigned char *, image_surface_get_data, (cairo_surface *))                            \
  FUNCTION(int, image_surface_get_stride, (cairo_surface *))                                      \
  FUNCTION(cairo_surface *, svg_surface_create_for_stream,                                        \
           (cairo_writer, void *context, double width, double height))                            \
  FUNCTION(void, svg_surface_set_document_unit, (cairo_surface *, int unit))                      \
  FUNCTION(int, surface_write_to_png_stream, (cairo_surface *, cairo_writer, void *context))      \
  FUNCTION(int, surface_status, (cairo_surface *))                                                \
  FUNCTION(void, surface_flush, (cairo_surface *))                                                \
  FUNCTION(void, surface_mark_dirty, (cairo_surface *))                                           \
  FUNCTION(void, surface_finish, (cairo_surface *))                                               \
  FUNCTION(void, surface_destroy, (cairo_surface *))                                              \
  FUNCTION(cairo_context *, create, (cairo_surface *))                                            \
  FUNCTION(void, destroy, (cairo_context *))                                                      \
  FUNCTION(int, status, (cairo_context *))                                                        \
  FUNCTION(const char *, status_to_string, (int status))                                          \
  FUNCTION(void, save, (cairo_context *))                                                         \
  FUNCTION(void, restore, (cairo_context *))                                                      \
  FUNCTION(void, scale, (cairo_context *, double x, double y))                                    \
  FUNCTION(void, translate, (cairo_context *, double x, double y))                                \
  FUNCTION(void, rotate, (cairo_context *, double radians))                                       \
  FUNCTION(void, clip, (cairo_context *))                                                         \
  FUNCTION(void, new_path, (cairo_context *))                                                     \
  FUNCTION(void, move_to, (cairo_context *, double x, double y))                                  \
  FUNCTION(void, line_to, (cairo_context *, double x, double y))                                  \
  FUNCTION(void, rectangle, (cairo_context *, double x, double y, double width, double height))   \
  FUNCTION(void, arc,                                                                             \
           (cairo_context *, double x, double y, double radius, double from, double to))          \
  FUNCTION(void, fill, (cairo_context *))                                                         \
  FUNCTION(void, stroke, (cairo_context *))                                                       \
  FUNCTION(void, set_line_width, (cairo_context *, double width))                                 \
  FUNCTION(void, set_line_cap, (cairo_context *, int cap))                                        \
  FUNCTION(void, set_line_join, (cairo_context *, int join))                                      \
  FUNCTION(void, set_dash, (cairo_context *, const double *lengths, int count, double offset))    \
  FUNCTION(void, set_source_rgba,                                                                 \
           (cairo_context *, double red, double green, double blue, double alpha))                \
  FUNCTION(void, set_source_surface, (cairo_context *, cairo_surface *, double x, double y))      \
  FUNCTION(cairo_pattern *, get_source, (cairo_context *))                                        \
  FUNCTION(void, pattern_set_filter, (cairo_pattern *, int filter))                               \
  FUNCTION(void, pattern_set_extend, (cairo_pattern *, int extend))                               \
  FUNCTION(cairo_font_options *, font_options_create, (void))                                     \
  FUNCTION(void, font_options_destroy, (cairo_font_options *))                                    \
  FUNCTION(void, font_options_set_antialias, (cairo_font_options *, int antialias))               \
  FUNCTION(void, font_options_set_hint_style, (cairo_font_options *, int style))                  \
  FUNCTION(void, font_options_set_hint_metrics, (cairo_font_options *, int metrics))              \
  FUNCTION(void, set_font_options, (cairo_context *, const cairo_font_options *))                 \
  FUNCTION(void, select_font_face, (cairo_context *, const char *family, int slant, int weight))  \
  FUNCTION(void, set_font_size, (cairo_context *, double size))                                   \
  FUNCTION(cairo_scaled_font *, get_scaled_font, (cairo_context *))                               \
  FUNCTION(int, scaled_font_get_type, (cairo_scaled_font *))                                      \
  FUNCTION(void, text_extents, (cairo_context *, const char *utf8, cairo_text_extents *))         \
  FUNCTION(void, show_text, (cairo_context *, const char *utf8))

typedef struct cairo_library {
#define DECLARE(result, name, parameters) result(*name) parameters;
  CAIRO_FUNCTIONS(DECLARE)
#undef DECLARE
} cairo_library;

/* Finds the functions in the library of the given name, or of its usual names where that is NULL;
 * once loaded, it stays with the process. */
edge_plot_status cairo_library_load(const char *name, cairo_library *library);

#endif
