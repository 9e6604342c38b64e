/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-draft.h"

#include "chat-base64url.h"
#include "chat-envelope.h"
#include "chat-error.h"
#include "chat-file-claim.h"
#include "chat-file.h"
#include "chat-jwe.h"
#include "chat-key-cache.h"
#include "chat-limits.h"
#include "chat-pipeline.h"
#include "chat-room-folder.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* What the thread uses. It may outlive the object. */
typedef struct
{
  ChatDraft *draft; /* main context only */
  ChatPipeline *pipeline;
  char *folder;
  char *path;
  ChatPrivateKey *key;
  ChatFileClaim *claim; /* the thread's own */
} DraftFile;

struct _ChatDraft
{
  GObject parent_instance;

  DraftFile *file;
  char *pending; /* to be written; NULL: nothing */
  GSource *timer;
  gboolean told;
};

G_DEFINE_FINAL_TYPE (ChatDraft, chat_draft, G_TYPE_OBJECT)

enum
{
  SIGNAL_LOADED,
  SIGNAL_PROBLEM,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct
{
  gboolean load;
  ChatSecret *text; /* to be written, or what was read */
  GError *error;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->text, chat_secret_unref);
  g_clear_error (&job->error);
  g_free (job);
}

static void
draft_file_free (gpointer data)
{
  DraftFile *file = data;

  g_object_unref (file->key);
  chat_file_claim_free (file->claim);
  g_free (file->folder);
  g_free (file->path);
  g_free (file);
}

/* The thread */

static void
name_file (DraftFile *self, GError *cause, GError **error)
{
  g_set_error (error, cause->domain, cause->code,
               /* TRANSLATORS: the path of a file, then what is wrong with it */
               _("What you were writing cannot be kept in “%s”: %s. Let your user write to this "
                 "file and its folder, and make room on the disk."),
               self->path, cause->message);
  g_error_free (cause);
}

/* Another window of the same member in the same room has the same file. */
static void
refuse_to_replace (GError **error)
{
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                       _("What you are writing here is not kept, because another window of this "
                         "room has something else that was not sent yet. Send what you write, or "
                         "copy it, before you close this window."));
}

static void
write_in_thread (DraftFile *self, Job *job)
{
  g_autoptr (ChatEnvelope) envelope = NULL;
  g_autofree char *jwe = NULL;
  GError *cause = NULL;
  gsize size;
  const guint8 *text = chat_secret_get_data (job->text, &size);

  if (!chat_file_claim_holds (self->claim))
    {
      if (size > 0)
        refuse_to_replace (&job->error);
      return;
    }
  if (size == 0)
    {
      g_unlink (self->path);
      return;
    }

  /* A new content key each time: who once had one should not read what follows. */
  envelope = chat_envelope_new (chat_private_key_get_public (self->key), &cause);
  if (envelope != NULL)
    jwe = chat_envelope_seal (envelope, (const char *)text, size, &size);
  if (jwe != NULL && size > CHAT_MAX_DRAFT)
    g_set_error_literal (&cause, G_FILE_ERROR, G_FILE_ERROR_FAILED, g_strerror (EFBIG));
  else if (jwe != NULL && chat_room_folder_make (self->folder, &cause)
           && chat_file_write (self->path, jwe, size, 0600, TRUE, &cause))
    {
      chat_file_claim_renew (self->claim);
      return;
    }

  name_file (self, cause, &job->error);
}

static ChatSecret *
open_draft (DraftFile *self, const char *json, gsize size, GError **error)
{
  g_autoptr (ChatJwe) jwe = chat_jwe_parse (json, size, error);
  g_autoptr (ChatSecret) content_key = NULL;
  g_autoptr (GBytes) wrapped = NULL;

  if (jwe == NULL)
    return NULL;
  if (chat_jwe_get_encrypted_key (jwe) == NULL)
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED, "no encrypted_key");
      return NULL;
    }
  wrapped = chat_base64url_decode (chat_jwe_get_encrypted_key (jwe), -1, error);
  if (wrapped == NULL)
    return NULL;
  content_key = chat_content_key_unwrap (self->key, wrapped, error);

  return content_key != NULL ? chat_jwe_open (jwe, content_key, error) : NULL;
}

static void
load_in_thread (DraftFile *self, Job *job)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *json = NULL;
  gsize size;

  chat_file_claim_renew (self->claim);
  json = chat_file_read (self->path, CHAT_MAX_DRAFT, &size, &cause);
  if (json != NULL)
    job->text = open_draft (self, json, size, &cause);
  if (job->text != NULL
      && !g_utf8_validate (chat_secret_get_string (job->text), -1, NULL))
    {
      g_clear_pointer (&job->text, chat_secret_unref);
      g_set_error_literal (&cause, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED, "no text");
    }
  if (job->text == NULL && !g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error (&job->error, cause->domain, cause->code,
                 /* TRANSLATORS: the path of a file, then what is wrong with it */
                 _("What you were writing last time cannot be read from “%s”: %s. The file is "
                   "replaced when you write something."),
                 self->path, cause->message);
}

