/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-inbox.h"

#include "chat-error.h"
#include "chat-jwe.h"
#include "chat-limits.h"
#include "chat-member.h"
#include "chat-pipeline.h"
#include "chat-post-frame.h"

struct _ChatInbox
{
  ChatInboxFunc func;
  gpointer user_data;
  ChatPipeline *pipeline;
  gsize pending_bytes;
  gboolean keeping;

  /* The thread's own. */
  ChatKeyCache *keys;
  const char *own_kid;
  GHashTable *authors; /* kid → ChatPublicKey: of all notices so far */
};

/* Whoever has been a member while this program ran. */
#define MAX_AUTHORS (CHAT_MAX_MEMBERS + CHAT_MAX_READERS)

typedef struct
{
  ChatInbound inbound;
  GBytes *frame; /* NULL for the end of a connection, and of an archived one */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->inbound.notice, chat_notice_free);
  g_clear_pointer (&job->inbound.delivery, chat_delivery_free);
  g_clear_error (&job->inbound.broken);
  g_clear_error (&job->inbound.end);
  g_clear_pointer (&job->inbound.post, chat_post_unref);
  g_clear_pointer (&job->frame, g_bytes_unref);
  g_free (job);
}

/* A key is named by its hash, so that remembering one cannot displace another; who may speak is
 * for the member list to say. What is too much for a room is a server's attempt to fill the memory;
 * the next connection begins with none, and is told them again. */
static GError *
import_keys (ChatInbox *self, const ChatNotice *notice)
{
  for (guint i = 0; notice->members != NULL && i < notice->members->len; i++)
    {
      ChatPublicKey *key = chat_member_get_key (g_ptr_array_index (notice->members, i));

      g_hash_table_replace (self->authors, (gpointer)chat_public_key_get_id (key),
                            g_object_ref (key));
    }
  if (g_hash_table_size (self->authors) <= MAX_AUTHORS)
    return NULL;

  g_hash_table_remove_all (self->authors);
  return g_error_new (CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_TOO_LARGE,
                      "it names more than %d members and former members", MAX_AUTHORS);
}

static ChatNotice *
open_notice (ChatInbox *self, ChatJwe *jwe, GError **error)
{
  const char *encrypted_key = chat_jwe_get_encrypted_key (jwe);
  g_autoptr (ChatSecret) content_key = NULL;
  g_autoptr (ChatSecret) plaintext = NULL;
  g_autoptr (ChatNotice) notice = NULL;
  const guint8 *json;
  gsize size;

  if (encrypted_key == NULL || g_strcmp0 (chat_jwe_get_kid (jwe), self->own_kid) != 0)
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_NOT_FOR_US,
                           "a notice is not sealed for this key");
      return NULL;
    }
  content_key = chat_key_cache_unwrap (self->keys, encrypted_key, error);
  if (content_key == NULL)
    return NULL;
  plaintext = chat_jwe_open (jwe, content_key, error);
  if (plaintext == NULL)
    return NULL;

  json = chat_secret_get_data (plaintext, &size);
  notice = chat_notice_parse ((const char *)json, size, error);

  return g_steal_pointer (&notice);
}

static ChatPost *
make_post (ChatInbox *self, ChatJwe *jwe, const ChatDelivery *delivery)
{
  ChatPublicKey *author = g_hash_table_lookup (self->authors, delivery->claims->iss);
  ChatPost *post = chat_post_frame_read (jwe);

  post->seq = delivery->seq;
  post->at = delivery->at;
  post->from = g_strdup (delivery->from);
  post->author_kid = g_strdup (delivery->claims->iss);
  post->author_key = g_bytes_ref (chat_public_key_get_der (author));

  return post;
}

static void
open_frame (ChatInbox *self, Job *job, GError **error)
{
  gsize size;
  const char *json = g_bytes_get_data (job->frame, &size);
  g_autoptr (ChatJwe) jwe = chat_jwe_parse (json, size, error);

  if (jwe == NULL)
    return;

  if (chat_jwe_get_unprotected (jwe) == NULL)
    {
      job->inbound.notice = open_notice (self, jwe, error);
      if (job->inbound.notice != NULL)
        job->inbound.end = import_keys (self, job->inbound.notice);
    }
  else
    job->inbound.delivery =
        chat_delivery_open (jwe, self->own_kid, self->keys, self->authors, error);

  if (self->keeping && job->inbound.delivery != NULL && job->inbound.delivery->claims != NULL)
    job->inbound.post = make_post (self, jwe, job->inbound.delivery);
}

/* An archive holds the key of each author. Its name is its hash, and it has to be the one that the
 * message was signed with. */
static void
import_author (ChatInbox *self, ChatPost *post)
{
  g_autoptr (ChatPublicKey) key = NULL;
  gsize size;
  gconstpointer der;

  if (post->author_key == NULL || post->author_kid == NULL
      || g_hash_table_contains (self->authors, post->author_kid)
      || g_hash_table_size (self->authors) >= MAX_AUTHORS)
    return;

  der = g_bytes_get_data (post->author_key, &size);
  key = chat_public_key_new_from_der (der, size, NULL);
  if (key != NULL && g_str_equal (chat_public_key_get_id (key), post->author_kid))
    g_hash_table_replace (self->authors, (gpointer)chat_public_key_get_id (key),
                          g_object_ref (key));
}

/* Like any delivery: the file may have been changed by others. */
static void
open_archived (ChatInbox *self, Job *job)
{
  gsize size;
  g_autofree char *json = chat_post_frame_write (job->inbound.post, self->own_kid, &size);
  g_autoptr (ChatJwe) jwe = chat_jwe_parse (json, size, &job->inbound.broken);

  if (jwe == NULL)
    return;

  import_author (self, job->inbound.post);
  job->inbound.delivery = chat_delivery_open (jwe, self->own_kid, self->keys, self->authors,
                                              &job->inbound.broken);
}

