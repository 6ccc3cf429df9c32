#include "edge_libraries.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

static void *open_library(const char *const *names) {
  for (; *names != NULL; names++) {
    void *image = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    if (image != NULL) return image;
  }
  return NULL;
}

edge_library_status edge_library_load(const char *const *names, const edge_function *functions) {
  void *image = open_library(names);
  if (image == NULL) return EDGE_LIBRARY_MISSING;
  edge_library_status status = EDGE_LIBRARY_OK;
  for (; functions->name != NULL; functions++) {
    /* POSIX gives the address of a function as an object pointer of the same size. */
    void *address = dlsym(image, functions->name);
    memcpy(functions->address, &address, sizeof address);
    if (address == NULL) status = EDGE_LIBRARY_INCOMPLETE;
  }
  return status;
}
