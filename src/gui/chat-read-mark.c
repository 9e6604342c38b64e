/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-read-mark.h"

struct _ChatReadMark
{
  GObject parent_instance;

  ChatMessageList *list; /* borrowed: the owner of this is around it */
  ChatFeed *feed;
  ChatSession *session;
  GSignalGroup *session_signals;
  GtkWidget *window; /* weak */
  gboolean active;
  gboolean seen; /* the line has been in sight */
  guint looking; /* an idle source */
};

G_DEFINE_FINAL_TYPE (ChatReadMark, chat_read_mark, G_TYPE_OBJECT)

/* Not with a GSignalGroup: it is to be set anew while its target goes, and remains bound then. */
static void
forget_window (ChatReadMark *self)
{
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_data (self->window, self);
  g_clear_weak_pointer (&self->window);
}

static void
chat_read_mark_dispose (GObject *object)
{
  ChatReadMark *self = CHAT_READ_MARK (object);

  g_clear_handle_id (&self->looking, g_source_remove);
  g_clear_object (&self->session_signals);
  forget_window (self);
  g_clear_object (&self->feed);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (chat_read_mark_parent_class)->dispose (object);
}

static gboolean
is_reading (ChatReadMark *self)
{
  return self->active && chat_message_list_get_following (self->list);
}

/* All up to the last message has been seen when the end is on the screen, and somebody looks. */
static void
tell_session (ChatReadMark *self)
{
  GListModel *timeline;

  if (self->session == NULL || !is_reading (self))
    return;

  timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  for (guint i = g_list_model_get_n_items (timeline); i > 0; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i - 1);

      /* Ours may still be on their way, below what has a number. */
      if (chat_message_get_seq (message) == 0)
        continue;
      chat_session_mark_read (self->session, message);
      return;
    }
}

static gboolean
looking_cb (gpointer user_data)
{
  ChatReadMark *self = user_data;

  self->looking = 0;
  chat_read_mark_look (self);

  return G_SOURCE_REMOVE;
}

/* One line for all that came while one was away; a new one after one was back. However many come,
 * the session is told once for each frame. */
static void
delivered_cb (ChatReadMark *self, ChatMessage *message, guint origin)
{
  if (self->looking == 0)
    self->looking = g_idle_add_full (G_PRIORITY_HIGH_IDLE, looking_cb, self, NULL);
  if (origin == CHAT_ORIGIN_HISTORY || chat_message_get_own (message) || is_reading (self)
      || self->feed == NULL)
    return;
  if (chat_feed_get_first_new (self->feed) != NULL && !self->seen)
    return;

  self->seen = FALSE;
  chat_feed_begin_new (self->feed, message);
}

/* Messages of the archive have been loaded, and what came while the program did not run may be
 * among them. */
static void
loaded_cb (ChatReadMark *self)
{
  GListModel *timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  g_autoptr (ChatMessage) first = NULL;

  if (self->feed == NULL)
    return;

  for (guint i = g_list_model_get_n_items (timeline); i > 0; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i - 1);

      if (chat_session_is_unread (self->session, message))
        g_set_object (&first, message);
      else if (!chat_message_get_own (message))
        break;
    }
  if (first != NULL && chat_feed_get_first_new (self->feed) != first)
    chat_read_mark_begin_at (self, first);
}

static void
active_cb (ChatReadMark *self)
{
  chat_read_mark_set_active (self, self->window != NULL
                                       && gtk_window_is_active (GTK_WINDOW (self->window)));
}

static void
root_cb (ChatReadMark *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->list));

  forget_window (self);
  if (GTK_IS_WINDOW (root))
    {
      g_set_weak_pointer (&self->window, GTK_WIDGET (root));
      g_signal_connect_swapped (root, "notify::is-active", G_CALLBACK (active_cb), self);
    }
  active_cb (self);
}

static void
chat_read_mark_class_init (ChatReadMarkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_read_mark_dispose;
}

static void
chat_read_mark_init (ChatReadMark *self)
{
  self->session_signals = g_signal_group_new (CHAT_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "delivered", G_CALLBACK (delivered_cb),
                                  self);
  g_signal_group_connect_swapped (self->session_signals, "archive-loaded", G_CALLBACK (loaded_cb),
                                  self);
  g_signal_group_connect_swapped (self->session_signals, "acknowledged",
                                  G_CALLBACK (tell_session), self);
}

/**
 * chat_read_mark_new:
 * @list: (transfer none): a list, that outlives it
 *
 * Returns: (transfer full): a mark without a line
 */
ChatReadMark *
chat_read_mark_new (ChatMessageList *list)
{
  ChatReadMark *self;

  g_return_val_if_fail (CHAT_IS_MESSAGE_LIST (list), NULL);

  self = g_object_new (CHAT_TYPE_READ_MARK, NULL);
  self->list = list;
  g_signal_connect_object (list, "notify::following", G_CALLBACK (chat_read_mark_look), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "notify::root", G_CALLBACK (root_cb), self, G_CONNECT_SWAPPED);
  root_cb (self);

  return self;
}

/**
 * chat_read_mark_set_feed:
 * @self: a mark
 * @feed: (nullable): what is read now
 * @session: (nullable): where its messages come from
 */
void
chat_read_mark_set_feed (ChatReadMark *self, ChatFeed *feed, ChatSession *session)
{
  g_return_if_fail (CHAT_IS_READ_MARK (self));
  g_return_if_fail (feed == NULL || CHAT_IS_FEED (feed));
  g_return_if_fail (session == NULL || CHAT_IS_SESSION (session));

  /* What came in the room before was seen there. */
  if (self->looking != 0)
    chat_read_mark_look (self);
  g_clear_handle_id (&self->looking, g_source_remove);
  g_set_object (&self->feed, feed);
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->session_signals, session);
  self->seen = FALSE;
}

/**
 * chat_read_mark_begin_at:
 * @self: a mark
 * @first: the first message that was not read in an earlier run
 */
void
chat_read_mark_begin_at (ChatReadMark *self, ChatMessage *first)
{
  g_return_if_fail (CHAT_IS_READ_MARK (self) && CHAT_IS_MESSAGE (first));

  if (self->feed == NULL)
    return;

  chat_feed_begin_new (self->feed, first);
  self->seen = is_reading (self);
}

/**
 * chat_read_mark_written:
 * @self: a mark
 *
 * Who writes has read: the line goes.
 */
void
chat_read_mark_written (ChatReadMark *self)
{
  g_return_if_fail (CHAT_IS_READ_MARK (self));

  if (self->feed != NULL)
    chat_feed_begin_new (self->feed, NULL);
}

/**
 * chat_read_mark_set_active:
 * @self: a mark
 * @active: whether the window has the focus
 */
void
chat_read_mark_set_active (ChatReadMark *self, gboolean active)
{
  g_return_if_fail (CHAT_IS_READ_MARK (self));

  self->active = active;
  chat_read_mark_look (self);
}

/**
 * chat_read_mark_look:
 * @self: a mark
 *
 * The end of the list is another. If it is in sight, the line has been seen, and the session is
 * told how far has been read.
 */
void
chat_read_mark_look (ChatReadMark *self)
{
  g_return_if_fail (CHAT_IS_READ_MARK (self));

  if (is_reading (self))
    self->seen = TRUE;
  tell_session (self);
}
