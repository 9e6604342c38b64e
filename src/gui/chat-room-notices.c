/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-notices.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* More are told in one line. */
#define MAX_NEWCOMERS 5

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

/* With their keys, as long as one would read that. */
static void
newcomers_cb (ChatFeed *feed, GPtrArray *members)
{
  for (guint i = 0; i < members->len && members->len <= MAX_NEWCOMERS; i++)
    {
      ChatMember *member = g_ptr_array_index (members, i);

      /* TRANSLATORS: a username, and a fingerprint */
      add (feed, _("%s is new here. Fingerprint of the key: %s"), chat_member_get_username (member),
           chat_public_key_get_fingerprint (chat_member_get_key (member)));
    }
  if (members->len > MAX_NEWCOMERS)
    add (feed,
         ngettext ("%u member is new here. The list of members has the fingerprint of their key.",
                   "%u members are new here. The list of members has the fingerprints of their "
                   "keys.",
                   members->len),
         members->len);
}

static void
key_changed_cb (ChatFeed *feed, ChatMember *member)
{
  add (feed, _("The key of %s has changed"), chat_member_get_username (member));
}

static void
key_accepted_cb (ChatFeed *feed, ChatMember *member)
{
  add (feed, _("You have accepted the new key of %s"), chat_member_get_username (member));
}

static void
refused_cb (ChatFeed *feed, const GError *error)
{
  chat_feed_add_notice (feed, error->message);
}

static void
history_end_cb (ChatFeed *feed, gint64 count, gint64 withheld, gboolean more)
{
  if (withheld > 0)
    add (feed, _("Messages in the history: %" PRId64 ". Not sealed for you: %" PRId64 "."), count,
         withheld);
  else
    add (feed,
         ngettext ("History: %" PRId64 " message.", "History: %" PRId64 " messages.",
                   (gulong)count),
         count);
}

static void
throttled_cb (ChatFeed *feed, gint64 rate, gint64 ms)
{
  add (feed,
       _("The server takes %" PRId64 " messages a second from you. "
          "Nothing is lost; it reads on in %.1f seconds."),
       rate, (double)ms / 1000);
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
  g_signal_connect_object (session, "newcomers", G_CALLBACK (newcomers_cb), feed,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "key-changed", G_CALLBACK (key_changed_cb), feed,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "key-accepted", G_CALLBACK (key_accepted_cb), feed,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "refused", G_CALLBACK (refused_cb), feed, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "history-end", G_CALLBACK (history_end_cb), feed,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "throttled", G_CALLBACK (throttled_cb), feed,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "problem", G_CALLBACK (refused_cb), feed, G_CONNECT_SWAPPED);
  if (chat_session_get_draft (session) != NULL)
    g_signal_connect_object (chat_session_get_draft (session), "problem", G_CALLBACK (refused_cb),
                             feed, G_CONNECT_SWAPPED);
}
