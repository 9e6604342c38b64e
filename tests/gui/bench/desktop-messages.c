/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-messages.h"

#include "bench-fail.h"
#include "chat-archive.h"
#include "chat-claims.h"
#include "chat-jws.h"
#include "chat-post-frame.h"
#include "chat-seal.h"
#include "desktop-room.h"
#include "fake-server.h"

#include <string.h>

enum
{
  ALICE,
  BOB,
  SERVER,
};

struct _DesktopMessages
{
  GPtrArray *readers; /* (element-type ChatPublicKey) */
  ChatReaderSet *set;
  ChatSeal *seal; /* until it is used up */
};

static const char *
get_kid (guint who)
{
  return chat_public_key_get_id (fake_server_get_public_key (who));
}

/**
 * desktop_messages_new:
 *
 * Returns: (transfer full): what makes messages
 */
DesktopMessages *
desktop_messages_new (void)
{
  DesktopMessages *self = g_new0 (DesktopMessages, 1);
  const char *kids[] = { get_kid (ALICE), get_kid (BOB) };

  self->readers = g_ptr_array_new ();
  g_ptr_array_add (self->readers, fake_server_get_public_key (ALICE));
  g_ptr_array_add (self->readers, fake_server_get_public_key (BOB));
  self->set = chat_reader_set_new (kids, G_N_ELEMENTS (kids));

  return self;
}

/**
 * desktop_messages_free:
 * @self: (transfer full): what makes messages
 */
void
desktop_messages_free (DesktopMessages *self)
{
  g_clear_pointer (&self->seal, chat_seal_free);
  chat_reader_set_unref (self->set);
  g_ptr_array_unref (self->readers);
  g_free (self);
}

/* Of one to several lines. */
static char *
make_text (gint64 seq)
{
  g_autoptr (GString) text = g_string_new ("Some words");

  for (gint64 i = 0; i < seq % 7; i++)
    g_string_append (text, ", and more words that need a line or two");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A few in a row, mostly bob's. */
static guint
get_author (gint64 seq)
{
  return (seq / 3) % 4 == 0 ? ALICE : BOB;
}

static const char *
get_name (gint64 seq)
{
  return get_author (seq) == ALICE ? "alice" : "bob";
}

/* In ms. */
static gint64
get_time (gint64 seq)
{
  return 1700000000000 + seq * 10000;
}

static char *
sign (DesktopMessages *self, gint64 seq, const char *mid)
{
  g_autofree char *text = make_text (seq);
  const ChatClaims claims = {
    .iss = (char *)get_kid (get_author (seq)),
    .aud = (char *)get_kid (SERVER),
    .jti = (char *)mid,
    .iat = get_time (seq),
    .to = (char *)chat_reader_set_get_to (self->set),
    .type = (char *)"text",
    .text = text,
  };
  g_autoptr (GError) error = NULL;
  gsize size;
  g_autofree char *payload = chat_claims_to_json (&claims, &size);
  char *jws = chat_jws_sign (fake_server_get_key (get_author (seq)), payload, size, &error);

  if (jws == NULL)
    bench_fail ("%s", error->message);

  return jws;
}

/* As an author does: one for many messages. */
static void
renew_seal (DesktopMessages *self)
{
  g_autoptr (GError) error = NULL;

  if (self->seal != NULL && chat_seal_use (self->seal))
    return;

  g_clear_pointer (&self->seal, chat_seal_free);
  self->seal = chat_seal_new (self->readers, &error);
  if (self->seal == NULL)
    bench_fail ("%s", error->message);
}

/**
 * desktop_messages_make:
 * @self: what makes messages
 * @seq: the number of one
 * @size: (out): the length of the result
 *
 * Returns: (transfer full): a frame
 */
char *
desktop_messages_make (DesktopMessages *self, gint64 seq, gsize *size)
{
  g_autofree char *mid =
      g_strdup_printf ("11111111-1111-4111-8111-%012" G_GINT64_MODIFIER "d", seq);
  g_autofree char *jws = sign (self, seq, mid);
  g_autofree char *unprotected =
      g_strdup_printf ("{\"op\":\"message\",\"seq\":%" G_GINT64_FORMAT ",\"at\":%" G_GINT64_FORMAT
                       ",\"from\":\"%s\"}",
                       seq, get_time (seq), get_name (seq));

  renew_seal (self);
  return chat_jwe_seal (chat_seal_get_content_key (self->seal), unprotected, get_kid (ALICE),
                        chat_seal_get_encrypted_key (self->seal, get_kid (ALICE)), mid, jws,
                        strlen (jws), size);
}

static ChatPost *
make_post (DesktopMessages *self, gint64 seq)
{
  gsize size;
  g_autofree char *frame = desktop_messages_make (self, seq, &size);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJwe) jwe = chat_jwe_parse (frame, size, &error);
  ChatPost *post;

  if (jwe == NULL)
    bench_fail ("%s", error->message);

  post = chat_post_frame_read (jwe);
  post->seq = seq;
  post->at = get_time (seq);
  post->from = g_strdup (get_name (seq));
  post->author_kid = g_strdup (get_kid (get_author (seq)));
  post->author_key =
      g_bytes_ref (chat_public_key_get_der (fake_server_get_public_key (get_author (seq))));
  post->readers = chat_reader_set_ref (self->set);

  return post;
}

static void
archive_cb (const ChatArchiveEvent *event, gpointer user_data)
{
  if (event->error != NULL)
    bench_fail ("%s", event->error->message);
}

/**
 * desktop_messages_archive:
 * @self: what makes messages
 * @folder: where they are to be kept
 * @n: how many
 *
 * All of them have been read.
 */
void
desktop_messages_archive (DesktopMessages *self, const char *folder, guint n)
{
  g_autoptr (ChatArchive) archive =
      chat_archive_new (folder, fake_server_get_key (ALICE), archive_cb, NULL);

  chat_archive_open (archive);
  chat_archive_begin (archive, DESKTOP_HISTORY, FALSE);
  for (guint i = 1; i <= n; i++)
    {
      g_autoptr (ChatPost) post = make_post (self, i);

      chat_archive_keep (archive, post);
      /* Tells of errors. */
      g_main_context_iteration (NULL, FALSE);
    }
  chat_archive_mark_seen (archive, n);
  chat_archive_mark_read (archive, n);
}
