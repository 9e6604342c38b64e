/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Conclave costs, and what it would cost at least. Times depend on the machine: read the
 * ratios, both sides of which come from the same run. */
#include "bench-author.h"
#include "bench-fail.h"
#include "bench-figures.h"

#include <stdlib.h>
#include <sys/resource.h>

/* Guests with keys; and so the size of the room in which RSA operations are counted. */
#define N_USERS 10
#define N_USERS_QUICK 3
#define BITS 2048

typedef struct
{
  char *server_program;
  char *floor_program;
  char *output;
  char *only;
  gboolean quick;
  BenchChosen chosen;
} Options;

static void
parse_options (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_FILENAME, &options->server_program, "chat-server", "PROGRAM" },
    { "floor", 0, 0, G_OPTION_ARG_FILENAME, &options->floor_program, "bench-floor", "PROGRAM" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &options->output, "Write the figures to FILE",
      "FILE" },
    { "only", 0, 0, G_OPTION_ARG_STRING, &options->only,
      "sealing, coalescing, delivery, idle, handshake, joining, pace, workers, storm, "
      "catch-up, members, peers or chosen",
      "KIND" },
    { "clients", 0, 0, G_OPTION_ARG_INT, &options->chosen.n_clients,
      "Of a chosen load: how many are connected", "N" },
    { "senders", 0, 0, G_OPTION_ARG_INT, &options->chosen.n_senders,
      "Of a chosen load: how many of them send", "N" },
    { "in-flight", 0, 0, G_OPTION_ARG_INT, &options->chosen.in_flight,
      "Of a chosen load: how many messages a sender has under way", "N" },
    { "messages", 0, 0, G_OPTION_ARG_INT, &options->chosen.n_messages,
      "Of a chosen load: how many messages are sent", "N" },
    { "text", 0, 0, G_OPTION_ARG_INT, &options->chosen.text_length,
      "Of a chosen load: how long each is, in characters", "N" },
    { "workers", 0, 0, G_OPTION_ARG_INT, &options->chosen.workers,
      "Of a chosen load and beside peers: how many threads of the server write; 0 takes one for "
      "each processor",
      "N" },
    { "rate", 0, 0, G_OPTION_ARG_INT, &options->chosen.rate,
      "Of a chosen load: messages a second, all senders together; without it as fast as it goes",
      "N" },
    { "quick", 0, 0, G_OPTION_ARG_NONE, &options->quick,
      "Small numbers, to see that everything runs; fails when a count is wrong", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    bench_fail ("%s", error->message);
  if (options->server_program == NULL || options->floor_program == NULL)
    bench_fail ("--server and --floor are needed (meson gives them)");
}

static void
options_clear (Options *self)
{
  g_free (self->server_program);
  g_free (self->floor_program);
  g_free (self->output);
  g_free (self->only);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* Two drivers with a thousand clients each. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static const struct
{
  const char *name;
  void (*run) (const BenchSettings *settings);
} kinds[] = {
  { "sealing", bench_figures_sealing },     { "coalescing", bench_figures_coalescing },
  { "delivery", bench_figures_delivery },   { "idle", bench_figures_idle },
  { "handshake", bench_figures_handshake }, { "joining", bench_figures_joining },
  { "pace", bench_figures_pace },           { "workers", bench_figures_workers },
  { "storm", bench_figures_storm },         { "catch-up", bench_figures_catch_up },
  { "members", bench_figures_members },     { "peers", bench_figures_peers },
  { "chosen", bench_figures_chosen },
};

static void
run (const BenchSettings *settings, const char *only)
{
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (only == NULL ? kinds[i].run != bench_figures_chosen : g_str_equal (only, kinds[i].name))
      {
        kinds[i].run (settings);
        any = TRUE;
      }

  if (!any)
    bench_fail ("there are no figures \"%s\"; see --help", only);
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { .chosen = { 100, 1, 1, 1000, BENCH_TEXT_LENGTH, 0, 0 } };
  g_autoptr (BenchKeys) keys = NULL;
  g_autoptr (BenchReport) report = bench_report_new ();
  g_autoptr (GError) error = NULL;

  chat_wipe_gmp_memory (); /* as in the real programs, whose cost it is */
  parse_options (&options, &argc, &argv);
  raise_descriptor_limit ();

  keys = bench_keys_new (options.quick ? N_USERS_QUICK : N_USERS, BITS);
  run (&(BenchSettings){ options.server_program, options.floor_program, keys, report,
                         options.quick, options.chosen },
       options.only);

  if (options.output != NULL && !bench_report_write (report, options.output, &error))
    bench_fail ("%s", error->message);
  if (!bench_report_counts_hold (report))
    bench_fail ("a count is over its bar");

  return EXIT_SUCCESS;
}
