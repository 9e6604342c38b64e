/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-archive.h"

#include "chat-archive-file.h"
#include "chat-backlog.h"
#include "chat-base64url.h"
#include "chat-limits.h"
#include "chat-pins.h"
#include "chat-pipeline.h"
#include "chat-room-folder.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* Messages and marks of one transaction. */
#define MAX_WRITTEN 256

struct _ChatArchive
{
  ChatArchiveFunc func;
  gpointer user_data;
  ChatPipeline *pipeline;
  ChatBacklog backlog; /* what is to be written */
  ChatPrivateKey *key;

  /* The thread's own. */
  char *folder;
  const char *own_kid;
  ChatSecret *proof;
  GPtrArray *files;         /* (element-type ChatArchiveFile): the one used last comes last */
  ChatArchiveFile *current; /* what is kept goes there; NULL: nothing is kept */
  guint n_found;            /* files that were there */
  guint n_unread;           /* files that were there, and have not been read to their beginning */
  gboolean broken;
};

typedef enum
{
  JOB_OPEN,
  JOB_BEGIN,
  JOB_KEEP,
  JOB_MARK,
  JOB_READ,
} JobKind;

typedef struct
{
  JobKind kind;
  gsize size; /* about as many bytes of memory */
  ChatArchiveEvent event;
  gboolean has_event;
  char *history;
  gboolean again;
  ChatPost *post;
  const char *mark;
  gint64 value;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_error (&job->event.error);
  g_clear_pointer (&job->event.posts, g_ptr_array_unref);
  g_clear_pointer (&job->post, chat_post_unref);
  g_free (job->event.history);
  g_free (job->history);
  g_free (job);
}

/* The thread */

/* Known to the owner of the private key only, and of this room only: who is somebody here may have
 * another's name elsewhere. */
static ChatSecret *
make_proof (const char *folder, ChatPrivateKey *key)
{
  g_autoptr (ChatSecret) pem = chat_private_key_to_pem (key, NULL, NULL);
  g_autofree char *room = g_path_get_basename (folder);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size;
  const guint8 *data;
  ChatSecret *proof;

  if (pem == NULL)
    return chat_secret_new_random (sizeof digest);

  data = chat_secret_get_data (pem, &size);
  g_checksum_update (checksum, (const guchar *)"conclave archive, authors\n", -1);
  g_checksum_update (checksum, (const guchar *)room, (gssize)strlen (room) + 1);
  g_checksum_update (checksum, data, (gssize)size);
  size = sizeof digest;
  g_checksum_get_digest (checksum, digest, &size);
  proof = chat_secret_new (digest, sizeof digest);
  chat_wipe (digest, sizeof digest);

  return proof;
}

static int
compare_files (gconstpointer a, gconstpointer b)
{
  const ChatArchiveFile *first = *(ChatArchiveFile *const *)a;
  const ChatArchiveFile *second = *(ChatArchiveFile *const *)b;

  if (first->used != second->used)
    return first->used < second->used ? -1 : 1;

  return (first->number > second->number) - (first->number < second->number);
}

typedef struct
{
  char *name;
  gint64 changed;
} Candidate;

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_free (candidate->name);
  g_free (candidate);
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *first = *(Candidate *const *)a;
  const Candidate *second = *(Candidate *const *)b;

  return (first->changed < second->changed) - (first->changed > second->changed);
}

/* The one that was written last comes first. */
static GPtrArray *
find_candidates (ChatArchive *self, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, error);
  GPtrArray *candidates = g_ptr_array_new_with_free_func (candidate_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".sqlite"))
      {
        g_autofree char *path = g_build_filename (self->folder, name, NULL);
        Candidate *candidate = g_new0 (Candidate, 1);
        GStatBuf status;

        candidate->name = g_strdup (name);
        if (g_stat (path, &status) == 0)
          candidate->changed = (gint64)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
        g_ptr_array_add (candidates, candidate);
      }
  g_ptr_array_sort (candidates, compare_candidates);

  return candidates;
}

