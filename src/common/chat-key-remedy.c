/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-remedy.h"

#include "chat-key-file.h"

#include <glib/gi18n-lib.h>

static char *
name_public_key (const char *owner)
{
  if (owner == NULL)
    return g_strdup (_("your public key"));
  if (g_str_equal (owner, CHAT_KEY_OWNER_SERVER))
    return g_strdup (_("the server's public key"));

  return g_strdup_printf (_("%s's public key"), owner);
}

/* So that one asks the right person, where it is nobody's own. */
static gboolean
is_servers (const ChatKeyWanted *wanted)
{
  return wanted->owner != NULL && g_str_equal (wanted->owner, CHAT_KEY_OWNER_SERVER);
}

/**
 * chat_key_remedy_right_file:
 * @wanted: what should have been found
 *
 * Makes the second half of a translated sentence, to stand behind "; ".
 *
 * Returns: (transfer full): what to do where the file is another one, or not there
 */
char *
chat_key_remedy_right_file (const ChatKeyWanted *wanted)
{
  gboolean chosen = wanted->origin == CHAT_KEY_FROM_CHOOSER;
  g_autofree char *name = NULL;

  if (wanted->private)
    return g_strdup (chosen ? _("choose your private key") : _("put the private key there"));

  name = name_public_key (wanted->owner);
  /* TRANSLATORS: each a second half of a sentence; %s is "the server's public key" or the like */
  return g_strdup_printf (chosen ? _("choose %s") : _("put %s there"), name);
}

/**
 * chat_key_remedy_whole_file:
 * @wanted: what should have been found
 *
 * Makes the second half of a translated sentence, to stand behind "; ".
 *
 * Returns: (transfer full): what to do where the file is the right one, and damaged
 */
char *
chat_key_remedy_whole_file (const ChatKeyWanted *wanted)
{
  g_autofree char *name = name_public_key (wanted->owner);

  /* TRANSLATORS: each a second half of a sentence; %s is "the server's public key" or the like */
  return g_strdup_printf (wanted->origin == CHAT_KEY_FROM_CHOOSER ? _("choose another copy of %s")
                                                                  : _("put %s there once more"),
                          name);
}

/**
 * chat_key_remedy_new_pair:
 * @wanted: what should have been found
 *
 * Gives the second half of a translated sentence, to stand behind "; ".
 *
 * Returns: what to do where the key is of no use to anybody
 */
const char *
chat_key_remedy_new_pair (const ChatKeyWanted *wanted)
{
  if (wanted->origin == CHAT_KEY_FROM_FOLDER)
    return _("an RSA key pair is made by: chat-client keygen");
  if (is_servers (wanted))
    return _("ask the admin for the right key of the server");

  /* TRANSLATORS: in the quotes the label of a button of the same window */
  return _("choose another key, or make one with “Create a Key…”");
}

/**
 * chat_key_remedy_convert:
 * @wanted: what should have been found
 *
 * Gives the second half of a translated sentence, to stand behind "; ", and before ": " and the
 * command.
 *
 * Returns: what to do where a command turns the key into what can be used
 */
const char *
chat_key_remedy_convert (const ChatKeyWanted *wanted)
{
  gboolean chosen = wanted->origin == CHAT_KEY_FROM_CHOOSER;

  if (wanted->private)
    return chosen ? _("convert a copy and choose that") : _("convert a copy and use that");

  return chosen ? _("convert it and choose what comes out") : _("convert it");
}

/**
 * chat_key_remedy_extract:
 * @wanted: what should have been found
 *
 * Gives the second half of a translated sentence, to stand behind "; ", and before ": " and the
 * command.
 *
 * Returns: what to do where a command takes the key out of a certificate
 */
const char *
chat_key_remedy_extract (const ChatKeyWanted *wanted)
{
  if (wanted->origin == CHAT_KEY_FROM_CHOOSER)
    return _("take the public key out of it and choose that");

  return _("take the public key out of it");
}
