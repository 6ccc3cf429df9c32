/* JPEG through libjpeg-turbo: grey, YCbCr, RGB, CMYK and YCCK, baseline and progressive.
 * Settings as in Pillow: accurate integer DCT, fancy upsampling. */
#ifndef EDGE_JPEG_H
#define EDGE_JPEG_H

#include "edge_image.h"

/* The size that the frame header states. */
edge_image_status edge_jpeg_size(
    const uint8_t *data, size_t size, uint32_t *width, uint32_t *height, char *message);

/* Writes width * height * 3 bytes; these must be the sizes that edge_jpeg_size gave.
 *
 * Four-component pictures are taken to be stored inverted, as Adobe's programs do, and become RGB
 * as in Pillow: with k' = 255 - k, r = k' - round(c * k' / 255). */
edge_image_status edge_jpeg_decode(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, uint8_t *rgb,
    char *message);

#endif
