/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a message costs its author and its readers. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-fail.h"
#include "bench-operations.h"
#include "chat-claims.h"
#include "chat-json.h"
#include "chat-jwe.h"
#include "chat-jws.h"
#include "chat-key-cache.h"

#include <string.h>
#include <time.h>

#define N_MESSAGES 1000

typedef struct
{
  ChatKeyCache *cache;
  char *encrypted_key; /* of the seal, for this reader */
} Reader;

/* A room without a server between its members. */
typedef struct
{
  BenchKeys *keys;
  BenchUser *author;
  ChatSeal *seal;
  Reader *readers;
  double seal_time; /* microseconds, all together */
  double open_time;
  guint n_seals;
} Room;

/* As the server does with the `seal` commands, in the order of the readers. */
static void
room_hand_out_keys (Room *self)
{
  g_autoptr (GPtrArray) commands = chat_seal_to_commands (self->seal);
  const char *text = g_ptr_array_index (commands, 0);
  g_autoptr (JsonObject) command = chat_json_parse_object (text, strlen (text), NULL);
  JsonArray *readers = chat_json_get_array (command, "readers", NULL);

  g_assert (commands->len == 1);
  for (guint i = 0; i < self->keys->users->len; i++)
    {
      JsonObject *reader = chat_json_get_element_object (readers, i, NULL);

      g_free (self->readers[i].encrypted_key);
      self->readers[i].encrypted_key =
          g_strdup (chat_json_get_string (reader, "encrypted_key", NULL));
    }
}

static void
room_make_seal (Room *self)
{
  g_autoptr (GPtrArray) public_keys = bench_keys_get_readers (self->keys);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->seal, chat_seal_free);
  self->seal = chat_seal_new (public_keys, &error);
  if (self->seal == NULL)
    bench_fail ("%s", error->message);
  self->n_seals++;
}

static void
room_init (Room *self, BenchKeys *keys)
{
  *self = (Room){ .keys = keys, .author = bench_keys_get_user (keys, 0) };
  self->readers = g_new0 (Reader, keys->users->len);
  for (guint i = 0; i < keys->users->len; i++)
    {
      BenchUser *user = g_ptr_array_index (keys->users, i);

      self->readers[i].cache = chat_key_cache_new (user->key, 16);
    }
}

static void
room_clear (Room *self)
{
  for (guint i = 0; i < self->keys->users->len; i++)
    {
      chat_key_cache_free (self->readers[i].cache);
      g_free (self->readers[i].encrypted_key);
    }
  g_free (self->readers);
  g_clear_pointer (&self->seal, chat_seal_free);
}

/* Everything that an author does for a message. */
static char *
room_write (Room *self, gsize *size)
{
  g_autofree char *mid = chat_mid_new ();
  g_autofree char *jws = NULL;
  const char *aud = chat_public_key_get_id (chat_private_key_get_public (self->keys->server));
  double start = bench_get_cpu_time ();
  gsize jws_size;
  char *post;

  jws = bench_author_sign (self->seal, self->author->key, aud, mid, BENCH_TEXT_LENGTH,
                           &jws_size);
  post = bench_author_seal (self->seal, mid, jws, jws_size, size);
  self->seal_time += bench_get_cpu_time () - start;
  return post;
}

/* Everything that a reader does for it. */
static gboolean
room_open (Room *self, Reader *reader, const char *post, gsize size, GError **error)
{
  g_autoptr (ChatJwe) jwe = chat_jwe_parse (post, size, error);
  g_autoptr (ChatSecret) content_key =
      jwe != NULL ? chat_key_cache_unwrap (reader->cache, reader->encrypted_key, error) : NULL;
  g_autoptr (ChatSecret) plaintext =
      content_key != NULL ? chat_jwe_open (jwe, content_key, error) : NULL;
  g_autoptr (ChatJws) jws = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (ChatClaims) claims = NULL;
  const guint8 *text;

  if (plaintext == NULL)
    return FALSE;

  text = chat_secret_get_data (plaintext, &size);
  jws = chat_jws_parse ((const char *) text, size, error);
  if (jws == NULL)
    return FALSE;

  payload = chat_jws_verify (jws, chat_private_key_get_public (self->author->key), error);
  if (payload == NULL)
    return FALSE;

  text = g_bytes_get_data (payload, &size);
  claims = chat_claims_parse ((const char *) text, size, error);
  return claims != NULL;
}