/* What cannot be read is left alone; of several, the first is told. */
static void
open_file (ChatArchive *self, const char *name, GError **error)
{
  g_autoptr (GError) cause = NULL;
  ChatArchiveFile *file = chat_archive_file_open (self->folder, name, NULL, &cause);

  if (file != NULL)
    g_ptr_array_add (self->files, file);
  else if (error != NULL && *error == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
}

static void
open_in_thread (ChatArchive *self, Job *job)
{
  g_autoptr (GPtrArray) candidates = NULL;

  /* Perhaps one has just left this room. */
  chat_pipeline_wait_for_retired (self->pipeline);
  job->has_event = TRUE;
  job->event.kind = CHAT_ARCHIVE_OPENED;
  self->proof = make_proof (self->folder, self->key);
  if (!chat_room_folder_make (self->folder, &job->event.error))
    {
      self->broken = TRUE;
      return;
    }

  candidates = find_candidates (self, &job->event.error);
  for (guint i = 0; i < MIN (candidates->len, CHAT_MAX_ARCHIVE_FILES); i++)
    open_file (self, ((Candidate *)g_ptr_array_index (candidates, i))->name, &job->event.error);
  g_ptr_array_sort (self->files, compare_files);

  for (guint i = 0; i < self->files->len; i++)
    ((ChatArchiveFile *)g_ptr_array_index (self->files, i))->epoch = i;
  job->event.n_epochs = self->files->len;
  self->n_found = self->n_unread = self->files->len;
  if (self->files->len > 0)
    {
      ChatArchiveFile *last = g_ptr_array_index (self->files, self->files->len - 1);

      job->event.history = g_strdup (chat_archive_file_get_history (last));
      job->event.seen = last->seen;
      job->event.read = last->read;
      self->current = last;
    }
}

static ChatArchiveFile *
find_file (ChatArchive *self, const char *history, guint number)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      ChatArchiveFile *file = g_ptr_array_index (self->files, i);

      if (g_str_equal (chat_archive_file_get_history (file), history) && file->number == number)
        return file;
    }

  return NULL;
}

static gboolean
is_there (ChatArchive *self, const char *history, guint number)
{
  g_autofree char *name = chat_archive_file_make_name (history, number);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* One that was made in this session is not read any more: else a server that changes its store
 * again and again would have as many files open. */
static void
change_file (ChatArchive *self, ChatArchiveFile *file)
{
  guint index;

  if (self->current != NULL && self->current != file
      && g_ptr_array_find (self->files, self->current, &index) && index >= self->n_found)
    g_ptr_array_remove_index (self->files, index);
  self->current = file;
}

static gboolean
check_history (const char *history, GError **error)
{
  if (chat_pins_is_history (history))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                       _("The server names its history in a way that no file can be named."));
  return FALSE;
}

static gboolean
begin_in_thread (ChatArchive *self, Job *job, GError **error)
{
  guint number = 0;
  ChatArchiveFile *file;
  g_autofree char *name = NULL;

  if (!check_history (job->history, error))
    return FALSE;

  /* Also those that could not be opened: their numbers are taken. */
  while (is_there (self, job->history, number + 1))
    number++;
  if (job->again)
    number++;
  file = find_file (self, job->history, number);
  if (file == NULL)
    {
      name = chat_archive_file_make_name (job->history, number);
      file = chat_archive_file_open (self->folder, name, job->history, error);
      if (file == NULL)
        return FALSE;
      g_ptr_array_add (self->files, file);
    }

  change_file (self, file);
  return chat_archive_file_mark (file, "used", g_get_real_time () / 1000, error);
}

static void
read_in_thread (ChatArchive *self, Job *job)
{
  job->has_event = TRUE;
  job->event.kind = CHAT_ARCHIVE_PAGE;
  while (self->n_unread > 0)
    {
      ChatArchiveFile *file = g_ptr_array_index (self->files, self->n_unread - 1);
      g_autoptr (GPtrArray) posts = NULL;
      g_autoptr (GError) error = NULL;

      posts = chat_archive_file_read (file, self->own_kid, self->proof, &error);
      if (posts != NULL && posts->len > 0)
        {
          job->event.posts = g_steal_pointer (&posts);
          job->event.epoch = file->epoch;
          return;
        }
      if (error != NULL && job->event.error == NULL)
        job->event.error = g_steal_pointer (&error);
      self->n_unread--;
    }
}

