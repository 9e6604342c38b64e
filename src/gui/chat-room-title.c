/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-title.h"

#include "chat-text.h"

#include <glib/gi18n-lib.h>

struct _ChatRoomTitle
{
  AdwBin parent_instance;

  GtkLabel *title; /* borrowed: in the child */
  GtkLabel *subtitle; /* likewise */

  ChatSession *session;
  GSignalGroup *signals; /* of the session */
  guint countdown;
};

G_DEFINE_FINAL_TYPE (ChatRoomTitle, chat_room_title, ADW_TYPE_BIN)

static void
chat_room_title_dispose (GObject *object)
{
  ChatRoomTitle *self = CHAT_ROOM_TITLE (object);

  g_clear_handle_id (&self->countdown, g_source_remove);
  g_clear_object (&self->signals);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (chat_room_title_parent_class)->dispose (object);
}

static char *
describe_waiting (ChatSession *session)
{
  guint seconds = chat_session_get_seconds_left (session);

  /* TRANSLATORS: below the name of the room; keep it short */
  return g_strdup_printf (_("Reconnecting in %u s"), seconds);
}

static char *
describe (ChatSession *session)
{
  switch (chat_session_get_state (session))
    {
    case CHAT_SESSION_OPEN:
      return g_strdup (_("Connected"));
    case CHAT_SESSION_WAITING:
      return describe_waiting (session);
    case CHAT_SESSION_CONNECTING:
    case CHAT_SESSION_HANDSHAKING:
    case CHAT_SESSION_JOINING:
      return g_strdup (_("Connecting…"));
    case CHAT_SESSION_LEAVING:
      return g_strdup (_("Leaving…"));
    case CHAT_SESSION_STOPPED:
      /* TRANSLATORS: the server was, by this user */
      return g_strdup_printf (_("Stopped by %s"), chat_session_get_stopped_by (session));
    case CHAT_SESSION_IDLE:
    case CHAT_SESSION_CLOSED:
    case CHAT_SESSION_FAILED:
    default:
      return g_strdup (_("Not connected"));
    }
}

/* In a narrow window there is no room for a name behind the seconds. */
static char *
dup_subtitle (ChatSession *session)
{
  g_autofree char *state = describe (session);

  if (chat_session_get_state (session) == CHAT_SESSION_WAITING)
    return g_steal_pointer (&state);

  /* TRANSLATORS: how the connection stands, and the user's name; the end may be cut off */
  return g_strdup_printf (_("%s · %s"), state, chat_session_get_username (session));
}

static void
show (ChatRoomTitle *self)
{
  g_autofree char *subtitle = dup_subtitle (self->session);
  g_autofree char *safe = chat_text_make_safe (subtitle, CHAT_TEXT_ONE_LINE);

  gtk_label_set_text (self->title, chat_session_get_address (self->session));
  gtk_label_set_text (self->subtitle, safe);
}

static gboolean
countdown_cb (gpointer user_data)
{
  show (user_data);

  return G_SOURCE_CONTINUE;
}

static void
state_cb (ChatRoomTitle *self)
{
  g_clear_handle_id (&self->countdown, g_source_remove);
  if (chat_session_get_state (self->session) == CHAT_SESSION_WAITING)
    self->countdown = g_timeout_add_seconds (1, countdown_cb, self);
  show (self);
}

static void
chat_room_title_class_init (ChatRoomTitleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_room_title_dispose;
}

/* Those of an AdwWindowTitle do not get narrower than five letters, which large text has no room
 * for beside all the buttons. */
static GtkLabel *
append_line (GtkBox *box, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, style);
  gtk_box_append (box, label);

  return GTK_LABEL (label);
}

static void
chat_room_title_init (ChatRoomTitle *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  self->title = append_line (GTK_BOX (box), "title");
  self->subtitle = append_line (GTK_BOX (box), "subtitle");
  adw_bin_set_child (ADW_BIN (self), box);
  self->signals = g_signal_group_new (CHAT_TYPE_SESSION);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::seconds-left", G_CALLBACK (state_cb),
                                  self);
}

/**
 * chat_room_title_set_session:
 * @self: a title
 * @session: (nullable): what it tells of
 */
void
chat_room_title_set_session (ChatRoomTitle *self, ChatSession *session)
{
  g_return_if_fail (CHAT_IS_ROOM_TITLE (self));

  g_clear_handle_id (&self->countdown, g_source_remove);
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->signals, session);
  if (session != NULL)
    state_cb (self);
}

/**
 * chat_room_title_get_state:
 * @self: a title
 *
 * Returns: (transfer none): how the connection stands, and where there is room the user's name
 */
const char *
chat_room_title_get_state (ChatRoomTitle *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_TITLE (self), NULL);

  return gtk_label_get_text (self->subtitle);
}
