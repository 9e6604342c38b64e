/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-base64url.h"
#include "fuzz.h"

/* What is decoded is written in one way only, and the two checks agree. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = chat_base64url_decode (text, (gssize) size, &error);
  gboolean good = chat_base64url_check (text, (gssize) size, NULL);
  g_autofree char *again = NULL;
  guint8 exact[16];

  g_assert_cmpint (bytes != NULL, ==, good);
  g_assert_cmpint (bytes == NULL, ==, error != NULL);
  if (bytes != NULL)
    {
      again = chat_base64url_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_assert_cmpmem (again, strlen (again), text, size);
    }
  g_assert_cmpint (chat_base64url_decode_exactly (text, (gssize) size, exact, sizeof exact, NULL),
                   ==, good && g_bytes_get_size (bytes) == sizeof exact);

  return 0;
}
