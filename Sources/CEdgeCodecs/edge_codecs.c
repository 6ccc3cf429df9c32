#include "edge_codecs.h"
