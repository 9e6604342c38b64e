/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-claims.h"
#include "chat-limits.h"
#include "fuzz-keys.h"
#include "fuzz.h"

#include <string.h>

/* What is understood says the same when it is written again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_expand ((const char *) data, size);
  g_autoptr (ChatClaims) claims = chat_claims_parse (text, strlen (text), NULL);
  g_autoptr (ChatClaims) again = NULL;
  g_autofree char *json = NULL;
  gsize length;

  if (claims == NULL)
    return 0;

  g_assert_true (claims->iss != NULL && claims->aud != NULL && claims->jti != NULL
                 && claims->to != NULL && claims->type != NULL);
  g_assert_cmpint (claims->text != NULL, ==, g_str_equal (claims->type, "text"));
  if (claims->text == NULL)
    return 0;

  g_assert_true (g_utf8_validate (claims->text, -1, NULL)
                 && strlen (claims->text) <= CHAT_MAX_TEXT);
  json = chat_claims_to_json (claims, &length);
  again = chat_claims_parse (json, length, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->text, ==, claims->text);
  g_assert_cmpint (again->direct, ==, claims->direct);

  return 0;
}
