/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-report.h"

#include <stdio.h>

struct _BenchReport
{
  GString *json; /* the objects so far, without the brackets around them */
  gboolean counts_hold;
};

/**
 * bench_report_new:
 *
 * Returns: (transfer full): a report without figures
 */
BenchReport *
bench_report_new (void)
{
  BenchReport *self = g_new0 (BenchReport, 1);

  self->json = g_string_new (NULL);
  self->counts_hold = TRUE;
  return self;
}

/**
 * bench_report_free:
 * @self: (transfer full): a report
 */
void
bench_report_free (BenchReport *self)
{
  g_string_free (self->json, TRUE);
  g_free (self);
}

/* Three significant digits: the rest is noise. */
static char *
format_value (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  const char *format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.4f";

  return g_strdup (g_ascii_formatd (text, sizeof text, format, value));
}

/* Names and units are ours, and hold nothing that JSON would have to escape. */
static void
append_json (BenchReport *self, const char *name, const char *value, const char *unit,
             const char *bar, const char *holds)
{
  g_string_append_printf (self->json,
                          "%s  {\"name\": \"%s\", \"value\": %s, \"unit\": \"%s\", \"bar\": %s, "
                          "\"holds\": %s}",
                          self->json->len > 0 ? ",\n" : "", name, value, unit, bar, holds);
}

static void
print_row (const char *name, const char *value, const char *unit, const char *bar,
           const char *holds)
{
  g_print ("%-66s %8s %-12s %8s  %s\n", name, value, unit, bar, holds);
  fflush (stdout); /* a run takes minutes: show what is there */
}

/**
 * bench_report_add_heading:
 * @self: a report
 * @heading: what the next figures are about
 */
void
bench_report_add_heading (BenchReport *self, const char *heading)
{
  g_print ("\n%-66s %8s %-12s %8s  %s\n", heading, "value", "unit", "at most", "holds");
}

/**
 * bench_report_add:
 * @self: a report
 * @name: what was measured
 * @value: how much
 * @unit: of what
 *
 * Adds a figure that nothing depends on.
 */
void
bench_report_add (BenchReport *self, const char *name, double value, const char *unit)
{
  g_autofree char *text = format_value (value);

  print_row (name, text, unit, "", "");
  append_json (self, name, text, unit, "null", "null");
}

/**
 * bench_report_add_bar:
 * @self: a report
 * @kind: whether it may be insisted upon
 * @name: what was measured
 * @value: how much
 * @unit: of what
 * @bar: how much it may be at most
 */
void
bench_report_add_bar (BenchReport *self, BenchKind kind, const char *name, double value,
                      const char *unit, double bar)
{
  g_autofree char *text = format_value (value);
  g_autofree char *bar_text = format_value (bar);
  gboolean holds = value <= bar;

  if (kind == BENCH_COUNTED && !holds)
    self->counts_hold = FALSE;

  print_row (name, text, unit, bar_text, holds ? "yes" : "NO");
  append_json (self, name, text, unit, bar_text, holds ? "true" : "false");
}

/**
 * bench_report_add_least:
 * @self: a report
 * @name: what was measured
 * @value: how much
 * @unit: of what
 * @bar: how much it has to be at least
 */
void
bench_report_add_least (BenchReport *self, const char *name, double value, const char *unit,
                        double bar)
{
  g_autofree char *text = format_value (value);
  g_autofree char *bar_text = format_value (bar);
  g_autofree char *least = g_strconcat (">= ", bar_text, NULL);
  gboolean holds = value >= bar;

  print_row (name, text, unit, least, holds ? "yes" : "NO");
  append_json (self, name, text, unit, bar_text, holds ? "true" : "false");
}

/**
 * bench_report_counts_hold:
 * @self: a report
 *
 * Returns: whether every figure that was counted, not measured, is within its bar
 */
gboolean
bench_report_counts_hold (BenchReport *self)
{
  return self->counts_hold;
}

/**
 * bench_report_write:
 * @self: a report
 * @path: a file; it is replaced
 * @error: return location for a #GFileError
 *
 * Returns: whether the figures were written, as a JSON array
 */
gboolean
bench_report_write (BenchReport *self, const char *path, GError **error)
{
  g_autofree char *text = g_strdup_printf ("[\n%s\n]\n", self->json->str);

  return g_file_set_contents (path, text, -1, error);
}
