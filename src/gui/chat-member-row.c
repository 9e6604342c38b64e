/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member-row.h"

#include "chat-member-popover.h"
#include "chat-menu-button.h"
#include "chat-text.h"

#include <glib/gi18n-lib.h>

struct _ChatMemberRow
{
  AdwBin parent_instance;

  AdwAvatar *avatar;
  GtkLabel *name;
  GtkLabel *presence;
  GtkMenuButton *details;

  ChatMember *member;
  GSignalGroup *signals; /* of the member */
  gboolean own;
};

G_DEFINE_FINAL_TYPE (ChatMemberRow, chat_member_row, ADW_TYPE_BIN)

/**
 * chat_member_row_new:
 *
 * Returns: (transfer floating): a row without a member
 */
ChatMemberRow *
chat_member_row_new (void)
{
  return g_object_new (CHAT_TYPE_MEMBER_ROW, NULL);
}

static void
chat_member_row_dispose (GObject *object)
{
  ChatMemberRow *self = CHAT_MEMBER_ROW (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->member);

  G_OBJECT_CLASS (chat_member_row_parent_class)->dispose (object);
}

static void
online_cb (ChatMemberRow *self)
{
  gboolean online = chat_member_get_online (self->member);
  gboolean changed = chat_member_get_changed (self->member);
  g_autofree char *label = NULL;

  if (changed)
    gtk_label_set_text (self->presence, _("Key has changed"));
  else
    gtk_label_set_text (self->presence, online ? _("Online") : _("Offline"));
  if (changed)
    gtk_widget_add_css_class (GTK_WIDGET (self->presence), "key-changed");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->presence), "key-changed");
  if (online)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "offline");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "offline");

  /* TRANSLATORS: a name, and "Online" or "Offline" */
  label = g_strdup_printf (_("%s, %s"), gtk_label_get_text (self->name),
                           gtk_label_get_text (self->presence));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* Made when it is wanted: most are never looked at. */
static void
create_popup_cb (GtkMenuButton *button, gpointer user_data)
{
  ChatMemberRow *self = user_data;

  if (self->member != NULL)
    gtk_menu_button_set_popover (button,
                                 GTK_WIDGET (chat_member_popover_new (self->member, self->own)));
}

static void
changed_cb (ChatMemberRow *self)
{
  /* What it says of the key is no longer so. */
  gtk_menu_button_set_popover (self->details, NULL);
  gtk_menu_button_set_create_popup_func (self->details, create_popup_cb, self, NULL);
  online_cb (self);
}

static void
chat_member_row_class_init (ChatMemberRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_member_row_dispose;

  gtk_widget_class_set_css_name (widget_class, "member");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-member-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatMemberRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, ChatMemberRow, name);
  gtk_widget_class_bind_template_child (widget_class, ChatMemberRow, presence);
  gtk_widget_class_bind_template_child (widget_class, ChatMemberRow, details);
}

static void
chat_member_row_init (ChatMemberRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->signals = g_signal_group_new (CHAT_TYPE_MEMBER);
  g_signal_group_connect_swapped (self->signals, "notify::online", G_CALLBACK (online_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::changed", G_CALLBACK (changed_cb), self);
}

static void
show_name (ChatMemberRow *self)
{
  g_autofree char *name =
      chat_text_make_safe (chat_member_get_username (self->member), CHAT_TEXT_ONE_LINE);
  /* TRANSLATORS: in the list of members, the user's own name */
  g_autofree char *shown = self->own ? g_strdup_printf (_("%s (you)"), name) : g_strdup (name);
  /* TRANSLATORS: a button beside a name, for those who do not see the name */
  g_autofree char *label = g_strdup_printf (_("Key of %s, and private message"), name);

  adw_avatar_set_text (self->avatar, name);
  gtk_label_set_text (self->name, shown);
  chat_menu_button_name (self->details, label);
}

/**
 * chat_member_row_set_member:
 * @self: a row
 * @member: (nullable): whom to show from now on
 * @own: whether that is the user
 */
void
chat_member_row_set_member (ChatMemberRow *self, ChatMember *member, gboolean own)
{
  g_return_if_fail (CHAT_IS_MEMBER_ROW (self));

  /* It tells of the one who was here before. */
  gtk_menu_button_set_popover (self->details, NULL);
  gtk_menu_button_set_create_popup_func (self->details, create_popup_cb, self, NULL);
  g_set_object (&self->member, member);
  g_signal_group_set_target (self->signals, member);
  self->own = own;
  if (member == NULL)
    return;

  show_name (self);
  online_cb (self);
}
