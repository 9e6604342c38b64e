/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-mid.h"

#include "chat-limits.h"

/**
 * chat_mid_is_valid:
 * @mid: what may be a message id
 *
 * Checks what came from outside. Letters in upper case are refused, so that one message has one id.
 *
 * Returns: whether @mid is a UUID (RFC 4122) in lower case
 */
gboolean
chat_mid_is_valid (const char *mid)
{
  g_return_val_if_fail (mid != NULL, FALSE);

  for (gsize i = 0; i < CHAT_MID_LENGTH; i++)
    {
      gboolean is_dash = i == 8 || i == 13 || i == 18 || i == 23;

      if (is_dash ? mid[i] != '-' : !(g_ascii_isdigit (mid[i]) || (mid[i] >= 'a' && mid[i] <= 'f')))
        return FALSE;
    }

  return mid[CHAT_MID_LENGTH] == '\0';
}

/**
 * chat_mid_new:
 *
 * Makes a random UUID (version 4) for a message.
 *
 * Returns: (transfer full): a message id that nobody else has
 */
char *
chat_mid_new (void)
{
  return g_uuid_string_random ();
}
