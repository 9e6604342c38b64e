/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-words.h"

#include "chat-text.h"
#include "chat-time-format.h"

#include <glib/gi18n-lib.h>

#define MAX_LARGE_EMOJI 6

/**
 * chat_message_words_dup_author:
 * @message: a message
 *
 * Returns: (transfer full): the name of its author, safe to show
 */
char *
chat_message_words_dup_author (ChatMessage *message)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  return chat_text_make_safe (chat_message_get_author (message), CHAT_TEXT_ONE_LINE);
}

/**
 * chat_message_words_dup_text:
 * @message: a message
 *
 * Returns: (transfer full): its text, safe to show, or why there is none
 */
char *
chat_message_words_dup_text (ChatMessage *message)
{
  const char *text;
  g_autofree char *author = NULL;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  text = chat_message_get_text (message);
  if (chat_message_get_audience (message) == NULL)
    {
      author = chat_message_words_dup_author (message);
      return g_strdup_printf (_("A message that is said to be from %s cannot be verified: %s"),
                              author, chat_message_get_problem (message));
    }
  if (text == NULL)
    return g_strdup (_("This message needs a newer version of the program."));

  return chat_text_make_safe (text, CHAT_TEXT_KEEP_LINES);
}

/**
 * chat_message_words_dup_readers:
 * @message: a message
 *
 * Returns: (transfer full) (nullable): who reads it; %NULL when that is the whole room
 */
char *
chat_message_words_dup_readers (ChatMessage *message)
{
  ChatAudience *audience;
  g_autofree char *names = NULL;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  audience = chat_message_get_audience (message);
  if (audience == NULL)
    return NULL;

  switch (chat_audience_get_kind (audience))
    {
    case CHAT_AUDIENCE_DIRECT:
      return chat_message_get_own (message)
                 ? g_strdup_printf (_("Private, only to %s"), chat_message_get_peer (message))
                 : g_strdup (_("Private, only to you"));
    case CHAT_AUDIENCE_OTHERS:
      names = g_strjoinv (", ", (char **)chat_audience_get_names (audience));
      return g_strdup_printf (_("Only to %s"), names);
    case CHAT_AUDIENCE_ROOM:
    default:
      return NULL;
    }
}

/**
 * chat_message_words_dup_doubt:
 * @message: a message
 *
 * Returns: (transfer full) (nullable): why it may be somebody else's
 */
char *
chat_message_words_dup_doubt (ChatMessage *message)
{
  const char *doubt;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  doubt = chat_message_get_doubt (message);

  /* TRANSLATORS: above a message that may be somebody else's; why */
  return doubt != NULL ? g_strdup_printf (_("In doubt: %s"), doubt) : NULL;
}

static gboolean
is_emoji (gunichar c)
{
  /* Joiner and variation selector hold the parts of one together. */
  return c == 0x200d || c == 0xfe0f || (c >= 0x1f3fb && c <= 0x1f3ff)
         || (g_unichar_type (c) == G_UNICODE_OTHER_SYMBOL && c >= 0x2600);
}

/**
 * chat_message_words_is_emoji:
 * @text: what a message says
 *
 * Returns: whether that is some emoji and nothing else, which are shown large
 */
gboolean
chat_message_words_is_emoji (const char *text)
{
  glong n = 0;

  g_return_val_if_fail (text != NULL, FALSE);

  for (const char *p = text; *p != '\0' && n <= MAX_LARGE_EMOJI; p = g_utf8_next_char (p), n++)
    if (!is_emoji (g_utf8_get_char (p)))
      return FALSE;

  return n > 0 && n <= MAX_LARGE_EMOJI;
}

/**
 * chat_message_words_get_state:
 * @message: a message
 * @icon: (out) (optional) (nullable): the name of an icon that means it
 *
 * Returns: (nullable): how it stands; %NULL when it is simply there
 */
const char *
chat_message_words_get_state (ChatMessage *message, const char **icon)
{
  static const char *const icons[] = {
    [CHAT_MESSAGE_SENDING] = "content-loading-symbolic",
    [CHAT_MESSAGE_SENT] = "object-select-symbolic",
    [CHAT_MESSAGE_FAILED] = "dialog-error-symbolic",
    [CHAT_MESSAGE_UNVERIFIED] = "dialog-warning-symbolic",
  };

  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  if (chat_message_get_doubt (message) != NULL)
    {
      if (icon != NULL)
        *icon = icons[CHAT_MESSAGE_UNVERIFIED];
      return _("In doubt");
    }
  if (icon != NULL)
    *icon = icons[chat_message_get_state (message)];

  switch (chat_message_get_state (message))
    {
    case CHAT_MESSAGE_SENDING:
      return _("Sending…");
    case CHAT_MESSAGE_SENT:
      return _("Delivered to the server");
    case CHAT_MESSAGE_FAILED:
      return _("Not sent");
    case CHAT_MESSAGE_UNVERIFIED:
      return _("Not verified");
    case CHAT_MESSAGE_RECEIVED:
    default:
      return NULL;
    }
}

/**
 * chat_message_words_describe:
 * @message: a message
 *
 * Returns: (transfer full): author, time, readers, text and state in one sentence
 */
char *
chat_message_words_describe (ChatMessage *message)
{
  g_autofree char *author = NULL;
  g_autofree char *words = NULL;
  g_autofree char *clock = NULL;
  g_autofree char *readers = NULL;
  const char *state;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  author = chat_message_words_dup_author (message);
  words = chat_message_words_dup_text (message);
  clock = chat_time_format_clock (chat_message_get_time (message));
  readers = chat_message_words_dup_readers (message);
  state = chat_message_words_get_state (message, NULL);

  return g_strdup_printf ("%s, %s%s%s: %s%s%s", author, clock, readers != NULL ? ", " : "",
                          readers != NULL ? readers : "", words, state != NULL ? ", " : "",
                          state != NULL ? state : "");
}
