/* Keys for the tests of sealing and signing: made once for each program, since that takes a while.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"

/* The nth of three keys of CHAT_MIN_RSA_BITS, borrowed: they stay to the end. */
static inline ChatPrivateKey *
test_key (guint n)
{
  static ChatPrivateKey *keys[3];
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (n, <, G_N_ELEMENTS (keys));
  if (keys[n] == NULL)
    {
      keys[n] = chat_private_key_generate (2048, &error);
      g_assert_no_error (error);
    }

  return keys[n];
}

static inline ChatPublicKey *
test_public_key (guint n)
{
  return chat_private_key_get_public (test_key (n));
}