/* When many messages come at once, a transaction holds many: but nothing that is here stays out of
 * the file when nothing follows, and other jobs find all in it. */
static gboolean
commit_in_thread (ChatArchive *self, GError **error)
{
  const Job *next = chat_pipeline_peek_in_thread (self->pipeline);

  if (next != NULL && (next->kind == JOB_KEEP || next->kind == JOB_MARK)
      && self->current->n_written < MAX_WRITTEN)
    return TRUE;

  return chat_archive_file_commit (self->current, error);
}

static void
write_in_thread (ChatArchive *self, Job *job)
{
  GError **error = &job->event.error;
  gboolean ok = TRUE;

  if (self->broken)
    return;

  if (job->kind == JOB_BEGIN)
    ok = begin_in_thread (self, job, error);
  else if (self->current == NULL)
    return;
  else if (job->kind == JOB_KEEP)
    ok = chat_archive_file_keep (self->current, job->post, self->own_kid, self->proof, error);
  else
    ok = chat_archive_file_mark (self->current, job->mark, job->value, error);

  ok = ok && commit_in_thread (self, error);

  if (ok)
    return;
  /* What follows would leave a gap that nobody sees. */
  self->broken = TRUE;
  job->has_event = TRUE;
  job->event.kind = CHAT_ARCHIVE_FAILED;
}

static void
work_in_thread (gpointer data, gpointer user_data)
{
  Job *job = data;

  switch (job->kind)
    {
    case JOB_OPEN:
      open_in_thread (user_data, job);
      break;
    case JOB_READ:
      read_in_thread (user_data, job);
      break;
    case JOB_BEGIN:
    case JOB_KEEP:
    case JOB_MARK:
    default:
      write_in_thread (user_data, job);
    }
}

/* The main context */

static void
done_cb (gpointer data, gpointer user_data)
{
  ChatArchive *self = user_data;
  Job *job = data;

  if (chat_backlog_remove (&self->backlog, job->size))
    {
      job->event.has_room = TRUE;
      if (!job->has_event)
        job->event.kind = CHAT_ARCHIVE_CAUGHT_UP;
      job->has_event = TRUE;
    }
  /* The archive may be freed in this call. */
  if (job->has_event)
    self->func (&job->event, self->user_data);
  job_free (job);
}

static Job *
job_new (JobKind kind)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  return job;
}

/* Messages to the same readers share them, but a server need not let them be the same. */
static gsize
measure_post (const ChatPost *post)
{
  const char *const texts[] = {
    post->from, post->author_kid, post->mid, post->protected,
    post->iv,   post->ciphertext, post->tag, post->encrypted_key,
  };
  gsize size = sizeof (ChatPost) + g_bytes_get_size (post->author_key);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    size += texts[i] != NULL ? strlen (texts[i]) + 1 : 0;

  return size + (gsize)chat_reader_set_get_size (post->readers) * (CHAT_KID_LENGTH + 1);
}

static void
push (ChatArchive *self, Job *job)
{
  job->size = sizeof (Job) + (job->post != NULL ? measure_post (job->post) : 0);
  chat_backlog_add (&self->backlog, job->size);
  chat_pipeline_push (self->pipeline, job);
}

/**
 * chat_archive_new: (skip)
 * @folder: where it is; see [func@room_folder_get_path]
 * @key: the reader's key
 * @func: takes answers on the thread-default main context of the caller; it may free the archive
 * @user_data: for @func
 *
 * Makes an archive with a thread of its own. No file is touched yet.
 *
 * Returns: (transfer full): an archive; call [method@Archive.open] first
 */
ChatArchive *
chat_archive_new (const char *folder, ChatPrivateKey *key, ChatArchiveFunc func,
                  gpointer user_data)
{
  ChatArchive *self;

  g_return_val_if_fail (folder != NULL && func != NULL, NULL);
  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (key), NULL);

  self = g_new0 (ChatArchive, 1);
  self->func = func;
  self->user_data = user_data;
  self->folder = g_strdup (folder);
  self->key = g_object_ref (key);
  self->own_kid = chat_public_key_get_id (chat_private_key_get_public (key));
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify)chat_archive_file_free);
  chat_backlog_init (&self->backlog, CHAT_MAX_ARCHIVE_QUEUE);
  self->pipeline = chat_pipeline_new ("archive", work_in_thread, done_cb, job_free, self);

  return self;
}

