/* The part of libexpat's stable interface (libexpat.so.1, its plain build with characters of one
 * byte) that reading needs, found by name at run time. */
#ifndef EXPAT_LIBRARY_H
#define EXPAT_LIBRARY_H

typedef struct expat_parser expat_parser;

typedef void (*expat_start)(void *context, const char *name, const char **attributes);
typedef void (*expat_end)(void *context, const char *name);
typedef void (*expat_text)(void *context, const char *bytes, int count);
typedef void (*expat_doctype)(void *context, const char *name, const char *system_id,
                              const char *public_id, int has_internal_subset);

enum { EXPAT_ERROR = 0, EXPAT_NO_MEMORY = 1 };

/* Every function: its result, its name after "XML_" and its parameters. */
#define EXPAT_FUNCTIONS(FUNCTION)                                                \
  FUNCTION(expat_parser *, ParserCreate, (const char *encoding))                 \
  FUNCTION(void, ParserFree, (expat_parser *))                                   \
  FUNCTION(void, SetUserData, (expat_parser *, void *context))                   \
  FUNCTION(void, SetElementHandler, (expat_parser *, expat_start, expat_end))    \
  FUNCTION(void, SetCharacterDataHandler, (expat_parser *, expat_text))          \
  FUNCTION(void, SetStartDoctypeDeclHandler, (expat_parser *, expat_doctype))    \
  FUNCTION(int, Parse, (expat_parser *, const char *bytes, int count, int last)) \
  FUNCTION(int, StopParser, (expat_parser *, unsigned char resumable))           \
  FUNCTION(int, GetErrorCode, (expat_parser *))                                  \
  FUNCTION(const char *, ErrorString, (int code))                                \
  FUNCTION(unsigned long, GetCurrentLineNumber, (expat_parser *))

typedef struct expat_library {
#define DECLARE(result, name, parameters) result(*name) parameters;
  EXPAT_FUNCTIONS(DECLARE)
#undef DECLARE
} expat_library;

/* The loaded library, the same for the whole process; NULL where there is none. */
const expat_library *expat_library_load(void);

#endif
