/* PNG through libpng: all colour types, bit depths and interlacing. Transparency and gamma are
 * left out, 16-bit colour keeps its upper byte, 16-bit grey is cut off at 255 (as Pillow does). */
#ifndef EDGE_PNG_H
#define EDGE_PNG_H

#include "edge_image.h"

/* The size that the header states. */
edge_image_status edge_png_size(
    const uint8_t *data, size_t size, uint32_t *width, uint32_t *height, char *message);

/* Writes width * height * 3 bytes; these must be the sizes that edge_png_size gave. */
edge_image_status edge_png_decode(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, uint8_t *rgb,
    char *message);

#endif