static void
free_in_thread (gpointer data)
{
  ChatArchive *self = data;

  g_ptr_array_unref (self->files);
  g_clear_pointer (&self->proof, chat_secret_unref);
  g_object_unref (self->key);
  g_free (self->folder);
  g_free (self);
}

/**
 * chat_archive_free:
 * @self: (transfer full): an archive
 *
 * What is to be written still is, in its thread; see [method@Pipeline.wait_for_retired]. Its
 * function is not called again.
 */
void
chat_archive_free (ChatArchive *self)
{
  g_return_if_fail (self != NULL);

  chat_pipeline_retire (self->pipeline, free_in_thread);
}

/**
 * chat_archive_open:
 * @self: an archive
 *
 * Looks what there is. The answer is %CHAT_ARCHIVE_OPENED.
 */
void
chat_archive_open (ChatArchive *self)
{
  g_return_if_fail (self != NULL);

  push (self, job_new (JOB_OPEN));
}

/**
 * chat_archive_read_next:
 * @self: an archive
 *
 * Reads what lies before that which was read until now, from the end. The answer is
 * %CHAT_ARCHIVE_PAGE.
 */
void
chat_archive_read_next (ChatArchive *self)
{
  g_return_if_fail (self != NULL);

  push (self, job_new (JOB_READ));
}

/**
 * chat_archive_begin:
 * @self: an archive
 * @history: the name of the server's store
 * @again: it was put back from a backup, so that its numbers are given out once more
 *
 * What comes from now on has numbers of this store. Each has a file of its own, and so has each
 * time that one was put back: so no number means two messages.
 */
void
chat_archive_begin (ChatArchive *self, const char *history, gboolean again)
{
  Job *job;

  g_return_if_fail (self != NULL && history != NULL);

  job = job_new (JOB_BEGIN);
  job->history = g_strdup (history);
  job->again = again;
  push (self, job);
}

/**
 * chat_archive_keep:
 * @self: an archive
 * @post: (transfer none): a message that passed all checks, as the store has it, with `readers` and
 *   our `encrypted_key`
 *
 * Writes a message, some time soon. Nothing tells when, and a failure comes as
 * %CHAT_ARCHIVE_FAILED.
 */
void
chat_archive_keep (ChatArchive *self, ChatPost *post)
{
  Job *job;

  g_return_if_fail (self != NULL);
  g_return_if_fail (post != NULL && post->readers != NULL && post->encrypted_key != NULL);

  job = job_new (JOB_KEEP);
  job->post = chat_post_ref (post);
  push (self, job);
}

static void
push_mark (ChatArchive *self, const char *mark, gint64 value)
{
  Job *job = job_new (JOB_MARK);

  job->mark = mark;
  job->value = value;
  push (self, job);
}

/**
 * chat_archive_is_full:
 * @self: an archive
 *
 * Keeps a fast server from filling the memory before a slow disk.
 *
 * Returns: whether so much waits for the disk that nothing more should be taken from the server; an
 *   event that says `has_room` ends it
 */
gboolean
chat_archive_is_full (ChatArchive *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->backlog.full;
}

/**
 * chat_archive_mark_seen:
 * @self: an archive
 * @seq: all up to here has come, and was kept or is not for us
 *
 * Notes how far the archive goes, so that the next session asks the server only for the rest.
 */
void
chat_archive_mark_seen (ChatArchive *self, gint64 seq)
{
  g_return_if_fail (self != NULL);

  push_mark (self, "seen", seq);
}

/**
 * chat_archive_mark_read:
 * @self: an archive
 * @seq: the person has seen all up to here
 *
 * Notes how far the person has read, for the line between old and new.
 */
void
chat_archive_mark_read (ChatArchive *self, gint64 seq)
{
  g_return_if_fail (self != NULL);

  push_mark (self, "read", seq);
}
