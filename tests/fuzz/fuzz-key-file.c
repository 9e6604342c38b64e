/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-key-file.h"
#include "fuzz-keys.h"
#include "fuzz.h"

#include <string.h>

/* One error, or a key; and the sentence is one that can be shown. */
static void
check_error (gboolean good, const GError *error)
{
  g_assert_cmpint (good, ==, error == NULL);
  if (error == NULL)
    return;

  g_assert_true (error->domain == CHAT_KEY_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strstr (error->message, "PRIVATE KEY-----\n"));
}

static void
parse (const char *text, gsize size)
{
  g_autoptr (ChatSecret) passphrase = chat_secret_new ("secret", 6);
  g_autoptr (GError) public_error = NULL;
  g_autoptr (GError) private_error = NULL;
  g_autoptr (GError) open_error = NULL;
  g_autoptr (ChatPublicKey) public =
      chat_key_file_parse_public ("a file", "bob", text, size, &public_error);
  g_autoptr (ChatPrivateKey) private =
      chat_key_file_parse_private ("a file", text, size, NULL, &private_error);
  g_autoptr (ChatPrivateKey) opened =
      chat_key_file_parse_private ("a file", text, size, passphrase, &open_error);

  check_error (public != NULL, public_error);
  check_error (private != NULL, private_error);
  check_error (opened != NULL, open_error);
  /* Nobody takes a file for the other half of what is in it. */
  g_assert_true (public == NULL || private == NULL);
}

/* No private key is in a file of the corpus: it is put in here, and then changed. */
static ChatSecret *
get_text (gboolean protect)
{
  static ChatSecret *plain, *protected;
  g_autoptr (ChatSecret) passphrase = chat_secret_new ("secret", 6);

  if (plain == NULL)
    {
      plain = chat_private_key_to_pem (fuzz_get_private_key (), NULL, NULL);
      protected = chat_private_key_to_pem (fuzz_get_private_key (), passphrase, NULL);
    }

  return protect ? protected : plain;
}

/* Each three bytes say where another byte comes to stand. */
static void
parse_changed (gboolean protect, const guint8 *data, gsize size)
{
  gsize length;
  const guint8 *text = chat_secret_get_data (get_text (protect), &length);
  g_autofree guint8 *copy = g_memdup2 (text, length);

  for (gsize i = 0; i + 3 <= size; i += 3)
    copy[(data[i] * 256u + data[i + 1]) % length] = data[i + 2];
  parse ((const char *) copy, length);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size > 0 && (data[0] == 1 || data[0] == 2))
    parse_changed (data[0] == 2, data + 1, size - 1);
  else
    parse ((const char *) data, size);

  return 0;
}
