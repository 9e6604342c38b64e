/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions of alice, one after the other, over one folder. */
#include "chat-session-private.h"

#include "chat-archive.h"
#include "chat-limits.h"
#include "chat-link-private.h"
#include "chat-pipeline.h"
#include "chat-room-folder.h"
#include "fake-server.h"
#include "store-tools.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <utime.h>

typedef struct
{
  TestFolder folder;
  char *path;
  FakeServer *server;
  ChatSession *session;
  GString *log;
} Fixture;

static void
log_message_cb (ChatSession *session, ChatMessage *message, guint origin, Fixture *self)
{
  const char *text = chat_message_get_text (message);

  g_string_append_printf (self->log, "%c:%s ", "lmh"[origin], text != NULL ? text : "!");
}

static void
log_problem_cb (ChatSession *session, const GError *error, Fixture *self)
{
  g_test_message ("%s", error->message);
  g_string_append_printf (self->log, "problem:%s ", error->message);
}

static void
start (Fixture *self, guint key)
{
  self->session = chat_session_new ("127.0.0.1", fake_server_get_port (self->server), "alice",
                                    fake_server_get_key (key), fake_server_get_public_key (2));
  chat_session_set_archive_folder (self->session, self->path);
  g_signal_connect (self->session, "delivered", G_CALLBACK (log_message_cb), self);
  g_signal_connect (self->session, "problem", G_CALLBACK (log_problem_cb), self);
  chat_session_start (self->session);
}

static void
stop (Fixture *self)
{
  chat_session_close (self->session);
  wait_until (G_OBJECT (self->session)->ref_count == 1);
  g_assert_finalize_object (self->session);
  chat_pipeline_wait_for_retired (NULL);
  fake_server_forget (self->server);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  test_folder_set_up (&self->folder, NULL);
  self->path = test_folder_file (&self->folder, "archive");
  self->server = fake_server_new ();
  self->log = g_string_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  stop (self);
  fake_server_free (self->server);
  g_string_free (self->log, TRUE);
  g_free (self->path);
  test_folder_tear_down (&self->folder, NULL);
}

static JsonObject *
join (Fixture *self, const char *history, gint64 seq)
{
  JsonObject *hello = fake_server_expect (self->server, "hello");

  fake_server_let_in (self->server, history, seq);
  wait_until (chat_session_get_state (self->session) == CHAT_SESSION_OPEN);

  return hello;
}

static void
open_room (Fixture *self, const char *history, gint64 seq)
{
  g_autoptr (JsonObject) hello = NULL;

  start (self, 0);
  hello = join (self, history, seq);
}

static char *
list (Fixture *self)
{
  GListModel *timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  GString *texts = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i);
      const char *text = chat_message_get_text (message);

      g_string_append_printf (texts, "%s%s", i > 0 ? " " : "", text != NULL ? text : "!");
    }

  return g_string_free (texts, FALSE);
}

static gboolean
lists (Fixture *self, const char *expected)
{
  g_autofree char *listed = list (self);

  return g_str_equal (listed, expected);
}

static gboolean
has_log (Fixture *self, const char *text)
{
  return strstr (self->log->str, text) != NULL;
}

/* "one" of bob, "two" of alice, "three" of bob. */
static void
talk (Fixture *self)
{
  g_autoptr (JsonObject) seal = NULL;
  g_autoptr (JsonObject) post = NULL;

  fake_server_deliver (self->server, "message", 11, "bob", 1,
                       "11111111-1111-4111-8111-111111111111", "one");
  wait_until (lists (self, "one"));
  g_assert_nonnull (chat_session_send (self->session, "two", NULL, NULL));
  seal = fake_server_expect (self->server, "seal");
  post = fake_server_expect (self->server, "post");
  fake_server_ack (self->server, post, 12);
  fake_server_deliver (self->server, "message", 13, "bob", 1,
                       "33333333-3333-4333-8333-333333333333", "three");
  wait_until (chat_session_get_pending (self->session) == 0 && lists (self, "one two three"));
}

