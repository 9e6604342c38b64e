/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-server.h"

#include "chat-base64url.h"
#include "chat-claims.h"
#include "chat-envelope.h"
#include "chat-json.h"
#include "chat-jwe.h"
#include "chat-jws.h"
#include "chat-key-cache.h"
#include "chat-limits.h"
#include "chat-reader-set.h"
#include "jose-keys.h"

#include <string.h>

struct _FakeServer
{
  ChatPoller *poller;
  ChatCredentials *credentials;
  GSocketService *service;
  guint16 port;
  ChatLink *link; /* the last one that was accepted */
  ChatEnvelope *envelope;
  ChatKeyCache *keys;
  GQueue frames; /* (element-type JsonObject) */
};

ChatPrivateKey *
fake_server_get_key (guint n)
{
  return test_key (n);
}

ChatPublicKey *
fake_server_get_public_key (guint n)
{
  return test_public_key (n);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Bounded, so that wait_until () sees its end when nothing happens. */
void
wait_a_little (void)
{
  guint timer = g_timeout_add (100, wake_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

static JsonObject *
open_command (FakeServer *self, ChatJwe *jwe)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) key =
      chat_key_cache_unwrap (self->keys, chat_jwe_get_encrypted_key (jwe), &error);
  g_autoptr (ChatSecret) plaintext = NULL;
  JsonObject *command;
  const guint8 *json;
  gsize size;

  g_assert_no_error (error);
  plaintext = chat_jwe_open (jwe, key, &error);
  g_assert_no_error (error);
  json = chat_secret_get_data (plaintext, &size);
  command = chat_json_parse_object ((const char *)json, size, &error);
  g_assert_no_error (error);

  return command;
}

static void
frame_cb (ChatLink *link, GBytes *frame, FakeServer *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJwe) jwe =
      chat_jwe_parse (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), &error);
  JsonObject *object;

  g_assert_no_error (error);
  object = chat_jwe_get_unprotected (jwe);
  if (object == NULL)
    object = open_command (self, jwe);
  else
    {
      json_object_ref (object);
      json_object_set_string_member (object, "mid", chat_jwe_get_mid (jwe));
    }
  g_queue_push_tail (&self->frames, object);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             FakeServer *self)
{
  g_clear_object (&self->link);
  self->link = chat_link_new_server (self->poller, connection, self->credentials);
  chat_link_set_max_frame (self->link, CHAT_MAX_FRAME);
  g_signal_connect (self->link, "frame", G_CALLBACK (frame_cb), self);
  chat_link_start (self->link);

  return TRUE;
}

FakeServer *
fake_server_new (void)
{
  FakeServer *self = g_new0 (FakeServer, 1);
  g_autoptr (GMainContext) context = g_main_context_ref (g_main_context_default ());
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) place = g_inet_socket_address_new (address, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  self->poller = chat_poller_new (context, &error);
  g_assert_no_error (error);
  self->credentials = chat_credentials_new (test_key (2), &error);
  g_assert_no_error (error);
  self->envelope = chat_envelope_new (test_public_key (0), &error);
  g_assert_no_error (error);
  self->keys = chat_key_cache_new (test_key (2), 100);
  g_queue_init (&self->frames);

  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), place, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);

  return self;
}

