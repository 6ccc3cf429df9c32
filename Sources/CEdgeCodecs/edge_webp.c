#include "edge_webp.h"

#include <stdio.h>

#include <webp/decode.h>

static edge_image_status translate(VP8StatusCode code, char *message) {
  switch (code) {
    case VP8_STATUS_OK:
      return EDGE_IMAGE_OK;
    case VP8_STATUS_OUT_OF_MEMORY:
      snprintf(message, EDGE_IMAGE_MESSAGE, "out of memory");
      return EDGE_IMAGE_OUT_OF_MEMORY;
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      snprintf(message, EDGE_IMAGE_MESSAGE, "the data ends early");
      return EDGE_IMAGE_TRUNCATED;
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      snprintf(message, EDGE_IMAGE_MESSAGE, "unsupported feature");
      return EDGE_IMAGE_UNSUPPORTED;
    default:
      snprintf(message, EDGE_IMAGE_MESSAGE, "damaged bitstream (libwebp status %d)", (int)code);
      return EDGE_IMAGE_CORRUPT;
  }
}

edge_image_status edge_webp_size(
    const uint8_t *data, size_t size, uint32_t *width, uint32_t *height, int *animated,
    char *message) {
  WebPBitstreamFeatures features;
  VP8StatusCode code = WebPGetFeatures(data, size, &features);
  if (code != VP8_STATUS_OK) return translate(code, message);
  *width = (uint32_t)features.width;
  *height = (uint32_t)features.height;
  *animated = features.has_animation;
  return EDGE_IMAGE_OK;
}

edge_image_status edge_webp_decode(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, uint8_t *rgb,
    char *message) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) {
    snprintf(message, EDGE_IMAGE_MESSAGE, "this libwebp differs from the one compiled for");
    return EDGE_IMAGE_UNSUPPORTED;
  }
  VP8StatusCode code = WebPGetFeatures(data, size, &config.input);
  if (code != VP8_STATUS_OK) return translate(code, message);
  if ((uint32_t)config.input.width != width || (uint32_t)config.input.height != height) {
    snprintf(message, EDGE_IMAGE_MESSAGE, "the size differs from the one asked for");
    return EDGE_IMAGE_CORRUPT;
  }
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = rgb;
  config.output.u.RGBA.stride = (int)(3 * width);
  config.output.u.RGBA.size = (size_t)width * height * 3;
  code = WebPDecode(data, size, &config);
  WebPFreeDecBuffer(&config.output);
  return translate(code, message);
}