static char *
find_file (Fixture *self)
{
  return g_build_filename (self->path, "store.0.sqlite", NULL);
}

static void
execute (Fixture *self, const char *sql)
{
  g_autofree char *file = find_file (self);

  test_database_execute (file, sql);
}

static void
test_comes_back (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) hello = NULL;
  g_autoptr (ChatMessage) message = NULL;

  start (self, 0);
  first = join (self, "store", 10);
  g_assert_false (json_object_has_member (first, "since"));
  talk (self);
  g_string_truncate (self->log, 0);
  stop (self);

  start (self, 0);
  hello = join (self, "store", 13);
  g_assert_cmpstr (json_object_get_string_member (hello, "history"), ==, "store");
  g_assert_cmpint (json_object_get_int_member (hello, "since"), ==, 13);
  wait_until (lists (self, "one two three"));
  message = g_list_model_get_item (G_LIST_MODEL (chat_session_get_timeline (self->session)), 1);
  g_assert_true (chat_message_get_own (message));
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_SENT);
  g_assert_cmpint (chat_message_get_seq (message), ==, 12);
  g_assert_cmpint (chat_audience_get_kind (chat_message_get_audience (message)), ==,
                   CHAT_AUDIENCE_ROOM);
  /* Nothing was delivered, and nothing is wrong. */
  g_assert_cmpstr (self->log->str, ==, "");
}

static void
assert_no_plain_text (const char *path)
{
  g_autofree char *data = NULL;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, NULL))
    return;
  g_assert_null (g_strstr_len (data, (gssize)size, "needle"));
}

