/* By which keys one knows the members, and the file that remembers it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-pin-file.h"
#include "chat-pin-store.h"

#include "chat-base64url.h"
#include "chat-error.h"
#include "chat-fingerprint.h"
#include "chat-limits.h"
#include "chat-pipeline.h"
#include "test-tools.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The name of the nth key that nobody holds; to be freed with the program. */
static const char *
kid (guint n)
{
  guint8 id[32] = { 0 };
  g_autofree char *text = NULL;

  memcpy (id, &n, sizeof n);
  text = chat_base64url_encode (id, sizeof id);

  return g_intern_string (text);
}

static void
test_first_key_is_trusted (void)
{
  g_autoptr (ChatPins) pins = chat_pins_new ();

  g_assert_null (chat_pins_find (pins, "bob"));
  g_assert_true (chat_pins_learn (pins, "bob", kid (1)));
  g_assert_cmpstr (chat_pins_find (pins, "BOB"), ==, kid (1));
  g_assert_false (chat_pins_learn (pins, "Bob", kid (2)));
  g_assert_cmpstr (chat_pins_find (pins, "bob"), ==, kid (1));
  g_assert_true (chat_pins_knows (pins, "bob", kid (1)));
  g_assert_false (chat_pins_knows (pins, "bob", kid (2)));
  g_assert_false (chat_pins_knows (pins, "carol", kid (1)));
}

static void
test_accepted_key_takes_its_place (void)
{
  g_autoptr (ChatPins) pins = chat_pins_new ();

  chat_pins_learn (pins, "bob", kid (0));
  for (guint i = 1; i <= CHAT_MAX_EARLIER_PINS + 3; i++)
    chat_pins_accept (pins, "bob", kid (i), NULL);
  g_assert_cmpstr (chat_pins_find (pins, "bob"), ==, kid (CHAT_MAX_EARLIER_PINS + 3));
  g_assert_cmpuint (g_strv_length ((GStrv)chat_pins_get_kids (pins, 0)), ==,
                    1 + CHAT_MAX_EARLIER_PINS);
  g_assert_true (chat_pins_knows (pins, "bob", kid (3)));
  g_assert_false (chat_pins_knows (pins, "bob", kid (2)));

  /* One that comes back is there once. */
  chat_pins_accept (pins, "bob", kid (5), NULL);
  g_assert_cmpstr (chat_pins_find (pins, "bob"), ==, kid (5));
  g_assert_true (chat_pins_knows (pins, "bob", kid (3)));
  g_assert_cmpuint (g_strv_length ((GStrv)chat_pins_get_kids (pins, 0)), ==,
                    1 + CHAT_MAX_EARLIER_PINS);
}

static void
assert_end (ChatPins *pins, guint n, gint64 seq)
{
  ChatPinEnd end;

  g_assert_true (chat_pins_find_end (pins, "BOB", kid (n), &end));
  g_assert_cmpstr (end.history, ==, "store");
  g_assert_cmpint (end.seq, ==, seq);
}

/* Each earlier key has its own end, also when another one comes back. */
static void
test_where_earlier_keys_ended (void)
{
  g_autoptr (ChatPins) pins = chat_pins_new ();
  g_autoptr (ChatPins) again = NULL;
  g_autofree char *text = NULL;
  ChatPinEnd end = { .history = "store", .seq = 0 };

  chat_pins_learn (pins, "bob", kid (1));
  chat_pins_accept (pins, "bob", kid (2), &end);
  end.seq = 20;
  chat_pins_accept (pins, "bob", kid (3), &end);
  g_assert_false (chat_pins_find_end (pins, "bob", kid (3), &end));
  g_assert_false (chat_pins_find_end (pins, "bob", kid (4), &end));
  g_assert_false (chat_pins_find_end (pins, "carol", kid (1), &end));
  text = chat_pin_file_to_text (pins);
  g_assert_true (g_str_has_prefix (text, "conclave-known-keys 2\n"));
  again = chat_pin_file_parse (text, strlen (text), NULL);
  assert_end (again, 1, 0);
  assert_end (again, 2, 20);

  end = (ChatPinEnd){ .history = "store", .seq = 30 };
  chat_pins_accept (again, "bob", kid (1), &end);
  g_assert_false (chat_pins_find_end (again, "bob", kid (1), &end));
  assert_end (again, 2, 20);
  assert_end (again, 3, 30);
  /* What does not fit into the file is not known. */
  end = (ChatPinEnd){ .history = "two words", .seq = 40 };
  chat_pins_accept (again, "bob", kid (4), &end);
  g_assert_false (chat_pins_find_end (again, "bob", kid (1), &end));
}