void
fake_server_free (FakeServer *self)
{
  if (self->link != NULL)
    fake_server_hang_up (self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_clear_object (&self->poller);
  g_clear_pointer (&self->credentials, chat_credentials_unref);
  g_clear_pointer (&self->envelope, chat_envelope_free);
  g_clear_pointer (&self->keys, chat_key_cache_free);
  g_queue_clear_full (&self->frames, (GDestroyNotify)json_object_unref);
  g_free (self);
}

guint16
fake_server_get_port (FakeServer *self)
{
  return self->port;
}

gboolean
fake_server_has_frame (FakeServer *self)
{
  return !g_queue_is_empty (&self->frames);
}

void
fake_server_forget (FakeServer *self)
{
  g_queue_clear_full (&self->frames, (GDestroyNotify)json_object_unref);
}

JsonObject *
fake_server_receive (FakeServer *self)
{
  wait_until (fake_server_has_frame (self));

  return g_queue_pop_head (&self->frames);
}

JsonObject *
fake_server_expect (FakeServer *self, const char *op)
{
  JsonObject *object = fake_server_receive (self);

  g_assert_cmpstr (json_object_get_string_member (object, "op"), ==, op);

  return object;
}

static void
notify_text (FakeServer *self, const char *json)
{
  gsize size;
  g_autofree char *frame = chat_envelope_seal (self->envelope, json, strlen (json), &size);

  chat_link_send (self->link, frame, size);
}

void
fake_server_notify (FakeServer *self, const char *format, ...)
{
  g_autofree char *json = NULL;
  va_list arguments;

  va_start (arguments, format);
  json = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  notify_text (self, json);
}

void
fake_server_send_raw (FakeServer *self, const char *frame)
{
  chat_link_send (self->link, frame, strlen (frame));
}

void
fake_server_ack (FakeServer *self, JsonObject *post, gint64 seq)
{
  fake_server_notify (self,
                      "{\"op\":\"ack\",\"mid\":\"%s\",\"seq\":%" G_GINT64_FORMAT ",\"at\":1000}",
                      json_object_get_string_member (post, "mid"), seq);
}

static char *
key_text (guint key)
{
  GBytes *der = chat_public_key_get_der (test_public_key (key));

  return chat_base64url_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
}

void
fake_server_notify_members (FakeServer *self)
{
  g_autofree char *alice = key_text (0);
  g_autofree char *bob = key_text (1);

  fake_server_notify (self,
                      "{\"op\":\"members\",\"members\":["
                      "{\"username\":\"alice\",\"key\":\"%s\",\"online\":true},"
                      "{\"username\":\"bob\",\"key\":\"%s\",\"online\":false}]}",
                      alice, bob);
}

void
fake_server_let_in (FakeServer *self, const char *history, gint64 seq)
{
  fake_server_notify_members (self);
  fake_server_notify (self,
                      "{\"op\":\"welcome\",\"version\":1,\"username\":\"alice\",\"admin\":true,"
                      "\"history_limit\":100,\"history\":\"%s\",\"seq\":%" G_GINT64_FORMAT "}",
                      history, seq);
  fake_server_notify (self,
                      "{\"op\":\"caught-up\",\"seq\":%" G_GINT64_FORMAT
                      ",\"count\":0,\"withheld\":0,\"lost\":0}",
                      seq);
}

static char *
sign (guint author, const char *mid, const char *to, const char *text)
{
  const ChatClaims claims = {
    .iss = (char *)chat_public_key_get_id (test_public_key (author)),
    .aud = (char *)chat_public_key_get_id (test_public_key (2)),
    .jti = (char *)mid,
    .iat = 1,
    .to = (char *)to,
    .type = (char *)"text",
    .text = (char *)text,
  };
  g_autoptr (GError) error = NULL;
  gsize size;
  g_autofree char *payload = chat_claims_to_json (&claims, &size);
  char *jws = chat_jws_sign (test_key (author), payload, size, &error);

  g_assert_no_error (error);

  return jws;
}

static void
deliver (FakeServer *self, const char *op, gint64 seq, const char *from, const char *mid,
         const char *jws)
{
  g_autofree char *unprotected = g_strdup_printf (
      "{\"op\":\"%s\",\"seq\":%" G_GINT64_FORMAT ",\"at\":1000,\"from\":\"%s\"}", op, seq, from);
  g_autoptr (ChatSecret) key = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) wrapped = chat_public_key_encrypt (test_public_key (0), key, &error);
  g_autofree char *encrypted_key =
      chat_base64url_encode (g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped));
  gsize size;
  g_autofree char *frame =
      chat_jwe_seal (key, unprotected, chat_public_key_get_id (test_public_key (0)), encrypted_key,
                     mid, jws, strlen (jws), &size);

  chat_link_send (self->link, frame, size);
}

