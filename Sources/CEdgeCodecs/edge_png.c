#include "edge_png.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

typedef struct {
  png_structp decoder;
  png_infop info;
  const uint8_t *data;
  size_t remaining;
  edge_image_status status;
  char *message;
} png_state;

/* How libpng leaves a row at the start of the place of an RGB row. */
typedef enum { ROW_RGB, ROW_GREY, ROW_GREY_16, ROW_INDEX } row_form;

static void leave(png_structp decoder, png_const_charp text) {
  png_state *state = png_get_error_ptr(decoder);
  if (state->status == EDGE_IMAGE_OK) {
    snprintf(state->message, EDGE_IMAGE_MESSAGE, "%s", text);
    state->status =
        strcmp(text, "Out of memory") == 0 ? EDGE_IMAGE_OUT_OF_MEMORY : EDGE_IMAGE_CORRUPT;
  }
  png_longjmp(decoder, 1);
}

static void ignore_warning(png_structp decoder, png_const_charp text) {
  (void)decoder;
  (void)text;
}

static void read_bytes(png_structp decoder, png_bytep out, size_t count) {
  png_state *state = png_get_io_ptr(decoder);
  if (count > state->remaining) {
    snprintf(state->message, EDGE_IMAGE_MESSAGE, "the data ends early");
    state->status = EDGE_IMAGE_TRUNCATED;
    png_error(decoder, state->message);
  }
  memcpy(out, state->data, count);
  state->data += count;
  state->remaining -= count;
}

static edge_image_status open_decoder(
    png_state *state, const uint8_t *data, size_t size, char *message) {
  *state = (png_state){.data = data, .remaining = size, .message = message};
  state->decoder = png_create_read_struct(PNG_LIBPNG_VER_STRING, state, leave, ignore_warning);
  if (state->decoder) state->info = png_create_info_struct(state->decoder);
  if (state->info) return EDGE_IMAGE_OK;
  png_destroy_read_struct(&state->decoder, NULL, NULL);
  snprintf(message, EDGE_IMAGE_MESSAGE, "out of memory");
  return EDGE_IMAGE_OUT_OF_MEMORY;
}

/* Reads up to the first pixels. Sizes are limited by the caller; chunks that don't bear on the
 * pixels are skipped, but their checksums count. */