/* A server that makes up names cannot push out one that is known. */
static void
test_names_are_never_forgotten (void)
{
  g_autoptr (ChatPins) pins = chat_pins_new ();

  chat_pins_learn (pins, "bob", kid (1));
  for (guint i = 0; i < CHAT_MAX_PINS + 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("name%u", i);

      g_assert_cmpint (chat_pins_learn (pins, name, kid (2)), ==, i < CHAT_MAX_PINS - 1);
    }
  g_assert_cmpuint (chat_pins_get_size (pins), ==, CHAT_MAX_PINS);
  g_assert_cmpstr (chat_pins_find (pins, "bob"), ==, kid (1));
}

/* The largest list that there can be is one that can be read again. */
static void
test_the_file_holds_all (void)
{
  g_autoptr (ChatPins) pins = chat_pins_new ();
  g_autoptr (ChatPins) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;
  g_autofree char *history = g_strnfill (CHAT_MAX_HISTORY_NAME, 'h');
  const ChatPinEnd end = { .history = history, .seq = CHAT_MAX_JSON_INTEGER };

  for (guint i = 0; i < CHAT_MAX_PINS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%0*u", CHAT_MAX_USERNAME, i);

      g_assert_true (chat_pins_learn (pins, name, kid (100)));
      for (guint j = 0; j < CHAT_MAX_EARLIER_PINS; j++)
        chat_pins_accept (pins, name, kid (j), &end);
    }
  text = chat_pin_file_to_text (pins);
  g_assert_cmpuint (strlen (text), <=, CHAT_MAX_PINS_FILE);
  again = chat_pin_file_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  text_again = chat_pin_file_to_text (again);
  g_assert_cmpstr (text, ==, text_again);
}

#define HEAD "conclave-known-keys 1\n"
#define KID "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OTHER "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void
test_what_is_refused (void)
{
  static const char *const bad[] = {
    "",
    "\n",
    "conclave-known-keys 1",
    "conclave-known-keys 3\n",
    "conclave-known-keys\n",
    "{}\n",
    "bob " KID "\n",
    HEAD "bob\n",
    HEAD "\n",
    HEAD " \n",
    HEAD "bob  " KID "\n",
    HEAD "bob " KID,
    HEAD "bob " KID " \n",
    HEAD "bob " KID "\r\n",
    HEAD "bob\t" KID "\n",
    HEAD "bob " KID "\n\n",
    HEAD "bob AAAA\n",
    HEAD "bob " KID "=\n",
    HEAD "bob AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\n",
    HEAD "bob " KID "\nBOB " OTHER "\n",
    HEAD "bob " KID " " KID "\n",
    HEAD ".bob " KID "\n",
    HEAD "../bob " KID "\n",
    HEAD "\xff " KID "\n",
    HEAD "bob " KID "\nca",
    HEAD "bob " KID ":5:store\n",
    HEAD "bob " KID " " OTHER ":5\n",
    HEAD "bob " KID " " OTHER ":\n",
    HEAD "bob " KID " " OTHER ":05:store\n",
    HEAD "bob " KID " " OTHER ":-5:store\n",
    HEAD "bob " KID " " OTHER ":9007199254740992:store\n",
    HEAD "bob " KID " " OTHER ":5:\n",
    HEAD "bob " KID " " OTHER ":5:st/ore\n",
    HEAD "bob " KID " " OTHER ":5:store:\n",
    HEAD "bob " KID " :5:store\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChatPins) pins = chat_pin_file_parse (bad[i], strlen (bad[i]), &error);

      g_test_message ("%u: %s", i, error != NULL ? error->message : "accepted");
      g_assert_null (pins);
      g_assert_nonnull (error);
    }
}