static void
test_holds_no_plain_text (Fixture *self, gconstpointer data)
{
  g_autofree char *file = find_file (self);
  g_autofree char *log = g_strconcat (file, "-wal", NULL);
  GStatBuf status;

  open_room (self, "store", 10);
  fake_server_deliver (self->server, "message", 11, "bob", 1,
                       "11111111-1111-4111-8111-111111111111", "a needle in it");
  wait_until (lists (self, "a needle in it"));
  wait_until (g_file_test (file, G_FILE_TEST_EXISTS));
  stop (self);
  assert_no_plain_text (file);
  assert_no_plain_text (log);
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (self->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
  open_room (self, "store", 11);
}

/* What others changed in the file is nobody's words. */
static void
test_tampered (Fixture *self, gconstpointer data)
{
  const char *sql = data;

  open_room (self, "store", 10);
  talk (self);
  stop (self);
  execute (self, sql);
  g_string_truncate (self->log, 0);
  open_room (self, "store", 13);
  wait_until (has_log (self, "problem:1 message in the archive"));
  g_assert_true (lists (self, "two three"));
}

/* A key that somebody made under a name of his choice: not known from the server, and so none. */
static void
test_foreign_author (Fixture *self, gconstpointer data)
{
  open_room (self, "store", 10);
  talk (self);
  stop (self);
  execute (self, "DELETE FROM mark WHERE name LIKE 'author %';"
                 "UPDATE author SET username = 'carol' WHERE username = 'bob'");
  g_string_truncate (self->log, 0);
  open_room (self, "store", 13);
  wait_until (has_log (self, "problem:2 messages in the archive"));
  g_assert_true (lists (self, "two"));
}

/* A file in which somebody has made room for nothing at all. */
static void
test_hole (Fixture *self, gconstpointer data)
{
  open_room (self, "store", 10);
  talk (self);
  stop (self);
  execute (self, data);
  g_string_truncate (self->log, 0);
  open_room (self, "store", 13);
  wait_until (has_log (self, "store.0.sqlite"));
}

/* What runs whenever something is written to the file. */
static void
test_trigger (Fixture *self, gconstpointer data)
{
  open_room (self, "store", 10);
  talk (self);
  stop (self);
  execute (self, "CREATE TRIGGER loop AFTER INSERT ON post BEGIN DELETE FROM post; END");
  open_room (self, "store", 13);
  fake_server_deliver (self->server, "message", 14, "bob", 1,
                       "44444444-4444-4444-8444-444444444444", "four");
  wait_until (lists (self, "one two three four"));
  stop (self);
  open_room (self, "store", 14);
  wait_until (lists (self, "one two three four"));
}

/* A number that no server has given out is none to go on from. */
static void
test_foreign_mark (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;

  open_room (self, "store", 10);
  talk (self);
  stop (self);
  execute (self, data);
  start (self, 0);
  hello = join (self, "store", 13);
  g_assert_cmpint (json_object_get_int_member (hello, "since"), ==, 0);
}

/* A file under another's name: its numbers are of another store. */
static void
test_foreign_name (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;

  open_room (self, "store", 10);
  talk (self);
  stop (self);
  execute (self, "UPDATE store SET history = 'other'");
  start (self, 0);
  hello = join (self, "store", 13);
  g_assert_false (json_object_has_member (hello, "since"));
  wait_until (has_log (self, "store.0.sqlite"));
}

/* More sets of readers than are remembered, all in one connection. */
static void
test_many_sets (Fixture *self, gconstpointer data)
{
  const guint n = 300;
  GListModel *timeline;

  open_room (self, "store", 10);
  for (guint i = 0; i <= n; i++)
    {
      g_autofree char *mid = g_strdup_printf ("11111111-1111-4111-8111-%012u", i);

      if (i < n)
        fake_server_announce (self->server, i);
      /* The last one is for the first set again. */
      fake_server_deliver_to_set (self->server, i % n, 11 + i, mid, "x");
    }
  /* Two more of one set, so that the first 256 sets do not end with a page. */
  fake_server_deliver (self->server, "message", 12 + n, "bob", 1,
                       "22222222-2222-4222-8222-222222222222", "x");
  fake_server_deliver (self->server, "message", 13 + n, "bob", 1,
                       "33333333-3333-4333-8333-333333333333", "x");
  timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  wait_until (g_list_model_get_n_items (timeline) == n + 3);
  stop (self);
  g_string_truncate (self->log, 0);
  open_room (self, "store", 13 + n);
  timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  wait_until (g_list_model_get_n_items (timeline) == n + 3);
  g_assert_cmpstr (self->log->str, ==, "");
}

/* A server that begins a new store again and again. */
static guint
count_open_stores (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);

      n += target != NULL && g_str_has_prefix (target, folder)
           && g_str_has_suffix (target, ".sqlite");
    }

  return n;
}

typedef struct
{
  GPtrArray *posts;
  char *history;
  guint n_pages;
  guint n_failed;
} Answers;

static void
answer_cb (const ChatArchiveEvent *event, gpointer user_data)
{
  Answers *answers = user_data;

  answers->n_pages += event->kind == CHAT_ARCHIVE_PAGE;
  if (event->history != NULL)
    answers->history = g_strdup (event->history);
  answers->n_failed += event->kind == CHAT_ARCHIVE_FAILED;
  if (event->posts != NULL)
    answers->posts = g_ptr_array_ref (event->posts);
}

static void
test_many_stores (Fixture *self, gconstpointer data)
{
  Answers answers = { 0 };
  /* Not that of the session, which looks through its own in a thread. */
  g_autofree char *path = test_folder_file (&self->folder, "stores");
  ChatArchive *archive = chat_archive_new (path, fake_server_get_key (0), answer_cb, &answers);

  start (self, 0);
  chat_archive_open (archive);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *history = g_strdup_printf ("store%u", i);

      chat_archive_begin (archive, history, FALSE);
    }
  /* It answers when all before it is done. */
  chat_archive_read_next (archive);
  wait_until (answers.n_pages == 1);
  g_assert_cmpuint (count_open_stores (path), ==, 1);
  g_assert_cmpuint (answers.n_failed, ==, 0);
  chat_archive_free (archive);
}

