/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-notice-text.h"

#include "chat-mention.h"
#include "chat-text.h"

#include <glib/gi18n-lib.h>

#define MAX_CHARACTERS 200

/**
 * chat_notice_text_classify:
 * @message: a message of somebody else
 * @username: the user's name
 *
 * Returns: what kind it is
 */
ChatNoticeKind
chat_notice_text_classify (ChatMessage *message, const char *username)
{
  const char *text;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message) && username != NULL, CHAT_NOTICE_ROOM);

  if (chat_message_get_direct (message))
    return CHAT_NOTICE_DIRECT;
  text = chat_message_get_text (message);

  return text != NULL && chat_mention_is_in (text, username) ? CHAT_NOTICE_MENTION
                                                             : CHAT_NOTICE_ROOM;
}

static char *
make_title (ChatNoticeKind kind, const char *author, const char *room, guint count)
{
  switch (kind)
    {
    case CHAT_NOTICE_DIRECT:
      return count == 1
                 /* TRANSLATORS: title of a notification; a name */
                 ? g_strdup_printf (_("%s, Privately"), author)
                 : g_strdup_printf (ngettext ("%u Private Message from %s",
                                              "%u Private Messages from %s", count),
                                    count, author);
    case CHAT_NOTICE_MENTION:
      return count == 1
                 /* TRANSLATORS: title of a notification; a name, and the address of a room */
                 ? g_strdup_printf (_("%s Mentioned You in %s"), author, room)
                 : g_strdup_printf (ngettext ("You Were Mentioned %u Time in %s",
                                              "You Were Mentioned %u Times in %s", count),
                                    count, room);
    case CHAT_NOTICE_ROOM:
    default:
      return count == 1
                 /* TRANSLATORS: title of a notification; a name, and the address of a room */
                 ? g_strdup_printf (_("%s in %s"), author, room)
                 : g_strdup_printf (
                     ngettext ("%u New Message in %s", "%u New Messages in %s", count), count,
                     room);
    }
}

/**
 * chat_notice_text_dup_title:
 * @kind: what kind of messages it is about
 * @message: the last one
 * @room: the name of the room
 * @count: how many there are
 *
 * Returns: (transfer full): the title
 */
char *
chat_notice_text_dup_title (ChatNoticeKind kind, ChatMessage *message, const char *room,
                            guint count)
{
  g_autofree char *author = NULL;
  g_autofree char *place = NULL;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message) && room != NULL && count > 0, NULL);

  author = chat_notice_text_shorten (chat_message_get_author (message));
  place = chat_notice_text_shorten (room);

  return make_title (kind, author, place, count);
}

/* Nobody should take it for what it may not be, just because it came as a notification. */
static char *
dup_words (ChatMessage *message)
{
  const char *text = chat_message_get_text (message);
  g_autofree char *words = chat_notice_text_shorten (
      text != NULL ? text : _("A message that a newer version of Conclave can show."));

  return chat_message_get_doubt (message) != NULL
             ? g_strdup_printf ("%s · %s", _("In doubt"), words)
             : g_steal_pointer (&words);
}

/**
 * chat_notice_text_dup_body:
 * @message: the last message
 * @count: how many there are
 *
 * Returns: (transfer full): what was said, by whom if the title does not say it
 */
char *
chat_notice_text_dup_body (ChatMessage *message, guint count)
{
  g_autofree char *shown = NULL;
  g_autofree char *author = NULL;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  shown = dup_words (message);
  if (count == 1 || chat_message_get_direct (message))
    return g_steal_pointer (&shown);
  author = chat_notice_text_shorten (chat_message_get_author (message));

  /* TRANSLATORS: who said what */
  return g_strdup_printf (_("%s: %s"), author, shown);
}

static void
append_plain (GString *string, const char *text)
{
  guint left = MAX_CHARACTERS;

  for (; *text != '\0' && left > 0; text = g_utf8_next_char (text), left--)
    {
      gunichar c = g_utf8_get_char (text);

      /* Some desktops take what is in a notification for markup, others do not: nothing can be
       * escaped, so nothing is left that would have to be. */
      if (c == '<')
        c = 0x2039;
      else if (c == '>')
        c = 0x203a;
      else if (c == '\n' || c == '\r' || c == '\t')
        c = ' ';
      g_string_append_unichar (string, c);
    }
  if (*text != '\0')
    g_string_append (string, "…");
}

/**
 * chat_notice_text_shorten:
 * @text: words of others
 *
 * Returns: (transfer full): one short line that is safe to show
 */
char *
chat_notice_text_shorten (const char *text)
{
  g_autofree char *safe = NULL;
  GString *string;

  g_return_val_if_fail (text != NULL, NULL);

  safe = chat_text_make_safe (text, CHAT_TEXT_KEEP_LINES);
  string = g_string_new (NULL);
  append_plain (string, safe);

  return g_string_free (string, FALSE);
}
