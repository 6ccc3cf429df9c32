#include "edge_transfer.h"
