/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-irc.h"

#include "bench-fail.h"

#include <string.h>

#define NO_MOTD "422"

static void
say (BenchClient *client, const char *line)
{
  bench_client_write (client, (const guint8 *) line, strlen (line));
}

static void
irc_begin (BenchClient *client)
{
  static guint n_nicks = 0;
  guint number = n_nicks++;
  g_autofree char *lines = g_strdup_printf ("NICK b%u\r\nUSER b 0 * :b\r\n", number);

  say (client, lines);
}

static gboolean
has_command (const char *line, const char *command)
{
  return g_str_has_prefix (line, command) && line[strlen (command)] == ' ';
}

/* What a client must answer or know, and what must not happen. */
static void
take_notice (BenchClient *client, const char *line)
{
  if (has_command (line, "001"))
    say (client, "JOIN #r\r\n");
  else if (has_command (line, "366")) /* the names are through */
    client->ready = TRUE;
  else if (has_command (line, "PING"))
    say (client, "PONG :bench\r\n");
  else if (has_command (line, "ERROR") || (line[0] == '4' && !has_command (line, NO_MOTD)))
    bench_fail ("the IRC server says: %s", line);
}

static void
take_line (BenchClient *client, const guint8 *line, gsize size)
{
  static const char said[] = "PRIVMSG ";
  const guint8 *space = line[0] == ':' ? memchr (line, ' ', size) : NULL;
  const guint8 *command = space != NULL ? space + 1 : line;
  gsize rest = size - (gsize) (command - line);
  gboolean is_delivery = rest >= sizeof said && memcmp (command, said, sizeof said - 1) == 0;

  bench_client_count (client, size, is_delivery);
  if (!is_delivery)
    {
      g_autofree char *text = g_strndup ((const char *) command, rest - 1);

      take_notice (client, text);
    }
}

static gsize
irc_take (BenchClient *client, const guint8 *data, gsize size)
{
  gsize taken = 0;
  const guint8 *end;

  while ((end = memchr (data + taken, '\n', size - taken)) != NULL)
    {
      gsize length = (gsize) (end - data) + 1 - taken;

      take_line (client, data + taken, length);
      taken += length;
    }

  return taken;
}

const BenchProtocol bench_irc = { irc_begin, irc_take };

/**
 * bench_irc_new_message:
 * @size: of the payload, in bytes
 * @n_deliveries: (out): how many lines make it up
 *
 * Returns: (transfer full): what a client writes to say it
 */
GBytes *
bench_irc_new_message (gsize size, guint *n_deliveries)
{
  guint n_lines = (guint) ((size + BENCH_IRC_LINE - 1) / BENCH_IRC_LINE);
  g_autofree char *text = g_strnfill ((size + n_lines - 1) / n_lines, 'x');
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < n_lines; i++)
    g_string_append_printf (lines, "PRIVMSG #r :%s\r\n", text);

  *n_deliveries = n_lines;
  return g_string_free_to_bytes (lines);
}
