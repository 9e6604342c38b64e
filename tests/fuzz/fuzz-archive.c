/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-jws.h"
#include "chat-limits.h"
#include "chat-pipeline.h"
#include "chat-post-frame.h"
#include "chat-session-private.h"
#include "fuzz-file.h"
#include "fuzz-keys.h"
#include "fuzz-link.h"
#include "fuzz.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

/* An archive that another program has changed, and what a session makes of it. It holds one good
 * message, number 1. Each line of an input is
 *
 *   p SEQ                  one more like the last one, under another number
 *   d TABLE                all that is in a table goes
 *   TABLE.COLUMN=VALUE     a value for all rows of a table, or for the last message
 *   mark.NAME=VALUE
 *
 * where a value is #NUMBER, %BYTES, ! for NULL, or a text, and $ stands for keys as in fuzz-keys.h.
 * Whatever it says, nothing may be shown but what was signed. */

#define MAX_LINES 30
#define HISTORY "store"
#define FILE_NAME HISTORY ".0.sqlite"
#define TEXT "hello"
#define MID "0a1b2c3d-0000-4000-8000-000000000001"

static const char *const tables[] = {
  "author", "mark", "mid", "post", "reader_set", "seal", "sqlite_sequence", "store", "wrapping",
};

static const char *const columns[] = {
  "author.kid",      "author.username",      "author.key",         "post.at",
  "post.author",     "post.seal",            "post.mid",           "post.protected",
  "post.iv",         "post.ciphertext",      "post.tag",           "reader_set.hash",
  "reader_set.kids", "seal.reader_set",      "sqlite_sequence.seq", "store.history",
  "wrapping.kid",    "wrapping.encrypted_key",
};

/* The good archive */

static char *
get_folder (void)
{
  return g_build_filename (fuzz_get_folder (), "room", NULL);
}

static ChatReaderSet *
make_readers (void)
{
  const char *kids[FUZZ_N_KEYS];

  for (guint i = 0; i < FUZZ_N_KEYS; i++)
    kids[i] = chat_public_key_get_id (fuzz_get_public_key (i));

  return chat_reader_set_new (kids, FUZZ_N_KEYS);
}

static char *
sign (ChatReaderSet *readers)
{
  ChatClaims claims = { .jti = (char *)MID, .iat = 1, .type = (char *)"text" };
  g_autofree char *payload = NULL;
  gsize size;

  claims.text = (char *)TEXT;
  claims.iss = (char *)chat_public_key_get_id (fuzz_get_public_key (0));
  claims.aud = (char *)chat_public_key_get_id (fuzz_get_public_key (1));
  claims.to = (char *)chat_reader_set_get_to (readers);
  payload = chat_claims_to_json (&claims, &size);

  return chat_jws_sign (fuzz_get_private_key (), payload, size, NULL);
}

static ChatPost *
make_post (void)
{
  ChatPublicKey *author = fuzz_get_public_key (0);
  g_autoptr (ChatReaderSet) readers = make_readers ();
  g_autofree char *jws = sign (readers);
  g_autofree char *frame = NULL;
  g_autoptr (ChatJwe) jwe = NULL;
  ChatPost *post;
  gsize size;

  frame = chat_jwe_seal (fuzz_get_content_key (), "{\"op\":\"message\"}",
                         chat_public_key_get_id (author), fuzz_get_encrypted_key (), MID, jws,
                         strlen (jws), &size);
  jwe = chat_jwe_parse (frame, size, NULL);
  post = chat_post_frame_read (jwe);
  post->seq = 1;
  post->at = 1;
  post->from = g_strdup ("alice");
  post->author_kid = g_strdup (chat_public_key_get_id (author));
  post->author_key = g_bytes_ref (chat_public_key_get_der (author));
  post->readers = chat_reader_set_ref (readers);

  return post;
}

static void
ignore_cb (const ChatArchiveEvent *event, gpointer user_data)
{
  g_assert_no_error (event->error);
}

