/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-archive-file.h"

#include "chat-limits.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* Wrappings whose row is remembered. */
#define MAX_SEALS 1024

/* The file is trimmed when it is opened, and after so many more: a pass over all of it. */
#define KEPT_BEFORE_TRIM 1000

#define SUFFIX ".sqlite"

/* The database says the reason and the remedy. */
static gboolean
name_file (const char *path, GError *cause, GError **error)
{
  g_set_error (error, G_IO_ERROR, cause->code,
               /* TRANSLATORS: the path of a file, then what is wrong with it and what to do */
               _("The archive “%s” cannot be used: %s."), path, cause->message);
  g_error_free (cause);

  return FALSE;
}

/* What no server can have said is as good as nothing. */
static gboolean
load_mark (ChatArchiveFile *self, const char *mark, gint64 *value, GError **error)
{
  if (!chat_database_get_mark (self->database, mark, value, error))
    return FALSE;

  if (*value < 0 || *value > CHAT_MAX_JSON_INTEGER)
    *value = 0;
  return TRUE;
}

static gboolean
load_marks (ChatArchiveFile *self, GError **error)
{
  return load_mark (self, "used", &self->used, error)
         && load_mark (self, "seen", &self->seen, error)
         && load_mark (self, "read", &self->read, error);
}

/* The server is told this name, and each name has its files. */
static gboolean
check_name (ChatArchiveFile *self, const char *name, GError **error)
{
  g_autofree char *expected =
      chat_archive_file_make_name (chat_archive_file_get_history (self), self->number);

  if (g_str_equal (expected, name))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("it is damaged; restore it from a backup or move it away"));
  return FALSE;
}

static gboolean
trim (ChatArchiveFile *self, GError **error)
{
  if (chat_database_begin (self->database, error)
      && chat_database_trim_replica (self->database, error)
      && chat_database_commit (self->database, error))
    return TRUE;

  chat_database_roll_back (self->database);
  return FALSE;
}

/* "HISTORY.NUMBER.sqlite" */
static guint
parse_number (const char *name)
{
  const char *dot = strchr (name, '.');

  return dot != NULL ? (guint)g_ascii_strtoull (dot + 1, NULL, 10) : 0;
}

/**
 * chat_archive_file_make_name:
 * @history: the name of a server's store, in base64url
 * @number: 0, or another for each time that the store was put back from a backup
 *
 * Names the file for one of the server's stores.
 *
 * Returns: (transfer full): the name of the file
 */
char *
chat_archive_file_make_name (const char *history, guint number)
{
  return g_strdup_printf ("%s.%u" SUFFIX, history, number);
}

/**
 * chat_archive_file_open: (skip)
 * @folder: the archive
 * @name: of the file
 * @history: (nullable): the name of the store, to make the file if it is missing
 * @error: return location for a #GIOErrorEnum
 *
 * Opens a file, or makes it when @history is given. For the archive's thread. The error is a
 * sentence that names the file.
 *
 * Returns: (transfer full) (nullable): the file
 */
