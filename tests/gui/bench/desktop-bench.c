/* Speed of the desktop app: prints a table, and writes it to a file. To be run under
 * tests/gui/with-display.sh. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-bench.h"

#include "bench-fail.h"
#include "chat-secret.h"

#include <stdlib.h>
#include <string.h>

#define N_MESSAGES 10000
#define N_MESSAGES_QUICK 300

typedef struct
{
  DesktopPrograms programs;
  char *output;
  gboolean quick;
} Options;

static void
parse_options (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "conclave", 0, 0, G_OPTION_ARG_FILENAME, &options->programs.conclave,
      "The desktop app, ending at its first frame", "PROGRAM" },
    { "empty", 0, 0, G_OPTION_ARG_FILENAME, &options->programs.empty,
      "The same with an empty window", "PROGRAM" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &options->output, "Where to write the figures",
      "FILE" },
    { "quick", 0, 0, G_OPTION_ARG_NONE, &options->quick, "See that it runs, not how fast", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    bench_fail ("%s", error->message);
  if (options->programs.conclave == NULL || options->programs.empty == NULL)
    bench_fail ("--conclave and --empty are needed");
}

/* In MiB. */
static double
resident_memory (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmRSS:");

  return line != NULL ? g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024 : 0;
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider,
                                       "/io/github/conclave_chat/Conclave/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
add_opening (BenchReport *report, const DesktopOpening *opening)
{
  bench_report_add (report, "opening a room with 10,000 archived messages: the latest are drawn",
                    (double)opening->first / 1000, "ms");
  bench_report_add (report, "opening a room with 10,000 archived messages: all are there",
                    (double)opening->all / 1000, "ms");
  bench_report_add_bar (report, BENCH_MEASURED,
                        "meanwhile: longest gap between two frames",
                        (double)opening->frames.longest / 1000, "ms", MAX_GAP_MS);
  bench_report_add (report, "meanwhile: most CPU between two frames",
                    (double)opening->frames.most_cpu / 1000, "ms");
}

static void
measure_room (BenchReport *report, gboolean quick)
{
  guint n_seconds = quick ? 1 : 10;
  DesktopRoom *room =
      desktop_room_new (quick ? N_MESSAGES_QUICK : N_MESSAGES, n_seconds * DESKTOP_PER_SECOND);
  double before = resident_memory ();
  DesktopOpening opening;

  desktop_room_open (room, &opening);
  add_opening (report, &opening);
  bench_report_add (report, "memory of 10,000 messages", resident_memory () - before, "MiB");
  bench_report_add (report, "memory of the program with them", resident_memory (), "MiB");
  desktop_bench_scroll (report, room);
  desktop_bench_burst (report, room, n_seconds);
  desktop_room_free (room);
}

int
main (int argc, char **argv)
{
  Options options = { 0 };
  g_autoptr (BenchReport) report = bench_report_new ();
  g_autoptr (GError) error = NULL;

  chat_wipe_gmp_memory (); /* as in the real program, whose cost it is */
  parse_options (&options, &argc, &argv);

  bench_report_add_heading (report, "desktop app");
  desktop_bench_start (report, &options.programs, options.quick ? 1 : 15);
  adw_init ();
  load_style ();
  measure_room (report, options.quick);

  if (options.output != NULL && !bench_report_write (report, options.output, &error))
    bench_fail ("%s", error->message);
  if (!bench_report_counts_hold (report))
    bench_fail ("a count is over its bar");
  g_free (options.programs.conclave);
  g_free (options.programs.empty);
  g_free (options.output);

  return EXIT_SUCCESS;
}
