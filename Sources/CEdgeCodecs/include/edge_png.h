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

/* Writes width * height bytes, the numbers as they are stored: places in the palette, or gray of 1,
 * 2, 4 or 8 bits without widening. Other kinds of PNG are EDGE_IMAGE_UNSUPPORTED. */
edge_image_status edge_png_decode_indices(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, uint8_t *indices,
    char *message);

#endif
