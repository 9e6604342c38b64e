/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-line-reader.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINE 8

typedef struct
{
  int fds[2];
  ChatLineReader *reader;
  GString *log;
  guint pause_after;
  gboolean ended;
} Fixture;

static void
log_cb (ChatLineEvent event, const char *line, gpointer user_data)
{
  Fixture *self = user_data;

  switch (event)
    {
    case CHAT_LINE_READ:
      g_string_append_printf (self->log, "[%s]", line);
      break;
    case CHAT_LINE_TOO_LONG:
      g_string_append (self->log, "(long)");
      break;
    case CHAT_LINE_NOT_TEXT:
      g_string_append (self->log, "(bad)");
      break;
    case CHAT_LINE_END:
      g_string_append (self->log, "(end)");
      self->ended = TRUE;
      return;
    default:
      g_assert_not_reached ();
    }
  if (self->pause_after > 0 && --self->pause_after == 0)
    chat_line_reader_set_reading (self->reader, FALSE);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_assert_true (g_unix_open_pipe (self->fds, FD_CLOEXEC, NULL));
  self->log = g_string_new (NULL);
  self->reader = chat_line_reader_new (self->fds[0], MAX_LINE, log_cb, self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  chat_line_reader_free (self->reader);
  g_string_free (self->log, TRUE);
  close (self->fds[0]);
  if (self->fds[1] >= 0)
    close (self->fds[1]);
}

static void
feed (Fixture *self, const char *text, gsize size)
{
  g_assert_cmpint (write (self->fds[1], text, size), ==, (gssize)size);
}

static void
feed_end (Fixture *self)
{
  close (self->fds[1]);
  self->fds[1] = -1;
}

/* Reads all that was fed; blocks, and meson ends the test, if the reader does not get there. */
static void
read_to_end (Fixture *self)
{
  chat_line_reader_set_reading (self->reader, TRUE);
  while (!self->ended)
    g_main_context_iteration (NULL, TRUE);
}

#define FEED(self, text) feed (self, text, sizeof text - 1)

static void
test_lines (Fixture *self, gconstpointer data)
{
  FEED (self, "one\n\ntwo\r\nüber\nlast");
  feed_end (self);
  read_to_end (self);
  g_assert_cmpstr (self->log->str, ==, "[one][][two][über][last](end)");
}

static void
test_nothing_at_all (Fixture *self, gconstpointer data)
{
  feed_end (self);
  read_to_end (self);
  g_assert_cmpstr (self->log->str, ==, "(end)");
}

static void
test_long_lines_are_left_out (Fixture *self, gconstpointer data)
{
  FEED (self, "12345678\n123456789\nok\n");
  /* In several reads, and without an end. */
  for (guint i = 0; i < 1000; i++)
    FEED (self, "xxxxxxxxxxxxxxxxxxxx");
  FEED (self, "\nok\n");
  for (guint i = 0; i < 1000; i++)
    FEED (self, "yyyyyyyyyyyyyyyyyyyy");
  feed_end (self);
  read_to_end (self);
  g_assert_cmpstr (self->log->str, ==, "[12345678](long)[ok](long)[ok](long)(end)");
}

static void
test_what_is_no_text_is_left_out (Fixture *self, gconstpointer data)
{
  FEED (self, "a\xff\nb\0c\nd\n");
  feed_end (self);
  read_to_end (self);
  g_assert_cmpstr (self->log->str, ==, "(bad)(bad)[d](end)");
}

static void
test_pause_keeps_the_rest (Fixture *self, gconstpointer data)
{
  FEED (self, "a\nb\nc\nd");
  feed_end (self);
  self->pause_after = 2;
  chat_line_reader_set_reading (self->reader, TRUE);
  while (self->pause_after > 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (self->log->str, ==, "[a][b]");
  read_to_end (self);
  g_assert_cmpstr (self->log->str, ==, "[a][b][c][d](end)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/line-reader/lines", test_lines);
  ADD ("/line-reader/nothing", test_nothing_at_all);
  ADD ("/line-reader/long", test_long_lines_are_left_out);
  ADD ("/line-reader/no-text", test_what_is_no_text_is_left_out);
  ADD ("/line-reader/pause", test_pause_keeps_the_rest);

  return g_test_run ();
}
