#include "cairo_library.h"

#include <stddef.h>

#include "edge_libraries.h"

edge_plot_status cairo_library_load(const char *name, cairo_library *library) {
#ifdef __APPLE__
  static const char *const usual[] = {
      "libcairo.2.dylib", "/opt/homebrew/lib/libcairo.2.dylib", "/usr/local/lib/libcairo.2.dylib",
      NULL};
#else
  static const char *const usual[] = {"libcairo.so.2", "libcairo.so", NULL};
#endif
  const char *const given[] = {name, NULL};
#define ENTRY(result, name, parameters) {"cairo_" #name, &library->name},
  const edge_function functions[] = {CAIRO_FUNCTIONS(ENTRY){NULL, NULL}};
#undef ENTRY
  switch (edge_library_load(name != NULL ? given : usual, functions)) {
    case EDGE_LIBRARY_OK: return EDGE_PLOT_OK;
    case EDGE_LIBRARY_MISSING: return EDGE_PLOT_NO_LIBRARY;
    case EDGE_LIBRARY_INCOMPLETE: return EDGE_PLOT_OLD_LIBRARY;
  }
}
