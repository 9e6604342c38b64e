/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-outbox.h"

#include "chat-claims.h"
#include "chat-envelope.h"
#include "chat-error.h"
#include "chat-json.h"
#include "chat-jwe.h"
#include "chat-jws.h"
#include "chat-limits.h"
#include "chat-pipeline.h"
#include "chat-post-frame.h"
#include "chat-seal.h"

#include <string.h>

struct _ChatOutbox
{
  ChatOutboxFunc func;
  gpointer user_data;
  ChatPipeline *pipeline;
  guint generation;
  gboolean keeping;

  /* The thread's own, but for the keys, which never change. */
  ChatPrivateKey *key;
  ChatPublicKey *server_key;
  ChatEnvelope *envelope;
  GQueue seals;      /* (element-type ChatSeal): the one used last comes first */
  GQueue registered; /* (element-type utf8): ids that this connection knows, oldest first */
};

typedef enum
{
  JOB_BEGIN,
  JOB_COMMAND,
  JOB_POST,
  JOB_FORGET,
} JobKind;

typedef struct
{
  JobKind kind;
  ChatOutbound outbound;
  char *text; /* of a message, the JSON of a command, the id of a seal */
  char *mid;
  char *author;
  gint64 sent;
  ChatAudience *audience;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->outbound.frames, g_ptr_array_unref);
  g_clear_error (&job->outbound.error);
  g_clear_pointer (&job->audience, chat_audience_unref);
  g_clear_pointer (&job->outbound.post, chat_post_unref);
  g_free (job->text);
  g_free (job->mid);
  g_free (job->author);
  g_free (job);
}

static void
add_frame (Job *job, char *frame, gsize size)
{
  g_ptr_array_add (job->outbound.frames, g_bytes_new_take (frame, size));
}

static void
seal_command (ChatOutbox *self, Job *job, const char *json)
{
  gsize size;
  char *frame;

  /* Making it has failed, and that is on its way to the session. */
  if (self->envelope == NULL)
    return;

  frame = chat_envelope_seal (self->envelope, json, strlen (json), &size);
  add_frame (job, frame, size);
}

/* A seal that may be used once more, the most recent first. A used-up one is dropped. */
static ChatSeal *
take_seal (ChatOutbox *self, ChatAudience *audience, GError **error)
{
  const char *to = chat_audience_get_to (audience);
  ChatSeal *seal;

  for (GList *l = self->seals.head; l != NULL; l = l->next)
    if (g_str_equal (chat_seal_get_to (l->data), to))
      {
        seal = l->data;
        g_queue_delete_link (&self->seals, l);
        if (chat_seal_use (seal))
          {
            g_queue_push_head (&self->seals, seal);
            return seal;
          }
        chat_seal_free (seal);
        break;
      }

  seal = chat_seal_new (chat_audience_get_keys (audience), error);
  if (seal == NULL)
    return NULL;
  chat_seal_use (seal);
  g_queue_push_head (&self->seals, seal);
  if (g_queue_get_length (&self->seals) > CHAT_MAX_CACHED_SEALS)
    chat_seal_free (g_queue_pop_tail (&self->seals));

  return seal;
}

static void
forget_seal (ChatOutbox *self, const char *id)
{
  for (GList *l = self->seals.head, *next; l != NULL; l = next)
    {
      next = l->next;
      if (id != NULL && !g_str_equal (chat_seal_get_id (l->data), id))
        continue;
      chat_seal_free (l->data);
      g_queue_delete_link (&self->seals, l);
    }
}

/* The server keeps the last CHAT_MAX_SEALS of a connection, refused ones as well, and a seal that
 * is registered twice breaks the protocol. This list is the mirror of its. What leaves it is not
 * used again, so that no id comes twice on a connection. */
static void
register_seal (ChatOutbox *self, Job *job, ChatSeal *seal)
{
  g_autoptr (GPtrArray) commands = NULL;
  const char *id = chat_seal_get_id (seal);

  if (g_queue_find_custom (&self->registered, id, (GCompareFunc)strcmp) != NULL)
    return;

  commands = chat_seal_to_commands (seal);
  for (guint i = 0; i < commands->len; i++)
    seal_command (self, job, g_ptr_array_index (commands, i));
  g_queue_push_tail (&self->registered, g_strdup (id));
  if (g_queue_get_length (&self->registered) > CHAT_MAX_SEALS)
    {
      g_autofree char *oldest = g_queue_pop_head (&self->registered);

      forget_seal (self, oldest);
    }
}

