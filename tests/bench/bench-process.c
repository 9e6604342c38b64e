/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-process.h"

#include "bench-fail.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define START_SECONDS 20
#define START_PAUSE 20000 /* microseconds */

struct _BenchProcess
{
  GSubprocess *subprocess;
  GDataInputStream *errors; /* what it writes to standard error */
  char *name;
  clockid_t clock;
  pid_t pid;
  guint16 port;
  gboolean is_foreign; /* its exit status means what its authors think */
};

static void
die_with_parent_cb (gpointer user_data)
{
  const struct rlimit no_core = { 0, 0 };

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  /* A server of others that crashes at its end leaves no file where the benchmark was started. */
  setrlimit (RLIMIT_CORE, &no_core);
}

/* Both servers say "... listening ... port=N" when they are ready. */
static guint16
process_wait_for_port (BenchProcess *self)
{
  g_autoptr (GString) said = g_string_new (NULL);

  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (self->errors, NULL, NULL, NULL);
      const char *port;

      if (line == NULL)
        bench_fail ("%s did not start:\n%s", self->name, said->str);
      port = strstr (line, "listening") != NULL ? strstr (line, "port=") : NULL;
      if (port != NULL)
        return (guint16) strtoul (port + strlen ("port="), NULL, 10);
      g_string_append_printf (said, "%s\n", line);
    }
}

static BenchProcess *
process_spawn (const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GError) error = NULL;
  BenchProcess *self = g_new0 (BenchProcess, 1);

  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  self->name = g_path_get_basename (argv[0]);
  self->subprocess = g_subprocess_launcher_spawnv (launcher, argv, &error);
  if (self->subprocess == NULL)
    bench_fail ("%s", error->message);

  self->errors = g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->subprocess));
  self->pid = (pid_t) strtol (g_subprocess_get_identifier (self->subprocess), NULL, 10);
  if (clock_getcpuclockid (self->pid, &self->clock) != 0)
    bench_fail ("the processor time of %s cannot be read", self->name);
  return self;
}

/**
 * bench_process_start:
 * @argv: a program and its arguments, then %NULL
 *
 * Starts a server and waits until it listens. It ends with this program at the latest.
 *
 * Returns: (transfer full): the process
 */
BenchProcess *
bench_process_start (const char *const *argv)
{
  BenchProcess *self = process_spawn (argv);

  self->port = process_wait_for_port (self);
  return self;
}

static gboolean
accepts (guint16 port)
{
  const struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons (port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean accepted = connect (fd, (const struct sockaddr *) &address, sizeof address) == 0;

  close (fd);
  return accepted;
}

/**
 * bench_process_start_at:
 * @argv: a program and its arguments, then %NULL
 * @port: where it was told to listen, on the loopback
 *
 * Starts a server that is not ours, so it is ready when it accepts a connection.
 *
 * Returns: (transfer full): the process
 */
BenchProcess *
bench_process_start_at (const char *const *argv, guint16 port)
{
  gint64 deadline = g_get_monotonic_time () + START_SECONDS * G_USEC_PER_SEC;
  BenchProcess *self = process_spawn (argv);

  self->port = port;
  self->is_foreign = TRUE;
  while (!accepts (port))
    {
      if (g_get_monotonic_time () >= deadline)
        bench_fail ("%s does not accept connections", self->name);
      g_usleep (START_PAUSE);
    }

  return self;
}

/**
 * bench_process_stop:
 * @self: (transfer full): a process
 *
 * Asks it to end, and fails if it does not end well: then the figures mean nothing.
 */
void
bench_process_stop (BenchProcess *self)
{
  g_autoptr (GString) said = g_string_new (NULL);
  char *line;

  g_subprocess_send_signal (self->subprocess, SIGTERM);
  while ((line = g_data_input_stream_read_line (self->errors, NULL, NULL, NULL)) != NULL)
    {
      g_string_append_printf (said, "%s\n", line);
      g_free (line);
    }
  g_subprocess_wait (self->subprocess, NULL, NULL);
  if (!self->is_foreign && !g_subprocess_get_successful (self->subprocess))
    bench_fail ("%s ended badly:\n%s", self->name, said->str);

  g_object_unref (self->errors);
  g_object_unref (self->subprocess);
  g_free (self->name);
  g_free (self);
}

/**
 * bench_process_get_port:
 * @self: a process
 *
 * Returns: where it listens on the loopback
 */
guint16
bench_process_get_port (BenchProcess *self)
{
  return self->port;
}

/**
 * bench_process_get_cpu:
 * @self: a process
 *
 * The clock of the process counts nanoseconds, where /proc/PID/stat counts hundredths of a second.
 *
 * Returns: the processor time of all its threads so far, user and system, in microseconds
 */
double
bench_process_get_cpu (BenchProcess *self)
{
  struct timespec time;

  if (clock_gettime (self->clock, &time) != 0)
    bench_fail ("%s is gone", self->name);

  return (double) time.tv_sec * 1e6 + (double) time.tv_nsec / 1e3;
}

/**
 * bench_process_get_threads:
 * @self: a process
 *
 * Returns: (transfer full) (element-type utf8 gint64): the processor time of each thread so far, in
 *   nanoseconds
 */
GHashTable *
bench_process_get_threads (BenchProcess *self)
{
  GHashTable *threads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *folder = g_strdup_printf ("/proc/%d/task", (int) self->pid);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  if (dir == NULL)
    bench_fail ("%s is gone", self->name);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, "schedstat", NULL);
      g_autofree char *text = NULL;
      gint64 *time = g_new0 (gint64, 1);

      if (g_file_get_contents (path, &text, NULL, NULL))
        *time = g_ascii_strtoll (text, NULL, 10);
      g_hash_table_insert (threads, g_strdup (name), time);
    }

  return threads;
}

/**
 * bench_process_get_busiest:
 * @self: a process
 * @before: (element-type utf8 gint64): of bench_process_get_threads()
 *
 * Returns: the processor time since then of the thread that has most of it, in microseconds: where
 *   there are enough processors, it says how long the whole takes
 */
double
bench_process_get_busiest (BenchProcess *self, GHashTable *before)
{
  g_autoptr (GHashTable) after = bench_process_get_threads (self);
  GHashTableIter iter;
  gpointer name, time;
  gint64 most = 0;

  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &name, &time))
    {
      const gint64 *earlier = g_hash_table_lookup (before, name);

      most = MAX (most, *(gint64 *) time - (earlier != NULL ? *earlier : 0));
    }

  return (double) most / 1000;
}

/* A line of a file that the kernel makes, such as "VmHWM:     1234 kB". */
static double
process_read_size (BenchProcess *self, const char *file, const char *key)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", (int) self->pid, file);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (line = strstr (text, key)) == NULL)
    bench_fail ("%s cannot be read", path);

  return g_ascii_strtod (line + strlen (key), NULL);
}

/**
 * bench_process_get_memory:
 * @self: a process
 *
 * Returns: its proportional set size in KiB: pages shared with others count by their part. What the
 * kernel holds for its sockets is not in it.
 */
double
bench_process_get_memory (BenchProcess *self)
{
  return process_read_size (self, "smaps_rollup", "\nPss:");
}

/**
 * bench_process_get_peak_memory:
 * @self: a process
 *
 * Returns: the largest resident set that it has had so far, in KiB
 */
double
bench_process_get_peak_memory (BenchProcess *self)
{
  return process_read_size (self, "status", "\nVmHWM:");
}