static ChatPost *
make_post (void)
{
  const char *own_kid = chat_public_key_get_id (fake_server_get_public_key (0));
  ChatPublicKey *author = fake_server_get_public_key (1);
  ChatPost *post = chat_post_new ();

  post->seq = post->at = 1;
  post->from = g_strdup ("bob");
  post->author_kid = g_strdup (chat_public_key_get_id (author));
  post->author_key = g_bytes_ref (chat_public_key_get_der (author));
  post->mid = g_strdup ("11111111-1111-4111-8111-111111111111");
  post->protected = g_strdup ("x");
  post->iv = g_strdup ("x");
  post->ciphertext = g_strdup ("x");
  post->tag = g_strdup ("x");
  post->encrypted_key = g_strdup ("x");
  post->readers = chat_reader_set_new (&own_kid, 1);

  return post;
}

/* Of too many files, those that were written last are opened. */
static void
test_latest_files (Fixture *self, gconstpointer data)
{
  const guint n = 3 * CHAT_MAX_ARCHIVE_FILES;
  /* Not that of the session, which looks through its own in a thread. */
  g_autofree char *path = test_folder_file (&self->folder, "stores");
  g_autofree char *first = g_build_filename (path, "store0.0.sqlite", NULL);
  g_autofree char *last = g_strdup_printf ("store%u", n - 1);
  g_autoptr (ChatPost) post = make_post ();
  struct utimbuf later = { .modtime = g_get_real_time () / G_USEC_PER_SEC + 100 };
  Answers answers = { 0 };
  ChatArchive *archive = chat_archive_new (path, fake_server_get_key (0), answer_cb, &answers);

  start (self, 0);
  chat_archive_open (archive);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *history = g_strdup_printf ("store%u", i);

      chat_archive_begin (archive, history, FALSE);
      if (i == 0)
        chat_archive_keep (archive, post);
    }
  chat_archive_free (archive);
  chat_pipeline_wait_for_retired (NULL);
  g_assert_cmpint (g_utime (first, &later), ==, 0);

  archive = chat_archive_new (path, fake_server_get_key (0), answer_cb, &answers);
  chat_archive_open (archive);
  chat_archive_read_next (archive);
  wait_until (answers.n_pages == 1);
  g_assert_cmpstr (answers.history, ==, last);
  g_assert_nonnull (answers.posts);
  g_ptr_array_unref (answers.posts);
  g_free (answers.history);
  chat_archive_free (archive);
}

static gboolean
knows_author (const char *path)
{
  Answers answers = { 0 };
  ChatArchive *archive = chat_archive_new (path, fake_server_get_key (0), answer_cb, &answers);
  gboolean known;

  chat_archive_open (archive);
  chat_archive_read_next (archive);
  wait_until (answers.posts != NULL);
  known = ((ChatPost *)g_ptr_array_index (answers.posts, 0))->author_key != NULL;
  g_ptr_array_unref (answers.posts);
  g_free (answers.history);
  chat_archive_free (archive);
  chat_pipeline_wait_for_retired (NULL);

  return known;
}

/* Who is bob in one room may be somebody else in another of the same reader's rooms. */
static void
test_author_of_another_room (Fixture *self, gconstpointer data)
{
  g_autofree char *other = test_folder_file (&self->folder, "other");
  g_autoptr (ChatPost) post = make_post ();
  Answers answers = { 0 };
  ChatArchive *archive
      = chat_archive_new (self->path, fake_server_get_key (0), answer_cb, &answers);

  chat_archive_open (archive);
  chat_archive_begin (archive, "store", FALSE);
  chat_archive_keep (archive, post);
  chat_archive_free (archive);
  chat_pipeline_wait_for_retired (NULL);
  g_assert_true (knows_author (self->path));
  g_assert_cmpint (g_rename (self->path, other), ==, 0);
  g_assert_false (knows_author (other));
  start (self, 0);
}

