/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-view.h"

#include "chat-announcer.h"
#include "chat-draft-keeper.h"
#include "chat-jump-button.h"
#include "chat-key-banner.h"
#include "chat-members-flap.h"
#include "chat-members-pane.h"
#include "chat-menu-button.h"
#include "chat-message-details.h"
#include "chat-read-mark.h"
#include "chat-room-commands.h"
#include "chat-room-notices.h"
#include "chat-room-title.h"
#include "chat-search-bar.h"
#include "chat-settings.h"
#include "chat-state-banner.h"

struct _ChatRoomView
{
  AdwBin parent_instance;

  ChatRoomTitle *title;
  ChatStateBanner *banner;
  ChatKeyBanner *key_banner;
  ChatSearchBar *search;
  AdwFlap *flap;
  GtkWidget *history_button;
  GtkWidget *members_button;
  ChatMessageList *list;
  GtkWidget *empty;
  ChatJumpButton *jump;
  ChatComposer *composer;
  ChatMembersPane *members;
  ChatAnnouncer *announcer;
  ChatReadMark *read_mark;

  ChatSession *session;
  ChatFeed *feed;
  ChatDraftKeeper *drafts;
  GSignalGroup *signals; /* of the session */
  ChatMessageMenu *menu;
  guint narrowing; /* an idle source */
};

G_DEFINE_FINAL_TYPE (ChatRoomView, chat_room_view, ADW_TYPE_BIN)

enum
{
  PROP_UNREAD = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
chat_room_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_UNREAD:
      g_value_set_uint (value, chat_room_view_get_unread (CHAT_ROOM_VIEW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_room_view_dispose (GObject *object)
{
  ChatRoomView *self = CHAT_ROOM_VIEW (object);

  if (self->menu != NULL)
    chat_message_menu_detach (self->menu);
  g_clear_object (&self->menu);
  g_clear_object (&self->read_mark);
  g_clear_handle_id (&self->narrowing, g_source_remove);
  g_clear_object (&self->signals);
  g_clear_object (&self->drafts);
  g_clear_object (&self->feed);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (chat_room_view_parent_class)->dispose (object);
}

static void
following_cb (ChatRoomView *self)
{
  chat_jump_button_set_shown (self->jump, !chat_message_list_get_following (self->list));
}

static void
unread_cb (ChatRoomView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

static void
delivered_cb (ChatRoomView *self, ChatMessage *message, guint origin)
{
  if (origin == CHAT_ORIGIN_HISTORY || chat_message_get_own (message))
    return;

  chat_announcer_say_message (self->announcer, message);
  chat_jump_button_count (self->jump);
}

static gboolean
is_open (ChatSession *session)
{
  return chat_session_get_state (session) == CHAT_SESSION_OPEN;
}

/* After the title, whose words these are. */
static void
stands_cb (ChatRoomView *self)
{
  chat_composer_set_connected (self->composer, is_open (self->session));
  chat_announcer_say (self->announcer, chat_room_title_get_state (self->title));
}

static gboolean
submit_cb (ChatRoomView *self, const char *text)
{
  if (!chat_room_commands_run (GTK_WIDGET (self), self->session, self->feed, text))
    return FALSE;
  chat_read_mark_written (self->read_mark);
  chat_message_list_jump_to_end (self->list);

  return TRUE;
}

/* What is said in private is answered in private. */
static void
quote_cb (ChatRoomView *self, ChatMessage *message)
{
  if (chat_message_get_direct (message))
    chat_composer_write_to (self->composer, chat_message_get_peer (message));
  chat_composer_quote (self->composer, chat_message_get_author (message),
                       chat_message_get_text (message));
}

/* Whoever has looked at a message or a member, and begins to type, means to write. */
static gboolean
typed_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType modifiers,
          ChatRoomView *self)
{
  return chat_composer_take_key (self->composer, controller, key, modifiers);
}

static void
found_cb (ChatRoomView *self, guint position)
{
  chat_message_list_set_found (self->list, position);
  if (position != GTK_INVALID_LIST_POSITION)
    chat_message_list_scroll_to (self->list, position);
}

static void
details_cb (ChatRoomView *self, ChatMessage *message)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  gtk_window_present (GTK_WINDOW (
      chat_message_details_new (window, message, chat_session_get_members (self->session),
                                chat_session_get_username (self->session))));
}

static gboolean
narrow_cb (gpointer user_data)
{
  ChatRoomView *self = user_data;
  gboolean narrow = adw_flap_get_folded (self->flap);

  self->narrowing = 0;
  /* It is in the menu as well. */
  gtk_widget_set_visible (self->history_button, !narrow);
  chat_state_banner_set_narrow (self->banner, narrow);
  chat_key_banner_set_narrow (self->key_banner, narrow);

  return G_SOURCE_REMOVE;
}

/* The flap folds while it is laid out: what is outside it must not change just then. */
static void
folded_cb (ChatRoomView *self)
{
  if (self->narrowing == 0)
    self->narrowing = g_idle_add (narrow_cb, self);
}

static void
feed_changed_cb (ChatRoomView *self)
{
  gtk_widget_set_visible (self->empty, g_list_model_get_n_items (G_LIST_MODEL (self->feed)) == 0);
}

static void
ensure_types (void)
{
  g_type_ensure (CHAT_TYPE_ROOM_TITLE);
  g_type_ensure (CHAT_TYPE_STATE_BANNER);
  g_type_ensure (CHAT_TYPE_KEY_BANNER);
  g_type_ensure (CHAT_TYPE_SEARCH_BAR);
  g_type_ensure (CHAT_TYPE_MESSAGE_LIST);
  g_type_ensure (CHAT_TYPE_JUMP_BUTTON);
  g_type_ensure (CHAT_TYPE_COMPOSER);
  g_type_ensure (CHAT_TYPE_MEMBERS_PANE);
  g_type_ensure (CHAT_TYPE_ANNOUNCER);
}

static void
chat_room_view_class_init (ChatRoomViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chat_room_view_get_property;
  object_class->dispose = chat_room_view_dispose;

  props[PROP_UNREAD] =
      g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  ensure_types ();
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-room-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, title);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, banner);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, key_banner);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, search);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, flap);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, history_button);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, members_button);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, list);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, empty);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, jump);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, composer);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, members);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomView, announcer);
  gtk_widget_class_bind_template_callback (widget_class, following_cb);
  gtk_widget_class_bind_template_callback (widget_class, unread_cb);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, found_cb);
  gtk_widget_class_bind_template_callback (widget_class, typed_cb);
}

