/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-base64url.h"
#include "chat-jws.h"
#include "fuzz-keys.h"
#include "fuzz.h"

#include <string.h>

static char *
sign (const char *header, const char *payload)
{
  g_autofree char *first = chat_base64url_encode (header, strlen (header));
  g_autofree char *second = chat_base64url_encode (payload, strlen (payload));
  g_autofree char *signed_text = g_strconcat (first, ".", second, NULL);
  g_autoptr (GBytes) signature =
      chat_private_key_sign (fuzz_get_private_key (), signed_text, strlen (signed_text), NULL);
  g_autofree char *third =
      chat_base64url_encode (g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));

  return g_strconcat (signed_text, ".", third, NULL);
}

static GBytes *
verify (const char *text, gsize size)
{
  g_autoptr (ChatJws) jws = chat_jws_parse (text, size, NULL);

  return jws != NULL ? chat_jws_verify (jws, fuzz_get_public_key (0), NULL) : NULL;
}

/* The right signature under any header: what is taken says what it must, and is what was signed. */
static void
check_signed (const char *header, const char *payload)
{
  g_autofree char *text = sign (header, payload);
  g_autoptr (GBytes) verified = verify (text, strlen (text));

  if (verified == NULL)
    return;

  g_assert_nonnull (strstr (header, "PS256"));
  g_assert_cmpmem (g_bytes_get_data (verified, NULL), g_bytes_get_size (verified), payload,
                   strlen (payload));
}

/* Two lines are a header and a payload; anything else is a JWS, and nobody can forge one. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_expand ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);

  if (g_strv_length (lines) == 2)
    check_signed (lines[0], lines[1]);
  else
    g_assert_null (verify ((const char *) data, size));
  /* The same with a $ for a key, which makes a header that is nearly right. */
  g_assert_null (verify (text, strlen (text)));

  return 0;
}