static void
test_what_is_accepted (void)
{
  const char *text = HEAD "bob " KID " " OTHER "\nИван " KID "\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPins) pins = chat_pin_file_parse (text, strlen (text), &error);
  g_autoptr (ChatPins) none = NULL;
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_true (chat_pins_knows (pins, "bob", OTHER));
  g_assert_cmpstr (chat_pins_find (pins, "bob"), ==, KID);
  again = chat_pin_file_to_text (pins);
  g_assert_cmpstr (again, ==, text);
  none = chat_pin_file_parse (HEAD, strlen (HEAD), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chat_pins_get_size (none), ==, 0);
}

static void
test_nul_is_refused (void)
{
  static const char text[] = HEAD "bob " KID "\n\0carol " OTHER "\n";
  g_autoptr (ChatPins) pins = chat_pin_file_parse (text, sizeof text - 1, NULL);

  g_assert_null (pins);
}

static void
test_fingerprint (void)
{
  g_autofree char *zero = chat_fingerprint_from_kid (KID);

  g_assert_cmpstr (zero, ==, "AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA");
  g_assert_null (chat_fingerprint_from_kid ("AAAA"));
  g_assert_null (chat_fingerprint_from_kid (""));
  g_assert_null (chat_fingerprint_from_kid ("../../../../../etc/passwd"));
}

/* The store */

typedef struct
{
  TestFolder folder;
  char *path;
  char *file;
  ChatPins *pins;
  GString *problems;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  test_folder_set_up (&self->folder, NULL);
  self->path = test_folder_file (&self->folder, "rooms/room");
  self->file = g_build_filename (self->path, CHAT_PIN_FILE, NULL);
  self->problems = g_string_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->pins, chat_pins_free);
  g_string_free (self->problems, TRUE);
  g_free (self->file);
  g_free (self->path);
  test_folder_tear_down (&self->folder, NULL);
}

static void
store_cb (ChatPins *pins, const GError *error, gpointer user_data)
{
  Fixture *self = user_data;

  if (pins != NULL)
    {
      g_clear_pointer (&self->pins, chat_pins_free);
      self->pins = pins;
    }
  if (error != NULL)
    g_string_append_printf (self->problems, "%s\n", error->message);
}