static void
chat_room_view_init (ChatRoomView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->read_mark = chat_read_mark_new (self->list);
  chat_menu_button_name_all (GTK_WIDGET (self));
  self->drafts = chat_draft_keeper_new (self->composer);
  self->signals = g_signal_group_new (CHAT_TYPE_SESSION);
  g_signal_group_connect_data (self->signals, "notify::state", G_CALLBACK (stands_cb), self, NULL,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_group_connect_swapped (self->signals, "delivered", G_CALLBACK (delivered_cb), self);
  self->menu = chat_message_menu_new (GTK_WIDGET (self), self->list);
  g_signal_connect_object (self->menu, "quote", G_CALLBACK (quote_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->menu, "details", G_CALLBACK (details_cb), self,
                           G_CONNECT_SWAPPED);
  following_cb (self);
}

static void
set_feed (ChatRoomView *self)
{
  g_clear_object (&self->feed);
  if (self->session == NULL)
    return;

  self->feed = chat_feed_new (chat_session_get_timeline (self->session));
  chat_room_notices_connect (self->feed, self->session);
  g_signal_connect_object (self->feed, "items-changed", G_CALLBACK (feed_changed_cb), self,
                           G_CONNECT_SWAPPED);
  feed_changed_cb (self);
}

/**
 * chat_room_view_set_session:
 * @self: a view
 * @session: (nullable): a session that is open
 */
void
chat_room_view_set_session (ChatRoomView *self, ChatSession *session)
{
  ChatMemberList *members;

  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));
  g_return_if_fail (session == NULL || CHAT_IS_SESSION (session));

  members = session != NULL ? chat_session_get_members (session) : NULL;
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->signals, session);
  set_feed (self);
  chat_search_bar_set_items (self->search, G_LIST_MODEL (self->feed));
  chat_read_mark_set_feed (self->read_mark, self->feed, session);
  chat_message_list_set_model (self->list, G_LIST_MODEL (self->feed));
  chat_members_pane_set_session (self->members, session);
  chat_composer_set_members (self->composer, members);
  chat_composer_set_connected (self->composer, session == NULL || is_open (session));
  chat_room_title_set_session (self->title, session);
  chat_state_banner_set_session (self->banner, session);
  chat_key_banner_set_session (self->key_banner, session);
  chat_draft_keeper_set_draft (self->drafts,
                               session != NULL ? chat_session_get_draft (session) : NULL);
  chat_jump_button_reset (self->jump);
  chat_read_mark_look (self->read_mark);
}

