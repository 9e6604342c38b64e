/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text-view.h"

#include "chat-fingerprint.h"
#include "chat-text-format.h"
#include "chat-text.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define THROTTLED_SECONDS 10

struct _ChatTextView
{
  GObject parent_instance;

  ChatTextViewFlags flags;
  ChatLineFunc func;
  gpointer user_data;
  gint64 throttled_at; /* monotonic: when it was last told */
  gboolean in_history; /* the answer to /history is being shown */
};

static void view_init (ChatViewInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatTextView, chat_text_view, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CHAT_TYPE_VIEW, view_init))

/**
 * chat_text_view_new:
 * @flags: how the text is to look
 * @func: takes each line
 * @user_data: for @func
 *
 * Returns: (transfer full): a view
 */
ChatView *
chat_text_view_new (ChatTextViewFlags flags, ChatLineFunc func, gpointer user_data)
{
  ChatTextView *self = g_object_new (CHAT_TYPE_TEXT_VIEW, NULL);

  self->flags = flags;
  self->func = func;
  self->user_data = user_data;

  return CHAT_VIEW (self);
}

static void
chat_text_view_class_init (ChatTextViewClass *klass)
{
}

static void
chat_text_view_init (ChatTextView *self)
{
}

static gboolean
has_color (ChatTextView *self)
{
  return (self->flags & CHAT_TEXT_VIEW_COLOR) != 0;
}

static void
print_line (ChatTextView *self, ChatNote note, const char *line)
{
  self->func (line, note, self->user_data);
}

/* A line about the room, which no message can look like: those begin with a time. */
static void
print_status (ChatTextView *self, ChatNote note, const char *text)
{
  g_autofree char *safe = chat_text_make_safe (text, CHAT_TEXT_KEEP_LINES);
  g_auto (GStrv) lines = g_strsplit (safe, "\n", -1);
  g_autofree char *joined = g_strjoinv ("\n  ", lines);
  g_autofree char *line = NULL;

  if (has_color (self))
    line = g_strdup_printf (
        note == CHAT_NOTE_PROBLEM ? "\033[31m* %s\033[0m" : "\033[2m* %s\033[0m", joined);
  else
    line = g_strdup_printf ("* %s", joined);
  print_line (self, note, line);
}

static void G_GNUC_PRINTF (2, 3) print_info (ChatTextView *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  print_status (self, CHAT_NOTE_INFO, text);
}

static void
show_note (ChatView *view, ChatNote note, const char *text)
{
  print_status (CHAT_TEXT_VIEW (view), note, text);
}

/* Who is in the room, for a greeting. */
static char *
describe_room (ChatSession *session)
{
  GListModel *members = G_LIST_MODEL (chat_session_get_members (session));
  g_autoptr (GString) names = g_string_new (NULL);
  guint n_members = g_list_model_get_n_items (members), n_online = 0;

  for (guint i = 0; i < n_members; i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      if (!chat_member_get_online (member))
        continue;
      n_online++;
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
                              chat_member_get_username (member));
    }

  return g_strdup_printf (_("Online: %s (%u of %u members)."), names->str, n_online, n_members);
}

static void
show_open (ChatTextView *self, ChatSession *session)
{
  g_autofree char *room = describe_room (session);

  print_info (self, _("You are in the room as %s%s. %s /help lists the commands."),
              chat_session_get_username (session),
              chat_session_get_admin (session) ? _(" (admin)") : "", room);
}

static void
show_state (ChatView *view, ChatSession *session)
{
  ChatTextView *self = CHAT_TEXT_VIEW (view);
  const GError *error = chat_session_get_error (session);

  /* Whatever was on its way with a connection ends with it. */
  self->in_history = FALSE;
  switch (chat_session_get_state (session))
    {
    case CHAT_SESSION_OPEN:
      show_open (self, session);
      break;
    case CHAT_SESSION_WAITING:
      chat_view_note (view, CHAT_NOTE_PROBLEM, _("%s\nNext attempt in %u s; /retry does it now."),
                      error->message, chat_session_get_seconds_left (session));
      break;
    case CHAT_SESSION_STOPPED:
      print_info (self, _("%s has stopped the server."), chat_session_get_stopped_by (session));
      break;
    case CHAT_SESSION_FAILED:
      print_status (self, CHAT_NOTE_PROBLEM, error->message);
      break;
    case CHAT_SESSION_IDLE:
    case CHAT_SESSION_CONNECTING:
    case CHAT_SESSION_HANDSHAKING:
    case CHAT_SESSION_JOINING:
    case CHAT_SESSION_LEAVING:
    case CHAT_SESSION_CLOSED:
    default:
      break;
    }
}

static void
print_message (ChatTextView *self, ChatMessage *message)
{
  g_autofree char *line = chat_format_message (message, has_color (self));

  print_line (self, CHAT_NOTE_INFO, line);
}

static void
show_posted (ChatView *view, ChatMessage *message)
{
  ChatTextView *self = CHAT_TEXT_VIEW (view);

  if ((self->flags & CHAT_TEXT_VIEW_OWN) != 0)
    print_message (self, message);
}

/* Old messages must not be taken for new ones, nor a new one that comes in between for an old
 * one. */
static void
show_message (ChatView *view, ChatMessage *message, ChatDeliveryOrigin origin)
{
  ChatTextView *self = CHAT_TEXT_VIEW (view);
  gboolean in_history = origin == CHAT_ORIGIN_HISTORY;

  if (in_history && !self->in_history)
    print_info (self, _("History:"));
  else if (self->in_history && !in_history)
    print_info (self, _("New, while the history comes:"));
  self->in_history = in_history;
  print_message (self, message);
}

