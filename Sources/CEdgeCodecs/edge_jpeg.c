#include "edge_jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

/* A crafted file can hold ten thousands of empty scans, each of which costs a pass over all
 * coefficients; encoders write about ten. */
enum { MAXIMAL_SCANS = 500 };

typedef struct {
  struct jpeg_error_mgr errors; /* first, so that a pointer to it is one to this */
  struct jpeg_decompress_struct decoder;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  edge_image_status status;
  char *message;
} jpeg_state;

static _Noreturn void leave(j_common_ptr common) {
  jpeg_state *state = (jpeg_state *)common->err;
  char text[JMSG_LENGTH_MAX];
  common->err->format_message(common, text);
  snprintf(state->message, EDGE_IMAGE_MESSAGE, "%s", text);
  if (common->err->msg_code == JERR_OUT_OF_MEMORY) {
    state->status = EDGE_IMAGE_OUT_OF_MEMORY;
  } else if (common->err->msg_code == JERR_INPUT_EOF) {
    state->status = EDGE_IMAGE_TRUNCATED;
  } else {
    state->status = EDGE_IMAGE_CORRUPT;
  }
  longjmp(state->escape, 1);
}

static void be_silent(j_common_ptr common) { (void)common; }

static void do_nothing(j_decompress_ptr decoder) { (void)decoder; }

static boolean end_of_data(j_decompress_ptr decoder) {
  ERREXIT(decoder, JERR_INPUT_EOF);
  return FALSE;
}

static void skip_bytes(j_decompress_ptr decoder, long count) {
  if (count <= 0) return;
  if ((size_t)count > decoder->src->bytes_in_buffer) end_of_data(decoder);
  decoder->src->next_input_byte += count;
  decoder->src->bytes_in_buffer -= (size_t)count;
}

static void limit_scans(j_common_ptr common) {
  if (common->is_decompressor && ((j_decompress_ptr)common)->input_scan_number > MAXIMAL_SCANS) {
    jpeg_state *state = (jpeg_state *)common->err;
    snprintf(state->message, EDGE_IMAGE_MESSAGE, "more than %d scans", MAXIMAL_SCANS);
    state->status = EDGE_IMAGE_CORRUPT;
    longjmp(state->escape, 1);
  }
}

static void prepare_errors(jpeg_state *state, char *message) {
  state->message = message;
  state->status = EDGE_IMAGE_OK;
  state->decoder.err = jpeg_std_error(&state->errors);
  state->errors.error_exit = leave;
  state->errors.output_message = be_silent;
}

/* Reads up to the first scan. Files may begin with a stream of tables only. */
static void read_header(jpeg_state *state, const uint8_t *data, size_t size) {
  jpeg_create_decompress(&state->decoder);
  state->source = (struct jpeg_source_mgr){
      .next_input_byte = data,
      .bytes_in_buffer = size,
      .init_source = do_nothing,
      .fill_input_buffer = end_of_data,
      .skip_input_data = skip_bytes,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = do_nothing,
  };
  state->decoder.src = &state->source;
  state->progress.progress_monitor = limit_scans;
  state->decoder.progress = &state->progress;
  while (jpeg_read_header(&state->decoder, FALSE) == JPEG_HEADER_TABLES_ONLY) {
  }
}

static edge_image_status check_components(jpeg_state *state) {
  int count = state->decoder.num_components;
  if (count == 1 || count == 3 || count == 4) return EDGE_IMAGE_OK;
  snprintf(state->message, EDGE_IMAGE_MESSAGE, "%d colour components", count);
  return EDGE_IMAGE_UNSUPPORTED;
}

