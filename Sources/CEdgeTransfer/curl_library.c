#include "curl_library.h"

#include <pthread.h>
#include <stddef.h>

#include "edge_libraries.h"

static curl_library library;
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
#ifdef __APPLE__
  static const char *const names[] = {"libcurl.4.dylib", "libcurl.dylib", NULL};
#else
  static const char *const names[] = {"libcurl.so.4", "libcurl.so", "libcurl-gnutls.so.4", NULL};
#endif
#define ENTRY(result, name, parameters) {"curl_" #name, &library.name},
  const edge_function functions[] = {CURL_FUNCTIONS(ENTRY){NULL, NULL}};
#undef ENTRY
  is_loaded = edge_library_load(names, functions) == EDGE_LIBRARY_OK &&
              library.global_init(CURL_GLOBAL_EVERYTHING) == 0;
}

const curl_library *curl_library_load(void) {
  pthread_once(&once, load);
  return is_loaded ? &library : NULL;
}