/**
 * chat_room_view_follow_settings:
 * @self: a view
 * @settings: what the user prefers
 */
void
chat_room_view_follow_settings (ChatRoomView *self, GSettings *settings)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self) && G_IS_SETTINGS (settings));

  g_settings_bind (settings, CHAT_SETTING_ENTER_SENDS, self->composer, "enter-sends",
                   G_SETTINGS_BIND_GET);
  chat_members_flap_follow (self->flap, settings);
}

/**
 * chat_room_view_toggle_members:
 * @self: a view
 *
 * Shows who is in the room, or hides it.
 */
void
chat_room_view_toggle_members (ChatRoomView *self)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

/**
 * chat_room_view_begin_search:
 * @self: a view
 *
 * Opens the search bar, or begins another search in it.
 */
void
chat_room_view_begin_search (ChatRoomView *self)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self));

  chat_search_bar_begin (self->search);
}

/**
 * chat_room_view_show_message:
 * @self: a view
 * @mid: a message
 *
 * Scrolls to it, if it is there.
 */
void
chat_room_view_show_message (ChatRoomView *self, const char *mid)
{
  guint position;

  g_return_if_fail (CHAT_IS_ROOM_VIEW (self) && mid != NULL);

  if (self->feed == NULL || !chat_feed_find_mid (self->feed, mid, &position))
    return;
  /* The last one is at the end, and what comes after it is followed. */
  if (position + 1 == g_list_model_get_n_items (G_LIST_MODEL (self->feed)))
    chat_message_list_jump_to_end (self->list);
  else
    chat_message_list_scroll_to (self->list, position);
}

/**
 * chat_room_view_write_to:
 * @self: a view
 * @username: a member
 *
 * Begins a direct message.
 */
void
chat_room_view_write_to (ChatRoomView *self, const char *username)
{
  g_return_if_fail (CHAT_IS_ROOM_VIEW (self) && username != NULL);

  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
  chat_composer_write_to (self->composer, username);
}

/**
 * chat_room_view_get_feed:
 * @self: a view
 *
 * Returns: (transfer none) (nullable): what it lists
 */
ChatFeed *
chat_room_view_get_feed (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->feed;
}

/**
 * chat_room_view_get_composer:
 * @self: a view
 *
 * Returns: (transfer none): where one writes
 */
ChatComposer *
chat_room_view_get_composer (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->composer;
}

/**
 * chat_room_view_get_list:
 * @self: a view
 *
 * Returns: (transfer none): the list
 */
ChatMessageList *
chat_room_view_get_list (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->list;
}

/**
 * chat_room_view_get_unread:
 * @self: a view
 *
 * Returns: how many messages came below what is shown
 */
guint
chat_room_view_get_unread (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), 0);

  return chat_jump_button_get_unread (self->jump);
}

/**
 * chat_room_view_get_message_menu:
 * @self: a view
 *
 * Returns: (transfer none): the menu of all messages
 */
ChatMessageMenu *
chat_room_view_get_message_menu (ChatRoomView *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_VIEW (self), NULL);

  return self->menu;
}