/* However long the program runs. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  Answers answers = { 0 };
  g_autofree char *file = find_file (self);
  ChatArchive *archive
      = chat_archive_new (self->path, fake_server_get_key (0), answer_cb, &answers);

  chat_archive_open (archive);
  chat_archive_begin (archive, "store", FALSE);
  for (guint i = 1; i <= CHAT_MAX_ARCHIVE + 3000; i++)
    {
      ChatPost *post = make_post ();

      g_free (post->mid);
      post->mid = g_strdup_printf ("11111111-1111-4111-8111-%012u", i);
      post->seq = i;
      chat_archive_keep (archive, post);
      chat_post_unref (post);
      if (i % 3000 == 0)
        {
          chat_archive_read_next (archive);
          wait_until (answers.n_pages == i / 3000);
        }
    }
  chat_archive_free (archive);
  chat_pipeline_wait_for_retired (NULL);
  /* It is trimmed after each 1,000 or a few more. */
  test_database_execute (file, "CREATE TEMP TABLE n (n CHECK (n >= 20000 AND n < 21500));"
                               "INSERT INTO n SELECT count (*) FROM post");
  start (self, 0);
}

static void
keep_some (Fixture *self, guint first, guint last)
{
  Answers answers = { 0 };
  ChatArchive *archive
      = chat_archive_new (self->path, fake_server_get_key (0), answer_cb, &answers);

  chat_archive_open (archive);
  chat_archive_begin (archive, "store", FALSE);
  for (guint i = first; i <= last; i++)
    {
      ChatPost *post = make_post ();

      g_free (post->mid);
      post->mid = g_strdup_printf ("11111111-1111-4111-8111-%012u", i);
      post->seq = i;
      post->at = i != 6 ? i : 5;
      chat_archive_keep (archive, post);
      chat_archive_mark_seen (archive, i);
      chat_post_unref (post);
    }
  chat_archive_free (archive);
  chat_pipeline_wait_for_retired (NULL);
}

/* What comes at once is one transaction. */
static void
test_failed_in_a_row (Fixture *self, gconstpointer data)
{
  g_autofree char *file = find_file (self);

  keep_some (self, 1, 1);
  /* Which the sixth offends against, see keep_some(). */
  test_database_execute (file, "CREATE UNIQUE INDEX one_at_a_time ON mid (at)");
  keep_some (self, 2, 10);
  test_database_execute (file, "CREATE TEMP TABLE n (n CHECK (n = 5));"
                               "INSERT INTO n SELECT count (*) FROM post;"
                               "INSERT INTO n SELECT value FROM mark WHERE name = 'seen'");
  start (self, 0);
}

static void
test_wrong_key (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;

  open_room (self, "store", 10);
  talk (self);
  stop (self);
  g_string_truncate (self->log, 0);
  /* bob's key over alice's folder. The server does not play along, and needs not: nothing opens. */
  start (self, 1);
  hello = fake_server_expect (self->server, "hello");
  g_assert_true (lists (self, ""));
}

static void
test_another_store (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;

  open_room (self, "store", 10);
  talk (self);
  stop (self);
  open_room (self, "other", 0);
  fake_server_deliver (self->server, "message", 1, "bob", 1,
                       "44444444-4444-4444-8444-444444444444", "four");
  wait_until (lists (self, "one two three four"));
  stop (self);
  start (self, 0);
  hello = join (self, "other", 1);
  g_assert_cmpstr (json_object_get_string_member (hello, "history"), ==, "other");
  g_assert_cmpint (json_object_get_int_member (hello, "since"), ==, 1);
  wait_until (lists (self, "one two three four"));
}

/* Its numbers are given out again; what was said under them before is kept. */
static void
test_put_back (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;

  open_room (self, "store", 10);
  talk (self);
  stop (self);
  open_room (self, "store", 11);
  fake_server_deliver (self->server, "message", 12, "bob", 1,
                       "55555555-5555-4555-8555-555555555555", "again");
  wait_until (lists (self, "one two three again"));
  stop (self);
  start (self, 0);
  hello = join (self, "store", 12);
  g_assert_cmpint (json_object_get_int_member (hello, "since"), ==, 12);
  wait_until (lists (self, "one two three again"));
}

