/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-lobby.h"

#include "chat-limits.h"

static void
assert_origin (const char *address, const char *expected)
{
  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new_from_string (address, 4711);
  g_autofree char *origin = chat_lobby_dup_origin (socket_address);

  g_assert_cmpstr (origin, ==, expected);
}

static void
test_origin (void)
{
  g_autofree char *unknown = chat_lobby_dup_origin (NULL);

  g_assert_cmpstr (unknown, ==, "unknown");
  assert_origin ("192.0.2.7", "192.0.2.7");
  /* As a socket that listens on "::" sees the same computer. */
  assert_origin ("::ffff:192.0.2.7", "192.0.2.7");
  assert_origin ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
  assert_origin ("2001:db8:1:2::7", "2001:db8:1:2::/64");
  assert_origin ("2001:db8:1:3::7", "2001:db8:1:3::/64");
  assert_origin ("::1", "::/64");
  assert_origin ("::fffe:192.0.2.7", "::/64");
}

/* Visitors are pointers that nobody follows. */
#define VISITOR(n) GUINT_TO_POINTER (n)

static void
enter (ChatLobby *lobby, guint visitor, const char *origin)
{
  chat_lobby_enter (lobby, VISITOR (visitor), origin);
}

static void
assert_surplus (ChatLobby *lobby, const char *origin, guint visitor)
{
  g_assert_cmpuint (GPOINTER_TO_UINT (chat_lobby_get_surplus (lobby, origin)), ==, visitor);
}

static void
test_per_origin (void)
{
  g_autoptr (ChatLobby) lobby = chat_lobby_new (100, 2);

  assert_surplus (lobby, "a", 0);
  enter (lobby, 1, "a");
  enter (lobby, 2, "b");
  assert_surplus (lobby, "a", 0);
  enter (lobby, 3, "a");
  /* The one who came first of that origin, and nobody of another. */
  assert_surplus (lobby, "a", 1);
  assert_surplus (lobby, "b", 0);
  chat_lobby_leave (lobby, VISITOR (1));
  assert_surplus (lobby, "a", 0);
  enter (lobby, 4, "a");
  assert_surplus (lobby, "a", 3);
  g_assert_cmpuint (chat_lobby_get_size (lobby), ==, 3);
}

static void
test_total (void)
{
  g_autoptr (ChatLobby) lobby = chat_lobby_new (4, 100);

  enter (lobby, 1, "alone");
  enter (lobby, 2, "crowd");
  enter (lobby, 3, "crowd");
  assert_surplus (lobby, "new", 0);
  enter (lobby, 4, "crowd");
  /* Not the oldest of all, who comes alone. */
  assert_surplus (lobby, "new", 2);
  chat_lobby_leave (lobby, VISITOR (2));
  chat_lobby_leave (lobby, VISITOR (3));
  enter (lobby, 5, "third");
  enter (lobby, 6, "fourth");
  /* Nobody has more than the others. */
  assert_surplus (lobby, "new", 1);
}

static void
test_empty (void)
{
  g_autoptr (ChatLobby) lobby = chat_lobby_new (1, 1);

  g_assert_null (chat_lobby_get_victim (lobby));
  chat_lobby_leave (lobby, VISITOR (1));
  enter (lobby, 1, "a");
  chat_lobby_leave (lobby, VISITOR (1));
  chat_lobby_leave (lobby, VISITOR (1));
  g_assert_null (chat_lobby_get_victim (lobby));
  g_assert_cmpuint (chat_lobby_get_size (lobby), ==, 0);
}

static void
test_log (void)
{
  g_autoptr (ChatLobby) lobby = chat_lobby_new (1, 1);
  gint64 now = g_get_monotonic_time ();
  guint n_logged = 0, n_unlogged = 0, n_asked = 100000;

  for (guint i = 0; i < n_asked; i++)
    n_logged += chat_lobby_may_log (lobby, now, &n_unlogged);
  g_assert_cmpuint (n_logged, >, 0);
  g_assert_cmpuint (n_logged, <, 100 * CHAT_STRANGER_LINES_PER_SECOND);
  /* What was left out is told with the next one, and only then. */
  g_assert_true (chat_lobby_may_log (lobby, now + G_USEC_PER_SEC, &n_unlogged));
  g_assert_cmpuint (n_unlogged, ==, n_asked - n_logged);
  g_assert_true (chat_lobby_may_log (lobby, now + G_USEC_PER_SEC, &n_unlogged));
  g_assert_cmpuint (n_unlogged, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lobby/origin", test_origin);
  g_test_add_func ("/lobby/per-origin", test_per_origin);
  g_test_add_func ("/lobby/total", test_total);
  g_test_add_func ("/lobby/empty", test_empty);
  g_test_add_func ("/lobby/log", test_log);

  return g_test_run ();
}