/* round(a * b / 255) for bytes, as Pillow computes it. */
static inline int multiply_by_255th(int a, int b) {
  int product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

static void cmyk_row_to_rgb(const uint8_t *cmyk, uint8_t *rgb, uint32_t width) {
  for (uint32_t x = 0; x < width; x++, cmyk += 4, rgb += 3) {
    int light = cmyk[3]; /* stored inverted: 255 - k */
    rgb[0] = (uint8_t)(light - multiply_by_255th(255 - cmyk[0], light));
    rgb[1] = (uint8_t)(light - multiply_by_255th(255 - cmyk[1], light));
    rgb[2] = (uint8_t)(light - multiply_by_255th(255 - cmyk[2], light));
  }
}

static void grey_row_to_rgb(const uint8_t *grey, uint8_t *rgb, uint32_t width) {
  for (uint32_t x = 0; x < width; x++, rgb += 3) rgb[0] = rgb[1] = rgb[2] = grey[x];
}

/* Has the decoder compute the columns of the part, and at their left a few more, which are counted
 * in the result. Upsampling looks at neighbours: with one block more on either side, the part is
 * the same as that of the whole picture. */
static uint32_t choose_columns(j_decompress_ptr decoder, const edge_jpeg_part *part) {
  uint32_t block = (uint32_t)(decoder->max_h_samp_factor * decoder->min_DCT_scaled_size);
  JDIMENSION left = part->x > block ? part->x - block : 0;
  uint32_t right = part->x + part->width;
  right = decoder->output_width - right > block ? right + block : decoder->output_width;
  JDIMENSION columns = right - left;
  if (columns < decoder->output_width) jpeg_crop_scanline(decoder, &left, &columns);
  return part->x - left;
}

static edge_image_status read_part(
    jpeg_state *state, const edge_jpeg_part *part, uint8_t *rgb) {
  j_decompress_ptr decoder = &state->decoder;
  int components = decoder->num_components;
  decoder->out_color_space =
      components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
  decoder->scale_num = part->eighths;
  decoder->scale_denom = 8;
  jpeg_start_decompress(decoder);
  if (part->width > decoder->output_width || part->x > decoder->output_width - part->width ||
      part->height > decoder->output_height || part->y > decoder->output_height - part->height) {
    snprintf(state->message, EDGE_IMAGE_MESSAGE, "the part lies outside the picture");
    return EDGE_IMAGE_CORRUPT;
  }
  uint32_t skipped = choose_columns(decoder, part);
  JSAMPARRAY rows = decoder->mem->alloc_sarray(
      (j_common_ptr)decoder, JPOOL_IMAGE, decoder->output_width * (JDIMENSION)components, 1);
  if (part->y > 0) jpeg_skip_scanlines(decoder, part->y);
  for (uint32_t y = 0; y < part->height; y++, rgb += (size_t)part->width * 3) {
    jpeg_read_scanlines(decoder, rows, 1);
    const uint8_t *row = rows[0] + (size_t)skipped * (size_t)components;
    if (components == 4) cmyk_row_to_rgb(row, rgb, part->width);
    if (components == 3) memcpy(rgb, row, (size_t)part->width * 3);
    if (components == 1) grey_row_to_rgb(row, rgb, part->width);
  }
  return EDGE_IMAGE_OK;
}

edge_image_status edge_jpeg_size(
    const uint8_t *data, size_t size, uint32_t *width, uint32_t *height, char *message) {
  jpeg_state state;
  memset(&state, 0, sizeof state);
  prepare_errors(&state, message);
  if (setjmp(state.escape)) {
    jpeg_destroy_decompress(&state.decoder);
    return state.status;
  }
  read_header(&state, data, size);
  *width = state.decoder.image_width;
  *height = state.decoder.image_height;
  edge_image_status status = check_components(&state);
  jpeg_destroy_decompress(&state.decoder);
  return status;
}

edge_image_status edge_jpeg_decode(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height,
    const edge_jpeg_part *part, uint8_t *rgb, char *message) {
  jpeg_state state;
  memset(&state, 0, sizeof state);
  prepare_errors(&state, message);
  if (setjmp(state.escape)) {
    jpeg_destroy_decompress(&state.decoder);
    return state.status;
  }
  read_header(&state, data, size);
  edge_image_status status = check_components(&state);
  if (status == EDGE_IMAGE_OK &&
      (state.decoder.image_width != width || state.decoder.image_height != height)) {
    snprintf(message, EDGE_IMAGE_MESSAGE, "the size differs from the one asked for");
    status = EDGE_IMAGE_CORRUPT;
  }
  if (status == EDGE_IMAGE_OK) status = read_part(&state, part, rgb);
  /* The rows are complete: what follows them, or is missing there, doesn't matter. */
  jpeg_destroy_decompress(&state.decoder);
  return status;
}
