#include "edge_resources.h"
