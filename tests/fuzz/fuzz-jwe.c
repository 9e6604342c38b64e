/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-aead.h"
#include "chat-base64url.h"
#include "chat-delivery.h"
#include "fuzz-keys.h"
#include "fuzz.h"

#include <string.h>

/* A frame is taken by the reader as a delivery, or stands for one that cannot be read. */
static void
deliver (ChatJwe *jwe, const char *json, gsize size)
{
  static ChatKeyCache *keys;
  static GHashTable *authors;
  g_autoptr (ChatDelivery) delivery = NULL;

  if (keys == NULL)
    {
      keys = chat_key_cache_new (fuzz_get_private_key (), 4);
      authors = g_hash_table_new (g_str_hash, g_str_equal);
    }
  if (jwe == NULL)
    delivery = chat_delivery_new_unreadable (json, size, "a reason");
  /* Nothing is unwrapped here, which would take most of the time. */
  else if (chat_jwe_get_unprotected (jwe) != NULL
           && g_strcmp0 (chat_jwe_get_encrypted_key (jwe), fuzz_get_encrypted_key ()) == 0)
    delivery = chat_delivery_open (jwe, chat_public_key_get_id (fuzz_get_public_key (0)), keys,
                                   authors, NULL);
  /* There is no author, so there are no words of anybody. */
  if (delivery != NULL)
    g_assert_true (delivery->claims == NULL && delivery->problem != NULL);
}

static gboolean
opens_to (ChatJwe *jwe, const char *plaintext)
{
  g_autoptr (ChatSecret) opened = chat_jwe_open (jwe, fuzz_get_content_key (), NULL);

  return opened != NULL && g_str_equal (chat_secret_get_string (opened), plaintext);
}

/* The four texts that the fuzzer cannot guess: what is sealed under a protected header that it can
 * choose. */
static char *
seal (const char *protected, const char *outer, const char *plaintext)
{
  gsize size = strlen (plaintext);
  g_autofree char *header = chat_base64url_encode (protected, strlen (protected));
  g_autofree guint8 *ciphertext = g_malloc (size + 1);
  guint8 iv[CHAT_IV_SIZE], tag[CHAT_TAG_SIZE];
  g_autofree char *iv_text = NULL;
  g_autofree char *ciphertext_text = NULL;
  g_autofree char *tag_text = NULL;

  chat_aead_seal (fuzz_get_content_key (), header, strlen (header), plaintext, size, iv, ciphertext,
                  tag);
  iv_text = chat_base64url_encode (iv, sizeof iv);
  ciphertext_text = chat_base64url_encode (ciphertext, size);
  tag_text = chat_base64url_encode (tag, sizeof tag);

  return g_strdup_printf ("{\"protected\":\"%s\",\"iv\":\"%s\",\"ciphertext\":\"%s\","
                          "\"tag\":\"%s\"%s}",
                          header, iv_text, ciphertext_text, tag_text, outer);
}

static void
check_sealed (const char *protected, const char *outer, const char *plaintext)
{
  g_autofree char *frame = seal (protected, outer, plaintext);
  g_autoptr (ChatJwe) jwe = chat_jwe_parse (frame, strlen (frame), NULL);
  g_autoptr (ChatJwe) changed = NULL;
  char *tag = strstr (frame, "\"tag\":\"") + strlen ("\"tag\":\"");

  deliver (jwe, frame, strlen (frame));
  if (jwe == NULL)
    return;

  g_assert_true (strstr (protected, "A256GCM") != NULL);
  g_assert_true (opens_to (jwe, plaintext));
  *tag = *tag == 'A' ? 'B' : 'A';
  changed = chat_jwe_parse (frame, strlen (frame), NULL);
  g_assert_true (changed != NULL && !opens_to (changed, plaintext));
}

/* Three lines are a protected header, what stands beside the sealed parts, and what is sealed;
 * anything else is a frame. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_expand ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 3);
  g_autoptr (ChatJwe) jwe = NULL;

  if (g_strv_length (lines) == 3)
    {
      check_sealed (lines[0], lines[1], lines[2]);
      return 0;
    }

  jwe = chat_jwe_parse ((const char *) data, size, NULL);
  if (jwe != NULL)
    g_assert_false (opens_to (jwe, "guessed"));
  deliver (jwe, (const char *) data, size);

  return 0;
}