static void
room_read (Room *self, const char *post, gsize size)
{
  double start = bench_get_cpu_time ();

  for (guint i = 0; i < self->keys->users->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!room_open (self, &self->readers[i], post, size, &error))
        bench_fail ("a message cannot be opened: %s", error->message);
    }

  self->open_time += bench_get_cpu_time () - start;
}

static void
room_talk (Room *self, guint n_messages)
{
  for (guint i = 0; i < n_messages; i++)
    {
      g_autofree char *post = NULL;
      gsize size;

      /* When a seal is used up, a new one: exactly as a client does. */
      if (self->seal == NULL || !chat_seal_use (self->seal))
        {
          room_make_seal (self);
          chat_seal_use (self->seal);
          room_hand_out_keys (self);
        }

      post = room_write (self, &size);
      room_read (self, post, size);
    }
}

static void
report_operations (const BenchSettings *settings, guint n_readers)
{
  const double n_messages = N_MESSAGES;
  const double n_read = n_messages * n_readers;
  const BenchOperations *counted = &bench_operations;

  bench_report_add_bar (settings->report, BENCH_COUNTED, "content keys unwrapped, per message read",
                        (double) counted->unwraps / n_read, "RSA private", 0.01);
  bench_report_add_bar (settings->report, BENCH_COUNTED,
                        "content keys wrapped, per message and reader",
                        (double) counted->wraps / n_read, "RSA public", 0.01);
  bench_report_add_bar (settings->report, BENCH_COUNTED, "signatures made, per message sent",
                        (double) counted->signatures / n_messages, "RSA private", 1);
  bench_report_add_bar (settings->report, BENCH_COUNTED, "signatures checked, per message read",
                        (double) counted->checks / n_read, "RSA public", 1);
}

static void
report_times (const BenchSettings *settings, Room *room, guint n_messages, guint bits)
{
  g_autofree char *seal = g_strdup_printf ("sign and seal a message, RSA-%u", bits);
  g_autofree char *open = g_strdup_printf ("open and check a message, RSA-%u", bits);
  g_autofree char *bare = g_strconcat (open, ": the two calls of GnuTLS", NULL);
  g_autofree char *ratio = g_strconcat (open, ": ratio", NULL);
  double n_opened = (double) n_messages * room->keys->users->len;

  bench_report_add (settings->report, seal, room->seal_time / n_messages, "us CPU");
  bench_report_add (settings->report, open, room->open_time / n_opened, "us CPU");
  bench_report_add (settings->report, bare, bench_operations.open_time / n_opened, "us CPU");
  bench_report_add_bar (settings->report, BENCH_MEASURED, ratio,
                        room->open_time / bench_operations.open_time, "times", 1.2);
}

static void
measure_bits (const BenchSettings *settings, guint bits, guint n_messages)
{
  g_autoptr (BenchKeys) keys = bench_keys_new (1, bits);
  Room room;

  room_init (&room, keys);
  bench_operations = (BenchOperations){ 0 };
  room_talk (&room, n_messages);
  report_times (settings, &room, n_messages, bits);
  room_clear (&room);
}

/**
 * bench_figures_sealing:
 * @settings: how
 *
 * Counts the RSA operations of a conversation in a room, and measures what a message costs.
 */
void
bench_figures_sealing (const BenchSettings *settings)
{
  Room room;
  g_autofree char *heading = g_strdup_printf ("A room of %u, %u messages by one of them",
                                              settings->keys->users->len, N_MESSAGES);

  bench_report_add_heading (settings->report, heading);
  room_init (&room, settings->keys);
  bench_operations = (BenchOperations){ 0 };
  room_talk (&room, N_MESSAGES);
  report_operations (settings, settings->keys->users->len);
  report_times (settings, &room, N_MESSAGES, 2048);
  room_clear (&room);

  if (!settings->quick)
    measure_bits (settings, 3072, 200);
}