void
fake_server_deliver (FakeServer *self, const char *op, gint64 seq, const char *from, guint author,
                     const char *mid, const char *text)
{
  const char *kids[] = { chat_public_key_get_id (test_public_key (0)),
                         chat_public_key_get_id (test_public_key (1)) };
  g_autofree char *to = chat_reader_set_hash (kids, 2);
  g_autofree char *jws = sign (author, mid, to, text);

  deliver (self, op, seq, from, mid, jws);
}

static char *
make_kid (guint n)
{
  guint8 id[32] = { 0 };

  memcpy (id, &n, sizeof n);

  return chat_base64url_encode (id, sizeof id);
}

static char *
make_set (guint n)
{
  g_autofree char *other = make_kid (n);
  const char *kids[] = { chat_public_key_get_id (test_public_key (0)),
                         chat_public_key_get_id (test_public_key (1)), other };

  return chat_reader_set_hash (kids, 3);
}

void
fake_server_announce (FakeServer *self, guint n)
{
  g_autofree char *other = make_kid (n);
  g_autofree char *to = make_set (n);

  fake_server_notify (self,
                      "{\"op\":\"readers\",\"to\":\"%s\",\"kids\":[\"%s\",\"%s\",\"%s\"]}",
                      to, chat_public_key_get_id (test_public_key (0)),
                      chat_public_key_get_id (test_public_key (1)), other);
}

void
fake_server_deliver_to_set (FakeServer *self, guint n, gint64 seq, const char *mid,
                            const char *text)
{
  g_autofree char *to = make_set (n);
  g_autofree char *jws = sign (1, mid, to, text);

  deliver (self, "message", seq, "bob", mid, jws);
}

void
fake_server_deliver_refused (FakeServer *self, const char *op, gint64 seq)
{
  const char *header = "{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\",\"from\":\"carol\"}";
  g_autofree char *protected = chat_base64url_encode (header, strlen (header));
  g_autofree char *frame = g_strdup_printf (
      "{\"protected\":\"%s\",\"unprotected\":{\"op\":\"%s\",\"seq\":%" G_GINT64_FORMAT
      ",\"at\":1000,\"from\":\"bob\"},\"header\":{\"kid\":\"%s\"},\"encrypted_key\":\"AAAA\","
      "\"iv\":\"AAAAAAAAAAAAAAAA\",\"ciphertext\":\"AAAA\","
      "\"tag\":\"AAAAAAAAAAAAAAAAAAAAAA\"}",
      protected, op, seq, chat_public_key_get_id (test_public_key (0)));

  fake_server_send_raw (self, frame);
}

char *
fake_server_make_key_text (guint n)
{
  gsize size;
  gconstpointer der = g_bytes_get_data (chat_public_key_get_der (test_public_key (1)), &size);
  g_autofree guint8 *copy = g_memdup2 (der, size);
  const guint32 number = GUINT32_TO_BE (n);

  /* In the middle of the modulus: with another one it is another key. */
  memcpy (copy + 150, &number, sizeof number);

  return chat_base64url_encode (copy, size);
}

void
fake_server_notify_many (FakeServer *self, guint first, gboolean former)
{
  g_autoptr (GString) json = g_string_new ("{\"op\":\"members\",\"members\":[");

  for (guint i = first; i < first + CHAT_MEMBERS_PER_FRAME; i++)
    {
      g_autofree char *key = fake_server_make_key_text (i);

      g_string_append_printf (json,
                              "%s{\"username\":\"m%u\",\"key\":\"%s\",\"online\":false%s}",
                              i > first ? "," : "", i, key, former ? ",\"former\":true" : "");
    }
  g_string_append (json, "]}");
  notify_text (self, json->str);
}

void
fake_server_finish (FakeServer *self)
{
  chat_link_finish (self->link);
}

void
fake_server_hang_up (FakeServer *self)
{
  g_signal_handlers_disconnect_by_data (self->link, self);
  chat_link_close (self->link, NULL);
  g_clear_object (&self->link);
}
