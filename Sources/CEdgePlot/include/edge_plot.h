/* A canvas for charts, by libcairo.
 *
 * libcairo is loaded when the first canvas is made, not with the process, and no header of it is
 * needed to build. Lengths are in points, x to the right and y down; a point is `scale` pixels.
 * Colors are red, green, blue, alpha, each from 0 to 1. Coordinates must be finite and within a
 * million pixels. What fails while drawing is kept: the functions after it draw nothing, and
 * edge_canvas_finish tells. A canvas serves one thread at a time. */
#ifndef EDGE_PLOT_H
#define EDGE_PLOT_H

#include <stddef.h>
#include <stdint.h>

typedef enum edge_plot_status {
  EDGE_PLOT_OK = 0,
  EDGE_PLOT_NO_LIBRARY,    /* libcairo isn't installed */
  EDGE_PLOT_OLD_LIBRARY,   /* it lacks a function (needed: 1.16) */
  EDGE_PLOT_NO_FONT,       /* there is no font to write with */
  EDGE_PLOT_OUT_OF_MEMORY,
  EDGE_PLOT_FAILED         /* anything else: see edge_canvas_message */
} edge_plot_status;

typedef enum edge_canvas_kind { EDGE_CANVAS_PNG = 0, EDGE_CANVAS_SVG = 1 } edge_canvas_kind;

typedef struct edge_color {
  double red, green, blue, alpha;
} edge_color;

typedef struct edge_rectangle {
  double x, y, width, height;
} edge_rectangle;

typedef struct edge_canvas edge_canvas;

/* A transparent canvas of width by height pixels (at most 32767 each); NULL where `status` isn't
 * OK. The library is opened by the given name, or by its usual ones where that is NULL. */
edge_canvas *edge_canvas_create(const char *library, edge_canvas_kind kind, int width, int height,
                                double scale, edge_plot_status *status);

void edge_canvas_destroy(edge_canvas *canvas);

/* Lines and areas. A path is `count` points, x and y in turn. */
void edge_canvas_fill(edge_canvas *canvas, edge_rectangle area, edge_color color);
void edge_canvas_stroke(edge_canvas *canvas, const double *path, size_t count, double width,
                        double dash, edge_color color); /* dash 0: a whole line */
void edge_canvas_frame(edge_canvas *canvas, edge_rectangle area, double width, edge_color color);
void edge_canvas_disc(edge_canvas *canvas, double x, double y, double radius, edge_color color);

/* The advance of a text in points, without line breaks; 0 after a failure. */
double edge_canvas_text_width(edge_canvas *canvas, const char *utf8, double size, int bold);

/* Writes from (x, y) on, the start of the baseline, turned clockwise by `angle` radians. */
void edge_canvas_text(edge_canvas *canvas, const char *utf8, double x, double y, double size,
                      int bold, double angle, edge_color color);

/* Scales a picture of width * height * 3 bytes (RGB, rows top to bottom) into an area. */
void edge_canvas_image(edge_canvas *canvas, const uint8_t *rgb, int width, int height,
                       edge_rectangle area, int smooth);

/* Draws only within the area until the matching unclip, which also takes back moves of the origin. */
void edge_canvas_clip(edge_canvas *canvas, edge_rectangle area);
void edge_canvas_move(edge_canvas *canvas, double x, double y);
void edge_canvas_unclip(edge_canvas *canvas);

/* Ends drawing and gives the file's bytes, which belong to the canvas. PNG has no alpha. */
edge_plot_status edge_canvas_finish(edge_canvas *canvas, const uint8_t **bytes, size_t *count);

/* Ends drawing and writes the pixels of a PNG canvas that was made with this size: width * height
 * * 3 bytes (RGB, rows top to bottom). */
edge_plot_status edge_canvas_pixels(edge_canvas *canvas, int width, int height, uint8_t *rgb);

/* libcairo's words for what failed. */
const char *edge_canvas_message(const edge_canvas *canvas);

#endif
