/* JPEG through libjpeg-turbo: grey, YCbCr, RGB, CMYK and YCCK, baseline and progressive.
 * Settings as in Pillow: accurate integer DCT, fancy upsampling. */
#ifndef EDGE_JPEG_H
#define EDGE_JPEG_H

#include "edge_image.h"

/* The size that the frame header states. */
edge_image_status edge_jpeg_size(
    const uint8_t *data, size_t size, uint32_t *width, uint32_t *height, char *message);

/* A rectangle of the picture reduced to eighths / 8 of its size, which is rounded up. */
typedef struct {
  uint32_t eighths; /* 1 to 8; 1, 2, 4 and 8 have fast transforms, the others are slower than 8 */
  uint32_t x, y, width, height;
} edge_jpeg_part;

/* Writes part->width * part->height * 3 bytes, the same as in the whole picture, of which only what
 * is needed is computed; rows below the part aren't even read. width and height must be those that
 * edge_jpeg_size gave.
 *
 * Four-component pictures are taken to be stored inverted, as Adobe's programs do, and become RGB
 * as in Pillow: with k' = 255 - k, r = k' - round(c * k' / 255). */
edge_image_status edge_jpeg_decode(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height,
    const edge_jpeg_part *part, uint8_t *rgb, char *message);

#endif
