/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"


/**
 * chat_key_error_quark:
 *
 * Names the domain of #ChatKeyError: what is wrong with a key or its file.
 *
 * Returns: the domain, which the macro %CHAT_KEY_ERROR gives
 */
G_DEFINE_QUARK (chat - key - error - quark, chat_key_error)

/**
 * chat_jose_error_quark:
 *
 * Names the domain of #ChatJoseError: what is wrong with a JWE, a JWS or a message inside.
 *
 * Returns: the domain, which the macro %CHAT_JOSE_ERROR gives
 */
G_DEFINE_QUARK (chat - jose - error - quark, chat_jose_error)

/**
 * chat_protocol_error_quark:
 *
 * Names the domain of #ChatProtocolError: what the server reports.
 *
 * Returns: the domain, which the macro %CHAT_PROTOCOL_ERROR gives
 */
G_DEFINE_QUARK (chat - protocol - error - quark, chat_protocol_error)

/**
 * chat_link_error_quark:
 *
 * Names the domain of #ChatLinkError: why a link ended.
 *
 * Returns: the domain, which the macro %CHAT_LINK_ERROR gives
 */
G_DEFINE_QUARK (chat - link - error - quark, chat_link_error)

/**
 * chat_config_error_quark:
 *
 * Names the domain of #ChatConfigError: what is wrong with a configuration file.
 *
 * Returns: the domain, which the macro %CHAT_CONFIG_ERROR gives
 */
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
 * Translates for the wire. %CHAT_PROTOCOL_ERROR_UNKNOWN has no word and must not be given.
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
 * Translates from the wire. A newer server may use words that this version does not know.
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
 * Tells apart what ends a connection, and what only refuses one command.
 *
 * Returns: whether the connection closes after it
 */
gboolean
chat_protocol_error_is_fatal (ChatProtocolError error)
{
  g_return_val_if_fail (error < G_N_ELEMENTS (codes), TRUE);

  return codes[error].fatal;
}
