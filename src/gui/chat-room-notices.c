/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-notices.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static void G_GNUC_PRINTF (2, 3)
add (ChatFeed *feed, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  chat_feed_add_notice (feed, text);
}

static void
member_changed_cb (ChatFeed *feed, ChatMember *member, guint change)
{
  chat_feed_add_change (feed, chat_member_get_username (member), (ChatMemberChange)change);
}

static void
caught_up_cb (ChatFeed *feed, gint64 count, gint64 withheld, gint64 lost)
{
  if (count > 0)
    add (feed, _("Messages that you had missed: %" PRId64), count);
  if (withheld > 0)
    add (feed, _("Messages meanwhile that were not for you: %" PRId64), withheld);
  if (lost > 0)
    add (feed, _("Messages meanwhile that the server no longer has: %" PRId64), lost);
}

static void
refused_cb (ChatFeed *feed, const GError *error)
{
  chat_feed_add_notice (feed, error->message);
}

/**
 * chat_room_notices_connect:
 * @feed: a feed
 * @session: a session that is open: the list as it first came is no news
 */
void
chat_room_notices_connect (ChatFeed *feed, ChatSession *session)
{
  g_return_if_fail (CHAT_IS_FEED (feed) && CHAT_IS_SESSION (session));

  g_signal_connect_object (chat_session_get_members (session), "member-changed",
                           G_CALLBACK (member_changed_cb), feed, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "caught-up", G_CALLBACK (caught_up_cb), feed,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "refused", G_CALLBACK (refused_cb), feed, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "problem", G_CALLBACK (refused_cb), feed, G_CONNECT_SWAPPED);
  if (chat_session_get_draft (session) != NULL)
    g_signal_connect_object (chat_session_get_draft (session), "problem", G_CALLBACK (refused_cb),
                             feed, G_CONNECT_SWAPPED);
}
