#include "edge_markup.h"

#include <limits.h>
#include <stdio.h>

#include "expat_library.h"

typedef struct reading {
  const expat_library *library;
  expat_parser *parser;
  const edge_markup_reader *reader;
  int depth, depth_limit;
  edge_markup_status stopped; /* why a handler ended the reading; OK if none did */
} reading;

/* A few more calls may follow this one: none of them counts. */
static void stop(reading *state, edge_markup_status status) {
  if (state->stopped != EDGE_MARKUP_OK) return;
  state->stopped = status;
  state->library->StopParser(state->parser, 0);
}

static void on_start(void *context, const char *name, const char **attributes) {
  reading *state = context;
  (void)attributes;
  if (state->stopped != EDGE_MARKUP_OK) return;
  if (++state->depth > state->depth_limit) {
    stop(state, EDGE_MARKUP_TOO_DEEP);
    return;
  }
  state->reader->begin(state->reader->context, name,
                       (int64_t)state->library->GetCurrentLineNumber(state->parser));
}

static void on_end(void *context, const char *name) {
  reading *state = context;
  (void)name;
  if (state->stopped != EDGE_MARKUP_OK) return;
  state->depth--;
  state->reader->end(state->reader->context);
}

static void on_text(void *context, const char *bytes, int count) {
  reading *state = context;
  if (state->stopped != EDGE_MARKUP_OK || count <= 0) return;
  state->reader->text(state->reader->context, (const uint8_t *)bytes, (size_t)count);
}

static void on_doctype(void *context, const char *name, const char *system_id,
                       const char *public_id, int has_internal_subset) {
  (void)name;
  (void)system_id;
  (void)public_id;
  (void)has_internal_subset;
  stop(context, EDGE_MARKUP_DOCTYPE);
}

static edge_markup_status failure(const reading *state, char *message) {
  int code = state->library->GetErrorCode(state->parser);
  const char *text = state->library->ErrorString(code);
  snprintf(message, EDGE_MARKUP_MESSAGE, "%s", text != NULL ? text : "an unknown error");
  if (state->stopped != EDGE_MARKUP_OK) return state->stopped;
  return code == EXPAT_NO_MEMORY ? EDGE_MARKUP_OUT_OF_MEMORY : EDGE_MARKUP_MALFORMED;
}

edge_markup_status edge_markup_read(const uint8_t *bytes, size_t count, int depth_limit,
                                    const edge_markup_reader *reader, int64_t *line,
                                    char *message) {
  *line = 1;
  message[0] = 0;
  reading state = {.library = expat_library_load(), .reader = reader, .depth_limit = depth_limit};
  if (state.library == NULL) return EDGE_MARKUP_NO_LIBRARY;
  if (count > INT_MAX) return EDGE_MARKUP_OUT_OF_MEMORY;
  state.parser = state.library->ParserCreate(NULL);
  if (state.parser == NULL) return EDGE_MARKUP_OUT_OF_MEMORY;
  state.library->SetUserData(state.parser, &state);
  state.library->SetElementHandler(state.parser, on_start, on_end);
  state.library->SetCharacterDataHandler(state.parser, on_text);
  state.library->SetStartDoctypeDeclHandler(state.parser, on_doctype);
  edge_markup_status status = EDGE_MARKUP_OK;
  if (state.library->Parse(state.parser, (const char *)bytes, (int)count, 1) == EXPAT_ERROR) {
    *line = (int64_t)state.library->GetCurrentLineNumber(state.parser);
    status = failure(&state, message);
  }
  state.library->ParserFree(state.parser);
  return status;
}
