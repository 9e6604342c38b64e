/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"

G_DEFINE_QUARK (chat - key - error - quark, chat_key_error)
G_DEFINE_QUARK (chat - jose - error - quark, chat_jose_error)
G_DEFINE_QUARK (chat - protocol - error - quark, chat_protocol_error)
G_DEFINE_QUARK (chat - link - error - quark, chat_link_error)
G_DEFINE_QUARK (chat - config - error - quark, chat_config_error)

static const struct
{
  const char *code;
  gboolean fatal;
} codes[] = {
  [CHAT_PROTOCOL_ERROR_MALFORMED] = { "malformed", TRUE },
  [CHAT_PROTOCOL_ERROR_TOO_LARGE] = { "too-large", TRUE },
  [CHAT_PROTOCOL_ERROR_VERSION] = { "version", TRUE },
  [CHAT_PROTOCOL_ERROR_TIMEOUT] = { "timeout", TRUE },
  [CHAT_PROTOCOL_ERROR_WRONG_NAME] = { "wrong-name", TRUE },
  [CHAT_PROTOCOL_ERROR_REMOVED] = { "removed", TRUE },
  [CHAT_PROTOCOL_ERROR_TOO_MANY] = { "too-many", TRUE },
  [CHAT_PROTOCOL_ERROR_FULL] = { "full", TRUE },
  [CHAT_PROTOCOL_ERROR_TOO_SLOW] = { "too-slow", TRUE },
  [CHAT_PROTOCOL_ERROR_NOT_ADMIN] = { "not-admin", FALSE },
  [CHAT_PROTOCOL_ERROR_UNKNOWN_SEAL] = { "unknown-seal", FALSE },
  [CHAT_PROTOCOL_ERROR_UNKNOWN_READER] = { "unknown-reader", FALSE },
  [CHAT_PROTOCOL_ERROR_NOT_STORED] = { "not-stored", FALSE },
};

/**
 * chat_protocol_error_to_code:
 * @error: a code that exists on the wire
 *
 * Returns: (transfer none): the word that docs/PROTOCOL.md gives it
 */
const char *
chat_protocol_error_to_code (ChatProtocolError error)
{
  g_return_val_if_fail (error < G_N_ELEMENTS (codes), NULL);

  return codes[error].code;
}

/**
 * chat_protocol_error_from_code:
 * @code: a word from the wire
 *
 * Returns: its value, or %CHAT_PROTOCOL_ERROR_UNKNOWN
 */
ChatProtocolError
chat_protocol_error_from_code (const char *code)
{
  g_return_val_if_fail (code != NULL, CHAT_PROTOCOL_ERROR_UNKNOWN);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_str_equal (codes[i].code, code))
      return (ChatProtocolError) i;

  return CHAT_PROTOCOL_ERROR_UNKNOWN;
}

/**
 * chat_protocol_error_is_fatal:
 * @error: a code that exists on the wire
 *
 * Returns: whether the connection closes after it
 */
gboolean
chat_protocol_error_is_fatal (ChatProtocolError error)
{
  g_return_val_if_fail (error < G_N_ELEMENTS (codes), TRUE);

  return codes[error].fatal;
}
