/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-connect-error.h"

#include "chat-limits.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* Names and texts in these sentences come from the server and go through chat_text_make_safe ()
 * where they are shown in a terminal. */

static char *
place (const ChatConnectContext *context)
{
  g_autoptr (GInetAddress) ip = g_inet_address_new_from_string (context->address);
  gboolean is_ipv6 = ip != NULL && g_inet_address_get_family (ip) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf (is_ipv6 ? "[%s]:%u" : "%s:%u", context->address, context->port);
}

static char *
explain_wrong_peer (const ChatConnectContext *context)
{
  g_autofree char *where = place (context);
  g_autofree char *file = context->server_key_file != NULL
                              ? g_filename_display_name (context->server_key_file)
                              /* TRANSLATORS: stands in the place of the name of a file */
                              : g_strdup (_("the file of its public key"));
  const char *shown = context->shown_key != NULL
                          ? chat_public_key_get_fingerprint (context->shown_key)
                          /* TRANSLATORS: stands in the place of a key's fingerprint */
                          : _("(no RSA key)");

  return g_strdup_printf (
      /* TRANSLATORS: a server, the name of a file, two fingerprints; the columns of these two are
       * best of the same width */
      _("The server at %s does not have the key that is in %s.\n"
         "In the file:         %s\n"
         "Shown by the server: %s\n"
         "Ask the admin which one is right, not over this connection. If the server's key was "
         "renewed, put the new one in the place of the old; if not, somebody is in between."),
      where, file, chat_public_key_get_fingerprint (context->server_key), shown);
}

static char *
explain_denied (const ChatConnectContext *context)
{
  g_autofree char *where = place (context);

  return g_strdup_printf (_("The server at %s does not know your key.\n"
                             "Send the admin your public key, and tell them its fingerprint: %s\n"
                             "They add it by: chat-server add-user %s FILE"),
                          where, chat_public_key_get_fingerprint (context->own_key),
                          context->username);
}

static char *
explain_link (const ChatConnectContext *context, const GError *cause)
{
  g_autofree char *where = place (context);

  switch ((ChatLinkError)cause->code)
    {
    case CHAT_LINK_ERROR_WRONG_PEER:
      return explain_wrong_peer (context);
    case CHAT_LINK_ERROR_DENIED:
      return explain_denied (context);
    case CHAT_LINK_ERROR_NOT_TLS13:
      return g_strdup_printf (
          _("What answers at %s does not speak TLS 1.3, so it is no chat-server "
             "of today. Check the address and the port."),
          where);
    case CHAT_LINK_ERROR_TIMEOUT:
      return g_strdup_printf (_("What answers at %s did not finish the handshake in %d seconds. "
                                 "Check the address and the port, or try later."),
                              where, CHAT_HANDSHAKE_SECONDS);
    case CHAT_LINK_ERROR_CLOSED:
      return g_strdup_printf (_("The server at %s closed the connection."), where);
    case CHAT_LINK_ERROR_LOST:
      return g_strdup_printf (_("The connection to %s was lost."), where);
    case CHAT_LINK_ERROR_HANDSHAKE:
    default:
      return g_strdup_printf (_("No secure connection to %s could be made: %s. Check the address "
                                 "and the port."),
                              where, cause->message);
    }
}

static char *
explain_io (const ChatConnectContext *context, const GError *cause)
{
  g_autofree char *where = place (context);

  switch ((GIOErrorEnum)cause->code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return g_strdup_printf (_("Nobody is listening at %s. Check the address and the port, and "
                                 "whether the server is running."),
                              where);
    case G_IO_ERROR_TIMED_OUT:
      return g_strdup_printf (
          _("%s does not answer. Check the address and the port, and whether a "
             "firewall is in between."),
          where);
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return g_strdup_printf (_("There is no way to %s: %s. Check your network and the address."),
                              where, cause->message);
    default:
      return g_strdup_printf (_("No connection to %s: %s"), where, cause->message);
    }
}

static char *
explain_resolver (const ChatConnectContext *context, const GError *cause)
{
  /* As one types it into a browser. Addresses of IPv6 are not looked up, and so do not get here. */
  if (strpbrk (context->address, ":/") != NULL)
    return g_strdup_printf (_("There is no host named “%s”. The address is a name or a number "
                               "alone: the port has its own place, and no http:// stands before "
                               "it."),
                            context->address);
  if (cause->code == G_RESOLVER_ERROR_TEMPORARY_FAILURE)
    return g_strdup_printf (_("The host name “%s” could not be looked up just now. Check your "
                               "network, or try later."),
                            context->address);

  return g_strdup_printf (_("There is no host named “%s”. Check the spelling."), context->address);
}

/**
 * chat_connect_error_new:
 * @context: what was connected to what
 * @cause: an error of the connector, the link, or this side of the protocol
 *
 * %CHAT_PROTOCOL_ERROR is left to what the server says itself. What this side cannot make sense of
 * is a connection that was lost: it may be damage or a fault that passes, and must not keep a
 * program out for good.
 *
 * Returns: (transfer full): the error to show to the user
 */
