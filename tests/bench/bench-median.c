/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-figures.h"

#include <stdlib.h>

static int
compare_doubles (const void *a, const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return difference < 0 ? -1 : difference > 0;
}

/**
 * bench_median:
 * @values: (array length=n): figures; they are sorted
 * @n: how many; at least one
 *
 * Returns: the one in the middle, which does not mind what else the machine did at times
 */
double
bench_median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/**
 * bench_percentile:
 * @values: (element-type double): figures; they are sorted
 * @percent: below 100
 *
 * Returns: what so many of a hundred do not exceed
 */
double
bench_percentile (GArray *values, guint percent)
{
  g_assert (values->len > 0 && percent < 100);

  qsort (values->data, values->len, sizeof (double), compare_doubles);
  return g_array_index (values, double, (guint) ((guint64) values->len * percent / 100));
}
