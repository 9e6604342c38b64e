/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-pin-store.h"

#include "chat-pin-file.h"
#include "chat-pipeline.h"
#include "chat-room-file.h"
#include "chat-room-folder.h"

#include <glib/gi18n-lib.h>

/* What the thread uses; nothing in it changes. It may outlive the store. */
typedef struct
{
  ChatPinStore *store; /* main context only */
  ChatPipeline *pipeline;
  char *folder;
  char *path;
} PinFile;

struct _ChatPinStore
{
  PinFile *file;
  GPtrArray *changes; /* (element-type Change): not handed to the thread yet */

  ChatPinStoreFunc func;
  gpointer user_data;
};

typedef struct
{
  char *username;
  char *kid;
  gboolean accept;
  ChatPinEnd end; /* of the key before it; its `history` is history */
  char *history;
} Change;

typedef struct
{
  GPtrArray *changes; /* (element-type Change); NULL: to load */
  ChatPins *pins;
  GError *error;
} Job;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->username);
  g_free (change->kid);
  g_free (change->history);
  g_free (change);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->changes, g_ptr_array_unref);
  g_clear_pointer (&job->pins, chat_pins_free);
  g_clear_error (&job->error);
  g_free (job);
}

static void
pin_file_free (gpointer data)
{
  PinFile *file = data;

  g_free (file->folder);
  g_free (file->path);
  g_free (file);
}

/* The thread */

/* Under the lock: another program may have learned something meanwhile. That the file cannot be
 * read is a sentence of its own, which was said when it was loaded. */
static void
apply (PinFile *self, Job *job, GError **cause)
{
  g_autoptr (ChatPins) pins = chat_pin_file_load (self->path, &job->error);

  if (pins == NULL)
    return;
  for (guint i = 0; i < job->changes->len; i++)
    {
      const Change *change = g_ptr_array_index (job->changes, i);

      if (change->accept)
        chat_pins_accept (pins, change->username, change->kid, &change->end);
      else
        chat_pins_learn (pins, change->username, change->kid);
    }

  chat_pin_file_save (pins, self->path, cause);
}

static void
write_in_thread (PinFile *self, Job *job)
{
  g_autoptr (GError) cause = NULL;
  int lock = -1;

  if (chat_room_folder_make (self->folder, &cause))
    lock = chat_room_file_lock (self->path, &cause);
  if (lock >= 0)
    {
      apply (self, job, &cause);
      chat_room_file_unlock (lock);
    }
  if (cause != NULL)
    g_set_error (&job->error, cause->domain, cause->code,
                 _("The keys of the members cannot be remembered until your next visit, and a key "
                   "that changes in between will not show: %s. Let your user write to “%s”, and "
                   "make room on the disk."),
                 cause->message, self->folder);
}

static void
work_in_thread (gpointer data, gpointer user_data)
{
  PinFile *self = user_data;
  Job *job = data;

  if (job->changes != NULL)
    {
      write_in_thread (self, job);
      return;
    }
  /* Perhaps one has just left this room. */
  chat_pipeline_wait_for_retired (self->pipeline);
  job->pins = chat_pin_file_load (self->path, &job->error);
}

/* The main context */

/* One job at a time, so that however much is learned at once is written at once. */
static void
push_changes (ChatPinStore *self)
{
  Job *job;

  if (self->changes->len == 0)
    return;

  job = g_new0 (Job, 1);
  job->changes = g_steal_pointer (&self->changes);
  self->changes = g_ptr_array_new_with_free_func (change_free);
  chat_pipeline_push (self->file->pipeline, job);
}

static void
done_cb (gpointer data, gpointer user_data)
{
  ChatPinStore *self = ((PinFile *)user_data)->store;
  Job *job = data;

  if (chat_pipeline_get_pending (self->file->pipeline) == 0)
    push_changes (self);
  if (job->changes == NULL || job->error != NULL)
    self->func (g_steal_pointer (&job->pins), job->error, self->user_data);
  job_free (job);
}

/**
 * chat_pin_store_new: (skip)
 * @folder: of the room; it is made when something is to be written
 * @func: takes what was loaded, and what went wrong
 * @user_data: for @func
 *
 * Makes a store with a thread of its own. No file is touched yet.
 *
 * Returns: (transfer full): a store
 */
ChatPinStore *
chat_pin_store_new (const char *folder, ChatPinStoreFunc func, gpointer user_data)
{
  ChatPinStore *self;

  g_return_val_if_fail (folder != NULL && func != NULL, NULL);

  self = g_new0 (ChatPinStore, 1);
  self->func = func;
  self->user_data = user_data;
  self->changes = g_ptr_array_new_with_free_func (change_free);
  self->file = g_new0 (PinFile, 1);
  self->file->store = self;
  self->file->folder = g_strdup (folder);
  self->file->path = g_build_filename (folder, CHAT_PIN_FILE, NULL);
  self->file->pipeline = chat_pipeline_new ("pins", work_in_thread, done_cb, job_free, self->file);

  return self;
}

/**
 * chat_pin_store_free:
 * @self: (transfer full): a store
 *
 * Lets go of the store without waiting: what is to be written still is, and
 * [method@Pipeline.wait_for_retired] waits for it.
 */
void
chat_pin_store_free (ChatPinStore *self)
{
  g_return_if_fail (self != NULL);

  push_changes (self);
  chat_pipeline_retire (self->file->pipeline, pin_file_free);
  g_ptr_array_unref (self->changes);
  g_free (self);
}

/**
 * chat_pin_store_load:
 * @self: a store
 *
 * Reads the file.
 */
void
chat_pin_store_load (ChatPinStore *self)
{
  g_return_if_fail (self != NULL);

  chat_pipeline_push (self->file->pipeline, g_new0 (Job, 1));
}

/**
 * chat_pin_store_put:
 * @self: a store
 * @username: a name
 * @kid: its key
 * @accept: (nullable): to let the key take the place of the one that the name has: where that one
 *   was given up
 *
 * Writes it soon.
 */
void
chat_pin_store_put (ChatPinStore *self, const char *username, const char *kid,
                    const ChatPinEnd *accept)
{
  Change *change;

  g_return_if_fail (self != NULL && username != NULL && kid != NULL);

  change = g_new0 (Change, 1);
  change->username = g_strdup (username);
  change->kid = g_strdup (kid);
  change->accept = accept != NULL;
  if (accept != NULL)
    {
      change->history = g_strdup (accept->history);
      change->end = (ChatPinEnd){ .history = change->history, .seq = accept->seq };
    }
  g_ptr_array_add (self->changes, change);
  if (chat_pipeline_get_pending (self->file->pipeline) == 0)
    push_changes (self);
}