/* By the program itself, so that it holds the proof of its author. */
static void
make_archive (const char *folder)
{
  g_autoptr (ChatPost) post = make_post ();
  ChatArchive *archive = chat_archive_new (folder, fuzz_get_private_key (), ignore_cb, NULL);

  chat_archive_open (archive);
  chat_archive_begin (archive, HISTORY, FALSE);
  chat_archive_keep (archive, post);
  chat_archive_mark_seen (archive, 1);
  chat_archive_mark_read (archive, 1);
  chat_archive_free (archive);
  chat_pipeline_wait_for_retired (NULL);
}

static void
run_sql (sqlite3 *db, const char *sql)
{
  int code = sqlite3_exec (db, sql, NULL, NULL, NULL);

  if (code != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
}

static sqlite3 *
open_database (const char *path)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);

  return db;
}

/* Another program need not keep to the schema. */
static void
allow_null (const char *path)
{
  sqlite3 *db = open_database (path);

  run_sql (db, "PRAGMA writable_schema = ON;"
               "UPDATE sqlite_schema SET sql = replace (sql, ' NOT NULL', '');");
  sqlite3_close (db);
}

static GBytes *
get_good_file (void)
{
  static GBytes *good;
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  char *content;
  gsize size;

  if (good != NULL)
    return good;

  folder = get_folder ();
  path = g_build_filename (folder, FILE_NAME, NULL);
  make_archive (folder);
  allow_null (path);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  good = g_bytes_new_take (content, size);

  return good;
}

/* What an input makes of it */

static void
empty_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
}

static void
bind_value (sqlite3_stmt *statement, const char *value)
{
  if (value[0] == '#')
    sqlite3_bind_int64 (statement, 1, g_ascii_strtoll (value + 1, NULL, 10));
  else if (value[0] == '%')
    sqlite3_bind_blob (statement, 1, value + 1, (int)strlen (value + 1), SQLITE_TRANSIENT);
  else if (g_str_equal (value, "!"))
    sqlite3_bind_null (statement, 1);
  else
    sqlite3_bind_text (statement, 1, value, -1, SQLITE_TRANSIENT);
}

/* What the database itself refuses is not there. */
static void
run_with_value (sqlite3 *db, const char *sql, const char *value)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    return;
  bind_value (statement, value);
  sqlite3_step (statement);
  sqlite3_finalize (statement);
}

static void
set_mark (sqlite3 *db, const char *name, const char *value)
{
  static const char *const marks[] = { "used", "seen", "read" };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_str_equal (marks[i], name))
      {
        g_autofree char *sql =
            g_strdup_printf ("UPDATE mark SET value = ?1 WHERE name = '%s'", name);

        run_with_value (db, sql, value);
      }
}

static void
set_column (sqlite3 *db, const char *column, const char *value)
{
  const char *dot = strchr (column, '.');
  g_autofree char *table = NULL;
  g_autofree char *sql = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (g_str_equal (columns[i], column))
      {
        table = g_strndup (column, (gsize)(dot - column));
        sql = g_strdup_printf ("UPDATE %s SET %s = ?1%s", table, dot + 1,
                               g_str_equal (table, "post")
                                   ? " WHERE seq = (SELECT max (seq) FROM post)"
                                   : "");
        run_with_value (db, sql, value);
      }
}

static void
run_line (sqlite3 *db, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "=", 2);
  g_autofree char *sql = NULL;

  if (g_str_has_prefix (line, "p "))
    run_with_value (db,
                    "INSERT OR IGNORE INTO post SELECT ?1, at, author, seal, mid, protected, iv, "
                    "ciphertext, tag FROM post ORDER BY seq DESC LIMIT 1",
                    line + 2);
  else if (g_str_has_prefix (line, "d "))
    {
      for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
        if (g_str_equal (tables[i], line + 2))
          {
            sql = g_strdup_printf ("DELETE FROM %s", tables[i]);
            run_sql (db, sql);
          }
    }
  else if (g_strv_length (parts) == 2 && g_str_has_prefix (parts[0], "mark."))
    set_mark (db, parts[0] + strlen ("mark."), parts[1]);
  else if (g_strv_length (parts) == 2)
    set_column (db, parts[0], parts[1]);
}

