/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-state-banner.h"

#include "chat-text.h"

#include <glib/gi18n-lib.h>

struct _ChatStateBanner
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkOrientable *box;
  GtkLabel *label;
  GtkWidget *try_now;
  GtkWidget *leave;

  ChatSession *session;
  GSignalGroup *signals; /* of the session */
  guint countdown;
};

G_DEFINE_FINAL_TYPE (ChatStateBanner, chat_state_banner, ADW_TYPE_BIN)

static void
chat_state_banner_dispose (GObject *object)
{
  ChatStateBanner *self = CHAT_STATE_BANNER (object);

  g_clear_handle_id (&self->countdown, g_source_remove);
  g_clear_object (&self->signals);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (chat_state_banner_parent_class)->dispose (object);
}

static char *
describe_waiting (ChatSession *session)
{
  const GError *error = chat_session_get_error (session);
  guint seconds = chat_session_get_seconds_left (session);
  g_autofree char *next = g_strdup_printf (
      ngettext ("Next attempt in %u second.", "Next attempt in %u seconds.", seconds), seconds);

  return error != NULL ? g_strdup_printf ("%s %s", error->message, next)
                       : g_steal_pointer (&next);
}

static char *
describe_stopped (ChatSession *session)
{
  const char *by = chat_session_get_stopped_by (session);

  if (g_strcmp0 (by, chat_session_get_username (session)) == 0)
    return g_strdup (_("You have stopped the server. It has to be started again before anybody "
                       "can connect."));

  return g_strdup_printf (_("%s has stopped the server. Ask them when it runs again."), by);
}

/* What there is to tell; NULL when all is well. */
static char *
describe (ChatSession *session)
{
  switch (chat_session_get_state (session))
    {
    case CHAT_SESSION_WAITING:
      return describe_waiting (session);
    case CHAT_SESSION_CONNECTING:
    case CHAT_SESSION_HANDSHAKING:
    case CHAT_SESSION_JOINING:
      return g_strdup (_("Connecting again…"));
    case CHAT_SESSION_STOPPED:
      return describe_stopped (session);
    case CHAT_SESSION_FAILED:
      return g_strdup (chat_session_get_error (session)->message);
    case CHAT_SESSION_IDLE:
    case CHAT_SESSION_OPEN:
    case CHAT_SESSION_LEAVING:
    case CHAT_SESSION_CLOSED:
    default:
      return NULL;
    }
}

static void
show_text (ChatStateBanner *self)
{
  g_autofree char *text = describe (self->session);
  g_autofree char *safe = text != NULL ? chat_text_make_safe (text, CHAT_TEXT_KEEP_LINES) : NULL;

  gtk_revealer_set_reveal_child (self->revealer, safe != NULL);
  if (safe != NULL)
    gtk_label_set_text (self->label, safe);
}

static gboolean
countdown_cb (gpointer user_data)
{
  show_text (user_data);

  return G_SOURCE_CONTINUE;
}

static void
state_cb (ChatStateBanner *self)
{
  ChatSessionState state = chat_session_get_state (self->session);
  gboolean over = chat_session_is_over (self->session);

  g_clear_handle_id (&self->countdown, g_source_remove);
  if (state == CHAT_SESSION_WAITING)
    self->countdown = g_timeout_add_seconds (1, countdown_cb, self);
  gtk_widget_set_visible (self->try_now, state == CHAT_SESSION_WAITING || over);
  gtk_button_set_label (GTK_BUTTON (self->try_now), over ? _("_Connect Again") : _("_Try Now"));
  gtk_widget_set_visible (self->leave, over);
  show_text (self);
}

static void
chat_state_banner_class_init (ChatStateBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_state_banner_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-state-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatStateBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBanner, box);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBanner, label);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBanner, try_now);
  gtk_widget_class_bind_template_child (widget_class, ChatStateBanner, leave);
}

static void
chat_state_banner_init (ChatStateBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->signals = g_signal_group_new (CHAT_TYPE_SESSION);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::seconds-left", G_CALLBACK (show_text),
                                  self);
}

/**
 * chat_state_banner_set_session:
 * @self: a banner
 * @session: (nullable): whose state it tells
 */
void
chat_state_banner_set_session (ChatStateBanner *self, ChatSession *session)
{
  g_return_if_fail (CHAT_IS_STATE_BANNER (self));

  g_clear_handle_id (&self->countdown, g_source_remove);
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->signals, session);
  if (session != NULL)
    state_cb (self);
  else
    gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

/**
 * chat_state_banner_set_narrow:
 * @self: a banner
 * @narrow: whether the buttons stand below the text, for which they would leave no room
 */
void
chat_state_banner_set_narrow (ChatStateBanner *self, gboolean narrow)
{
  g_return_if_fail (CHAT_IS_STATE_BANNER (self));

  gtk_orientable_set_orientation (self->box,
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}
