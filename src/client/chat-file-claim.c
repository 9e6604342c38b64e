/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file-claim.h"

#include "chat-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct _ChatFileClaim
{
  char *path;
  char *folder;
  char *known; /* the state that is known; NULL: there was no file */
  int lock;    /* -1: none */
};

/**
 * chat_file_claim_new: (skip)
 * @path: a file that is always replaced as a whole
 *
 * Makes a claim on a file. It is not opened yet.
 *
 * Returns: (transfer full): a claim that holds while there is no such file
 */
ChatFileClaim *
chat_file_claim_new (const char *path)
{
  ChatFileClaim *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_new0 (ChatFileClaim, 1);
  self->path = g_strdup (path);
  self->folder = g_path_get_dirname (path);
  self->lock = -1;

  return self;
}

/**
 * chat_file_claim_free:
 * @self: (transfer full): a claim
 *
 * Gives the lock back if it is held, and forgets the claim.
 */
void
chat_file_claim_free (ChatFileClaim *self)
{
  g_return_if_fail (self != NULL);

  chat_file_claim_unlock (self);
  g_free (self->known);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

/**
 * chat_file_claim_lock:
 * @self: a claim
 *
 * Keeps others that do the same from the folder's files, until [method@FileClaim.unlock]: between
 * looking at a file and replacing it, nobody else should. Where that cannot be had, in a while or
 * at all, it goes without.
 */
void
chat_file_claim_lock (ChatFileClaim *self)
{
  g_return_if_fail (self != NULL && self->lock < 0);

  self->lock = g_open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (self->lock >= 0)
    chat_file_wait_for_lock (self->lock);
}

/**
 * chat_file_claim_unlock:
 * @self: a claim
 *
 * Gives back what [method@FileClaim.lock] took. Nothing happens when it is not held.
 */
void
chat_file_claim_unlock (ChatFileClaim *self)
{
  g_return_if_fail (self != NULL);

  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
}

/* One that was written anew is another file, and has another time. */
static char *
describe (ChatFileClaim *self)
{
  struct stat info;

  if (stat (self->path, &info) != 0)
    return NULL;

  return g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld",
                          (guint64)info.st_ino, (gint64)info.st_size, (gint64)info.st_mtim.tv_sec,
                          (long)info.st_mtim.tv_nsec);
}

/**
 * chat_file_claim_holds:
 * @self: a claim
 *
 * Finds out whether another program has replaced the file meanwhile. Ask while it is locked.
 *
 * Returns: whether the file may be replaced: it is gone, or as it was when the claim was renewed
 */
gboolean
chat_file_claim_holds (ChatFileClaim *self)
{
  g_autofree char *now = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  now = describe (self);

  return now == NULL || g_strcmp0 (now, self->known) == 0;
}

/**
 * chat_file_claim_renew:
 * @self: a claim
 *
 * Call before the file is read, or after it was written.
 */
void
chat_file_claim_renew (ChatFileClaim *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->known);
  self->known = describe (self);
}
