/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-banner.h"

#include "chat-text.h"

#include <glib/gi18n-lib.h>

struct _ChatKeyBanner
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkOrientable *box;
  GtkLabel *label;
  GtkActionable *review;

  ChatSession *session;
  GSignalGroup *signals; /* of the session */
  GSignalGroup *member_signals;
  guint refresh; /* an idle source: many may come at once */
};

G_DEFINE_FINAL_TYPE (ChatKeyBanner, chat_key_banner, ADW_TYPE_BIN)

static void
chat_key_banner_dispose (GObject *object)
{
  ChatKeyBanner *self = CHAT_KEY_BANNER (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_object (&self->signals);
  g_clear_object (&self->member_signals);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (chat_key_banner_parent_class)->dispose (object);
}

/* The first whose key has changed, and how many there are. */
static ChatMember *
find_changed (ChatKeyBanner *self, guint *n_changed)
{
  GListModel *members = G_LIST_MODEL (chat_session_get_members (self->session));
  ChatMember *first = NULL;

  *n_changed = 0;
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      if (chat_member_get_changed (member) && (*n_changed)++ == 0)
        first = g_object_ref (member);
    }

  return first;
}

static char *
describe (const char *name, guint n_changed)
{
  if (n_changed == 1)
    /* TRANSLATORS: a username, twice */
    return g_strdup_printf (_("The key of %s has changed. Until you accept the new one, %s cannot "
                              "read what you write."),
                            name, name);

  /* TRANSLATORS: a username, and how many others */
  return g_strdup_printf (ngettext ("The keys of %s and %u other have changed. Until you accept "
                                    "the new ones, they cannot read what you write.",
                                    "The keys of %s and %u others have changed. Until you accept "
                                    "the new ones, they cannot read what you write.",
                                    n_changed - 1),
                          name, n_changed - 1);
}

/* What is not there takes no place, not even for large text. */
static void
reveal (ChatKeyBanner *self, gboolean shown)
{
  if (shown)
    gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, shown);
  if (!shown && !gtk_revealer_get_child_revealed (self->revealer))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
revealed_cb (ChatKeyBanner *self)
{
  if (!gtk_revealer_get_reveal_child (self->revealer))
    reveal (self, FALSE);
}

static void
show_text (ChatKeyBanner *self)
{
  guint n_changed;
  g_autoptr (ChatMember) first = find_changed (self, &n_changed);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  reveal (self, first != NULL);
  /* What goes away keeps its words until it has gone. */
  if (first == NULL)
    return;

  name = chat_text_make_safe (chat_member_get_username (first), CHAT_TEXT_ONE_LINE);
  text = describe (name, n_changed);
  gtk_label_set_text (self->label, text);
  gtk_actionable_set_action_target (self->review, "s", chat_member_get_username (first));
}

static gboolean
refresh_cb (gpointer user_data)
{
  ChatKeyBanner *self = user_data;

  self->refresh = 0;
  show_text (self);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (ChatKeyBanner *self)
{
  if (self->refresh == 0)
    self->refresh = g_idle_add (refresh_cb, self);
}

static void
chat_key_banner_class_init (ChatKeyBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_key_banner_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-key-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBanner, box);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBanner, label);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyBanner, review);
  gtk_widget_class_bind_template_callback (widget_class, revealed_cb);
}

static void
chat_key_banner_init (ChatKeyBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->signals = g_signal_group_new (CHAT_TYPE_SESSION);
  g_signal_group_connect_swapped (self->signals, "key-accepted", G_CALLBACK (changed_cb), self);
  self->member_signals = g_signal_group_new (CHAT_TYPE_MEMBER_LIST);
  g_signal_group_connect_swapped (self->member_signals, "items-changed", G_CALLBACK (changed_cb),
                                  self);
}

/**
 * chat_key_banner_set_session:
 * @self: a banner
 * @session: (nullable): whose members it tells of
 */
void
chat_key_banner_set_session (ChatKeyBanner *self, ChatSession *session)
{
  g_return_if_fail (CHAT_IS_KEY_BANNER (self));
  g_return_if_fail (session == NULL || CHAT_IS_SESSION (session));

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->signals, session);
  g_signal_group_set_target (self->member_signals,
                             session != NULL ? chat_session_get_members (session) : NULL);
  if (session != NULL)
    show_text (self);
  else
    reveal (self, FALSE);
}

/**
 * chat_key_banner_set_narrow:
 * @self: a banner
 * @narrow: whether the button stands below the text, for which it would leave no room
 */
void
chat_key_banner_set_narrow (ChatKeyBanner *self, gboolean narrow)
{
  g_return_if_fail (CHAT_IS_KEY_BANNER (self));

  gtk_orientable_set_orientation (self->box,
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}