static char *
sign (ChatOutbox *self, Job *job, GError **error)
{
  const ChatClaims claims = {
    .iss = (char *)chat_public_key_get_id (chat_private_key_get_public (self->key)),
    .aud = (char *)chat_public_key_get_id (self->server_key),
    .jti = job->mid,
    .iat = job->sent,
    .to = (char *)chat_audience_get_to (job->audience),
    .direct = chat_audience_get_kind (job->audience) == CHAT_AUDIENCE_DIRECT,
    .type = (char *)"text",
    .text = job->text,
  };
  gsize size;
  g_autofree char *payload = chat_claims_to_json (&claims, &size);

  return chat_jws_sign (self->key, payload, size, error);
}

/* What the server will have of it, and what it would deliver to us. */
static ChatPost *
make_copy (ChatOutbox *self, Job *job, ChatSeal *seal, const char *frame, gsize size)
{
  ChatPublicKey *own = chat_private_key_get_public (self->key);
  const char *encrypted_key = chat_seal_get_encrypted_key (seal, chat_public_key_get_id (own));
  g_autoptr (ChatJwe) jwe = chat_jwe_parse (frame, size, NULL);
  ChatPost *post;

  if (jwe == NULL || encrypted_key == NULL)
    return NULL;

  post = chat_post_frame_read (jwe);
  post->encrypted_key = g_strdup (encrypted_key);
  post->from = g_strdup (job->author);
  post->author_kid = g_strdup (chat_public_key_get_id (own));
  post->author_key = g_bytes_ref (chat_public_key_get_der (own));
  post->readers = chat_reader_set_ref (chat_seal_get_readers (seal));

  return post;
}

static void
make_post (ChatOutbox *self, Job *job, GError **error)
{
  g_autofree char *jws = sign (self, job, error);
  ChatSeal *seal = jws != NULL ? take_seal (self, job->audience, error) : NULL;
  g_autofree char *unprotected = NULL;
  char *frame;
  gsize size;

  if (seal == NULL)
    return;

  register_seal (self, job, seal);
  unprotected = g_strdup_printf ("{\"op\":\"post\",\"seal\":\"%s\"}", chat_seal_get_id (seal));
  frame = chat_jwe_seal (chat_seal_get_content_key (seal), unprotected, NULL, NULL, job->mid, jws,
                         strlen (jws), &size);
  if (self->keeping)
    job->outbound.post = make_copy (self, job, seal, frame, size);
  add_frame (job, frame, size);
}

static void
begin (ChatOutbox *self, GError **error)
{
  g_clear_pointer (&self->envelope, chat_envelope_free);
  g_queue_clear_full (&self->registered, g_free);
  self->envelope = chat_envelope_new (self->server_key, error);
}

static void
seal_in_thread (gpointer data, gpointer user_data)
{
  ChatOutbox *self = user_data;
  Job *job = data;

  switch (job->kind)
    {
    case JOB_BEGIN:
      begin (self, &job->outbound.error);
      break;
    case JOB_COMMAND:
      seal_command (self, job, job->text);
      break;
    case JOB_POST:
      make_post (self, job, &job->outbound.error);
      break;
    case JOB_FORGET:
      forget_seal (self, job->text);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
sealed_cb (gpointer data, gpointer user_data)
{
  ChatOutbox *self = user_data;
  Job *job = data;

  /* The outbox may be freed in this call. */
  self->func (&job->outbound, self->user_data);
  job_free (job);
}

static Job *
new_job (ChatOutbox *self, JobKind kind)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->outbound.generation = self->generation;
  job->outbound.frames = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  return job;
}

/**
 * chat_outbox_new: (skip)
 * @key: the author's key
 * @server_key: the server's key
 * @func: takes what was made, in order, on the thread-default main context of the caller; it may
 *   free the outbox
 * @user_data: for @func
 *
 * Call [method@Outbox.begin] for each connection before anything else.
 *
 * Returns: (transfer full): an outbox
 */
ChatOutbox *
chat_outbox_new (ChatPrivateKey *key, ChatPublicKey *server_key, ChatOutboxFunc func,
                 gpointer user_data)
{
  ChatOutbox *self;

  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (key), NULL);
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (server_key), NULL);
  g_return_val_if_fail (func != NULL, NULL);

  self = g_new0 (ChatOutbox, 1);
  self->func = func;
  self->user_data = user_data;
  self->key = g_object_ref (key);
  self->server_key = g_object_ref (server_key);
  g_queue_init (&self->seals);
  g_queue_init (&self->registered);
  self->pipeline = chat_pipeline_new ("outbox", seal_in_thread, sealed_cb, job_free, self);

  return self;
}