/* A file that cannot be understood is left alone, and the chat goes on. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  const char *content = data;
  g_autofree char *file = find_file (self);
  g_autofree char *after = NULL;

  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, content, -1, NULL));
  open_room (self, "store", 10);
  wait_until (has_log (self, "store.0.sqlite"));
  talk (self);
  g_assert_true (g_file_get_contents (file, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, content);
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  /* A file is where the folder should be. */
  g_assert_true (g_file_set_contents (self->path, "x", -1, NULL));
  open_room (self, "store", 10);
  wait_until (has_log (self, "problem:"));
  talk (self);
  /* Told once. */
  g_assert_null (strstr (strstr (self->log->str, "problem:") + 1, "problem:"));
}

static void
test_two_sessions (Fixture *self, gconstpointer data)
{
  Fixture other = { .path = self->path, .server = fake_server_new () };

  other.log = g_string_new (NULL);
  open_room (self, "store", 10);
  open_room (&other, "store", 10);
  talk (self);
  fake_server_deliver (other.server, "message", 11, "bob", 1,
                       "11111111-1111-4111-8111-111111111111", "one");
  fake_server_deliver (other.server, "message", 14, "bob", 1,
                       "44444444-4444-4444-8444-444444444444", "four");
  wait_until (has_log (&other, "l:four "));
  stop (&other);
  fake_server_free (other.server);
  g_string_free (other.log, TRUE);
  stop (self);
  g_string_truncate (self->log, 0);
  open_room (self, "store", 14);
  wait_until (lists (self, "one two three four"));
  g_assert_cmpstr (self->log->str, ==, "");
}

static void
test_read_position (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatMessage) one = NULL;
  g_autoptr (ChatMessage) two = NULL;
  g_autoptr (ChatMessage) three = NULL;
  GListModel *timeline;

  open_room (self, "store", 10);
  talk (self);
  timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  one = g_list_model_get_item (timeline, 0);
  /* Not known before the first time. */
  g_assert_false (chat_session_is_unread (self->session, one));
  chat_session_mark_read (self->session, one);
  g_clear_object (&one);
  stop (self);

  open_room (self, "store", 13);
  wait_until (lists (self, "one two three"));
  timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  one = g_list_model_get_item (timeline, 0);
  two = g_list_model_get_item (timeline, 1);
  three = g_list_model_get_item (timeline, 2);
  g_assert_false (chat_session_is_unread (self->session, one));
  g_assert_false (chat_session_is_unread (self->session, two));
  g_assert_true (chat_session_is_unread (self->session, three));
}

/* More than a page, in order. */
static void
test_pages (Fixture *self, gconstpointer data)
{
  const guint n = 2 * CHAT_ARCHIVE_PAGE_SIZE + 3;
  g_autoptr (ChatMessage) first = NULL;
  GListModel *timeline;

  open_room (self, "store", 10);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *mid = g_strdup_printf ("11111111-1111-4111-8111-%012u", i);

      fake_server_deliver (self->server, "message", 11 + i, "bob", 1, mid, "x");
    }
  timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  wait_until (g_list_model_get_n_items (timeline) == n);
  stop (self);
  open_room (self, "store", 10 + n);
  timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  wait_until (g_list_model_get_n_items (timeline) == n);
  first = g_list_model_get_item (timeline, 0);
  g_assert_cmpint (chat_message_get_seq (first), ==, 11);
}