static void
open_in_thread (gpointer data, gpointer user_data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  const char *json;
  gsize size;

  if (job->inbound.archived)
    open_archived (user_data, job);
  if (job->frame == NULL)
    return;

  open_frame (user_data, job, &error);
  if (error == NULL)
    return;

  json = g_bytes_get_data (job->frame, &size);
  job->inbound.delivery = chat_delivery_new_unreadable (json, size, error->message);
  if (job->inbound.delivery == NULL)
    job->inbound.broken = g_steal_pointer (&error);
}

static void
opened_cb (gpointer data, gpointer user_data)
{
  ChatInbox *self = user_data;
  Job *job = data;

  if (job->frame != NULL)
    self->pending_bytes -= g_bytes_get_size (job->frame);
  /* The inbox may be freed in this call. */
  self->func (&job->inbound, self->user_data);
  job_free (job);
}

/**
 * chat_inbox_new: (skip)
 * @key: the reader's key
 * @func: takes what came, in order, on the thread-default main context of the caller; it may free
 *   the inbox
 * @user_data: for @func
 *
 * Makes an inbox with a thread of its own, where signatures are checked and keys unwrapped.
 *
 * Returns: (transfer full): an inbox
 */
ChatInbox *
chat_inbox_new (ChatPrivateKey *key, ChatInboxFunc func, gpointer user_data)
{
  ChatInbox *self;

  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (key), NULL);
  g_return_val_if_fail (func != NULL, NULL);

  self = g_new0 (ChatInbox, 1);
  self->func = func;
  self->user_data = user_data;
  self->keys = chat_key_cache_new (key, CHAT_MAX_CACHED_KEYS);
  self->own_kid = chat_public_key_get_id (chat_private_key_get_public (key));
  self->authors = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->pipeline = chat_pipeline_new ("inbox", open_in_thread, opened_cb, job_free, self);

  return self;
}

/**
 * chat_inbox_free:
 * @self: (transfer full): an inbox
 *
 * Ends its thread, which takes as long as opening one frame. Its function is not called again.
 */
void
chat_inbox_free (ChatInbox *self)
{
  g_return_if_fail (self != NULL);

  /* First, for it ends the thread that uses the rest. */
  chat_pipeline_free (self->pipeline);
  chat_key_cache_free (self->keys);
  g_hash_table_unref (self->authors);
  g_free (self);
}

/**
 * chat_inbox_push_frame:
 * @self: an inbox
 * @generation: number of the connection, given back with the result
 * @frame: one frame
 *
 * Hands over what the connection brought. The answer comes later, in the order of the calls.
 */
void
chat_inbox_push_frame (ChatInbox *self, guint generation, GBytes *frame)
{
  Job *job;

  g_return_if_fail (self != NULL);
  g_return_if_fail (frame != NULL);

  job = g_new0 (Job, 1);
  job->inbound.generation = generation;
  job->frame = g_bytes_ref (frame);
  self->pending_bytes += g_bytes_get_size (frame);
  chat_pipeline_push (self->pipeline, job);
}

/**
 * chat_inbox_push_end:
 * @self: an inbox
 * @generation: number of the connection, given back with the result
 * @error: why it ended
 *
 * The end of a connection waits its turn like a frame, for the last frame often says why.
 */
void
chat_inbox_push_end (ChatInbox *self, guint generation, const GError *error)
{
  Job *job;

  g_return_if_fail (self != NULL);
  g_return_if_fail (error != NULL);

  job = g_new0 (Job, 1);
  job->inbound.generation = generation;
  job->inbound.end = g_error_copy (error);
  chat_pipeline_push (self->pipeline, job);
}

/**
 * chat_inbox_push_post:
 * @self: an inbox
 * @post: a message of an archive
 *
 * Opens and verifies it behind what has come. It is handed over as an archived one, of no
 * connection.
 */
void
chat_inbox_push_post (ChatInbox *self, ChatPost *post)
{
  Job *job;

  g_return_if_fail (self != NULL && post != NULL);

  job = g_new0 (Job, 1);
  job->inbound.archived = TRUE;
  job->inbound.post = chat_post_ref (post);
  chat_pipeline_push (self->pipeline, job);
}

/**
 * chat_inbox_set_keeping:
 * @self: an inbox into which nothing has been pushed
 * @keeping: whether deliveries are to be kept, and come with what is sealed in them
 *
 * Asks for `post` in each [struct@Inbound], for an archive.
 */
void
chat_inbox_set_keeping (ChatInbox *self, gboolean keeping)
{
  g_return_if_fail (self != NULL);

  self->keeping = keeping;
}

/**
 * chat_inbox_is_full:
 * @self: an inbox
 *
 * Keeps a fast server from filling the memory.
 *
 * Returns: whether so much waits that the connection should not be read for now
 */
gboolean
chat_inbox_is_full (ChatInbox *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return chat_pipeline_get_pending (self->pipeline) >= CHAT_MAX_INBOX_FRAMES
         || self->pending_bytes >= CHAT_MAX_QUEUE;
}

/**
 * chat_inbox_has_room:
 * @self: an inbox
 *
 * Is the other end of [method@Inbox.is_full]: half of its bounds.
 *
 * Returns: whether reading may go on; a gap to [method@Inbox.is_full] keeps it from flickering
 */
gboolean
chat_inbox_has_room (ChatInbox *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return chat_pipeline_get_pending (self->pipeline) <= CHAT_MAX_INBOX_FRAMES / 2
         && self->pending_bytes <= CHAT_MAX_QUEUE / 2;
}