ChatArchiveFile *
chat_archive_file_open (const char *folder, const char *name, const char *history, GError **error)
{
  g_autoptr (ChatArchiveFile) self = g_new0 (ChatArchiveFile, 1);
  GError *cause = NULL;

  self->path = g_build_filename (folder, name, NULL);
  self->number = parse_number (name);
  self->before = G_MAXINT64;
  self->seals =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)chat_wrappings_unref);
  self->database = chat_database_open_replica (self->path, history, CHAT_MAX_ARCHIVE, &cause);
  if (self->database == NULL || !check_name (self, name, &cause) || !load_marks (self, &cause)
      || !trim (self, &cause))
    {
      name_file (self->path, cause, error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * chat_archive_file_free:
 * @self: (transfer full): a file
 *
 * Closes the file.
 */
void
chat_archive_file_free (ChatArchiveFile *self)
{
  g_clear_pointer (&self->database, chat_database_close);
  g_clear_pointer (&self->seals, g_hash_table_unref);
  g_free (self->path);
  g_free (self);
}

/**
 * chat_archive_file_get_history:
 * @self: a file
 *
 * Says which of the server's stores the messages come from.
 *
 * Returns: (transfer none): the name of the store of which it is a part
 */
const char *
chat_archive_file_get_history (ChatArchiveFile *self)
{
  return chat_database_get_history (self->database);
}

/* Whoever can write to the file, but has not got the private key, could otherwise name a key of his
 * own as a former member's, and speak as anybody. */
static char *
make_mark_of_author (ChatPost *post, const ChatSecret *proof)
{
  g_autofree char *author = g_strconcat (post->author_kid, " ", post->from, NULL);
  g_autofree char *code = NULL;
  gsize size;
  const guint8 *key = chat_secret_get_data (proof, &size);

  code = g_compute_hmac_for_data (G_CHECKSUM_SHA256, key, size, (const guchar *)author,
                                  strlen (author));

  return g_strconcat ("author ", code, NULL);
}

static ChatWrappings *
find_wrappings (ChatArchiveFile *self, ChatPost *post, const char *own_kid)
{
  ChatWrappings *wrappings = g_hash_table_lookup (self->seals, post->encrypted_key);

  if (wrappings != NULL)
    return wrappings;

  wrappings = chat_wrappings_new_for_reader (post->readers, own_kid, post->encrypted_key);
  if (wrappings == NULL)
    return NULL;
  if (g_hash_table_size (self->seals) >= MAX_SEALS)
    g_hash_table_remove_all (self->seals);
  g_hash_table_insert (self->seals, g_strdup (post->encrypted_key), wrappings);

  return wrappings;
}

/* Into one transaction, until it is committed: together, many cost little more than one. */
static gboolean
begin_writing (ChatArchiveFile *self, GError **error)
{
  if (self->n_written == 0 && !chat_database_begin (self->database, error))
    return FALSE;

  self->n_written++;
  return TRUE;
}

/* What came before is whole, and is kept where that is still possible. */
static gboolean
give_up_writing (ChatArchiveFile *self, GError *cause, GError **error)
{
  if (!chat_database_commit (self->database, NULL))
    chat_database_roll_back (self->database);
  self->n_written = 0;

  return name_file (self->path, cause, error);
}

static gboolean
write_post (ChatArchiveFile *self, ChatPost *post, const char *mark, GError **error)
{
  gint64 marked = 0;

  return chat_database_get_mark (self->database, mark, &marked, error)
         && (marked == 1 || chat_database_set_mark (self->database, mark, 1, error))
         && chat_database_keep (self->database, post, error);
}

/**
 * chat_archive_file_keep:
 * @self: a file
 * @post: a verified message, with `readers` and its one `encrypted_key`; the file's from now on
 * @own_kid: name of one's own key
 * @proof: makes proofs of authors
 * @error: return location for a #GIOErrorEnum
 *
 * Writes a message as it came, and with it a proof that its author's name and key were checked:
 * another program could write to the file. Where one is not among the readers, nothing is written.
 *
 * Call [method@ArchiveFile.commit] after it, or after several.
 *
 * Returns: whether all went well; when it did not, what came before is committed if it can be
 */
gboolean
chat_archive_file_keep (ChatArchiveFile *self, ChatPost *post, const char *own_kid,
                        const ChatSecret *proof, GError **error)
{
  g_autofree char *mark = make_mark_of_author (post, proof);
  ChatWrappings *wrappings = find_wrappings (self, post, own_kid);
  GError *cause = NULL;

  /* A message that passed its check has us among its readers. */
  if (wrappings == NULL)
    return TRUE;

  post->wrappings = chat_wrappings_ref (wrappings);
  if (!begin_writing (self, &cause) || !write_post (self, post, mark, &cause))
    return give_up_writing (self, cause, error);

  self->n_kept++;
  return TRUE;
}

/**
 * chat_archive_file_mark:
 * @self: a file
 * @mark: "used", "seen" or "read"
 * @value: its value
 * @error: return location for a #GIOErrorEnum
 *
 * Notes a number: when one was in the room last, or how far one has come.
 *
 * Call [method@ArchiveFile.commit] after it, or after several.
 *
 * Returns: whether all went well; when it did not, what came before is committed if it can be
 */
gboolean
chat_archive_file_mark (ChatArchiveFile *self, const char *mark, gint64 value, GError **error)
{
  GError *cause = NULL;

  if (begin_writing (self, &cause) && chat_database_set_mark (self->database, mark, value, &cause))
    return TRUE;

  return give_up_writing (self, cause, error);
}

/**
 * chat_archive_file_commit:
 * @self: a file
 * @error: return location for a #GIOErrorEnum
 *
 * Writes to the disk what was kept and marked, in one transaction. Now and then it also drops the
 * oldest messages, when there are more than an archive may have.
 *
 * Returns: whether all that was kept and marked before is in the file, and the file is no longer
 *   than it may be
 */
gboolean
chat_archive_file_commit (ChatArchiveFile *self, GError **error)
{
  GError *cause = NULL;

  if (self->n_written == 0)
    return TRUE;
  self->n_written = 0;
  if (!chat_database_commit (self->database, &cause))
    {
      chat_database_roll_back (self->database);
      return name_file (self->path, cause, error);
    }

  if (self->n_kept < KEPT_BEFORE_TRIM)
    return TRUE;

  self->n_kept = 0;
  return trim (self, &cause) || name_file (self->path, cause, error);
}

static gboolean
check_author (ChatArchiveFile *self, ChatPost *post, const ChatSecret *proof, GError **error)
{
  g_autofree char *mark = NULL;
  gint64 marked = 0;

  if (post->author_kid != NULL && post->from != NULL)
    {
      mark = make_mark_of_author (post, proof);
      if (!chat_database_get_mark (self->database, mark, &marked, error))
        return FALSE;
    }
  if (marked != 1)
    g_clear_pointer (&post->author_key, g_bytes_unref);

  return TRUE;
}

static void
reverse (GPtrArray *posts)
{
  for (guint i = 0; i < posts->len / 2; i++)
    {
      gpointer *first = &posts->pdata[i], *second = &posts->pdata[posts->len - 1 - i];
      gpointer hold = *first;

      *first = *second;
      *second = hold;
    }
}

/**
 * chat_archive_file_read:
 * @self: a file
 * @own_kid: name of one's own key
 * @proof: makes proofs of authors
 * @error: return location for a #GIOErrorEnum
 *
 * Reads the next page, from the end. Nothing in it is verified.
 *
 * Returns: (transfer full) (element-type ChatPost) (nullable): the messages, ascending; empty when
 *   all have been read
 */
GPtrArray *
chat_archive_file_read (ChatArchiveFile *self, const char *own_kid, const ChatSecret *proof,
                        GError **error)
{
  GError *cause = NULL;
  g_autoptr (GPtrArray) posts = chat_database_read_back (self->database, own_kid, self->before,
                                                         CHAT_ARCHIVE_PAGE_SIZE, &cause);
  gboolean ok = posts != NULL;

  if (ok && posts->len > 0)
    self->before = ((ChatPost *)g_ptr_array_index (posts, posts->len - 1))->seq;
  for (guint i = 0; ok && i < posts->len; i++)
    ok = check_author (self, g_ptr_array_index (posts, i), proof, &cause);
  if (!ok)
    {
      name_file (self->path, cause, error);
      return NULL;
    }

  reverse (posts);
  return g_steal_pointer (&posts);
}