static void read_header(png_state *state) {
  png_set_user_limits(state->decoder, 0x7FFFFFFF, 0x7FFFFFFF);
  png_set_keep_unknown_chunks(state->decoder, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_crc_action(state->decoder, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_read_fn(state->decoder, state, read_bytes);
  png_read_info(state->decoder, state->info);
}

static row_form choose_form(png_state *state) {
  png_structp decoder = state->decoder;
  int depth = png_get_bit_depth(decoder, state->info);
  switch (png_get_color_type(decoder, state->info)) {
    case PNG_COLOR_TYPE_PALETTE:
      png_set_packing(decoder);
      return ROW_INDEX;
    case PNG_COLOR_TYPE_GRAY:
      if (depth == 16) return ROW_GREY_16;
      if (depth < 8) png_set_expand_gray_1_2_4_to_8(decoder);
      return ROW_GREY;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      png_set_strip_16(decoder);
      png_set_strip_alpha(decoder);
      return ROW_GREY;
    default:
      png_set_strip_16(decoder);
      png_set_strip_alpha(decoder);
      return ROW_RGB;
  }
}

static size_t sample_bytes(row_form form) {
  return form == ROW_RGB ? 3 : form == ROW_GREY_16 ? 2 : 1;
}

/* Spreads a row to RGB in place, from its end. `palette` has 256 entries. */
static void spread_row(uint8_t *row, uint32_t width, row_form form, const png_color *palette) {
  if (form == ROW_RGB) return;
  for (size_t x = width; x-- > 0;) {
    uint8_t *out = row + 3 * x;
    if (form == ROW_INDEX) {
      png_color color = palette[row[x]];
      out[0] = color.red;
      out[1] = color.green;
      out[2] = color.blue;
    } else {
      uint8_t wide = form == ROW_GREY_16 && row[2 * x] != 0 ? 255 : row[2 * x + 1];
      uint8_t value = form == ROW_GREY ? row[x] : wide;
      out[0] = out[1] = out[2] = value;
    }
  }
}

/* Indices beyond the stored palette are black. */
static void copy_palette(png_state *state, png_color palette[256]) {
  png_colorp stored = NULL;
  int count = 0;
  memset(palette, 0, 256 * sizeof *palette);
  if (png_get_PLTE(state->decoder, state->info, &stored, &count) && count <= 256) {
    memcpy(palette, stored, (size_t)count * sizeof *palette);
  }
}

static void read_rows(png_state *state, uint32_t width, uint32_t height, uint8_t *rgb) {
  png_color palette[256];
  copy_palette(state, palette);
  row_form form = choose_form(state);
  int passes = png_set_interlace_handling(state->decoder);
  png_read_update_info(state->decoder, state->info);
  if (png_get_rowbytes(state->decoder, state->info) != width * sample_bytes(form)) {
    png_error(state->decoder, "unexpected row size");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < height; y++) {
      uint8_t *row = rgb + (size_t)y * width * 3;
      png_read_row(state->decoder, row, NULL);
      if (pass == passes - 1) spread_row(row, width, form, palette);
    }
  }
}

/* Numbers of at most a byte stay as they are stored, one in each byte of a row. */
static void read_index_rows(png_state *state, uint32_t width, uint32_t height, uint8_t *indices) {
  png_structp decoder = state->decoder;
  int color_type = png_get_color_type(decoder, state->info);
  if ((color_type != PNG_COLOR_TYPE_PALETTE && color_type != PNG_COLOR_TYPE_GRAY) ||
      png_get_bit_depth(decoder, state->info) > 8) {
    snprintf(state->message, EDGE_IMAGE_MESSAGE,
             "expected a palette or gray of at most 8 bits, found colors, transparency or 16 bits");
    state->status = EDGE_IMAGE_UNSUPPORTED;
    png_error(decoder, state->message);
  }
  png_set_packing(decoder);
  int passes = png_set_interlace_handling(decoder);
  png_read_update_info(decoder, state->info);
  if (png_get_rowbytes(decoder, state->info) != width) png_error(decoder, "unexpected row size");
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < height; y++) {
      png_read_row(decoder, indices + (size_t)y * width, NULL);
    }
  }
}

edge_image_status edge_png_size(
    const uint8_t *data, size_t size, uint32_t *width, uint32_t *height, char *message) {
  png_state state;
  if (open_decoder(&state, data, size, message) != EDGE_IMAGE_OK) {
    return EDGE_IMAGE_OUT_OF_MEMORY;
  }
  if (setjmp(png_jmpbuf(state.decoder)) == 0) {
    read_header(&state);
    *width = png_get_image_width(state.decoder, state.info);
    *height = png_get_image_height(state.decoder, state.info);
  }
  png_destroy_read_struct(&state.decoder, &state.info, NULL);
  return state.status;
}

typedef void (*row_reader)(png_state *state, uint32_t width, uint32_t height, uint8_t *pixels);

static edge_image_status decode(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, row_reader read,
    uint8_t *pixels, char *message) {
  png_state state;
  if (open_decoder(&state, data, size, message) != EDGE_IMAGE_OK) {
    return EDGE_IMAGE_OUT_OF_MEMORY;
  }
  if (setjmp(png_jmpbuf(state.decoder)) == 0) {
    read_header(&state);
    if (png_get_image_width(state.decoder, state.info) != width ||
        png_get_image_height(state.decoder, state.info) != height) {
      png_error(state.decoder, "the size differs from the one asked for");
    }
    /* Rows are complete: what follows them, or is missing there, doesn't matter. */
    read(&state, width, height, pixels);
  }
  png_destroy_read_struct(&state.decoder, &state.info, NULL);
  return state.status;
}

edge_image_status edge_png_decode(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, uint8_t *rgb,
    char *message) {
  return decode(data, size, width, height, read_rows, rgb, message);
}

edge_image_status edge_png_decode_indices(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, uint8_t *indices,
    char *message) {
  return decode(data, size, width, height, read_index_rows, indices, message);
}