static void
work_in_thread (gpointer data, gpointer user_data)
{
  DraftFile *self = user_data;
  Job *job = data;

  /* Perhaps one has just left this room. */
  if (job->load)
    chat_pipeline_wait_for_retired (self->pipeline);
  chat_file_claim_lock (self->claim);
  if (job->load)
    load_in_thread (self, job);
  else if (job->text != NULL)
    write_in_thread (self, job);
  chat_file_claim_unlock (self->claim);
}

/* The object */

static void
done_cb (gpointer data, gpointer user_data)
{
  g_autoptr (ChatDraft) self = g_object_ref (((DraftFile *)user_data)->draft);
  Job *job = data;

  if (job->error != NULL && (job->load || !self->told))
    {
      self->told = self->told || !job->load;
      g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, job->error);
    }
  if (job->load)
    g_signal_emit (self, signals[SIGNAL_LOADED], 0,
                   job->text != NULL ? chat_secret_get_string (job->text) : "");
  job_free (job);
}

static void
clear_timer (ChatDraft *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
chat_draft_dispose (GObject *object)
{
  ChatDraft *self = CHAT_DRAFT (object);
  DraftFile *file = self->file;

  /* What is to be written is, and nobody waits for it. */
  if (file != NULL)
    {
      chat_draft_flush (self);
      self->file = NULL;
      chat_pipeline_retire (file->pipeline, draft_file_free);
    }
  clear_timer (self);

  G_OBJECT_CLASS (chat_draft_parent_class)->dispose (object);
}

static void
chat_draft_finalize (GObject *object)
{
  ChatDraft *self = CHAT_DRAFT (object);

  g_clear_pointer (&self->pending, chat_wipe_string);

  G_OBJECT_CLASS (chat_draft_parent_class)->finalize (object);
}

static void
chat_draft_class_init (ChatDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_draft_dispose;
  object_class->finalize = chat_draft_finalize;

  /**
   * ChatDraft::loaded:
   * @self: a draft
   * @text: what one was about to say; empty when that is nothing
   *
   * The answer to [method@Draft.load].
   */
  signals[SIGNAL_LOADED] = g_signal_new ("loaded", CHAT_TYPE_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * ChatDraft::problem:
   * @self: a draft
   * @error: (type GLib.Error): a sentence
   *
   * The draft could not be read or, told once, not be written.
   */
  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", CHAT_TYPE_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
chat_draft_init (ChatDraft *self)
{
}

/**
 * chat_draft_new:
 * @folder: of the room; see [func@room_folder_get_path]
 * @key: one's own key
 *
 * The file is a JWE for @key, as docs/PROTOCOL.md describes them, with the text in it. One that was
 * written by another, and has not been loaded, is not replaced: "problem" tells of it.
 *
 * Returns: (transfer full): a draft
 */
ChatDraft *
chat_draft_new (const char *folder, ChatPrivateKey *key)
{
  ChatDraft *self;
  DraftFile *file;

  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (key), NULL);

  self = g_object_new (CHAT_TYPE_DRAFT, NULL);
  self->file = file = g_new0 (DraftFile, 1);
  file->draft = self;
  file->folder = g_strdup (folder);
  file->path = g_build_filename (folder, "draft.jwe", NULL);
  file->key = g_object_ref (key);
  file->claim = chat_file_claim_new (file->path);
  file->pipeline = chat_pipeline_new ("draft", work_in_thread, done_cb, job_free, file);

  return self;
}

/**
 * chat_draft_load:
 * @self: a draft
 *
 * Reads the file and opens it. The answer is "loaded".
 */
void
chat_draft_load (ChatDraft *self)
{
  Job *job;

  g_return_if_fail (CHAT_IS_DRAFT (self) && self->file != NULL);

  job = g_new0 (Job, 1);
  job->load = TRUE;
  chat_pipeline_push (self->file->pipeline, job);
}

static gboolean
timed_out_cb (gpointer user_data)
{
  chat_draft_flush (user_data);

  return G_SOURCE_REMOVE;
}

/**
 * chat_draft_set_text:
 * @self: a draft
 * @text: what one is about to say
 *
 * Keeps the text a moment after the last change, sealed for oneself. An empty one removes the file
 * at once.
 */
void
chat_draft_set_text (ChatDraft *self, const char *text)
{
  g_return_if_fail (CHAT_IS_DRAFT (self));
  g_return_if_fail (text != NULL);

  g_clear_pointer (&self->pending, chat_wipe_string);
  self->pending = g_strdup (text);
  clear_timer (self);
  /* What was sent should not come back as a draft. */
  if (text[0] == '\0')
    {
      chat_draft_flush (self);
      return;
    }

  self->timer = g_timeout_source_new (CHAT_DRAFT_PAUSE_MS);
  g_source_set_callback (self->timer, timed_out_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/**
 * chat_draft_flush:
 * @self: a draft
 *
 * Does not wait for the pause after the last change.
 */
void
chat_draft_flush (ChatDraft *self)
{
  Job *job;

  g_return_if_fail (CHAT_IS_DRAFT (self));

  clear_timer (self);
  if (self->pending == NULL || self->file == NULL)
    return;

  job = g_new0 (Job, 1);
  job->text = chat_secret_new (self->pending, strlen (self->pending));
  g_clear_pointer (&self->pending, chat_wipe_string);
  chat_pipeline_push (self->file->pipeline, job);
}
