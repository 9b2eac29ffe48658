/* zlib reads the gzip traces. */
#include <zlib.h>