static void
change_archive (const char *folder, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *path = NULL;
  gsize size;
  gconstpointer good = g_bytes_get_data (get_good_file (), &size);
  sqlite3 *db;

  empty_folder (folder);
  path = fuzz_write_file ("room" G_DIR_SEPARATOR_S FILE_NAME, good, size);
  db = open_database (path);
  run_sql (db, "PRAGMA synchronous = OFF; BEGIN");
  for (guint i = 0; lines[i] != NULL && i < MAX_LINES; i++)
    run_line (db, lines[i]);
  run_sql (db, "COMMIT");
  sqlite3_close (db);
}

/* A session that finds it */

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_for (const gboolean *flag)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  guint timer = g_timeout_add (20, wake_cb, NULL);

  while (!*flag)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (timer);
}

static void
inbound_cb (const ChatInbound *inbound, gpointer user_data)
{
  g_assert_true (inbound->archived);
  session_archive_handle_opened (user_data, inbound);
}

static void
hear (ChatSession *session, const char *line)
{
  g_autofree char *json = fuzz_expand (line, strlen (line));
  g_autoptr (ChatNotice) notice = chat_notice_parse (json, strlen (json), NULL);

  session_handle_notice (session, notice);
}

static void
enter (ChatSession *session, ChatPoller *poller)
{
  session->outbox = chat_outbox_new (fuzz_get_private_key (), fuzz_get_public_key (1),
                                     session_handle_outbound, session);
  session->inbox = chat_inbox_new (fuzz_get_private_key (), inbound_cb, session);
  session_set_state (session, CHAT_SESSION_CONNECTING);
  session->link = fuzz_link_new (poller, session->server_key);
  session_archive_must_open (session);
  wait_for (&session->archive_opened);

  session->generation++;
  chat_outbox_begin (session->outbox, session->generation);
  session_set_state (session, CHAT_SESSION_JOINING);
  hear (session, "{\"op\":\"members\",\"members\":["
                 "{\"username\":\"alice\",\"key\":\"$D\",\"online\":true},"
                 "{\"username\":\"bob\",\"key\":\"$E\",\"online\":true}]}");
  hear (session, "{\"op\":\"welcome\",\"version\":1,\"username\":\"alice\",\"admin\":false,"
                 "\"history_limit\":100,\"history\":\"" HISTORY "\",\"seq\":100}");
  hear (session, "{\"op\":\"caught-up\",\"seq\":100,\"count\":0,\"withheld\":0,\"lost\":0}");
}

/* Only alice has signed anything, and only this. */
static void
check (ChatSession *session)
{
  GListModel *timeline = G_LIST_MODEL (session->timeline);

  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i);

      g_assert_cmpstr (chat_message_get_text (message), ==, TEXT);
      g_assert_cmpstr (chat_message_get_mid (message), ==, MID);
      g_assert_cmpint (g_ascii_strcasecmp (chat_message_get_author (message), "alice"), ==, 0);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_expand ((const char *)data, size);
  g_autofree char *folder = get_folder ();
  ChatPoller *poller = chat_poller_new (NULL, NULL);
  ChatSession *session = chat_session_new ("127.0.0.1", 5000, "alice", fuzz_get_private_key (),
                                           fuzz_get_public_key (1));

  change_archive (folder, text);
  chat_session_set_archive_folder (session, folder);
  enter (session, poller);
  wait_for (&session->read_found);
  check (session);
  /* As it is, it is shown. */
  if (size == 0)
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (session->timeline)), ==, 1);

  chat_session_close (session);
  fuzz_run_loop ();
  g_object_unref (session);
  chat_pipeline_wait_for_retired (NULL);
  g_object_unref (poller);

  return 0;
}
