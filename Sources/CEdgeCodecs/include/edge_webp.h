/* WebP through libwebp: lossy and lossless. Transparency is left out. */
#ifndef EDGE_WEBP_H
#define EDGE_WEBP_H

#include "edge_image.h"

/* The size of the canvas, and whether the file is an animation (whose frames
 * edge_webp_decode takes one at a time, without the container). */
edge_image_status edge_webp_size(
    const uint8_t *data, size_t size, uint32_t *width, uint32_t *height, int *animated,
    char *message);

/* Writes width * height * 3 bytes; these must be the sizes that edge_webp_size gave. */
edge_image_status edge_webp_decode(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, uint8_t *rgb,
    char *message);

#endif