static void
show_acknowledged (ChatView *view, ChatMessage *message)
{
}

static void
show_failed (ChatView *view, ChatMessage *message)
{
  chat_view_note (view, CHAT_NOTE_PROBLEM, _("Not delivered, because %s:\n%s"),
                  chat_message_get_problem (message), chat_message_get_text (message));
}

static void
show_member (ChatView *view, ChatMember *member, ChatMemberChange change)
{
  ChatTextView *self = CHAT_TEXT_VIEW (view);
  const char *username = chat_member_get_username (member);

  switch (change)
    {
    case CHAT_MEMBER_ADDED:
      print_info (self, _("%s is now a member. Their key: %s"), username,
                  chat_public_key_get_fingerprint (chat_member_get_key (member)));
      break;
    case CHAT_MEMBER_REMOVED:
      print_info (self, _("%s is no longer a member."), username);
      break;
    case CHAT_MEMBER_CAME:
      print_info (self, _("%s is online."), username);
      break;
    case CHAT_MEMBER_LEFT:
      print_info (self, _("%s is offline."), username);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
show_newcomer (ChatView *view, ChatMember *member, gboolean live)
{
  if (!live)
    print_info (CHAT_TEXT_VIEW (view), _("%s is new here since your last visit. Their key: %s"),
                chat_member_get_username (member),
                chat_public_key_get_fingerprint (chat_member_get_key (member)));
}

static void
show_key_changed (ChatView *view, ChatMember *member)
{
  const char *username = chat_member_get_username (member);
  g_autofree char *known = chat_fingerprint_from_kid (chat_member_get_known_kid (member));

  chat_view_note (view, CHAT_NOTE_PROBLEM,
                  /* TRANSLATORS: a username, and two fingerprints, which should stand one below the
                   * other */
                  _("The key of %s has changed. Until you accept the new one, %s cannot read what "
                    "you write.\n"
                    "Until now: %s\n"
                    "Now:       %s\n"
                    "Let them read the fingerprint of their key to you, by phone or in person. If "
                    "it is the new one: /accept %s\n"
                    "If they have no new key, somebody may be listening: tell the server's admin."),
                  username, username, known,
                  chat_public_key_get_fingerprint (chat_member_get_key (member)), username);
}

static void
show_key_accepted (ChatView *view, ChatMember *member)
{
  print_info (CHAT_TEXT_VIEW (view),
              _("You have accepted the new key of %s, who can read from now on what you write."),
              chat_member_get_username (member));
}

static void
show_members (ChatView *view, ChatSession *session)
{
  ChatTextView *self = CHAT_TEXT_VIEW (view);
  GListModel *members = G_LIST_MODEL (chat_session_get_members (session));

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);
      g_autofree char *name =
          chat_format_name (chat_member_get_username (member), has_color (self));
      g_autofree char *line = g_strdup_printf (
          "  %s  %s  %s%s", chat_public_key_get_fingerprint (chat_member_get_key (member)),
          chat_member_get_online (member) ? _("online ") : _("offline"), name,
          chat_member_get_changed (member) ? _("  (the key has changed, see /accept)") : "");

      print_line (self, CHAT_NOTE_INFO, line);
    }
}

static void
show_caught_up (ChatView *view, gint64 count, gint64 withheld, gint64 lost)
{
  ChatTextView *self = CHAT_TEXT_VIEW (view);

  if (count > 0)
    print_info (self, _("Messages that you had missed: %" PRId64 "."), count);
  if (withheld > 0)
    print_info (self, _("Messages meanwhile that were not for you: %" PRId64 "."),
                withheld);
  if (lost > 0)
    print_info (self, _("Messages meanwhile that the server no longer has: %" PRId64 "."),
                lost);
}

static void
show_history_end (ChatView *view, gint64 count, gint64 withheld, gboolean more)
{
  ChatTextView *self = CHAT_TEXT_VIEW (view);

  self->in_history = FALSE;
  print_info (self, _("End of the history. Messages: %" PRId64 "."), count);
  if (more)
    print_info (self, _("There are older ones: /history N shows the last N."));
  if (withheld > 0)
    print_info (self, _("Messages in it that were not for you: %" PRId64 "."), withheld);
}

/* Comes again and again while somebody pastes a file; once in a while is enough for a person. */
static void
show_throttled (ChatView *view, gint64 rate, gint64 ms)
{
  ChatTextView *self = CHAT_TEXT_VIEW (view);
  gint64 now = g_get_monotonic_time ();

  if (self->throttled_at != 0 && now - self->throttled_at < THROTTLED_SECONDS * G_USEC_PER_SEC)
    return;

  self->throttled_at = now;
  chat_view_note (view, CHAT_NOTE_PROBLEM,
                  _("The server takes %" PRId64 " messages a second from you. Nothing is "
                     "lost; it reads on in %.1f seconds."),
                  rate, (double)ms / 1000);
}

static void
view_init (ChatViewInterface *iface)
{
  iface->state = show_state;
  iface->posted = show_posted;
  iface->message = show_message;
  iface->acknowledged = show_acknowledged;
  iface->failed = show_failed;
  iface->member = show_member;
  iface->newcomer = show_newcomer;
  iface->key_changed = show_key_changed;
  iface->key_accepted = show_key_accepted;
  iface->members = show_members;
  iface->caught_up = show_caught_up;
  iface->history_end = show_history_end;
  iface->throttled = show_throttled;
  iface->note = show_note;
}
