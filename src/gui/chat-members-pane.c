/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-members-pane.h"

#include "chat-member-row.h"

#include <glib/gi18n-lib.h>

struct _ChatMembersPane
{
  AdwBin parent_instance;

  GtkLabel *title;
  GtkListView *list;

  ChatMemberList *members;
  char *own_kid;
  guint refresh; /* an idle source: many may come at once */
  GSignalGroup *signals; /* of the members */
  ChatSession *session;
  GSignalGroup *session_signals;
  GtkSorter *sorter;
};

G_DEFINE_FINAL_TYPE (ChatMembersPane, chat_members_pane, ADW_TYPE_BIN)

static void
chat_members_pane_dispose (GObject *object)
{
  ChatMembersPane *self = CHAT_MEMBERS_PANE (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->session);
  g_clear_object (&self->sorter);
  g_clear_object (&self->members);
  g_clear_pointer (&self->own_kid, g_free);
  g_clear_handle_id (&self->refresh, g_source_remove);

  G_OBJECT_CLASS (chat_members_pane_parent_class)->dispose (object);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, GTK_WIDGET (chat_member_row_new ()));
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_cb (ChatMembersPane *self, GtkListItem *item)
{
  ChatMember *member = CHAT_MEMBER (gtk_list_item_get_item (item));
  gboolean own = g_strcmp0 (chat_public_key_get_id (chat_member_get_key (member)), self->own_kid)
                 == 0;

  chat_member_row_set_member (CHAT_MEMBER_ROW (gtk_list_item_get_child (item)), member, own);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  chat_member_row_set_member (CHAT_MEMBER_ROW (gtk_list_item_get_child (item)), NULL, FALSE);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  ChatMember *first = CHAT_MEMBER ((gpointer)a), *second = CHAT_MEMBER ((gpointer)b);
  gboolean first_online = chat_member_get_online (first);
  gboolean second_online = chat_member_get_online (second);

  if (first_online != second_online)
    return first_online ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;

  return gtk_ordering_from_cmpfunc (
      g_utf8_collate (chat_member_get_folded (first), chat_member_get_folded (second)));
}

/* Without a connection nobody tells who comes and goes. */
static gboolean
is_current (ChatMembersPane *self)
{
  ChatSessionState state = chat_session_get_state (self->session);

  return state == CHAT_SESSION_IDLE || state == CHAT_SESSION_OPEN
         || state == CHAT_SESSION_LEAVING;
}

static void
show_title (ChatMembersPane *self)
{
  GListModel *members = G_LIST_MODEL (self->members);
  guint n_members = g_list_model_get_n_items (members), n_online = 0;
  g_autofree char *title = NULL;

  for (guint i = 0; i < n_members; i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      n_online += chat_member_get_online (member) ? 1 : 0;
    }
  title = g_strdup_printf (
      ngettext ("%u of %u member online", "%u of %u members online", n_members), n_online,
      n_members);
  gtk_label_set_text (self->title, is_current (self) ? title : _("Not connected"));
}

static void
state_cb (ChatMembersPane *self)
{
  if (is_current (self))
    gtk_widget_remove_css_class (GTK_WIDGET (self->list), "stale");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->list), "stale");
  show_title (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  ChatMembersPane *self = user_data;

  self->refresh = 0;
  show_title (self);
  gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (ChatMembersPane *self)
{
  if (self->refresh == 0)
    self->refresh = g_idle_add (refresh_cb, self);
}

static void
chat_members_pane_class_init (ChatMembersPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_members_pane_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-members-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatMembersPane, title);
  gtk_widget_class_bind_template_child (widget_class, ChatMembersPane, list);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}

static void
chat_members_pane_init (ChatMembersPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL));
  self->signals = g_signal_group_new (CHAT_TYPE_MEMBER_LIST);
  g_signal_group_connect_swapped (self->signals, "member-changed",
                                  G_CALLBACK (changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "items-changed", G_CALLBACK (changed_cb), self);
  self->session_signals = g_signal_group_new (CHAT_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::state", G_CALLBACK (state_cb),
                                  self);
}

static GtkSelectionModel *
make_model (ChatMembersPane *self)
{
  GtkSortListModel *sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->members)),
                                                      g_object_ref (self->sorter));

  return GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (sorted)));
}

/**
 * chat_members_pane_set_session:
 * @self: a pane
 * @session: (nullable): whose members to list
 */
void
chat_members_pane_set_session (ChatMembersPane *self, ChatSession *session)
{
  ChatMemberList *members;
  g_autoptr (GtkSelectionModel) model = NULL;

  g_return_if_fail (CHAT_IS_MEMBERS_PANE (self));
  g_return_if_fail (session == NULL || CHAT_IS_SESSION (session));

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_pointer (&self->own_kid, g_free);
  members = session != NULL ? chat_session_get_members (session) : NULL;
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->session_signals, session);
  g_set_object (&self->members, members);
  g_signal_group_set_target (self->signals, members);
  if (session != NULL)
    {
      self->own_kid = g_strdup (chat_public_key_get_id (chat_session_get_key (session)));
      model = make_model (self);
      state_cb (self);
    }
  gtk_list_view_set_model (self->list, model);
}
