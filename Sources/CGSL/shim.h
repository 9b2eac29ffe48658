/* What Windtunnel uses of the GNU Scientific Library. */
#ifndef WINDTUNNEL_CGSL_H
#define WINDTUNNEL_CGSL_H
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf.h>
#include <gsl/gsl_spline.h>
#include <gsl/gsl_interp.h>
#include <gsl/gsl_statistics_double.h>
#include <gsl/gsl_roots.h>
/* Swift 6 refuses C globals that may be written: read them through functions. */
static inline const gsl_interp_type *windtunnel_gsl_linear(void) { return gsl_interp_linear; }
static inline const gsl_interp_type *windtunnel_gsl_akima_periodic(void) { return gsl_interp_akima_periodic; }
static inline const gsl_interp_type *windtunnel_gsl_cspline_periodic(void) { return gsl_interp_cspline_periodic; }
static inline const gsl_interp_type *windtunnel_gsl_akima(void) { return gsl_interp_akima; }
static inline const gsl_interp_type *windtunnel_gsl_cspline(void) { return gsl_interp_cspline; }
static inline const gsl_interp_type *windtunnel_gsl_steffen(void) { return gsl_interp_steffen; }
static inline const gsl_rng_type *windtunnel_gsl_mt19937(void) { return gsl_rng_mt19937; }
static inline const gsl_qrng_type *windtunnel_gsl_sobol(void) { return gsl_qrng_sobol; }
static inline const gsl_qrng_type *windtunnel_gsl_halton(void) { return gsl_qrng_halton; }
#endif