GError *
chat_connect_error_new (const ChatConnectContext *context, const GError *cause)
{
  g_autofree char *sentence = NULL;

  g_return_val_if_fail (context != NULL && cause != NULL, NULL);

  if (cause->domain == CHAT_LINK_ERROR)
    sentence = explain_link (context, cause);
  else if (cause->domain == G_IO_ERROR)
    sentence = explain_io (context, cause);
  else if (cause->domain == G_RESOLVER_ERROR)
    sentence = explain_resolver (context, cause);
  else if (cause->domain == CHAT_PROTOCOL_ERROR || cause->domain == CHAT_JOSE_ERROR)
    return g_error_new (CHAT_LINK_ERROR, CHAT_LINK_ERROR_LOST,
                        _("The server broke the protocol: %s. One of the two programs may need an "
                           "update."),
                        cause->message);
  else
    sentence = g_strdup (cause->message);

  return g_error_new_literal (cause->domain, cause->code, sentence);
}

static char *
explain_notice (const ChatConnectContext *context, const ChatNotice *notice)
{
  switch (notice->code)
    {
    case CHAT_PROTOCOL_ERROR_WRONG_NAME:
      return g_strdup_printf (_("Your key is registered under another name: you said “%s”, the "
                                 "server knows you as “%s”. Connect under that name."),
                              context->username, notice->username != NULL ? notice->username : "?");
    case CHAT_PROTOCOL_ERROR_REMOVED:
      return g_strdup (_("The admin has removed your key from the server's guest list."));
    case CHAT_PROTOCOL_ERROR_TOO_MANY:
      return g_strdup_printf (ngettext ("“%s” has %" PRId64 " connection already, which is the "
                                         "most that the server allows. Close it.",
                                         "“%s” has %" PRId64 " connections already, which is the "
                                         "most that the server allows. Close one of them.",
                                         (gulong)notice->limit),
                              context->username, notice->limit);
    case CHAT_PROTOCOL_ERROR_FULL:
      return g_strdup_printf (ngettext ("The server is full: it has %" PRId64 " connection "
                                         "already. Try later.",
                                         "The server is full: it has %" PRId64 " connections "
                                         "already. Try later.",
                                         (gulong)notice->limit),
                              notice->limit);
    case CHAT_PROTOCOL_ERROR_VERSION:
      return g_strdup_printf (_("The server speaks version %" PRId64 " of the protocol, "
                                 "this program version %d. Update the older of the two."),
                              notice->limit, CHAT_PROTOCOL_VERSION);
    case CHAT_PROTOCOL_ERROR_TIMEOUT:
      return g_strdup (_("The server waited too long for this program. Try again."));
    case CHAT_PROTOCOL_ERROR_TOO_SLOW:
      return g_strdup (_("This program did not read fast enough, so the server closed the "
                          "connection."));
    case CHAT_PROTOCOL_ERROR_NOT_ADMIN:
      return g_strdup (_("Only admins can stop the server. Its config.json names them in "
                          "\"admins\"."));
    case CHAT_PROTOCOL_ERROR_MALFORMED:
    case CHAT_PROTOCOL_ERROR_TOO_LARGE:
      return g_strdup_printf (_("The server did not understand this program (%s). One of the two "
                                 "may need an update."),
                              notice->text);
    case CHAT_PROTOCOL_ERROR_UNKNOWN_SEAL:
    case CHAT_PROTOCOL_ERROR_UNKNOWN_READER:
    case CHAT_PROTOCOL_ERROR_NOT_STORED:
    case CHAT_PROTOCOL_ERROR_UNKNOWN:
    default:
      return g_strdup_printf (_("The server says: %s"), notice->text);
    }
}

/**
 * chat_connect_error_new_from_notice:
 * @context: what was connected to what
 * @notice: a notice `error`
 *
 * Says what the server reported in the terms of the one who uses the program: translated, with a
 * remedy.
 *
 * Returns: (transfer full): the error to show to the user, in %CHAT_PROTOCOL_ERROR
 */
GError *
chat_connect_error_new_from_notice (const ChatConnectContext *context, const ChatNotice *notice)
{
  g_autofree char *sentence = NULL;

  g_return_val_if_fail (context != NULL, NULL);
  g_return_val_if_fail (notice != NULL && notice->op == CHAT_NOTICE_ERROR, NULL);

  sentence = explain_notice (context, notice);

  return g_error_new_literal (CHAT_PROTOCOL_ERROR, (int)notice->code, sentence);
}

/**
 * chat_connect_error_is_final:
 * @error: why a connection that had been open is not any more, or could not be made again
 *
 * Tells whether to try again by oneself.
 *
 * Returns: whether trying again would meet the same answer until a person does something
 */
gboolean
chat_connect_error_is_final (const GError *error)
{
  g_return_val_if_fail (error != NULL, TRUE);

  if (error->domain == CHAT_LINK_ERROR)
    return error->code == CHAT_LINK_ERROR_WRONG_PEER || error->code == CHAT_LINK_ERROR_DENIED;

  return error->domain == CHAT_PROTOCOL_ERROR
         && (error->code == CHAT_PROTOCOL_ERROR_MALFORMED
             || error->code == CHAT_PROTOCOL_ERROR_TOO_LARGE
             || error->code == CHAT_PROTOCOL_ERROR_VERSION
             || error->code == CHAT_PROTOCOL_ERROR_WRONG_NAME
             || error->code == CHAT_PROTOCOL_ERROR_REMOVED);
}