/* Another implementation opens what is kept, with the private key. */
static void
test_jwcrypto (Fixture *self, gconstpointer data)
{
  static const char script[]
      = "import glob, json, sqlite3\n"
        "from jwcrypto import jwe, jwk\n"
        "key = jwk.JWK.from_pem(open('key.pem', 'rb').read())\n"
        "draft = jwe.JWE()\n"
        "draft.deserialize(open('archive/draft.jwe').read(), key)\n"
        "assert draft.payload == b'a draft', draft.payload\n"
        "rows = list(sqlite3.connect('archive/store.0.sqlite').execute('SELECT protected, iv,'\n"
        "    ' ciphertext, tag, encrypted_key FROM post JOIN wrapping'\n"
        "    ' ON wrapping.seal = post.seal'))\n"
        "assert len(rows) == 3, rows\n"
        "names = ['protected', 'iv', 'ciphertext', 'tag', 'encrypted_key']\n"
        "for row in rows:\n"
        "    frame = jwe.JWE()\n"
        "    frame.deserialize(json.dumps(dict(zip(names, row))), key)\n"
        "    assert frame.payload.count(b'.') == 2\n";
  g_autoptr (ChatSecret) pem = chat_private_key_to_pem (fake_server_get_key (0), NULL, NULL);

  open_room (self, "store", 10);
  if (system ("/usr/bin/python3 -c 'import jwcrypto' 2>/dev/null") != 0)
    {
      g_test_skip ("python3-jwcrypto is not installed");
      return;
    }
  talk (self);
  chat_draft_set_text (chat_session_get_draft (self->session), "a draft");
  stop (self);
  test_folder_write (&self->folder, "key.pem", chat_secret_get_string (pem), -1);
  test_folder_write (&self->folder, "check.py", script, -1);
  test_run (&self->folder, "/usr/bin/python3 check.py");
  open_room (self, "store", 13);
}

/* A disk that hangs: no database is opened until the gate is. */
static struct
{
  GMutex mutex;
  GCond cond;
  gboolean open;
  int answer;
} gate;

static int
pass_gate_cb (sqlite3 *db, char **problem, const struct sqlite3_api_routines *api)
{
  g_mutex_lock (&gate.mutex);
  while (!gate.open)
    g_cond_wait (&gate.cond, &gate.mutex);
  g_mutex_unlock (&gate.mutex);

  return gate.answer;
}

#define GATE ((void (*) (void))pass_gate_cb)

static void
open_gate (int answer)
{
  g_mutex_lock (&gate.mutex);
  gate.open = TRUE;
  gate.answer = answer;
  g_cond_signal (&gate.cond);
  g_mutex_unlock (&gate.mutex);
}

/* Of 116 KB each when sealed: more than may wait in the archive and in the inbox. */
#define N_FLOOD 160

static guint
count_messages (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (chat_session_get_timeline (self->session)));
}

static gboolean
is_held (Fixture *self)
{
  return !self->session->link->reading && chat_inbox_has_room (self->session->inbox);
}