/* What a store finds there. */
static void
load (Fixture *self)
{
  g_autoptr (ChatPinStore) store = chat_pin_store_new (self->path, store_cb, self);
  gsize before = self->problems->len;

  g_clear_pointer (&self->pins, chat_pins_free);
  chat_pin_store_load (store);
  while (self->pins == NULL && self->problems->len == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
put (Fixture *self, const char *username, const char *key, gboolean accept)
{
  const ChatPinEnd end = { .history = "store", .seq = 7 };
  ChatPinStore *store = chat_pin_store_new (self->path, store_cb, self);

  chat_pin_store_put (store, username, key, accept ? &end : NULL);
  chat_pin_store_free (store);
  /* Two at a time would be in no order. */
  chat_pipeline_wait_for_retired (NULL);
}

static void
test_is_remembered (Fixture *self, gconstpointer data)
{
  GStatBuf info;

  load (self);
  g_assert_cmpuint (chat_pins_get_size (self->pins), ==, 0);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));

  put (self, "bob", kid (1), FALSE);
  put (self, "carol", kid (2), FALSE);
  put (self, "bob", kid (3), FALSE);
  load (self);
  g_assert_cmpuint (chat_pins_get_size (self->pins), ==, 2);
  g_assert_cmpstr (chat_pins_find (self->pins, "bob"), ==, kid (1));
  put (self, "bob", kid (3), TRUE);
  load (self);
  g_assert_cmpstr (chat_pins_find (self->pins, "bob"), ==, kid (3));
  g_assert_true (chat_pins_knows (self->pins, "bob", kid (1)));

  g_assert_cmpint (g_stat (self->file, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (self->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
}

/* However many are learned at once, and whether or not anybody waits for it. */
static void
test_many_at_once (Fixture *self, gconstpointer data)
{
  ChatPinStore *store = chat_pin_store_new (self->path, store_cb, self);

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("name%u", i);

      chat_pin_store_put (store, name, kid (i), NULL);
    }
  chat_pin_store_free (store);
  load (self);
  g_assert_cmpuint (chat_pins_get_size (self->pins), ==, 1000);
  g_assert_cmpuint (self->problems->len, ==, 0);
}

/* Two programs in the same room. */
static void
test_two_add_to_one_file (Fixture *self, gconstpointer data)
{
  ChatPinStore *first = chat_pin_store_new (self->path, store_cb, self);
  ChatPinStore *second = chat_pin_store_new (self->path, store_cb, self);

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("name%u", i);

      chat_pin_store_put (i % 2 ? first : second, name, kid (i), NULL);
      g_main_context_iteration (NULL, FALSE);
    }
  chat_pin_store_free (first);
  chat_pin_store_free (second);
  load (self);
  g_assert_cmpuint (chat_pins_get_size (self->pins), ==, 20);
}

/* From a newer version, cut off, a folder, too large. */
static void
test_what_is_not_understood_stays (Fixture *self, gconstpointer data)
{
  static const char *const contents[] = { "conclave-known-keys 3\nbob x y\n", HEAD "bob " KID,
                                          "", "\177ELF" };

  g_mkdir_with_parents (self->path, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *after = NULL;

      g_file_set_contents (self->file, contents[i], -1, NULL);
      load (self);
      g_assert_null (self->pins);
      g_assert_nonnull (strstr (self->problems->str, self->file));
      put (self, "bob", kid (1), TRUE);
      chat_pipeline_wait_for_retired (NULL);
      g_file_get_contents (self->file, &after, NULL, NULL);
      g_assert_cmpstr (after, ==, contents[i]);
      g_string_truncate (self->problems, 0);
    }

  g_unlink (self->file);
  g_mkdir (self->file, 0700);
  load (self);
  g_assert_null (self->pins);
  g_rmdir (self->file);
  g_file_set_contents (self->file, HEAD, -1, NULL);
  g_assert_cmpint (truncate (self->file, CHAT_MAX_PINS_FILE + 1), ==, 0);
  load (self);
  g_assert_null (self->pins);
}

/* The folder is a file, which no user, root neither, can write into. */
static void
test_nowhere_to_write (Fixture *self, gconstpointer data)
{
  g_autofree char *parent = g_path_get_dirname (self->path);
  ChatPinStore *store;

  g_file_set_contents (parent, "", -1, NULL);
  store = chat_pin_store_new (self->path, store_cb, self);
  chat_pin_store_put (store, "bob", kid (1), NULL);
  while (self->problems->len == 0)
    g_main_context_iteration (NULL, TRUE);
  chat_pin_store_free (store);
  g_assert_nonnull (strstr (self->problems->str, self->path));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pins/first", test_first_key_is_trusted);
  g_test_add_func ("/pins/ends", test_where_earlier_keys_ended);
  g_test_add_func ("/pins/accepted", test_accepted_key_takes_its_place);
  g_test_add_func ("/pins/never-forgotten", test_names_are_never_forgotten);
  g_test_add_func ("/pins/file/all", test_the_file_holds_all);
  g_test_add_func ("/pins/file/refused", test_what_is_refused);
  g_test_add_func ("/pins/file/accepted", test_what_is_accepted);
  g_test_add_func ("/pins/file/nul", test_nul_is_refused);
  g_test_add_func ("/pins/fingerprint", test_fingerprint);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/pins/store/remembered", test_is_remembered);
  ADD ("/pins/store/many", test_many_at_once);
  ADD ("/pins/store/two", test_two_add_to_one_file);
  ADD ("/pins/store/not-understood", test_what_is_not_understood_stays);
  ADD ("/pins/store/nowhere", test_nowhere_to_write);

  return g_test_run ();
}
