#include "expat_library.h"

#include <pthread.h>
#include <stddef.h>

#include "edge_libraries.h"

static expat_library library;
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
#ifdef __APPLE__
  static const char *const names[] = {"libexpat.1.dylib", "libexpat.dylib", NULL};
#else
  static const char *const names[] = {"libexpat.so.1", "libexpat.so", NULL};
#endif
#define ENTRY(result, name, parameters) {"XML_" #name, &library.name},
  const edge_function functions[] = {EXPAT_FUNCTIONS(ENTRY){NULL, NULL}};
#undef ENTRY
  is_loaded = edge_library_load(names, functions) == EDGE_LIBRARY_OK;
}

const expat_library *expat_library_load(void) {
  pthread_once(&once, load);
  return is_loaded ? &library : NULL;
}