static void
flood (Fixture *self)
{
  g_autofree char *text = g_strnfill (CHAT_MAX_TEXT, 'x');

  for (guint i = 0; i < N_FLOOD; i++)
    {
      g_autofree char *mid = g_strdup_printf ("11111111-1111-4111-8111-%012u", i);

      fake_server_deliver (self->server, "message", 11 + i, "bob", 1, mid, text);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

/* What a server sends faster than it can be written stays with the server, and is not lost: also
 * when the disk turns out to be broken. */
static void
test_slow_disk (Fixture *self, gconstpointer data)
{
  const int answer = GPOINTER_TO_INT (data);

  gate.open = FALSE;
  sqlite3_auto_extension (GATE);
  open_room (self, "store", 10);
  flood (self);
  wait_until (is_held (self) || count_messages (self) == N_FLOOD);
  g_assert_cmpuint (count_messages (self), <, N_FLOOD);
  g_assert_true (chat_archive_is_full (self->session->archive));

  open_gate (answer);
  wait_until (count_messages (self) == N_FLOOD);
  wait_until (!chat_archive_is_full (self->session->archive));
  g_assert_true (has_log (self, "problem:From now on") == (answer != SQLITE_OK));
  sqlite3_cancel_auto_extension (GATE);
  if (answer != SQLITE_OK)
    return;

  /* All of it was kept. */
  stop (self);
  open_room (self, "store", 10 + N_FLOOD);
  wait_until (count_messages (self) == N_FLOOD);
}

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/archive/comes-back", NULL, test_comes_back);
  ADD ("/archive/no-plain-text", NULL, test_holds_no_plain_text);
  ADD ("/archive/tampered/ciphertext",
       "UPDATE post SET ciphertext = 'AAAA' || substr (ciphertext, 5) WHERE seq = 11",
       test_tampered);
  ADD ("/archive/tampered/number-in-it",
       "UPDATE post SET protected = 'eyJhbGciOiJub25lIn0' WHERE seq = 11", test_tampered);
  ADD ("/archive/tampered/author",
       "UPDATE post SET author = (SELECT author FROM post WHERE seq = 12) WHERE seq = 11",
       test_tampered);
  ADD ("/archive/tampered/name",
       "INSERT INTO author (kid, username, key) SELECT kid, 'x\",\"y\":\"z', key FROM author WHERE "
       "username = 'bob'; UPDATE post SET author = (SELECT max (id) FROM author) WHERE seq = 11;"
       "UPDATE mid SET author = (SELECT max (id) FROM author) WHERE seq = 11",
       test_tampered);
  ADD ("/archive/tampered/content-key",
       "UPDATE wrapping SET encrypted_key = (SELECT encrypted_key FROM wrapping WHERE seal = "
       "(SELECT seal FROM post WHERE seq = 12)) WHERE seal = (SELECT seal FROM post WHERE seq = "
       "11)",
       test_tampered);
  ADD ("/archive/hole/ciphertext",
       "ALTER TABLE post RENAME TO old; CREATE TABLE post AS SELECT * FROM old;"
       "UPDATE post SET ciphertext = NULL WHERE seq = 11", test_hole);
  ADD ("/archive/hole/reader",
       "ALTER TABLE author RENAME TO old; CREATE TABLE author AS SELECT * FROM old;"
       "UPDATE author SET username = NULL, key = NULL", test_hole);
  ADD ("/archive/trigger", NULL, test_trigger);
  ADD ("/archive/foreign-mark/negative", "UPDATE mark SET value = -5 WHERE name = 'seen'",
       test_foreign_mark);
  ADD ("/archive/foreign-mark/huge",
       "UPDATE mark SET value = 9223372036854775807 WHERE name = 'seen'", test_foreign_mark);
  ADD ("/archive/foreign-name", NULL, test_foreign_name);
  ADD ("/archive/many-sets", NULL, test_many_sets);
  ADD ("/archive/many-stores", NULL, test_many_stores);
  ADD ("/archive/latest-files", NULL, test_latest_files);
  ADD ("/archive/author-of-another-room", NULL, test_author_of_another_room);
  ADD ("/archive/limit", NULL, test_limit);
  ADD ("/archive/failed-in-a-row", NULL, test_failed_in_a_row);
  ADD ("/archive/foreign-author", NULL, test_foreign_author);
  ADD ("/archive/wrong-key", NULL, test_wrong_key);
  ADD ("/archive/another-store", NULL, test_another_store);
  ADD ("/archive/put-back", NULL, test_put_back);
  ADD ("/archive/damaged", "this is no database, and longer than the hundred bytes of a header, so "
                           "that nobody takes it for an empty one that can be overwritten.",
       test_damaged);
  ADD ("/archive/no-folder", NULL, test_no_folder);
  ADD ("/archive/two-sessions", NULL, test_two_sessions);
  ADD ("/archive/jwcrypto", NULL, test_jwcrypto);
  ADD ("/archive/read-position", NULL, test_read_position);
  ADD ("/archive/pages", NULL, test_pages);
  ADD ("/archive/slow-disk", GINT_TO_POINTER (SQLITE_OK), test_slow_disk);
  ADD ("/archive/slow-broken-disk", GINT_TO_POINTER (SQLITE_IOERR), test_slow_disk);

  return g_test_run ();
}