/**
 * chat_outbox_free:
 * @self: (transfer full): an outbox
 *
 * Ends its thread, which takes as long as making one frame. Its function is not called again.
 */
void
chat_outbox_free (ChatOutbox *self)
{
  g_return_if_fail (self != NULL);

  /* First, for it ends the thread that uses the rest. */
  chat_pipeline_free (self->pipeline);
  g_clear_pointer (&self->envelope, chat_envelope_free);
  g_queue_clear_full (&self->seals, (GDestroyNotify)chat_seal_free);
  g_queue_clear_full (&self->registered, g_free);
  g_object_unref (self->key);
  g_object_unref (self->server_key);
  g_free (self);
}

/**
 * chat_outbox_set_keeping:
 * @self: an outbox into which nothing has been pushed
 * @keeping: whether posts are to be kept, and come with a copy
 *
 * Asks for `post` in each [struct@Outbound], for an archive.
 */
void
chat_outbox_set_keeping (ChatOutbox *self, gboolean keeping)
{
  g_return_if_fail (self != NULL);

  self->keeping = keeping;
}

/**
 * chat_outbox_begin:
 * @self: an outbox
 * @generation: number of the connection, given back with each result
 *
 * Begins a connection: a new envelope for the commands, and all seals have to be registered again.
 * The seals themselves are kept.
 */
void
chat_outbox_begin (ChatOutbox *self, guint generation)
{
  g_return_if_fail (self != NULL);

  self->generation = generation;
  chat_pipeline_push (self->pipeline, new_job (self, JOB_BEGIN));
}

/**
 * chat_outbox_push_command:
 * @self: an outbox
 * @command: what to tell the server
 *
 * Seals a command for the server. It is handed back behind what was pushed before.
 */
void
chat_outbox_push_command (ChatOutbox *self, JsonObject *command)
{
  Job *job;

  g_return_if_fail (self != NULL);
  g_return_if_fail (command != NULL);

  job = new_job (self, JOB_COMMAND);
  job->text = chat_json_to_string (command, NULL);
  chat_pipeline_push (self->pipeline, job);
}

/**
 * chat_outbox_push_post:
 * @self: an outbox
 * @message: one of ours; what it says is copied
 *
 * Signs and seals a message for its audience, which needs keys. Where there is no seal for it, one
 * is made first and registered before the post.
 */
void
chat_outbox_push_post (ChatOutbox *self, ChatMessage *message)
{
  ChatAudience *audience;
  Job *job;

  g_return_if_fail (self != NULL);
  g_return_if_fail (CHAT_IS_MESSAGE (message));
  audience = chat_message_get_audience (message);
  g_return_if_fail (audience != NULL && chat_audience_get_keys (audience) != NULL);

  job = new_job (self, JOB_POST);
  job->text = g_strdup (chat_message_get_text (message));
  job->mid = g_strdup (chat_message_get_mid (message));
  job->author = g_strdup (chat_message_get_author (message));
  job->sent = chat_message_get_sent (message);
  job->audience = chat_audience_ref (audience);
  job->outbound.mid = job->mid;
  chat_pipeline_push (self->pipeline, job);
}

/**
 * chat_outbox_forget_seal:
 * @self: an outbox
 * @id: (nullable): the seal; %NULL for all
 *
 * The server has refused it, so posts to its readers need a new one. Those that were refused with
 * it name it too: only the first of them has an effect.
 */
void
chat_outbox_forget_seal (ChatOutbox *self, const char *id)
{
  Job *job;

  g_return_if_fail (self != NULL);

  job = new_job (self, JOB_FORGET);
  job->text = g_strdup (id);
  chat_pipeline_push (self->pipeline, job);
}
